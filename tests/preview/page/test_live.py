"""What the page does when a file is saved, broken, mended, made or deleted."""

from tests.newsroom import ISSUE, Newsroom, issue
from tests.preview.page.browsing import OTHER, Open, mail, scrolled, shows


def test_a_save_is_painted_into_the_same_page_and_its_scroll_kept(visit: Open, newsroom: Newsroom) -> None:
    page = visit()
    shows(page, "Story number 1")
    page.evaluate("document.querySelector('iframe.mail').contentDocument.here = true")
    page.evaluate("document.querySelector('iframe.mail').contentWindow.scrollTo(0, 900)")
    page.locator("#search").focus()
    newsroom.change(ISSUE, "Story number 4", "Story number four, mended")
    shows(page, "Story number four, mended")
    assert scrolled(page) == 900
    assert page.evaluate("document.querySelector('iframe.mail').contentDocument.here")
    assert page.evaluate("document.activeElement.id") == "search"


def test_a_section_that_comes_and_goes_leaves_the_others_as_they_are(visit: Open, newsroom: Newsroom) -> None:
    page = visit()
    shows(page, "Story number 1")
    before = (newsroom.root / ISSUE).read_text("utf-8")
    newsroom.write(ISSUE, before.replace("sections:\n", f"sections:\n{indented(OTHER)}"))
    shows(page, "A story for everybody")
    newsroom.write(ISSUE, before)
    mail(page).get_by_text("A story for everybody").wait_for(state="detached")
    fresh = visit()
    shows(fresh, "Story number 1")
    words = "document.querySelector('iframe.mail').contentDocument.body.innerHTML"
    assert page.evaluate(words) == fresh.evaluate(words)


def test_an_error_stands_over_the_last_good_state_until_it_is_mended(visit: Open, newsroom: Newsroom) -> None:
    page = visit()
    shows(page, "Story number 1")
    newsroom.change(ISSUE, "period:", "perid:")
    wrong = page.get_by_role("region", name="What is wrong")
    wrong.get_by_text("perid").first.wait_for()
    assert "town/2024-09.yaml:1:1" in wrong.inner_text()
    assert "line 1" in page.get_by_role("alert").inner_text()
    shows(page, "Story number 1")
    newsroom.change(ISSUE, "perid:", "period:")
    wrong.wait_for(state="hidden")
    assert page.get_by_role("alert").inner_text() == ""
    newsroom.change(ISSUE, "Story number 2", "Story number two")
    shows(page, "Story number two")


def test_an_issue_that_never_rendered_says_so_and_comes_when_it_is_mended(
    visit: Open, newsroom: Newsroom
) -> None:
    newsroom.change(ISSUE, "period:", "perid:")
    page = visit()
    page.get_by_role("heading", name="Nothing to show yet").wait_for()
    assert "perid" in page.get_by_role("region", name="What is wrong").inner_text()
    newsroom.change(ISSUE, "perid:", "period:")
    shows(page, "Story number 1")
    page.get_by_role("heading", name="Nothing to show yet").wait_for(state="hidden")


def test_a_deleted_issue_stays_to_be_seen_and_a_new_one_is_listed(visit: Open, newsroom: Newsroom) -> None:
    page = visit("/town/2024-08")
    shows(page, "A story for everybody")
    newsroom.write("newsletters/town/2024-10.yaml", issue(OTHER, "period: 2024-10\npreheader: October.\n"))
    page.locator("#list").get_by_role("link", name="2024-10").wait_for()
    (newsroom.root / "newsletters/town/2024-08.yaml").unlink()
    page.get_by_text("The file is not there any more.").first.wait_for()
    shows(page, "A story for everybody")


def indented(text: str) -> str:
    return "".join(f"  {line}\n" for line in text.splitlines())
