"""What the webhooks of all providers need: a body read with care, a signature and its age compared."""

import hmac
import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from math import isfinite
from typing import Final, NoReturn, TypeVar

from lpdownload.errors import LpdownloadError
from lpdownload.model.event import Event, EventKind

T = TypeVar("T")

LARGEST_BODY: Final = 9_000_000
"""Bytes; more is refused without work. 10,000 clicks in one report of SendGrid's take 6.6 to 8.5 MB."""
LARGEST_UNSIGNED: Final = 1_000_000
"""Bytes of a body whose signature stands inside it, so that it is read before anybody knows whose it is. It
holds one event: SNS carries 256 KB."""
DEEPEST: Final = 64
"""Lists and objects in one another; what is read must be written again, and a database has its own limit."""

_UNFIT: Final = re.compile("[\0\ud800-\udfff]")
"""JSON can say them; PostgreSQL takes no NUL, and no file takes half a pair of surrogates."""


class BadSignature(LpdownloadError):
    """Nothing shows that the provider sent it. Says why, without anything of the body."""


class NotAnEvent(LpdownloadError):
    """It is of no form the provider documents. ``reason`` holds nothing of the body."""

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(reason)


@dataclass(frozen=True, slots=True)
class Unread:
    """An event of a report that cannot be read."""

    kind: EventKind | None
    """None where it does not even say that."""
    reason: str
    raw: object = field(repr=False)


class PartUnread(NotAnEvent):
    """Some of a report's events are of no form the provider documents: raised after the others."""

    def __init__(self, unread: Sequence[Unread], events: int) -> None:
        self.unread = tuple(unread)
        self.is_all = len(unread) == events
        reason = unread[0].reason
        super().__init__(reason if events == 1 else f"{len(unread):,} of {events:,} events: {reason}")


def each(
    items: Sequence[T],
    read: Callable[[T], Event | None],
    *,
    kind: Callable[[T], EventKind | None],
    raw: Callable[[T], object] = lambda item: item,
) -> Iterator[Event]:
    """What ``read`` makes of the items, but for those that are None to it. Raises PartUnread at the end if it
    could not read some, which are no reason to lose the others.
    """
    unread = []
    for item in items:
        try:
            event = read(item)
        except NotAnEvent as error:
            unread.append(Unread(kind(item), error.reason, raw(item)))
            continue
        if event is not None:
            yield event
    if unread:
        raise PartUnread(unread, len(items))


def json_of(body: bytes) -> object:
    """The JSON value of a body, such that any database can keep it: what no text can hold becomes U+FFFD.

    Raises NotAnEvent if it is too large, too deep, or none.
    """
    if len(body) > LARGEST_BODY:
        raise NotAnEvent(f"more than {LARGEST_BODY:,} bytes")
    try:
        value: object = json.loads(body, parse_constant=_no_number, parse_float=_number)
    except RecursionError:
        raise NotAnEvent("nested too deep") from None
    except ValueError:  # bad UTF-8, bad JSON, a number of thousands of digits
        raise NotAnEvent("not JSON") from None
    return _kept(value, DEEPEST)


def require_small(body: bytes) -> None:
    """Before a body is read in which its signature stands. Raises NotAnEvent."""
    if len(body) > LARGEST_UNSIGNED:
        raise NotAnEvent(f"more than {LARGEST_UNSIGNED:,} bytes for one event")


def object_of(value: object) -> Mapping[str, object]:
    """A JSON value that must be an object; raises NotAnEvent."""
    if not isinstance(value, dict):
        raise NotAnEvent("not a JSON object where there should be one")
    return value


def moment(value: object) -> datetime:
    """In UTC, from seconds since 1970 or ISO 8601 text, which without a zone is UTC. Raises NotAnEvent."""
    try:
        if isinstance(value, int | float) and not isinstance(value, bool):
            return datetime.fromtimestamp(value, UTC)
        if isinstance(value, str):
            found = datetime.fromisoformat(value)
            return (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError, OSError):
        pass
    raise NotAnEvent("a time that is none")


def within(at: datetime, now: datetime, seconds: float) -> bool:
    """Whether ``at`` is no further than that from ``now``, before or after."""
    return abs((now - at).total_seconds()) <= seconds


def same(one: str | bytes, other: str | bytes) -> bool:
    """Compares secrets, in a time that does not tell where they differ."""
    return hmac.compare_digest(_bytes(one), _bytes(other))


def _bytes(text: str | bytes) -> bytes:
    return text.encode("utf-8", "surrogatepass") if isinstance(text, str) else text


def _kept(value: object, room: int) -> object:
    if isinstance(value, str):
        return _UNFIT.sub("\ufffd", value)
    if not isinstance(value, dict | list):
        return value
    if room == 0:
        raise NotAnEvent("nested too deep")
    if isinstance(value, list):
        return [_kept(item, room - 1) for item in value]
    return {_UNFIT.sub("\ufffd", name): _kept(item, room - 1) for name, item in value.items()}


def _number(text: str) -> float:
    found = float(text)
    return found if isfinite(found) else _no_number(text)  # 1e400 would be written as Infinity


def _no_number(word: str) -> NoReturn:
    raise ValueError(f"{word} is not JSON")
