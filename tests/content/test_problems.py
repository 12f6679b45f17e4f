"""Errors of the model as findings: each at its place, in plain words, with what to write instead."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError
from tests.content.sample_models import Issue, Quote, Section, findings, only, where

from lpdownload.content.located import parse
from lpdownload.content.problems import findings_of, validate
from lpdownload.errors import InvalidInput


def test_what_is_right_becomes_the_model() -> None:
    text = "title: Hi\ncount: 12\nday: 2024-10-10\nflag: true\nnames: Ana\nperiod: 2024-09\n"
    text += "sections:\n- {type: quote, text: x}\n"
    issue = validate(Issue, parse(text.encode(), "f"))
    assert (issue.count, issue.day, issue.flag, issue.names) == (12, date(2024, 10, 10), True, ("Ana",))
    assert issue.sections == (Quote(type="quote", text="x"),)


# Keys


def test_a_mistyped_key_is_named_at_the_key_with_the_nearest() -> None:
    finding = only("title: x\nsections:\n  - type: story\n    title: y\n    imgae:\n      src: z\n")
    assert (finding.rule, finding.path, where(finding)) == ("unknown-key", "sections[0].imgae", (5, 5))
    assert finding.hint == "did you mean image?"


@pytest.mark.parametrize("key", ["Title", "TITLE", "titel", "tilte"])
def test_case_and_turned_letters_still_find_the_right_key(key: str) -> None:
    assert only(f"{key}: x\n").hint == "did you mean title?"


def test_a_key_that_is_missing_and_not_mistyped_is_told_beside_one_that_is() -> None:
    found = findings("titel: x\nperiod: {yaer: 2024}\n")
    assert [(f.rule, f.path) for f in found] == [
        ("unknown-key", "titel"),
        ("missing-key", "period.month"),
        ("unknown-key", "period.yaer"),
    ]


def test_a_key_like_no_other_lists_the_keys_there_are() -> None:
    finding = only("title: x\nperiod: {year: 2024, month: 9, zzz: 1}\n")
    assert (where(finding), finding.hint) == ((2, 32), "the keys here are year, month")


def test_a_key_unknown_in_an_optional_part_of_a_section_finds_its_model() -> None:
    finding = only("title: x\nsections:\n- {type: story, title: y, image: {src: a, alt: b, widht: 3}}\n")
    assert (finding.path, finding.hint) == ("sections[0].image.widht", "did you mean width?")


def test_a_missing_key_is_named_at_its_mapping() -> None:
    finding = only("title: x\nsections:\n  - type: story\n    url: https://example.org\n")
    assert (finding.rule, finding.path, where(finding)) == ("missing-key", "sections[0].title", (3, 5))
    assert finding.message == "the key title is missing"


def test_a_missing_key_says_what_it_is_for() -> None:
    assert "Path of the file" in only("title: x\npicture: {alt: y}\n").hint


def test_everything_wrong_is_found_at_once_in_the_order_of_the_file() -> None:
    found = findings("titel: x\ncount: many\nsections:\n- type: stroy\n- type: story\n  title:\n")
    assert [(f.rule, f.path) for f in found] == [
        ("unknown-key", "titel"),
        ("bad-value", "count"),
        ("unknown-type", "sections[0].type"),
        ("missing-value", "sections[1].title"),
    ]


# Types of sections


def test_an_unknown_type_is_named_at_its_value_with_the_nearest_and_all() -> None:
    finding = only("title: x\nsections:\n  - type: stroy\n")
    assert (finding.rule, finding.path, where(finding)) == ("unknown-type", "sections[0].type", (3, 11))
    assert finding.hint.startswith("did you mean story?")
    assert "story, quote" in finding.hint


@pytest.mark.parametrize("value", ["true", "[story]", "{a: b}", "zzz"])
def test_a_type_like_no_other_lists_all(value: str) -> None:
    finding = only(f"title: x\nsections:\n  - type: {value}\n")
    assert (finding.rule, where(finding)) == ("unknown-type", (3, 11))
    assert finding.hint == "the words for type are story, quote"


def test_a_missing_type_lists_all() -> None:
    finding = only("title: x\nsections:\n  - title: y\n")
    assert (finding.rule, finding.path, where(finding)) == ("missing-key", "sections[0].type", (3, 5))
    assert "story, quote" in finding.hint


def test_a_mistyped_type_key_is_recognised() -> None:
    assert "typ" in only("title: x\nsections:\n  - typ: story\n").hint


def test_a_type_without_value_lists_all() -> None:
    finding = only("title: x\nsections:\n  - type:\n")
    assert (finding.rule, finding.path) == ("missing-value", "sections[0].type")
    assert "story, quote" in finding.hint


@pytest.mark.parametrize(("key", "path"), [("story: [a]", "story"), ("title: [a]", "title")])
def test_a_key_named_like_its_section_type_is_no_tag(key: str, path: str) -> None:
    head = "" if path == "title" else "  title: y\n"
    finding = only(f"title: x\nsections:\n- type: story\n{head}  {key}\n")
    assert finding.path == f"sections[0].{path}"
    assert where(finding)[1] == len(f"  {path}: ") + 1


def test_a_mapping_below_a_key_named_like_another_type_keeps_its_path() -> None:
    finding = only("title: x\nsections:\n- type: quote\n  text: y\n  story: {type: story, title: [z]}\n")
    assert finding.path == "sections[0].story.title"


def test_an_unknown_key_named_like_its_section_type_is_named_at_the_key() -> None:
    finding = only("title: x\nsections:\n- {type: quote, text: y, quote: z}\n")
    assert (finding.rule, finding.path, where(finding)) == ("unknown-key", "sections[0].quote", (3, 26))


# Own validators


def test_a_validator_gives_its_own_rule_message_and_hint() -> None:
    finding = only("title: x\nsections:\n- {type: story, title: y, url: 'http://a.b'}\n")
    assert (finding.rule, finding.message) == ("bad-url", "not an https address")
    assert (finding.hint, finding.path) == ("as in https://example.org", "sections[0].url")


def test_an_error_of_a_whole_mapping_is_placed_at_the_mapping() -> None:
    finding = only("title: x\nsections:\n- type: story\n  title: y\n  image:\n    src: a.png\n")
    assert (finding.rule, finding.path, where(finding)) == ("missing-alt", "sections[0].image", (6, 5))


def test_a_model_validated_inside_a_validator_gives_its_own_errors() -> None:
    finding = only("title: x\nperiod: 2024-13\n")
    assert (finding.path, where(finding)) == ("period", (2, 9))
    assert finding.message == "should be at most 12, but is 13"


# Unions


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ("true", "should be text or a group of keys, but true means yes or no"),
        ("[a]", "should be text or a group of keys, but is a list"),
    ],
)
def test_a_value_that_fits_no_member_of_a_union_is_one_finding(value: str, message: str) -> None:
    finding = only(f"title: x\npicture: {value}\n")
    assert (finding.rule, finding.path, finding.message) == ("wrong-type", "picture", message)


def test_a_mapping_in_a_union_of_text_and_mapping_is_judged_as_a_mapping() -> None:
    finding = only("title: x\npicture: {scr: a, alt: b}\n")
    assert (finding.path, finding.hint) == ("picture.scr", "did you mean src?")


def test_a_word_in_a_union_of_dates_and_words_is_one_finding_with_both_ways_out() -> None:
    finding = only("title: x\nday: soon\n")
    assert (finding.path, where(finding)) == ("day", (2, 6))
    assert "2024-10-10" in finding.hint
    assert "open" in finding.hint


def test_a_union_without_discriminator_reports_the_likeliest_member() -> None:
    finding = only("title: x\neither: {type: quote, txet: z, text: y}\n")
    assert (finding.path, finding.hint) == ("either.txet", "did you mean text?")


# Parts


def test_a_part_is_validated_with_paths_and_places_of_the_whole() -> None:
    document = parse(b"section:\n  type: story\n  titel: x\n", "block.yaml")
    with pytest.raises(ValidationError) as caught:
        TypeAdapter[object](Section).validate_python(document.data["section"])
    (unknown,) = findings_of(caught.value, document, ("section",), kind=Section)
    assert (unknown.path, where(unknown), unknown.hint) == ("section.titel", (3, 3), "did you mean title?")


def test_what_was_merged_in_from_elsewhere_is_placed_at_the_nearest_parent() -> None:
    document = parse(b"sections:\n  - ref: block\n", "issue.yaml")
    with pytest.raises(ValidationError) as caught:
        TypeAdapter[object](Section).validate_python({"type": "story", "title": "x", "url": "ftp:"})
    (finding,) = findings_of(caught.value, document, ("sections", 0, "overrides"))
    assert where(finding) == (2, 5)


def test_without_the_model_an_unknown_key_still_has_a_hint() -> None:
    document = parse(b"title: x\nzzz: y\n", "f")
    with pytest.raises(ValidationError) as caught:
        Issue.model_validate(document.data)
    (finding,) = findings_of(caught.value, document)
    assert (finding.rule, finding.hint) == ("unknown-key", "correct its spelling, or delete it")


LEAVES = st.sampled_from(
    ["story", "quote", "2024-09", "x", "", "true", "~", "[]", "{}", "[x]", "{src: a}", "12"]
)
KEYS = st.sampled_from([*Issue.model_fields, "titel"])


@given(
    st.dictionaries(KEYS, LEAVES, max_size=6),
    st.lists(
        st.dictionaries(
            st.sampled_from(["type", "title", "story", "text", "image", "url", "x"]), LEAVES, max_size=4
        )
    ),
)
def test_any_document_is_valid_or_has_findings_with_places_and_words(
    top: dict[str, str], sections: list[dict[str, str]]
) -> None:
    top.pop("sections", None)
    text = "".join(f"{key}: {value or repr('')}\n" for key, value in top.items()) + "sections:\n"
    for section in sections:
        pairs = ", ".join(f"{key}: {value or repr('')}" for key, value in section.items())
        text += f"- {{{pairs}}}\n"
    try:
        validate(Issue, parse(text.encode(), "f"))
    except InvalidInput as error:
        found = error.findings
    else:
        return
    assert found
    lines = text.split("\n")
    for finding in found:
        line, column = where(finding)
        assert column <= len(lines[line - 1]) + 1
        assert finding.message
        assert "[" not in finding.path.replace("sections[", "").replace("names[", "").replace("tags[", "")
