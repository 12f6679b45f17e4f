"""The list of issues, and what is said where there is nothing."""

from tests.newsroom import KEY, Newsroom, issue
from tests.preview.page.browsing import OTHER, Open, shows, until


def test_the_list_opens_an_issue(visit: Open) -> None:
    page = visit("/")
    page.get_by_role("heading", name="Newest issues").wait_for()
    issues = page.get_by_role("navigation", name="Newsletters and issues")
    assert issues.get_by_role("listitem").count() == 2
    until(page, "document.querySelector('#list .tally.warning')?.textContent.startsWith('1')")
    issues.get_by_role("link", name="2024-09").click()
    shows(page, "Story number 1")
    assert page.url.endswith(f"/{KEY}")
    assert page.locator("#list [aria-current=page] .name").inner_text() == "2024-09"


def test_a_newsroom_without_issues_says_what_to_type(visit: Open, newsroom: Newsroom) -> None:
    for path in (newsroom.root / "newsletters" / "town").glob("2024*"):
        path.unlink()
    page = visit("/")
    page.get_by_role("heading", name="No issue yet").wait_for()
    assert "lpdownload new town" in page.locator("#home").inner_text()


def test_an_issue_that_is_not_there_opens_when_it_comes(visit: Open, newsroom: Newsroom) -> None:
    page = visit("/town/2024-10")
    page.get_by_role("heading", name="There is no such issue").wait_for()
    newsroom.write("newsletters/town/2024-10.yaml", issue(OTHER, "period: 2024-10\npreheader: October.\n"))
    shows(page, "A story for everybody")


def test_a_client_that_does_not_exist_offers_the_plain_view(visit: Open) -> None:
    page = visit(f"/{KEY}?client=netscape")
    page.get_by_role("heading", name="This way of looking does not exist").wait_for()
    page.get_by_role("link", name="Show it plainly").click()
    shows(page, "Story number 1")
