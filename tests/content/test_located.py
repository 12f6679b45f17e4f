"""YAML to plain data with places: what is read, and where each value stands."""

from collections.abc import Iterator

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from tests.content.parsing import data, only, where

from lpdownload.content import reader
from lpdownload.content.located import Document, parse
from lpdownload.errors import InvalidInput, Loc, Place

# What is read


@pytest.mark.parametrize(
    "written",
    [
        "1.10",
        "0123",
        "1_000",
        "0x1F",
        "19:30",
        "2024-10-10",
        "NO",
        "no",
        "on",
        "yes",
        "True",
        "NULL",
        ".inf",
        "=",
    ],
)
def test_a_plain_scalar_stays_as_written(written: str) -> None:
    assert data(f"key: {written}\n") == {"key": written}


@pytest.mark.parametrize(
    ("written", "value"),
    [("true", True), ("false", False), ("", None), ("~", None), ("null", None), ("!!bool true", True)],
)
def test_true_false_and_nothing_are_read_as_such(written: str, value: bool | None) -> None:
    assert data(f"key: {written}\n") == {"key": value}


@pytest.mark.parametrize("written", ['"true"', "'true'", "!!str true", "! true"])
def test_quotes_or_a_text_tag_make_true_a_word(written: str) -> None:
    assert data(f"key: {written}\n") == {"key": "true"}


def test_number_tags_keep_the_digits_as_text() -> None:
    assert data("a: !!int 0123\nb: !!float 1.10\nc: !!null ~\n") == {"a": "0123", "b": "1.10", "c": None}


def test_keys_on_and_no_stay_words() -> None:
    assert data("on: a\nno: b\n1: c\n") == {"on": "a", "no": "b", "1": "c"}


def test_lists_mappings_and_blocks_of_text_are_read() -> None:
    text = "a:\n  - x\n  - {b: [y]}\nc: |\n  one\n  two\nd: !!map {e: !!seq [f]}\n"
    assert data(text) == {"a": ["x", {"b": ["y"]}], "c": "one\ntwo\n", "d": {"e": ["f"]}}


def test_an_alias_repeats_its_value_and_points_at_it() -> None:
    document = parse(b"a: &hall\n  city: Denver\nb: *hall\n", "f")
    assert document.data == {"a": {"city": "Denver"}, "b": {"city": "Denver"}}
    assert document.place(("b", "city")).line == 2
    assert document.place(("b",), key=True).line == 3


def test_a_merge_field_inside_a_text_needs_no_quotes() -> None:
    assert data("a: Hi {{ first_name }}, hello\n") == {"a": "Hi {{ first_name }}, hello"}


# Places

DOCUMENT = """\
title: Ünïcode 😀
sections:
  - type: story
    image:
      src: a.png
"""


@pytest.mark.parametrize(
    ("loc", "key", "line", "column"),
    [
        ((), False, 1, 1),
        (("title",), False, 1, 8),
        (("title",), True, 1, 1),
        (("sections", 0), False, 3, 5),
        (("sections", 0, "image", "src"), False, 5, 12),
        (("sections", 0, "image", "src"), True, 5, 7),
        (("sections", 0, "story", "image", "src"), False, 5, 12),  # a union's tag
        (("sections", 0, "image", "width"), False, 5, 7),  # a missing key: its mapping
        (("sections", 7), False, 3, 3),
        (("sections", -1), False, 3, 3),
        (("title", 0), False, 1, 8),
    ],
)
def test_place_leads_to_the_value_or_its_nearest_parent(loc: Loc, key: bool, line: int, column: int) -> None:
    place = parse(DOCUMENT.encode(), "issue.yaml").place(loc, key=key)
    assert (place.file, place.line, place.column) == ("issue.yaml", line, column)


def test_columns_count_characters_and_the_byte_order_mark_is_none() -> None:
    document = parse("\ufeffa: {é😀: x, b: y}\r\nc: z\r\n".encode(), "f")
    assert document.place(("a", "b")).column == 15
    assert (document.place(("a",), key=True).column, document.place(("c",), key=True).line) == (1, 2)


# The shape of the file


@pytest.mark.parametrize(
    ("text", "rule", "place", "says"),
    [
        ("", "yaml-top", (1, 1), "empty"),
        ("\n# only a comment\n", "yaml-top", (1, 1), "empty"),
        ("---", "yaml-top", (1, 1), "empty"),
        ("- a\n", "yaml-top", (1, 1), "a list"),
        ("# x\njust words\n", "yaml-top", (2, 1), "text"),
        ("true\n", "yaml-top", (1, 1), "not keys"),
        ("a: b\n---\nc: d\n", "yaml-documents", (2, 1), "second document"),
    ],
)
def test_a_file_must_be_one_mapping(text: str, rule: str, place: tuple[int, int], says: str) -> None:
    finding = only(text)
    assert (finding.rule, where(finding)) == (rule, place)
    assert says in finding.message


def test_one_document_may_be_marked() -> None:
    assert data("%YAML 1.1\n---\na: b\n...\n") == {"a": "b"}


# Anything at all

SNIPPETS = st.lists(
    st.sampled_from(
        [
            *"ab:-?[]{}#&*!|>'\"%@`,\\ \t\n\r\0\ufeff\u2028\u0085é😀",
            "\r\n",
            ": ",
            "- ",
            "{{ ",
            " }}",
            "&a ",
            "*a",
            "<<",
            "---\n",
            "...\n",
            "!!str ",
            "\\ud800",
            "\\0",
            "\\U00110000",
            "  ",
            "\n  ",
            "\n- ",
            "a: ",
            "true",
            "%YAML 1.1\n",
        ]
    ),
    max_size=40,
).map("".join)


def check_anything(source: bytes) -> None:
    lines = yaml_lines(source)
    try:
        document = parse(source, "f")
    except InvalidInput as error:
        found = error.findings
    else:
        for loc, _ in everything(document.data):
            check_place(document.place(loc), lines)
        return
    for finding in found:
        assert finding.place is not None
        check_place(finding.place, lines)
        assert finding.hint or finding.rule == "yaml-more"
    assert found


def check_place(place: Place, lines: list[str]) -> None:
    assert 1 <= place.line <= len(lines)
    assert 1 <= place.column <= len(lines[place.line - 1]) + 1


def everything(value: object, loc: Loc = ()) -> Iterator[tuple[Loc, object]]:
    yield loc, value
    if isinstance(value, dict):
        for key, part in value.items():
            yield from everything(part, (*loc, key))
    elif isinstance(value, list):
        for index, part in enumerate(value):
            yield from everything(part, (*loc, index))


def yaml_lines(source: bytes) -> list[str]:
    text = source.removeprefix(b"\xef\xbb\xbf").decode(errors="replace")
    return text.replace("\r\n", "\n").replace("\r", "\n").split("\n")


@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused_at_a_place_within_the_file(source: bytes) -> None:
    check_anything(source)


@given(SNIPPETS)
def test_any_mix_of_yaml_signs_is_read_or_refused_at_a_place_within_the_file(text: str) -> None:
    check_anything(text.encode())


@given(SNIPPETS)
def test_the_same_holds_without_libyaml(text: str) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(reader, "_LOADER", yaml.SafeLoader)
        check_anything(text.encode())


TEXTS = st.text(st.characters(exclude_categories=["Cc", "Cs", "Cn"]), max_size=20)
TREES = st.dictionaries(
    TEXTS,
    st.recursive(
        TEXTS,
        lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXTS, inner, max_size=4),
        max_leaves=20,
    ),
    max_size=5,
)


def dumped(tree: object, allow_unicode: bool = False) -> bytes:
    return yaml.safe_dump(tree, default_style='"', sort_keys=False, allow_unicode=allow_unicode).encode()


class Unaliased(yaml.SafeDumper):
    def ignore_aliases(self, data: object) -> bool:  # noqa: ARG002
        return True


@given(TREES)
def test_what_is_dumped_is_read_back_equal(tree: dict[str, object]) -> None:
    assert parse(dumped(tree), "f").data == tree


@given(TREES)
def test_every_value_is_where_its_place_says(tree: dict[str, object]) -> None:
    source = yaml.dump(tree, Dumper=Unaliased, default_style='"', width=10**6, sort_keys=False).encode()
    document: Document = parse(source, "f")
    lines = yaml_lines(source)
    for loc, value in everything(tree):
        if not isinstance(value, str):
            continue
        place = document.place(loc)
        rest = lines[place.line - 1][place.column - 1 :]
        assert rest[0] == '"'
        quote = yaml.safe_load(rest[: closing(rest) + 1])
        assert quote == value


def closing(rest: str) -> int:
    """Index of the quote that closes the one at the start of ``rest``."""
    index = 1
    while rest[index] != '"':
        index += 2 if rest[index] == "\\" else 1
    return index
