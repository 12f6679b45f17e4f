"""An import undone: the database is as it was, but for what has happened since."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Final

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, select
from tests.people import NOW, SAID, mail, put
from tests.store.waiting import wait_for_blocked

from lpdownload.audience.exports import RowState
from lpdownload.audience.import_people import Order, import_people
from lpdownload.audience.rows import Row
from lpdownload.errors import InvalidInput
from lpdownload.model.address import address_of
from lpdownload.model.subscription import Evidence
from lpdownload.store.database import Database
from lpdownload.store.imports import lock_others_out
from lpdownload.store.subscribers import consent_of, find
from lpdownload.store.subscriptions import change
from lpdownload.store.suppressions import reason_of, suppress
from lpdownload.store.tables import ATTRIBUTE_COLUMNS, metadata
from lpdownload.store.undo import all_imports, undo

LATER = Evidence(NOW + timedelta(days=1), "import undone")


def row(email: str, state: RowState = "active", place: str | None = None, ward: str | None = None) -> Row:
    address = address_of(email)
    attributes = tuple(place if name == "state" else None for name in ATTRIBUTE_COLUMNS)
    own = {"ward": ward} if ward else None
    return Row(2, address.key, address.email, address.mailbox, attributes, own, state, None, None, ())


def run(connection: Connection, rows: Sequence[Row], *, update: bool = True) -> int | None:
    order = Order("f.csv", "a file", ("town",), update, NOW)
    return import_people(
        connection,
        [(list(rows), 1)],
        order,
        reject=lambda _: None,
        progress=lambda _bytes, _counts: None,
        waiting=lambda: None,
    ).import_id


def contents(connection: Connection) -> dict[str, set[str]]:
    """Every row of what an import touches, but the consent record, which only grows."""
    return {
        table.name: {str(found) for found in connection.execute(select(table)).mappings()}
        for table in metadata.sorted_tables
        if table.name not in {"imports", "consent", "facts"}
    }


row_states = st.sampled_from(["active", "active", "pending", "unsubscribed", "bounced", "complained"])
emails = st.sampled_from([f"p{number}@example.org" for number in range(6)])
rows = st.lists(
    st.builds(
        row,
        emails,
        row_states,
        place=st.sampled_from([None, "NY", "NJ"]),
        ward=st.sampled_from([None, "7", "8"]),
    ),
    max_size=8,
)
TWICE: Final[tuple[RowState, ...]] = ("unsubscribed", "complained")
"""What a file says twice of the same person; the last of it holds."""
known = st.dictionaries(
    emails,
    st.tuples(
        st.sampled_from([None, "active", "pending", "unsubscribed", "complained"]),
        st.sampled_from([None, "NY"]),
        st.sampled_from([None, "7"]),
        st.booleans(),
    ),
)


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(before=known, first=rows, second=rows)
@example(
    before={f"p{number}@example.org": ("active", None, None, False) for number in range(2)},
    first=[],
    second=[row("p0@example.org", "complained"), *(row("p1@example.org", each) for each in TWICE)],
)
def test_undone_in_turn_two_imports_leave_everything_as_it_was(
    database: Database,
    before: dict[str, tuple[str | None, str | None, str | None, bool]],
    first: list[Row],
    second: list[Row],
) -> None:
    with database.engine.connect() as connection, connection.begin() as transaction:
        for email, (state, place, ward, suppressed) in before.items():
            attributes = {name: text for name, text in (("state", place), ("ward", ward)) if text}
            put(connection, email, attributes, {"town": state} if state else {})
            if suppressed:
                suppress(connection, email, "staff", at=NOW, source="a call")
        seen = [contents(connection)]
        done: list[int | None] = []
        for each in (first, second):
            done.append(run(connection, each))
            seen.append(contents(connection))
        assert run(connection, second) is None  # twice the same changes nothing
        assert contents(connection) == seen.pop()
        for import_id in reversed(done):
            if import_id is not None:
                undo(connection, import_id, LATER)
            assert contents(connection) == seen.pop()
        transaction.rollback()


def test_what_went_and_what_came_back_is_counted(database: Database) -> None:
    with database.writing() as connection:
        put(connection, "ana@example.org", {"state": "NY"}, {"town": "active"})
        put(connection, "bo@example.org", {}, {})
        import_id = run(
            connection,
            [
                row("ana@example.org", "unsubscribed", place="NJ"),
                row("bo@example.org"),
                row("cy@example.org"),
                row("di@example.org"),
                row("bad@example.org", "bounced"),
            ],
        )
        assert import_id
        stays = find(connection, "di@example.org")
        assert stays
        mail(connection, "town/2024-09", [stays.id])
        assert undo(connection, import_id, LATER) == {
            "values_restored": 1,
            "subscriptions_restored": 1,
            "subscriptions_removed": 3,
            "suppressions_removed": 1,
            "people_removed": 1,
            "people_kept": 1,
        }
        (told,) = all_imports(connection)
        assert (told.undone_at, told.file, told.source) == (LATER.at, "f.csv", "a file")
        ana = find(connection, "ana@example.org")
        assert ana
        assert (ana.attributes, ana.subscriptions) == ({"state": "NY"}, {"town": ("active", NOW)})
        entry = consent_of(connection, ana.id)[-1]
        assert (entry.what, entry.evidence) == ("undone", LATER)


def test_what_was_said_since_stays(database: Database) -> None:
    with database.writing() as connection:
        put(connection, "ana@example.org", {"state": "NY"}, {"town": "active"})
        import_id = run(connection, [row("ana@example.org", "unsubscribed"), row("bo@example.org")])
        assert import_id
        for email in ("ana@example.org", "bo@example.org"):
            person = find(connection, email)
            assert person
            change(connection, person.id, "town", "unsubscribed", SAID)
        suppress(connection, "cy@example.org", "staff", at=NOW, source="a call")
        undo(connection, import_id, LATER)
        for email in ("ana@example.org", "bo@example.org"):
            person = find(connection, email)
            assert person
            assert person.subscriptions["town"][0] == "unsubscribed"
        assert reason_of(connection, "cy@example.org") == "staff"


def test_an_import_is_undone_once(database: Database) -> None:
    with database.writing() as connection:
        import_id = run(connection, [row("ana@example.org")])
        assert import_id
        undo(connection, import_id, LATER)
        assert find(connection, "ana@example.org") is None
    with pytest.raises(InvalidInput) as caught, database.writing() as connection:
        undo(connection, import_id, LATER)
    assert caught.value.findings[0].rule == "undone"


def test_two_who_undo_an_import_at_once_undo_it_once(postgres_database: Database) -> None:
    with postgres_database.writing() as connection:
        put(connection, "ana@example.org")
        import_id = run(connection, [row("ana@example.org")])
        assert import_id

    def undo_too() -> str:
        try:
            with postgres_database.writing() as connection:
                undo(connection, import_id, LATER)
        except InvalidInput as error:
            return error.findings[0].rule
        return "undone twice"

    with ThreadPoolExecutor(1) as threads:
        with postgres_database.writing() as connection:
            undo(connection, import_id, LATER)
            other = threads.submit(undo_too)
            wait_for_blocked(postgres_database)
        assert other.result() == "undone"
    with postgres_database.reading() as connection:
        person = find(connection, "ana@example.org")
        assert person
        assert [entry.what for entry in consent_of(connection, person.id)] == ["subscribed", "undone"]


def test_an_import_that_runs_is_waited_for_and_what_it_wrote_stays(postgres_database: Database) -> None:
    with postgres_database.writing() as connection:
        put(connection, "ana@example.org", {"state": "NY"})
        first = run(connection, [row("ana@example.org", place="NJ")])
        assert first

    def undo_first() -> None:
        with postgres_database.writing() as connection:
            undo(connection, first, LATER)

    with ThreadPoolExecutor(1) as threads:
        with postgres_database.writing() as connection:
            lock_others_out(connection, lambda: None)
            other = threads.submit(undo_first)
            wait_for_blocked(postgres_database)
            run(connection, [row("ana@example.org", ward="7")])
        other.result()
    with postgres_database.reading() as connection:
        person = find(connection, "ana@example.org")
        assert person
        assert person.attributes == {"state": "NY", "ward": "7"}
