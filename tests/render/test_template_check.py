"""What the template check says, and that it says nothing about what is right."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from mjml import mjml2html

from lpdownload.errors import Finding
from lpdownload.render.mjml_whitelist import IN_ATTRIBUTES, TAGS, Kind
from lpdownload.render.template_check import check_rendered, check_source

WHOLE = """<mjml lang="en" dir="ltr">
<mj-head>
  <mj-title>A title</mj-title><mj-breakpoint width="480px" /><mj-font name="Inter" href="https://e.org/i.css" />
  <mj-attributes><mj-all font-family="Arial" /><mj-text font-size="16px" /><mj-class name="big" font-size="30px" />
  </mj-attributes>
  <mj-raw><meta name="color-scheme" content="light dark" /></mj-raw>
  <mj-style>/* why */ .a > .b { color: #fff !important }</mj-style>
</mj-head>
<mj-body width="640px" background-color="#f4f4f4">
  <mj-raw><div style="display:none">x</div></mj-raw>
  <!-- the card -->
  <mj-wrapper padding="0px" css-class="card wide">
    <mj-section padding="0px 24px" border-top="1px solid #dddddd">
      <mj-column width="33.3%" border="none"><mj-text align="justify" line-height="1.5"><p>a<br>b <b>c</b> &lt;</p></mj-text>
        <mj-image src="a.png" alt="" width="200px" height="auto" fluid-on-mobile="true" /></mj-column>
      <mj-group width="50%"><mj-column><mj-spacer height="10px" /></mj-column></mj-group>
    </mj-section>
  </mj-wrapper>
  <mj-hero mode="fixed-height" height="300px" background-height="300px" background-width="600px"><mj-text>h</mj-text></mj-hero>
  <mj-section full-width="full-width" background-url="https://e.org/b.png"><mj-column>
    <mj-button href="https://e.org/?a=1&amp;b=2" inner-padding="14px 24px" border="2px solid #1d4ed8">Go <b>now</b></mj-button>
    <mj-divider border-width="1px" border-color="#dddddd" />
    <mj-table cellpadding="4"><tr><td>x</td></tr></mj-table>
    <mj-social mode="horizontal"><mj-social-element name="x-noshare" href="https://x.com/a" src="x.png" alt="X" /></mj-social>
    <mj-navbar><mj-navbar-link href="https://e.org">n</mj-navbar-link></mj-navbar>
  </mj-column></mj-section>
</mj-body>
</mjml>"""  # noqa: E501


def rules(findings: tuple[Finding, ...]) -> list[str]:
    return [finding.rule for finding in findings]


def only(findings: tuple[Finding, ...]) -> Finding:
    assert len(findings) == 1, [str(finding) for finding in findings]
    return findings[0]


def place(finding: Finding) -> tuple[int, int]:
    assert finding.place is not None
    return finding.place.line, finding.place.column


def column(inner: str) -> str:
    return (
        f'<mjml lang="en"><mj-body><mj-section><mj-column>{inner}</mj-column></mj-section></mj-body></mjml>'
    )


def test_a_document_with_every_tag_is_right() -> None:
    assert check_rendered(WHOLE, "x.mjml") == ()
    assert check_source(WHOLE, "x.mjml.j2") == ()
    assert all(f"<{name}" in WHOLE for name in TAGS)
    assert mjml2html(WHOLE, fonts={})


def test_a_finding_names_file_line_and_column() -> None:
    finding = only(check_source("<mj-section>\n  <mj-colum />\n</mj-section>", "story.mjml.j2"))
    assert str(finding) == "story.mjml.j2:2:3: there is no tag mj-colum (did you mean mj-column?)"
    assert finding.rule == "template-tag"


@pytest.mark.parametrize(
    ("inner", "rule", "message"),
    [
        ('<mj-text colour="#111111">x</mj-text>', "attribute", "did you mean color?"),
        ('<mj-button href="#" title="x">x</mj-button>', "attribute", "the label says it"),
        ('<mj-text padding="0 10px">x</mj-text>', "value", "zero as 0px"),
        ('<mj-text padding="5%">x</mj-text>', "value", "padding"),
        ('<mj-text color="#eee">x</mj-text>', "value", "six digits"),
        ('<mj-text color="red">x</mj-text>', "value", "six digits"),
        ('<mj-image src="a" alt="" width="100" />', "value", "12px"),
        ('<mj-image src="a" alt="" width="50%" />', "value", "px"),
        ('<mj-text align="middle">x</mj-text>', "value", "left or center"),
        ('<mj-button href="a b">x</mj-button>', "value", "without spaces"),
        ('<mj-image src="a" />', "attribute", "mj-image needs alt"),
        ('<mj-image alt="a" />', "attribute", "mj-image needs src"),
        ('<mj-image src="a" alt="" border-top="1px solid #000000" />', "attribute", "border-top"),
        ('<mj-image src="a" alt="" alt="b" />', "attribute", "twice"),
        ("<mj-text css-class=x>x</mj-text>", "value|syntax", "quotes"),
        ("<mj-text><p class=x>x</p></mj-text>", "syntax", 'class="x"'),
        ("<mj-text>a < b</mj-text>", "syntax", "&lt;"),
        ("<mj-text><![CDATA[x]]></mj-text>", "refused", "CDATA"),
        ("<mj-text><?php x ?></mj-text>", "refused", "XML"),
        ("<mj-text><!-- a -- b --></mj-text>", "syntax", "comment"),
        ("<mj-text><p>x</mj-text>", "nesting", "p is not closed"),
        ("<mj-text><b><i>x</b></i></mj-text>", "nesting", "i is not closed"),
        ("<mj-text>x</p></mj-text>", "nesting", "closes nothing"),
        ("<mj-section />", "nesting", "mj-section directly in mj-column"),
        ("<p>x</p>", "nesting", "p directly in mj-column"),
        ("stray", "nesting", "text directly in mj-column"),
        ('<mj-include path="x" />', "refused", "Jinja"),
        ("<mj-preview>x</mj-preview>", "refused", "preheader"),
        ("<mj-carousel />", "refused", "few clients"),
        ("<mj-html-attributes />", "refused", "compiler"),
        ('<mj-raw position="file-start"><p>x</p></mj-raw>', "attribute", "position"),
        (
            '<mj-social><mj-social-element name="facebook" href="h" src="s" alt="f" /></mj-social>',
            "value",
            "facebook-noshare",
        ),
        ('<mj-social><mj-social-element href="h" alt="f" /></mj-social>', "attribute", "needs src"),
    ],
)
def test_each_mistake_in_a_column_is_found(inner: str, rule: str, message: str) -> None:
    for findings in (check_rendered(column(inner), "x"), check_source(column(inner), "x")):
        assert any(message in str(finding) for finding in findings), findings
        assert {finding.rule.removeprefix("template-") for finding in findings} <= set(rule.split("|")) | {
            "nesting"
        }


@pytest.mark.parametrize(
    ("document", "message"),
    [
        ('<mj-head><mj-style inline="inline">a{}</mj-style></mj-head>', "inline.css.j2"),
        ("<mj-head><mj-style>a{} <!-- x --></mj-style></mj-head>", "mj-style"),
        (
            '<mj-head><mj-attributes><mj-class name="x"><mj-text /></mj-class></mj-attributes></mj-head>',
            "mj-class",
        ),
        ("<mj-head><mj-attributes><mj-nothing /></mj-attributes></mj-head>", "no tag mj-nothing"),
        (
            "<mj-body><mj-section><mj-text>x</mj-text></mj-section></mj-body>",
            "mj-text directly in mj-section",
        ),
        ("<mj-body><mj-hero mode='fluid-height' /></mj-body>", "Outlook"),
        ("<mj-body><mj-wrapper gap='4px' /></mj-body>", "give its sections padding"),
        ("<mj-body><mj-section><mj-column inner-border='none' /></mj-section></mj-body>", "inner-border"),
        ("<mj-body><mj-section></mj-body>", "mj-section is not closed"),
    ],
)
def test_each_mistake_elsewhere_is_found(document: str, message: str) -> None:
    finding = only(check_rendered(f'<mjml lang="en">{document}</mjml>', "x"))
    assert message in str(finding)


def test_a_document_that_is_no_mjml_is_a_finding() -> None:
    assert rules(check_rendered("", "x")) == ["template-nesting"]
    assert rules(check_rendered("<mj-section />", "x")) == ["template-nesting", "template-nesting"]


def test_every_mistake_is_reported_in_the_order_of_the_file() -> None:
    findings = check_source('<mj-section padding="0">\n<mj-colum/>\n <mj-column width="1" />', "x")
    assert [place(finding) for finding in findings] == [(1, 1), (1, 13), (2, 1), (3, 13)]


def test_a_fragment_may_begin_with_any_tag() -> None:
    for name, tag in TAGS.items():
        given = " ".join(f'{attribute}="{{{{ x }}}}"' for attribute in tag.required)
        assert check_source(f"<{name} {given} />", "x") == ()


def test_values_attributes_and_tag_names_made_by_jinja_are_trusted() -> None:
    source = """{# <mj-wrong> #}
<mj-text padding="0px 0px {{ 6 if x else 14 }}px 0px" color="{% if a %}red{% endif %}" {{ more }}
  {%- if height %} height="{{ height }}px"{% endif %}><h{{ n }}>x</h{{ n }}>
<div{{ lang }}>x</div></mj-text>{{ sections }}
<mj-image{{ more }} /><mj-image {{ more }} /><mj-{{ kind }}></mj-{{ kind }}>"""
    assert check_source(source, "x") == ()


def test_places_stay_true_behind_jinja_of_several_lines() -> None:
    source = "{# a\n b #}{{ x(\n 1) }}\n{% set y = [\n] %} <mj-colum />"
    assert place(only(check_source(source, "x"))) == (5, 6)


def test_each_branch_is_followed() -> None:
    source = """{% if a %}<mj-section padding="0px">{% elif b %}<mj-section>{% else %}<mj-section>{% endif %}
<mj-column />{% for x in y %}<mj-column />{% else %}<mj-column />{% endfor %}</mj-section>"""
    assert check_source(source, "x") == ()


def test_a_branch_that_leaves_a_tag_open_is_found() -> None:
    source = "<mj-section>{% if a %}<mj-column>{% endif %}</mj-section>"
    assert "mj-column is not closed" in only(check_source(source, "x")).message


@pytest.mark.parametrize(
    "source", ["{{ a|safe }}", "{{ a | safe }}", "{% set a = b | safe %}", "{% autoescape false %}"]
)
def test_switching_escaping_off_is_found(source: str) -> None:
    assert rules(check_source(f"<mj-text>{source}</mj-text>", "x")) == ["template-safe"]


def test_a_name_that_begins_with_safe_is_no_filter() -> None:
    assert check_source("<mj-text>{{ a | safely }}</mj-text>", "x") == ()


VALUES = ["37px", "#a1b2c3", "3", "12.5%", "1px solid #a1b2c3", "bold", "Zed", "https://e.org/z"]
VALUES += [
    "left",
    "right",
    "center",
    "middle",
    "bottom",
    "italic",
    "underline",
    "uppercase",
    "rtl",
    "_top",
    "repeat",
]
VALUES += ["full-width", "fixed-height", "fixed", "vertical", "true", "x-noshare", "no-repeat", "auto", "ltr"]
VALUES += ["dashed", "none"]
STANDS = {
    "mj-head": "<mjml>{}</mjml>",
    "mj-body": "<mjml>{}</mjml>",
    "mjml": "{}",
    "mj-wrapper": "<mjml><mj-body>{}</mj-body></mjml>",
    "mj-section": "<mjml><mj-body>{}</mj-body></mjml>",
    "mj-hero": "<mjml><mj-body>{}</mj-body></mjml>",
    "mj-group": "<mjml><mj-body><mj-section>{}</mj-section></mj-body></mjml>",
    "mj-column": "<mjml><mj-body><mj-section>{}</mj-section></mj-body></mjml>",
    "mj-social-element": column("<mj-social>{}</mj-social>"),
    "mj-navbar-link": column("<mj-navbar>{}</mj-navbar>"),
}
INNER = {
    "mjml": "<mj-body />",
    "mj-body": "<mj-section><mj-column /></mj-section>",
    "mj-wrapper": "<mj-section><mj-column /></mj-section><mj-section />",
    "mj-section": "<mj-column><mj-text>x</mj-text></mj-column>",
    "mj-hero": "<mj-text>x</mj-text>",
    "mj-group": "<mj-column /><mj-column />",
    "mj-column": "<mj-text>x</mj-text>",
    "mj-social": '<mj-social-element name="x-noshare" href="h" src="s">x</mj-social-element>',
    "mj-navbar": '<mj-navbar-link href="h">x</mj-navbar-link>',
    "mj-table": "<tr><td>x</td></tr>",
}
NEEDED = {  # attributes that only show beside another
    "mj-section": 'background-url="u" background-color="#123456" padding="9px"',
    "mj-wrapper": 'background-url="u" background-color="#123456" padding="9px"',
    "mj-column": 'padding="9px"',
    "mj-hero": 'background-url="u" height="400px" background-height="99px" background-width="99px"',
    "mj-image": 'src="s" href="h"',
    "mj-button": 'href="h"',
    "mj-social-element": 'name="x-noshare" href="h" src="s"',
    "mj-navbar-link": 'href="h"',
}


@pytest.mark.parametrize(
    ("name", "attribute", "kind"),
    [
        pytest.param(name, attribute, kind, id=f"{name}-{attribute}")
        for name, tag in TAGS.items()
        for attribute, kind in tag.attributes.items()
        if name not in ("mj-font", "mj-breakpoint") and attribute not in ("mj-class", "mode")
    ],
)
def test_every_attribute_of_the_whitelist_changes_the_mail(name: str, attribute: str, kind: Kind) -> None:
    def compiled(value: str | None) -> str:
        beside = [pair for pair in NEEDED.get(name, "").split() if not pair.startswith(f"{attribute}=")]
        attributes = " ".join([*beside, *([f'{attribute}="{value}"'] if value is not None else [])])
        tag = (
            f"<{name} {attributes}>{INNER.get(name, '' if TAGS[name].content == 'nothing' else 'x')}</{name}>"
        )
        return mjml2html(STANDS.get(name, column("{}")).format(tag), fonts={})

    without = compiled(None)
    assert any(compiled(value) != without for value in VALUES if kind.accepts(value))


def test_defaults_take_the_attributes_of_their_tag() -> None:
    assert IN_ATTRIBUTES["mj-text"].attributes == TAGS["mj-text"].attributes
    assert "mj-head" not in IN_ATTRIBUTES


@given(st.text(alphabet="<>/=\"'{}%#| amj-textbp\n&é"))
def test_any_text_can_be_checked(soup: str) -> None:
    for finding in (*check_source(soup, "x"), *check_rendered(soup, "x")):
        line, at = place(finding)
        assert 1 <= line <= soup.count("\n") + 1
        assert 1 <= at <= len(soup.split("\n")[line - 1]) + 1
