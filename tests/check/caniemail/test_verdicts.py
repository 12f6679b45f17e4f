"""What mail programs make of a mail: what is found, and above all what is not."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import html as lxml_html
from tests.render.newsrooms import draft_of, every_section, examples

from lpdownload.check.caniemail.effects import BASELINE
from lpdownload.check.caniemail.style_features import of_sheet, of_style
from lpdownload.check.caniemail.uses import uses
from lpdownload.check.caniemail.verdicts import verdicts
from lpdownload.model.mail_client import DEFAULT_CLIENTS, MailClient
from lpdownload.render.mjml import compile_mjml
from lpdownload.render.render import write_html, write_mjml


def found(
    body: str, head: str = "", clients: tuple[MailClient, ...] = DEFAULT_CLIENTS
) -> dict[str, set[str]]:
    """The programs concerned, by ``breaks`` or ``degrades`` and feature."""
    html = f"<!DOCTYPE html><html><head>{head}</head><body>{body}</body></html>"
    tree = lxml_html.document_fromstring(html)
    return {f"{one.kind} {one.feature.slug}": set(one.clients) for one in verdicts(tree, clients)}


def slugs(style: str) -> set[str]:
    return {use.slug for use in of_style(style)}


def test_flex_breaks_in_word_alone() -> None:
    assert found('<div style="display:flex">x</div>') == {"breaks css-display-flex": {"outlook-windows"}}


def test_only_the_programs_that_were_chosen_are_judged() -> None:
    body = '<div style="display:flex">x</div>'
    assert found(body, clients=("apple-mail", "gmail")) == {}


def test_what_belongs_to_flex_is_not_said_again_of_a_program_without_flex() -> None:
    kinds = found('<div style="display:flex;justify-content:center">x</div>')
    assert kinds["degrades css-justify-content"] == {"gmail", "yahoo"}


def test_decoration_is_no_finding() -> None:
    decoration = (
        "border-radius:4px;box-shadow:0 0 2px red;text-shadow:0 0 1px red;opacity:.9;letter-spacing:1px"
    )
    hover = (
        "<style>a:hover { color: red } @media (prefers-color-scheme: dark) { p { color: #ffffff } }</style>"
    )
    assert found(f'<p style="{decoration}">x</p>', hover) == {}


@pytest.mark.parametrize(
    "branch",
    [
        '<!--[if !mso]><!--><div style="display:flex">x</div><!--<![endif]-->',
        '<!--[if !mso | IE]><!--><div style="display:flex">x</div><!--<![endif]-->',
        '<!--[if !(mso)]><!--><div style="display:flex">x</div><!--<![endif]-->',
    ],
)
def test_what_word_does_not_read_does_not_count_for_it(branch: str) -> None:
    assert found(branch) == {}


def test_after_the_end_of_a_branch_word_reads_again() -> None:
    branch = "<!--[if !mso]><!--><p>x</p><!--<![endif]-->"
    assert found(f'{branch}<div style="display:flex">x</div>') != {}


@pytest.mark.parametrize("condition", ["mso", "gte mso 9", "(gte mso 9)|(IE)", "mso | IE"])
def test_what_only_word_reads_counts_for_word_alone(condition: str) -> None:
    branch = f'<!--[if {condition}]><form><p style="position:absolute">x</p></form><![endif]-->'
    assert found(branch) == {
        "breaks html-form": {"outlook-windows"},
        "breaks css-position": {"outlook-windows"},
    }


@pytest.mark.parametrize("condition", ["lte mso 11", "IE", "lt mso 12 & !mso"])
def test_what_other_versions_read_counts_for_nobody(condition: str) -> None:
    assert found(f"<!--[if {condition}]><form>x</form><![endif]-->") == {}


def test_vml_has_styles_of_its_own() -> None:
    assert found('<!--[if mso]><v:rect style="position:absolute;width:600px"><![endif]-->') == {}


def test_a_comment_is_no_content() -> None:
    assert found('<!-- <div style="display:flex"><form> -->') == {}


@pytest.mark.parametrize(
    "style",
    [
        "width:600px;width:calc(100% - 20px)",
        "color:#112233;color:var(--ink)",
        "background-color:#ffffff;background-image:url(a.png)",
        "background:url('a.png') #ffffff no-repeat",
        "background:#ffffff;background:linear-gradient(#ffffff,#eeeeee)",
        "display:none;mso-hide:all",
        "display:none;visibility:hidden;mso-hide:all",
        "position:static",
        "position:relative",
        "float:none",
        "transform:none",
        "margin:0 -0",
        "--flex: grid",
        "font-family:'Flex Grid', sans-serif",
        "background:#ffffff url(data:image/png;base64,AAAA==)",
        "max-width:600px",
        "color:rgb(1,2,3)",
        "flex-direction:row",
    ],
)
def test_a_value_with_something_to_fall_back_to_or_without_effect_is_not_used(style: str) -> None:
    assert slugs(style) == set()


@pytest.mark.parametrize(
    ("style", "slug"),
    [
        ("DISPLAY : FLEX !important", "css-display-flex"),
        ("display:inline-grid", "css-display-grid"),
        ("color:var(--ink)", "css-variables"),
        ("width:calc(100% - 20px);width:600px", "css-unit-calc"),
        ("font-size:1.2rem", "css-unit-rem"),
        ("padding:0 2vw", "css-unit-vw"),
        ("margin:0 auto -4px", "css-margin"),
        ("margin-left:-.5em", "css-margin"),
        ("background:url(a.png)", "css-background-image"),
        ("background-image:linear-gradient(red, blue)", "css-linear-gradient"),
        ("color:rgb(1 2 3)", "css-rgb"),
        ("color:rgba(1, 2, 3, .5)", "css-rgba"),
        ("color:oklch(40% 0.2 30)", "css-modern-color"),
        ("display:none", "css-display-none"),
        ("margin-inline-start:4px", "css-margin-inline-start-end"),
        ("border-inline-start-color:red", "css-border-inline-block-longhand"),
        ("width:max-content", "css-intrinsic-size"),
        ("width:min(100%, 20px)", "css-function-min"),
    ],
)
def test_a_style_s_features_are_seen_however_they_are_written(style: str, slug: str) -> None:
    assert slug in slugs(style)


def test_a_rule_that_a_program_does_not_apply_is_not_judged_for_it() -> None:
    head = "<style>@media (max-width: 479px) { .a { display: flex } }</style>"
    assert found('<p class="a">x</p>', head) == {}
    dark = "<style>@media (prefers-color-scheme: dark) { .a { color: var(--x) } }</style>"
    assert found('<p class="a">x</p>', dark) == {"breaks css-variables": {"outlook-web", "outlook-mobile"}}


def test_a_selector_that_a_program_lacks_is_said_once_and_its_declarations_are_not() -> None:
    head = "<style>.a:nth-child(2) { display: grid }</style>"
    kinds = found("", head)
    assert "gmail" in kinds["degrades css-pseudo-class-nth-child"]
    assert kinds.keys() == {"degrades css-pseudo-class-nth-child"}


def test_nested_rules_are_seen() -> None:
    assert {use.slug for use in of_sheet(".a { color: red; & b { color: blue } }")} == {"css-nesting"}


def test_key_frames_and_fonts_hold_no_rules() -> None:
    sheet = "@keyframes spin { to { transform: rotate(1turn) } } @font-face { font-family: Grid }"
    assert of_sheet(sheet) == ()


def test_a_background_that_a_branch_of_word_s_draws_is_for_the_others() -> None:
    mjml = (
        '<mjml><mj-body><mj-section background-url="https://example.org/sky.png"><mj-column>'
        "<mj-text>Sky</mj-text></mj-column></mj-section></mj-body></mjml>"
    )
    tree = lxml_html.document_fromstring(compile_mjml(mjml))
    assert any(used.use.slug == "css-background-image" for used in uses(tree))
    assert list(verdicts(tree, DEFAULT_CLIENTS)) == []


def test_html_without_a_fallback_is_judged_by_its_elements() -> None:
    body = '<video src="a.mp4"></video><input type="text"><svg></svg><div hidden>x</div>'
    assert {name.partition(" ")[2] for name in found(body)} == {
        "html-video",
        "html-input-text",
        "html-svg",
        "html-hidden",
    }


@pytest.mark.parametrize("sections", ["every section", "examples"])
def test_the_packaged_templates_use_nothing_that_hurts_but_what_the_baseline_says(
    sections: str, tmp_path: Path
) -> None:
    written = every_section() if sections == "every section" else examples()
    draft = draft_of(tmp_path, [{"type": "contents"}, *written])
    html = draft.marks.removed(write_html(draft, write_mjml(draft)))
    tree = lxml_html.document_fromstring(html)
    assert list(verdicts(tree, DEFAULT_CLIENTS)) == []
    assert {used.use.slug for used in uses(tree)} == set(BASELINE)


@given(st.text())
def test_any_text_at_all_can_stand_in_a_style(style: str) -> None:
    of_style(style)
    of_sheet(style)


@given(st.text(alphabet="{}@:;()'\"/*-&.,a#%0 \n", max_size=60))
def test_broken_style_sheets_are_no_surprise(css: str) -> None:
    of_style(css)
    of_sheet(css)
