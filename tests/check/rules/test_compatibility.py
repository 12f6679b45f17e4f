"""Mail programs: where a finding stands, and what it says."""

from pathlib import Path

from tests.newsroom import KEY, Newsroom

from lpdownload.check.run import check_variants
from lpdownload.errors import Finding

FLEX = """\
<mj-section css-class="sec"><mj-column><mj-text>
<h2>{{ section.title }}</h2>
<div style="display: flex">One</div>
</mj-text></mj-column></mj-section>
"""


def found(newsroom: Newsroom) -> list[Finding]:
    findings = check_variants(newsroom.library, KEY).findings
    return [finding for finding in findings if finding.rule.startswith("client-")]


def test_a_template_of_the_newsroom_s_own_is_named_with_its_line_and_the_programs(newsroom: Newsroom) -> None:
    newsroom.write("templates/sections/story.mjml.j2", FLEX)
    (finding,) = found(newsroom)
    assert (finding.rule, finding.severity) == ("client-breaks", "warning")
    assert finding.clients == ("outlook-windows",)
    assert finding.place is not None
    assert Path(finding.place.file).name == "story.mjml.j2"
    assert (finding.place.line, finding.place.column) == (3, 13)
    assert finding.message == (
        "Outlook on Windows does not support display:flex: what stands side by side comes one below the other"
    )


def test_a_finding_says_what_to_write_instead_and_when_it_was_tested(newsroom: Newsroom) -> None:
    newsroom.write("templates/sections/story.mjml.j2", FLEX)
    (finding,) = found(newsroom)
    assert finding.hint.startswith(
        "mj-column or a table; https://www.caniemail.com/features/css-display-flex/"
    )
    assert "(tested 20" in finding.hint


def test_a_newsroom_whose_readers_use_other_programs_hears_nothing(newsroom: Newsroom) -> None:
    newsroom.write("templates/sections/story.mjml.j2", FLEX)
    newsroom.add("newsletters/network.yaml", "clients: [gmail, apple-mail]\n")
    assert found(newsroom) == []


def test_a_program_that_does_not_exist_is_refused_with_the_one_that_was_meant(newsroom: Newsroom) -> None:
    newsroom.add("newsletters/network.yaml", "clients: [gmail, outlook-window]\n")
    (finding,) = newsroom.refused()
    assert finding.path == "clients[1]"
    assert "outlook-windows" in finding.hint


def test_html_of_an_author_s_own_holds_nothing_to_complain_of(newsroom: Newsroom) -> None:
    html = "<figure>A</figure><div style='display:flex'>x</div><mark>y</mark><video src='a'>z</video>"
    newsroom.write_issue(f'- type: html\n  html: "{html}"\n  text: A\n')
    assert found(newsroom) == []
