"""Amazon SES, API v2: SendEmail with our own MIME message, a call each; and its events over SNS.

Not SendBulkEmail, though it has ReplacementHeaders since May 2024 and takes 50 recipients a call: its
templates know one ``{{x}}`` for HTML, text and URLs alike, a template that fails to render is only heard of
as an event, after the mail was "accepted", and at most 15 headers get through. Amazon's rate is by recipient
anyway. botocore signs and finds credentials; the call is made by http.Caller, under the rules of retry.py.
"""

import base64
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Final

from pydantic import BaseModel, ConfigDict, Field, SecretStr

from lpdownload.errors import Finding
from lpdownload.model.delivery import Accepted, InDoubt, Mail, Outcome, Recipient, Refused, Throttled
from lpdownload.model.event import Event, EventKind
from lpdownload.providers import sns
from lpdownload.providers.answers import answered, not_taken, part_in, text_in, why
from lpdownload.providers.aws import INSTALL, NoCredentials, Signer
from lpdownload.providers.base import Batch, Capabilities, Check, Told
from lpdownload.providers.endpoint import Endpoint
from lpdownload.providers.events import NotAnEvent, each, json_of, moment, object_of, require_small
from lpdownload.providers.http import Caller, Exchange
from lpdownload.providers.json_messages import json_text
from lpdownload.providers.mime_batch import mime_batch, mime_refusals

NAME: Final = "ses"

CAPABILITIES: Final = Capabilities(
    title="Amazon SES",
    family="messages",
    # A call has one recipient. A batch is 50 calls: a million recipients are 20,000 batches in the ledger.
    most_recipients=50,
    most_bytes=500_000_000,
    most_message_bytes=10_000_000,  # 40 MB with its base64; above 10 MB Amazon slows down
    events=True,
)

_TAG: Final = re.compile(r"[A-Za-z0-9_-]{1,256}")
_SEND: Final = "/v2/email/outbound-emails"
_ACCOUNT: Final = "/v2/email/account"
_REMEDY: Final = (
    "check the account's ACCESS_KEY_ID, SECRET_ACCESS_KEY and REGION, and that the user may do ses:SendEmail"
)
_NO_TRACKING: Final = b'{"Tracking":{"OpenTrackingEnabled":"DISABLED","ClickTrackingEnabled":"DISABLED"}}'
"""https://docs.aws.amazon.com/ses/latest/dg/configuration-overrides.html"""

_LATER: Final = frozenset(
    {"TooManyRequestsException", "LimitExceededException", "ThrottlingException", "Throttling"}
)
"""The rate or the quota of a day; two of them come with HTTP 400.

https://docs.aws.amazon.com/ses/latest/dg/manage-sending-quotas-errors.html
"""
_STOPPED: Final[Mapping[str, str]] = {
    "AccountSuspendedException": "Amazon has stopped this account's mail for good: ask its support",
    "SendingPausedException": "sending is paused: resume it in the SES console",
    "MailFromDomainNotVerifiedException": "verify the MAIL FROM domain in the SES console",
    "NotFoundException": "check the account's CONFIGURATION_SET and REGION",
}
"""Errors that no recipient is to blame for, and what to do; any other is the message's own fault."""


class Settings(BaseModel):
    """An account at Amazon SES."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    region: str = Field(
        description="Region in which the sender is verified.",
        pattern=r"^[a-z]{2}(-[a-z]+)+-[0-9]+$",
        examples=["us-east-1"],
    )
    access_key_id: str = Field(
        "", description="Access key; if not given, credentials are found as by every AWS program."
    )
    secret_access_key: SecretStr | None = Field(None, description="Secret of the access key.")
    session_token: SecretStr | None = Field(None, description="Token of temporary credentials.")
    configuration_set: str = Field(
        "",
        description="Configuration set that publishes events; without one, no events come back.",
        pattern=r"^[A-Za-z0-9_-]{0,64}$",
    )
    topic_arn: str = Field(
        "",
        description="SNS topic of the events, without which none is believed.",
        pattern=r"^(arn:aws[a-z-]*:sns:[a-z0-9-]+:[0-9]{12}:[A-Za-z0-9_.-]+)?$",
        examples=["arn:aws:sns:us-east-1:123456789012:newsletter"],
    )
    endpoint_url: Endpoint | None = Field(None, description="Another address of the API.")

    @property
    def endpoint(self) -> str:
        suffix = "amazonaws.com.cn" if self.region.startswith("cn-") else "amazonaws.com"
        return self.endpoint_url or f"https://email.{self.region}.{suffix}"


class Ses:
    """Threads may share it; ``close`` it."""

    capabilities = CAPABILITIES

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._caller = Caller(settings.endpoint, headers={"Accept": "application/json"})
        own = settings.access_key_id, settings.secret_access_key, settings.session_token
        self._signer = Signer(settings.region, *own)

    def refusals(self, mail: Mail) -> Sequence[Finding]:
        found = []
        try:
            import botocore.auth  # noqa: F401
        except ImportError:
            found.append(Finding("missing-package", "the package botocore is missing", INSTALL))
        if not _TAG.fullmatch(mail.send):
            hint = "letters, digits, _ and -, at most 256"
            found.append(Finding("bad-tag", "the send's name does not fit a tag of Amazon SES", hint))
        found += mime_refusals(mail)
        return found

    def build(self, mail: Mail, recipients: Sequence[Recipient], key: str) -> Batch:
        """https://docs.aws.amazon.com/ses/latest/APIReference-V2/API_SendEmail.html

        Amazon puts its own Date and Message-ID in the place of ours
        (https://docs.aws.amazon.com/ses/latest/dg/header-fields.html).
        """
        batch = mime_batch(mail, recipients, key, CAPABILITIES)
        send = b'{"Name":"send","Value":%s}' % json_text(mail.send)
        tail = b'],"ConfigurationOverrides":' + _NO_TRACKING
        if self._settings.configuration_set:
            tail += b',"ConfigurationSetName":' + json_text(self._settings.configuration_set)
        parts = list[bytes]()
        for reference, address, message in zip(batch.references, batch.addresses, batch.parts, strict=True):
            to, tag = json_text(address), json_text(reference)
            head = b'{"Destination":{"ToAddresses":[%s]},"EmailTags":[%s,{"Name":"reference","Value":%s}'
            content = b',"Content":{"Raw":{"Data":"%s"}}}' % base64.b64encode(message)
            parts.append(head % (to, send, tag) + tail + content)
        return replace(batch, parts=tuple(parts), content_type="application/json", sender="")

    def submit(self, batch: Batch, *, told: Told | None = None) -> tuple[Outcome, ...]:
        """A call each, in order. What stops one for the account's sake stops the rest: they are not tried."""
        outcomes: list[Outcome] = []
        rest: Outcome | None = None
        for index, body in enumerate(batch.parts):
            outcome = rest
            if outcome is None:
                outcome, stop = self._submit_one(body, batch.content_type)
                if stop:
                    rest = outcome if isinstance(outcome, Refused | Throttled) else Throttled(_NOT_TRIED)
            outcomes.append(outcome)
            if told:
                told(index, outcome)
        return tuple(outcomes)

    def _submit_one(self, body: bytes, content_type: str) -> tuple[Outcome, bool]:
        try:
            exchange = self._call("POST", _SEND, body, {"Content-Type": content_type})
        except NoCredentials as error:
            return Refused(f"Amazon SES: {error}; {_REMEDY}", account=True), True
        code = _error_code(exchange)
        because = f"{code}, {why(exchange, *self._secrets)}"
        if code in _LATER:
            return Throttled(f"Amazon SES: {because}", exchange.seconds), True
        if code in _STOPPED:
            return Refused(f"Amazon SES: {because}; {_STOPPED[code]}", account=True), True
        secret = self._secrets[0] if self._secrets else ""
        outcome = not_taken(exchange, title="Amazon SES", remedy=_REMEDY, secret=secret)
        if outcome:
            return outcome, exchange.verdict.meaning != "refused"
        found = answered(exchange.body).get("MessageId")
        if isinstance(found, str) and found:
            return Accepted(found), False
        return InDoubt("Amazon SES answered without a MessageId"), False

    def _call(self, method: str, path: str, body: bytes, headers: Mapping[str, str]) -> Exchange:
        """Raises NoCredentials, ImportError."""
        signed = self._signer.signed(method, self._settings.endpoint + path, body, headers)
        return self._caller.call(method, path, body=body, headers=signed)

    @property
    def _secrets(self) -> list[str]:
        secrets = (self._settings.secret_access_key, self._settings.session_token)
        return [secret.get_secret_value() for secret in secrets if secret]

    def check(self) -> Sequence[Check]:
        """https://docs.aws.amazon.com/ses/latest/APIReference-V2/API_GetAccount.html"""
        try:
            exchange = self._call("GET", _ACCOUNT, b"", {})
        except ImportError:
            return [Check("package", "error", "the package botocore is missing", INSTALL)]
        except NoCredentials as error:
            return [Check("credentials", "error", str(error), _REMEDY)]
        says = why(exchange, *self._secrets)
        if exchange.verdict.meaning == "credentials":
            return [Check("credentials", "error", says, _REMEDY + " and ses:GetAccount")]
        account = answered(exchange.body)
        if exchange.status != 200 or "SendingEnabled" not in account:
            remedy = "check LPDOWNLOAD_SES_REGION, LPDOWNLOAD_SES_ENDPOINT_URL and the network"
            return [Check("reachable", "unknown", says, remedy)]
        checks = [Check("credentials", "ok", "the credentials are accepted")]
        if account["SendingEnabled"] is not True:
            checks.append(Check("sending", "error", "sending is paused", "resume it in the SES console"))
        if account.get("ProductionAccessEnabled") is False:
            says = "the account is in the sandbox: it reaches only verified addresses"
            checks.append(Check("sending", "warning", says, "ask Amazon for production access"))
        quota = account.get("SendQuota")
        if isinstance(quota, dict):
            says = f"{quota.get('SentLast24Hours')} of {quota.get('Max24HourSend')} in the last 24 hours"
            checks.append(Check("quota", "ok", f"{says}, {quota.get('MaxSendRate')} a second"))
        if not self._settings.configuration_set:
            remedy = "set LPDOWNLOAD_SES_CONFIGURATION_SET to one that publishes to your SNS topic"
            checks.append(Check("events", "warning", "bounces and complaints are not reported back", remedy))
        return checks

    def close(self) -> None:
        self._caller.close()


_NOT_TRIED: Final = "Amazon SES was not asked, because the call before failed"


def open_provider(settings: Settings) -> Ses:
    return Ses(settings)


def _error_code(exchange: Exchange) -> str:
    """As in TooManyRequestsException; "" if it was taken, or is no error of the API's."""
    if exchange.status is None or exchange.status < 400:
        return ""
    named = exchange.headers.get("x-amzn-errortype") or answered(exchange.body).get("__type")
    text = named if isinstance(named, str) else ""
    return text.partition(":")[0].rpartition("#")[2]


EVENTS: Final[Mapping[str, EventKind]] = {
    "Send": "accepted",
    "Delivery": "delivered",
    "DeliveryDelay": "deferred",
    "Bounce": "bounced",
    "Complaint": "complained",
    "Subscription": "unsubscribed",
    "Open": "opened",
    "Click": "clicked",
    "Reject": "refused",
    "Rendering Failure": "refused",
}
"""Its words, ours (https://docs.aws.amazon.com/ses/latest/dg/event-publishing-retrieving-sns-contents.html)."""

_PERMANENT: Final = {"Permanent": True, "Transient": False}
"""Of a bounce; Undetermined is neither."""

_MEMBERS: Final = {"DeliveryDelay": "deliveryDelay", "Rendering Failure": "failure"}
"""Where an event's own data are, if not under its name in small letters."""

_ADDRESSED: Final = {
    "Bounce": "bouncedRecipients",
    "Complaint": "complainedRecipients",
    "DeliveryDelay": "delayedRecipients",
}


def verify(
    headers: Mapping[str, str],  # noqa: ARG001  (all is in the body)
    body: bytes,
    settings: Settings,
    now: datetime,
    fetch: sns.Fetch = sns.fetch_from_amazon,
) -> None:
    """Checks Amazon SNS's signature, and its topic. Raises BadSignature, NotAnEvent."""
    require_small(body)
    sns.verify_envelope(sns.envelope_of(body), settings.topic_arn, now, fetch)


def confirm(body: bytes, fetch: sns.Fetch = sns.fetch_from_amazon) -> bool:
    """Confirms the subscription, if a body that ``verify`` has passed asks for it. Raises OSError."""
    return sns.confirm_subscription(sns.envelope_of(body), fetch)


def parse_events(body: bytes) -> Iterator[Event]:
    """The events of a report, one for each recipient it names. Raises NotAnEvent before the first, PartUnread
    after the last if some cannot be read.
    """
    envelope = sns.envelope_of(body)
    message = envelope.get("Message")
    if envelope["Type"] != "Notification" or not isinstance(message, str):
        return iter(())
    if message.startswith("Successfully validated SNS topic"):  # SES says so once, in plain text
        return iter(())
    report = object_of(json_of(message.encode("utf-8", "replace")))
    word = text_in(report, "eventType") or text_in(report, "notificationType")
    kind = EVENTS.get(word)
    return _events(report, word, kind) if kind else iter(())


def _events(report: Mapping[str, object], word: str, kind: EventKind) -> Iterator[Event]:
    mail, own = part_in(report, "mail"), part_in(report, _MEMBERS.get(word, word.lower()))
    if kind == "complained" and text_in(own, "complaintFeedbackType") == "not-spam":
        return iter(())  # the recipient has taken it out of the junk folder
    if kind == "unsubscribed" and part_in(own, "newTopicPreferences").get("unsubscribeAll") is not True:
        return iter(())
    tags = part_in(mail, "tags")
    details = [text_in(own, name) for name in ("link", "reason", "errorMessage", "smtpResponse", "delayType")]
    details.append(text_in(own, "complaintFeedbackType"))
    bounce = text_in(own, "bounceType")

    def of(item: object) -> Event:
        address, words = _recipient(item)
        return Event(
            kind=kind,
            recipient=address,
            reference=_tag(tags, "reference"),
            send=_tag(tags, "send"),
            at=moment(own.get("timestamp") or mail.get("timestamp")),
            provider=NAME,
            provider_id=text_in(mail, "messageId") or None,
            detail=words or next(filter(None, details), "") or bounce,
            permanent=_PERMANENT.get(bounce) if kind == "bounced" else None,
            raw=report,
        )

    named = own.get(_ADDRESSED.get(word, "recipients")) or mail.get("destination")
    items = named if isinstance(named, list) else []
    return each(items, of, kind=lambda _: kind, raw=lambda _: report)


def _recipient(item: object) -> tuple[str, str]:
    """An address with what was said of it."""
    if isinstance(item, str):
        return item, ""
    if isinstance(item, dict) and text_in(item, "emailAddress"):
        return text_in(item, "emailAddress"), text_in(item, "diagnosticCode") or text_in(item, "status")
    raise NotAnEvent("an event without an address")


def _tag(tags: Mapping[str, object], name: str) -> str | None:
    values = tags.get(name)
    found = values[0] if isinstance(values, list) and values else None
    return found if isinstance(found, str) else None
