"""A value of a wrong kind is told in plain words, with what to write instead."""

import pytest
from tests.content.sample_models import (
    Value,
    only,
    where,
)

# Kinds of values


@pytest.mark.parametrize(
    ("line", "rule", "says", "hint"),
    [
        ("title:", "missing-value", "has no value", "text"),
        ("count: ~", "missing-value", "has no value", "whole number"),
        ("style: null", "missing-value", "has no value", "plain, fancy"),
        ("sections:", "missing-value", "has no value", "'- '"),
        ("title: true", "wrong-type", "true means yes or no", 'put it in quotes: "true"'),
        ("title: [a]", "wrong-type", "should be text, but is a list", "without '- '"),
        ("title: {a: b}", "wrong-type", "should be text, but is a group of keys", "quotes"),
        ("sections: x", "wrong-type", "should be a list, but is text", "'- '"),
        ("sections: {a: b}", "wrong-type", "should be a list, but is a group of keys", "'- '"),
        ("sections: true", "wrong-type", "should be a list, but is true", "'- '"),
        ("numbers: x", "wrong-type", "should be a group of keys, but is text", "key: value"),
        ("numbers: [x]", "wrong-type", "should be a group of keys, but is a list", "without '- '"),
        ("period: [x]", "wrong-type", "should be a group of keys, but is a list", "without '- '"),
        ("count: many", "bad-value", "many", "300"),
        ("count: 1.5", "bad-value", "1.5", "300"),
        ("count: [1]", "wrong-type", "whole number", "'- '"),
        ("share: much", "bad-value", "much", "12.5"),
        ("flag: maybe", "bad-value", "maybe", "true or false"),
        ("start: tomorrow", "bad-value", "tomorrow", "2024-10-10 18:00"),
        ("start: 2024-13-10 18:00", "bad-value", "2024-13-10", "2024-10-10 18:00"),
        ("web: example", "bad-value", "example", "https://example.org/page"),
        ("web: ftp://example.org", "bad-value", "ftp:", "https://example.org/page"),
        ("mail: nobody", "bad-value", "email address", "press@example.org"),
        ("style: fancie", "bad-value", "fancie", "did you mean fancy? Write one of plain, fancy"),
        ("style: zzz", "bad-value", "zzz", "write one of plain, fancy"),
        ("style: [plain]", "wrong-type", "is a list", "plain, fancy"),
        ("color: bleu", "bad-value", "bleu", "did you mean blue?"),
        ("code: ab", "bad-value", "too short: 2 characters", "at least 3"),
        ("code: abcdef", "bad-value", "too long: 6 characters", "at most 5"),
        ("code: ABC", "bad-value", "ABC", "^[a-z]+$"),
        ("code: ''", "missing-value", "is empty", "write something"),
        ("tags: []", "missing-value", "is empty", "write something"),
        ("tags: [a, b, c]", "bad-value", "too long: 3 entries", "at most 2"),
        ("title: SHOUTED", "bad-value", "all capitals", ""),
    ],
)
def test_a_wrong_value_is_named_in_plain_words(line: str, rule: str, says: str, hint: str) -> None:
    key, _, value = line.partition(":")
    text = line if key == "title" else f"title: x\n{line}"
    finding = only(f"{text}\n")
    assert (finding.rule, finding.path) == (rule, key)
    assert says in finding.message
    assert hint in finding.hint
    assert where(finding)[1] == len(key) + (3 if value.strip() else 2)
    for jargon in ("pydantic", "Input", "dictionary", "string", "NoneType", "Value error", "http://errors"):
        assert jargon not in f"{finding.message} {finding.hint}"


def test_bounds_of_numbers_are_named() -> None:
    text = "title: x\npicture: {src: a, alt: b, width: 9}\n"
    assert only(text).message == "should be at least 16, but is 9"


def test_a_value_in_a_mapping_of_any_keys_keeps_its_path() -> None:
    finding = only("title: x\nnumbers:\n  a: 1\n  b: c\n")
    assert (finding.path, where(finding)) == ("numbers.b", (4, 6))


def test_a_bad_key_in_such_a_mapping_is_named_at_the_key() -> None:
    class Counts(Value):
        numbers: dict[int, str]

    finding = only("numbers:\n  one: c\n", Counts)
    assert (finding.path, where(finding)) == ("numbers.one", (2, 3))


def test_a_single_value_that_stands_for_a_list_is_named_at_its_place() -> None:
    finding = only("title: x\nnames: true\n")
    assert (finding.path, where(finding)) == ("names", (2, 8))
