"""What a death leaves behind, and the account at the end: by the service's own count, and by the ledger."""

from collections.abc import Iterable
from typing import cast

from sqlalchemy import select, text
from tests.acceptance.counting import Counted, Folder
from tests.acceptance.dying import until
from tests.desk import Desk
from tests.ledger import check
from tests.sending import counts, shown

from lpdownload.store.tables import batches, recipients, workers


def gone(desk: Desk, name: str) -> None:
    """Waits until the database's server has noticed that a process is no more. ``name``: its PGAPPNAME."""
    if not desk.url:
        return
    theirs = text("SELECT count(*) FROM pg_stat_activity WHERE application_name = :name")
    with desk.open() as database:

        def is_gone() -> bool:
            with database.reading() as connection:
                return not connection.execute(theirs, {"name": name}).scalar()

        until(is_gone)


def in_flight(desk: Desk, pid: int) -> set[str]:
    """Whom that process was handing over, and had not yet told of."""
    theirs = (
        select(recipients.c.email)
        .join(batches, (batches.c.send_id == recipients.c.send_id) & (batches.c.number == recipients.c.batch))
        .join(workers, workers.c.id == batches.c.owner)
        .where(workers.c.name.endswith(f":{pid}"), batches.c.state == "submitting")
        .where(recipients.c.outcome.is_(None))
    )
    with desk.open() as database, database.reading() as connection:
        return set(connection.execute(theirs).scalars())


def doubtful(desk: Desk) -> dict[int, set[str]]:
    """Who is in doubt, by batch."""
    open_ = recipients.c.outcome.is_(None)
    theirs = (
        select(recipients.c.batch, recipients.c.email)
        .join(batches, (batches.c.send_id == recipients.c.send_id) & (batches.c.number == recipients.c.batch))
        .where(batches.c.state == "in_doubt", open_)
    )
    found: dict[int, set[str]] = {}
    with desk.open() as database, database.reading() as connection:
        for number, email in connection.execute(theirs):
            found.setdefault(number, set()).add(email)
    return found


def assert_account(desk: Desk, counted: Counted, everybody: Iterable[str], lost_sight_of: set[str]) -> None:
    """Nobody has two copies and nobody is forgotten; in doubt is who was in flight, each batch explained."""
    with desk.open() as database, database.reading() as connection:
        check(connection)
    people, copies = set(everybody), counted.copies
    assert copies.keys() <= people
    assert [address for address, number in copies.items() if number > 1] == []
    by_batch = doubtful(desk)
    found: set[str] = set().union(*by_batch.values())
    assert found == lost_sight_of
    assert people - copies.keys() <= found
    report = shown(desk)
    everyone = {"candidates": len(people), "planned": len(people)}
    named = {"accepted": len(people) - len(found), "in_doubt": len(found)}
    assert report["state"] == "done"
    assert counts(report) == everyone | {name: number for name, number in named.items() if number}
    rows = cast(list[dict[str, object]], report["in_doubt_batches"])
    assert {row["batch"]: row["people"] for row in rows} == {
        number: len(addresses) for number, addresses in by_batch.items()
    }
    assert {row["reason"] for row in rows} <= {"the process that was handing it over died"}
    if isinstance(counted, Folder):
        assert set(counted.listed.values()) == {1}
        assert len(counted.listed) == len(people)


def told(desk: Desk, counted: Counted) -> None:
    """Somebody looks at the service's own records, and says of each batch in doubt what is true."""
    truth: dict[str, list[str]] = {"accepted": [], "not-sent": []}
    copies = counted.copies
    for number, addresses in doubtful(desk).items():
        (has,) = {address in copies for address in addresses}  # a call is taken whole or not at all
        truth["accepted" if has else "not-sent"] += ["--batch", f"{number}"]
    for word, which in truth.items():
        if which:
            why = ("--why", "their log", "--by", "ana@example.org")
            desk.run("sends", "reconcile", "1", "--assume", word, *which, *why)
