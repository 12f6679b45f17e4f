"""Accessibility without a browser: what is found at which place, and what may be as it is."""

import pytest
from tests.newsroom import KEY, Newsroom

from lpdownload.check.registry import rules
from lpdownload.check.run import check_variants
from lpdownload.errors import Finding
from lpdownload.packaged import packaged_templates

SPANISH = (
    "El pueblo tardó treinta años en limpiar el río, y hoy los niños nadan en él con sus familias. Es una "
    "victoria que se debe a todas las personas del barrio."
)
ENGLISH = (
    "The town took thirty years to clean the river, and today children swim in it with their families. It is "
    "a victory that we owe to all the people of the neighborhood, and to their patience."
)
STORY = "templates/sections/story.mjml.j2"


def found(newsroom: Newsroom) -> list[Finding]:
    ours = {rule.id for rule in rules() if rule.family == "accessibility"}
    return [one for one in check_variants(newsroom.library, KEY).findings if one.rule in ours]


def rules_of(newsroom: Newsroom) -> set[str]:
    return {finding.rule for finding in found(newsroom)}


def write_story(newsroom: Newsroom, inside: str) -> None:
    newsroom.write(
        STORY, f"<mj-section><mj-column>\n<mj-text>{inside}</mj-text>\n</mj-column></mj-section>\n"
    )


def write_text(newsroom: Newsroom, body: str, head: str = "") -> None:
    lines = "\n".join(f"    {line}" for line in body.splitlines())
    newsroom.write_issue(f"- type: text\n  heading: The month\n{head}  body: |\n{lines}\n")


def test_the_packaged_templates_have_none_of_these_faults(newsroom: Newsroom) -> None:
    assert found(newsroom) == []


@pytest.mark.parametrize(
    ("inside", "rule"),
    [
        ("<table><tr><td>A</td></tr></table>", "layout-table"),
        ("<!--[if mso]><table><tr><td>A</td></tr></table><![endif]-->", "layout-table"),
        ('<p style="font-size:13px">A</p>', "small-text"),
        ('<div style="font-size:17px"><p style="font-size:0.7em">A</p></div>', "small-text"),
        ('<div style="font-size:14px"><small>A</small></div>', "small-text"),
        ("<h1>A river</h1>", "heading-levels"),
        ("<h2>A</h2><h4>B</h4>", "heading-levels"),
        ('<h2>A</h2><p>See <a style="text-decoration:none" href="https://a.org">B</a></p>', "link-underline"),
        ('<a style="display:inline-block;padding:5px;" href="https://a.org">Go there</a>', "tap-target"),
        ("<h2>→</h2>", "emoji-only"),
        ('<!--[if mso]><v:image src="https://a.org/b.png" /><![endif]-->', "vml-alt"),
    ],
)
def test_a_fault_of_a_template_is_found(newsroom: Newsroom, inside: str, rule: str) -> None:
    write_story(newsroom, inside)
    assert rules_of(newsroom) == {rule}


@pytest.mark.parametrize(
    "inside",
    [
        '<table role="presentation"><tr><td>A</td></tr></table>',
        "<table><tr><th>A</th></tr><tr><td>B</td></tr></table>",
        '<p style="font-size:14px">A</p>',
        '<p style="font-size:17px">H<sub style="font-size:11px">2</sub>O</p>',
        '<div style="display:none;font-size:1px">A</div>',
        '<p><a style="text-decoration:none" href="https://a.org">Alone</a></p>',
        '<p>See <a style="text-decoration:underline" href="https://a.org">this river</a></p>',
        '<a style="display:inline-block;padding:14px;line-height:16px" href="https://a.org">Go there</a>',
        '<a style="display:block" href="https://a.org"><img src="https://a.org/b" alt="A" width="9" /></a>',
        "<h2>A</h2><h3>B</h3><h2>C</h2>",
        '<!--[if mso]><v:image src="https://a.org/b.png" alt="A river" /><![endif]-->',
    ],
)
def test_what_is_as_it_should_be_is_let_be(newsroom: Newsroom, inside: str) -> None:
    write_story(newsroom, inside)
    assert rules_of(newsroom) == set()


def test_a_size_in_the_style_sheet_for_phones_counts_too(newsroom: Newsroom) -> None:
    css = (packaged_templates() / "media.css.j2").read_text("utf-8")
    newsroom.write("templates/media.css.j2", css.replace("{ font-size: 23px", "{ font-size: 12px", 1))
    (finding,) = found(newsroom)
    assert (finding.rule, finding.message) == (
        "small-text",
        "a style sheet makes text 12 px small",
    )
    assert finding.place is not None
    assert finding.place.file.endswith("media.css.j2")


def test_a_mail_says_its_language_where_programs_leave_it(newsroom: Newsroom) -> None:
    layout = (packaged_templates() / "layout.mjml.j2").read_text("utf-8")
    newsroom.write("templates/layout.mjml.j2", layout.replace('dir="{{ dir }}">', 'dir="rtl">', 1))
    assert [finding.message for finding in found(newsroom)] == [
        "html has dir=rtl instead of ltr",
        "the first element of body has dir=rtl instead of ltr",
    ]


@pytest.mark.parametrize(
    "body",
    [
        "**What we won**\n\nThe river.",
        "The river.\n\n__And more:__\n\nThe road.",
        "**One**\n\nA.\n\n**Two**\n\nB.",
    ],
)
def test_a_line_in_bold_above_a_text_is_no_heading(newsroom: Newsroom, body: str) -> None:
    write_text(newsroom, body)
    assert rules_of(newsroom) == {"fake-heading"}


@pytest.mark.parametrize(
    "body",
    [
        "**Register** by October 6.\n\nThe river.",
        "**Vote on November 5.**\n\nThe river.",
        "The river.\n\n**The end**",
        "The river\n**is clean**\n\nThe road.",
        "**[Register](https://example.org/register)**\n\nThe road.",
        "**A**\n**B**\n\nThe road.",
        "- **A**\n\n- **B**",
        "### A heading\n\nThe road.",
        "**A bold sentence that goes on and on and would be far too long for any heading**\n\nThe road.",
    ],
)
def test_bold_words_that_are_no_heading_are_let_be(newsroom: Newsroom, body: str) -> None:
    write_text(newsroom, body)
    assert rules_of(newsroom) == set()


def test_a_fake_heading_in_html_is_found_there(newsroom: Newsroom) -> None:
    newsroom.write_issue(
        "- type: html\n  heading: The month\n  text: What we won.\n"
        "  html: '<p><b>What we won</b></p><p>The river.</p>'\n"
    )
    (finding,) = found(newsroom)
    assert (finding.rule, finding.path) == ("fake-heading", "sections[0].html")


@pytest.mark.parametrize(
    ("body", "is_found"),
    [
        ("PLEASE REGISTER BEFORE THE SIXTH OF OCTOBER.", True),
        ("¡INSCRÍBASE ANTES DEL SEIS DE OCTUBRE POR FAVOR!", True),
        ("NYC DOE, HPD, MTA, NYPD and DHCR.", False),
        ("NYC DOE HPD MTA NYPD.", False),
        ("PLEASE REGISTER.", False),
        ("Int. 1234-A and A.B. 12 PASSED BOTH HOUSES.", False),
    ],
)
def test_long_passages_in_capitals_are_found(newsroom: Newsroom, body: str, is_found: bool) -> None:
    write_text(newsroom, body)
    assert rules_of(newsroom) == ({"capitals"} if is_found else set())


@pytest.mark.parametrize(
    ("body", "head"),
    [
        (SPANISH, ""),
        (ENGLISH, "  lang: es\n"),
        ("Мы очистили реку, и теперь дети купаются в ней вместе с семьями.", ""),
        ("우리는 강을 깨끗하게 만들었고 이제 아이들은 가족과 함께 수영합니다.", ""),
    ],
)
def test_a_text_in_another_language_than_it_says_is_found(newsroom: Newsroom, body: str, head: str) -> None:
    write_text(newsroom, body, head)
    assert rules_of(newsroom) == {"section-language"}


@pytest.mark.parametrize(
    ("body", "head"),
    [
        (SPANISH, "  lang: es\n"),
        (SPANISH, "  lang: es-MX\n"),
        (ENGLISH, ""),
        (f"{ENGLISH} {SPANISH}", ""),
        ("El Paso, Los Angeles, Las Vegas y San Juan: la ley de los niños.", ""),
        ("We say спасибо, 감사합니다 and gracias to all who came, and to those who could not.", ""),
        ("Мы очистили реку, и теперь дети купаются в ней вместе с семьями.", "  lang: ru\n"),
        ("nan ak yo pou ki sa nou li se pa gen sou ou tout moun ki kap yon nan ak yo", "  lang: ht\n"),
    ],
)
def test_a_text_whose_language_is_said_or_uncertain_is_let_be(
    newsroom: Newsroom, body: str, head: str
) -> None:
    write_text(newsroom, body, head)
    assert rules_of(newsroom) == set()


def test_a_section_is_told_once_that_its_language_is_another(newsroom: Newsroom) -> None:
    newsroom.write_issue(
        "- type: roundup\n  heading: Noticias\n  items:\n"
        f"    - {{place: Uno, body: '{SPANISH}'}}\n    - {{place: Dos, body: '{SPANISH}'}}\n"
    )
    (finding,) = found(newsroom)
    assert finding.path == "sections[0].items[0].body"
