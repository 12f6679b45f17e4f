"""The samples' hub shows everything that the seed's page shows, and says each thing in words of its own.

What stands here are facts of the page: headings, titles, names, places, days and credits; no sentence of it.
"""

from dataclasses import dataclass
from urllib.parse import urljoin

import pytest
from lxml import html
from tests.site.hub import Hub

HOME = "https://news.example.org/"


@dataclass(frozen=True)
class Seen:
    """An item of the seed's page. ``facts`` stand on its card or its own page, ``credit`` on its card."""

    title: str
    facts: tuple[str, ...]
    kind: str = ""
    credit: str = ""
    pictured: bool = False
    """Whether it has a picture on the seed's page."""


BLOG = (
    Seen(
        "LPCO Collective Bargaining Workshop",
        (
            "October 10, 2024",
            "Colorado",
            "webinar",
            "CWA Local 7",
            "Economic Analysis and Research Network",
            "EARN",
            "municipal workers",
            "November ballot initiative",
            "Denver County",
            "Denver City Council",
        ),
        kind="Event recap",
    ),
    Seen(
        "📬 LP Network Download | Anti-gentrification ordinance, abortion travel funds, environmental win"
        " & more! | Sept 2024",
        ("across the network", "This month"),
    ),
    Seen(
        "📎 Federal Advocacy Roundup | Election resources | September 2024",
        ("2024 elections", "this month", "federal money"),
        credit="All Voting is Local",
        pictured=True,
    ),
    Seen(
        "LPNY State Download 🛣️ | Road to Good Cause, Organizing Committee / Strategy session, and more!"
        " | September 2024",
        ("quarterly", "past few months", "across the state", "campaign", "this summer"),
        pictured=True,
    ),
    Seen(
        "LP School Board Download 📚 | Fully funding public education, sustainable school facilities,"
        " & a recap from our National Convening this summer! | September 2024",
        (
            "regular letter",
            "all things school board",
            "School funding resources",
            "The school board perspective",
            "National Convening",
            "News from your district",
        ),
        pictured=True,
    ),
    Seen(
        "When States and Localities Disagree On Worker Protections, What’s the Way Forward?",
        (
            "protect workers",
            "preempt",
            "local leaders",
            "around the barriers",
            "local power",
            "breaks",
            "ordinances",
            "the sun",
        ),
        credit="Al Diaz/TNS",
        pictured=True,
    ),
    Seen("LPPA State Download 🌲 | Your first Pennsylvania newsletter! | Fall 2024", ("LPPA", "first")),
    Seen(
        "LPMN State Download 📣 | LPMN at the National Convening, Saint Paul climate action case study"
        " & more! | September 2024",
        ("Minnesota", "Convening", "Saint Paul"),
        pictured=True,
    ),
    Seen(
        "LPTX State Download 📣 | Building community and fighting for a better Texas! | September 2024",
        ("this fall", "Get involved", "LPTX delegation", "2024 National Convening"),
        pictured=True,
    ),
    Seen(
        "LPNC State Download 📣 | LPNC at the National Convening, recent policy wins & more!"
        " | September 2024",
        ("Oakland", "National Convening", "policy wins"),
        pictured=True,
    ),
    Seen(
        "We Can Create Real Safety One Step At a Time. Here’s How.",
        ("communications, budgeting, and policy resources", "collective work", "Check out"),
    ),
    Seen(
        "States are pushing back with anti-labor laws as union popularity grows, policy experts say",
        (
            "New York University Wagner Labor Initiative",
            "Local Progress Impact Lab",
            "report",
            "fight back",
            "Porchá Perry",
            "Lansing, Michigan",
            "September 13, 2023",
            "local control",
        ),
        credit="courtesy of SEIU Local 1",
        pictured=True,
    ),
)
IN_THE_NEWS = (
    Seen(
        "Cities lead bans on algorithmic rent hikes as states lag behind",
        (
            "Minneapolis",
            "fourth U.S. city",
            "San Francisco",
            "Philadelphia",
            "Berkeley, California",
            "software",
        ),
        credit="Spencer Platt/Getty Images",
        pictured=True,
    ),
    Seen(
        "Portland City Council weighs ban on using algorithms to set rents",
        ("Portland, Oregon", "next city", "Angelita Morillo", "U.S. Justice Department", "antitrust lawsuit"),
        credit="Beth Nakamura",
        pictured=True,
    ),
    Seen(
        "Hundreds of State Officials Oppose Anti-Sanctuary City Act",
        ("Nearly 400 state and local electeds", "Congress", "NO", "HR 32", "essential funding", "safer"),
        credit="Tada Images via Shutterstock",
        pictured=True,
    ),
    Seen(
        "Social Housing Emerging in Cities Needs Local Govt Support",
        ("Nick Licata", "founding board chair", "local governments"),
        credit="Raydann",
        pictured=True,
    ),
)
PRESS_RELEASES = (
    Seen(
        "Road To Good Cause Campaign Scores 11 Victories Across Upstate New York",
        ("local officials", "coordinated", "protections for renters", "thousands of tenants", "Rochester"),
        kind="Press release",
        pictured=True,
    ),
    Seen(
        "NEW REPORT: How Local Government Can Stand Up for Workers When States Try to Stand in Their Way",
        ("Labor Day 2024", "rights of workers", "hostile state", "federal labor law", "preemption"),
        kind="Report",
    ),
    Seen(
        "How Localities Use Community Responder Programs to Keep People Safe",
        ("Durham", "Oakland", "Albuquerque", "Local Progress Impact Lab", "hundreds of localities"),
        kind="Video",
    ),
    Seen(
        "After Grants Pass: organizing to house all our neighbors",
        ("Supreme Court", "Grants Pass v. Johnson"),
    ),
    Seen(
        "Local Progress Condemns Cruel Supreme Court Decision in Grants Pass v. Johnson",
        ("statement", "in response to"),
        kind="Statement",
    ),
)
FEEDS = {"blog": BLOG, "in-the-news": IN_THE_NEWS, "press-releases": PRESS_RELEASES}
ALL = [pytest.param(feed, seen, id=seen.title[:50]) for feed, items in FEEDS.items() for seen in items]


@dataclass(frozen=True)
class Card:
    """A card of the front page; ``link`` is absolute."""

    title: str
    words: str
    kind: str
    credit: str
    link: str
    alt: str | None


@pytest.fixture(scope="module")
def front(samples: Hub) -> html.HtmlElement:
    return _page(samples, "")


@pytest.fixture(scope="module")
def cards(front: html.HtmlElement) -> dict[str, list[Card]]:
    """Those of each feed, in their order."""
    return {feed: [_card(one) for one in _section(front, feed).iter("article")] for feed in FEEDS}


def _page(samples: Hub, path: str) -> html.HtmlElement:
    """With addresses made absolute."""
    page = samples.tree(f"{path}index.html")
    page.make_links_absolute(urljoin(HOME, path))
    return page


def _own(address: str) -> str | None:
    """The path of an address that is of the hub itself."""
    return address.removeprefix(HOME) if address.startswith(HOME) else None


def _words(element: html.HtmlElement) -> str:
    """What somebody reads, in one line."""
    return " ".join(element.text_content().split())


def _section(page: html.HtmlElement, name: str) -> html.HtmlElement:
    (found,) = page.xpath("//section[@aria-labelledby=$name]", name=name)
    return found


def _card(card: html.HtmlElement) -> Card:
    pictures = card.xpath(".//img/@alt")
    title = card.xpath(".//h3")[0]
    link = title.xpath(".//a")[0]
    for arrow in title.xpath(".//*[@class='away' or @class='hidden']"):
        arrow.drop_tree()
    return Card(
        title=_words(title),
        words=_words(card),
        kind=" ".join(_words(one) for one in card.xpath(".//p[@class='kicker']")),
        credit=" ".join(_words(one) for one in card.xpath(".//figcaption//*[@class='credit']")),
        link=link.get("href", ""),
        alt=pictures[0] if pictures else None,
    )


@pytest.mark.parametrize(("feed", "seen"), ALL)
def test_an_item_of_the_seed_has_a_card_with_its_facts(
    samples: Hub, cards: dict[str, list[Card]], feed: str, seen: Seen
) -> None:
    (card,) = [one for one in cards[feed] if one.title == seen.title]
    own = _own(card.link)
    told = card.words if own is None else f"{card.words} {_words(_page(samples, own).body)}"
    assert [fact for fact in seen.facts if fact.casefold() not in told.casefold()] == []
    assert seen.kind in card.kind
    assert seen.credit in card.credit
    assert bool(seen.credit) <= card.credit.startswith("Drawn by")
    assert not seen.pictured or (card.alt or "").startswith("Drawing: ")


@pytest.mark.parametrize(("feed", "seen"), ALL)
def test_an_item_of_the_seed_leads_somewhere(
    samples: Hub, cards: dict[str, list[Card]], feed: str, seen: Seen
) -> None:
    """To a page of the hub that is there, or to the sample address of what somebody else published."""
    (card,) = [one for one in cards[feed] if one.title == seen.title]
    own = _own(card.link)
    assert (
        card.link.startswith("https://example.org/")
        if own is None
        else (samples.out / own / "index.html").is_file()
    )


def test_the_headings_are_those_of_the_seed(front: html.HtmlElement) -> None:
    assert [_words(one) for one in front.iter("h1")] == ["Our Blog + Latest News"]
    headings = [_words(one) for one in front.iter("h2")]
    assert headings == ["Blog", "Have a Media Inquiry?", "In The News", "Press Releases"]


def test_the_press_reads_who_it_is_and_whom_to_write_to(front: html.HtmlElement) -> None:
    inquiry = _section(front, "inquiry")
    told = _words(inquiry)
    facts = ("local elected officials", "racial and economic justice", "all levels of local government")
    assert [fact for fact in (*facts, "press@localprogress.org") if fact not in told] == []
    assert inquiry.xpath(".//a/@href") == ["mailto:press@localprogress.org"]


def test_the_news_about_the_network_is_introduced(front: html.HtmlElement) -> None:
    told = _words(_section(front, "in-the-news"))
    assert [fact for fact in ("report", "government", "together") if fact not in told] == []


@pytest.mark.parametrize("feed", FEEDS)
def test_news_stands_in_the_order_of_the_seed(cards: dict[str, list[Card]], feed: str) -> None:
    """Issues have days of their own; what has no day on the seed's page keeps its place among its like."""
    titles = [seen.title for seen in FEEDS[feed] if " | " not in seen.title]
    shown = [card.title for card in cards[feed] if card.title in titles]
    assert shown == titles


def test_only_known_days_are_shown(samples: Hub) -> None:
    """The seed's page gives no item a day of publication: only what an item tells of has one."""
    for file in (samples.out / "news").glob("*/index.html"):
        page = _page(samples, f"news/{file.parent.name}/")
        days = {str(one) for one in page.xpath("//main//time[not(ancestor::*[@class='notes'])]/@datetime")}
        assert days <= {"2024-10-10"}, file


def test_every_card_of_the_seed_stands_on_the_page_of_its_feed(samples: Hub) -> None:
    for feed, items in FEEDS.items():
        shown = {_card(one).title for one in _page(samples, f"{feed}/").iter("article")}
        assert {seen.title for seen in items} <= shown


def test_no_card_says_the_same_as_another(cards: dict[str, list[Card]]) -> None:
    """On the seed's page several chapters share a teaser."""
    found = [card for shown in cards.values() for card in shown]
    assert len({card.words for card in found}) == len(found)
    assert len({card.link for card in found}) == len(found)
    assert all(card.link != HOME for card in found)
