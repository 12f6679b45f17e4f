"""Who approved an issue, each approval signed by the digests of what was looked at; none is ever deleted.

Persons are compared here and not in SQL, which folds case by the database's locale; an issue has a handful.
"""

from dataclasses import dataclass
from datetime import datetime
from unicodedata import normalize

from sqlalchemy import Connection, insert, select, update

from lpdownload.model.address import BadAddress, address_of
from lpdownload.store.tables import approvals


@dataclass(frozen=True, slots=True)
class Approval:
    """One person's word for an issue as it was then."""

    id: int
    issue: str
    content: str
    audience: str
    by: str
    at: datetime


def approve(connection: Connection, issue: str, content: str, audience: str, by: str, at: datetime) -> int:
    """The number of the new approval. ``issue``: the original's key; ``content``, ``audience``: digests."""
    row = {"issue": issue, "content_digest": content, "audience_digest": audience, "by": by, "at": at}
    return int(connection.execute(insert(approvals).values(row).returning(approvals.c.id)).scalar_one())


def approvals_of(connection: Connection, issue: str) -> tuple[Approval, ...]:
    """Those that were not withdrawn, the newest first, whatever has changed since."""
    query = select(approvals).where(approvals.c.issue == issue, approvals.c.withdrawn_at.is_(None))
    return tuple(
        Approval(row.id, row.issue, row.content_digest, row.audience_digest, row.by, row.at)
        for row in connection.execute(query.order_by(approvals.c.id.desc()))
    )


def withdraw(connection: Connection, issue: str, by: str, at: datetime) -> int:
    """Takes back all that a person approved of an issue; how many approvals that were."""
    me = person(by)
    mine = [each.id for each in approvals_of(connection, issue) if person(each.by) == me]
    connection.execute(update(approvals).where(approvals.c.id.in_(mine)).values(withdrawn_at=at))
    return len(mine)


def approvers(connection: Connection, issue: str, content: str, audience: str) -> tuple[str, ...]:
    """The different persons whose approval stands for exactly these digests, in the order they gave it."""
    found: dict[str, str] = {}
    for each in reversed(approvals_of(connection, issue)):
        if (each.content, each.audience) == (content, audience):
            found.setdefault(person(each.by), each.by)
    return tuple(found.values())


def person(by: str) -> str:
    """The same for all spellings of one person: of ``Ana Reyes <Ana@example.org>``, the address."""
    if "@" in by:
        try:
            return address_of(by).key
        except BadAddress:
            pass
    return " ".join(normalize("NFKC", by).casefold().split())
