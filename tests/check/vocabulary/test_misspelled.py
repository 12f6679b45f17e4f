"""Misspelled words in a block of prose."""

import pytest

from lpdownload.check.vocabulary.misspelled import misspelled


def words(block: str, language: str = "en") -> list[str]:
    return [one.word for one in misspelled(block, language)]


def test_lower_case_mistakes_are_found_each_once() -> None:
    assert words("The comittee, the goverment and the comittee’s friends.") == ["comittee", "goverment"]


@pytest.mark.parametrize(
    "block",
    [
        "Comittee of Goverment",
        "see goverment.example.org and goverment/page or file_goverment",
        "the number goverment2 and 3goverment",
        "upzoning, electeds, convenings and RSVPs for folx",
        "",
    ],
)
def test_names_addresses_codes_and_young_words_are_none(block: str) -> None:
    assert words(block) == []


def test_a_word_of_the_other_language_is_right() -> None:
    assert words("The comité said so: software para todos.") == []
    assert words("El software de la newsletter es nuestro.", "es") == []


def test_words_that_lead_to_a_mistake_lead_to_no_other_word() -> None:
    (one,) = misspelled("They saw Thierry and thier river.", "en")
    assert one.within == "and thier"


def test_a_language_without_a_list_has_no_mistakes() -> None:
    assert words("goverment", "fr") == []
