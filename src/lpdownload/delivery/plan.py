"""A send planned: its audience, its contents and its batches frozen in one transaction."""

from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from lpdownload.content.library import Library
from lpdownload.delivery.gate import Order, Passed, look
from lpdownload.delivery.schedule import local_moments
from lpdownload.errors import InvalidInput
from lpdownload.model.delivery import Mail
from lpdownload.model.ledger import Send
from lpdownload.providers.base import MessageProvider
from lpdownload.store import contents, sends
from lpdownload.store.database import Database
from lpdownload.store.freeze import Cut, freeze
from lpdownload.store.instance import instance_of
from lpdownload.store.subscribers import time_zones


def schedule_send(
    database: Database, library: Library, provider: MessageProvider, order: Order, now: datetime
) -> tuple[Send, Passed]:
    """A send for later: looked at now as it will be then, and planned when its time has come.

    InvalidInput with everything that is wrong; then nothing was made.
    """
    with database.writing() as connection:
        passed = _passed(library, connection, provider, order, now)
        return _made(database, connection, order, passed, now), passed


def plan_send(
    database: Database, library: Library, provider: MessageProvider, order: Order, now: datetime
) -> tuple[Send, Passed]:
    """A send that begins now, all of it in one transaction; of one that was made before (``order.own_send``),
    the plan. InvalidInput with everything that is wrong; then nothing has changed.
    """
    with database.planning() as connection:
        passed = _passed(library, connection, provider, order, now)
        if order.own_send is None:
            send = _made(database, connection, order, passed, now)
        else:
            send = sends.find(connection, order.own_send, lock=True)
            if (send.state, send.starts_at) != ("scheduled", order.starts_at):
                return send, passed  # somebody was faster, or has just put it off
        _freeze(connection, provider, send, order, passed, now)
        return sends.move(
            connection, send.id, "sending", by=order.by, why="", now=now, what="planned"
        ), passed


def _passed(
    library: Library, connection: Connection, provider: MessageProvider, order: Order, now: datetime
) -> Passed:
    passed = look(library, connection, provider, order, now)
    if passed.errors:
        raise InvalidInput(passed.findings)
    return passed


def _made(database: Database, connection: Connection, order: Order, passed: Passed, now: datetime) -> Send:
    issue = passed.asked.loaded.issue
    new = sends.NewSend(
        issue=order.key,
        newsletter=issue.newsletter_name,
        account=order.account.name,
        provider=order.account.provider,
        starts_at=order.starts_at,
        by=order.by,
        late=order.late,
        local=order.local,
        only_to=order.only_to,
        reason=order.why,
        content_digest=passed.digests.content,
        audience_digest=passed.digests.audience,
        instance=instance_of(connection, database),
    )
    send = sends.add(connection, new, now)
    for what in sorted(order.waived):
        sends.note(connection, send.id, now, order.by, f"waived {what}", order.why)
    return send


def _freeze(
    connection: Connection,
    provider: MessageProvider,
    send: Send,
    order: Order,
    passed: Passed,
    now: datetime,
) -> None:
    issue_id = sends.lock_issue(connection, send.issue, send.newsletter)
    question, audience = passed.asked.question, passed.audience
    frozen = {variant.number: (frozen, variant.segments) for variant, frozen in passed.variants.items()}
    contents.put(connection, send.id, frozen)
    slots, moments = _slots(connection, passed, order) if order.local else ({}, [None])
    cut = Cut(
        size=_size(provider, order, passed, now),
        people=audience.included,
        variants=tuple(passed.variants),
        visible=passed.asked.visible,
        slots=slots,
        moments=moments,
        by_domain=order.pace.by_domain,
    )
    people = freeze(connection, question, cut, send_id=send.id, issue_id=issue_id, edition=send.edition)
    if people != audience.included:
        raise AssertionError(f"{people} were planned, {audience.included} were counted")
    sends.change(connection, send.id, planned=people, excluded=audience.excluded)


def _size(provider: MessageProvider, order: Order, passed: Passed, now: datetime) -> int:
    """How many recipients fit into a call, by count and by a guess of their bytes.

    A batch that turns out to be too large is split when it is built.
    """
    capabilities = provider.capabilities
    wanted = order.pace.recipients_per_call or capabilities.most_recipients
    most = min([wanted, capabilities.most_recipients, *order.pace.quotas])  # a quota takes whole batches
    if capabilities.merging == "theirs":
        return most
    largest = 1
    for frozen in passed.variants.values():
        mail = Mail(frozen.content, passed.asked.loaded.issue.key, "size", date=now)
        body = (mail.content.html, mail.content.text)
        largest = max(largest, sum(len(text.encode()) for pieces in body for text in pieces.literals))
    return max(1, min(most, capabilities.most_bytes // (largest * 2 + 10_000)))


def _slots(
    connection: Connection, passed: Passed, order: Order
) -> tuple[dict[str, int], list[datetime | None]]:
    """Each time zone's place among the moments at which it is that time; the newsletter's is first."""
    zone = passed.asked.loaded.issue.newsletter.timezone
    wall = order.starts_at.astimezone(ZoneInfo(zone)).replace(tzinfo=None)
    by_zone = local_moments(wall, [None, *time_zones(connection)], zone)
    default = by_zone[None]
    moments = [default, *sorted({moment for moment in by_zone.values() if moment != default})]
    places = {moment: place for place, moment in enumerate(moments)}
    slots = {name: places[moment] for name, moment in by_zone.items() if name is not None}
    return slots, list(moments)


def first_moment(connection: Connection, send: Send, zone: str) -> datetime:
    """When a send begins; one in each reader's own time when it is that time in the first of their zones."""
    if not send.local:
        return send.starts_at
    wall = send.starts_at.astimezone(ZoneInfo(zone)).replace(tzinfo=None)
    return min(local_moments(wall, [None, *time_zones(connection)], zone).values())
