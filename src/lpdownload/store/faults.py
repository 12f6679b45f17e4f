"""A database's error in our words: what it was about, never the rows, which hold people."""

from typing import Final

from sqlalchemy.exc import DBAPIError

from lpdownload.errors import Finding, InvalidInput, Unavailable

_SQLITE: Final = (
    ("database or disk is full", "the disk is full", "make room, then run it again: nothing was changed"),
    (
        "database is locked",
        "another lpdownload is writing to it",
        "wait until it has finished, then run it again",
    ),
    (
        "file is not a database",
        "the file is no SQLite database",
        "restore a backup, or move it out of the way",
    ),
    ("malformed", "the file is damaged", "restore a backup"),
    ("readonly database", "the file may not be written to", "check the rights of the file and its folder"),
    ("unable to open database file", "the file cannot be opened", "check the rights of its folder"),
    ("disk I/O error", "the disk reported an error", "check the disk; nothing was changed"),
)

_POSTGRES: Final = {
    "53100": ("the server's disk is full", "make room, then run it again: nothing was changed"),
    "55P03": ("another lpdownload is writing to it", "wait until it has finished, then run it again"),
    "40P01": ("another lpdownload was writing the same rows", "run it again: nothing was changed"),
    "23505": ("another lpdownload was writing the same rows", "run it again: nothing was changed"),
    "40001": ("another lpdownload was writing the same rows", "run it again: nothing was changed"),
    "28P01": ("the password was refused", "check LPDOWNLOAD_DATABASE_URL"),
    "28000": ("the user was refused", "check LPDOWNLOAD_DATABASE_URL"),
    "3D000": ("there is no such database", "create it, or check LPDOWNLOAD_DATABASE_URL"),
    "42501": ("the user may not do that", "give the user all rights on the database's schema"),
    "25006": ("the server takes no writes", "use the primary server"),
    "53300": ("the server has no connection left", "try again later, or raise max_connections"),
}


_CONNECTING: Final = (
    ("password authentication failed", "28P01"),
    ("no pg_hba.conf entry", "28000"),
    ('FATAL:  role "', "28000"),
    ('FATAL:  database "', "3D000"),
    ("too many clients", "53300"),
    ("remaining connection slots", "53300"),
)
"""What a server that refuses a connection says in English: psycopg does not tell its code then."""

_RESTARTING: Final = ("57P01", "57P02", "57P03")
"""The server shuts down, has crashed, or is not yet ready."""

_PASSES: Final = frozenset({"55P03", "40P01", "23505", "40001", "53300", *_RESTARTING})
"""Codes of what may be over in a moment: locks, restarts, connections. Source: PostgreSQL, appendix A."""


def database_error(error: DBAPIError, database: str) -> InvalidInput:
    """As ``database_finding``; Unavailable if it may pass by itself."""
    code = _code(error)
    away = code is None and _is_psycopg(error)
    passes = away or code in _PASSES or "database is locked" in str(error.orig)
    return (Unavailable if passes else InvalidInput)([database_finding(error, database)])


def database_finding(error: DBAPIError, database: str) -> Finding:
    """What went wrong in a sentence. A fault not in the tables is named by its kind and code alone."""
    code = _code(error)
    said = str(error.orig)
    if code in _POSTGRES:
        message, hint = _POSTGRES[code]
        return Finding("database", f"{database}: {message}", hint)
    for words, message, hint in _SQLITE:
        if words in said:
            return Finding("database", f"{database}: {message}", hint)
    if (code is None and _is_psycopg(error)) or code in _RESTARTING:
        message, hint = "the server does not answer", "check LPDOWNLOAD_DATABASE_URL, and that it runs"
        if error.connection_invalidated:
            message, hint = "the connection was lost", "run it again: nothing was changed"
        return Finding("database", f"{database}: {message}", hint)
    kind = type(error.orig).__name__
    message = f"{database}: the database refused ({kind}{f', {code}' if code else ''})"
    return Finding("database", message, "nothing was changed; this is a bug of lpdownload: please report it")


def _code(error: DBAPIError) -> str | None:
    """PostgreSQL's code of it, also where only words tell it."""
    code: str | None = getattr(error.orig, "sqlstate", None)
    return code or next((code for words, code in _CONNECTING if words in str(error.orig)), None)


def _is_psycopg(error: DBAPIError) -> bool:
    return type(error.orig).__module__.startswith("psycopg")
