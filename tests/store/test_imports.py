"""What an import asks of the database and writes to it."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, select
from tests.people import NOW, put
from tests.store.waiting import wait_for_blocked

from lpdownload.store import imports
from lpdownload.store.database import Database
from lpdownload.store.imports import Changed, State, state_from, state_text
from lpdownload.store.subscribers import find
from lpdownload.store.subscriptions import subscriptions_of
from lpdownload.store.tables import imports as table
from lpdownload.store.undo import all_imports

AT = int(NOW.timestamp())
NOBODY_WAITS: list[str] = []


def person_row(number: int, email: str) -> tuple[str | int | None, ...]:
    empty = (None,) * (len(imports.PERSON_COLUMNS) - 6)
    return (number, email, email, None, *empty, AT, 1)


def begin(connection: Connection, told: list[str] | None = None) -> int:
    waiting = NOBODY_WAITS if told is None else told
    return imports.start(connection, source="s", file="f.csv", at=NOW, waiting=lambda: waiting.append("wait"))


def test_imports_are_listed_with_the_newest_first(database: Database) -> None:
    with database.writing() as connection:
        first, second = begin(connection), begin(connection)
        imports.finish(connection, first, {"rows": 3, "added": 2})
        imports.finish(connection, second, {"rows": 1, "added": 12_000})
        assert [(one.id, one.counts["rows"], one.undone_at) for one in all_imports(connection)] == [
            (second, 1, None),
            (first, 3, None),
        ]


def test_reserved_numbers_are_new_and_ascend(database: Database) -> None:
    with database.writing() as connection:
        last = put(connection, "ana@example.org")
        ids = list(imports.reserve_ids(connection, 3))
        assert last < ids[0] < ids[1] < ids[2]
        people = [person_row(number, f"p{number}@example.org") for number in ids]
        imports.add_people(connection, people)
        assert min(imports.reserve_ids(connection, 1)) > ids[2]
    with database.writing() as connection:
        assert put(connection, "bo@example.org") > ids[2]
        keys = ["ana@example.org", f"p{ids[1]}@example.org", "nobody@example.org"]
        assert imports.ids_of(connection, keys) == {keys[0]: last, keys[1]: ids[1]}


def test_a_change_leaves_what_it_does_not_name(database: Database) -> None:
    with database.writing() as connection:
        ana = put(connection, "ana@example.org", {"state": "NY", "ward": "7", "tags": ("a", "b")})
        bo = put(connection, "bo@example.org", {"state": "NY", "ward": "7"})
        changes = [
            Changed(ana, {}, {"ward": None, "role": "press", "skills": "\nx\ny\n"}),
            Changed(bo, {}, {"state": "NJ"}),
        ]
        imports.change_people(connection, changes)
        found = [find(connection, key) for key in ("ana@example.org", "bo@example.org")]
        assert [person and dict(person.attributes) for person in found] == [
            {"state": "NY", "role": "press", "tags": ("a", "b"), "skills": ("x", "y")},
            {"state": "NJ", "ward": "7"},
        ]
        texts = imports.texts_of(connection, [ana])[ana]
        assert (texts["tags"], texts["skills"], texts["first_name"]) == ("\na\nb\n", "\nx\ny\n", None)


def test_states_are_told_and_changed_for_one_newsletter(database: Database) -> None:
    with database.writing() as connection:
        ana = put(connection, "ana@example.org", states={"town": "active", "lpny": "active"})
        bo = put(connection, "bo@example.org", states={"town": "active"})
        later = NOW + timedelta(days=1)
        imports.change_subscriptions(connection, "town", "unsubscribed", [ana], later, 7)
        assert imports.states_of(connection, "town", [ana, bo]) == {
            ana: State("unsubscribed", later, 7),
            bo: State("active", NOW, None),
        }
        assert imports.states_of(connection, "lpny", [ana, bo]) == {ana: State("active", NOW, None)}
        assert imports.states_of(connection, "town", []) == {}


@given(
    state=st.sampled_from(["pending", "active", "unsubscribed", "bounced", "complained"]),
    seconds=st.integers(0, 2**33),
    by=st.none() | st.integers(1, 2**40),
)
def test_a_state_that_is_remembered_is_read_back(state: str, seconds: int, by: int | None) -> None:
    given_state = State(state, NOW + timedelta(seconds=seconds), by)  # type: ignore[arg-type]
    assert state_from(state_text(given_state)) == given_state


@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(proof=st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=20))
def test_consent_and_suppressions_are_written_as_they_are(database: Database, proof: str) -> None:
    with database.engine.connect() as connection, connection.begin() as transaction:
        number = put(connection, "ana@example.org")
        imports.add_consent(connection, [(number, "town", "subscribed", AT, "s", proof, 1)])
        key = "bo@example.org"
        imports.add_suppressions(connection, [(key, "ab" * 32, "bounced", AT, proof, 1)])
        found = connection.exec_driver_sql("SELECT proof FROM consent").scalar()
        source = connection.exec_driver_sql("SELECT source FROM suppressions").scalar()
        assert (found, source) == (proof, proof)
        transaction.rollback()


def test_a_second_import_waits_until_the_first_has_ended(postgres_database: Database) -> None:
    told: list[str] = []

    def second() -> list[int]:
        with postgres_database.writing() as connection:
            begin(connection, told)
            return [person.id for person in all_imports(connection)]

    with ThreadPoolExecutor(1) as threads:
        with postgres_database.writing() as connection:
            first = begin(connection)
            other = threads.submit(second)
            wait_for_blocked(postgres_database)
            assert told == ["wait"]
        assert other.result()[-1] == first
    assert NOBODY_WAITS == []


def test_a_subscription_that_somebody_made_meanwhile_stays_as_they_made_it(
    postgres_database: Database,
) -> None:
    with postgres_database.writing() as connection:
        ana = put(connection, "ana@example.org")
        bo = put(connection, "bo@example.org")
    with postgres_database.writing() as importing:
        begin(importing)
        assert imports.states_of(importing, "town", [ana, bo]) == {}
        with postgres_database.writing() as other:
            other.exec_driver_sql(
                f"INSERT INTO subscriptions VALUES ('town', {ana}, 'unsubscribed', {AT + 5}, NULL)"
            )
        rows = [("town", number, "active", AT, 1) for number in (ana, bo)]
        imports.add_subscriptions(importing, rows)
        imports.add_subscriptions(importing, [])
        imports.add_subscriptions(importing, [("lpny", ana, "active", AT, 1)])  # a second portion
    with postgres_database.reading() as connection:
        states = {name: state for name, (state, _) in subscriptions_of(connection, ana).items()}
        assert states == {"town": "unsubscribed", "lpny": "active"}
        assert subscriptions_of(connection, bo)["town"][0] == "active"


def test_an_import_that_is_given_up_leaves_nothing(database: Database) -> None:
    with database.engine.connect() as connection, connection.begin() as transaction:
        begin(connection)
        imports.add_people(connection, [person_row(imports.reserve_ids(connection, 1)[0], "ana@example.org")])
        transaction.rollback()
    with database.reading() as connection:
        assert connection.execute(select(table)).all() == []
        assert find(connection, "ana@example.org") is None
