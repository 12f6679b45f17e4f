"""SendGrid: Mail Send v3, one body with a personalization for each recipient, and its Event Webhook.

https://www.twilio.com/docs/sendgrid/api-reference/mail-send/mail-send (also …/limitations, …/errors)
https://www.twilio.com/docs/sendgrid/for-developers/sending-email/personalizations
"""

import base64
import binascii
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final, Literal

from pydantic import BaseModel, ConfigDict, Field, SecretStr

from lpdownload.errors import Finding
from lpdownload.model.content import MissingValue, UnsafeValue
from lpdownload.model.delivery import Accepted, InDoubt, Mail, Outcome, Recipient, Refused, Throttled
from lpdownload.model.event import Event, EventKind
from lpdownload.model.mailbox import BadMailbox
from lpdownload.providers.answers import answered, not_taken, text_in, why
from lpdownload.providers.base import Batch, Capabilities, Check, Told, TooLarge
from lpdownload.providers.endpoint import Endpoint
from lpdownload.providers.events import BadSignature, NotAnEvent, each, json_of, moment, object_of, within
from lpdownload.providers.http import Caller
from lpdownload.providers.json_messages import PerMail, unfit_for
from lpdownload.providers.merging import common_refusals
from lpdownload.providers.sendgrid_body import OWN_TAG, Body

NAME: Final = "sendgrid"

CAPABILITIES: Final = Capabilities(
    title="SendGrid",
    family="messages",
    merging="theirs",
    most_recipients=1000,
    most_bytes=30_000_000,
    most_message_bytes=30_000_000,
    events=True,
)

MOST_CUSTOM_ARGS: Final = 10_000
"""Bytes (…/limitations)."""
MOST_CATEGORY: Final = 255

_RESERVED: Final = frozenset(
    [
        "x-sg-id",
        "x-sg-eid",
        "received",
        "dkim-signature",
        "content-type",
        "content-transfer-encoding",
        "to",
        "from",
        "subject",
        "reply-to",
        "cc",
        "bcc",
    ]
)


class Settings(BaseModel):
    """An account at SendGrid."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    api_key: SecretStr = Field(
        description="An API key with the permission Mail Send.", min_length=1, examples=["SG.xxxx"]
    )
    region: Literal["us", "eu"] = Field(
        "us", description="Where the account is: us, or eu for an EU subuser."
    )
    base_url: Endpoint | None = Field(
        None, description="Another address of the API, instead of the region's."
    )
    sandbox: bool = Field(False, description="Let SendGrid check every call and deliver nothing.")
    webhook_public_key: str = Field(
        "", description="The verification key of the signed Event Webhook, as SendGrid shows it."
    )

    @property
    def endpoint(self) -> str:
        return self.base_url or f"https://api.{'eu.' if self.region == 'eu' else ''}sendgrid.com"


class SendGrid:
    """Threads may share it; ``close`` it."""

    capabilities = CAPABILITIES

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._key = settings.api_key.get_secret_value()
        self._caller = Caller(
            settings.endpoint,
            headers={"Authorization": f"Bearer {self._key}", "Accept": "application/json"},
        )
        self._bodies = PerMail(lambda mail: Body.of(mail, sandbox=settings.sandbox))

    def refusals(self, mail: Mail) -> Sequence[Finding]:
        found = list(common_refusals(mail, title="SendGrid", reserved=_RESERVED))
        content = mail.content
        bodies = (content.subject, content.html, content.text)
        if any(OWN_TAG in text for pieces in bodies for text in pieces.literals):
            hint = "write it otherwise: SendGrid would replace it"
            found.append(Finding("vendor-tag", f"the text holds {OWN_TAG}…, a tag of SendGrid's own", hint))
        if not mail.issue.isascii() or len(mail.issue) > MOST_CATEGORY:
            hint = f"ASCII, at most {MOST_CATEGORY} characters"
            found.append(
                Finding("long-category", "the issue's name does not fit a category of SendGrid", hint)
            )
        if len(mail.send.encode("utf-8", "replace")) > MOST_CUSTOM_ARGS - 200:
            found.append(
                Finding("long-send", "the send's name does not fit SendGrid's custom_args", "shorten it")
            )
        if not found:
            body = self._bodies.of(mail)
            size = len(body.head) + len(body.tail)
            if size > CAPABILITIES.most_message_bytes - 100_000:
                hint = "shorten the issue"
                found.append(Finding("too-large", f"the mail is {size:,} bytes; SendGrid takes 30 MB", hint))
        return found

    def build(self, mail: Mail, recipients: Sequence[Recipient], key: str) -> Batch:
        body = self._bodies.of(mail)
        people: list[str] = []
        references: list[str] = []
        addresses: dict[str, str] = {}
        unfit: list[tuple[str, Refused]] = []
        room = CAPABILITIES.most_bytes - len(body.head) - len(body.tail)
        for number, recipient in enumerate(recipients):
            try:
                address = recipient.to.wire_address
                person = body.personalization(recipient, address)
            except (MissingValue, UnsafeValue, BadMailbox) as error:
                unfit.append((recipient.reference, unfit_for(error)))
                continue
            room -= len(person) + 1
            # "Each unique email address in the personalizations array should only be included once."
            if people and (room < 0 or address.lower() in addresses):
                raise TooLarge(number)
            people.append(person)
            references.append(recipient.reference)
            addresses[address.lower()] = address
        parts = (body.head + ",".join(people).encode("ascii") + body.tail,) if people else ()
        return Batch(key, tuple(references), tuple(addresses.values()), parts, unfit=tuple(unfit))

    def submit(self, batch: Batch, *, told: Told | None = None) -> tuple[Outcome, ...]:
        del told  # one answer settles the whole batch
        if not batch.references:
            return ()
        exchange = self._caller.call(
            "POST",
            "/v3/mail/send",
            body=b"".join(batch.parts),
            headers={"Content-Type": batch.content_type},
        )
        remedy = "check the account's API_KEY, that it may send mail, and that the sender is verified"
        outcome = not_taken(exchange, title="SendGrid", remedy=remedy, secret=self._key)
        if isinstance(outcome, Throttled) and outcome.seconds is None:
            outcome = replace(outcome, seconds=_until_reset(exchange.headers))
        elif outcome is None:
            # 202 has an empty body. 200 means checked and not queued: only the sandbox does that.
            if exchange.status == 202 or (exchange.status == 200 and self._settings.sandbox):
                outcome = Accepted(exchange.headers.get("x-message-id"))
            else:
                outcome = InDoubt(f"SendGrid may have taken it: HTTP {exchange.status} instead of 202")
        return (outcome,) * len(batch.references)

    def check(self) -> Sequence[Check]:
        """https://www.twilio.com/docs/sendgrid/api-reference/api-key-permissions (GET /v3/scopes)"""
        exchange = self._caller.call("GET", "/v3/scopes", idempotent=True)
        says = why(exchange, self._key)
        if exchange.status in {401, 403}:
            return [Check("credentials", "error", says, "set LPDOWNLOAD_SENDGRID_API_KEY to a key in use")]
        scopes = answered(exchange.body).get("scopes")
        if exchange.status != 200 or not isinstance(scopes, list):
            remedy = "check LPDOWNLOAD_SENDGRID_BASE_URL and the network; try again later"
            return [Check("reachable", "unknown", says, remedy)]
        checks = [Check("credentials", "ok", "the API key is accepted")]
        if "mail.send" in scopes:
            checks.append(Check("permission", "ok", "it may send mail"))
        else:
            checks.append(Check("permission", "error", "it may not send mail", "give the key Mail Send"))
        return checks

    def close(self) -> None:
        self._caller.close()


def open_provider(settings: Settings) -> SendGrid:
    return SendGrid(settings)


def _until_reset(headers: Mapping[str, str]) -> float | None:
    """https://www.twilio.com/docs/sendgrid/api-reference/how-to-use-the-sendgrid-v3-api/rate-limits"""
    reset = headers.get("x-ratelimit-reset", "")
    if not (reset.isascii() and reset.isdigit() and len(reset) <= 12):
        return None
    return max(0.0, int(reset) - time.time())


EVENTS: Final[Mapping[str, EventKind]] = {
    "processed": "accepted",
    "deferred": "deferred",
    "delivered": "delivered",
    "dropped": "refused",
    "bounce": "bounced",
    "spamreport": "complained",
    "unsubscribe": "unsubscribed",
    "group_unsubscribe": "unsubscribed",
    "open": "opened",
    "click": "clicked",
}
"""Its words, ours (https://www.twilio.com/docs/sendgrid/for-developers/tracking-events/event).

Not here, and passed over: group_resubscribe, and changes of the account.
"""

DROPPED: Final[Mapping[str, tuple[EventKind, bool | None]]] = {
    "bounced address": ("bounced", True),
    "spam reporting address": ("complained", None),
    "unsubscribed address": ("unsubscribed", None),
}
"""The reason of dropped where it never tried, as the address is on a list of its own: what brought it there.
Any other is a refusal.
"""

_OLDEST: Final = timedelta(hours=25)
"""It repeats a report for 24 hours."""


def verify(headers: Mapping[str, str], body: bytes, settings: Settings, now: datetime) -> None:
    """Checks ECDSA with SHA-256 over timestamp and raw body. Raises BadSignature.

    https://www.twilio.com/docs/sendgrid/for-developers/tracking-events/getting-started-event-webhook-security-features
    """
    from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.hazmat.primitives.serialization import load_der_public_key

    if not settings.webhook_public_key:
        raise BadSignature("WEBHOOK_PUBLIC_KEY is not set")
    named = {name.lower(): value for name, value in headers.items()}
    signature = named.get("x-twilio-email-event-webhook-signature", "")
    timestamp = named.get("x-twilio-email-event-webhook-timestamp", "")
    if not (timestamp.isascii() and timestamp.isdigit() and len(timestamp) <= 12):
        raise BadSignature("no time that was signed")
    try:
        key = load_der_public_key(base64.b64decode(settings.webhook_public_key, validate=True))
    except (ValueError, UnsupportedAlgorithm):
        raise BadSignature("WEBHOOK_PUBLIC_KEY is no public key") from None
    if not isinstance(key, ec.EllipticCurvePublicKey):
        raise BadSignature("WEBHOOK_PUBLIC_KEY is no key of this kind")
    try:
        signed = timestamp.encode("ascii") + body
        key.verify(base64.b64decode(signature, validate=True), signed, ec.ECDSA(hashes.SHA256()))
    except (InvalidSignature, binascii.Error, ValueError):
        raise BadSignature("the signature is not SendGrid's") from None
    if not within(moment(int(timestamp)), now, _OLDEST.total_seconds()):
        raise BadSignature("it was signed too long ago")


def parse_events(body: bytes) -> Iterator[Event]:
    """The events of one report. Raises NotAnEvent before the first if it is no report, PartUnread after the
    last if some cannot be read.
    """
    items = json_of(body)
    if not isinstance(items, list):
        raise NotAnEvent("not a list of events")
    return each(items, _event, kind=_kind)


def _kind(item: object) -> EventKind | None:
    return EVENTS.get(text_in(item, "event")) if isinstance(item, dict) else None


def _event(value: object) -> Event | None:
    """None for one of a kind that is passed over."""
    item = object_of(value)
    kind = _kind(item)
    if kind is None:
        return None
    recipient = text_in(item, "email")
    if not recipient:
        raise NotAnEvent("an event without an address")
    # "blocked" is a refusal for now; "bounce" for good.
    permanent = text_in(item, "type") == "bounce" if kind == "bounced" else None
    if kind == "refused":
        kind, permanent = DROPPED.get(text_in(item, "reason").lower(), (kind, permanent))
    return Event(
        kind=kind,
        recipient=recipient,
        reference=text_in(item, "lp_reference") or None,
        send=text_in(item, "lp_send") or None,
        at=moment(item.get("timestamp")),
        provider=NAME,
        # X-Message-Id of the answer, then ".filter…" or ".recvd…"
        provider_id=text_in(item, "sg_message_id").partition(".")[0] or None,
        detail=text_in(item, "url") or text_in(item, "reason") or text_in(item, "response"),
        permanent=permanent,
        raw=item,
    )
