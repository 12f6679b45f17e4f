"""Reports as providers send them, signed for the settings that ``environ`` holds."""

import base64
import hashlib
import hmac
import json
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Final

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from tests.providers import sns_messages
from tests.providers.test_event_sources import REPORTS, SES_REPORT

from lpdownload.settings import Provider

_KEY: Final = ec.generate_private_key(ec.SECP256R1())
_PUBLIC: Final = _KEY.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
_SECRET: Final = base64.b64encode(b"the signing secret").decode()

ENVIRON: Final = {
    "LPDOWNLOAD_SENDGRID_API_KEY": "k",
    "LPDOWNLOAD_SENDGRID_WEBHOOK_PUBLIC_KEY": base64.b64encode(_PUBLIC).decode(),
    "LPDOWNLOAD_RESEND_API_KEY": "k",
    "LPDOWNLOAD_RESEND_WEBHOOK_SECRET": f"whsec_{_SECRET}",
    "LPDOWNLOAD_POSTMARK_API_KEY": "k",
    "LPDOWNLOAD_POSTMARK_WEBHOOK_PASSWORD": "the password",
    "LPDOWNLOAD_MAILGUN_API_KEY": "k",
    "LPDOWNLOAD_MAILGUN_DOMAIN": "news.example.org",
    "LPDOWNLOAD_MAILGUN_WEBHOOK_SIGNING_KEY": "the signing key",
    "LPDOWNLOAD_SES_REGION": "us-east-1",
    "LPDOWNLOAD_SES_TOPIC_ARN": sns_messages.TOPIC,
}

Knock = tuple[dict[str, str], bytes]
"""Headers and body."""


def _sendgrid(report: object, at: datetime) -> Knock:
    body, stamp = json.dumps(report).encode(), str(int(at.timestamp()))
    signature = _KEY.sign(stamp.encode() + body, ec.ECDSA(hashes.SHA256()))
    named = "X-Twilio-Email-Event-Webhook-"
    signed = base64.b64encode(signature).decode()
    return {f"{named}Signature": signed, f"{named}Timestamp": stamp}, body


def _resend(report: object, at: datetime) -> Knock:
    body, stamp = json.dumps(report).encode(), str(int(at.timestamp()))
    digest = hmac.new(base64.b64decode(_SECRET), f"msg_1.{stamp}.".encode() + body, hashlib.sha256).digest()
    signature = f"v1,{base64.b64encode(digest).decode()}"
    return {"svix-id": "msg_1", "svix-timestamp": stamp, "svix-signature": signature}, body


def _postmark(report: object, _at: datetime) -> Knock:
    credentials = base64.b64encode(b"lpdownload:the password").decode()
    return {"authorization": f"Basic {credentials}"}, json.dumps(report).encode()


def mailgun(report: object, at: datetime, token: str = "t" * 50) -> Knock:
    stamp = str(int(at.timestamp()))
    signature = hmac.new(b"the signing key", f"{stamp}{token}".encode(), hashlib.sha256).hexdigest()
    assert isinstance(report, dict)
    block = {"timestamp": stamp, "token": token, "signature": signature}
    return {}, json.dumps({**report, "signature": block}).encode()


def ses(report: object, at: datetime, **more: str) -> Knock:
    stamp = at.isoformat(timespec="milliseconds").replace("+00:00", "Z")
    return {}, json.dumps(sns_messages.envelope(json.dumps(report), Timestamp=stamp, **more)).encode()


SIGNED: Final[Mapping[Provider, Callable[[object, datetime], Knock]]] = {
    "sendgrid": _sendgrid,
    "resend": _resend,
    "postmark": _postmark,
    "mailgun": mailgun,
    "ses": ses,
}


def knock(provider: Provider, at: datetime, report: object = None) -> Knock:
    """A report as its provider sends it at that moment; a hard bounce of Ana's if none is given."""
    if report is None:
        report = SES_REPORT if provider == "ses" else REPORTS[provider]
    return SIGNED[provider](report, at)
