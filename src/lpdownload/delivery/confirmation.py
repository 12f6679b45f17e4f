"""Signing up: the double opt-in's question as a mail, to an address that anybody may have typed.

So nothing that was typed stands in the mail: a first name could be an advertisement to a stranger. Who is
suppressed, or gets the newsletter already, is sent nothing: a form would else be a way to write to people who
asked not to be written to. A suppression is never lifted here; the page says whom to write to.

The mail goes out through the newsletter's own account, outside the ledger of sends. As for a send, its row
is committed before it leaves, and nobody who finds the row hands the mail over: if the process dies in
between it is not known whether it left, and the person asks again. Only what the service says it has not
taken is tried again, for a minute, by the process that wrote the row.
"""

from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from time import sleep
from typing import Final

from sqlalchemy import Connection

from lpdownload.content.library import Library
from lpdownload.delivery.services import account_that_may
from lpdownload.errors import InvalidInput
from lpdownload.model.address import Address
from lpdownload.model.content import Content, Pieces
from lpdownload.model.delivery import Accepted, InDoubt, Mail, Outcome, Recipient, Refused, Throttled
from lpdownload.model.mailbox import BadMailbox, Mailbox
from lpdownload.model.newsletter import Newsletter
from lpdownload.model.subscription import Evidence
from lpdownload.providers.account import account_name
from lpdownload.providers.base import MessageProvider, cut
from lpdownload.providers.registry import Account, holds_the_list, open_provider
from lpdownload.render import dates
from lpdownload.render.environment import environment, labels, render_template
from lpdownload.render.html_context import COLORS
from lpdownload.settings import load_settings
from lpdownload.store import confirmations, consent_texts, subscribers, subscriptions
from lpdownload.store.database import Database
from lpdownload.store.facts import ledger_name
from lpdownload.store.subscriptions import CONFIRM_WITHIN
from lpdownload.store.suppressions import reason_of

_WORDS: Final[Mapping[type[Outcome], str]] = {
    Accepted: "accepted",
    Refused: "refused",
    Throttled: "throttled",
    InDoubt: "in_doubt",
}

_AGAIN_AFTER: Final = (2.0, 10.0, 30.0)
"""Seconds to wait where a service says "later" and not when."""
_LONGEST_WAIT: Final = 30.0


@dataclass(frozen=True)
class Wish:
    """What somebody said in the form."""

    address: Address
    newsletter: str
    language: str
    first_name: str
    agreed: str
    """The words they agreed to, as they were shown, …"""
    shown_in: str
    """… in this language."""
    source: str
    """Of the consent record: which form it was."""


@dataclass(frozen=True)
class Question:
    """A mail that is to leave; its row is written."""

    number: int
    reference: str
    to: Mailbox
    newsletter: str
    language: str
    token: str


def account_of(library: Library, newsletter: Newsletter) -> Account | None:
    """The account that the question goes out through; None where the newsletter's own holds a list itself,
    with a form of its own, or nothing may leave. InvalidInput if it is not complete.
    """
    settings = library.settings or load_settings(library.root)
    name = account_name(settings, newsletter)
    account = account_that_may(library, name, None)
    return None if holds_the_list(account.provider) else account


def ask(connection: Connection, wish: Wish, account: str, now: datetime) -> Question | None:
    """Writes down that somebody asks for a newsletter; the mail that is to go, if one may.

    An address that is known is only asked; its attributes are its owner's, who has not spoken yet.
    """
    confirmations.in_turn(connection)
    if reason_of(connection, wish.address.key) is not None:
        return None
    try:
        to = Mailbox("", wish.address.email)
    except BadMailbox:  # its local part needs SMTPUTF8
        return None
    found = subscribers.find(connection, wish.address.key)
    states = {name: state for name, (state, _) in found.subscriptions.items()} if found else {}
    if found is None:
        number = subscribers.add(connection, wish.address, _attributes(wish), now)
    else:
        number = found.id
        if set(states.values()) == {"pending"}:  # nobody has ever confirmed who this is
            subscribers.set_attributes(connection, number, _attributes(wish))
    if states.get(wish.newsletter) == "active":
        return None
    if not confirmations.may_ask(connection, number, wish.newsletter, now):
        return None
    evidence = Evidence(now, wish.source, consent_texts.keep(connection, wish.shown_in, wish.agreed))
    token = subscriptions.ask(connection, number, wish.newsletter, evidence)
    if token is None:
        return None
    if states.get(wish.newsletter) == "pending":  # the words may be others than before
        subscriptions.record(connection, number, wish.newsletter, "asked", evidence)
    row = confirmations.begin(connection, number, wish.newsletter, account, now)
    reference = f"confirm-{ledger_name(connection)}-{row}"
    return Question(row, reference, to, wish.newsletter, wish.language, token)


def _attributes(wish: Wish) -> dict[str, str | tuple[str, ...]]:
    return {"first_name": wish.first_name, "language": wish.language}


def open_question(connection: Connection, token: str, now: datetime) -> str | None:
    """The newsletter that a token's question is about; None if it is unknown, over, or not to be answered."""
    found = subscriptions.question(connection, token, now)
    if found is None:
        return None
    number, newsletter = found
    key = subscribers.key_of(connection, number)
    return newsletter if key is not None and reason_of(connection, key) is None else None


def answer(connection: Connection, token: str, now: datetime) -> str | None:
    """Yes: the newsletter, which comes from now on; None as of ``open_question``."""
    if open_question(connection, token, now) is None:
        return None
    done = subscriptions.confirm(connection, token, Evidence(now, "the link in the mail that asked"))
    return done[1] if done else None


def mail(database: Database, library: Library, account: Account, question: Question) -> Outcome:
    """Hands the mail over; what became of it, which is written down. Takes up to a minute and more."""
    with closing(open_provider(account)) as provider:
        outcome = _submitted(provider, library, question)
        for seconds in _AGAIN_AFTER:
            if not isinstance(outcome, Throttled):
                break
            sleep(min(outcome.seconds or seconds, _LONGEST_WAIT))
            outcome = _submitted(provider, library, question)
    with database.writing() as connection:
        confirmations.end(connection, question.number, _WORDS[type(outcome)])
    return outcome


def _submitted(provider: MessageProvider, library: Library, question: Question) -> Outcome:
    now = datetime.now(UTC)
    try:
        written = Mail(
            content(library, question), f"{question.newsletter}/confirm", question.reference, date=now
        )
        if errors := [one for one in provider.refusals(written) if one.severity == "error"]:
            return Refused(errors[0].message, account=True)
    except InvalidInput as error:  # a template of the newsroom's own
        return Refused(error.findings[0].message, account=True)
    recipient = Recipient(question.reference, question.to, {})
    batch = next(cut(provider, written, [recipient], question.reference))
    return batch.unfit[0][1] if batch.unfit else provider.submit(batch)[0]


def content(library: Library, question: Question) -> Content:
    """The mail, without slots: it is made for one person. InvalidInput for a broken template."""
    network, newsletter = library.network, library.newsletter(question.newsletter)[1]
    language = question.language
    words = words_in(library, newsletter, language)
    values: dict[str, object] = {
        "newsletter": newsletter,
        "network": network,
        "entity": network.entities[newsletter.entity or network.default_entity],
        "theme": library.theme(newsletter.theme or network.theme),
        "words": words,
        "lang": language,
        "dir": dates.direction(language),
        "start": "left" if dates.direction(language) == "ltr" else "right",
        "url": f"{network.public_url}/confirm/{question.token}?lang={language}",
        **COLORS,
    }
    markup, plain = (environment(library.templates, markup=kind) for kind in (True, False))
    reply_to = newsletter.reply_to or newsletter.sender
    return Content(
        subject=Pieces.of(words["join_mail_subject"]),
        preheader=Pieces.of(words["join_mail_why"]),
        html=Pieces.of(render_template(markup, "web/mail/confirm.html.j2", values) + "\n"),
        text=Pieces.of(render_template(plain, "web/mail/confirm.txt.j2", values) + "\n"),
        headers=(
            ("From", Pieces.of(str(Mailbox(newsletter.sender.name, newsletter.sender.email)))),
            ("Reply-To", Pieces.of(str(Mailbox(reply_to.name, reply_to.email)))),
            ("Content-Language", Pieces.of(language)),
        ),
        lang=language,
    )


def words_in(library: Library, newsletter: Newsletter, language: str) -> dict[str, str]:
    """The labels, those of signing up filled in for a newsletter."""
    given = {
        "{newsletter}": newsletter.name,
        "{network}": library.network.name,
        "{days}": str(CONFIRM_WITHIN.days),
    }
    found = dict(labels(library.templates, language))
    for name, text in found.items():
        if name.startswith("join_"):
            for place, value in given.items():
                text = text.replace(place, value)
            found[name] = text
    return found
