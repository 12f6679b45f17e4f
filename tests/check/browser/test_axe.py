"""axe finds what hurts readers, with the way to the YAML, and is silent about what a mail need not have."""

from tests.check.browser.mails import mail

from lpdownload.check.browser.axe import OF_COLOURS, OFF, Violation, axe_script, run_axe
from lpdownload.check.browser.page import MailPage
from lpdownload.check.browser.views import View

WORDS = '<p data-lp="sections.0.body">The river is clean.</p>'


def violations(page: MailPage, body: str, css: str = "", view: View | None = None) -> tuple[Violation, ...]:
    page.show(mail(body, css), {})
    page.turn_to(view or View("light", 700))
    return run_axe(page.page, "data-lp")


def test_a_mail_without_landmarks_and_with_no_first_heading_is_fine(page: MailPage) -> None:
    assert violations(page, f"<h2>A river</h2>{WORDS}") == ()


def test_a_violation_tells_where_the_element_came_from(page: MailPage) -> None:
    (found,) = violations(page, '<div data-lp="sections.3.image"><img src="x.png"></div>')
    assert (found.rule, found.impact, found.loc) == ("image-alt", "critical", "sections.3.image")
    assert found.html.startswith("<img")


def test_contrast_is_measured_in_the_colours_of_the_view(page: MailPage) -> None:
    dark = "p { color: #333333 !important } body { background: #121417 !important }"
    css = f"@media (prefers-color-scheme: dark) {{ {dark} }}"
    assert violations(page, WORDS, css) == ()
    (found,) = violations(page, WORDS, css, View("dark", 700))
    assert found.rule == "color-contrast"
    assert found.contrast is not None
    assert found.contrast["fgColor"] == "#333333"
    assert found.contrast["bgColor"] == "#121417"
    assert found.words == "The river is clean."


def test_text_in_the_colour_of_its_ground_is_a_violation_though_axe_calls_it_incomplete(
    page: MailPage,
) -> None:
    (found,) = violations(page, WORDS, "p { color: #ffffff }")
    assert found.contrast is not None
    assert found.contrast["contrastRatio"] == 1


def test_hidden_text_such_as_a_preheader_is_none(page: MailPage) -> None:
    hidden = '<div style="display:none;max-height:0;opacity:0;color:#fff">The river</div>'
    assert violations(page, hidden + WORDS) == ()


def test_the_mail_cannot_pass_for_axe(page: MailPage) -> None:
    (found,) = violations(page, '<p id="axe">Words</p><img src="x.png">')
    assert found.rule == "image-alt"


def test_every_rule_that_is_named_is_one_of_axe(page: MailPage) -> None:
    page.show(mail(WORDS), {})
    page.page.evaluate(axe_script())
    known = page.page.evaluate("axe.getRules().map(rule => rule.ruleId)")
    assert {*OFF, *OF_COLOURS} <= {*known}
