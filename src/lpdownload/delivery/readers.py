"""A person of the ledger as a recipient: the values of the merge fields, and links signed for them alone."""

import json
import re
from collections.abc import Callable
from functools import cached_property
from typing import Final

from lpdownload.model.content import (
    ONE_CLICK_URL,
    PREFERENCES_URL,
    SYSTEM_FIELDS,
    UNSUBSCRIBE_MAILTO,
    UNSUBSCRIBE_URL,
    PlainUrl,
)
from lpdownload.model.content_document import Frozen
from lpdownload.model.delivery import Recipient
from lpdownload.model.mailbox import Mailbox
from lpdownload.model.token import Tokens
from lpdownload.store.batches import Person
from lpdownload.store.bulk import words_of
from lpdownload.store.tables import ATTRIBUTE_COLUMNS

_PLAIN_BASE: Final = re.compile(r"https?://[A-Za-z0-9][A-Za-z0-9\-._~:/]*")
_NAME: Final = ("first_name", "last_name")


class Readers:
    """Makes recipients for one variant of a send."""

    def __init__(self, frozen: Frozen, *, newsletter: str, send: str, tokens: Tokens) -> None:
        """``send``: our name for it towards providers, which begins each recipient's reference."""
        self._frozen = frozen
        self._send = send
        self._out = tokens.signer(newsletter, "unsubscribe")
        self._preferences = tokens.signer(newsletter, "preferences")
        self._fields = frozen.content.fields - SYSTEM_FIELDS

    @cached_property
    def columns(self) -> tuple[str, ...]:
        """Of the subscribers' table: what has to be loaded for each. The name is first, attributes last."""
        others = [name for name in ATTRIBUTE_COLUMNS if name in self._fields and name not in _NAME]
        return (*_NAME, *others, *(["attributes"] if self._own else []))

    @cached_property
    def _filled(self) -> list[tuple[int, str]]:
        """The columns that merge fields want, each with its place."""
        return [(place, name) for place, name in enumerate(self.columns) if name in self._fields]

    @cached_property
    def _own(self) -> frozenset[str]:
        """Fields that are the newsroom's own attributes."""
        return self._fields - {*ATTRIBUTE_COLUMNS, "email"}

    @cached_property
    def _links(self) -> Callable[[int], dict[str, str]]:
        base, mailbox = self._frozen.public_url, self._frozen.unsubscribe_email
        wants_preferences = PREFERENCES_URL in self._frozen.content.fields
        url = PlainUrl if _PLAIN_BASE.fullmatch(base) else str

        def links(subscriber_id: int) -> dict[str, str]:
            token = self._out(subscriber_id)
            leave = url(f"{base}/u/{token}")
            found = {
                UNSUBSCRIBE_URL: leave,
                ONE_CLICK_URL: leave,
                UNSUBSCRIBE_MAILTO: f"{mailbox}?subject={token}",
            }
            if wants_preferences:
                found[PREFERENCES_URL] = url(f"{base}/preferences/{self._preferences(subscriber_id)}")
            return found

        return links

    def recipient(self, person: Person) -> Recipient:
        """Raises BadMailbox."""
        given = person.values
        values = self._links(person.subscriber_id)
        for place, name in self._filled:
            value = given[place]
            if value:
                values[name] = value if value[0] != "\n" else ", ".join(words_of(value))
        if self._own:
            values |= self._attributes(given[-1])
        if "email" in self._fields:
            values["email"] = person.email
        first, last = given[0], given[1]
        name = f"{first} {last}" if first and last else first or last or ""
        return Recipient(f"{self._send}-{person.subscriber_id}", Mailbox(name, person.email), values)

    def _attributes(self, document: str | None) -> dict[str, str]:
        own = json.loads(document or "{}")
        return {
            name: ", ".join(words_of(own[name])) if own[name].startswith("\n") else own[name]
            for name in self._own & own.keys()
        }


def subscriber_of(reference: str, send: str) -> int | None:
    """The person a reference is about; None if it is no copy of this send."""
    head, _, number = reference.rpartition("-")
    return int(number) if head == send and number.isdecimal() and number.isascii() else None
