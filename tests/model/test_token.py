"""Tokens in readers' links."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lpdownload.model.token import LENGTH, Claim, Purpose, Tokens

TOKENS = Tokens({1: b"a secret of sixteen bytes or more"})
NEWSLETTERS = ("federal", "lpny", "lp-network")

purposes = st.sampled_from(["unsubscribe", "preferences", "web"])


@given(person=st.integers(0, 2**64 - 1), newsletter=st.sampled_from(NEWSLETTERS), purpose=purposes)
def test_a_token_says_who_what_and_which_newsletter(person: int, newsletter: str, purpose: Purpose) -> None:
    token = TOKENS.sign(person, newsletter, purpose)
    assert re.fullmatch(rf"[A-Za-z0-9_-]{{{LENGTH}}}", token)
    assert TOKENS.read(token, NEWSLETTERS) == Claim(person, newsletter, purpose)


@given(
    person=st.integers(0, 2**32),
    place=st.integers(0, LENGTH - 1),
    char=st.sampled_from("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"),
)
def test_a_changed_character_makes_it_void(person: int, place: int, char: str) -> None:
    token = TOKENS.sign(person, "lpny", "unsubscribe")
    forged = token[:place] + char + token[place + 1 :]
    found = TOKENS.read(forged, NEWSLETTERS)
    assert found is None or forged == token


def test_no_two_tokens_mean_the_same() -> None:
    token = TOKENS.sign(7, "lpny", "unsubscribe")
    others = [
        token[:-1] + char for char in "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    ]
    assert [other for other in others if TOKENS.read(other, NEWSLETTERS)] == [token]


@given(st.text())
def test_any_text_is_read_without_a_word_of_complaint(text: str) -> None:
    assert TOKENS.read(text, NEWSLETTERS) is None


@given(st.integers(0, LENGTH - 1))
def test_a_truncated_or_longer_token_is_void(length: int) -> None:
    token = TOKENS.sign(7, "lpny", "unsubscribe")
    assert TOKENS.read(token[:length], NEWSLETTERS) is None
    assert TOKENS.read(token + "A", NEWSLETTERS) is None


def test_another_key_a_removed_key_and_a_newsletter_that_is_gone_are_void() -> None:
    token = TOKENS.sign(7, "lpny", "unsubscribe")
    assert Tokens({1: b"another secret of many bytes"}).read(token, NEWSLETTERS) is None
    assert Tokens({2: TOKENS.keys[1]}).read(token, NEWSLETTERS) is None
    assert TOKENS.read(token, ("federal",)) is None


def test_after_a_new_key_old_tokens_are_still_good_and_new_ones_use_it() -> None:
    old = TOKENS.sign(7, "lpny", "unsubscribe")
    both = Tokens({**TOKENS.keys, 2: b"the newer secret, also long"})
    assert both.read(old, NEWSLETTERS) == Claim(7, "lpny", "unsubscribe")
    new = both.sign(7, "lpny", "unsubscribe")
    assert new != old
    assert TOKENS.read(new, NEWSLETTERS) is None


@pytest.mark.parametrize("keys", [{}, {256: b"a secret of sixteen bytes"}, {1: b"short"}])
def test_keys_that_would_protect_nothing_are_refused(keys: dict[int, bytes]) -> None:
    with pytest.raises(ValueError, match="key"):
        Tokens(keys)
