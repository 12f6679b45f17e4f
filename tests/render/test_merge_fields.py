"""From braces to tokens, through the pipeline, to slots."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import html as lxml_html
from markdown_it import MarkdownIt

from lpdownload.errors import InvalidInput
from lpdownload.model.content import Slot
from lpdownload.render.merge_fields import MergeFields
from lpdownload.render.slot_contexts import Medium

ALLOWED = ("first_name", "last_name", "zip", "unsubscribe_url", "web_url", "donate_url")


def fields(seed: bytes = b"issue") -> MergeFields:
    return MergeFields(ALLOWED, seed)


def slot_of(text: str, medium: Medium = "text") -> Slot:
    merge = fields()
    (slot,) = merge.split(merge.tokenise(text, ()), medium).slots
    return slot


def context_in(rendered: str, medium: Medium = "html", field: str = "zip") -> str:
    """The context of ``@`` in ``rendered``."""
    merge = fields()
    (slot,) = merge.split(rendered.replace("@", merge.token(field)), medium).slots
    return slot.context


def refused_in(rendered: str, medium: Medium = "html", source: str = "{{ zip }}") -> str:
    merge = fields()
    token = merge.tokenise(source, ("sections", 1, "url"))
    with pytest.raises(InvalidInput) as caught:
        merge.split(rendered.replace("@", token), medium)
    (finding,) = caught.value.findings
    assert (finding.rule, finding.path) == ("merge-field", "sections[1].url")
    assert finding.hint
    return finding.message


@pytest.mark.parametrize("written", ["{{ first_name }}", "{{first_name}}", "{{\u00a0first_name\n }}"])
def test_a_field_without_default_becomes_a_slot(written: str) -> None:
    assert slot_of(f"Hi {written}!") == Slot("first_name", None, "text")


@pytest.mark.parametrize(
    ("written", "default"),
    [
        ('{{ first_name | default("friend") }}', "friend"),
        ("{{first_name|default('friend')}}", "friend"),
        ("{{ first_name |default( “friend” ) }}", "friend"),
        ("{{ first_name | default(‘friend’) }}", "friend"),
        ("{{ first_name | default(„friend“) }}", "friend"),
        ('{{ first_name | default("say \\"hi\\"") }}', 'say "hi"'),
        ("{{ first_name | default('it\\'s') }}", "it's"),
        ("{{ first_name | default('it’s') }}", "it’s"),
        ('{{ first_name | default("a) | b } \\\\") }}', "a) | b } \\"),
        ('{{ first_name | default("") }}', ""),
    ],
)
def test_a_default_may_stand_in_any_quotes(written: str, default: str) -> None:
    assert slot_of(written) == Slot("first_name", default, "text")


def test_tokens_are_short_alphanumeric_equally_long_and_the_same_for_the_same_field() -> None:
    merge = fields()
    text = merge.tokenise(
        "{{ first_name | default('x') }} {{zip}} {{first_name|default(\"x\")}} {{first_name}}", ()
    )
    tokens = text.split(" ")
    assert tokens == merge.tokens_in(text)
    assert tokens[0] == tokens[2] == merge.token("first_name", "x")
    assert len(set(tokens)) == 3
    assert {len(token) for token in tokens} == {16}
    assert all(token.isalnum() and token == token.lower() for token in tokens)
    assert merge.counted(text) == Counter(tokens)


def test_a_second_render_gives_the_same_tokens_and_another_issue_gives_others() -> None:
    assert fields().token("zip") == fields().token("zip") != fields(b"other").token("zip")


def test_a_word_that_looks_like_a_token_is_a_finding() -> None:
    merge = fields()
    merge.tokenise(f"{merge.token('zip')[:-2]}9z", ("title",))
    (finding,) = merge.findings
    assert (finding.rule, finding.path) == ("pipeline-tokens", "title")


def test_tokenising_twice_changes_nothing_more() -> None:
    merge = fields()
    once = merge.tokenise("{{ zip | default('0') }}", ())
    assert merge.tokenise(once, ()) == once
    assert merge.findings == ()


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{%",
        "{% if x %}{# y #}",
        "{{}}",
        "{{ }}",
        "}} {{",
        '{"a": {"b": 1}}',
        "{{{",
        "{ {zip} }",
        "a }} b",
    ],
)
def test_braces_that_are_no_merge_field_stay_text(text: str) -> None:
    merge = fields()
    assert merge.tokenise(text, ()) == text
    assert merge.findings == ()


@pytest.mark.parametrize(
    ("text", "message", "hint"),
    [
        (
            "{{ frist_name }}",
            "there is no merge field frist_name",
            "did you mean first_name? there are donate_url,",
        ),
        ("{{ First_Name }}", "there is no merge field First_Name", "did you mean first_name?"),
        ("{{ qqq }}", "there is no merge field qqq", "there are donate_url, first_name"),
        ("{{ one_click_url }}", "there is no merge field one_click_url", ""),
        ("{{ last_name|upper }}", "“{{ last_name|upper }}” is not a merge field", "write {{ last_name }} or"),
        (
            "{{ first name }}",
            "“{{ first name }}” is not a merge field",
            'or {{ first_name | default("friend") }}',
        ),
        ("{{ zip | default(\"a') }}", "is not a merge field", "write {{ zip }}"),
        ("{{ zip | default(friend) }}", "is not a merge field", "write {{ zip }}"),
        ('{{ zip | default("{{ last_name }}") }}', "has no closing }}", "write {{ zip }}"),
        ("{{- zip -}}", "“{{- zip -}}” is not a merge field", "write {{ zip }}"),
        ("{{{ zip }}}", "“{{{ zip }}}” is not a merge field", "write {{ zip }}"),
        ("{{ zip", "“{{ zip” has no closing }}", "write {{ zip }}"),
        ("Hi {{ zip },\n\nwelcome", "“{{ zip },” has no closing }}", "write {{ zip }}"),
    ],
)
def test_a_faulty_merge_field_is_shown_with_the_right_form(text: str, message: str, hint: str) -> None:
    merge = fields()
    merge.tokenise(text, ("sections", 0, "body"))
    finding = merge.findings[0]
    assert (finding.rule, finding.severity, finding.path) == ("merge-field", "error", "sections[0].body")
    assert message in finding.message
    assert hint in finding.hint


def test_a_fault_does_not_hide_the_merge_fields_after_it() -> None:
    merge = fields()
    text = merge.tokenise("{{ zip and {{ unsubscribe_url }} and {{ nope }} and {{web_url}}", ())
    assert (
        text
        == f"{{{{ zip and {merge.token('unsubscribe_url')} and {{{{ nope }}}} and {merge.token('web_url')}"
    )
    assert len(merge.findings) == 2


def test_a_missing_default_is_a_warning_except_where_everybody_has_a_value() -> None:
    merge = fields()
    merge.tokenise(
        "{{ first_name }} {{ unsubscribe_url }} {{ zip | default('') }} {{ first_name }}", ("title",)
    )
    (finding,) = merge.findings
    assert (finding.rule, finding.severity, finding.path) == ("merge-default", "warning", "title")
    assert finding.hint == 'write {{ first_name | default("friend") }}'


def test_a_template_may_use_system_fields_and_no_unknown_ones() -> None:
    merge = fields()
    assert merge.split(merge.token("one_click_url"), "text").fields == {"one_click_url"}
    with pytest.raises(ValueError, match="nope is not a merge field"):
        merge.token("nope")


@given(st.text(st.sampled_from("{}| \"'\\()zipdefault_\n") | st.characters(), max_size=80))
def test_any_text_is_tokenised_without_losing_a_character(text: str) -> None:
    merge = fields()
    pieces = merge.split(merge.tokenise(text, ()), "header")
    kept = "".join(pieces.literals)
    assert kept in text if not pieces.slots else len(kept) < len(text)
    assert pieces.slots or kept == text


@pytest.mark.parametrize(
    ("rendered", "context"),
    [
        ("<p>@</p>", "html"),
        ("@", "html"),
        ("<title>@</title>", "html"),
        ('<p>href="@"</p>', "html"),
        ('<img alt="@">', "html"),
        ("<img alt='Hi @'>", "html"),
        ('<a href="@">', "html_url"),
        ("<a href=' @'>", "html_url"),
        ('<A HREF = "@">', "html_url"),
        ('<a href="@#events">', "html_url"),
        ('<a href="https://x.org/?z=@&amp;y=1">', "url_part"),
        ('<a href="https://x.org/@">', "url_part"),
        ('<a href="https://x.org?@">', "url_part"),
        ('<a href="/p/@">', "url_part"),
        ('<a href="mailto:@">', "url_rest"),
        ('<a href="tel:@">', "url_rest"),
        ('<a href="mailto:a@b.org?subject=@">'.replace("a@b", "ab"), "url_part"),
        ('<a title="1 > 0" href="@">', "html_url"),
        ('<a title="x <b> y" href="@">', "html_url"),
        ('<a title="x <b> y">@</a>', "html"),
        ('<a title=\'it"s\' href="@">', "html_url"),
        ('<td background="https://x.org/@.png">', "url_part"),
        ('<td style="background:url(https://x.org/@.png)">', "url_part"),
        ("<td style=\"background:url('https://x.org/@.png')\">", "url_part"),
        ('<!--[if mso]><v:roundrect xmlns:v="urn:x" href="@"><![endif]-->', "html_url"),
        ('<!--[if mso | IE]><v:fill src="https://x.org/@"/><![endif]-->', "url_part"),
        ('<!--[if !mso]><!--><a href="@"><!--<![endif]-->', "html_url"),
        ('<!--[if mso]>it\'s<![endif]--><a href="@">', "html_url"),
        ('<!-- it\'s <a href="@"> -->', "html"),
        ('<!-- a comment with " --><a href="@">', "html_url"),
        ('<style>a{content:"<b"}</style><a href="@">', "html_url"),
    ],
)
def test_a_slot_in_html_is_escaped_for_where_it_stands(rendered: str, context: str) -> None:
    assert context_in(rendered) == context


@pytest.mark.parametrize(
    ("rendered", "field", "context"),
    [
        ("Hi @", "zip", "text"),
        ("https://x.org/?z=@", "zip", "url_part"),
        ("<https://x.org/?z=@>", "zip", "url_part"),
        ("https://x.org/ @", "zip", "text"),
        ("<https://x.org/>@", "zip", "text"),
        ("mailto:@", "zip", "url_rest"),
        ("Unsubscribe: @", "unsubscribe_url", "url"),
        ("https://x.org/share?u=@", "web_url", "url_part"),
    ],
)
def test_a_slot_in_text_is_escaped_for_where_it_stands(rendered: str, field: str, context: str) -> None:
    assert context_in(rendered, "text", field) == context


def test_two_slots_in_one_address_are_both_parts_of_it() -> None:
    merge = fields()
    first, last = merge.token("first_name", "a"), merge.token("last_name", "b")
    for medium in ("html", "text"):
        pieces = merge.split(f'<a href="https://x.org/?a={first}&amp;b={last}">', medium)
        assert [slot.context for slot in pieces.slots] == ["url_part", "url_part"]


def test_a_slot_in_a_header_is_header_text() -> None:
    assert context_in("News for @", "header", "web_url") == "header"


@pytest.mark.parametrize(
    ("rendered", "where"),
    [
        ('<a href="https://@/x">', "in the host of a link"),
        ('<a href="https://x.org@/">', "in the host of a link"),
        ('<a href="//@">', "in the host of a link"),
        ('<a href="java&#115;cript:@">', "in a javascript: address"),
        ('<a href="java\nscript:f(@)">', "in a javascript: address"),
        ('<img src="data:image/png,@">', "in a data: address"),
        ('<p style="color:@">', "in a style"),
        ("<p onclick=\"f('@')\">", "in a style or script"),
        ("<style>a{color:@}</style>", "in a style or script"),
        ("<script>f('@')</script>", "in a style or script"),
        ("<p class=@>", "not in a quoted attribute"),
        ("<p @>", "not in a quoted attribute"),
        ('<p title="@', "not in a quoted attribute"),
    ],
)
def test_a_place_where_no_value_is_safe_is_refused_with_the_place_it_came_from(
    rendered: str, where: str
) -> None:
    assert where in refused_in(rendered)


def test_a_field_in_the_host_of_an_address_in_text_is_refused() -> None:
    assert "in the host of a link" in refused_in("see https://@", "text")


def test_a_default_that_is_no_address_is_refused_where_an_address_must_stand() -> None:
    message = refused_in('<a href="@">', source="{{ donate_url | default('soon') }}")
    assert message.endswith("'soon' is not a URL that starts with https:, http:, mailto: or tel:")


def test_a_token_that_changed_its_case_is_refused() -> None:
    merge = fields()
    with pytest.raises(InvalidInput) as caught:
        merge.split(merge.token("zip").upper(), "html")
    assert [finding.rule for finding in caught.value.findings] == ["pipeline-tokens"]


def test_a_token_that_was_cut_is_refused() -> None:
    merge = fields()
    with pytest.raises(InvalidInput, match="is left in the text"):
        merge.split(merge.token("zip")[:-1], "text")


def test_a_token_that_was_never_given_out_is_refused() -> None:
    with pytest.raises(InvalidInput, match="belongs to no merge field"):
        fields().split(fields().token("zip"), "html")


def test_a_pipeline_that_loses_or_invents_a_token_is_refused() -> None:
    merge = fields()
    kept, lost, new = (
        merge.tokenise(f"{{{{ {name} | default('x') }}}}", (name,))
        for name in ("zip", "first_name", "last_name")
    )
    before, after = merge.counted(f"{kept} {lost} {lost}"), merge.counted(f"{kept} {kept} {lost} {new}")
    with pytest.raises(InvalidInput) as caught:
        merge.check_balance(before, after, "html")
    assert {finding.path: finding.rule for finding in caught.value.findings} == {
        "first_name": "pipeline-tokens",
        "last_name": "pipeline-tokens",
    }


def test_a_token_written_twice_by_the_pipeline_is_fine() -> None:
    merge = fields()
    merge.check_balance({merge.token("zip"): 1}, {merge.token("zip"): 2}, "html")


@given(st.text(st.sampled_from("ab1_*~`[]()<>#-.!\\&;:/ \n\té")))
def test_tokens_come_through_markdown_and_lxml_whole(text: str) -> None:
    merge = fields()
    source = f"x{text}{{{{zip}}}}{text}\n\n[a](https://x.org/{{{{first_name}}}}) {{{{ last_name }}}}z9"
    tokens = merge.tokenise(source, ())
    rendered = MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"]).render(tokens)
    document = lxml_html.tostring(lxml_html.fromstring(f"<div>{rendered}</div>"), encoding="unicode")
    assert set(merge.tokens_in(document)) == set(merge.tokens_in(tokens))
