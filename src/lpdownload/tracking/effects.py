"""What an event changes for the person: no mail to an address that is dead or whose owner complained, and no
newsletter to somebody who left it. For the former it does not matter which mail it was.

Soft bounces only count, whatever was delivered in between, and suppress nothing: the address may be good.
Their numbers follow no standard: large senders give up after three to ten.
"""

from collections.abc import Sequence
from datetime import timedelta
from typing import Final, NamedTuple

from sqlalchemy import Connection

from lpdownload.model.event import Event
from lpdownload.model.subscription import Change, Evidence
from lpdownload.model.suppression import SuppressionReason
from lpdownload.store.events import Reported, SoftBounce, Stray, add_strays, soft_bounces
from lpdownload.store.subscriptions import change, subscriptions_of
from lpdownload.store.suppressions import suppress

SOFT_BOUNCES: Final = 5
"""So many copies that bounced softly, of whichever newsletters, …"""
SOFT_DAYS: Final = 3
"""… on at least so many days (UTC), …"""
SOFT_WITHIN: Final = timedelta(days=30)
"""… in such a time, and a subscription becomes bounced. What was before it last changed does not count."""


def take_effect(connection: Connection, new: Sequence[Reported]) -> int:
    """Applies events that were never applied before; how many addresses are suppressed by them."""
    suppressed = 0
    soft: list[Reported] = []
    for one in sorted(new, key=lambda one: (one.event.at, one.identity)):
        if one.copy.key is None:
            continue  # erased: there is nobody left to change anything for
        match one.event.kind, one.event.permanent:
            case "complained", _:
                suppressed += _never_again(connection, one, "complained")
                _move(connection, one, "complained")
            case "bounced", True:
                suppressed += _never_again(connection, one, "bounced")
                _move(connection, one, "bounced")
            case "bounced", _:
                soft.append(one)
            case "unsubscribed", _ if not _chosen_since(connection, one):
                _move(connection, one, "unsubscribed")
    if soft:
        _count_soft(connection, soft)
    return suppressed


class Ended(NamedTuple):
    """What was heard about mail that is no copy of ours."""

    new: int
    """Events."""
    again: int
    """Reported before; the others say nothing that matters."""
    suppressed: int
    """Addresses."""


def end_mail(connection: Connection, strays: Sequence[Stray]) -> Ended:
    """Suppresses addresses that are dead, or whose owner complained of a confirmation or another's mail."""
    telling = [(one, reason) for one in strays if one.key is not None and (reason := _ends_mail(one.event))]
    new = {one.identity for one in add_strays(connection, [one for one, _ in telling])}
    suppressed = 0
    for one, reason in telling:
        if one.identity in new and one.key is not None:
            suppressed += suppress(connection, one.key, reason, at=one.at, source=_source(one))
    return Ended(len(new), len(telling) - len(new), suppressed)


def _ends_mail(event: Event) -> SuppressionReason | None:
    if event.kind == "complained":
        return "complained"
    return "bounced" if event.kind == "bounced" and event.permanent is True else None


def _never_again(connection: Connection, one: Reported, reason: SuppressionReason) -> bool:
    assert one.copy.key is not None  # the caller has looked
    return suppress(connection, one.copy.key, reason, at=one.at, source=_source(one))


def _move(connection: Connection, one: Reported, what: Change) -> None:
    evidence = Evidence(one.at, _source(one), f"event {one.identity}")
    change(connection, one.copy.subscriber_id, one.copy.newsletter, what, evidence)


def _chosen_since(connection: Connection, one: Reported) -> bool:
    """Whether the person has asked for the newsletter after what is reported: reports come late."""
    found = subscriptions_of(connection, one.copy.subscriber_id).get(one.copy.newsletter)
    return found is not None and found[0] in {"active", "pending"} and found[1] > one.at


def _source(one: Reported | Stray) -> str:
    return f"report of {one.event.provider}"


def _count_soft(connection: Connection, soft: Sequence[Reported]) -> None:
    bounces: dict[int, list[SoftBounce]] = {}
    for bounce in soft_bounces(connection, {one.copy.subscriber_id for one in soft}):
        bounces.setdefault(bounce.subscriber_id, []).append(bounce)
    for one in soft:
        theirs = bounces[one.copy.subscriber_id]
        if len(theirs) < SOFT_BOUNCES:
            continue
        _, since = subscriptions_of(connection, one.copy.subscriber_id).get(
            one.copy.newsletter, (None, one.copy.made_at)
        )
        if _is_worn([bounce for bounce in theirs if bounce.at >= since]):
            _move(connection, one, "bounced")


def _is_worn(bounces: Sequence[SoftBounce]) -> bool:
    """Whether there was a time of ``SOFT_WITHIN`` with too many, reported in whatever order."""
    for index, first in enumerate(bounces):
        close = [bounce for bounce in bounces[index:] if bounce.at <= first.at + SOFT_WITHIN]
        copies = {bounce.send_id for bounce in close}
        if len(copies) >= SOFT_BOUNCES and len({bounce.at.date() for bounce in close}) >= SOFT_DAYS:
            return True
    return False
