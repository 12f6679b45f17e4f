"""Common slips of YAML, each explained in plain words."""

import pytest
from tests.content.parsing import findings, only, where

# Slips


@pytest.mark.parametrize(
    ("text", "place", "says", "hint"),
    [
        ("title: Foo: bar\n", (1, 11), "colon", '"Foo: bar"'),
        ("- title: It's: so\n", (1, 14), "colon", '"It\'s: so"'),
        ('a: b\nc: "x\nd: e\n', (2, 4), "never closed", "close it"),
        ("a: 'x\nb: c\n", (1, 4), "never closed", "close it"),
        ('a: "x\nb: "y"\n', (1, 4), "closes on line 2", "close it"),
        ('a: "x" y\n', (1, 8), "closing quote", "quotes"),
        ("a: 'x'y'\n", (1, 7), "closing quote", "quotes"),
        ("a: [x] y\n", (1, 8), "closing bracket", "quotes"),
        ("a:\n  b: 1\n c: 2\n", (3, 2), "indentation", "align"),
        ("a: 1\n  b: 2\n", (2, 3), "indented below", "align"),
        ("a: |\n   x\n  y\n", (3, 3), "indentation", "align"),
        ("a: 1\n- b\n", (2, 1), "list item", "indent"),
        ("a:\n  - b\n  c: d\n", (3, 3), "key stands where", "'- '"),
        ("a: - b\n", (1, 4), "list cannot start", "'- '"),
        ("a: @x y\n", (1, 4), "start with @", '"@x y"'),
        ("a: `x\n", (1, 4), "start with `", '"`x"'),
        ("a: %x\n", (1, 4), "start with %", '"%x"'),
        ("a: {% if x %}\n", (1, 4), "start with {%", '"{% if x %}"'),
        ("a: *bold* x\n", (1, 4), "start with *", '"*bold* x"'),
        ("a: * x\n", (1, 4), "start with *", '"* x"'),
        ("a: & x\n", (1, 4), "start with &", '"& x"'),
        ("a: !h!x y\n", (1, 4), "start with !", '"!h!x y"'),
        ("a: ? x\n", (1, 4), "start with ?", '"? x"'),
        ("a: ], x\n", (1, 4), "start with ]", '"], x"'),
        ("a: , x\n", (1, 4), "start with ,", '", x"'),
        ("a:\n\tb: 1\n", (2, 1), "tab", "spaces"),
        ("a: 1\n\tb: 1\n", (2, 1), "tab", "spaces"),
        ("a: 1\nb\nc: 2\n", (2, 1), "no colon", "key: value"),
        ("a: 1\nb:c\nd: 2\n", (2, 1), "space is missing", "b: c"),
        ("a: 1\nb:\u00a0c\nd: 2\n", (2, 3), "ordinary space", "type a space"),
        ("a:\u00a0b\nc: d\n", (1, 3), "ordinary space", "type a space"),
        ("a: 1\n: 2\n", (2, 1), "no key", "key: value"),
        ("a: {b: 1\nc: 2\n", (1, 4), "not closed", "}"),
        ("a: [b\nc: 2\n", (1, 4), "not closed", "]"),
        ("a: |x\n  foo\n", (1, 5), "same line", "next line"),
        ("a: > foo\n  bar\n", (1, 6), "same line", "next line"),
        ("a: 1\n...\nfoo\n", (3, 1), "goes on after", "..."),
        ("%YAML 3.0\n---\na: 1\n", (1, 1), "start with %", "%YAML 3.0"),
    ],
)
@pytest.mark.usefixtures("either_loader")
def test_a_common_slip_is_explained(text: str, place: tuple[int, int], says: str, hint: str) -> None:
    finding = only(text)
    assert (finding.rule, where(finding)) == ("yaml-syntax", place)
    assert says in finding.message
    assert hint in finding.hint


def test_what_was_found_before_a_syntax_error_is_kept() -> None:
    rules = [finding.rule for finding in findings("a: 1\na: !x 2\nb: @\nc: 3\nc: 4\n")]
    assert rules == ["yaml-duplicate-key", "yaml-tag", "yaml-syntax"]
