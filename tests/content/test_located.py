"""YAML to plain data with places: what is read, what is refused, and where each finding points."""

from collections.abc import Iterator

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from lpdownload.content import reader
from lpdownload.content.located import Document, parse
from lpdownload.errors import Finding, InvalidInput, Loc, Place


@pytest.fixture(params=["CSafeLoader", "SafeLoader"])
def either_loader(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """With libyaml, and as on a machine that lacks it."""
    monkeypatch.setattr(reader, "_LOADER", getattr(yaml, request.param))


def findings(text: str | bytes) -> tuple[Finding, ...]:
    with pytest.raises(InvalidInput) as caught:
        parse(text.encode() if isinstance(text, str) else text, "issue.yaml")
    return caught.value.findings


def only(text: str | bytes) -> Finding:
    (finding,) = findings(text)
    return finding


def where(finding: Finding) -> tuple[int, int]:
    assert finding.place is not None
    return finding.place.line, finding.place.column


def data(text: str) -> object:
    return parse(text.encode(), "issue.yaml").data


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
