"""Postmark: a full message for each recipient, 500 a call, through a broadcast stream; and its webhook.

https://postmarkapp.com/developer/api/email-api#send-batch-emails. A stream whose unsubscribes Postmark
manages gets Postmark's own link and List-Unsubscribe, and ours are lost (its support article 1299, "How to
include a List-Unsubscribe header"): such a stream, and a transactional one, is refused (postmark_stream.py).
"""

import base64
import binascii
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Final

from pydantic import BaseModel, ConfigDict, Field, SecretStr

from lpdownload.errors import Finding
from lpdownload.model.content import Pieces
from lpdownload.model.delivery import Accepted, InDoubt, Mail, Outcome, Recipient, Refused, Throttled
from lpdownload.model.event import Event, EventKind
from lpdownload.providers.answers import answered, json_value, not_taken, part_in, quoted, text_in, why
from lpdownload.providers.base import Batch, Capabilities, Check, CheckState, Told
from lpdownload.providers.endpoint import Endpoint
from lpdownload.providers.events import BadSignature, NotAnEvent, each, json_of, moment, object_of, same
from lpdownload.providers.http import Caller
from lpdownload.providers.json_messages import (
    RESERVED,
    JsonTemplate,
    PerMail,
    array_batch,
    json_text,
    mailbox_text,
)
from lpdownload.providers.merging import common_refusals, header_value, headers_of, subject_of
from lpdownload.providers.postmark_search import look_up
from lpdownload.providers.postmark_stream import UNKNOWN_STREAM, stream_findings

NAME: Final = "postmark"

CAPABILITIES: Final = Capabilities(
    title="Postmark",
    family="messages",
    most_recipients=500,
    most_bytes=12_500_000,  # of Postmark's 50 MB, so that several calls at once stay small in memory
    most_message_bytes=10_000_000,
    events=True,
    can_look_up=True,
)

_LARGEST_BODY: Final = 5_000_000
"""Bytes, of HtmlBody and of TextBody each."""
_LONGEST_METADATA: Final = 80
_LONGEST_SUBJECT: Final = 2000

_LATER: Final = frozenset({100, 429})
"""Maintenance, rate limit."""
_ACCOUNT: Final[Mapping[int, str]] = {
    10: "check the account's API_KEY",
    400: "add the sender to Postmark's sender signatures, or verify its domain",
    401: "confirm the sender's signature",
    405: "the account has no credits left, or may not send: look at its billing",
    412: "the account waits for Postmark's approval",
    413: "the account may not send: ask Postmark's support",
}
"""What to do about errors that no recipient is to blame for.

https://postmarkapp.com/developer/api/overview#error-codes. Any other but 0 is the message's own fault: 300,
an invalid request; 406, a recipient that bounced or complained.
"""


class Settings(BaseModel):
    """A server at Postmark."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    api_key: SecretStr = Field(
        description="The server's API token; POSTMARK_API_TEST has everything checked and nothing sent.",
        min_length=1,
        examples=["POSTMARK_API_TEST"],
    )
    message_stream: str = Field(
        "broadcast",
        description="ID of a broadcast stream in which you manage unsubscribes on your own.",
        pattern=r"^[a-z0-9][a-z0-9_-]*$",
    )
    base_url: Endpoint = Field("https://api.postmarkapp.com", description="Another address of the API.")
    webhook_user: str = Field("lpdownload", description="User name in the webhook's address.", min_length=1)
    webhook_password: SecretStr | None = Field(
        None, description="Password in the webhook's address; without it no event is believed."
    )


@dataclass(frozen=True)
class _Message:
    """What all recipients of a mail share, encoded once."""

    send: bytes
    fixed_headers: bytes
    varying_headers: tuple[tuple[str, Pieces], ...]
    rest: JsonTemplate

    @classmethod
    def of(cls, mail: Mail, stream: str) -> "_Message":
        """Raises UnsafeValue, BadMailbox for what ``refusals`` reports."""
        headers = headers_of(mail.content)
        pairs = [(name, header_value(name, pieces, {})) for name, pieces in headers if not pieces.slots]
        reply_to = b',"ReplyTo":' + json_text(mailbox_text(mail.reply_to)) if mail.reply_to else b""
        return cls(
            json_text(mail.send),
            b",".join(_header(name, text) for name, text in pairs),
            tuple((name, pieces) for name, pieces in headers if pieces.slots),
            JsonTemplate.of(
                b',"From":' + json_text(mailbox_text(mail.sender)) + reply_to,
                b',"MessageStream":'
                + json_text(stream)
                + b',"TrackOpens":false,"TrackLinks":"None","Subject":',
                subject_of(mail.content),
                b',"HtmlBody":',
                mail.content.html,
                b',"TextBody":',
                mail.content.text,
                b"}",
            ),
        )

    def parts(self, recipient: Recipient) -> list[bytes]:
        """Raises MissingValue, UnsafeValue, BadMailbox."""
        values = recipient.values
        headers = [self.fixed_headers] if self.fixed_headers else []
        headers += [
            _header(name, header_value(name, pieces, values)) for name, pieces in self.varying_headers
        ]
        to, reference = json_text(mailbox_text(recipient.to)), json_text(recipient.reference)
        metadata = b'{"reference":%s,"send":%s}' % (reference, self.send)
        head = b'{"To":%s,"Metadata":%s,"Headers":[%s]' % (to, metadata, b",".join(headers))
        return [head, *self.rest.parts(values)]


def _header(name: str, text: str) -> bytes:
    return b'{"Name":%s,"Value":%s}' % (json_text(name), json_text(text))


class Postmark:
    """Threads may share it; ``close`` it."""

    capabilities = CAPABILITIES

    def __init__(self, settings: Settings) -> None:
        self._stream = settings.message_stream
        self._key = settings.api_key.get_secret_value()
        self._caller = Caller(
            settings.base_url,
            headers={"X-Postmark-Server-Token": self._key, "Accept": "application/json"},
        )
        self._messages = PerMail(lambda mail: _Message.of(mail, self._stream))
        self._stream_findings: tuple[Finding, ...] | None = None

    def refusals(self, mail: Mail) -> Sequence[Finding]:
        """Asks Postmark how the stream handles unsubscribes, until it has told."""
        found = list(common_refusals(mail, title="Postmark", reserved=RESERVED))
        if len(mail.send) > _LONGEST_METADATA:
            hint = f"at most {_LONGEST_METADATA} characters"
            found.append(Finding("long-send", "the send's name does not fit Postmark's metadata", hint))
        if sum(map(len, mail.content.subject.literals)) > _LONGEST_SUBJECT:
            found.append(Finding("long-subject", "Postmark takes 2,000 characters of subject", "shorten it"))
        for field, pieces in (("HTML", mail.content.html), ("text", mail.content.text)):
            if sum(len(text.encode("utf-8", "replace")) for text in pieces.literals) > _LARGEST_BODY:
                found.append(Finding("too-large", f"Postmark takes 5 MB of {field}", "shorten the issue"))
        if found:
            return found
        if self._stream_findings is None:
            findings = stream_findings(self._caller, self._stream, self._key)
            if [finding for finding in findings if finding.rule == UNKNOWN_STREAM]:
                return findings
            self._stream_findings = findings
        return self._stream_findings

    def build(self, mail: Mail, recipients: Sequence[Recipient], key: str) -> Batch:
        return array_batch(recipients, key, CAPABILITIES, self._messages.of(mail).parts)

    def submit(self, batch: Batch, *, told: Told | None = None) -> tuple[Outcome, ...]:  # noqa: ARG002
        count = len(batch.references)
        if not count:
            return ()
        exchange = self._caller.call(
            "POST", "/email/batch", body=batch.parts[0], headers={"Content-Type": batch.content_type}
        )
        outcome = not_taken(
            exchange, title="Postmark", remedy="check the account's API_KEY", secret=self._key
        )
        if outcome:
            return (outcome,) * count
        answers = json_value(exchange.body)
        unknown = InDoubt("Postmark took the batch, but its answer does not name this one")
        if not isinstance(answers, list) or len(answers) > count:
            return (unknown,) * count
        found = [
            self._outcome(answer, address) or unknown
            for answer, address in zip(answers, batch.addresses, strict=False)
        ]
        return (*found, *[unknown] * (count - len(found)))

    def _outcome(self, answer: object, address: str) -> Outcome | None:
        """Of one message; None if the answer does not tell. ``answer`` is for ``address``, or for nobody."""
        if not isinstance(answer, dict):
            return None
        to = answer.get("To")  # not in every error
        if isinstance(to, str) and to and address.lower() not in to.lower():
            return None
        code, own_id = answer.get("ErrorCode"), answer.get("MessageID")
        said = quoted(answer.get("Message"), self._key)
        if isinstance(code, bool):
            return None
        if code == 0:
            return Accepted(own_id if isinstance(own_id, str) and own_id else None)
        if code is None and isinstance(own_id, str) and own_id:
            return Accepted(own_id)  # "Message accepted, but delivery may be delayed." has no ErrorCode
        if not isinstance(code, int):
            return None
        because = f"Postmark's error {code}: {said}" if said else f"Postmark's error {code}"
        if code in _LATER:
            return Throttled(because)
        remedy = _ACCOUNT.get(code)
        return Refused(f"{because}; {remedy}", account=True) if remedy else Refused(because)

    def check(self) -> Sequence[Check]:
        """https://postmarkapp.com/developer/api/server-api#get-server"""
        exchange = self._caller.call("GET", "/server", idempotent=True)
        says = why(exchange, self._key)
        if exchange.verdict.meaning == "credentials":
            return [
                Check("credentials", "error", says, "set LPDOWNLOAD_POSTMARK_API_KEY to the server's token")
            ]
        server = answered(exchange.body)
        if exchange.status != 200 or "Name" not in server:
            remedy = "check LPDOWNLOAD_POSTMARK_BASE_URL and the network; try again later"
            return [Check("reachable", "unknown", says, remedy)]
        checks = [Check("credentials", "ok", "the API token is accepted")]
        if server.get("DeliveryType") == "Sandbox":
            checks.append(
                Check("server", "warning", "a sandbox server: it delivers nothing", "take a live one")
            )
        findings = stream_findings(self._caller, self._stream, self._key)
        for finding in findings:
            state: CheckState = "unknown" if finding.rule == UNKNOWN_STREAM else "error"
            checks.append(Check("stream", state, finding.message, finding.hint))
        if not findings:
            checks.append(Check("stream", "ok", f"{self._stream} carries our unsubscribe headers"))
        return checks

    def look_up(
        self, send: str, references: Sequence[str], since: datetime
    ) -> Mapping[str, Accepted | Refused]:
        return look_up(self._caller, self._stream, send, references, since, secret=self._key)

    def close(self) -> None:
        self._caller.close()


def open_provider(settings: Settings) -> Postmark:
    return Postmark(settings)


EVENTS: Final[Mapping[str, EventKind]] = {
    "Delivery": "delivered",
    "Bounce": "bounced",
    "SpamComplaint": "complained",
    "SubscriptionChange": "unsubscribed",
    "Open": "opened",
    "Click": "clicked",
}
"""Its RecordType, ours (https://postmarkapp.com/developer/webhooks/webhooks-overview)."""

BOUNCES: Final[Mapping[str, tuple[EventKind, bool | None]]] = {
    "HardBounce": ("bounced", True),
    "BadEmailAddress": ("bounced", True),
    "SoftBounce": ("bounced", False),
    "Transient": ("deferred", None),
    "DnsError": ("bounced", False),
    "Blocked": ("bounced", False),
    "VirusNotification": ("bounced", False),
    "DMARCPolicy": ("bounced", False),
    "TemplateRenderingFailed": ("refused", None),
    "SMTPApiError": ("refused", None),
    "SpamNotification": ("complained", None),
    "SpamComplaint": ("complained", None),
    "Unsubscribe": ("unsubscribed", None),
    "ManuallyDeactivated": ("refused", None),
    "Unknown": ("bounced", None),
    "Undeliverable": ("bounced", None),
}
"""A bounce's Type, and whether the address is dead (https://postmarkapp.com/developer/api/bounce-api#bounce-types).

Passed over: AutoResponder, AddressChange, ChallengeVerification, OpenRelayTest, Subscribe, Unconfirmed,
InboundError: they are no fate of a message.
"""

SUPPRESSIONS: Final[Mapping[str, tuple[EventKind, bool | None]]] = {
    "HardBounce": ("bounced", True),
    "SpamComplaint": ("complained", None),
    "ManualSuppression": ("unsubscribed", None),
}
"""A SubscriptionChange's SuppressionReason (https://postmarkapp.com/developer/webhooks/subscription-change-webhook)."""

_TIMES: Final = ("DeliveredAt", "BouncedAt", "ReceivedAt", "ChangedAt")


def verify(headers: Mapping[str, str], body: bytes, settings: Settings, now: datetime) -> None:  # noqa: ARG001
    """Checks the user and password that Postmark was given in the address. Raises BadSignature.

    Postmark signs nothing (https://postmarkapp.com/developer/webhooks/webhooks-overview#protecting-your-webhook).
    """
    password = settings.webhook_password.get_secret_value() if settings.webhook_password else ""
    if not password:
        raise BadSignature("WEBHOOK_PASSWORD is not set")
    given = next((value for name, value in headers.items() if name.lower() == "authorization"), "")
    scheme, _, credentials = given.partition(" ")
    try:
        found = base64.b64decode(credentials.strip(), validate=True) if scheme.lower() == "basic" else b""
    except (binascii.Error, ValueError):
        found = b""
    if not same(found, f"{settings.webhook_user}:{password}"):
        raise BadSignature("the user name and password are not the webhook's")


def parse_events(body: bytes) -> Iterator[Event]:
    """The event of a report, if it is one of a message. Raises NotAnEvent; PartUnread if it is one."""
    report = object_of(json_of(body))
    named = _kind(report)
    return each([report], partial(_event, *named), kind=lambda _: named[0]) if named else iter(())


def _kind(report: Mapping[str, object]) -> tuple[EventKind, bool | None] | None:
    kind = EVENTS.get(text_in(report, "RecordType"))
    if kind == "bounced":
        return BOUNCES.get(text_in(report, "Type"))
    if kind == "unsubscribed":
        if report.get("SuppressSending") is not True:
            return None
        return SUPPRESSIONS.get(text_in(report, "SuppressionReason"), ("unsubscribed", None))
    return (kind, None) if kind else None


def _event(kind: EventKind, permanent: bool | None, report: Mapping[str, object]) -> Event:
    recipient = text_in(report, "Recipient") or text_in(report, "Email")
    if not recipient:
        raise NotAnEvent("an event without an address")
    own = part_in(report, "Metadata")
    details = (
        text_in(report, name) for name in ("OriginalLink", "Details", "Description", "SuppressionReason")
    )
    return Event(
        kind=kind,
        recipient=recipient,
        reference=text_in(own, "reference") or None,
        send=text_in(own, "send") or None,
        at=moment(next((report[name] for name in _TIMES if report.get(name)), None)),
        provider=NAME,
        provider_id=text_in(report, "MessageID") or None,
        detail=next(filter(None, details), ""),
        permanent=permanent,
        raw=report,
    )
