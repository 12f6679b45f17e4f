"""Resend: a full message for each recipient, 100 a call, with an idempotency key; and its webhook.

https://resend.com/docs/api-reference/emails/send-batch-emails. Batches are validated permissively, so that
one bad address does not refuse the other 99. Opens and clicks are tracked by domain, not by message:
``check`` tells where that is on.
"""

import base64
import binascii
import hashlib
import hmac
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Final

from pydantic import BaseModel, ConfigDict, Field, SecretStr

from lpdownload.errors import Finding
from lpdownload.model.content import Pieces
from lpdownload.model.delivery import Accepted, InDoubt, Mail, Outcome, Recipient, Refused
from lpdownload.model.event import Event, EventKind
from lpdownload.model.mailbox import BadMailbox, Mailbox
from lpdownload.providers.answers import answered, json_value, not_taken, part_in, quoted, text_in, why
from lpdownload.providers.base import Batch, Capabilities, Check, Told
from lpdownload.providers.endpoint import Endpoint
from lpdownload.providers.events import (
    BadSignature,
    NotAnEvent,
    each,
    json_of,
    moment,
    object_of,
    same,
    within,
)
from lpdownload.providers.http import Caller, Exchange
from lpdownload.providers.json_messages import (
    RESERVED,
    JsonTemplate,
    PerMail,
    array_batch,
    json_text,
    mailbox_text,
)
from lpdownload.providers.merging import common_refusals, header_value, headers_of, subject_of

NAME: Final = "resend"

CAPABILITIES: Final = Capabilities(
    title="Resend",
    family="messages",
    most_recipients=100,
    most_bytes=12_500_000,  # 40 MB is the limit of one email; of a batch none is documented
    idempotency_hours=24,
    events=True,
)

_REMEDY: Final = "check the account's API_KEY, and that the sender's domain is verified"
_TAG: Final = re.compile(r"[A-Za-z0-9_-]{1,256}")


class Settings(BaseModel):
    """An account at Resend."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    api_key: SecretStr = Field(description="An API key that may send.", min_length=1, examples=["re_xxxx"])
    base_url: Endpoint = Field("https://api.resend.com", description="Another address of the API.")
    webhook_secret: SecretStr | None = Field(
        None,
        description="The webhook's signing secret; without it no event is believed.",
        examples=["whsec_xxxx"],
    )


@dataclass(frozen=True)
class _Message:
    """What all recipients of a mail share, encoded once."""

    send_tag: bytes
    fixed_headers: bytes
    varying_headers: tuple[tuple[str, Pieces], ...]
    rest: JsonTemplate

    @classmethod
    def of(cls, mail: Mail) -> "_Message":
        """Raises UnsafeValue, BadMailbox for what ``refusals`` reports."""
        headers = headers_of(mail.content)
        pairs = [(name, header_value(name, pieces, {})) for name, pieces in headers if not pieces.slots]
        reply_to = b',"reply_to":' + json_text(mailbox_text(mail.reply_to)) if mail.reply_to else b""
        return cls(
            b'{"name":"send","value":%s}' % json_text(mail.send),
            b",".join(b"%s:%s" % (json_text(name), json_text(text)) for name, text in pairs),
            tuple((name, pieces) for name, pieces in headers if pieces.slots),
            JsonTemplate.of(
                b',"from":' + json_text(mailbox_text(mail.sender)) + reply_to + b',"subject":',
                subject_of(mail.content),
                b',"html":',
                mail.content.html,
                b',"text":',
                mail.content.text,
                b"}",
            ),
        )

    def parts(self, recipient: Recipient) -> list[bytes]:
        """Raises MissingValue, UnsafeValue, BadMailbox."""
        values = recipient.values
        headers = [self.fixed_headers] if self.fixed_headers else []
        for name, pieces in self.varying_headers:
            headers.append(b"%s:%s" % (json_text(name), json_text(header_value(name, pieces, values))))
        to, reference = json_text(mailbox_text(recipient.to)), json_text(recipient.reference)
        tags = b'{"name":"reference","value":%s},%s' % (reference, self.send_tag)
        head = b'{"to":[%s],"tags":[%s],"headers":{%s}' % (to, tags, b",".join(headers))
        return [head, *self.rest.parts(values)]


class Resend:
    """Threads may share it; ``close`` it."""

    capabilities = CAPABILITIES

    def __init__(self, settings: Settings) -> None:
        self._key = settings.api_key.get_secret_value()
        self._caller = Caller(
            settings.base_url,
            headers={"Authorization": f"Bearer {self._key}", "Accept": "application/json"},
        )
        self._messages = PerMail(_Message.of)

    def refusals(self, mail: Mail) -> Sequence[Finding]:
        found = list(common_refusals(mail, title="Resend", reserved=RESERVED))
        if not _TAG.fullmatch(mail.send):
            hint = "letters, digits, _ and -, at most 256"
            found.append(Finding("bad-tag", "the send's name does not fit a tag of Resend", hint))
        return found

    def build(self, mail: Mail, recipients: Sequence[Recipient], key: str) -> Batch:
        if not 1 <= len(key) <= 256:
            raise ValueError("Resend's idempotency keys have 1 to 256 characters")
        return array_batch(recipients, key, CAPABILITIES, self._messages.of(mail).parts)

    def submit(self, batch: Batch, *, told: Told | None = None) -> tuple[Outcome, ...]:  # noqa: ARG002
        count = len(batch.references)
        if not count:
            return ()
        exchange = self._caller.call(
            "POST",
            "/emails/batch",
            body=batch.parts[0],
            headers={
                "Content-Type": batch.content_type,
                "Idempotency-Key": batch.key,
                "x-batch-validation": "permissive",
            },
            idempotent=True,
        )
        if exchange.status == 409:
            return (self._conflict(exchange),) * count
        outcome = not_taken(exchange, title="Resend", remedy=_REMEDY, secret=self._key)
        return (outcome,) * count if outcome else self._taken(json_value(exchange.body), count)

    def _conflict(self, exchange: Exchange) -> Outcome:
        """https://resend.com/docs/dashboard/emails/idempotency-keys, …/api-reference/errors"""
        match answered(exchange.body).get("name"):
            case "concurrent_idempotent_requests":
                return InDoubt("Resend is still at work on this very batch: submit it again with its key")
            case "invalid_idempotent_request":
                return InDoubt("Resend had other messages under this batch's key within the last 24 hours")
        return InDoubt(f"Resend: {why(exchange, self._key)}")

    def _taken(self, answer: object, count: int) -> tuple[Outcome, ...]:
        """``data`` has an id for each message that was taken, in order; ``errors`` the others by index.

        https://resend.com/docs/dashboard/emails/batch-validation-modes
        """
        outcomes: list[Outcome] = [
            InDoubt("Resend took the batch, but its answer does not name this one")
        ] * count
        if not isinstance(answer, dict):
            return tuple(outcomes)
        errors, data = answer.get("errors", []), answer.get("data", [])
        refused = set[int]()
        for error in errors if isinstance(errors, list) else []:
            index = error.get("index") if isinstance(error, dict) else None
            if isinstance(index, int) and not isinstance(index, bool) and 0 <= index < count:
                refused.add(index)
                outcomes[index] = Refused(f"Resend: {quoted(error.get('message'), self._key) or 'not valid'}")
        taken = [index for index in range(count) if index not in refused]
        if isinstance(data, list) and len(data) == len(taken):  # else nobody knows which are missing
            for index, item in zip(taken, data, strict=True):
                found = item.get("id") if isinstance(item, dict) else None
                if isinstance(found, str) and found:
                    outcomes[index] = Accepted(found)
        return tuple(outcomes)

    def check(self) -> Sequence[Check]:
        """https://resend.com/docs/api-reference/domains/list-domains"""
        exchange = self._caller.call("GET", "/domains", idempotent=True)
        answer = answered(exchange.body)
        if answer.get("name") == "restricted_api_key":
            return [
                Check("credentials", "ok", "the API key is accepted; it may only send, so no more is known")
            ]
        says = why(exchange, self._key)
        if exchange.verdict.meaning == "credentials":
            return [Check("credentials", "error", says, "set LPDOWNLOAD_RESEND_API_KEY to a key in use")]
        domains = answer.get("data")
        if exchange.status != 200 or not isinstance(domains, list):
            remedy = "check LPDOWNLOAD_RESEND_BASE_URL and the network; try again later"
            return [Check("reachable", "unknown", says, remedy)]
        checks = [Check("credentials", "ok", "the API key is accepted")]
        named = [domain for domain in domains if isinstance(domain, dict)]
        verified = [quoted(domain.get("name")) for domain in named if domain.get("status") == "verified"]
        if verified:
            checks.append(Check("domains", "ok", f"verified: {', '.join(verified)}"))
        else:
            remedy = "add and verify the sender's domain at Resend"
            checks.append(Check("domains", "error", "no domain is verified", remedy))
        for domain in named:
            if domain.get("open_tracking") is True or domain.get("click_tracking") is True:
                says = f"Resend counts opens or clicks of {quoted(domain.get('name'))} and rewrites its links"
                checks.append(Check("tracking", "warning", says, "turn tracking off for this domain"))
        return checks

    def close(self) -> None:
        self._caller.close()


def open_provider(settings: Settings) -> Resend:
    return Resend(settings)


EVENTS: Final[Mapping[str, EventKind]] = {
    "email.sent": "accepted",
    "email.delivered": "delivered",
    "email.delivery_delayed": "deferred",
    "email.bounced": "bounced",
    "email.complained": "complained",
    "email.opened": "opened",
    "email.clicked": "clicked",
    "email.failed": "refused",
    "email.suppressed": "bounced",
}
"""Its words, ours (https://resend.com/docs/webhooks/event-types). suppressed: it never tried, as the address
bounced for good or complained before, or was put on its list by hand, and it does not say which
(https://resend.com/docs/dashboard/emails/email-suppressions).

Not here, and passed over: email.received, email.scheduled, contact.… and domain.…
"""

_PERMANENT: Final = {"permanent": True, "transient": False}
"""Of a bounce; Undetermined is neither (https://resend.com/docs/dashboard/emails/email-bounces)."""

_MOST_AGE: Final = 300.0
"""Seconds (the specification's advice). A repeated report is signed anew."""


def verify(headers: Mapping[str, str], body: bytes, settings: Settings, now: datetime) -> None:
    """Checks HMAC-SHA-256 over id, timestamp and raw body, as Svix signs. Raises BadSignature.

    https://docs.svix.com/receiving/verifying-payloads/how-manual. Not by the package ``standardwebhooks``:
    it knows other names of the headers, asks the clock itself, and fails with ValueError on odd signatures.
    """
    secret = settings.webhook_secret.get_secret_value() if settings.webhook_secret else ""
    if not secret:
        raise BadSignature("WEBHOOK_SECRET is not set")
    try:
        key = base64.b64decode(secret.removeprefix("whsec_") + "==")
    except (binascii.Error, ValueError):
        key = b""
    if not key:
        raise BadSignature("WEBHOOK_SECRET is no signing secret")
    named = {name.lower(): value for name, value in headers.items()}
    own_id, timestamp = named.get("svix-id", ""), named.get("svix-timestamp", "")
    if not (timestamp.isascii() and timestamp.isdigit() and len(timestamp) <= 12):
        raise BadSignature("no time that was signed")
    signed = f"{own_id}.{timestamp}.".encode("utf-8", "surrogatepass") + body
    expected = base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode("ascii")
    # While a secret is being changed there are several, separated by spaces.
    given = [
        text.removeprefix("v1,") for text in named.get("svix-signature", "").split() if text[:3] == "v1,"
    ]
    if not [text for text in given[:10] if same(text, expected)]:
        raise BadSignature("the signature is not Resend's")
    if not within(moment(int(timestamp)), now, _MOST_AGE):
        raise BadSignature("it was signed too long ago, or by another clock")


def parse_events(body: bytes) -> Iterator[Event]:
    """The event of a report, if it is one of a message. Raises NotAnEvent; PartUnread if it is one."""
    report = object_of(json_of(body))
    kind = EVENTS.get(text_in(report, "type"))
    return each([report], partial(_event, kind), kind=lambda _: kind) if kind else iter(())


def _event(kind: EventKind, report: Mapping[str, object]) -> Event:
    data = object_of(report.get("data"))
    to = data.get("to")
    recipient = to[0] if isinstance(to, list) and to else to
    if not isinstance(recipient, str) or not recipient:
        raise NotAnEvent("an event without an address")
    tags, bounce = _tags(data.get("tags")), part_in(data, "bounce")
    details = [(bounce, "message"), (part_in(data, "click"), "link"), (part_in(data, "failed"), "reason")]
    details.append((part_in(data, "suppressed"), "message"))
    permanent = _PERMANENT.get(text_in(bounce, "type").lower()) if kind == "bounced" else None
    if text_in(report, "type") == "email.suppressed":
        permanent = True
    return Event(
        kind=kind,
        recipient=_address(recipient),
        reference=tags.get("reference"),
        send=tags.get("send"),
        at=moment(report.get("created_at")),  # data's own is when the message was made
        provider=NAME,
        provider_id=text_in(data, "email_id") or None,
        detail=next((found for item, name in details if (found := text_in(item, name))), ""),
        permanent=permanent,
        raw=report,
    )


def _address(text: str) -> str:
    try:
        return Mailbox.parse(text).address
    except BadMailbox:
        return text


def _tags(value: object) -> dict[str, str]:
    """As they come in a webhook, an object, or as they are sent, a list of names with values."""
    if isinstance(value, list):
        items = [object_of(item) for item in value]
        return {text_in(item, "name"): text_in(item, "value") for item in items}
    return (
        {name: text for name, text in value.items() if isinstance(text, str)}
        if isinstance(value, dict)
        else {}
    )
