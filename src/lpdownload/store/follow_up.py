"""Whom a further send of an issue may go to: people of the ledger, by what became of their copies."""

from dataclasses import replace

from sqlalchemy import Connection, and_, case, exists, func, or_, select

from lpdownload.model.ledger import FollowUp
from lpdownload.store.candidates import Question, issue_id_of
from lpdownload.store.tables import batches, events, recipients, subscribers


def follow_up(connection: Connection, question: Question, only_to: FollowUp) -> Question:
    """The question of a further send: the segment no longer matters, nor what else keeps a first copy back.

    Who is suppressed or has left since still gets nothing.
    """
    accepted = or_(
        recipients.c.outcome == "accepted",
        and_(recipients.c.outcome.is_(None), batches.c.state.in_(("accepted", "partly"))),
    )
    refused = or_(
        recipients.c.outcome.in_(("refused", "failed")),
        and_(recipients.c.outcome.is_(None), batches.c.state == "refused"),
    )
    number = issue_id_of(connection, question.issue)
    mine = (batches.c.send_id == recipients.c.send_id) & (batches.c.number == recipients.c.batch)
    every = func.count()
    yes = func.sum(case((accepted, 1), else_=0))
    no = func.sum(case((refused, 1), else_=0))
    bounced = exists().where(
        events.c.subscriber_id == recipients.c.subscriber_id,
        events.c.send_id == recipients.c.send_id,
        events.c.kind == "bounced",
    )
    lost = func.sum(case((or_(refused, bounced), 1), else_=0))
    whom = {"accepted": yes > 0, "failed": no == every, "not-reached": lost == every}[only_to]
    people = (
        select(recipients.c.subscriber_id)
        .join(batches, mine)
        .where(recipients.c.issue_id == number, recipients.c.edition >= 0)
        .group_by(recipients.c.subscriber_id)
        .having(whom)
    )
    return replace(
        question,
        issue="",
        segment=None,
        exclude=None,
        cap=None,
        rivals=(),
        among=subscribers.c.id.in_(people),
    )
