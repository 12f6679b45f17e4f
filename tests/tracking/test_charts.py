"""Charts: SVG in the colours of the page, one picture to whoever hears it read."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from lpdownload.errors import InvalidInput
from lpdownload.tracking import charts

counts = st.integers(0, 10**7)
names = st.text(st.characters(codec="utf-8", exclude_categories=["Cc"]), max_size=40)


@given(st.lists(st.tuples(names, counts, counts), min_size=1, max_size=4), names)
def test_bars_of_any_names_and_numbers_are_one_picture_without_scripts(
    rows: list[tuple[str, int, int]], says: str
) -> None:
    series = [("persons", [row[1] for row in rows]), ("programs", [row[2] for row in rows])]
    svg = charts.bars([row[0] for row in rows], series, says)
    root = etree.fromstring(str(svg))
    assert (root.get("role"), root.get("aria-label")) == ("img", says)
    assert not root.findall(".//{*}script")


def test_colours_are_those_of_the_page() -> None:
    svg = charts.line(["2024-08", "2024-09"], [10, 12], "Two months")
    assert "var(--accent)" in svg
    assert not re.search(r"(?:fill|stroke): ?#", svg)


def test_the_same_numbers_make_the_same_picture() -> None:
    assert charts.line(["a", "b"], [1, 2], "x") == charts.line(["a", "b"], [1, 2], "x")


@pytest.mark.parametrize("most", [0, 1, 3, 7, 40, 41, 99, 12_345, 10**7])
def test_an_axis_has_few_round_numbers_that_reach_the_largest(most: int) -> None:
    ticks = charts.ticks(most)
    assert 2 <= len(ticks) <= 5
    assert ticks[0] == 0
    assert ticks[-1] >= most


def test_without_pygal_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "pygal", None)
    with pytest.raises(InvalidInput, match="pygal is not installed"):
        charts.import_pygal()
