"""All sample issues to people with hostile names: read back by two parsers, and signed with DKIM."""

import base64
import email
from dataclasses import dataclass, replace
from email.header import decode_header, make_header
from email.message import EmailMessage
from email.policy import default
from email.utils import parseaddr
from pathlib import Path

import dkim
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat
from fast_mail_parser import parse_email
from hypothesis import given
from hypothesis import strategies as st
from tests.providers.hostile import NOW, hostile_mail, person
from tests.providers.smtp_client import Inbox, batch, provider, real_server

from lpdownload.content.issues import load_issue
from lpdownload.content.library import Library
from lpdownload.model.delivery import Accepted, Mail, Recipient
from lpdownload.model.mailbox import Mailbox
from lpdownload.providers.base import Batch
from lpdownload.render.render import fill_values, render_issue

LIBRARY = Library(Path(__file__).parents[2])
KEYS = tuple(LIBRARY.issue_keys())

NAMES = (
    "",
    "Ana",
    'Núñez, "Ana" \\ José',
    '"; Bcc: <eve@example.org>',
    "ana@example.org <eve@example.org>",
    "=?utf-8?q?Eve?=",
    "x,y;z:<>[]()",
    "  two  spaces  ",
    ".",
    "👩‍👩‍👧‍👦 Ana",
    "👩‍👩‍👧‍👦" * 20,
    "مريم \u200f(RTL)",
    "\u202eanA",
    "李雷" * 40,
    "J. " * 60 + "R.",
    "A" * 300,
)


@dataclass(frozen=True)
class Read:
    """What a parser makes of a message."""

    name: str
    address: str
    subject: str
    headers: dict[str, str]
    text: str
    html: str


def by_python(octets: bytes) -> Read:
    message = email.message_from_bytes(octets, policy=default)
    assert isinstance(message, EmailMessage)
    assert not message.defects
    text, html = message.iter_parts()
    # Not ``message["To"].addresses``: up to Python 3.12 it leaves the space between two encoded words.
    phrase, address = parseaddr(dict(message.raw_items())["To"].replace("\r\n", ""))
    bodies = [part.get_payload(decode=True) for part in (text, html)]
    plain, rich = (body.decode("utf-8") if isinstance(body, bytes) else "" for body in bodies)
    headers = {name: str(value) for name, value in message.items() if name not in ENCODED}
    subject = str(message["Subject"])
    return Read(str(make_header(decode_header(phrase))), address, subject, headers, plain, rich)


def by_rust(octets: bytes) -> Read:
    message = parse_email(octets, strict=True)
    assert not message.attachments
    (to,), (plain,), (rich,) = message.to, message.text_plain, message.text_html
    headers = {name: value for name, (value,) in message.headers.items() if name not in ENCODED}
    return Read(to.display_name or "", to.address, message.subject, headers, plain, rich)


ENCODED = {"To", "From", "Reply-To", "Subject"}
"""Headers in which a parser may write a name in quotes or without."""


def meant(mail: Mail, recipient: Recipient) -> Read:
    content = mail.content
    own = {
        "Date": "Tue, 03 Sep 2024 12:30:00 +0000",
        "Message-ID": f"<{recipient.reference}@{mail.sender.wire_address.partition('@')[2]}>",
        "MIME-Version": "1.0",
        "Content-Type": f'multipart/alternative; boundary="{mail.mime.boundary.decode()}"',
    }
    theirs = {name: pieces.fill(recipient.values) for name, pieces in content.headers if name not in ENCODED}
    text, html = (
        pieces.fill(recipient.values).replace("\n", "\r\n") for pieces in (content.text, content.html)
    )
    to, subject = recipient.to, content.subject.fill(recipient.values)
    return Read(to.name, to.wire_address, subject, own | theirs, text, html)


def built(mail: Mail, recipients: list[Recipient]) -> Batch:
    with provider(25) as smtp:
        found = smtp.build(mail, recipients, "k-1")
    assert not found.unfit
    return found


def of_issue(key: str) -> tuple[Mail, list[Recipient]]:
    issue = load_issue(LIBRARY, key).issue
    rendering = render_issue(issue, newsroom=LIBRARY.root, templates=LIBRARY.templates, variant=frozenset())
    values = [fill_values(rendering, {"first_name": name}) for name in NAMES]
    return Mail(rendering.content, key, "send-7", date=NOW), [
        Recipient(f"r-{number}", Mailbox(name, f"r-{number}@exámple.org"), values[number])
        for number, name in enumerate(NAMES)
    ]


@pytest.fixture(scope="module", params=KEYS)
def issue(request: pytest.FixtureRequest) -> tuple[Mail, list[Recipient]]:
    return of_issue(request.param)


def test_two_parsers_read_every_header_and_body_as_it_was_meant(issue: tuple[Mail, list[Recipient]]) -> None:
    mail, recipients = issue
    for recipient, part in zip(recipients, built(mail, recipients).parts, strict=True):
        expected = meant(mail, recipient)
        assert by_python(part) == expected
        assert by_rust(part) == expected


def test_lines_are_of_76_octets_in_bodies_and_of_998_anywhere(issue: tuple[Mail, list[Recipient]]) -> None:
    for part in built(*issue).parts:
        head, _, body = part.partition(b"\r\n\r\n")
        assert max(map(len, body.split(b"\r\n"))) <= 76
        assert max(map(len, head.split(b"\r\n"))) <= 998
        assert part.isascii()
        assert part.count(b"\n") == part.count(b"\r") == part.count(b"\r\n")


def test_the_sender_is_read_as_it_was_written(issue: tuple[Mail, list[Recipient]]) -> None:
    mail, recipients = issue
    (part,) = built(mail, recipients[:1]).parts
    message = parse_email(part, strict=True)
    assert mail.reply_to
    for found, wanted in ((message.from_, mail.sender), (message.reply_to[0], mail.reply_to)):
        assert found
        assert (found.display_name or "", found.address) == (wanted.name, wanted.wire_address)


printable = st.text(st.characters(exclude_categories=["C", "Z"]) | st.sampled_from(' ",<>@\\=?\u200f'))


@given(printable, printable)
def test_any_name_is_read_as_it_was_meant_by_its_mailbox_and_in_the_subject(
    name: str, first_name: str
) -> None:
    mail, recipient = hostile_mail(), person("r-1", name, first_name=first_name)
    (part,) = built(mail, [recipient]).parts
    expected = meant(mail, recipient)
    for found in (by_python(part), by_rust(part)):
        assert (found.name, found.address) == (expected.name, expected.address)
        assert (found.subject, found.headers) == (expected.subject, expected.headers)


# DKIM (RFC 6376)


KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)
PEM = KEY.private_bytes(Encoding.PEM, PrivateFormat.TraditionalOpenSSL, NoEncryption())
PUBLISHED = KEY.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)


def dns(name: bytes, timeout: int = 5) -> bytes:
    del timeout
    assert name == b"news._domainkey.example.org."
    return b"v=DKIM1; k=rsa; p=" + base64.b64encode(PUBLISHED)


def signed(message: bytes, canonical: bytes) -> bytes:
    """Over every header there is."""
    head = message.partition(b"\r\n\r\n")[0]
    names = [line.partition(b":")[0] for line in head.split(b"\r\n") if not line.startswith((b" ", b"\t"))]
    how = {"canonicalize": (canonical, canonical), "include_headers": names}
    signature: bytes = dkim.sign(message, b"news", b"example.org", PEM, **how)
    return signature + message


def arrived(sent: Batch, canonical: bytes) -> list[bytes]:
    """The messages, signed, behind a mail server."""
    inbox = Inbox()
    parts = tuple(signed(part, canonical) for part in sent.parts)
    with real_server(inbox) as port, provider(port) as smtp:
        assert smtp.submit(replace(sent, parts=parts)) == (Accepted("A1B2"),) * len(parts)
    return [octets for envelope in inbox.envelopes if isinstance(octets := envelope.original_content, bytes)]


@pytest.mark.parametrize("canonical", [b"simple", b"relaxed"])
def test_a_signature_over_all_headers_still_holds_behind_a_mail_server(
    issue: tuple[Mail, list[Recipient]], canonical: bytes
) -> None:
    mail, recipients = issue
    found = arrived(built(mail, recipients[1:4]), canonical)
    assert len(found) == 3
    for octets in found:
        assert dkim.verify(octets, dnsfunc=dns)
        assert not dkim.verify(octets.replace(b"=One-Click", b"=No"), dnsfunc=dns)


@pytest.mark.parametrize("canonical", [b"simple", b"relaxed"])
def test_a_signature_over_lines_of_dots_still_holds_behind_a_mail_server(canonical: bytes) -> None:
    dots = batch(1, b"From: news@example.org\r\nSubject: .\r\n\r\n.\r\n..\r\n.a\r\n\r\n.\r\n")
    (octets,) = arrived(dots, canonical)
    assert dkim.verify(octets, dnsfunc=dns)
