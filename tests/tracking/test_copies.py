"""Which events are about our copies, and when they are believed to have happened."""

import shutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select
from tests.people import NOW
from tests.tracking.mailed import ANA, BO, DAY, HOUR, Mailed, kinds, mailed

from lpdownload.model.event import Event
from lpdownload.store import subscribers
from lpdownload.store.database import FILE, Database, open_database
from lpdownload.store.facts import ledger_name
from lpdownload.store.tables import events
from lpdownload.tracking.apply import apply_events


def row(sent: Mailed) -> tuple[object, ...]:
    """Of the only event: send, person, when, the provider's words."""
    columns = (events.c.send_id, events.c.subscriber_id, events.c.at, events.c.detail)
    return tuple(sent.connection.execute(select(*columns)).one())


def test_the_reference_names_the_copy(database: Database) -> None:
    with database.writing() as connection:
        sent = mailed(connection, ANA, BO)
        assert sent.apply(sent.event("delivered", BO)).new == 1
        assert row(sent) == (sent.send.id, sent.person(BO), NOW + HOUR, "")


@pytest.mark.parametrize("email", [ANA, "Ana@EXAMPLE.org"])
def test_without_a_reference_send_and_address_do(database: Database, email: str) -> None:
    with database.writing() as connection:
        sent = mailed(connection, ANA, BO)
        mailed(connection, issue="town/2024-10")
        assert sent.apply(replace(sent.event("opened"), reference=None, recipient=email)).new == 1
        assert row(sent)[:2] == (sent.send.id, sent.person(ANA))


def test_without_either_the_providers_name_for_the_batch_and_the_address_do(database: Database) -> None:
    with database.writing() as connection:
        sent = mailed(connection, ANA, BO, people=1, provider_id="m-1")
        mailed(connection, issue="town/2024-10", provider_id="m-2")
        event = replace(sent.event("opened", BO), reference=None, send=None, provider_id="m-1")
        others = [replace(event, provider_id=None), replace(event, provider_id="m-3")]
        others += [replace(event, provider="mailgun"), replace(event, recipient="no@example.org")]
        applied = sent.apply(event, *others)
        assert (applied.new, applied.ignored) == (1, 4)
        assert row(sent)[:2] == (sent.send.id, sent.person(BO))


@pytest.mark.parametrize(
    "reference",
    [
        "test-0123456789ab-20240901120000-1",
        "00000000-1-1",
        "{name}",
        "{name}-",
        "{name}-999",
        "{name}-99999999999999999999999",
        "{name}-\u0661",
        "x{name}-1",
        "{name}-1\n",
        "",
    ],
)
def test_any_other_reference_is_ignored_whatever_else_is_known(database: Database, reference: str) -> None:
    with database.writing() as connection:
        sent = mailed(connection, ANA)
        other = replace(sent.event("unsubscribed"), reference=reference.format(name=sent.name))
        applied = sent.apply(other)
        assert (applied.new, applied.again, applied.ignored) == (0, 0, 1)
        assert (kinds(connection), sent.state(), sent.suppressed()) == ([], "active", None)


@pytest.mark.parametrize("send", ["test-1", "00000000-1", "{name}-1", ""])
def test_so_is_any_other_send(database: Database, send: str) -> None:
    with database.writing() as connection:
        sent = mailed(connection, ANA)
        other = replace(sent.event("bounced"), reference=None, send=send.format(name=sent.name))
        assert sent.apply(other).ignored == 1


def test_a_blind_copy_that_the_provider_makes_is_nobodys(database: Database) -> None:
    with database.writing() as connection:
        sent = mailed(connection, ANA)
        archive = replace(sent.event("bounced", permanent=True), recipient="archive@example.org")
        sent.apply(archive)
        assert (sent.state(), sent.suppressed(), sent.counts.bounced) == ("active", None, 0)
        assert sent.suppressed(archive.recipient) == "bounced"


@pytest.mark.parametrize("hidden", ["ana@redacted", "redacted", "ANA@example.org", "Ana <ana@example.org>"])
def test_an_address_hidden_or_written_otherwise_is_the_copys(database: Database, hidden: str) -> None:
    with database.writing() as connection:
        sent = mailed(connection, ANA)
        assert sent.apply(replace(sent.event("complained"), recipient=hidden)).new == 1


def test_a_time_ahead_of_ours_becomes_an_hour_from_now(database: Database) -> None:
    with database.writing() as connection:
        sent = mailed(connection, ANA)
        far = sent.event("delivered", at=NOW + timedelta(days=9_000))
        assert sent.apply(far, now=NOW).new == 1
        assert row(sent)[2] == NOW + HOUR
        assert sent.apply(far, now=NOW + DAY).again == 1


def test_what_was_long_before_the_send_is_about_something_else(database: Database) -> None:
    with database.writing() as connection:
        sent = mailed(connection, ANA)
        just = sent.event("delivered", at=NOW - DAY)
        assert sent.apply(replace(just, at=NOW - DAY - timedelta(seconds=1))).ignored == 1
        assert sent.apply(just).new == 1


def test_of_who_is_erased_it_is_known_what_happened_and_nothing_else(database: Database) -> None:
    with database.writing() as connection:
        sent = mailed(connection, ANA, BO)
        reports = [sent.event(kind) for kind in ("bounced", "complained", "unsubscribed")]
        subscribers.erase(connection, ANA, at=NOW, source="staff")
        assert sent.apply(*reports).new == 3
        assert subscribers.find(connection, ANA) is None
        assert sent.counts.bounced == 1


def test_the_providers_words_are_kept_without_addresses(database: Database) -> None:
    with database.writing() as connection:
        sent = mailed(connection, ANA)
        words = "550 5.1.1 <ana@example.org>: unknown" + "." * 5_000
        sent.apply(sent.event("bounced", detail=words))
        detail = str(row(sent)[3])
        assert "ana@" not in detail
        assert detail.startswith("550 5.1.1 <a…@e…e.org>: unknown")
        assert len(detail) <= 2_000


def test_a_link_stays_what_it_was_but_for_addresses(database: Database) -> None:
    with database.writing() as connection:
        sent = mailed(connection, ANA)
        link = "https://example.com/@example.page/?who=ana%40example.org&x=1"
        sent.apply(sent.event("clicked", detail=link))
        detail = str(row(sent)[3])
        assert detail == "https://example.com/@example.page/?…@e…e.org&x=1"


text = st.text(max_size=30)


@pytest.fixture(scope="module")
def sqlite_ledger(sqlite_with_schema: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    """A database with a send to Ana and Bo."""
    folder = tmp_path_factory.mktemp("ledger")
    shutil.copy(sqlite_with_schema, folder / FILE)
    with open_database(folder) as database:
        with database.writing() as connection:
            mailed(connection, ANA, BO, provider_id="m-1")
        yield database


@given(
    recipient=text | st.sampled_from([ANA, "a@b@c", "<>"]),
    reference=st.none() | text | st.sampled_from(["{name}-1", "{name}-2", "{name}-0"]),
    send=st.none() | text | st.sampled_from(["{name}"]),
    provider_id=st.none() | text | st.just("m-1"),
    at=st.datetimes(timezones=st.just(UTC)),
    detail=text,
    permanent=st.none() | st.booleans(),
)
def test_anything_a_verified_report_may_hold_is_applied_or_ignored(
    sqlite_ledger: Database,
    recipient: str,
    reference: str | None,
    send: str | None,
    provider_id: str | None,
    at: datetime,
    detail: str,
    permanent: bool | None,
) -> None:
    with sqlite_ledger.writing() as connection:
        name = f"{ledger_name(connection)}-1"
        event = Event(
            kind="bounced",
            recipient=recipient,
            reference=reference.replace("{name}", name) if reference else reference,
            send=send.replace("{name}", name) if send else send,
            provider="sendgrid",
            provider_id=provider_id,
            at=at,
            detail=detail,
            permanent=permanent,
        )
        first, second = (apply_events(connection, [event], NOW) for _ in range(2))
    assert first.new + first.again + first.ignored == 1
    assert (second.new, second.ignored) == (0, first.ignored)
