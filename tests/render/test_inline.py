"""Inlining CSS without losing what MJML emits for Outlook, phones and dark mode."""

import re
import subprocess
import sys

import html5lib
import pytest

from lpdownload.render.inline import InlineCssError, inline, losses
from lpdownload.render.mjml import compile_mjml

MJML = """<mjml lang="es" dir="ltr">
<mj-head><mj-title>Título &amp; más</mj-title><mj-breakpoint width="480px" />
<mj-attributes><mj-all font-family="Arial" /><mj-class name="big" font-size="30px" /></mj-attributes>
<mj-raw><meta name="color-scheme" content="light dark" /></mj-raw>
<mj-style>@media (prefers-color-scheme: dark) { .card, .card table { background: #111111 !important; } }
@supports (display: grid) { .card { gap: 1px !important } } [data-ogsc] .card { color: #eeeeee !important }
@font-face { font-family: x; src: url(x) } a:hover { color: red }</mj-style></mj-head>
<mj-body width="640px" background-color="#f4f4f4">
<mj-raw><div style="display:none">Vista</div></mj-raw>
<mj-wrapper css-class="card" background-color="#ffffff" padding="0px 0px 20px 0px">
<mj-section padding="20px 32px"><mj-column width="50%"><mj-text><p>Señor&nbsp;X 🗽
<a href="https://e.org/a?x=1&amp;y=2">a</a></p>
</mj-text></mj-column><mj-column width="50%">
<mj-image src="a.png" alt="" width="200px" height="100px" /></mj-column></mj-section>
<mj-section background-url="https://e.org/b.png" background-size="cover">
<mj-group><mj-column><mj-text mj-class="big">g</mj-text>
</mj-column><mj-column><mj-spacer height="4px" /></mj-column></mj-group></mj-section></mj-wrapper>
<mj-hero background-color="#222222" background-url="h.png" height="300px">
<mj-text color="#ffffff">hero</mj-text></mj-hero>
<mj-section><mj-column><mj-button href="https://e.org/?a=1&amp;b=2" background-color="#1d4ed8">Ir</mj-button>
<mj-divider border-width="1px" /><mj-table><tr><td>x</td><td>y</td></tr></mj-table>
<mj-social>
<mj-social-element name="facebook-noshare" src="f.png" alt="f" href="https://e.org/f" /></mj-social>
<mj-navbar><mj-navbar-link href="https://e.org/n">n</mj-navbar-link></mj-navbar></mj-column></mj-section>
</mj-body></mjml>"""
CSS = "p { margin: 0 0 16px; color: #ffffff } .card p { font-size: 17px } td { width: 10px }"
PAGE = "<!doctype html><html><head></head><body>{}</body></html>"

BEFORE = compile_mjml(MJML)
AFTER = inline(BEFORE, CSS)


def comments(page: str) -> list[str]:
    return re.findall(r"<!--.*?-->", page, re.DOTALL)


def test_every_conditional_comment_stays_as_it_is() -> None:
    assert len(comments(BEFORE)) > 20
    assert comments(AFTER) == comments(BEFORE)


def test_every_important_survives() -> None:
    assert BEFORE.count("!important") > 4
    assert AFTER.count("!important") == BEFORE.count("!important")


def test_style_elements_stay_and_carry_no_marker() -> None:
    styles = re.compile(r"<style[^>]*>.*?</style>", re.DOTALL)
    assert styles.findall(AFTER) == styles.findall(BEFORE)
    assert "data-premailer" not in AFTER


def test_the_doctype_is_upper_case_and_first() -> None:
    assert AFTER.startswith("<!DOCTYPE html>")


def test_a_second_run_gives_the_same_bytes() -> None:
    assert inline(BEFORE, CSS) == AFTER
    assert inline(compile_mjml(MJML), CSS) == AFTER


def test_text_attributes_and_structure_stay() -> None:
    before, after = (
        [
            (element.tag, {k: v for k, v in element.items() if k != "style"}, element.text, element.tail)
            for element in html5lib.parse(page, namespaceHTMLElements=False).iter()
        ]
        for page in (BEFORE.strip(), AFTER)
    )
    assert after == before


def test_characters_stay_characters() -> None:
    assert "Señor\u00a0X 🗽" in AFTER


def test_css_becomes_style_attributes_and_yields_to_those_already_there() -> None:
    done = inline(PAGE.format('<p>a</p><p style="color: #000000">b</p>'), "p { color: #ffffff; margin: 0 }")
    assert '<p style="color:#ffffff; margin:0">a</p>' in done
    assert re.search(r'<p style="(color:#000000; margin:0|margin:0; color:#000000)">b</p>', done)


def test_a_more_specific_rule_wins_wherever_it_stands() -> None:
    done = inline(
        PAGE.format('<div class="b"><a>x</a></div>'), ".b a { color: #111111 } a { color: #222222 }"
    )
    assert '<a style="color:#111111">' in done


def test_a_width_in_css_does_not_touch_the_attribute() -> None:
    done = inline(
        PAGE.format('<img src="a" alt="" width="200" height="100">'), "img { width: 10px; height: 5px }"
    )
    assert 'width="200" height="100"' in done


@pytest.mark.parametrize(
    "css",
    [
        "a:hover { color: red }",
        "p:first-child a { color: red }",
        "* { color: red }",
        "@media print { p { color: red } }",
        "@font-face { font-family: x }",
        "@import url(x.css);",
        "p { color: ; }",
        "p { bogus }",
        "p { {",
    ],
)
def test_css_that_cannot_be_inlined_is_refused_rather_than_dropped(css: str) -> None:
    with pytest.raises(InlineCssError):
        inline(PAGE.format("<p>x</p>"), css)


def test_comments_first_child_and_vendor_properties_may_stand_in_the_css() -> None:
    css = "/* why */ p:first-child { mso-line-height-rule: exactly; -webkit-text-size-adjust: 100% }"
    done = inline(PAGE.format("<p>a</p><p>b</p>"), css)
    assert done.count("mso-line-height-rule:exactly") == 1


def test_a_linked_style_sheet_is_left_alone() -> None:
    page = '<!doctype html><html><head><link rel="stylesheet" href="https://e.org/x.css"></head><body></body></html>'
    assert 'href="https://e.org/x.css"' in inline(page, "p { margin: 0 }")


def test_inlining_does_not_load_requests() -> None:
    code = (
        "import sys; from lpdownload.render.inline import inline;"
        "inline('<!doctype html><html><head></head><body><p>a</p></body></html>', 'p { margin: 0 }');"
        "print([name for name in ('requests', 'urllib3', 'cssutils') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_nothing_is_lost_by_inlining() -> None:
    assert losses(BEFORE, AFTER) == []


@pytest.mark.parametrize(
    ("change", "rules"),
    [
        (("<!DOCTYPE html>", ""), ["pipeline-doctype"]),
        (("<!DOCTYPE html>", "<!doctype html>"), ["pipeline-doctype"]),
        (("<!--[if mso", "<!--[if MSO"), ["pipeline-mso-comments"]),
        (("<!--<![endif]-->", ""), ["pipeline-mso-comments"]),
        (("a:hover { color: red }", ""), ["pipeline-style"]),
        (("#eeeeee !important", "#eeeeee"), ["pipeline-style", "pipeline-important"]),
    ],
)
def test_each_loss_is_a_finding(change: tuple[str, str], rules: list[str]) -> None:
    damaged = AFTER.replace(*change, 1)
    assert damaged != AFTER
    assert [finding.rule for finding in losses(BEFORE, damaged)] == rules
