"""What an event changes for the person it is about."""

from dataclasses import replace
from datetime import timedelta
from itertools import permutations
from pathlib import Path

import pytest
from sqlalchemy import Connection, select
from tests.people import NOW
from tests.tracking.mailed import ANA, BO, DAY, HOUR, Mailed, mailed

from lpdownload.model.event import Event, EventKind
from lpdownload.model.subscription import Evidence
from lpdownload.store import subscribers, subscriptions, suppressions
from lpdownload.store.database import Database
from lpdownload.store.tables import events
from lpdownload.store.tables import suppressions as suppressed
from lpdownload.tracking.effects import SOFT_BOUNCES, SOFT_DAYS, SOFT_WITHIN


@pytest.mark.parametrize(
    ("kind", "permanent", "state", "suppressed"),
    [
        ("bounced", True, "bounced", "bounced"),
        ("complained", None, "complained", "complained"),
        ("unsubscribed", None, "unsubscribed", None),
        ("bounced", False, "active", None),
        ("bounced", None, "active", None),
        ("refused", None, "active", None),
        ("deferred", None, "active", None),
        ("delivered", None, "active", None),
        ("opened", None, "active", None),
    ],
)
def test_each_kind_does_what_it_should_to_the_person_alone(
    database: Database, kind: EventKind, permanent: bool | None, state: str, suppressed: str | None
) -> None:
    with database.writing() as connection:
        sent = mailed(connection, ANA, BO)
        lab = Evidence(NOW, "a form")
        subscriptions.change(connection, sent.person(ANA), "lab", "subscribed", lab)
        applied = sent.apply(sent.event(kind, permanent=permanent))
        assert (applied.new, applied.suppressed) == (1, suppressed is not None)
        assert (sent.state(), sent.suppressed()) == (state, suppressed)
        assert (sent.state(BO), sent.suppressed(BO)) == ("active", None)
        others = subscriptions.subscriptions_of(connection, sent.person(ANA))
        assert others["lab"] == ("active", NOW)


def test_the_consent_record_says_who_reported_what_and_when(database: Database) -> None:
    with database.writing() as connection:
        sent = mailed(connection, ANA)
        event = sent.event("unsubscribed")
        sent.apply(event)
        [record] = subscribers.consent_of(connection, sent.person(ANA))
        assert (record.newsletter, record.what) == ("town", "unsubscribed")
        assert record.evidence == Evidence(event.at, "report of sendgrid", f"event {event.identity}")
        assert suppressions.counts(connection) == {}


def test_reported_again_nothing_changes_even_for_who_came_back(database: Database) -> None:
    with database.writing() as connection:
        sent = mailed(connection, ANA)
        events = [sent.event("complained"), sent.event("unsubscribed"), sent.event("bounced", permanent=True)]
        assert sent.apply(*events).new == 3
        said = Evidence(NOW + 2 * HOUR, "a form")
        subscriptions.change(connection, sent.person(ANA), "town", "asked", said)
        subscriptions.change(connection, sent.person(ANA), "town", "confirmed", said)
        suppressions.lift(connection, ANA)
        record = subscribers.consent_of(connection, sent.person(ANA))
        applied = sent.apply(*events, *events)
        assert (applied.new, applied.again, applied.suppressed) == (0, 6, 0)
        assert (sent.state(), sent.suppressed()) == ("active", None)
        assert subscribers.consent_of(connection, sent.person(ANA)) == record
        assert (sent.counts.complained, sent.counts.bounced) == (1, 1)


def stray(kind: EventKind, email: str = ANA, reference: str | None = None, **more: bool) -> Event:
    """A report of mail that is no copy of ours."""
    return Event(
        kind=kind,
        recipient=email,
        reference=reference,
        send=None,
        at=NOW + HOUR,
        provider="postmark",
        provider_id="m-9",
        detail=f"<{email}> is unknown",
        permanent=more.get("permanent"),
    )


@pytest.mark.parametrize(
    ("event", "reason"),
    [
        (stray("complained"), "complained"),
        (stray("bounced", permanent=True), "bounced"),
        (stray("complained", "Ana@EXAMPLE.org", "confirm-0123456789ab-7"), "complained"),
        (stray("bounced", reference="confirm-0123456789ab-7", permanent=True), "bounced"),
        (stray("complained", reference="another program's"), "complained"),
    ],
)
def test_a_dead_address_or_a_complaint_ends_all_mail_whichever_mail_it_was(
    database: Database, event: Event, reason: str
) -> None:
    with database.writing() as connection:
        sent = mailed(connection, ANA, BO)
        applied = sent.apply(event, event)
        assert (applied.new, applied.again, applied.ignored, applied.suppressed) == (1, 1, 0, 1)
        assert (sent.suppressed(), sent.suppressed(BO)) == (reason, None)
        assert (sent.counts.bounced, sent.counts.complained) == (0, 0)
        said = connection.execute(select(suppressed.c.at, suppressed.c.source)).one()
        assert tuple(said) == (event.at, "report of postmark")
        kept = connection.execute(select(events)).one()
        assert (kept.send_id, kept.subscriber_id, kept.kind) == (None, None, event.kind)
        assert "ana@" not in kept.detail.lower()


def test_so_it_does_for_who_is_not_in_the_database_and_reported_again_changes_nothing(
    database: Database,
) -> None:
    with database.writing() as connection:
        sent = mailed(connection, ANA)
        event = stray("complained", "nobody@example.org")
        assert sent.apply(event).suppressed == 1
        assert suppressions.lift(connection, "nobody@example.org") == "complained"
        applied = sent.apply(event)
        assert (applied.new, applied.again, applied.suppressed) == (0, 1, 0)
        assert sent.suppressed("nobody@example.org") is None


@pytest.mark.parametrize(
    "event",
    [
        stray("bounced", permanent=False),
        stray("bounced"),
        stray("unsubscribed"),
        stray("delivered"),
        stray("complained", ""),
        stray("complained", "hidden"),
    ],
)
def test_anything_else_about_other_mail_changes_nothing(database: Database, event: Event) -> None:
    with database.writing() as connection:
        sent = mailed(connection, ANA)
        applied = sent.apply(event)
        assert (applied.new, applied.ignored, applied.suppressed) == (0, 1, 0)
        assert (sent.state(), suppressions.counts(connection)) == ("active", {})


@pytest.mark.parametrize(
    ("kind", "state", "suppressed"),
    [("unsubscribed", "active", None), ("complained", "complained", "complained")],
)
def test_a_late_report_takes_no_newer_choice_back_but_a_complaint_does(
    database: Database, kind: EventKind, state: str, suppressed: str | None
) -> None:
    with database.writing() as connection:
        sent = mailed(connection, ANA)
        chosen = NOW + HOUR + timedelta(seconds=20)
        ana = sent.person(ANA)
        left = Evidence(NOW + HOUR - timedelta(seconds=5), "their mail program")
        subscriptions.change(connection, ana, "town", "unsubscribed", left)
        subscriptions.change(connection, ana, "town", "chosen", Evidence(chosen, "their preferences page"))
        assert sent.apply(sent.event(kind, at=NOW + HOUR)).new == 1
        assert (sent.state(), sent.suppressed()) == (state, suppressed)
        if kind == "unsubscribed":
            assert subscriptions.subscriptions_of(connection, ana)["town"] == ("active", chosen)
        later = sent.event("unsubscribed", at=chosen + timedelta(seconds=1))
        sent.apply(later)
        assert sent.state() == ("unsubscribed" if kind == "unsubscribed" else "complained")


def test_who_left_before_a_bounce_that_was_heard_first_has_left(database: Database) -> None:
    with database.writing() as connection:
        sent = mailed(connection, ANA)
        sent.apply(sent.event("bounced", at=NOW + 2 * HOUR, permanent=True))
        sent.apply(sent.event("unsubscribed", at=NOW + HOUR))
        assert (sent.state(), sent.suppressed()) == ("unsubscribed", "bounced")


ORDERS = list(permutations(("delivered", "unsubscribed", "complained", "bounced")))


@pytest.mark.parametrize("order", ORDERS)
def test_the_order_of_reports_does_not_matter(database: Database, order: tuple[EventKind, ...]) -> None:
    moments = {kind: NOW + (place + 1) * HOUR for place, kind in enumerate(sorted(order))}
    with database.writing() as connection:
        sent = mailed(connection, ANA)
        for kind in order:
            sent.apply(sent.event(kind, at=moments[kind], permanent=True if kind == "bounced" else None))
        counts = sent.counts
        assert (sent.state(), counts.delivered, counts.bounced, counts.complained) == ("complained", 1, 1, 1)
        assert sent.suppressed() in {"bounced", "complained"}


def softly(connection: Connection, *days: float) -> tuple[Mailed, list[Event]]:
    """A soft bounce of each of so many issues, so many days from now; the last one's send."""
    sends = [
        mailed(connection, *([ANA, BO] if number == 0 else []), issue=f"town/2024-{number:02}")
        for number in range(len(days))
    ]
    events = [
        sent.event("bounced", at=NOW + day * DAY, permanent=False)
        for sent, day in zip(sends, days, strict=True)
    ]
    return sends[-1], events


@pytest.mark.parametrize(
    ("days", "state"),
    [
        ((0, 7, 14, 21, 28), "bounced"),
        ((28, 21, 14, 7, 0), "bounced"),
        ((14, 0, 28, 7, 21), "bounced"),
        ((0, 0.1, 0.2, 1, 2), "bounced"),
        ((0, 0.1, 0.2, 1, 1.1), "active"),
        ((0, 7, 14, 21), "active"),
        ((0, 8, 16, 24, 32), "active"),
        ((0, 8, 16, 24, 32, 33), "bounced"),
    ],
)
def test_soft_bounces_end_a_subscription_when_they_are_many_within_a_month(
    database: Database, days: tuple[float, ...], state: str
) -> None:
    assert (5, 3, timedelta(days=30)) == (SOFT_BOUNCES, SOFT_DAYS, SOFT_WITHIN)
    with database.writing() as connection:
        sent, bounces = softly(connection, *days)
        for event in bounces:
            sent.apply(event, now=NOW + 40 * DAY)
        assert (sent.state(), sent.suppressed()) == (state, None)
        assert sent.state(BO) == "active"


def test_what_is_delivered_in_between_does_not_make_an_address_good(database: Database) -> None:
    with database.writing() as connection:
        sent, bounces = softly(connection, 0, 7, 14, 21, 28)
        arrived = [replace(bounce, kind="delivered", at=bounce.at + DAY) for bounce in bounces[:4]]
        sent.apply(*bounces, *arrived, now=NOW + 40 * DAY)
        assert (sent.state(), sent.suppressed()) == ("bounced", None)


def test_the_guide_says_when_soft_bounces_end_a_newsletter() -> None:
    guide = (Path(__file__).parents[2] / "docs/public.md").read_text()
    row = next(line for line in guide.splitlines() if line.startswith("| soft bounce |"))
    said = (
        f"{SOFT_BOUNCES} issues came back softly within {SOFT_WITHIN.days} days, on {SOFT_DAYS} days at least"
    )
    assert said in row


def test_the_same_copy_bounces_once(database: Database) -> None:
    with database.writing() as connection:
        sent = mailed(connection, ANA)
        daily = [sent.event("bounced", at=NOW + day * DAY, permanent=False) for day in range(9)]
        sent.apply(*daily, now=NOW + 40 * DAY)
        assert sent.state() == "active"


def test_whoever_confirmed_again_begins_anew(database: Database) -> None:
    with database.writing() as connection:
        sent, bounces = softly(connection, 0, 1, 2, 3, 4, 6)
        sent.apply(*bounces[:5], now=NOW + 40 * DAY)
        assert sent.state() == "bounced"
        said = Evidence(NOW + 5 * DAY, "a form")
        subscriptions.change(connection, sent.person(ANA), "town", "asked", said)
        subscriptions.change(connection, sent.person(ANA), "town", "confirmed", said)
        sent.apply(bounces[5], now=NOW + 40 * DAY)
        assert sent.state() == "active"
