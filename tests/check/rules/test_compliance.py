"""Compliance: what a newsroom's own templates and settings may do to the law, and what they may do freely."""

from dataclasses import replace

import pytest
from tests.newsroom import KEY, NETWORK, STORY, Newsroom

from lpdownload.check.inspection import Inspection
from lpdownload.check.registry import rules
from lpdownload.check.run import check_variants
from lpdownload.content.issues import load_issue
from lpdownload.errors import Finding
from lpdownload.model.content import Pieces
from lpdownload.packaged import packaged_templates

FOOTER = "templates/sections/footer.mjml.j2"
ADDRESS = (
    '<p>{{ entity.name }}, {{ entity.postal_address | join(", ") }}</p>{{ md(entity.disclaimer or "") }}'
)
LEAVE = '<p><a href="{{ field("unsubscribe_url") }}">Unsubscribe</a></p>'
PREFER = '<p><a href="{{ field("preferences_url") }}">Choose</a></p>'


def found(newsroom: Newsroom) -> list[Finding]:
    ours = {rule.id for rule in rules() if rule.family == "compliance"}
    return [one for one in check_variants(newsroom.library, KEY).findings if one.rule in ours]


def rules_of(newsroom: Newsroom) -> list[str]:
    return [finding.rule for finding in found(newsroom)]


def write_footer(newsroom: Newsroom, *lines: str) -> None:
    inside = "\n".join(lines)
    newsroom.write(
        FOOTER, f"<mj-section><mj-column><mj-text>\n{inside}\n</mj-text></mj-column></mj-section>\n"
    )


def test_the_packaged_templates_comply(newsroom: Newsroom) -> None:
    assert found(newsroom) == []


def test_a_footer_of_one_s_own_with_all_that_is_owed_complies(newsroom: Newsroom) -> None:
    write_footer(newsroom, ADDRESS, LEAVE, PREFER)
    assert found(newsroom) == []


def test_a_part_without_any_footer_has_one_finding(newsroom: Newsroom) -> None:
    write_footer(newsroom, "<p>Goodbye.</p>")
    assert rules_of(newsroom) == ["footer-missing"]


def test_a_text_without_footer_is_found_in_its_template(newsroom: Newsroom) -> None:
    layout = (packaged_templates() / "text/layout.txt.j2").read_text("utf-8")
    newsroom.write("templates/text/layout.txt.j2", layout.replace('{% include "text/footer.txt.j2" %}', ""))
    (finding,) = found(newsroom)
    assert (finding.rule, finding.message) == ("footer-missing", "the plain text has no footer")
    assert finding.place is not None
    assert finding.place.file.endswith("templates/text/layout.txt.j2")


@pytest.mark.parametrize(
    ("lines", "rule"),
    [
        (("<p>{{ entity.name }}</p>{{ md(entity.disclaimer) }}", LEAVE, PREFER), "postal-address"),
        (
            ('<p>{{ entity.postal_address | join(", ") }}</p>', LEAVE),
            "entity-words",
        ),
        (('<p>{{ entity.name }}, {{ entity.postal_address | join(", ") }}</p>', LEAVE), "entity-words"),
        ((ADDRESS, PREFER), "unsubscribe-missing"),
        ((ADDRESS, LEAVE), "preferences-missing"),
        ((ADDRESS, '<p><a href="https://news.example.org/u">Unsubscribe</a></p>'), "unsubscribe-missing"),
    ],
)
def test_what_is_missing_in_the_footer_is_found_at_its_template(
    newsroom: Newsroom, lines: tuple[str, ...], rule: str
) -> None:
    write_footer(newsroom, *lines)
    findings = [finding for finding in found(newsroom) if finding.rule == rule]
    assert findings
    assert all(one.place and one.place.file.endswith("footer.mjml.j2") for one in findings)


def test_an_address_may_be_broken_into_lines_and_joined_by_other_marks(newsroom: Newsroom) -> None:
    write_footer(
        newsroom,
        "<p><b>EXAMPLE action</b> · {{ entity.postal_address | join(' – ') }}</p>{{ md(entity.disclaimer) }}",
        LEAVE,
        PREFER,
    )
    assert found(newsroom) == []


def test_a_disclaimer_with_links_and_emphasis_is_found_again(newsroom: Newsroom) -> None:
    newsroom.change(
        "newsletters/network.yaml",
        "Paid for by Example Action.",
        '"Paid for by *Example* Action, see [our **rules**](https://example.org/rules) & more, which are '
        'long enough to be broken into lines."',
    )
    assert found(newsroom) == []


@pytest.mark.parametrize(
    "style",
    [
        "display:none",
        "visibility: hidden",
        "font-size:1px",
        "color:#ffffff",
        "color:white",
        "opacity:0",
        "max-height:0;overflow:hidden",
    ],
)
def test_a_link_that_nobody_sees_is_no_way_out(newsroom: Newsroom, style: str) -> None:
    link = f'<p><a style="{style}" href="{{{{ field("unsubscribe_url") }}}}">Unsubscribe</a></p>'
    write_footer(newsroom, '<div style="background:#fff">', ADDRESS, link, PREFER, "</div>")
    assert "unsubscribe-hidden" in rules_of(newsroom)


@pytest.mark.parametrize("style", ["color:#545d67", "font-size:14px", "display:inline-block;padding:9px", ""])
def test_a_plain_link_is_seen(newsroom: Newsroom, style: str) -> None:
    link = f'<p><a style="{style}" href="{{{{ field("unsubscribe_url") }}}}">Unsubscribe</a></p>'
    write_footer(newsroom, ADDRESS, link, PREFER)
    assert found(newsroom) == []


def test_one_link_that_is_seen_is_enough(newsroom: Newsroom) -> None:
    hidden = LEAVE.replace("<a ", '<a style="display:none" ')
    write_footer(newsroom, ADDRESS, hidden, LEAVE, PREFER)
    assert found(newsroom) == []


@pytest.mark.parametrize(
    ("words", "is_plain"),
    [
        ("Unsubscribe from these mails", True),
        ("Opt out", True),
        ("Cancelar la suscripción", True),
        ("Darse de baja", True),
        ("Se désabonner", True),
        ("Hủy đăng ký", True),
        ("退订", True),
        ("Click here", False),
        ("Leave", False),
    ],
)
def test_the_words_of_the_way_out_say_so(newsroom: Newsroom, words: str, is_plain: bool) -> None:
    write_footer(newsroom, ADDRESS, LEAVE.replace("Unsubscribe", words), PREFER)
    assert rules_of(newsroom) == ([] if is_plain else ["unsubscribe-words"])


def test_a_link_of_the_author_s_own_counts_as_one(newsroom: Newsroom) -> None:
    newsroom.write_issue("- type: text\n  body: '[Unsubscribe here]({{ unsubscribe_url }}).'\n")
    write_footer(newsroom, ADDRESS, PREFER)
    assert found(newsroom) == []


@pytest.mark.parametrize(
    ("old", "new", "rule"),
    [
        ("town@example.org", "town@Yahoo.com", "free-mail"),
        ("town@example.org", "noreply@example.org", "no-reply"),
        ("town@example.org", "no.responder@example.org", "no-reply"),
        ("{name: Town Download,", "{name: Do-Not-Reply,", "no-reply"),
        ("{name: Town Download,", '{name: "news@example.org",', "sender-name"),
        (
            "{name: Town Download,",
            '{name: "The Town Download of the Example Network of All Towns",',
            "sender-name",
        ),
    ],
)
def test_a_sender_that_readers_cannot_trust_or_answer_is_found_in_newsletter_yaml(
    newsroom: Newsroom, old: str, new: str, rule: str
) -> None:
    newsroom.change("newsletters/town/newsletter.yaml", old, new)
    (finding,) = found(newsroom)
    assert finding.rule == rule
    assert finding.place is not None
    assert (finding.place.file.endswith("newsletter.yaml"), finding.place.line) == (True, 7)


@pytest.mark.parametrize("name", ["Reply All", "Nora Reply", "Town & County – No 7", "Responding to you"])
def test_a_sender_s_name_may_hold_words_that_only_look_alike(newsroom: Newsroom, name: str) -> None:
    newsroom.change("newsletters/town/newsletter.yaml", "name: Town Download,", f'name: "{name}",')
    assert found(newsroom) == []


@pytest.mark.parametrize(
    "tag",
    [
        "*|FNAME|*",
        "*|MC:SUBJECT|*",
        "%recipient.first_name%",
        "%FIRSTNAME%",
        "%%First Name%%",
        "[[First Name]]",
        "[firstname,fallback=friend]",
        "{!firstname_fix}",
        "<% first_name %>",
        "{{{first_name}}",
        "{% if first_name %}",
    ],
)
@pytest.mark.parametrize("where", ["title", "body"])
def test_others_merge_tags_are_found_where_they_were_pasted(newsroom: Newsroom, tag: str, where: str) -> None:
    texts = {"title": "A river", "body": "It is clean."} | {where: f"Dear {tag}, it is clean."}
    newsroom.write_issue(f'- type: story\n  title: "{texts["title"]}"\n  body: "{texts["body"]}"\n')
    lines = {
        finding.place.line for finding in check_variants(newsroom.library, KEY).findings if finding.place
    }
    assert lines == {{"title": 5, "body": 6}[where]}


@pytest.mark.parametrize(
    "words",
    [
        "100% of 50% is 50%, and 5%%",
        "See note [[1]](https://example.org/notes) and [2]",
        "https://example.org/a%20b%C3%A9",
        "a * b | c * d",
        "The <first> and {second}, 3 < 4 % 5 > 2",
        "Arrays [[1, 2], [3, 4]] and sets {1, 2}",
    ],
)
def test_signs_that_are_no_merge_tags_are_let_be(newsroom: Newsroom, words: str) -> None:
    newsroom.write_issue(f"- type: text\n  heading: Signs\n  body: |\n    {words}\n")
    assert found(newsroom) == []


def test_a_merge_tag_in_a_template_is_found_there_once(newsroom: Newsroom) -> None:
    write_footer(newsroom, ADDRESS, LEAVE, PREFER, "{% raw %}<p>For {{ email }}</p>{% endraw %}")
    (finding,) = found(newsroom)
    assert finding.rule == "leaked-merge-field"
    assert finding.place is not None
    assert (finding.place.line, finding.place.column) == (5, 17)


def test_what_is_sent_never_carries_the_marks_of_the_preview(newsroom: Newsroom) -> None:
    inspection = inspected(newsroom)
    assert 'data-lp="sections.0.title"' in inspection.annotated_html
    assert rules_of(newsroom) == []
    content, prefix = inspection.rendering.content, inspection.rendering.draft.fields.prefix
    for marked in (
        replace(content, html=Pieces.of(inspection.annotated_html)),
        replace(content, text=Pieces.of(f"mark {prefix}0000z")),
        replace(content, subject=Pieces.of(f"{prefix.upper()}s1e")),
        replace(content, headers=(("X-Mark", Pieces.of(f"{prefix}0001z")),)),
    ):
        carrying = replace(inspection, rendering=replace(inspection.rendering, content=marked))
        (rule,) = (one for one in rules() if one.id == "internal-marks")
        assert list(rule.findings(carrying))


def inspected(newsroom: Newsroom) -> Inspection:
    return Inspection(newsroom.library, load_issue(newsroom.library, KEY), newsroom.render())


def test_a_header_that_breaks_its_form_is_found(newsroom: Newsroom) -> None:
    inspection = inspected(newsroom)
    headers = tuple(
        (name, Pieces.of("one-click") if name == "List-Unsubscribe-Post" else pieces)
        for name, pieces in inspection.rendering.content.headers
    )
    content = replace(inspection.rendering.content, headers=headers)
    broken = replace(inspection, rendering=replace(inspection.rendering, content=content))
    (rule,) = (one for one in rules() if one.id == "message-form")
    (finding,) = rule.findings(broken)
    assert finding.message.startswith("List-Unsubscribe-Post is not List-Unsubscribe=One-Click")


@pytest.mark.parametrize("field", ["first_name", "ward"])
def test_a_template_s_field_without_default_is_found_and_an_author_s_is_told_of_once(
    newsroom: Newsroom, field: str
) -> None:
    write_footer(newsroom, ADDRESS, LEAVE, PREFER, f'<p>For {{{{ field("{field}") }}}}</p>')
    assert rules_of(newsroom) == ["template-default"]
    newsroom.write_issue(STORY.replace("A river", f"For {{{{ {field} }}}}, a river"))
    told = [one.rule for one in check_variants(newsroom.library, KEY).findings]
    assert sorted(told) == ["merge-default"]


def test_an_address_no_header_can_carry_is_a_finding_where_it_stands(newsroom: Newsroom) -> None:
    newsroom.change("newsletters/town/newsletter.yaml", "town@example.org", "josé@example.org")
    (finding,) = newsroom.check().findings
    assert (finding.rule, finding.severity) == ("bad-header", "error")
    assert finding.place is not None
    assert (finding.place.file.endswith("newsletter.yaml"), finding.place.line) == (True, 7)


def test_a_domain_no_list_id_can_carry_is_a_finding(newsroom: Newsroom) -> None:
    newsroom.write("newsletters/network.yaml", f"{NETWORK}list_id_domain: a..example.org\n")
    (finding,) = newsroom.check().findings
    assert (finding.rule, finding.hint[:14]) == ("bad-header", "list_id_domain")
