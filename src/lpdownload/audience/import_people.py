"""An import: rows of a file into people, subscriptions and consent, in one transaction.

What it never does: subscribe anybody who left, lift a suppression, write over what is known (unless told to).
What says stop is obeyed, whichever row says it. A dry run is the same transaction, rolled back.
"""

import json
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from sqlalchemy import Connection

from lpdownload.audience.rows import Rejected, Row
from lpdownload.audience.rows_ahead import Chunk
from lpdownload.model.subscription import MOVES, Change, SubscriptionState
from lpdownload.store import imports, suppressions
from lpdownload.store.database import with_room
from lpdownload.store.imports import Changed, Texts
from lpdownload.store.tables import ATTRIBUTE_COLUMNS
from lpdownload.store.undo import STATE_OF

_SAID: Final[Mapping[str, Change]] = {
    "active": "subscribed",
    "pending": "asked",
    "unsubscribed": "unsubscribed",
    "bounced": "bounced",
    "complained": "complained",
}
"""What a row's state says happened; a row that says nothing of a subscription is not here."""


@dataclass(frozen=True)
class Order:
    """What an import is told."""

    file: str
    """The file's name, for the consent record."""
    source: str
    newsletters: tuple[str, ...]
    update: bool
    at: datetime


@dataclass
class Outcome:
    """What an import did, or in a dry run would do."""

    counts: Counter[str] = field(default_factory=Counter)
    import_id: int | None = None
    """None if nothing was written."""


COUNTS: Final = (
    "rows",
    "added",
    "changed",
    "updated",
    "subscribed",
    "unsubscribed",
    "suppressions",
    "unchanged",
    "duplicates",
    "stay_unsubscribed",
    "suppressed",
    "rejected",
    "values_left_out",
)
"""In the order in which they are told. Each row is one of those with a dash:

rows               records of the file, without the header
added            - people who were not known
changed          - rows of others that changed an attribute, a subscription or a suppression
updated            people of whom an attribute was changed
subscribed         subscriptions that are new
unsubscribed       subscriptions that the file stopped, or that are new and stopped
suppressions       addresses that are now suppressed, as the file says they bounced or complained
unchanged        - rows that change nothing
duplicates       - rows whose person stood in the file before
stay_unsubscribed  rows that would subscribe somebody who left, bounced or complained: they stay as they are
suppressed       - rows whose address may never be mailed: not imported
rejected         - rows that cannot be read: in the rejects file
values_left_out    values that were not understood, of rows that were imported without them
"""


def import_people(
    connection: Connection,
    chunks: Iterable[Chunk],
    order: Order,
    *,
    reject: Callable[[Rejected], None],
    progress: Callable[[int, Counter[str]], None],
    waiting: Callable[[], None],
) -> Outcome:
    """Imports the rows; ``reject`` is given each row that is not (wholly) imported, with the reason,
    ``progress`` the bytes read and the counts so far; ``waiting`` is called if another import must end first.

    The caller owns the transaction: rolls it back for a dry run, and when ``import_id`` is None.
    """
    with with_room(connection):
        return _imported(connection, chunks, order, reject, progress, waiting)


def _imported(
    connection: Connection,
    chunks: Iterable[Chunk],
    order: Order,
    reject: Callable[[Rejected], None],
    progress: Callable[[int, Counter[str]], None],
    waiting: Callable[[], None],
) -> Outcome:
    import_id = imports.start(connection, source=order.source, file=order.file, at=order.at, waiting=waiting)
    work = _Import(connection, order, import_id, reject)
    for rows, bytes_read in chunks:
        work.take(rows)
        progress(bytes_read, work.counts)
    if not work.wrote:
        return Outcome(work.counts)
    imports.finish(connection, import_id, {name: work.counts[name] for name in COUNTS})
    return Outcome(work.counts, import_id)


class _Import:
    """The state of one import between its chunks."""

    def __init__(
        self, connection: Connection, order: Order, import_id: int, reject: Callable[[Rejected], None]
    ) -> None:
        self.connection = connection
        self.order = order
        self.import_id = import_id
        self.reject = reject
        self.counts: Counter[str] = Counter()
        self.wrote = False
        self.now = int(order.at.timestamp())
        self._seen = bytearray()
        """A bit for each person's number that stood in the file before: a million fit into 125 KB."""

    def take(self, chunk: Sequence[Row | Rejected]) -> None:
        self.counts["rows"] += len(chunk)
        rows = self._readable(chunk)
        known = imports.ids_of(self.connection, [row.address_key for row in rows])
        suppressed = suppressions.suppressed_among(self.connection, [row.address_key for row in rows])
        now_suppressed = self._suppress(rows, suppressed)  # first: another row may say that they subscribed
        suppressed |= now_suppressed
        ids, new = self._add_people(rows, known, suppressed)
        people = [(row, ids[row.address_key]) for row in rows if row.address_key in ids]
        first = self._first_rows(people)
        changes: dict[int, Changed] = {}
        if self.order.update:
            changes = self._changed(first, new)
        touched = set(changes)
        refused: dict[int, Row] = {}
        for newsletter in self.order.newsletters:
            touched |= self._subscribe(newsletter, people, new, suppressed, changes, refused)
        self._write_changes(changes)
        for row in refused.values():
            self._refuse_suppressed(row)
        for row, id_ in first:
            if id_ in touched or row.address_key in now_suppressed:
                self.counts["changed"] += id_ not in new
            elif id_ not in new:
                self.counts["suppressed" if row.line in refused else "unchanged"] += 1
        self._count_strangers(rows, ids, now_suppressed)

    def _readable(self, chunk: Sequence[Row | Rejected]) -> list[Row]:
        rows: list[Row] = []
        for row in chunk:
            if isinstance(row, Rejected):
                self.counts["rejected"] += 1
                self.reject(row)
            else:
                rows.append(row)
                if row.left_out:
                    self.counts["values_left_out"] += len(row.left_out)
                    self.reject(Rejected(row.line, f"imported without {'; '.join(row.left_out)}", ()))
        return rows

    def _add_people(
        self, rows: Sequence[Row], known: Mapping[str, int], suppressed: set[str]
    ) -> tuple[dict[str, int], frozenset[int]]:
        """Everybody's number by key, and the numbers that are new. Whoever may not be mailed is not added."""
        new: dict[str, Row] = {}
        for row in rows:
            key = row.address_key
            if key in known or key in new or row.state in {"bounced", "complained"}:
                continue
            if key in suppressed:
                self.counts["suppressed"] += 1
                self._refuse_suppressed(row)
            else:
                new[key] = row
        if not new:
            return dict(known), frozenset()
        ids = imports.reserve_ids(self.connection, len(new))
        imports.add_people(self.connection, self._person_rows(new.values(), ids))
        self.counts["added"] += len(new)
        self.wrote = True
        return {**known, **dict(zip(new, ids, strict=True))}, frozenset(ids)

    def _person_rows(self, rows: Iterable[Row], ids: Sequence[int]) -> Iterator[tuple[str | int | None, ...]]:
        now, import_id = self.now, self.import_id
        for row, id_ in zip(rows, ids, strict=True):
            own = json.dumps(row.own) if row.own else None
            yield (id_, row.address_key, row.email, row.mailbox_key, *row.attributes, own, now, import_id)

    def _refuse_suppressed(self, row: Row) -> None:
        self.reject(Rejected(row.line, "the address is suppressed: it is never mailed", ()))

    def _first_rows(self, people: Sequence[tuple[Row, int]]) -> list[tuple[Row, int]]:
        """Without the rows of people who stood in the file before: the first row says who somebody is."""
        first = []
        seen = self._seen
        for row, id_ in people:
            byte, bit = id_ >> 3, 1 << (id_ & 7)
            if byte >= len(seen):
                seen.extend(bytes(byte + 4096 - len(seen)))
            if seen[byte] & bit:
                self.counts["duplicates"] += 1
            else:
                seen[byte] |= bit
                first.append((row, id_))
        return first

    def _changed(self, first: Sequence[tuple[Row, int]], new: frozenset[int]) -> dict[int, Changed]:
        """What the file says otherwise than the database; what the file does not say stays."""
        old = [(row, id_) for row, id_ in first if id_ not in new]
        texts = imports.texts_of(self.connection, [id_ for _, id_ in old])
        changes: dict[int, Changed] = {}
        for row, id_ in old:
            said: Texts = dict(zip(ATTRIBUTE_COLUMNS, row.attributes, strict=True)) | dict(row.own or {})
            before = texts[id_]
            after: Texts = {name: text for name, text in said.items() if text and before.get(name) != text}
            if after:
                changes[id_] = Changed(id_, {name: before.get(name) for name in after}, after)
        self.counts["updated"] += len(changes)
        return changes

    def _subscribe(
        self,
        newsletter: str,
        people: Sequence[tuple[Row, int]],
        new: frozenset[int],
        suppressed: set[str],
        changes: dict[int, Changed],
        refused: dict[int, Row],
    ) -> set[int]:
        """Moves the subscriptions to a newsletter as the rows say; the people it did that for. The rows of
        people who are suppressed go to ``refused``, by line.
        """
        old = [id_ for _, id_ in people if id_ not in new]
        states = imports.states_of(self.connection, newsletter, old) if old else {}
        now = {id_: found.state for id_, found in states.items()}
        added: dict[int, tuple[str | int | None, ...]] = {}
        moved: dict[int, SubscriptionState] = {}
        consent: list[tuple[str | int | None, ...]] = []
        for row, id_ in people:
            what = _SAID.get(row.state)
            if what is None:
                continue
            before = now.get(id_)
            if what in {"subscribed", "asked"}:
                if row.address_key in suppressed:
                    refused[row.line] = row
                    continue
                if before is not None:
                    self.counts["stay_unsubscribed"] += before not in {"active", "pending"}
                    continue
            after = MOVES.get((before, what))
            if after is None or after == before:
                continue
            at = min(row.at or self.now, self.now)
            now[id_] = after
            if before is None or id_ in added:
                added[id_] = (newsletter, id_, after, at, self.import_id)
            else:
                moved[id_] = after
                if states[id_].import_id != self.import_id:
                    _remember_state(changes, id_, newsletter, states[id_], after)
            proof = f"{self.order.file}:{row.line}" + (f"; {row.proof}" if row.proof else "")
            consent.append((id_, newsletter, what, at, self.order.source, proof, self.import_id))
        stopped = sum(row[2] not in {"active", "pending"} for row in added.values())
        self.counts["subscribed"] += len(added) - stopped
        self.counts["unsubscribed"] += stopped + len(moved)
        if not consent:
            return set()
        self.wrote = True
        imports.add_subscriptions(self.connection, [row for id_, row in added.items() if id_ not in new])
        imports.add_first_subscriptions(self.connection, [row for id_, row in added.items() if id_ in new])
        for state in set(moved.values()):
            ids = [id_ for id_, after in moved.items() if after == state]
            imports.change_subscriptions(
                self.connection, newsletter, state, ids, self.order.at, self.import_id
            )
        imports.add_consent(self.connection, consent)
        return {*added, *moved}

    def _count_strangers(
        self, rows: Sequence[Row], ids: Mapping[str, int], now_suppressed: Collection[str]
    ) -> None:
        """Rows that make nobody known, as they only say that an address bounced or complained."""
        told: set[str] = set()
        for row in rows:
            key = row.address_key
            if key in ids or row.state not in {"bounced", "complained"}:
                continue
            if key in told:
                self.counts["duplicates"] += 1
            else:
                told.add(key)
                self.counts["changed" if key in now_suppressed else "unchanged"] += 1

    def _suppress(self, rows: Sequence[Row], suppressed: set[str]) -> Set[str]:
        """Suppresses the addresses of which the file says that they bounced for good, or complained."""
        found: dict[str, tuple[str | int | None, ...]] = {}
        for row in rows:
            if row.state in {"bounced", "complained"} and row.address_key not in suppressed:
                hashed = suppressions.hash_of(self.connection, row.address_key)
                at = min(row.at or self.now, self.now)
                found.setdefault(
                    row.address_key,
                    (row.address_key, hashed, row.state, at, self.order.source, self.import_id),
                )
        if found:
            self.wrote = True
            self.counts["suppressions"] += len(found)
            imports.add_suppressions(self.connection, found.values())
        return found.keys()

    def _write_changes(self, changes: Mapping[int, Changed]) -> None:
        if not changes:
            return
        self.wrote = True
        imports.remember(self.connection, self.import_id, list(changes.values()))
        attributes = [
            Changed(change.subscriber_id, {}, after)
            for change in changes.values()
            if (after := {name: text for name, text in change.after.items() if not name.startswith(STATE_OF)})
        ]
        if attributes:
            imports.change_people(self.connection, attributes)


def _remember_state(
    changes: dict[int, Changed],
    id_: int,
    newsletter: str,
    before: imports.State,
    after: SubscriptionState,
) -> None:
    change = changes.get(id_, Changed(id_, {}, {}))
    name = f"{STATE_OF}{newsletter}"
    said: Texts = {name: imports.state_text(before)}
    changes[id_] = Changed(id_, said | change.before, change.after | {name: after})
