"""What an unknown word was meant to be."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lpdownload.check.vocabulary.known import known
from lpdownload.check.vocabulary.nearest import nearest


@pytest.mark.parametrize(
    ("word", "meant"),
    [
        ("goverment", "government"),
        ("accross", "across"),
        ("recieve", "receive"),
        ("definately", "definitely"),
        ("untill", "until"),
        ("doesnt", "doesn't"),
        ("teh", "the"),
    ],
)
def test_an_english_slip_leads_to_the_frequent_word(word: str, meant: str) -> None:
    assert nearest(word, "en") == meant


@pytest.mark.parametrize(
    ("word", "meant"),
    [
        ("herramintas", "herramientas"),
        ("politica", "política"),
        ("peude", "puede"),
        ("relacción", "relación"),
    ],
)
def test_a_spanish_slip_leads_to_the_frequent_word(word: str, meant: str) -> None:
    assert nearest(word, "es") == meant


@pytest.mark.parametrize(
    "word", ["neighbours", "organisation", "centres", "travelling", "defence", "prioritise", "anaesthetic"]
)
def test_british_spelling_is_right(word: str) -> None:
    assert nearest(word, "en") is None


@pytest.mark.parametrize("word", ["publicaremos", "reorganizaron", "inquilinas", "compártala", "súmese"])
def test_a_rare_form_of_a_spanish_word_is_no_slip(word: str) -> None:
    assert nearest(word, "es") is None or word in known("es")


@given(st.text("abcdefghijklmnopqrstuvwxyzáéíóúñü'", min_size=1, max_size=14), st.sampled_from(["en", "es"]))
def test_what_is_meant_is_always_a_word_and_never_the_same(word: str, language: str) -> None:
    meant = nearest(word, language)
    assert meant is None or (meant != word and meant in known(language))
