"""Content written down with a send is the content that goes out."""

from typing import get_args

from hypothesis import given
from hypothesis import strategies as st

from lpdownload.model.content import Content, Context, Pieces, Slot
from lpdownload.model.content_document import Frozen

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
slots = st.builds(Slot, texts, st.none() | texts, st.sampled_from(get_args(Context)))


def pieces_of(count: int) -> st.SearchStrategy[Pieces]:
    literals = st.lists(texts, min_size=count + 1, max_size=count + 1).map(tuple)
    return st.builds(Pieces, literals, st.lists(slots, min_size=count, max_size=count).map(tuple))


pieces = st.integers(0, 3).flatmap(pieces_of)
contents = st.builds(
    Content,
    subject=pieces,
    preheader=pieces,
    html=pieces,
    text=pieces,
    headers=st.lists(st.tuples(texts, pieces), max_size=3).map(tuple),
    variant=texts,
    lang=texts,
)
frozen = st.builds(Frozen, contents, texts, texts)


@given(frozen)
def test_what_was_written_is_read_again_to_the_letter(written: Frozen) -> None:
    read = Frozen.from_json(written.to_json())
    assert read == written
    assert read.content.digest == written.content.digest


@given(frozen)
def test_it_can_be_stored_as_text(written: Frozen) -> None:
    text = written.to_json()
    assert "\x00" not in text
    assert text.encode("utf-8").decode("utf-8") == text
