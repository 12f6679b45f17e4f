"""What a provider reports of a message, in our words."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lpdownload.model.event import Event

AT = datetime(2024, 9, 1, 12, tzinfo=UTC)
DELIVERED = Event(
    kind="delivered",
    recipient="ana.ruiz@example.org",
    reference="c-7",
    send="s-1",
    at=AT,
    provider="sendgrid",
    provider_id="m-1",
    detail="250 OK for ana.ruiz@example.org",
    raw={"email": "ana.ruiz@example.org"},
)


def test_what_is_shown_of_an_event_names_nobody() -> None:
    assert "ana" not in repr(DELIVERED)
    assert "c-7" in repr(DELIVERED)


def test_a_time_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="zone"):
        replace(DELIVERED, at=AT.replace(tzinfo=None))


def test_a_time_of_another_zone_is_kept_as_utc() -> None:
    there = timezone(timedelta(hours=-5))
    event = replace(DELIVERED, at=AT.astimezone(there))
    assert event.at.tzinfo is UTC
    assert event == DELIVERED


def test_two_links_clicked_in_one_moment_are_two_events() -> None:
    one, other = (replace(DELIVERED, kind="clicked", detail=link) for link in ("a", "b"))
    assert one.identity != other.identity
    assert one.identity != one.identity_without_link == other.identity_without_link


def test_the_identities_that_databases_hold_are_what_they_were() -> None:
    """Those of clicks up to schema 0003 were made like those of all other kinds."""
    assert DELIVERED.identity == DELIVERED.identity_without_link == "ba23e63d1a92008ca2b1ec8696611b1b"
    old = replace(DELIVERED, kind="clicked").identity_without_link
    assert old == "ba758b012d4b45530cf968f4d56e7b27"


@given(provider_id=st.text(), detail=st.text(), number=st.integers())
def test_a_report_repeated_with_an_id_of_its_own_is_the_same(
    provider_id: str, detail: str, number: int
) -> None:
    again = replace(DELIVERED, provider_id=provider_id, detail=detail, raw={"sg_event_id": number})
    assert again.identity == DELIVERED.identity


def test_the_case_of_an_address_makes_no_other_event() -> None:
    assert replace(DELIVERED, recipient="Ana.Ruiz@Example.org").identity == DELIVERED.identity


@pytest.mark.parametrize(
    "other",
    [
        replace(DELIVERED, kind="opened"),
        replace(DELIVERED, recipient="bo@example.org"),
        replace(DELIVERED, at=AT + timedelta(milliseconds=1)),
        replace(DELIVERED, provider="resend"),
        replace(DELIVERED, reference="c-8"),
        replace(DELIVERED, reference=None),
    ],
)
def test_another_kind_person_time_service_or_copy_is_another_event(other: Event) -> None:
    assert other.identity != DELIVERED.identity


def test_without_our_reference_the_provider_s_name_of_the_message_tells_copies_apart() -> None:
    stray = replace(DELIVERED, reference=None)
    assert replace(stray, provider_id="m-2").identity != stray.identity


@given(st.text(), st.text())
def test_no_two_addresses_and_references_run_together(recipient: str, reference: str) -> None:
    event = replace(DELIVERED, recipient=f"{recipient}x", reference=reference)
    assert event.identity != replace(DELIVERED, recipient=recipient, reference=f"x{reference}").identity
    assert len(event.identity) == 32
