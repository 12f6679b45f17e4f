"""A database's error in our words."""

import sqlite3

import psycopg
import pytest
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.exc import IntegrityError as Refused

from lpdownload.errors import Unavailable
from lpdownload.store.faults import database_error, database_finding

ADDRESS = "ana.ruiz@example.org"
STATEMENT = "INSERT INTO subscribers VALUES (?)"


def wrapped(error: Exception, *, lost: bool = False) -> DBAPIError:
    return DBAPIError(STATEMENT, (ADDRESS,), error, connection_invalidated=lost)


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("database or disk is full", "the disk is full"),
        ("database is locked", "another lpdownload is writing to it"),
        ("file is not a database", "the file is no SQLite database"),
        ("database disk image is malformed", "the file is damaged"),
        ("attempt to write a readonly database", "the file may not be written to"),
        ("unable to open database file", "the file cannot be opened"),
        ("disk I/O error", "the disk reported an error"),
    ],
)
def test_sqlite_s_faults_have_a_sentence_and_a_way_on(said: str, expected: str) -> None:
    finding = database_finding(wrapped(sqlite3.OperationalError(said)), "lpdownload.db")
    assert finding.message == f"lpdownload.db: {expected}"
    assert finding.hint


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (psycopg.errors.DiskFull, "the server's disk is full"),
        (psycopg.errors.LockNotAvailable, "another lpdownload is writing to it"),
        (psycopg.errors.DeadlockDetected, "another lpdownload was writing the same rows"),
        (psycopg.errors.SerializationFailure, "another lpdownload was writing the same rows"),
        (psycopg.errors.UniqueViolation, "another lpdownload was writing the same rows"),
        (psycopg.errors.InvalidPassword, "the password was refused"),
        (psycopg.errors.InvalidAuthorizationSpecification, "the user was refused"),
        (psycopg.errors.InvalidCatalogName, "there is no such database"),
        (psycopg.errors.InsufficientPrivilege, "the user may not do that"),
        (psycopg.errors.ReadOnlySqlTransaction, "the server takes no writes"),
        (psycopg.errors.TooManyConnections, "the server has no connection left"),
        (psycopg.OperationalError, "the server does not answer"),
    ],
)
def test_postgresql_s_faults_have_a_sentence_and_a_way_on(error: type[Exception], expected: str) -> None:
    finding = database_finding(wrapped(error(f"Key (address_key)=({ADDRESS})")), "the store")
    assert finding.message == f"the store: {expected}"
    assert finding.hint


def test_a_connection_that_breaks_is_told_from_a_server_that_is_not_there() -> None:
    finding = database_finding(wrapped(psycopg.OperationalError("closed"), lost=True), "the store")
    assert finding.message == "the store: the connection was lost"


@pytest.mark.parametrize(
    "error",
    [
        sqlite3.IntegrityError(f"UNIQUE constraint failed: {ADDRESS}"),
        psycopg.errors.NotNullViolation(f"Failing row contains ({ADDRESS})"),
        psycopg.errors.UniqueViolation(f"Key (address_key)=({ADDRESS}) already exists"),
    ],
)
@pytest.mark.parametrize("kind", [Refused, OperationalError])
def test_no_fault_tells_of_the_row_it_was_about(error: Exception, kind: type[DBAPIError]) -> None:
    finding = database_finding(kind(STATEMENT, (ADDRESS,), error), "the store")
    assert "ana.ruiz" not in f"{finding.message} {finding.hint}"
    assert "INSERT" not in finding.message


def test_a_fault_nobody_thought_of_is_named_by_its_kind() -> None:
    finding = database_finding(wrapped(psycopg.errors.NotNullViolation("x")), "the store")
    assert "NotNullViolation, 23502" in finding.message


@pytest.mark.parametrize(
    "error",
    [
        sqlite3.OperationalError("database is locked"),
        psycopg.errors.LockNotAvailable("x"),
        psycopg.errors.DeadlockDetected("x"),
        psycopg.errors.AdminShutdown("x"),
        psycopg.errors.CannotConnectNow("x"),
        psycopg.OperationalError("server closed the connection unexpectedly"),
    ],
)
def test_what_may_pass_by_itself_is_told_from_what_does_not(error: Exception) -> None:
    assert isinstance(database_error(wrapped(error), "the store"), Unavailable)


@pytest.mark.parametrize(
    "error",
    [
        sqlite3.OperationalError("disk I/O error"),
        sqlite3.DatabaseError("file is not a database"),
        psycopg.errors.InvalidPassword("x"),
        psycopg.errors.DiskFull("x"),
        psycopg.errors.NotNullViolation("x"),
    ],
)
def test_what_needs_a_person_is_not_waited_for(error: Exception) -> None:
    assert not isinstance(database_error(wrapped(error), "the store"), Unavailable)
