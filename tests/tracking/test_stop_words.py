"""Who wrote that the mail is to stop, and who wrote of something else."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lpdownload.tracking.stop_words import says_stop

STOP = [
    "Please unsubscribe me from this list.",
    "unsubscribe\n\nThanks,\nHal",
    "Stop sending me emails",
    "stop emailing me",
    "I want to unsubscribe",
    "Please remove me from your mailing list",
    "Hi, stop",
    "darme de baja",
    "Por favor, denme de baja",
    "Baja",
    "quiero cancelar la suscripción",
    "no quiero recibir más correos",
    "STOP",
    "Stop!",
    "unsubscribe me please",
    "take me off this list",
    "Remove me",
    "Hello,\n\nplease take me off your list.\n\nBest regards\nAna Ruiz",
    "I no longer wish to receive these emails",
    "I don't want these emails anymore",
    "opt out",
    "No más correos",
    "Hola, quiero darme de baja de esta lista. Gracias",
    "unsubscribe from all newsletters",
    "Dear team,\nunsubscribe",
    "Thanks, but please unsubscribe me",
    "por favor deme de baja",
    "borrenme",
    "eliminarme",
    "stop it",
    "no enviar más",
    "please stop",
    "no more emails",
    "stop please",
    "remove me please",
    "please opt me out",
    "Thanks, but please unsubscribe me",
]
OTHER = [
    "Don't stop!",
    "How do I stop the mayor from unsubscribing our street?",
    "I did not unsubscribe, why do I get nothing?",
    "The bus stop at Main Street is gone",
    "Please do not remove me from the list",
    "stop by our office",
    "",
    "Thanks",
    "Hi",
    "please",
    "Hi,\nthanks for the list",
    "Do not unsubscribe me",
    "Stop the bill",
    "I want to leave a comment",
    "Is this the list?",
    "End the war",
    "stop sending money to the mayor",
    "I want to stop the bill",
    "gracias",
]
WORDS = sorted({word for text in STOP for word in text.split()})


@pytest.mark.parametrize("text", STOP)
def test_who_writes_nothing_else_is_understood(text: str) -> None:
    assert says_stop(text)
    assert says_stop(text.upper())


@pytest.mark.parametrize("text", OTHER)
def test_what_only_holds_such_words_is_for_people(text: str) -> None:
    assert not says_stop(text)


@given(st.lists(st.sampled_from(WORDS), max_size=60))
def test_any_words_are_judged_and_a_no_before_them_is_heard(words: list[str]) -> None:
    says_stop(" ".join(words))
    assert not says_stop("Please do not " + " ".join(words))
