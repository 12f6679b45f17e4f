"""A newsroom's own templates: they win, and what is wrong in them is told with file, line and section."""

import pytest
from tests.newsroom import ISSUE, Newsroom

from lpdownload.errors import Finding

STORY = "templates/sections/story.mjml.j2"
MINE = """\
<mj-section css-class="sec">
  <mj-column>
    <mj-text css-class="body"><p>{}</p></mj-text>
  </mj-column>
</mj-section>
"""


def finding(newsroom: Newsroom) -> Finding:
    found = [finding for finding in newsroom.check().findings if finding.severity == "error"]
    assert found
    return found[0]


def line(found: Finding) -> int:
    assert found.place is not None
    assert found.place.file.endswith(".j2")
    return found.place.line


def test_a_template_of_the_newsroom_wins_over_the_packaged_one(newsroom: Newsroom) -> None:
    newsroom.write(STORY, MINE.format("Mine: {{ section.title }}"))
    assert "Mine: A river is clean again" in newsroom.html()
    assert "Mine:" not in newsroom.text()


def test_a_text_template_of_the_newsroom_wins_too(newsroom: Newsroom) -> None:
    newsroom.write("templates/text/story.txt.j2", "Mine: {{ section.title }}")
    assert "Mine: A river is clean again" in newsroom.text()


def test_what_a_newsroom_does_not_have_comes_from_the_package(newsroom: Newsroom) -> None:
    newsroom.write("templates/labels/en.yaml", "unsubscribe: Leave\n")
    html = newsroom.html()
    assert "Leave" in html
    assert "Read on the web" in html


def test_a_value_is_escaped_in_a_newsroom_s_template(newsroom: Newsroom) -> None:
    newsroom.write(STORY, MINE.format("{{ section.title }}"))
    newsroom.write_issue("- {type: story, title: <b>Bold</b> & more, body: B}\n")
    assert "&lt;b&gt;Bold&lt;/b&gt; &amp; more" in newsroom.html()


def test_a_syntax_error_is_told_with_template_line_and_section(newsroom: Newsroom) -> None:
    newsroom.write(STORY, MINE.format("{% if %}"))
    found = finding(newsroom)
    assert found.rule == "template-syntax"
    assert "sections/story.mjml.j2" in found.message
    assert "(in sections[0], story)" in found.message
    assert line(found) == 3


def test_a_name_that_does_not_exist_is_told_with_template_line_and_section(newsroom: Newsroom) -> None:
    newsroom.write(STORY, MINE.format("{{ section.titel }}"))
    found = finding(newsroom)
    assert "titel" in found.message
    assert "(in sections[0], story)" in found.message
    assert line(found) == 3


@pytest.mark.parametrize(
    "expression",
    [
        "{{ 1 // 0 }}",
        "{{ section.title + 1 }}",
        "{{ nothing() }}",
        "{{ section.title | nofilter }}",
        "{{ md(3) }}",
        "{{ picture(section, 100) }}",
        "{{ url(none) }}",
        "{{ day('x') }}",
        "{{ 'x' * 10 ** 12 }}",
        "{{ range(10 ** 9) | list }}",
    ],
)
def test_whatever_an_expression_raises_is_a_finding(newsroom: Newsroom, expression: str) -> None:
    newsroom.write(STORY, MINE.format(expression))
    found = finding(newsroom)
    assert found.rule.startswith("template-")
    assert line(found) == 3


@pytest.mark.parametrize(
    "expression",
    [
        "{{ section.__class__ }}",
        "{{ ''.__class__.__mro__ }}",
        "{{ md.__globals__ }}",
        "{{ section.__class__.__init__.__globals__ }}",
        "{{ self.__init__.__globals__ }}",
        "{{ ''['__class__'] }}",
        "{{ section | attr('__class__') }}",
        "{{ 'x'.format.__self__ }}",
        "{{ '{0.__class__}'.format(section) }}",
        "{{ section.model_copy.__func__ }}",
        "{{ cycler.__init__.__globals__ }}",
    ],
)
def test_a_template_cannot_reach_beyond_its_values(newsroom: Newsroom, expression: str) -> None:
    newsroom.write(STORY, MINE.format(expression))
    found = finding(newsroom)
    assert "sections[0]" in found.message
    assert line(found) == 3


def test_a_template_cannot_include_a_file_from_outside(newsroom: Newsroom) -> None:
    (newsroom.root / "secret.txt").write_text("secret")
    newsroom.write(STORY, MINE.format('{% include "../secret.txt" %}'))
    assert finding(newsroom).rule == "template-missing"


@pytest.mark.parametrize(
    "broken",
    [
        "<mj-section><mj-column></mj-section>",
        "<mj-secton></mj-secton>",
        '<mj-section padding="0 10px"><mj-column></mj-column></mj-section>',
        '<mj-section colour="red"><mj-column></mj-column></mj-section>',
        "<mj-text>Too high</mj-text>",
        "<div>HTML outside</div>",
        "{{ section.title | safe }}",
        '<mj-section><mj-column><mj-image src="a.png" /></mj-column></mj-section>',
        '<mj-include path="x.html" type="html" />',
    ],
)
def test_bad_mjml_is_refused_with_file_and_line(newsroom: Newsroom, broken: str) -> None:
    newsroom.write(STORY, f"\n{broken}\n")
    found = finding(newsroom)
    assert found.rule.startswith("template-")
    assert line(found) == 2


@pytest.mark.parametrize(
    "broken",
    [
        "{% set open = '<' %}{{ open }}mj-section>",
        "<mj-section><mj-column><mj-text>{{ '<p>' }}</mj-text></mj-column></mj-section>",
    ],
)
def test_tags_that_jinja_makes_are_escaped(newsroom: Newsroom, broken: str) -> None:
    newsroom.write(STORY, broken)
    assert all(finding.rule.startswith(("template-", "mjml")) for finding in newsroom.check().findings)


def test_a_template_that_is_not_utf_8_says_so(newsroom: Newsroom) -> None:
    newsroom.write(STORY, MINE.format("Größe").encode("latin-1"))
    assert finding(newsroom).rule == "template-encoding"


def test_a_template_that_loses_a_merge_field_is_refused(newsroom: Newsroom) -> None:
    newsroom.write_issue('- {type: story, title: "Hi {{ first_name | default(\\"friend\\") }}", body: B}\n')
    newsroom.write(STORY, MINE.format("{{ section.title | upper }}"))
    assert finding(newsroom).rule == "pipeline-tokens"


def test_a_layout_of_the_newsroom_s_own_that_is_broken_names_itself(newsroom: Newsroom) -> None:
    newsroom.write(
        "templates/layout.mjml.j2",
        "<mjml lang='{{ lang }}' dir='{{ dir }}'>\n<mj-body>{{ secions }}</mj-body></mjml>\n",
    )
    found = finding(newsroom)
    assert "layout.mjml.j2" in found.message
    assert line(found) == 2


def test_css_that_cannot_be_inlined_is_a_finding(newsroom: Newsroom) -> None:
    newsroom.write("templates/inline.css.j2", "p { color: {{ nothing.at.all }} }")
    assert finding(newsroom).rule == "template-error"


@pytest.mark.parametrize("labels", ["- a\n- b\n", "x: [\n", "", "just text\n", b"\xff\xfe"])
def test_labels_of_the_newsroom_s_own_that_are_broken_are_a_finding(
    newsroom: Newsroom, labels: str | bytes
) -> None:
    newsroom.write("templates/labels/en.yaml", labels)
    for found in newsroom.check().findings:
        assert found.place is not None
        assert found.place.file.endswith("en.yaml")


@pytest.mark.parametrize("words", ["", " [Leave]", " {a: b}"])
def test_a_label_without_words_is_a_finding(newsroom: Newsroom, words: str) -> None:
    newsroom.write("templates/labels/en.yaml", f"unsubscribe:{words}\n")
    assert finding(newsroom).rule == "template-labels"


def test_a_language_without_labels_is_warned_of_until_it_has_some(newsroom: Newsroom) -> None:
    newsroom.change(ISSUE, "period:", "language: fr-CA\nperiod:")
    (found,) = newsroom.check().findings
    assert (found.rule, found.severity) == ("no-labels", "warning")
    newsroom.write("templates/labels/fr.yaml", "unsubscribe: Se désabonner\n")
    assert newsroom.check().findings == ()
