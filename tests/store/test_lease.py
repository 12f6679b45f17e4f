"""Who may send, and who is known to be dead: real processes, really killed."""

import os
import signal
import stat

from sqlalchemy import select, text
from tests.people import NOW
from tests.store.another_process import another_worker

from lpdownload.store.database import FILE, Database
from lpdownload.store.lease import Worker, dead, working
from lpdownload.store.tables import workers


def found_dead(database: Database, me: Worker, *owners: int) -> tuple[int, ...]:
    with database.writing() as connection:
        return dead(connection, owners, me)


def test_a_worker_is_numbered_and_named(database: Database) -> None:
    with working(database, NOW) as first:
        assert first is not None
    with working(database, NOW) as second:
        assert second is not None
        assert second.number > first.number
        assert second.instance == first.instance
        assert second.is_alive()
    with database.reading() as connection:
        names = connection.execute(select(workers.c.name)).scalars().all()
    assert [name.rpartition(":")[2] for name in names] == [str(os.getpid())] * 2


def test_a_file_has_one_worker_at_a_time_and_a_server_any_number(database: Database) -> None:
    with working(database, NOW) as me, another_worker(database) as (_, other):
        assert me is not None
        assert (other is None) == database.is_sqlite
        with working(database, NOW) as third:
            assert (third is None) == database.is_sqlite


def test_a_process_that_was_killed_is_known_to_be_dead_at_once(database: Database) -> None:
    with another_worker(database) as (process, other):
        assert other is not None
        if not database.is_sqlite:
            with working(database, NOW) as me:
                assert me is not None
                assert found_dead(database, me, other, me.number) == ()
        process.send_signal(signal.SIGKILL)
        process.wait()
        if not database.is_sqlite:
            _until_the_server_knows(database)
        with working(database, NOW) as me:
            assert me is not None
            assert found_dead(database, me, other, me.number) == (other,)


def _until_the_server_knows(database: Database) -> None:
    """That the connection of the killed process is closed, which its kernel has told it."""
    locks = text("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'")
    with database.engine.connect() as connection:
        while connection.execute(locks).scalar():
            connection.rollback()


def test_a_worker_that_ended_is_dead_though_its_process_lives(database: Database) -> None:
    with working(database, NOW) as first:
        assert first is not None
    with working(database, NOW) as second:
        assert second is not None
        assert found_dead(database, second, first.number) == (first.number,)


def test_what_one_worker_takes_over_no_other_does_at_the_same_time(postgres_database: Database) -> None:
    with working(postgres_database, NOW) as gone:
        assert gone is not None
    with working(postgres_database, NOW) as one, working(postgres_database, NOW) as two:
        assert one is not None
        assert two is not None
        with postgres_database.writing() as connection:
            assert dead(connection, [gone.number], one) == (gone.number,)
            assert found_dead(postgres_database, two, gone.number) == ()
        assert found_dead(postgres_database, two, gone.number) == (gone.number,)


def test_a_worker_whose_server_lost_it_knows_that_it_must_stop(postgres_database: Database) -> None:
    with working(postgres_database, NOW) as me:
        assert me is not None
        assert me.is_alive()
        locked = text("SELECT pg_terminate_backend(pid, 10000) FROM pg_locks WHERE locktype = 'advisory'")
        with postgres_database.writing() as connection:
            connection.execute(locked)
        assert not me.is_alive()
        with working(postgres_database, NOW) as other:
            assert other is not None
            assert found_dead(postgres_database, other, me.number) == (me.number,)


def test_the_lease_s_file_is_nobody_else_s_business(database: Database) -> None:
    if database.path is None:
        with working(database, NOW) as me:
            assert me is not None
        return
    with working(database, NOW):
        path = database.path.with_name(f"{FILE}-lease")
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
