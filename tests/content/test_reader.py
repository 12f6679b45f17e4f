"""What the reader refuses: keys, tags, comments and sizes that would lose text or time."""

import pytest
from tests.content.parsing import data, findings, only, where

# Keys


def test_a_duplicate_key_is_named_with_both_places() -> None:
    finding = only("title: a\nx:\n  y: 1\n  z: 2\n  y: 3\n")
    assert (finding.rule, finding.path, where(finding)) == ("yaml-duplicate-key", "x.y", (5, 3))
    assert "line 3, column 3" in finding.message


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("? [a]: b\n: c\n", (1, 3)),
        ("? {a: b}\n: c\n", (1, 3)),
        ("true: a\n", (1, 1)),
        ("a: {~: b}\n", (1, 5)),
        ("a: &x b\n*x : c\n", (2, 1)),
        ("a: b\n\u00a0c: d\n", (2, 1)),
        ("<<: {a: b}\n", (1, 1)),
    ],
)
@pytest.mark.usefixtures("either_loader")
def test_a_key_that_is_not_a_plain_word_is_refused(text: str, place: tuple[int, int]) -> None:
    finding = only(text)
    assert (finding.rule, where(finding)) == ("yaml-key", place)


@pytest.mark.parametrize(
    ("text", "place", "write"),
    [
        ("a: {{ first_name }}\n", (1, 4), '"{{ first_name }}"'),
        ("a:\n  - {{ x | default('y') }}\n", (2, 5), "\"{{ x | default('y') }}\""),
        ("a: {{ first_name }}, hello\n", (1, 4), '"{{ first_name }}, hello"'),
        ('a: {{ x | default("y") }}\n', (1, 4), "'{{ x | default(\"y\") }}'"),
    ],
)
@pytest.mark.usefixtures("either_loader")
def test_a_leading_merge_field_must_be_quoted(text: str, place: tuple[int, int], write: str) -> None:
    finding = only(text)
    assert (where(finding), finding.hint) == (place, f"write {write}")
    assert "{{ must be in quotes" in finding.message


# What YAML would swallow or run


@pytest.mark.parametrize(
    "tag",
    [
        "!!python/object/apply:os.system",
        "!foo",
        "!!binary",
        "!!set",
        "!!timestamp",
        "!!int4",
        "!!seq",
        "!<x:y>",
    ],
)
def test_a_foreign_tag_is_refused(tag: str) -> None:
    finding = only(f"a: {tag} x\n")
    assert (finding.rule, where(finding), finding.path) == ("yaml-tag", (1, 4), "a")


@pytest.mark.parametrize("value", ["!!map [a]", "!!str {a: b}", "!!bool maybe", "!!null x", "!x {a: b}"])
def test_a_tag_that_does_not_fit_is_refused(value: str) -> None:
    assert only(f"a: {value}\n").rule == "yaml-tag"


def test_an_anchor_without_use_is_text_without_quotes() -> None:
    finding = only("a: &Rights now\n")
    assert (finding.rule, where(finding)) == ("yaml-anchor", (1, 4))


def test_an_alias_without_anchor_is_text_without_quotes() -> None:
    finding = only("a: *star\n")
    assert (finding.rule, where(finding)) == ("yaml-alias", (1, 4))


@pytest.mark.parametrize(
    ("text", "column", "hint"),
    [
        ("a: We are #1\n", 11, '"We are #1"'),
        ("a: #0b6e75\n", 4, '"#0b6e75"'),
        ("a: {b: x #y\n }\n", 10, '"x #y"'),
    ],
)
@pytest.mark.usefixtures("either_loader")
def test_words_lost_to_a_comment_are_named(text: str, column: int, hint: str) -> None:
    finding = only(text)
    assert (finding.rule, where(finding)) == ("yaml-comment", (1, column))
    assert hint in finding.hint


def test_a_comment_with_a_space_is_a_comment() -> None:
    assert data("# one\na: b # two\nc: #\n  # three\n") == {"a": "b", "c": None}


# Bounds


@pytest.mark.parametrize("depth", [51, 3_000, 100_000])
@pytest.mark.parametrize("opening", ["[", "{a: ", "[\n", "- ", "? "])
@pytest.mark.usefixtures("either_loader")
def test_deep_nesting_is_refused_and_crashes_nothing(opening: str, depth: int) -> None:
    start = "a:\n  " if opening in {"- ", "? "} else "a: "
    assert "yaml-size" in {finding.rule for finding in findings(start + opening * depth)}


def test_fifty_levels_are_fine() -> None:
    assert data("a: " + "[" * 49 + "]" * 49)
    assert only("a: " + "[" * 50 + "]" * 50).rule == "yaml-size"


def test_a_list_of_too_many_values_is_refused() -> None:
    assert data("a: [" + "x," * 49_997 + "]")
    assert only("a: [" + "x," * 49_998 + "]").rule == "yaml-size"


def test_an_alias_bomb_is_refused() -> None:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 10)}]" for i in range(1, 10)]
    assert "yaml-size" in {finding.rule for finding in findings("\n".join(lines))}


def test_an_alias_bomb_of_depth_is_refused() -> None:
    lines = ["a0: &a0 [x]", *(f"a{i}: &a{i} [*a{i - 1}]" for i in range(1, 60))]
    assert where(only("\n".join(lines)))[0] == 50


def test_an_alias_bomb_of_long_text_is_refused() -> None:
    text = f"a: &a {'x' * 100_000}\nb: [{', '.join(['*a'] * 20)}]\n"
    assert only(text).rule == "yaml-size"


@pytest.mark.parametrize("text", ["a: &x [*x]\n", "a: &x\n  b: *x\n", "&x a: &y {b: [*y], c: *x}\n"])
def test_a_value_that_repeats_itself_is_refused(text: str) -> None:
    finding = only(text)
    assert finding.rule == "yaml-alias"
    assert "inside the very value" in finding.message


def test_a_file_of_more_than_a_megabyte_is_refused() -> None:
    assert data(f"a: {'x' * 999_997}")
    assert only(f"a: {'x' * 999_998}").rule == "yaml-size"
