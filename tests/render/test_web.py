"""The page of the archive: complete, for everybody, safe against its authors' own texts."""

import json
import re
import tempfile
from itertools import pairwise
from pathlib import Path
from urllib.parse import parse_qs, urlsplit
from xml.etree.ElementTree import Element

import html5lib
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.render.newsrooms import draft_of, every_section, examples, least, sayings, squeezed

from lpdownload.render.draft import Draft
from lpdownload.render.web import render_web

SECTIONS = every_section()
BY_TYPE = {str(section["type"]): section for section in reversed(SECTIONS)}
HOSTILE = '</script><img onerror="x" src=x> "quoted" \'single\' </style> ]]> <!-- &amp; {% x %}'


def parsed(page: str) -> Element:
    tree = html5lib.HTMLParser(strict=True, namespaceHTMLElements=False).parse(page)
    assert isinstance(tree, Element)
    return tree


def tags(tree: Element, *names: str) -> list[Element]:
    return [tag for tag in tree.iter() if tag.tag in names]


def page_of(root: Path, sections: list[dict[str, object]], **issue: object) -> str:
    return render_web(draft_of(root, sections, **issue))  # type: ignore[arg-type]


def meta(tree: Element) -> dict[str, str]:
    found = {}
    for tag in tree.iter("meta"):
        name = tag.get("property") or tag.get("name")
        if name and name not in found:
            found[name] = tag.get("content") or ""
    return found


def linked_data(tree: Element) -> dict[str, object]:
    script = next(tag for tag in tree.iter("script"))
    value = json.loads(script.text or "")
    assert isinstance(value, dict)
    return value


def shown(tree: Element) -> str:
    """Texts, and what attributes say to readers."""
    attributes = [tag.get(name) or "" for tag in tree.iter() for name in ("alt", "href")]
    body = tree.find("body")
    assert body is not None
    return squeezed("".join(body.itertext()) + " ".join(attributes))


@pytest.mark.parametrize("section", [*SECTIONS, *examples()], ids=lambda section: str(section["type"]))
def test_no_text_of_a_section_is_lost(section: dict[str, object], tmp_path: Path) -> None:
    draft = draft_of(tmp_path, [section])
    text = shown(parsed(render_web(draft)))
    silent = frozenset({"text"}) if section["type"] == "html" else frozenset[str]()
    said = [draft.plain(words) for words in sayings(draft.sections[0].section, but=silent)]
    assert [words for words in said if squeezed(words) not in text] == []


@pytest.mark.parametrize("section", BY_TYPE.values(), ids=BY_TYPE.keys())
def test_what_is_left_out_leaves_nothing_behind(section: dict[str, object], tmp_path: Path) -> None:
    tree = parsed(page_of(tmp_path, [least(section)]))
    for tag in tags(tree, "p", "dd", "dt", "li", "ul", "dl", "h2", "h3", "figcaption", "a"):
        words = "".join(tag.itertext()).strip()
        assert words or tag.find(".//img") is not None, tag.attrib
        assert words != "None"


def test_the_whole_page_is_valid_and_its_headings_are_in_order(tmp_path: Path) -> None:
    tree = parsed(page_of(tmp_path, SECTIONS))
    levels = [int(tag.tag[1]) for tag in tree.iter() if re.fullmatch(r"h\d", tag.tag)]
    assert levels.count(1) == 1
    assert levels[0] == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))


def test_identifiers_are_unique_and_references_lead_somewhere(tmp_path: Path) -> None:
    tree = parsed(page_of(tmp_path, SECTIONS))
    ids = [tag.get("id") for tag in tree.iter() if tag.get("id")]
    assert len(ids) == len(set(ids))
    targets = [tag.get("href") or "" for tag in tree.iter("a")]
    assert {target[1:] for target in targets if target.startswith("#")} <= set(ids)
    assert {tag.get("aria-labelledby") for tag in tree.iter()} - {None} <= set(ids)


def test_without_highlights_the_newsletters_name_is_the_heading(tmp_path: Path) -> None:
    tree = parsed(page_of(tmp_path, [BY_TYPE["quote"]], highlights=None))
    assert ["".join(tag.itertext()) for tag in tree.iter("h1")] == ["LPXX Download 📣"]


def test_it_carries_nobodys_data_and_no_way_to_unsubscribe(tmp_path: Path) -> None:
    body = (
        'Dear {{ first_name | default("member") }}, dear {{ last_name }}: [stop]({{ unsubscribe_url }}) or '
        "[write](https://example.org/?to={{ email }})."
    )
    page = page_of(
        tmp_path,
        [{"type": "text", "body": body}],
        preheader='News, {{ first_name | default("neighbor") }}.',
    )
    assert "Dear member, dear friend: " in page
    assert 'href="https://example.org/?to="' in page
    assert '<a href="https://news.example.org/xx/2024-09/">stop</a>' in page
    assert 'content="News, neighbor."' in page
    assert not re.search(r"\{\{|mf[0-9a-f]{8}n|unsubscribe|preferences", page, re.IGNORECASE)


def test_its_links_are_not_tracked(tmp_path: Path) -> None:
    assert "utm_" not in page_of(tmp_path, SECTIONS)


def test_it_shows_what_is_for_the_web_and_nothing_that_is_for_some_or_for_the_mail(tmp_path: Path) -> None:
    draft = draft_of(
        tmp_path,
        [
            {"type": "text", "body": "For the web.", "only": "web"},
            {"type": "text", "body": "For the mail.", "only": "email"},
            {"type": "text", "body": "For members.", "visible_to": "members"},
        ],
        variant=frozenset({"members"}),
    )
    page = render_web(draft)
    assert "For the web." in page
    assert "For the mail." not in page
    assert "For members." not in page


def test_it_tells_other_sites_what_it_is(tmp_path: Path) -> None:
    image = {"src": "skyline.png", "alt": 'A "tall" skyline'}
    tree = parsed(page_of(tmp_path, [BY_TYPE["story"]], image=image, topics=["housing", "wages"]))
    found = meta(tree)
    assert found["og:title"] == "LPXX Download 📣 | One road, Two roads & more! | September 2024"
    assert found["og:description"] == found["description"] == "What happened in September."
    assert (found["og:type"], found["og:site_name"], found["og:locale"]) == (
        "article",
        "Local Network",
        "en_US",
    )
    assert found["og:url"] == "https://news.example.org/xx/2024-09/"
    assert re.fullmatch(r"https://news\.example\.org/assets/xx/2024-09/[0-9a-f]{16}\.png", found["og:image"])
    assert found["og:image:alt"] == 'A "tall" skyline'
    assert found["article:published_time"] == "2024-09-18"
    assert [link.get("href") for link in tree.iter("link") if link.get("rel") == "canonical"] == [
        found["og:url"]
    ]
    article = linked_data(tree)
    assert (article["@type"], article["headline"]) == ("NewsArticle", "One road, Two roads & more!")
    assert article["image"] == [found["og:image"]]


def test_without_a_card_picture_the_first_on_the_page_stands_for_it(tmp_path: Path) -> None:
    assert meta(parsed(page_of(tmp_path, [BY_TYPE["story"]])))["og:image:alt"].startswith("Houses on a hill")
    assert "og:image" not in meta(parsed(page_of(tmp_path, [BY_TYPE["quote"]])))


def test_it_leads_home_to_all_issues_and_to_the_sign_up(tmp_path: Path) -> None:
    targets = {tag.get("href") for tag in parsed(page_of(tmp_path, [BY_TYPE["quote"]])).iter("a")}
    base = "https://news.example.org/"
    assert targets >= {base, f"{base}xx/", f"{base}join/xx", "#issue"}


def test_it_is_passed_on_by_its_readers_own_mail_and_asks_for_nobodys_address(tmp_path: Path) -> None:
    page = parsed(page_of(tmp_path, [BY_TYPE["quote"]], subject="Rent & roofs"))
    (mail,) = (
        urlsplit(link) for tag in tags(page, "a") if (link := tag.get("href") or "").startswith("mailto:?")
    )
    assert parse_qs(mail.query) == {
        "subject": ["Worth reading: Rent & roofs"],
        "body": ["https://news.example.org/xx/2024-09/"],
    }
    assert tags(page, "form", "input") == []


def test_it_names_its_other_languages(tmp_path: Path) -> None:
    folder = tmp_path / "newsletters" / "xx"
    folder.mkdir(parents=True)
    (folder / "2024-09.es.yaml").write_text(
        "period: 2024-09\npreheader: x\nsections: [{type: divider}]\n", "utf-8"
    )
    tree = parsed(page_of(tmp_path, [BY_TYPE["quote"]]))
    spanish = [tag for tag in tags(tree, "a", "link") if tag.get("hreflang") == "es"]
    assert {tag.get("href") for tag in spanish} == {"https://news.example.org/xx/2024-09-es/"}
    assert [tag.text for tag in spanish if tag.tag == "a"] == ["español"]


def test_pictures_and_calendars_stand_where_the_prefix_says(tmp_path: Path) -> None:
    draft = draft_of(tmp_path, [BY_TYPE["event"]])
    near = render_web(draft)
    far = render_web(draft, asset_prefix="https://cdn.example.org/a/")
    local = re.findall(r'(?:src|href)="(assets/[^"]+)"', near)
    assert {Path(path).suffix for path in local} == {".png", ".ics"}
    assert {path.removeprefix("assets/") for path in local} <= draft.assets.keys()
    assert all(f'"https://cdn.example.org/a/{path.removeprefix("assets/")}"' in far for path in local)


def test_a_section_in_another_language_says_so(tmp_path: Path) -> None:
    tree = parsed(page_of(tmp_path, [{"type": "text", "lang": "ar", "heading": "خبر", "body": "نص"}]))
    section = next(tree.iter("section"))
    assert (section.get("lang"), section.get("dir")) == ("ar", "rtl")


def test_a_themes_font_cannot_end_the_style(tmp_path: Path) -> None:
    theme = {"accent": "#0b6e75", "deep": "#073f44", "paper": "#e8f3f3", "heading_font": "x</style><b>"}
    tree = parsed(page_of(tmp_path, [BY_TYPE["quote"]], newsletter={"theme": theme}))
    assert list(tree.iter("b")) == []


def test_a_newsroom_may_bring_its_own_template_for_one_type(tmp_path: Path) -> None:
    own = tmp_path / "templates" / "web" / "sections"
    own.mkdir(parents=True)
    (own / "quote.html.j2").write_text("<p>Ours: {{ section.speaker }}</p>", "utf-8")
    assert "<p>Ours: Bo Tran</p>" in page_of(tmp_path, [BY_TYPE["quote"], BY_TYPE["job"]])


def assert_harmless(draft: Draft) -> Element:
    tree = parsed(render_web(draft))
    assert not [tag for tag in tree.iter() if any(name.startswith("on") for name in tag.attrib)]
    assert len(list(tree.iter("script"))) == len(list(tree.iter("style"))) == 1
    return tree


def test_hostile_text_is_text(tmp_path: Path) -> None:
    image = {"src": "skyline.png", "alt": HOSTILE, "credit": HOSTILE}
    story: dict[str, object] = {
        "type": "story",
        "heading": HOSTILE,
        "title": HOSTILE,
        "kicker": HOSTILE,
        "body": "x",
        "image": image,
    }
    html: dict[str, object] = {
        "type": "html",
        "html": f"<p onclick='x'>fine</p><script>x</script>{HOSTILE}",
        "text": "x",
    }
    tree = assert_harmless(
        draft_of(tmp_path, [story, html], preheader=HOSTILE, highlights=[HOSTILE], image=image)
    )
    assert linked_data(tree)["description"] == HOSTILE
    assert meta(tree)["og:image:alt"] == HOSTILE
    assert next(tag for tag in tree.iter("img")).get("alt") == HOSTILE


@settings(max_examples=25)
@given(st.text(st.characters(exclude_categories=["Cs", "Cc", "Cn"]), max_size=60))
def test_any_text_comes_through_whole(rest: str) -> None:
    words = f"A{rest}".replace("{{", "((")  # a text in which nothing can be seen is refused
    with tempfile.TemporaryDirectory() as folder:
        draft = draft_of(Path(folder), [{"type": "story", "title": words, "body": "x"}], preheader=words)
        tree = assert_harmless(draft)
        said = " ".join(draft.issue.written.preheader.split())
        assert " ".join(str(linked_data(tree)["description"]).split()) == said
        title = next(tag for tag in tree.iter("h2") if tag.get("class") == "title")
        assert " ".join("".join(title.itertext()).split()) == said
