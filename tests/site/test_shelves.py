"""Pages of an archive: everything once, in order, and old pages for ever the same."""

from hypothesis import given, settings
from hypothesis import strategies as st
from tests.site.hub import ENTRY

from lpdownload.site.entry import Entry
from lpdownload.site.names import slugged
from lpdownload.site.shelves import PAGE, Shelf, chapters, leaves, topics


def entry(number: int, **fields: object) -> Entry:
    return ENTRY.model_copy(update={"key": f"town/{number}", "sort": f"{number:06}", **fields})


def shelf(count: int) -> Shelf:
    entries = tuple(entry(number) for number in range(count, 0, -1))
    return Shelf("newsletter", "town", "town/", "Town", entries)


@settings(max_examples=60)
@given(st.integers(0, 400))
def test_every_entry_stands_once_and_in_order_on_pages_that_lead_to_each_other(count: int) -> None:
    found = list(leaves(shelf(count)))
    assert [one for leaf in found for one in leaf.entries] == list(shelf(count).entries)
    assert [leaf.older for leaf in found] == [*(leaf.path for leaf in found[1:]), ""]
    assert [leaf.newer for leaf in found] == ["", *(leaf.path for leaf in found[:-1])]
    assert found[0].path == "town/"
    assert all(len(leaf.entries) == PAGE for leaf in found[1:])
    assert len(found[0].entries) <= PAGE * 3 // 2


@settings(max_examples=60)
@given(st.integers(0, 400))
def test_a_new_entry_changes_no_page_of_the_archive(count: int) -> None:
    before = {leaf.path: leaf.entries for leaf in leaves(shelf(count))}
    now = {leaf.path: leaf.entries for leaf in leaves(shelf(count + 1))}
    assert all(now[path] == entries for path, entries in before.items() if path != "town/")


def test_tags_that_differ_in_letters_alone_are_one() -> None:
    entries = [entry(1, topics=("Public safety",)), entry(2, topics=("public-safety", "PUBLIC SAFETY"))]
    (found,) = topics(entries)
    assert (found.path, found.title, len(found.entries)) == ("topics/public-safety/", "Public safety", 2)


def test_a_chapter_that_no_newsletter_is_of_is_named_by_its_tag() -> None:
    (found,) = chapters([entry(1, chapters=("wa",))], {})
    assert (found.path, found.title) == ("chapters/wa/", "Wa")


@given(st.text(max_size=20))
def test_every_tag_makes_an_address(tag: str) -> None:
    assert slugged(tag).strip("-")
    assert set(slugged(tag)) <= set("abcdefghijklmnopqrstuvwxyz0123456789-")
