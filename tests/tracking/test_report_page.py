"""The page of a report: complete in itself, and readable to everybody."""

import re
from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING

import pytest
from lxml import html
from tests.newsroom import Newsroom
from tests.people import NOW

from lpdownload.check.browser.axe import run_axe
from lpdownload.check.browser.chromium import chromium
from lpdownload.model.report import Growth, Link, Month, Numbers, Report, Row, Section, usual
from lpdownload.tracking.report_page import page
from lpdownload.tracking.report_words import percent

if TYPE_CHECKING:
    from playwright.sync_api import Browser

NUMBERS = Numbers(
    planned=1_200,
    accepted=1_100,
    refused=100,
    delivered=1_080,
    bounced=20,
    complained=4,
    unsubscribed=9,
    clicked=120,
    clicked_by_machine=7,
    excluded={"suppressed": 12, "over_cap": 3},
)
LINKS = (Link("https://example.org/<b>river</b>", "river", 120, 130, 40),)
MONTHS = tuple(Month(date(2024, month, 1), 100, 3, 1, 1_000 + 96 * month) for month in range(1, 9))


def report(scope: str = "issue", **more: object) -> Report:
    fields: dict[str, object] = {
        "scope": scope,
        "name": "town/2024-09" if scope == "issue" else "",
        "title": "Town <script>alert(1)</script>",
        "made_at": NOW,
        "since": None if scope == "issue" else NOW,
        "numbers": NUMBERS,
        "parts": (Row("town/2024-09", NUMBERS, NOW), Row("town/2024-08", NUMBERS, NOW)),
        "sections": (Section("river", "A river & a road", 130, 40, LINKS),),
        "providers": (Row("main (sendgrid)", NUMBERS),),
        "domains": (Row("example.org", NUMBERS),),
        "growth": (Growth("town", 1_768, MONTHS),),
        "usual": usual([NUMBERS]),
        "untracked": frozenset({"opened"}),
        **more,
    }
    return Report(**fields)  # type: ignore[arg-type]


REPORTS = {
    "issue": report(),
    "newsletter": report("newsletter", sections=(), usual=None),
    "all": report("all", sections=(), growth=(Growth("lab", 3, MONTHS[:1]), Growth("town", 9, MONTHS))),
    "nothing": report(
        numbers=Numbers(), parts=(), sections=(), providers=(), domains=(), growth=(), usual=None
    ),
}


def test_it_is_one_file_without_scripts_that_fetches_nothing(newsroom: Newsroom) -> None:
    for one in REPORTS.values():
        text = page(one, newsroom.library)
        tree = html.fromstring(text)
        assert not tree.xpath("//script | //link | //img | //iframe | //@href | //@src")
        assert not re.search(r"url\(|@import", text)


def test_numbers_stand_in_tables_with_their_verdicts(newsroom: Newsroom) -> None:
    tree = html.fromstring(page(report(), newsroom.library))
    words = " ".join(" ".join(map(str, tree.xpath("//table//text()"))).split())
    for said in ("Complained 4 0.36 % 0.36 % too high 0.10 %, 0.30 %", "Bounced 20 1.8 % 1.8 % good"):
        assert said in words
    for said in ("Candidates 1,215", "suppressed: never to be mailed −12", "Planned 1,200"):
        assert said in words
    assert "A river & a road 130 40" in words
    assert "example.org/<b>river</b> 120 130 40" in words


def test_charts_say_in_words_what_they_show(newsroom: Newsroom) -> None:
    tree = html.fromstring(page(report(), newsroom.library))
    said = [str(label) for label in tree.xpath("//*[name()='svg']/@aria-label")]
    assert said[0] == "Clicks by persons and by programs. A river & a road: 130 and 40"
    assert said[1].startswith("Active subscriptions at the end of each month. 2024-01: 1,096; 2024-02: 1,192")


def test_what_was_never_sent_says_so(newsroom: Newsroom) -> None:
    assert "No audience was ever frozen for this issue." in page(REPORTS["nothing"], newsroom.library)


def test_a_network_without_a_theme_that_can_be_read_has_a_page_still(newsroom: Newsroom) -> None:
    newsroom.add("newsletters/network.yaml", "theme: no-such-theme\n")
    assert "<h1>" in page(report(), newsroom.library)


@pytest.mark.parametrize(
    ("share", "shown"),
    [(None, "–"), (0.0, "0 %"), (0.00123, "0.12 %"), (0.0123, "1.2 %"), (0.123, "12 %"), (1.0, "100 %")],
)
def test_shares_have_the_digits_that_count(share: float | None, shown: str) -> None:
    assert percent(share) == shown


@pytest.fixture(scope="module")
def browser() -> "Iterator[Browser]":
    with chromium() as browser:
        yield browser


@pytest.mark.parametrize("name", REPORTS)
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [375, 1280])
def test_axe_finds_nothing_and_nothing_is_wider_than_the_screen(
    browser: "Browser", newsroom: Newsroom, name: str, scheme: str, width: int
) -> None:
    shown = browser.new_page(
        viewport={"width": width, "height": 800},
        color_scheme="dark" if scheme == "dark" else "light",
    )
    try:
        shown.set_content(page(REPORTS[name], newsroom.library))
        assert run_axe(shown, "data-lp") == ()
        assert shown.evaluate("document.documentElement.scrollWidth") <= width
    finally:
        shown.close()
