"""The index finds what lxml's own CSS selectors find."""

from hypothesis import given
from hypothesis import strategies as st
from lxml import etree
from lxml.cssselect import CSSSelector

from lpdownload.render.selectors import Selectors

TAGS, CLASSES = ("div", "p", "td", "a"), ("one", "two", "three")

Tree = tuple[str, set[str], list["Tree"]]

elements: st.SearchStrategy[Tree] = st.recursive(
    st.builds(lambda tag, names: (tag, names, []), st.sampled_from(TAGS), st.sets(st.sampled_from(CLASSES))),
    lambda inner: st.builds(
        lambda tag, names, below: (tag, names, below),
        st.sampled_from(TAGS),
        st.sets(st.sampled_from(CLASSES)),
        st.lists(inner, max_size=4),
    ),
    max_leaves=20,
)
compounds = st.builds(
    lambda tag, names: tag + "".join(f".{name}" for name in sorted(names)) or "p",
    st.sampled_from(("", *TAGS)),
    st.sets(st.sampled_from(CLASSES), max_size=2),
)
selectors = st.lists(compounds, min_size=1, max_size=3).map(" ".join)


def _built(tree: Tree) -> etree._Element:
    tag, names, below = tree
    element = etree.Element(tag)
    if names:
        element.set("class", " ".join(sorted(names)))
    element.extend([_built(part) for part in below])
    return element


@given(elements, st.lists(selectors, min_size=1, max_size=5))
def test_every_selector_finds_the_elements_that_lxml_finds(tree: Tree, wanted: list[str]) -> None:
    page = _built(tree)
    find = Selectors()
    for selector in wanted:
        assert set(find(selector)(page)) == set(CSSSelector(selector)(page))


def test_a_selector_of_another_kind_goes_the_way_lxml_goes() -> None:
    page = _built(("div", set(), [("p", {"one"}, []), ("p", {"one"}, [])]))
    assert len(Selectors()(".one:first-child")(page)) == 1


def test_the_next_document_is_not_answered_from_the_last_one() -> None:
    find = Selectors()
    first, second = _built(("p", {"one"}, [])), _built(("p", {"two"}, []))
    assert len(find(".one")(first)) == 1
    assert list(find(".one")(second)) == []
