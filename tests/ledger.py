"""A send in a test's ledger, and its account drawn up from the rows alone, whatever the program counts."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, select
from tests.people import NOW

from lpdownload.model.audience import INCLUDED
from lpdownload.model.ledger import LIVE, BatchRow, FollowUp, Send
from lpdownload.store import batches, sends
from lpdownload.store.audience import groups
from lpdownload.store.candidates import Question
from lpdownload.store.follow_up import follow_up
from lpdownload.store.freeze import Cut, Variant, freeze
from lpdownload.store.tables import batches as batch_table
from lpdownload.store.tables import recipients
from lpdownload.store.tables import sends as send_table

ISSUE = "town/2024-09"
ALL = Variant(0, "en", frozenset())


def new_send(issue: str = ISSUE, only_to: FollowUp | None = None, instance: str = "here") -> sends.NewSend:
    """What is known of a send before its audience is."""
    return sends.NewSend(
        issue=issue,
        newsletter=issue.partition("/")[0],
        account="main",
        provider="outbox",
        starts_at=NOW,
        by="ana",
        late="ask",
        local=False,
        content_digest="c",
        audience_digest="a",
        instance=instance,
        only_to=only_to,
    )


def cut_of(
    size: int, people: int, variants: Sequence[Variant] = (ALL,), moments: Sequence[datetime | None] = (None,)
) -> Cut:
    """The usual cut: all get the same, at once."""
    return Cut(size, people, variants, {"en": frozenset()}, {}, moments)


def audience(connection: Connection, question: Question) -> Counter[str]:
    """Candidates by outcome."""
    found: Counter[str] = Counter()
    for group in groups(connection, question):
        found[group.outcome] += group.people
    return found


def plan(connection: Connection, size: int = 2, issue: str = ISSUE, only_to: FollowUp | None = None) -> Send:
    """A send whose audience is frozen, on its way."""
    return start(connection, sends.add(connection, new_send(issue, only_to), NOW), size)


def start(connection: Connection, send: Send, size: int) -> Send:
    """Freezes the audience of a scheduled send, as delivery/plan.py does."""
    question = Question(send.newsletter, send.issue)
    if send.only_to:
        question = follow_up(connection, question, send.only_to)
    found = audience(connection, question)
    included = found.pop(INCLUDED, 0)
    number = sends.lock_issue(connection, send.issue, send.newsletter)
    cut = cut_of(size, included)
    freeze(connection, question, cut, send_id=send.id, issue_id=number, edition=send.edition)
    sends.change(connection, send.id, planned=included, excluded=dict(found))
    return sends.move(connection, send.id, "sending", by="ana", why="", now=NOW, what="planned")


def begun(connection: Connection, send: Send, owner: int = 1) -> BatchRow:
    """The send's next batch, about to be handed over."""
    (row,) = batches.claim(connection, owner, 1, NOW, [send.id])
    found = batches.begin(connection, row, "d" * 64, [], NOW, owner=owner)
    assert found is not None
    return found


def batch(connection: Connection, send_id: int, number: int) -> BatchRow:
    """As it is now."""
    return next(row for row in batches.of_send(connection, send_id) if row.number == number)


def stands(connection: Connection, send_id: int) -> dict[int, str]:
    """Where each recipient stands: their own outcome, or what their batch's state says of all the others."""
    says = {"planned": "pending", "submitting": "pending", "partly": "accepted", "cancelled": "forgotten"}
    states = {row.number: row.state for row in batches.of_send(connection, send_id)}
    found = {}
    for row in connection.execute(select(recipients).where(recipients.c.send_id == send_id)).all():
        state = states[row.batch]
        if row.edition < 0:
            assert (row.edition, row.outcome, state) == (-send_id, None, "cancelled")
            found[row.subscriber_id] = "spared"
        else:
            found[row.subscriber_id] = row.outcome or says.get(state, state)
    return found


def check(connection: Connection) -> None:
    """Asserts what holds at every moment of all that the ledger says."""
    live: Counter[int] = Counter()
    people: set[tuple[int, int, int]] = set()
    for send in connection.execute(select(send_table)).all():
        live[send.issue_id] += send.state in LIVE
        where = stands(connection, send.id)
        kept = Counter(where.values())
        spared = kept.pop("spared", 0)
        counted = sends.counts(connection, send.id)
        named = {
            name: getattr(counted, name) for name in ("pending", "accepted", "refused", "failed", "in_doubt")
        }
        assert named == {name: kept[name] for name in named}
        assert counted.planned == kept.total() == sum(named.values()) == (send.planned or 0)
        assert counted.candidates == counted.planned + sum(counted.excluded.values())
        assert counted.excluded.get("cancelled", 0) == spared
        assert not spared or send.state == "cancelled"
        _check_batches(connection, send.id, send.state, where)
        rows = connection.execute(select(recipients).where(recipients.c.send_id == send.id)).all()
        mine = {(row.issue_id, row.edition, row.subscriber_id) for row in rows}
        assert len(mine) == len(rows)
        assert not mine & people
        people |= mine
    assert all(count <= 1 for count in live.values())


def _check_batches(connection: Connection, send_id: int, state: str, where: dict[int, str]) -> None:
    rows = connection.execute(select(recipients).where(recipients.c.send_id == send_id)).all()
    for each in connection.execute(select(batch_table).where(batch_table.c.send_id == send_id)).all():
        mine = [row for row in rows if row.batch == each.number]
        assert each.people == len(mine), f"batch {each.number} is of {each.people}"
        kinds = Counter(where[row.subscriber_id] for row in mine)
        names = ("accepted", "refused", "failed", "in_doubt")
        assert {name: getattr(each, name) for name in names} == {name: kinds[name] for name in names}
        if each.state == "refused":
            assert all(row.outcome for row in mine)
        if each.state == "in_doubt":
            assert kinds["in_doubt"]
        assert (each.state == "submitting") <= (each.owner is not None and each.digest is not None)
        assert (each.owner is not None) <= (each.state in {"planned", "submitting"})
        assert (each.settled_at is None) or each.state not in {"planned", "submitting"}
        assert not (state == "cancelled" and each.state == "planned")
