"""A mail is looked at in five views, and what is wrong with it is said at its line of the YAML."""

from pathlib import Path

import pytest
from tests.check.browser.mails import mail
from tests.newsroom import Newsroom, spot
from tests.render.newsrooms import draft_of, every_section

from lpdownload.check.browser.page import MailPage
from lpdownload.check.browser.run import BrowserCheck, browser_findings
from lpdownload.check.inspection import Inspection
from lpdownload.content.issues import load_issue
from lpdownload.content.library import Library
from lpdownload.errors import Finding
from lpdownload.render.render import render_issue

ROOT = Path(__file__).parents[3]
TEXT = '<p data-lp="sections.0.body">The river is clean.</p>'


def look(page: MailPage, root: Path, key: str) -> list[Finding]:
    """What the extra says of an issue that shows every section."""
    library = Library(root)
    loaded = load_issue(library, key)
    segments = frozenset(section.visible_to for section in loaded.issue.sections if section.visible_to)
    rendering = render_issue(loaded.issue, newsroom=root, templates=library.templates, variant=segments)
    return list(BrowserCheck(page).look(Inspection(library, loaded, rendering)))


def findings(page: MailPage, body: str, css: str = "") -> list[Finding]:
    return [finding for finding, _ in browser_findings(page, mail(body, css), {})]


def test_a_fine_mail_has_no_finding(page: MailPage, newsroom: Newsroom) -> None:
    assert look(page, newsroom.root, "town/2024-09") == []


def test_every_section_with_every_field_has_no_finding(page: MailPage, tmp_path: Path) -> None:
    draft_of(tmp_path, every_section())
    assert look(page, tmp_path, "xx/2024-09") == []


@pytest.mark.parametrize("key", list(Library(ROOT).issue_keys()))
def test_no_sample_has_a_finding(page: MailPage, key: str) -> None:
    assert look(page, ROOT, key) == []


def test_a_finding_stands_at_the_line_that_caused_it(page: MailPage, newsroom: Newsroom) -> None:
    newsroom.write(
        "templates/sections/story.mjml.j2",
        "<mj-section><mj-column><mj-text>"
        '<h2 style="white-space:nowrap">{{ section.title }}</h2>'
        "</mj-text></mj-column></mj-section>",
    )
    long = "A title that does not break, as this newsroom wrote a template of its own for stories"
    newsroom.write_issue(f"- type: story\n  title: {long}\n  body: The town took thirty years.\n")
    (finding,) = look(page, newsroom.root, "town/2024-09")
    assert (finding.rule, finding.severity, finding.path) == ("view-overflow", "warning", "sections[0].title")
    assert spot(finding)[:2] == ("2024-09.yaml", 5)
    assert finding.message.startswith("“A title that does not break")
    assert finding.message.endswith("in every view")


def test_one_fault_in_several_views_is_one_finding_that_names_them(page: MailPage) -> None:
    (finding,) = findings(page, '<div data-lp="sections.1.image"><img src="x.png"></div>')
    assert (finding.rule, finding.severity) == ("axe-image-alt", "error")
    assert finding.loc == ("sections", 1, "image")
    assert finding.message.endswith("in light at 375 and 700 px")


def test_contrast_is_told_with_its_colours_and_only_where_it_is_low(page: MailPage) -> None:
    css = "@media (prefers-color-scheme: dark) { body { background: #121417 !important } p { color: #444 } }"
    (finding,) = findings(page, TEXT, css)
    assert finding.rule == "axe-color-contrast"
    assert "#444444 on #121417" in finding.message
    assert "needs 4.5:1" in finding.message
    assert finding.message.endswith("in dark at 375 and 700 px")


def test_text_that_cannot_be_seen_is_an_error(page: MailPage) -> None:
    css = "@media (prefers-color-scheme: dark) { p { background: #1b1f24 } }"
    (finding,) = findings(page, TEXT, css)
    assert (finding.rule, finding.severity) == ("view-invisible", "error")
    assert "#1b1f24" in finding.message


def test_what_an_inversion_makes_unreadable_is_found(page: MailPage) -> None:
    body = '<p data-lp="sections.0.body" style="background-color:#808080;color:#000000">Words.</p>'
    (finding,) = findings(page, body)
    assert finding.rule == "axe-color-contrast"
    assert finding.message.endswith("in dark forced by the mail program at 700 px")


def test_many_texts_of_one_value_are_one_finding(page: MailPage) -> None:
    body = '<div data-lp="sections.0.body"><p>One.</p><p>Two.</p><p>Three.</p></div>'
    (finding,) = findings(page, body, "p { color: #aaa }")
    assert "“One.”" in finding.message
    assert finding.message.endswith("and 2 more texts here")


def test_a_page_looks_at_one_mail_after_the_other(page: MailPage) -> None:
    assert len(findings(page, TEXT, "p { color: #aaa }")) == 1
    assert findings(page, TEXT) == []
