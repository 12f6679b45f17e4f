"""The audience frozen for a send: its recipients and their batches, by the database itself.

One INSERT … SELECT, whatever the number of people, and the same for the same database: recipients are cut in
the order of their numbers, within a variant, a moment, and where asked a mail domain.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import (
    ColumnElement,
    Connection,
    FromClause,
    Select,
    Subquery,
    and_,
    case,
    func,
    insert,
    literal,
    not_,
    select,
)

from lpdownload.model.audience import INCLUDED
from lpdownload.store.candidates import Question, candidates
from lpdownload.store.tables import batches, recipients, subscribers

_FIRST: Final = 1


@dataclass(frozen=True)
class Variant:
    """A language with the segments of which it shows the sections, as some included people get it."""

    number: int
    language: str
    segments: frozenset[str]


@dataclass(frozen=True)
class Cut:
    """How recipients are cut into batches."""

    size: int
    people: int
    """How many there are, as they were counted in the same transaction."""
    variants: Sequence[Variant]
    visible: Mapping[str, frozenset[str]]
    """By language: the segments that change anything in it."""
    slots: Mapping[str, int]
    """By time zone: the place of its moment in ``moments``; a zone that is not there has the first."""
    moments: Sequence[datetime | None]
    """Before which a slot's batches do not leave; [None]: no batch waits."""
    by_domain: bool = False


def freeze(
    connection: Connection, question: Question, cut: Cut, *, send_id: int, issue_id: int, edition: int
) -> int:
    """Writes recipients and batches; how many people there are. The caller's transaction sees one moment."""
    if not cut.people:
        return 0
    found = candidates(connection, question)
    stride = cut.people + 1 if cut.by_domain else cut.people // cut.size + 2  # more than a group can have
    people = _people(connection, found, question, cut)
    group = people.c.variant * len(cut.moments) + people.c.slot
    partition = [group, people.c.domain] if cut.by_domain else [group]
    place = func.row_number().over(partition_by=partition, order_by=people.c.subscriber_id) - 1
    cell = place // cut.size
    if cut.by_domain:
        cells = select(people, group.label("part"), cell.label("cell")).subquery("cells")
        rank = func.dense_rank().over(partition_by=cells.c.part, order_by=(cells.c.domain, cells.c.cell)) - 1
        rows = _rows(cells, cells.c.part * stride + rank + _FIRST, send_id, issue_id, edition)
    else:
        rows = _rows(people, group * stride + cell + _FIRST, send_id, issue_id, edition)
    names = ["issue_id", "subscriber_id", "edition", "send_id", "batch", "email"]
    connection.execute(insert(recipients).from_select(names, rows))
    return _make_batches(connection, cut, stride, send_id)


def _rows(
    people: Subquery, number: ColumnElement[int], send_id: int, issue_id: int, edition: int
) -> Select[*tuple[object, ...]]:
    return select(
        literal(issue_id),
        people.c.subscriber_id,
        literal(edition),
        literal(send_id),
        number,
        people.c.email,
    ).order_by(people.c.subscriber_id)


def _people(connection: Connection, found: Subquery, question: Question, cut: Cut) -> Subquery:
    """The included: subscriber_id, email, variant, slot, domain."""
    slot: ColumnElement[int] = literal(0)
    source: FromClause = found
    later = {zone: place for zone, place in cut.slots.items() if place}
    if later:
        source = found.join(subscribers, subscribers.c.id == found.c.subscriber_id)
        slot = case(later, value=subscribers.c.timezone, else_=0)
    domain: ColumnElement[str] = literal("")
    if cut.by_domain:
        position = (func.instr if connection.dialect.name == "sqlite" else func.strpos)(found.c.email, "@")
        domain = func.lower(func.substr(found.c.email, position + 1))
    return (
        select(
            found.c.subscriber_id,
            found.c.email,
            _variant(found, question, cut).label("variant"),
            slot.label("slot"),
            domain.label("domain"),
        )
        .select_from(source)
        .where(found.c.outcome == INCLUDED)
        .subquery("people")
    )


def _variant(found: Subquery, question: Question, cut: Cut) -> ColumnElement[int]:
    """The number of the variant that a candidate gets."""
    if len(cut.variants) == 1:
        return literal(cut.variants[0].number)
    flags = list(question.flags or ())
    tests = []
    for variant in cut.variants:
        test: ColumnElement[bool] = found.c.language == variant.language
        for index, name in enumerate(flags):
            if name in cut.visible[variant.language]:
                flag = found.c[f"flag{index}"]
                test = and_(test, flag if name in variant.segments else not_(flag))
        tests.append((test, literal(variant.number)))
    return case(*tests, else_=None)


def _make_batches(connection: Connection, cut: Cut, stride: int, send_id: int) -> int:
    mine = recipients.c.send_id == send_id
    sizes = connection.execute(
        select(recipients.c.batch, func.count()).where(mine).group_by(recipients.c.batch)
    )
    rows = []
    for number, people in sizes:
        variant, slot = divmod((number - _FIRST) // stride, len(cut.moments))
        rows.append(
            {
                "send_id": send_id,
                "number": number,
                "variant": variant,
                "people": people,
                "not_before": cut.moments[slot],
            }
        )
    if rows:
        state = {"state": "planned", "attempts": 0, "reason": ""}
        zeros = dict.fromkeys(("accepted", "refused", "failed", "in_doubt"), 0)
        connection.execute(insert(batches), [row | state | zeros for row in rows])
    return sum(row["people"] for row in rows)
