"""The mailbox for unsubscribes and bounces, read: what its mails say takes effect, each once.

How far a mail is believed: anybody can write one, and copies of ours are numbered, so a number alone is no
proof. A token of ours is (model/token.py). With it somebody leaves, or a report of a bounce or complaint
counts in full. A bounce without it, of a copy and an address that belong together, counts as a soft one; a
complaint as leaving that newsletter. Without a token, "stop" and its like from the exact address of a
subscriber end the newsletter that is answered, else all of them; the consent record says that From alone said
so. A mail from before a subscription's last change says nothing about what it is now.

How far the mailbox has been read stands in the database, moved in the transaction in which a mail takes
effect: flags in the mailbox are people's own. UIDs that begin anew are read anew, which changes nothing.
"""

from collections.abc import Iterable
from dataclasses import astuple, dataclass
from datetime import UTC, datetime
from typing import Final, Literal, TypeAlias

from sqlalchemy import Connection

from lpdownload.model.address import BadAddress, address_of
from lpdownload.model.event import Event, EventKind
from lpdownload.model.subscription import Change, Evidence
from lpdownload.model.suppression import SuppressionReason
from lpdownload.model.token import Claim, Tokens
from lpdownload.store import inbox as store
from lpdownload.store import subscribers
from lpdownload.store.database import Database
from lpdownload.store.events import copies
from lpdownload.store.facts import ledger_name, token_keys
from lpdownload.store.inbox import Place
from lpdownload.store.leaving import mailed_newsletters
from lpdownload.store.subscriptions import change, subscriptions_of
from lpdownload.store.suppressions import suppress
from lpdownload.tracking.apply import apply_events
from lpdownload.tracking.letters import BROKEN, Fault, Letter, read
from lpdownload.tracking.mailbox import Mail, Mailbox

Outcome: TypeAlias = Literal["left", "bounced", "complained", "automatic", "again", "ignored", "unreadable"]

SOURCE: Final = "mail to the unsubscribe address"
_COMPLAINTS: Final = frozenset({"abuse", "fraud", "virus"})
_NOT_ITS_OWN: Final = ("5.2.2", "5.3.", "5.4.5", "5.5.", "5.6.", "5.7.")
"""Failures for good that are not the address's: a full mailbox, a size, a policy (RFC 3463)."""
_LEAVABLE: Final = frozenset({"active", "pending", "bounced"})


@dataclass(frozen=True, slots=True)
class Read:
    """How many mails of what."""

    mails: int = 0
    left: int = 0
    bounced: int = 0
    complained: int = 0
    automatic: int = 0
    """Out-of-office replies and their like."""
    again: int = 0
    """Nothing new in them."""
    ignored: int = 0
    """For people to read, or about nothing that we know."""
    unreadable: int = 0

    def __add__(self, other: "Read") -> "Read":
        return Read(*map(sum, zip(astuple(self), astuple(other), strict=True)))


def read_inbox(database: Database, newsletters: Iterable[str], mailbox: Mailbox) -> Read:
    """Reads what is new in the mailbox. Raises CannotRead if the server fails; what was read stays done."""
    with database.writing() as connection:
        tokens = Tokens(token_keys(connection))
        known = tuple(dict.fromkeys((*newsletters, *sorted(mailed_newsletters(connection)))))
        begun = store.place(connection, mailbox.name)
    found = Read()
    after = begun.uid if begun.validity == mailbox.validity else 0
    for some in mailbox.new_after(after):
        dealt_with = []
        for mail in some:
            outcome = _take(database, mailbox, mail, tokens, known)
            if outcome is None:
                continue
            found += Read(mails=1, **{outcome: 1})
            if outcome in {"left", "bounced", "complained", "again"}:
                dealt_with.append(mail.uid)
        mailbox.put_away(dealt_with)
    return found


def _take(
    database: Database, mailbox: Mailbox, mail: Mail, tokens: Tokens, newsletters: tuple[str, ...]
) -> Outcome | None:
    """None if another process was faster."""
    now = datetime.now(UTC)
    try:
        letter: Letter | None = read(mail.raw)
    except BROKEN:
        letter = None
    with database.writing() as connection:
        at = store.place(connection, mailbox.name, lock=True)
        if at.validity == mailbox.validity and at.uid >= mail.uid:
            return None
        arrived = min(mail.arrived, now)
        outcome = apply_letter(connection, letter, arrived, tokens, newsletters) if letter else "unreadable"
        store.move(connection, mailbox.name, Place(mailbox.validity, mail.uid))
    return outcome


def apply_letter(
    connection: Connection, letter: Letter, at: datetime, tokens: Tokens, newsletters: tuple[str, ...]
) -> Outcome:
    """What a mail that came at that time says takes effect, as far as it is believed."""
    claims = [claim for token in letter.tokens if (claim := tokens.read(token, newsletters))]
    match letter.kind:
        case "leaves" if letter.tokens:
            mine = [claim for claim in claims if claim.purpose == "unsubscribe"]
            return _all_leave(connection, mine, at, "the token in its subject")
        case "leaves":
            return _leave_by_words(connection, letter, at, newsletters)
        case "bounced":
            return _bounced(connection, letter, claims, at)
        case "complained":
            return _complained(connection, letter, claims, at)
        case "automatic":
            return "automatic"
        case _:
            return "ignored"


def _all_leave(connection: Connection, claims: list[Claim], at: datetime, proof: str) -> Outcome:
    if not claims:
        return "ignored"
    evidence = Evidence(at, SOURCE, proof)
    done = [_move(connection, one.subscriber_id, one.newsletter, "unsubscribed", evidence) for one in claims]
    return "left" if any(done) else "again"


def _leave_by_words(
    connection: Connection, letter: Letter, at: datetime, newsletters: tuple[str, ...]
) -> Outcome:
    try:
        person = subscribers.find(connection, address_of(letter.sender).key)
    except BadAddress:
        return "ignored"
    if person is None:
        return "ignored"
    answered = _newsletters_of(connection, letter, person.id)
    states = {name: state for name, (state, _) in person.subscriptions.items()}
    which = answered or {name for name, state in states.items() if state in _LEAVABLE}
    claims = [Claim(person.id, name, "unsubscribe") for name in sorted(which) if name in newsletters]
    where = "subject" if letter.by_subject else "words"
    return _all_leave(connection, claims, at, f"its {where} and its From alone") if claims else "again"


def _newsletters_of(connection: Connection, letter: Letter, person: int) -> set[str]:
    """Of the copies to this person that the mail answers."""
    mine = {(send_id, subscriber_id) for send_id, subscriber_id in _ours(connection, letter)}
    return {copy.newsletter for copy in copies(connection, mine).values() if copy.subscriber_id == person}


def _move(connection: Connection, person: int, newsletter: str, what: Change, evidence: Evidence) -> bool:
    """Whether it changed anything: nothing for who is gone, or about what has changed since."""
    if subscribers.key_of(connection, person) is None:
        return False
    since = subscriptions_of(connection, person).get(newsletter)
    if since is not None and since[1] > evidence.at:
        return False
    return change(connection, person, newsletter, what, evidence) is not None


def _bounced(connection: Connection, letter: Letter, claims: list[Claim], at: datetime) -> Outcome:
    results = [_fault(connection, letter, fault, claims, at) for fault in letter.faults]
    return next((one for one in ("bounced", "again") if one in results), "ignored")


def _fault(
    connection: Connection, letter: Letter, fault: Fault, claims: list[Claim], at: datetime
) -> Literal["bounced", "again", "ignored"]:
    if fault.action not in {"failed", "delayed"}:
        return "ignored"
    kind: EventKind = "bounced" if fault.action == "failed" else "deferred"
    is_hard = fault.status.startswith("5.") and not fault.status.startswith(_NOT_ITS_OWN)
    proven, reference = _proven(connection, letter, claims)
    detail = f"{fault.status} {fault.detail}".strip()
    if reference is not None and (proven or fault.recipient):
        permanent = (is_hard and proven is not None) if kind == "bounced" else None
        recipient = "" if proven else fault.recipient
        event = _event(kind, recipient, reference, at, detail, permanent)
        return "bounced" if _is_new(connection, event) else "again"
    if proven and kind == "bounced" and is_hard:  # a provider gave the mail a name of its own
        return "bounced" if _never_again(connection, proven, "bounced", at) else "again"
    return "ignored"


def _complained(connection: Connection, letter: Letter, claims: list[Claim], at: datetime) -> Outcome:
    leaves = letter.feedback.startswith("opt-out")
    if not leaves and letter.feedback not in _COMPLAINTS:
        return "ignored"
    proven, reference = _proven(connection, letter, claims)
    outcome: Outcome = "complained"
    if reference is not None and (proven or letter.recipient):
        kind: EventKind = "complained" if proven and not leaves else "unsubscribed"
        event = _event(kind, "" if proven else letter.recipient, reference, at, letter.feedback, None)
        return outcome if _is_new(connection, event) else "again"
    if proven is None:
        return "ignored"
    if leaves:
        return _all_leave(connection, [proven], at, "a report of feedback with its token")
    return outcome if _never_again(connection, proven, "complained", at) else "again"


def _proven(connection: Connection, letter: Letter, claims: list[Claim]) -> tuple[Claim | None, str | None]:
    """Whom a token of ours shows it to be about; and the copy, which is that person's if there is a token."""
    claim = claims[0] if claims else None
    ledger = ledger_name(connection)
    for send_id, person in _ours(connection, letter):
        if claim is None or claim.subscriber_id == person:
            return claim, f"{ledger}-{send_id}-{person}"
    return claim, None


def _ours(connection: Connection, letter: Letter) -> list[tuple[int, int]]:
    """Send and person of each reference that is of this database."""
    ledger = ledger_name(connection)
    parts = [one.split("-") for one in letter.references]
    return [(int(send), int(person)) for name, send, person in parts if name == ledger]


def _event(
    kind: EventKind, recipient: str, reference: str, at: datetime, detail: str, permanent: bool | None
) -> Event:
    return Event(
        kind=kind,
        recipient=recipient,
        reference=reference,
        send=None,
        at=at,
        provider="inbox",
        detail=detail,
        permanent=permanent,
    )


def _is_new(connection: Connection, event: Event) -> bool:
    return apply_events(connection, [event], datetime.now(UTC)).new > 0


def _never_again(connection: Connection, claim: Claim, reason: SuppressionReason, at: datetime) -> bool:
    key = subscribers.key_of(connection, claim.subscriber_id)
    if key is None:
        return False
    done = suppress(connection, key, reason, at=at, source=SOURCE)
    what: Change = "bounced" if reason == "bounced" else "complained"
    evidence = Evidence(at, SOURCE, "a report that returns the mail's token")
    return _move(connection, claim.subscriber_id, claim.newsletter, what, evidence) or done
