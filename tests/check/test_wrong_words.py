"""Words that nobody meant to send."""

import pytest

from lpdownload.check.wrong_words import doubled, placeholder, reply_mark


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Replace this – the headline", "Replace this"),
        ("Then Lorem Ipsum dolor", "Lorem Ipsum"),
        ("TODO: a headline", "TODO"),
        ("Call XXX-XXXX", "XXX"),
        ("TBD", "TBD"),
        ("Room (TBD)", "(TBD)"),
        ("Dear [First name],", "[First name]"),
        ("Dear [first name],", "[first name]"),
        ("See [insert link here]", "[insert link here]"),
        ("<your text>", "<your text>"),
        ("{nombre}", "{nombre}"),
    ],
)
def test_what_waits_for_its_words_is_found(text: str, words: str) -> None:
    assert placeholder(text) == words


@pytest.mark.parametrize(
    "text",
    [
        "We replace this bridge",
        "Todo sobre todo",
        "https://example.org/TODO",
        "[date](https://example.org)",
        "The speaker is TBD",
        "{{ first_name | default('TODO') }}",
        "[sic], [add]ing, they thank [your] city and the [city] council",
    ],
)
def test_what_only_looks_like_it_is_not(text: str) -> None:
    assert placeholder(text) == ""


@pytest.mark.parametrize("block", ["the the river", "The the river", "a river river", "the a a river"])
def test_a_word_that_stands_there_twice_is_found(block: str) -> None:
    assert len(doubled(block, "en")) == 1


@pytest.mark.parametrize(
    "block",
    [
        "had had, that that, very very",
        "the end. The end",
        "the, the",
        "Bora Bora and Walla Walla",
        "no no no, tick tick tick",
        "the then, bathe the",
        "a-b b, b b-c",
        "5 5",
    ],
)
def test_what_is_said_twice_on_purpose_is_not(block: str) -> None:
    assert doubled(block, "en") == ()


def test_the_mark_of_an_answer_is_found_at_the_beginning_only() -> None:
    assert reply_mark("📣 RE : a vote") == "RE :"
    assert reply_mark("Fwd[3]: a vote") == "Fwd[3]:"
    assert reply_mark("A vote, Re: yours") == ""
    assert reply_mark("Record: a vote") == ""
