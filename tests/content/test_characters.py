"""Bytes and characters that a file may hold, and those that it may not."""

import pytest
from tests.content.parsing import data, findings, only, where

# Bytes and characters


def test_a_byte_that_is_not_utf8_is_named_and_the_rest_is_read_on() -> None:
    bad, duplicate = findings("a: é\nb: caf".encode() + b"\xe9 x\nb: y\n")
    assert (bad.rule, where(bad)) == ("yaml-encoding", (2, 7))
    assert "0xE9" in bad.message
    assert "UTF-8" in bad.hint
    assert (duplicate.rule, where(duplicate)) == ("yaml-duplicate-key", (3, 1))


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_utf16_is_named(encoding: str) -> None:
    finding = only("title: Hello there\n".encode(encoding))
    assert finding.rule == "yaml-encoding"
    assert "UTF-16" in finding.message


@pytest.mark.parametrize(
    "char",
    [
        "\0",
        "\x07",
        "\x0b",
        "\x1b",
        "\x7f",
        "\x85",
        "\x9f",
        "\ufffe",
        "\uffff",
        "\ufdd0",
        "\U0001ffff",
        "\u2028",
        "\ufeff",
    ],
)
@pytest.mark.usefixtures("either_loader")
def test_a_character_that_no_mail_can_carry_is_named(char: str) -> None:
    finding = only(f"a: b\nc: de{char}f\n")
    assert (finding.rule, where(finding)) == ("yaml-character", (2, 6))
    assert f"U+{ord(char):04X}" in finding.message
    assert finding.hint


@pytest.mark.parametrize("escape", ["\\0", "\\a", "\\e", "\\x07", "\\u0085", "\\N", "\\uFFFE", "\\U0000FFFF"])
@pytest.mark.usefixtures("either_loader")
def test_an_escape_for_such_a_character_is_named(escape: str) -> None:
    finding = only(f'a: "b\n  c{escape}"\n')
    assert (finding.rule, where(finding)) == ("yaml-character", (2, 4))
    assert escape in finding.message


@pytest.mark.parametrize("escape", ["\\ud800", "\\uDFFF", "\\U00110000", "\\d", "\\xZZ"])
@pytest.mark.usefixtures("either_loader")
def test_an_escape_for_no_character_is_named(escape: str) -> None:
    finding = only(f'a: "b{escape}"\n')
    assert where(finding) == (1, 6)
    assert escape[:2] in finding.message


def test_ordinary_escapes_are_read() -> None:
    assert data(r'a: "\t\n\"\\\_\u00e9\U0001F600\L"') == {"a": '\t\n"\\\u00a0é😀\u2028'}


def test_a_flood_of_findings_is_cut_with_a_count() -> None:
    found = findings(b"\x01" * 300)
    assert len(found) == 51
    assert "250 more" in found[-1].message
