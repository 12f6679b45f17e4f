"""One batch handed over: loaded, built, written down, submitted, settled. The order is what keeps it safe.

What goes out is built and its digest committed before the provider is called; a worker that dies after that
leaves a batch that is in doubt, and one that dies before it leaves a batch that is merely planned.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Final

from lpdownload.delivery.outgoing import Outgoing
from lpdownload.model.delivery import Accepted, InDoubt, Outcome, Recipient, Refused, Throttled
from lpdownload.model.ledger import BatchRow, BatchState
from lpdownload.model.mailbox import BadMailbox
from lpdownload.model.redact import redact_text
from lpdownload.providers.base import Batch, TooLarge
from lpdownload.store import batches, sends, settle
from lpdownload.store.batches import Differing
from lpdownload.store.database import Database
from lpdownload.store.pace import Wait, give_back, hold, reserve
from lpdownload.store.settle import Settlement

TOLD: Final = 25
"""Outcomes of single messages are written down in groups of so many."""
_FIRST_WAIT: Final = 5.0
_LONGEST_WAIT: Final = 900.0
"""Seconds before a batch that was not taken is tried again, at first and at most."""
_TO_WRITE: Final = 60.0
"""Seconds to wait for whoever else is writing: an answer that cannot be written down becomes a doubt."""


@dataclass(frozen=True)
class Prepared:
    """A batch ready to be handed over."""

    row: BatchRow
    batch: Batch
    people: tuple[int, ...]
    """Of the batch's references, in order."""
    failed: tuple[tuple[int, str], ...]
    """People for whom nothing can be handed over, and why."""
    at: datetime
    """The moment it was built for; a second try is built for the same one, so that its bytes are the same."""


@dataclass(frozen=True)
class Result:
    """What submitting a batch came to."""

    row: BatchRow
    state: BatchState | None
    """None if somebody else settled it meanwhile."""
    people: int
    stop: str = ""
    """Why the whole send should pause: the provider refuses the account."""
    whole: bool = False
    """Nobody of it was taken, for one and the same reason."""


def prepare(database: Database, outgoing: Outgoing, row: BatchRow, now: datetime) -> Prepared | None:
    """Loads and builds a batch; one that does not fit into a call is split in the ledger first. None if it
    is no longer its worker's.
    """
    readers = outgoing.readers[row.variant]
    with database.reading() as connection:
        loaded = batches.load(connection, row, outgoing.send.newsletter, readers.columns, now)
    failed: list[tuple[int, str]] = []
    people: list[int] = []
    recipients: list[Recipient] = []
    for person in loaded:
        try:
            if person.left:
                failed.append((person.subscriber_id, person.left))
            else:
                recipients.append(readers.recipient(person))
                people.append(person.subscriber_id)
        except BadMailbox as error:
            failed.append((person.subscriber_id, redact_text(str(error))))
    at = (row.submitted_at if row.state == "in_doubt" else None) or now
    mail = outgoing.mail(row.variant, at)
    fits = len(recipients)
    if row.state == "planned":  # with a quota that was lowered since, it would wait for ever
        limits = outgoing.pace.quota(now.date()), outgoing.pace.recipients_per_call
        fits = min([fits, *filter(None, limits)])
    while True:
        try:
            built = outgoing.provider.build(mail, recipients[:fits], outgoing.name)  # its key: below
            break
        except TooLarge as error:
            if fits == 1:
                raise
            fits = max(1, min(error.fits, fits - 1))
    if fits < len(recipients):
        if row.state == "in_doubt":  # it fitted once; nobody of it is planned anew
            return None
        with database.writing() as connection:
            keep = [*people[:fits], *(number for number, _ in failed)]
            if not settle.split(connection, row, keep, now):
                return None
        row = replace(row, people=fits + len(failed))
    if built.unfit:
        reasons = {reference: outcome.reason for reference, outcome in built.unfit}
        unfit = [number for one, number in zip(recipients, people, strict=True) if one.reference in reasons]
        failed += zip(unfit, reasons.values(), strict=True)
        people = [number for number in people[:fits] if number not in set(unfit)]
    # The same bytes have the same key, and other bytes never do.
    key = f"{outgoing.name}-{row.number}-{built.digest[:16]}"
    return Prepared(row, replace(built, key=key), tuple(people[:fits]), tuple(failed), at)


def begin(
    database: Database, outgoing: Outgoing, prepared: Prepared, owner: int, now: datetime
) -> BatchRow | Wait | None:
    """Commits that it is about to be handed over; Wait if the account's pace wants that; None if it may not
    be any more, as when its send was paused.
    """
    account, people = outgoing.send.account, len(prepared.people)
    counted = people if prepared.row.state == "planned" else 0  # in doubt: they were counted the first time
    with database.writing() as connection:
        if people:
            wait = reserve(connection, account, outgoing.pace, counted, now)
            if wait is not None:
                return wait
        begun = batches.begin(
            connection, prepared.row, prepared.batch.digest, prepared.failed, prepared.at, owner=owner
        )
        if begun is None and people:
            give_back(connection, account, counted, now)
        return begun


def submit_batch(
    database: Database, outgoing: Outgoing, prepared: Prepared, begun: BatchRow, owner: int
) -> Result:
    """Hands a begun batch over and writes down what became of it."""
    people = prepared.people
    teller = _Teller(database, begun, people)
    outcomes = outgoing.provider.submit(prepared.batch, told=teller) if people else ()
    teller.close()
    now = datetime.now(UTC)
    again = prepared.row.state == "in_doubt"
    found, result = _judged(begun, people, outcomes, teller.written, now, again=again)
    wait = _asked(outcomes)
    with database.writing(wait=_TO_WRITE) as connection:
        # the account before the send, as in ``begin``: in another order they would wait for each other
        if wait is not None and len(found.later) + len(found.doubtful) == len(people):
            hold(connection, outgoing.send.account, now + timedelta(seconds=wait))
        if found.later:
            give_back(connection, outgoing.send.account, len(found.later), begun.submitted_at or now)
            # a cancellation comes before, or sees them wait
            sends.find(connection, begun.send_id, lock=True)
        state = settle.settle(connection, begun, found, now, owner=owner)
        if found.later and sends.find(connection, begun.send_id).state == "cancelled":
            sends.spare(connection, begun.send_id)
    return replace(result, state=state)


def _judged(
    row: BatchRow,
    people: Sequence[int],
    outcomes: Sequence[Outcome],
    written: frozenset[int],
    now: datetime,
    *,
    again: bool,
) -> tuple[Settlement, Result]:
    """Where each recipient goes; those already written down go nowhere.

    ``again``: it was in doubt. That the provider does not take it now says nothing about the first time.
    """
    refused: list[tuple[int, str]] = []
    later: list[int] = []
    doubtful: list[int] = []
    accepted = 0
    if not written and len(set(map(id, outcomes))) == 1 and isinstance(outcomes[0], Accepted):
        return Settlement(len(people), provider_id=outcomes[0].provider_id), Result(row, None, len(people))
    for index, (number, outcome) in enumerate(zip(people, outcomes, strict=True)):
        if index in written:
            continue
        match outcome:
            case Accepted():
                accepted += 1
            case Refused(reason=reason):
                refused.append((number, reason))
            case Throttled() if not again:
                later.append(number)
            case InDoubt() | Throttled():
                doubtful.append(number)
    account = next((one.reason for one in outcomes if isinstance(one, Refused) and one.account), "")
    reasons = {reason for _, reason in refused}
    whole = len(refused) == len(people) and len(reasons) == 1
    in_halves = whole and not (account or again) and len(people) > 1
    if again and (account or whole):
        doubtful, refused = [*doubtful, *(number for number, _ in refused)], []
    elif account or in_halves:  # nobody was taken, and it may have been for one of them, or for none
        later, refused = [*later, *(number for number, _ in refused)], []
    return Settlement(
        accepted=accepted,
        refused=refused,
        later=later,
        later_reason=account or next(iter(reasons), "") or _first(outcomes, Throttled),
        not_before=None if in_halves or not later else now + timedelta(seconds=_wait(row, outcomes)),
        in_halves=in_halves,
        doubtful=doubtful,
        doubt=_first(outcomes, InDoubt) or account or _first(outcomes, Throttled) or next(iter(reasons), ""),
        provider_id=_shared_id(outcomes),
    ), Result(row, None, len(people), account, whole)


def _first(outcomes: Sequence[Outcome], kind: type[Throttled] | type[InDoubt]) -> str:
    return next((one.reason for one in outcomes if isinstance(one, kind)), "")


def _shared_id(outcomes: Sequence[Outcome]) -> str | None:
    """The provider's own name, where one stands for all of them."""
    found = {one.provider_id for one in outcomes if isinstance(one, Accepted)}
    return found.pop() if len(found) == 1 and len(outcomes) > 1 else None


def _asked(outcomes: Sequence[Outcome]) -> float | None:
    """Seconds the provider asked for."""
    return max((one.seconds for one in outcomes if isinstance(one, Throttled) and one.seconds), default=None)


def _wait(row: BatchRow, outcomes: Sequence[Outcome]) -> float:
    """As the provider asks, else longer with each try."""
    return _asked(outcomes) or min(_LONGEST_WAIT, _FIRST_WAIT * 2 ** min(row.attempts - 1, 10))


class _Teller:
    """Writes outcomes of single messages down in small groups: a crash leaves few of them in doubt."""

    def __init__(self, database: Database, row: BatchRow, people: Sequence[int]) -> None:
        self._database = database
        self._row = row
        self._people = people
        self._waiting: list[tuple[int, Differing]] = []
        self._written: set[int] = set()

    def __call__(self, index: int, outcome: Outcome) -> None:
        match outcome:
            case Accepted():
                told = Differing(self._people[index], "accepted", "")
            case Refused(reason=reason, account=False):
                told = Differing(self._people[index], "refused", reason)
            case _:
                return
        self._waiting.append((index, told))
        is_last = len(self._written) + len(self._waiting) == len(self._people)
        if len(self._waiting) >= TOLD and not is_last:  # the last ones go with the batch
            self._write()

    @property
    def written(self) -> frozenset[int]:
        return frozenset(self._written)

    def close(self) -> None:
        """What is left goes with the batch."""
        self._waiting.clear()

    def _write(self) -> None:
        with self._database.writing(wait=_TO_WRITE) as connection:
            if settle.told(connection, self._row, [told for _, told in self._waiting]):
                self._written |= {index for index, _ in self._waiting}
        self._waiting.clear()
