"""The copies that events are about: by the reference that came back with them, else by send and address, else
by the provider's name for the batch and the address.
"""

import re
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import Connection

from lpdownload.model.address import BadAddress, address_of
from lpdownload.model.event import Event
from lpdownload.model.redact import redact_text
from lpdownload.store import events as store
from lpdownload.store.events import Copy, Reported, Stray
from lpdownload.store.facts import ledger_name
from lpdownload.tracking.machines import by

AHEAD: Final = timedelta(hours=1)
"""A provider's clock may be ahead of ours by so much; a later moment becomes this one."""
BEFORE: Final = timedelta(days=1)
"""It may be behind by so much: what happened earlier than its send was made is about something else."""
MOST_DETAIL: Final = 2_000
"""Characters kept of a provider's words, or of a link."""

_NUMBER: Final = "([0-9]{1,15})"


def with_copies(
    connection: Connection, events: Sequence[Event], now: datetime
) -> tuple[list[Reported], list[Stray]]:
    """The events with the copies they are about, and those about anything else."""
    ledger = re.escape(ledger_name(connection))
    named = re.compile(f"{ledger}-{_NUMBER}-{_NUMBER}")
    send_named = re.compile(f"{ledger}-{_NUMBER}")
    by_reference: dict[int, tuple[int, int]] = {}
    by_send: dict[int, tuple[int, str]] = {}
    unnamed: dict[int, str] = {}
    for index, event in enumerate(events):
        if event.reference is not None:
            if found := named.fullmatch(event.reference):
                by_reference[index] = int(found[1]), int(found[2])
        elif key := _key(event.recipient):
            if event.send is None:
                unnamed[index] = key
            elif found := send_named.fullmatch(event.send):
                by_send[index] = int(found[1]), key
    copies: dict[int, Copy] = {}
    if by_reference:
        known = store.copies(connection, set(by_reference.values()))
        copies |= {index: known[name] for index, name in by_reference.items() if name in known}
    if by_send:
        sent = store.copies_to(connection, set(by_send.values()))
        copies |= {index: sent[name] for index, name in by_send.items() if name in sent}
    if unnamed:
        copies |= _by_batch(connection, events, unnamed)
    reported: list[Reported] = []
    strays: list[Stray] = []
    for index, event in enumerate(events):
        at, copy = min(event.at, now + AHEAD), copies.get(index)
        if copy and _is_of(event, copy):
            reported.append(Reported(event, event.identity, at, _detail(event), copy, by(event)))
        else:
            strays.append(Stray(event, event.identity, at, _detail(event), _key(event.recipient)))
    return reported, strays


def _by_batch(connection: Connection, events: Sequence[Event], keys: Mapping[int, str]) -> dict[int, Copy]:
    """By index. A name that stands for one message only is not in the ledger."""
    wanted: dict[int, list[tuple[int, str]]] = {}
    for provider in sorted({events[index].provider for index in keys}):
        names = {index: events[index].provider_id for index in keys if events[index].provider == provider}
        sends = store.sends_named(connection, provider, {name for name in names.values() if name})
        for index, name in names.items():
            wanted[index] = [(send, keys[index]) for send in sends.get(name or "", ())]
    copies = store.copies_to(connection, {each for some in wanted.values() for each in some})
    return {index: copies[each] for index, some in wanted.items() for each in some if each in copies}


def _is_of(event: Event, copy: Copy) -> bool:
    """False of a blind copy that the provider makes of each message, with our names in it, and of a time
    that cannot be.
    """
    if event.at < copy.made_at - BEFORE:
        return False
    if event.recipient == copy.email or not copy.email:
        return True
    reported = _key(event.recipient)  # none where the provider hides it
    return reported is None or reported == _key(copy.email)


def _key(email: str) -> str | None:
    try:
        return address_of(email).key
    except BadAddress:
        return None


def _detail(event: Event) -> str:
    """The provider's words without addresses: they stay when the person is erased."""
    words = event.detail[:MOST_DETAIL]
    if event.kind not in {"clicked", "opened"}:
        return redact_text(words)
    # …/@name in a link is a page, no address
    return "/".join(part if part.startswith("@") else redact_text(part) for part in words.split("/"))
