"""Amazon SNS over HTTP: the envelope of SES's events, its signature, and the subscription.

https://docs.aws.amazon.com/sns/latest/dg/sns-verify-signature-of-message.html. Anybody can have Amazon sign a
message of a topic of his own: the signature proves only that it is of the topic it names, so the topic must
be the configured one, and only that topic's subscription is ever confirmed.

That the certificate is Amazon's is known by where it was fetched: over TLS, from a host of Amazon SNS. Its
own chain is not followed: the file holds no intermediate certificates, and Amazon's validators for PHP, Ruby
and JavaScript (aws/aws-php-sns-message-validator) do not either.
"""

import base64
import binascii
import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Final, TypeAlias

from lpdownload.errors import Finding, InvalidInput
from lpdownload.providers.aws import INSTALL
from lpdownload.providers.events import BadSignature, NotAnEvent, json_of, moment, object_of, within

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
    from cryptography.x509 import Certificate

Fetch: TypeAlias = Callable[[str], bytes]
"""GETs an https URL, following nothing; raises OSError."""

_URL: Final = re.compile(r"(https://sns\.[a-z0-9-]{3,30}\.amazonaws\.com(?:\.cn)?)(/[!-\[\]-~]{0,2000})")
"""Its host, and the rest, in which nothing is left that two readers of a URL take differently."""
_NOTIFICATION: Final = ("Message", "MessageId", "Subject", "Timestamp", "TopicArn", "Type")
_CONFIRMATION: Final = ("Message", "MessageId", "SubscribeURL", "Timestamp", "Token", "TopicArn", "Type")
SIGNED: Final[Mapping[str, tuple[str, ...]]] = {
    "Notification": _NOTIFICATION,
    "SubscriptionConfirmation": _CONFIRMATION,
    "UnsubscribeConfirmation": _CONFIRMATION,
}
"""The signed members of each type, in order."""
_MOST_AGE: Final = 3600.0
"""Seconds; SNS tries an HTTP endpoint again for some minutes, and its clock is its own."""
_FETCH_SECONDS: Final = 10.0


def envelope_of(body: bytes) -> Mapping[str, object]:
    """The members of an SNS message. Raises NotAnEvent."""
    envelope = object_of(json_of(body))
    if _text(envelope, "Type") not in SIGNED:
        raise NotAnEvent("not a message of Amazon SNS")
    return envelope


def verify_envelope(envelope: Mapping[str, object], topic: str, now: datetime, fetch: Fetch) -> None:
    """Checks topic, age and signature, version 1 or 2. Raises BadSignature.

    ``fetch`` gets the signing certificate, which is kept.
    """
    if not topic or envelope.get("TopicArn") != topic:
        raise BadSignature("it is of another topic than the configured one")
    try:
        fresh = within(moment(envelope.get("Timestamp")), now, _MOST_AGE)
    except NotAnEvent:
        fresh = False
    if not fresh:
        raise BadSignature("it was signed too long ago, or by another clock")
    address = amazon_url(envelope.get("SigningCertURL"))
    if "?" in address or "#" in address or not address.endswith(".pem"):
        raise BadSignature("its certificate is not at Amazon SNS")
    try:
        signature = base64.b64decode(_text(envelope, "Signature"), validate=True)
    except (binascii.Error, ValueError):
        raise BadSignature("no signature") from None
    _check(envelope, signature, public_key(address, fetch, now))


def _check(envelope: Mapping[str, object], signature: bytes, key: "RSAPublicKey") -> None:
    from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15

    known = {"1": hashes.SHA1, "2": hashes.SHA256}
    algorithm = known.get(_text(envelope, "SignatureVersion"))
    if not algorithm:
        raise BadSignature("no version of signature that is known")
    try:
        key.verify(signature, string_to_sign(envelope), PKCS1v15(), algorithm())
    except InvalidSignature:
        raise BadSignature("the signature is not Amazon's") from None
    except UnsupportedAlgorithm:
        raise BadSignature("this system forbids SHA-1: set the topic's SignatureVersion to 2") from None


def string_to_sign(envelope: Mapping[str, object]) -> bytes:
    """Each signed member that is there: its name and its value, a line each."""
    members = SIGNED[_text(envelope, "Type")]
    lines = (f"{name}\n{_text(envelope, name)}\n" for name in members if envelope.get(name) is not None)
    return "".join(lines).encode("utf-8", "replace")


def public_key(address: str, fetch: Fetch, now: datetime) -> "RSAPublicKey":
    """Of the certificate at an address that ``amazon_url`` has passed. Raises BadSignature."""
    try:
        from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
    except ImportError:
        missing = Finding("missing-package", "the package cryptography is missing", INSTALL)
        raise InvalidInput([missing]) from None
    try:
        certificate = _certificate(address, fetch)
        key = certificate.public_key()
    except (OSError, ValueError):
        raise BadSignature("its certificate cannot be read") from None
    if not certificate.not_valid_before_utc <= now.astimezone(UTC) <= certificate.not_valid_after_utc:
        raise BadSignature("its certificate is not valid now")
    if not isinstance(key, RSAPublicKey):
        raise BadSignature("its certificate has another kind of key")
    return key


@lru_cache(maxsize=8)
def _certificate(address: str, fetch: Fetch) -> "Certificate":
    """Kept only if it can be read: what raises is asked for again."""
    from cryptography.x509 import load_pem_x509_certificate

    return load_pem_x509_certificate(fetch(address))


def amazon_url(value: object) -> str:
    """An https URL at Amazon SNS, without a port or a user. Raises BadSignature."""
    if not isinstance(value, str) or not _URL.fullmatch(value):
        raise BadSignature("an address that is not Amazon SNS's")
    return value


def confirm_subscription(envelope: Mapping[str, object], fetch: Fetch) -> bool:
    """Confirms, if an envelope that was verified asks for it. Raises BadSignature, OSError."""
    if envelope.get("Type") != "SubscriptionConfirmation":
        return False
    fetch(amazon_url(envelope.get("SubscribeURL")))
    return True


def fetch_from_amazon(address: str) -> bytes:
    """GETs what ``amazon_url`` has passed; certificates checked, nothing followed. Raises OSError."""
    from lpdownload.providers.http import Caller

    found = _URL.fullmatch(address)
    if not found:
        raise OSError("no address of Amazon SNS")
    caller = Caller(found[1], headers={"Accept": "*/*"}, at_once=1, total_seconds=_FETCH_SECONDS)
    try:
        answer = caller.call("GET", found[2], idempotent=True)
    finally:
        caller.close()
    if answer.status != 200 or not answer.complete:
        raise OSError(f"Amazon SNS: {answer.reason}")
    return answer.body


def _text(item: Mapping[str, object], name: str) -> str:
    value = item.get(name)
    return value if isinstance(value, str) else ""
