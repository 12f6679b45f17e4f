"""Mailgun: the Messages API, one body with recipient variables, and its webhooks.

https://documentation.mailgun.com/docs/mailgun/api-reference/send/mailgun/messages/post-v3--domain-name--messages
https://documentation.mailgun.com/docs/mailgun/user-manual/sending-messages/batch-sending
"""

import hashlib
import hmac
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Final, Literal
from urllib.parse import quote

from pydantic import BaseModel, ConfigDict, Field, SecretStr

from lpdownload.errors import Finding
from lpdownload.model.content import MissingValue, UnsafeValue
from lpdownload.model.delivery import Accepted, InDoubt, Mail, Outcome, Recipient, Refused
from lpdownload.model.event import Event, EventKind
from lpdownload.model.mailbox import BadMailbox
from lpdownload.providers.answers import answered, not_taken, part_in, quoted, text_in, why
from lpdownload.providers.base import Batch, Capabilities, Check, Told, TooLarge
from lpdownload.providers.endpoint import Endpoint
from lpdownload.providers.events import (
    BadSignature,
    NotAnEvent,
    each,
    json_of,
    moment,
    object_of,
    require_small,
    same,
    within,
)
from lpdownload.providers.http import Caller, Exchange
from lpdownload.providers.json_messages import PerMail, unfit_for
from lpdownload.providers.mailgun_body import READS_AS_VARIABLE, Body, multipart, receiver
from lpdownload.providers.mailgun_search import look_up
from lpdownload.providers.merging import common_refusals

NAME: Final = "mailgun"

CAPABILITIES: Final = Capabilities(
    title="Mailgun",
    family="messages",
    merging="theirs",
    most_recipients=1000,
    most_bytes=25_000_000,
    most_message_bytes=25_000_000,
    events=True,
    can_look_up=True,
)

MOST_OPTIONS: Final = 16_384
"""Bytes of everything that begins with o:, h:, v: or t: together."""
MOST_TAG: Final = 128

_RESERVED: Final = frozenset(
    [
        "to",
        "cc",
        "bcc",
        "date",
        "received",
        "dkim-signature",
        "mime-version",
        "content-type",
        "content-transfer-encoding",
        "sender",
        "subject",
        "message-id",
        "return-path",
    ]
)
_SYSTEM: Final = re.compile(
    r"%(?:recipient|recipient_\w+|unsubscribe_\w+|tag_unsubscribe_\w+|mailing_list_\w+)%", re.IGNORECASE
)


class Settings(BaseModel):
    """A sending domain at Mailgun."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    api_key: SecretStr = Field(
        description="An API key, or a sending key of the domain.",
        min_length=1,
        examples=["0123456789abcdef-01234567-89abcdef"],
    )
    domain: str = Field(
        description="The sending domain, as Mailgun knows it.",
        pattern=r"^[A-Za-z0-9]([A-Za-z0-9.\-]{0,251}[A-Za-z0-9])?$",
        examples=["news.example.org"],
    )
    region: Literal["us", "eu"] = Field("us", description="Where Mailgun keeps the domain: us or eu.")
    base_url: Endpoint | None = Field(
        None, description="Another address of the API, instead of the region's."
    )
    test_mode: bool = Field(
        False, description="Let Mailgun take every message and deliver none (it charges)."
    )
    webhook_signing_key: SecretStr | None = Field(
        None, description="The HTTP webhook signing key, by which Mailgun's reports are known."
    )

    @property
    def endpoint(self) -> str:
        return self.base_url or f"https://api.{'eu.' if self.region == 'eu' else ''}mailgun.net"


class Mailgun:
    """Threads may share it; ``close`` it."""

    capabilities = CAPABILITIES

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._key = settings.api_key.get_secret_value()
        self._caller = Caller(
            settings.endpoint, headers={"Accept": "application/json"}, auth=("api", self._key)
        )
        self._bodies = PerMail(lambda mail: Body.of(mail, test_mode=settings.test_mode))

    def refusals(self, mail: Mail) -> Sequence[Finding]:
        found = list(common_refusals(mail, title="Mailgun", reserved=_RESERVED))
        content = mail.content
        bodies = (content.subject, content.html, content.text, *(pieces for _, pieces in content.headers))
        words = {word for pieces in bodies for text in pieces.literals for word in _SYSTEM.findall(text)}
        for word in sorted(words):
            hint = "write it otherwise, as with a space after the first %"
            found.append(Finding("vendor-tag", f"Mailgun would put something else for {word}", hint))
        for name, pieces in content.headers:
            if pieces.slots and any(READS_AS_VARIABLE.search(text) for text in pieces.literals):
                hint = "only a header without merge fields can hold that"
                found.append(Finding("vendor-tag", f"{name} reads like a variable of Mailgun's", hint))
        if not mail.issue.isascii() or len(mail.issue) > MOST_TAG:
            hint = f"ASCII, at most {MOST_TAG} characters"
            found.append(Finding("long-tag", "the issue's name does not fit a tag of Mailgun", hint))
        if not found:
            body = self._bodies.of(mail)
            if body.options > MOST_OPTIONS:
                hint = "fewer or shorter headers"
                message = f"the headers take {body.options:,} bytes; Mailgun takes {MOST_OPTIONS:,}"
                found.append(Finding("long-headers", message, hint))
            if len(body.fixed) > CAPABILITIES.most_message_bytes - 100_000:
                hint = "shorten the issue"
                message = f"the mail is {len(body.fixed):,} bytes; Mailgun takes 25 MB"
                found.append(Finding("too-large", message, hint))
        return found

    def build(self, mail: Mail, recipients: Sequence[Recipient], key: str) -> Batch:
        body = self._bodies.of(mail)
        people: list[str] = []
        receivers: list[str] = []
        references: list[str] = []
        addresses: dict[str, str] = {}
        unfit: list[tuple[str, Refused]] = []
        room = CAPABILITIES.most_bytes - len(body.fixed) - 1000
        for number, recipient in enumerate(recipients):
            try:
                address = recipient.to.wire_address
                person = body.variables(recipient, address)
                to = receiver(body, recipient.to)
            except (MissingValue, UnsafeValue, BadMailbox) as error:
                unfit.append((recipient.reference, unfit_for(error)))
                continue
            room -= len(person) + len(to) * 4
            # The variables are found by address, so it can be there only once.
            if people and (room < 0 or address.lower() in addresses):
                raise TooLarge(number)
            people.append(person)
            receivers.append(to)
            references.append(recipient.reference)
            addresses[address.lower()] = address
        parts: tuple[bytes, ...] = ()
        if people:
            variables = multipart(body.boundary, "recipient-variables", "{" + ",".join(people) + "}")
            rest = "".join(receivers) + variables + f"--{body.boundary}--\r\n"
            parts = (body.fixed + rest.encode(),)
        content_type = f"multipart/form-data; boundary={body.boundary}"
        return Batch(
            key, tuple(references), tuple(addresses.values()), parts, content_type, unfit=tuple(unfit)
        )

    def submit(self, batch: Batch, *, told: Told | None = None) -> tuple[Outcome, ...]:
        del told  # one answer settles the whole batch
        if not batch.references:
            return ()
        exchange = self._caller.call(
            "POST",
            f"/v3/{quote(self._settings.domain, safe='')}/messages",
            body=b"".join(batch.parts),
            headers={"Content-Type": batch.content_type},
        )
        remedy = "check the account's API_KEY and REGION: keys and domains of us and eu are kept apart"
        outcome = not_taken(exchange, title="Mailgun", remedy=remedy, secret=self._key)
        return (outcome or _taken(exchange),) * len(batch.references)

    def look_up(
        self, send: str, references: Sequence[str], since: datetime
    ) -> Mapping[str, Accepted | Refused]:
        domain = self._settings.domain
        return look_up(self._caller, domain, send, references, since, secret=self._key)

    def check(self) -> Sequence[Check]:
        """https://documentation.mailgun.com/docs/mailgun/api-reference/send/mailgun/domains/get-v4-domains--name-"""
        domain = self._settings.domain
        exchange = self._caller.call("GET", f"/v4/domains/{quote(domain, safe='')}", idempotent=True)
        says = why(exchange, self._key)
        if exchange.status in {401, 403}:
            # A domain's sending key may send and nothing else, so it cannot be told from a wrong key.
            remedy = "a sending key cannot be checked without sending; any other key and region must be right"
            return [Check("credentials", "unknown", says, remedy)]
        if exchange.status == 404:
            remedy = "check LPDOWNLOAD_MAILGUN_DOMAIN and LPDOWNLOAD_MAILGUN_REGION"
            return [Check("domain", "error", says, remedy)]
        found = answered(exchange.body).get("domain")
        if exchange.status != 200 or not isinstance(found, dict):
            remedy = "check LPDOWNLOAD_MAILGUN_BASE_URL and the network; try again later"
            return [Check("reachable", "unknown", says, remedy)]
        checks = [Check("credentials", "ok", "the API key is accepted")]
        if found.get("state") == "active":
            checks.append(Check("domain", "ok", f"{domain} is active"))
        else:
            remedy = "finish its DNS records in Mailgun's control panel"
            checks.append(Check("domain", "error", f"{domain} is {quoted(found.get('state'))}", remedy))
        return checks

    def close(self) -> None:
        self._caller.close()


def open_provider(settings: Settings) -> Mailgun:
    return Mailgun(settings)


def _taken(exchange: Exchange) -> Outcome:
    """A 2xx of the Messages API names the message; any other page that says 200 may come from anybody."""
    name = answered(exchange.body).get("id")
    if isinstance(name, str) and name:
        return Accepted(name.strip("<>"))
    if b"Mailgun Magnificent API" in exchange.body:
        remedy = "correct the account's BASE_URL and DOMAIN"
        return Refused(f"this is not the address of Mailgun's Messages API: {remedy}", account=True)
    return InDoubt(f"Mailgun may have taken it: HTTP {exchange.status} without the message's id")


EVENTS: Final[Mapping[str, EventKind]] = {
    "accepted": "accepted",
    "rejected": "refused",
    "delivered": "delivered",
    "failed temporary": "deferred",
    "failed old": "bounced",
    "failed permanent": "bounced",
    "complained": "complained",
    "unsubscribed": "unsubscribed",
    "opened": "opened",
    "clicked": "clicked",
}
"""Its words, ours. After failed: its severity, or old for the last attempt, which it calls temporary too.

https://documentation.mailgun.com/docs/mailgun/user-manual/webhooks/webhook-payloads
"""

SUPPRESSED: Final[Mapping[str, tuple[EventKind, bool | None]]] = {
    "suppress-bounce": ("bounced", True),
    "suppress-complaint": ("complained", None),
    "suppress-unsubscribe": ("unsubscribed", None),
}
"""The reason of a failure where it never tried, as the address is on a list of its own (code 605 and such):
what brought it there. Any other is a refusal.
"""

_OLDEST: Final = timedelta(hours=9)
"""It repeats a report for 8 hours."""


def verify(headers: Mapping[str, str], body: bytes, settings: Settings, now: datetime) -> None:
    """Checks HMAC-SHA256 over timestamp and token. Raises BadSignature, NotAnEvent.

    Nothing of the event is signed: whoever has seen one report could forge others for ``_OLDEST``, were it
    not sent over TLS. https://documentation.mailgun.com/docs/mailgun/user-manual/webhooks/securing-webhooks
    """
    del headers  # all is in the body
    if settings.webhook_signing_key is None:
        raise BadSignature("WEBHOOK_SIGNING_KEY is not set")
    require_small(body)
    signature = object_of(object_of(json_of(body)).get("signature"))
    timestamp, token = str(signature.get("timestamp")), str(signature.get("token"))
    if not (timestamp.isascii() and timestamp.isdigit() and len(timestamp) <= 12):
        raise BadSignature("no time that was signed")
    key = settings.webhook_signing_key.get_secret_value().encode()
    expected = hmac.new(key, f"{timestamp}{token}".encode("utf-8", "replace"), hashlib.sha256).hexdigest()
    if not same(str(signature.get("signature")), expected):
        raise BadSignature("the signature is not Mailgun's")
    if not within(moment(int(timestamp)), now, _OLDEST.total_seconds()):
        raise BadSignature("it was signed too long ago")


def token_of(body: bytes) -> str:
    """The signature of a verified report, whose token and time it stands for, however they are written."""
    return text_in(object_of(object_of(json_of(body)).get("signature")), "signature")


def parse_events(body: bytes) -> Iterator[Event]:
    """The event of one report, if it is of a kind we know. Raises NotAnEvent; PartUnread if it is of one."""
    data = object_of(object_of(json_of(body)).get("event-data"))
    word = text_in(data, "event")
    if word == "failed":
        word = "failed old" if text_in(data, "reason") == "old" else f"failed {text_in(data, 'severity')}"
    kind = EVENTS.get(word)
    return iter(()) if kind is None else each([data], partial(_event, kind), kind=lambda _: kind)


def _event(kind: EventKind, data: Mapping[str, object]) -> Event:
    status, message = part_in(data, "delivery-status"), part_in(data, "message")
    named, variables = part_in(message, "headers"), part_in(data, "user-variables")
    recipient = text_in(data, "recipient")
    if not recipient:
        raise NotAnEvent("an event without an address")
    reason, permanent = text_in(data, "reason"), None
    if kind == "bounced" and reason.startswith("suppress-"):
        kind, permanent = SUPPRESSED.get(reason, ("refused", None))
    elif kind == "bounced":
        permanent = {"hard": True, "soft": False}.get(text_in(status, "bounce-type"), reason == "bounce")
    rejected = text_in(part_in(data, "reject"), "reason")
    details = (
        text_in(data, "url"),
        text_in(status, "message"),
        text_in(status, "description"),
        rejected,
        reason,
    )
    return Event(
        kind=kind,
        recipient=recipient,
        reference=text_in(variables, "lp_reference") or None,
        send=text_in(variables, "lp_send") or None,
        at=moment(data.get("timestamp")),
        provider=NAME,
        provider_id=text_in(named, "message-id").strip("<>") or None,
        detail=next(filter(None, details), ""),
        permanent=permanent,
        raw=data,
    )
