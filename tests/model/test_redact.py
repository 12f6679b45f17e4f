"""Addresses made unreadable."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lpdownload.model.redact import redact_text, redacted


def test_an_address_keeps_its_edges() -> None:
    assert redacted("ana.ruiz@example.org") == "a…@e…e.org"
    assert redacted("a@mail.town.example.org") == "a…@m…e.org"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("to ana@example.org.", "to a…@e…e.org."),
        ("Ana <ana@example.org>, Bo <bo@example.com>", "Ana <a…@e…e.org>, Bo <b…@e…e.com>"),
        ('{"email": "ana@example.org"}', '{"email": "a…@e…e.org"}'),
        ("mailto:ana+news@example.org?x=1", "mailto:a…@e…e.org?x=1"),
        ("?who=ana%40example.org&x", "?…@e…e.org&x"),  # a name may hold ? and =
        ("ana%2Bnews%40example.org", "a…@e…e.org"),
        ('"ana ruiz"@example.org', '"…@e…e.org'),
        ("josé@exämple.org", "j…@e…e.org"),
        ("nobody here, 3 @ 4", "nobody here, 3 @ 4"),
    ],
)
def test_every_address_in_a_text_is_redacted(text: str, said: str) -> None:
    assert redact_text(text) == said


@given(st.text(), st.from_regex(r"[a-z]{3,9}(\.[a-z]{3,9})?@[a-z]{3,9}\.org", fullmatch=True), st.text())
def test_no_address_is_left_whatever_stands_around_it(before: str, email: str, after: str) -> None:
    assert email not in redact_text(f"{before} {email} {after}")
    assert email not in redact_text(f"{before}<{email}>{after}")


def test_a_long_text_without_an_address_takes_one_pass() -> None:
    text = "a%4" * 300_000
    assert redact_text(text) == text
