"""Clients, colours, widths, readers and tabs, and that each has a link."""

import httpx
from tests.newsroom import ISSUE, KEY, Newsroom
from tests.preview.page.browsing import Open, mail, query_is, shows, until


def test_every_state_has_a_link(visit: Open) -> None:
    page = visit(f"/{KEY}?client=gmail-imap&mode=dark&width=320&images=off&persona=ana")
    shows(page, "Story number 1")
    assert page.get_by_label("Mail program").input_value() == "gmail-imap"
    assert page.get_by_role("radio", name="Dark", exact=True).is_checked()
    assert not page.get_by_label("Images").is_checked()
    assert page.get_by_label("Reader").input_value() == "ana"
    until(page, "document.querySelector('iframe.mail').offsetWidth === 320")


def in_frame(script: str) -> str:
    return f"document.querySelector('iframe.mail').contentDocument.{script}"


def test_controls_change_the_mail_and_its_link(visit: Open) -> None:
    page = visit()
    shows(page, "Story number 1")
    styles = in_frame("querySelectorAll('style:not([data-seen])').length")
    assert page.evaluate(styles) > 0
    page.get_by_label("Mail program").select_option("gmail-imap")
    until(page, f"{styles} === 0")
    page.get_by_role("radio", name="Forced dark").check(force=True)
    page.get_by_role("radio", name="375").check(force=True)
    page.get_by_label("Images").uncheck()
    query_is(page, client="gmail-imap", mode="forced", width="375", images="off")
    until(page, "document.querySelector('iframe.mail').offsetWidth === 375")
    page.locator(".taken summary").click()
    assert "style" in page.locator(".taken .log li").first.inner_text()


def test_a_mail_in_its_dark_colours_is_dark_whatever_the_screen_prefers(visit: Open) -> None:
    ground = """(() => { const page = document.querySelector('iframe.mail').contentDocument;
        return page.defaultView.getComputedStyle(page.querySelector('h1, h2, p')).color })()"""
    light = visit()
    shows(light, "Story number 1")
    dark = visit(f"/{KEY}?mode=dark")
    shows(dark, "Story number 1")
    light_on_dark = visit(dark=True)
    shows(light_on_dark, "Story number 1")
    assert light.evaluate(ground) == light_on_dark.evaluate(ground) != dark.evaluate(ground)


def test_a_reader_gets_the_sections_that_are_meant_for_her(visit: Open) -> None:
    page = visit("/town/2024-08")
    shows(page, "A story for everybody")
    assert mail(page).get_by_text("A story for teachers").count() == 0
    page.get_by_label("Reader").select_option("tess")
    shows(page, "A story for teachers")
    page.get_by_label("Sections", exact=True).select_option("none")
    mail(page).get_by_text("A story for teachers").wait_for(state="detached")
    query_is(page, persona="tess", variant="none")


def test_the_back_button_goes_to_the_issue_and_the_tab_before(visit: Open) -> None:
    page = visit()
    shows(page, "Story number 1")
    page.get_by_role("tab", name="Plain text").click()
    page.locator("#list").get_by_role("link", name="2024-08").click()
    page.get_by_role("tabpanel").get_by_text("A story for all.").wait_for()
    page.go_back()
    page.get_by_role("tabpanel").get_by_text("week 1").wait_for()
    page.go_back()
    page.get_by_role("tab", name="Mail", selected=True).wait_for()
    shows(page, "Story number 1")


def test_the_handle_changes_the_width_by_mouse_and_by_key(visit: Open) -> None:
    page = visit(f"/{KEY}?width=375")
    shows(page, "Story number 1")
    handle = page.get_by_role("separator", name="Width of the mail")
    box = handle.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 8, box["y"] + 100)
    page.mouse.down()
    page.mouse.move(box["x"] + 58, box["y"] + 100, steps=3)
    page.mouse.up()
    assert handle.get_attribute("aria-valuenow") == "475"
    query_is(page, width="475")
    handle.press("ArrowLeft")
    handle.press("Shift+ArrowRight")
    assert handle.get_attribute("aria-valuenow") == "515"
    handle.press("Home")
    until(page, "document.querySelector('iframe.mail').offsetWidth === 320")


def test_tabs_show_what_the_mail_is_made_of(visit: Open, address: str) -> None:
    page = visit()
    shows(page, "Story number 1")
    sheet = page.get_by_role("tabpanel")
    for name, words in {
        "Inbox": "A river, a road and a vote.",
        "Plain text": "This is what happened in week 1",
        "MJML": "<mj-section",
        "HTML": "<!doctype html",
        "Headers": "List-Unsubscribe",
    }.items():
        page.get_by_role("tab", name=name, exact=True).click()
        sheet.get_by_text(words).first.wait_for()
    assert "data-lp" not in sheet.inner_text()
    link = page.get_by_role("link", name="Download .eml").get_attribute("href")
    assert httpx.get(f"{address}{link}").headers["content-disposition"].startswith("attachment")


def test_clients_stand_side_by_side_in_frames_without_scripts(visit: Open, newsroom: Newsroom) -> None:
    page = visit(f"/{KEY}?tab=matrix&clients=apple-mail,outlook-word&modes=light,dark")
    frames = page.locator(".matrix iframe")
    page.frame_locator(".matrix iframe >> nth=0").get_by_text("Story number 1").wait_for()
    assert frames.count() == 4
    assert {frame.get_attribute("sandbox") for frame in frames.all()} == {"allow-same-origin"}
    newsroom.change(ISSUE, "Story number 1", "Story number one")
    page.frame_locator(".matrix iframe >> nth=0").get_by_text("Story number one").wait_for()
    page.get_by_role("group", name="Colours").get_by_label("Dark", exact=True).uncheck()
    until(page, "document.querySelectorAll('.matrix iframe').length === 2")


def test_a_save_is_compared_with_what_was_before(visit: Open, newsroom: Newsroom) -> None:
    page = visit(f"/{KEY}?tab=compare&against=saved")
    page.get_by_label("Compare with").wait_for()
    newsroom.change(ISSUE, "Story number 3", "Story number three")
    page.locator("ins", has_text="three").first.wait_for()
    assert "Story number 3" in page.locator("del").first.inner_text()
    page.get_by_label("Compare with").select_option("previous")
    page.locator("del", has_text="A story for all.").wait_for()
    query_is(page, against="previous")
