"""An import as a whole: what rows do to people, subscriptions and suppressions, over both databases."""

from collections.abc import Iterable
from datetime import UTC, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, select

from lpdownload.audience.csv_file import Rejected
from lpdownload.audience.exports import RowState
from lpdownload.audience.import_people import Order, Outcome, import_people
from lpdownload.audience.rows import ORDER, Row
from lpdownload.model.address import address_of
from lpdownload.model.subscription import Evidence
from lpdownload.store import subscribers, subscriptions, suppressions
from lpdownload.store.database import Database
from lpdownload.store.tables import consent, import_changes, metadata
from lpdownload.store.tables import subscriptions as table
from lpdownload.store.tables import suppressions as suppression_table
from lpdownload.store.undo import undo

NOW = datetime(2024, 9, 1, 12, tzinfo=UTC)
SAID = Evidence(NOW, "a form")

ONE_OF_THESE = ("added", "changed", "unchanged", "duplicates", "suppressed", "rejected")


def row(line: int, email: str, said: RowState = "active", at: int | None = None, **attributes: str) -> Row:
    address = address_of(email)
    values = tuple(attributes.get(name) for name in ORDER)
    return Row(line, address.key, address.email, address.mailbox, values, None, said, at, None, ())


def run(
    database: Database,
    *chunks: Iterable[Row | Rejected],
    newsletters: tuple[str, ...] = ("town",),
    update: bool = False,
    rejects: list[Rejected] | None = None,
) -> Outcome:
    """Imports the chunks, and commits."""
    order = Order("people.csv", "a fair", newsletters, update, NOW)
    told = rejects if rejects is not None else []
    with database.writing() as connection:
        outcome = import_people(
            connection,
            ((list(chunk), 0) for chunk in chunks),
            order,
            reject=told.append,
            progress=lambda *_: None,
            waiting=lambda: None,
        )
        if outcome.import_id is None:
            connection.rollback()
    counts = outcome.counts
    assert counts["rows"] == sum(counts[name] for name in ONE_OF_THESE)
    return outcome


def counted(outcome: Outcome) -> dict[str, int]:
    return {name: count for name, count in outcome.counts.items() if count and name != "rows"}


def states(database: Database, newsletter: str = "town") -> dict[str, str]:
    with database.reading() as connection:
        people = subscribers.everybody(connection, newsletter)
        return {person.email: person.subscriptions[newsletter][0] for person in people}


def put(database: Database, email: str, *newsletters: str) -> int:
    with database.writing() as connection:
        number = subscribers.add(connection, address_of(email), {}, NOW)
        for newsletter in newsletters:
            subscriptions.change(connection, number, newsletter, "subscribed", SAID)
    return number


@pytest.mark.parametrize(
    ("said", "state", "suppressed"),
    [
        ("active", "active", False),
        ("pending", "pending", False),
        ("unsubscribed", "unsubscribed", False),
        ("not_subscribed", None, False),
        ("bounced", None, True),
        ("complained", None, True),
    ],
)
def test_a_stranger_comes_as_the_row_says(
    database: Database, said: RowState, state: str | None, suppressed: bool
) -> None:
    outcome = run(database, [row(2, "ana@example.org", said)])
    assert states(database).get("ana@example.org") == state
    with database.reading() as connection:
        assert bool(suppressions.reason_of(connection, "ana@example.org")) == suppressed
        assert subscribers.count(connection) == (0 if suppressed else 1)
    assert outcome.counts["added"] == (0 if suppressed else 1)


@pytest.mark.parametrize(
    ("said", "state"),
    [
        ("active", "active"),
        ("pending", "active"),
        ("not_subscribed", "active"),
        ("unsubscribed", "unsubscribed"),
        ("bounced", "bounced"),
        ("complained", "complained"),
    ],
)
def test_what_says_stop_stops_a_subscription_and_nothing_else_touches_it(
    database: Database, said: RowState, state: str
) -> None:
    put(database, "ana@example.org", "town")
    outcome = run(database, [row(2, "ana@example.org", said)])
    assert states(database) == {"ana@example.org": state}
    assert (outcome.import_id is None) == (state == "active")


def chunked(rows: list[Row], size: int) -> list[list[Row | Rejected]]:
    return [[*rows[start : start + size]] for start in range(0, len(rows), size)]


@pytest.mark.parametrize("size", [1, 2, 3])
def test_a_row_that_says_stop_is_obeyed_wherever_it_stands(database: Database, size: int) -> None:
    rows = [row(2, "ana@example.org"), row(3, "ana@example.org", "unsubscribed"), row(4, "ana@example.org")]
    outcome = run(database, *chunked(rows, size))
    assert states(database) == {"ana@example.org": "unsubscribed"}
    assert (outcome.counts["added"], outcome.counts["duplicates"]) == (1, 2)


@pytest.mark.parametrize("size", [1, 2])
def test_the_first_row_says_who_somebody_is(database: Database, size: int) -> None:
    rows = [row(2, "ana@example.org", first_name="Ana"), row(3, "ANA@example.org", first_name="Anna")]
    outcome = run(database, *chunked(rows, size), update=True)
    assert counted(outcome) == {"added": 1, "subscribed": 1, "duplicates": 1}
    with database.reading() as connection:
        found = subscribers.find(connection, "ana@example.org")
    assert found is not None
    assert found.attributes == {"first_name": "Ana"}


def test_consent_is_no_younger_than_the_import_and_as_old_as_the_file_says(database: Database) -> None:
    long_ago, tomorrow = int(NOW.timestamp()) - 1_000_000, int(NOW.timestamp()) + 86_400
    run(database, [row(2, "ana@example.org", at=long_ago), row(3, "bo@example.org", at=tomorrow)])
    with database.reading() as connection:
        moments = connection.execute(select(consent.c.at).order_by(consent.c.id)).scalars().all()
        since = connection.execute(select(table.c.since).order_by(table.c.subscriber_id)).scalars().all()
    assert [int(moment.timestamp()) for moment in moments] == [long_ago, int(NOW.timestamp())]
    assert moments == since


def test_an_import_of_nothing_leaves_no_trace(database: Database) -> None:
    assert run(database).import_id is None
    assert run(database, [Rejected(2, "email: no", ("x",))]).import_id is None
    first = run(database, [row(2, "ana@example.org")]).import_id
    assert first is not None


def test_a_suppressed_person_of_several_newsletters_is_rejected_once(database: Database) -> None:
    put(database, "ana@example.org")
    with database.writing() as connection:
        suppressions.suppress(connection, "ana@example.org", "staff", at=NOW, source="a letter")
    told: list[Rejected] = []
    rows = [row(2, "ana@example.org"), row(3, "bo@example.org")]
    outcome = run(database, rows, newsletters=("town", "lab", "press"), rejects=told)
    assert counted(outcome) == {"added": 1, "subscribed": 3, "suppressed": 1}
    assert [reject.line for reject in told] == [2]


def test_a_row_that_suppresses_somebody_known_is_a_change(database: Database) -> None:
    put(database, "ana@example.org")
    outcome = run(database, [row(2, "ana@example.org", "bounced")], newsletters=())
    assert counted(outcome) == {"changed": 1, "suppressions": 1}
    again = run(database, [row(2, "ana@example.org", "bounced")], newsletters=())
    assert counted(again) == {"unchanged": 1}
    assert again.import_id is None


def test_with_update_only_what_the_row_says_is_written_over(database: Database) -> None:
    with database.writing() as connection:
        known: dict[str, str | tuple[str, ...]] = {"first_name": "Ana", "state": "NY", "tags": ("a", "b")}
        subscribers.add(connection, address_of("ana@example.org"), known, NOW)
    said = row(2, "ana@example.org", "not_subscribed", state="VT", tags="\nc\n", first_name="Ana")
    outcome = run(database, [said], update=True)
    assert counted(outcome) == {"changed": 1, "updated": 1}
    with database.reading() as connection:
        found = subscribers.find(connection, "ana@example.org")
        kept = connection.execute(select(import_changes.c.before, import_changes.c.after)).one()
    assert found is not None
    assert found.attributes == {"first_name": "Ana", "state": "VT", "tags": ("c",)}
    assert tuple(kept) == ({"state": "NY", "tags": "\na\nb\n"}, {"state": "VT", "tags": "\nc\n"})


PEOPLE = ("ana@example.org", "bo@example.org", "cy@example.org", "di@example.org")
STOPPED = {"unsubscribed", "bounced", "complained"}

rows_of = st.lists(
    st.builds(
        lambda email, said, attributes: row(0, email, said, **attributes),
        st.sampled_from(PEOPLE),
        st.sampled_from(("active", "pending", "unsubscribed", "bounced", "complained", "not_subscribed")),
        st.dictionaries(st.sampled_from(("first_name", "state")), st.sampled_from(("A", "B")), max_size=2),
    ),
    max_size=8,
)


def content(connection: Connection) -> dict[str, list[str]]:
    """All but the history."""
    tables = (each for each in metadata.sorted_tables if each.name not in {"imports", "consent", "facts"})
    return {
        each.name: sorted(repr(tuple(found)) for found in connection.execute(select(each))) for each in tables
    }


def do(connection: Connection, rows: list[Row], size: int, update: bool) -> Outcome:
    numbered = [each._replace(line=line) for line, each in enumerate(rows, 2)]
    outcome = import_people(
        connection,
        ((chunk, 0) for chunk in chunked(numbered, size)),
        Order("people.csv", "a fair", ("town", "lab"), update, NOW),
        reject=lambda _: None,
        progress=lambda *_: None,
        waiting=lambda: None,
    )
    assert len(rows) == sum(outcome.counts[name] for name in ONE_OF_THESE)
    return outcome


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    first=rows_of, second=rows_of, sizes=st.tuples(st.integers(1, 8), st.integers(1, 8)), update=st.booleans()
)
def test_whatever_a_list_says_it_brings_nobody_back_changes_nothing_twice_and_can_be_undone(
    database: Database, first: list[Row], second: list[Row], sizes: tuple[int, int], update: bool
) -> None:
    with database.writing() as connection:
        do(connection, first, sizes[0], update)
        before = content(connection)
        stopped = stops(connection)
        never = set(connection.execute(select(suppression_table.c.address_key)).scalars())
        imported = do(connection, second, sizes[1], update)
        assert stopped <= stops(connection)
        assert never <= set(connection.execute(select(suppression_table.c.address_key)).scalars())
        between = content(connection)
        again = do(connection, second, sizes[0], update)
        assert again.import_id is None
        assert content(connection) == between
        assert imported.import_id is not None or between == before
        if imported.import_id is not None:
            undo(connection, imported.import_id, SAID)
        assert content(connection) == before
        connection.rollback()


def stops(connection: Connection) -> set[tuple[str, int]]:
    """Newsletter and person of each subscription that is stopped."""
    found = select(table.c.newsletter, table.c.subscriber_id).where(table.c.state.in_(STOPPED))
    return {(newsletter, number) for newsletter, number in connection.execute(found)}
