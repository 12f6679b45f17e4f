"""Messages of Amazon SNS, signed with a key of our own."""

import base64
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from lpdownload.providers import sns

TOPIC = "arn:aws:sns:us-east-1:123456789012:newsletter"
NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
CERTIFICATE_URL = "https://sns.us-east-1.amazonaws.com/SimpleNotificationService-1.pem"


def certificate(key: rsa.RSAPrivateKey, until: datetime = NOW + timedelta(days=30)) -> bytes:
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "sns.amazonaws.com")])
    builder = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    builder = builder.serial_number(1).not_valid_before(NOW - timedelta(days=60)).not_valid_after(until)
    return builder.sign(key, hashes.SHA256()).public_bytes(Encoding.PEM)


KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)
CERTIFICATE = certificate(KEY)


def serving(pem: bytes = CERTIFICATE) -> tuple[Callable[[str], bytes], list[str]]:
    asked: list[str] = []

    def fetch(address: str) -> bytes:
        asked.append(address)
        return pem

    return fetch, asked


def envelope(message: str = "hello", version: str = "2", **more: str) -> dict[str, str]:
    """Signed, as in https://docs.aws.amazon.com/sns/latest/dg/sns-message-and-json-formats.html."""
    found = {
        "Type": "Notification",
        "MessageId": "22b80b92",
        "TopicArn": TOPIC,
        "Subject": "Amazon SES Email Event Notification",
        "Message": message,
        "Timestamp": NOW.isoformat().replace("+00:00", ".000Z"),
        "SignatureVersion": version,
        "SigningCertURL": CERTIFICATE_URL,
        **more,
    }
    algorithm = hashes.SHA1() if version == "1" else hashes.SHA256()
    signature = KEY.sign(sns.string_to_sign(found), padding.PKCS1v15(), algorithm)
    return {**found, "Signature": base64.b64encode(signature).decode()}
