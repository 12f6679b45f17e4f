"""newsletters/published.yaml: what was published, from which day on, at which address."""

from datetime import date, timedelta

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.site.hub import ENTRY, RECORD, Hub

from lpdownload.content.library import Library
from lpdownload.errors import InvalidInput
from lpdownload.site.entry import Entry, Record
from lpdownload.site.published import (
    HEAD,
    Mark,
    after,
    edited_on,
    former_slugs,
    published_text,
    read_published,
)

PATH = "newsletters/published.yaml"
LINE = "  - {on: 2024-09-18, slug: 2024-09, digest: 0123456789ab}\n"
DAY = date(2024, 9, 18)
NAMES = st.from_regex(r"[a-z0-9]{1,9}([._-][a-z0-9]{1,9}){0,2}", fullmatch=True)
MARKS = st.builds(
    Mark, st.dates(date(1990, 1, 1)), NAMES, st.text("0123456789abcdef", min_size=12, max_size=12)
)


def record(slug: str, content: str, entry: Entry | None = ENTRY) -> Record:
    return RECORD.model_copy(update={"slug": slug, "content": content, "entry": entry})


@settings(max_examples=25)
@given(
    st.dictionaries(
        st.tuples(NAMES, NAMES).map("/".join), st.lists(MARKS, min_size=1, max_size=3).map(tuple), max_size=3
    )
)
def test_it_is_read_as_it_was_written_and_is_yaml(
    tmp_path_factory: pytest.TempPathFactory, published: dict[str, tuple[Mark, ...]]
) -> None:
    root = tmp_path_factory.mktemp("room")
    text = published_text(published)
    (root / "newsletters").mkdir()
    (root / PATH).write_text(text, "utf-8")
    assert read_published(Library(root)) == published
    assert set(yaml.safe_load(text) or {}) == published.keys()


@pytest.mark.parametrize(
    ("text", "line"),
    [
        (f"town/2024-09:\n{LINE}<<<<<<< HEAD\n", 3),
        (f"town/2024-09:\n{LINE}town/2024-09:\n{LINE}", 3),
        (LINE, 1),
        ("\ntown/2024-09:\n  - 1\n", 3),
        (f"town/2024-09:\n{LINE.replace('09-18', '13-18')}", 2),
        (f"town/2024-09:\n{LINE.replace('slug: 2024-09', 'slug: ../etc')}", 2),
        ("town/2024-09: []\n", 1),
    ],
)
def test_what_is_no_line_of_it_is_found_where_it_stands(hub: Hub, text: str, line: int) -> None:
    hub.newsroom.write(PATH, HEAD + text)
    with pytest.raises(InvalidInput) as caught:
        read_published(hub.newsroom.library)
    (finding,) = caught.value.findings
    assert finding.rule == "bad-published"
    assert finding.place is not None
    assert finding.place.line == line + HEAD.count("\n")


def test_a_room_that_published_nothing_has_none(hub: Hub) -> None:
    assert read_published(hub.newsroom.library) == {}


def test_what_comes_out_is_noted_once_and_what_is_hidden_is_not() -> None:
    once = after({}, [record("a", "1")], DAY)
    assert once == {"town/2024-09": (Mark(DAY, "a", "1"),)}
    assert after(once, [record("a", "1")], DAY + timedelta(9)) == once
    assert after({}, [record("a", "1", None)], DAY) == {}


def test_edits_of_one_day_are_one_and_those_of_the_first_day_none() -> None:
    first = after(after({}, [record("a", "1")], DAY), [record("a", "2")], DAY)
    assert edited_on(first["town/2024-09"]) is None
    later = DAY + timedelta(1)
    second = after(after(first, [record("a", "3")], later), [record("a", "4")], later)
    assert len(second["town/2024-09"]) == 2
    assert edited_on(second["town/2024-09"]) == later


def test_another_address_is_no_edit_and_no_address_is_forgotten() -> None:
    marks = after({}, [record("a", "1")], DAY)
    for slug in ("b", "c"):
        marks = after(marks, [record(slug, "1")], DAY)
    assert edited_on(marks["town/2024-09"]) is None
    assert former_slugs(marks["town/2024-09"]) == ("a", "b")
    back = after(marks, [record("a", "1")], DAY)
    assert former_slugs(back["town/2024-09"]) == ("b", "c")


def test_a_look_at_an_earlier_day_changes_nothing() -> None:
    marks = after({}, [record("a", "1")], DAY)
    assert after(marks, [record("a", "2")], DAY - timedelta(1)) == marks
