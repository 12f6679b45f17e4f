"""From the mail and the findings to the YAML, and the test that is sent."""

from pathlib import Path

from tests.newsroom import ISSUE, KEY, Newsroom
from tests.preview.page.browsing import SECTIONS, Open, mail, scrolled, shows, until


def test_a_text_in_the_mail_shows_its_line_of_yaml(visit: Open) -> None:
    page = visit()
    mail(page).get_by_text("Story number 3").click()
    card = page.get_by_role("region", name="Where this comes from")
    card.locator("li[aria-current]").wait_for()
    line = SECTIONS.splitlines().index("  title: Story number 3") + 4
    assert f"town/2024-09.yaml:{line}:" in card.inner_text()
    assert "title: Story number 3" in card.locator("li[aria-current]").inner_text()
    assert page.locator(".outline.spot").is_visible()
    editor = card.get_by_role("link", name="Open in editor").get_attribute("href")
    assert editor is not None
    assert editor.startswith("vscode://file/")
    assert f"/{ISSUE}:{line}:" in editor
    page.keyboard.press("Escape")
    card.wait_for(state="detached")


def test_a_finding_shows_its_place_in_the_mail_and_its_line(visit: Open) -> None:
    page = visit()
    page.get_by_role("button", name="in in").click()
    card = page.get_by_role("region", name="Where this comes from")
    card.locator("li[aria-current]", has_text="in in week 5").wait_for()
    until(
        page,
        """(() => { const spot = document.querySelector('.outline.spot').getBoundingClientRect();
            const glass = document.querySelector('.glass').getBoundingClientRect();
            return spot.height > 20 && spot.bottom > glass.top && spot.top < glass.bottom })()""",
    )
    assert scrolled(page) > 100
    assert page.get_by_role("button", name="in in").get_attribute("aria-pressed") == "true"
    again = visit(page.url.removeprefix(page.url.split("/town")[0]))
    again.get_by_role("region", name="Where this comes from").wait_for()


def test_a_section_in_the_gauge_shows_its_place(visit: Open) -> None:
    page = visit()
    page.get_by_role("list", name="Sections and their share").get_by_role(
        "button", name="Story number 6"
    ).click()
    page.get_by_role("region", name="Where this comes from").get_by_text("sections[5]").wait_for()
    assert scrolled(page) > 300


def test_a_link_in_the_mail_leads_nowhere_but_says_where_it_would(visit: Open, newsroom: Newsroom) -> None:
    newsroom.write_issue("- {type: text, body: 'Read [the minutes](https://minutes.example.org/7).'}\n")
    page = visit()
    link = mail(page).get_by_role("link", name="the minutes")
    link.click()
    card = page.get_by_role("region", name="Where this comes from")
    card.get_by_role("link", name="https://minutes.example.org/7").wait_for()
    assert page.url.endswith(f"/{KEY}")
    assert "/mail/" in page.evaluate("document.querySelector('iframe.mail').contentWindow.location.href")
    with page.context.expect_page() as opened:
        link.click(modifiers=["ControlOrMeta"])
    assert opened.value.evaluate("window.opener") is None
    assert page.url.endswith(f"/{KEY}")


def test_a_test_goes_to_the_outbox(visit: Open, newsroom: Newsroom) -> None:
    page = visit()
    shows(page, "Story number 1")
    page.get_by_role("button", name="Send a test").click()
    dialog = page.get_by_role("dialog", name="Send a test")
    assert dialog.get_by_label("seed@example.org").is_checked()
    dialog.get_by_role("button", name="Send the test").click()
    file = Path(dialog.locator(".file").inner_text())
    assert file.is_relative_to(newsroom.root)
    assert b"seed@example.org" in file.read_bytes()
