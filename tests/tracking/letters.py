"""Mails as they come into the mailbox for unsubscribes and bounces."""

from collections.abc import Mapping, Sequence

OURS = "unsubscribe@example.org"


def mail(
    subject: str = "Hello",
    body: str = "",
    sender: str = "ana@example.org",
    headers: Mapping[str, str] | None = None,
) -> bytes:
    """A mail of plain text."""
    given = {"From": sender, "To": OURS, "Subject": subject, **(headers or {})}
    given.setdefault("Content-Type", "text/plain; charset=utf-8")
    lines = "".join(f"{name}: {value}\r\n" for name, value in given.items())
    return f"{lines}\r\n{body}\r\n".encode()


def returned(reference: str = "", token: str = "", to: str = "ana@example.org") -> str:
    """The headers of the mail that a report is about; with its token if it gives that back."""
    lines = [f"To: {to}", "From: Town Download <town@example.org>", "Subject: Town Download"]
    lines += [f"Message-ID: <{reference or 'their-own'}@example.org>"]
    if token:
        lines.append(
            f"List-Unsubscribe: <https://news.example.org/u/{token}>,\r\n <mailto:{OURS}?subject={token}>"
        )
    return "\r\n".join(lines) + "\r\n"


def bounce(
    head: str,
    status: str = "5.1.1",
    to: str = "ana@example.org",
    action: str = "failed",
    kind: str = "text/rfc822-headers",
) -> bytes:
    """RFC 3464, as Postfix writes it."""
    fields = (
        "Reporting-MTA: dns; mx.example.org\r\n\r\n"
        f"Final-Recipient: rfc822; {to}\r\nAction: {action}\r\nStatus: {status}\r\n"
        f"Diagnostic-Code: smtp; 550 {status} <{to}>: no such user\r\n"
    )
    parts = [
        ("text/plain", "It could not be delivered.\r\n"),
        ("message/delivery-status", fields),
        (kind, head),
    ]
    return report("delivery-status", parts, "MAILER-DAEMON@mx.example.org")


def complaint(head: str, said: str = "abuse", whom: str = "") -> bytes:
    """RFC 5965."""
    fields = f"Feedback-Type: {said}\r\nUser-Agent: Some/1.0\r\nVersion: 1\r\n"
    if whom:
        fields += f"Original-Rcpt-To: <{whom}>\r\n"
    parts = [
        ("text/plain", "This is a complaint.\r\n"),
        ("message/feedback-report", fields),
        ("message/rfc822", f"{head}\r\nThe mail itself.\r\n"),
    ]
    return report("feedback-report", parts, "feedback@mx.example.org")


def report(kind: str, parts: Sequence[tuple[str, str]], sender: str) -> bytes:
    head = (
        f"From: {sender}\r\nTo: {OURS}\r\nSubject: Report\r\nAuto-Submitted: auto-replied\r\n"
        "MIME-Version: 1.0\r\n"
        f'Content-Type: multipart/report; report-type={kind}; boundary="==b"\r\n\r\n'
    )
    body = "".join(f"--==b\r\nContent-Type: {name}\r\n\r\n{text}\r\n" for name, text in parts)
    return f"{head}{body}--==b--\r\n".encode()


HOSTILE = {
    "nothing": b"",
    "no headers": b"\r\n\r\nstop",
    "NULs": b"From: \0\r\nSubject: \0" + b"\0" * 1000,
    "no such charset": mail("=?nosuch?q?stop?=", headers={"Content-Type": "text/plain; charset=nosuch"}),
    "a charset with a NUL": mail("=?a\0b?q?stop?=", headers={"Content-Type": "text/plain; charset=a\0b"}),
    "bad Base64": mail("=?utf-8?b?!!!?=", "%%%", headers={"Content-Transfer-Encoding": "base64"}),
    "bytes in headers": "From: áéí <ana@example.org>\r\nSubject: ¡ñ!\r\n\r\n".encode("latin-1"),
    "a long header": mail("stop " * 100_000),
    "a long address": mail(sender="(" * 50_000 + "ana@example.org"),
    "injection": mail("stop\r\nBcc: everybody@example.org", "stop"),
    "deep": b"".join(
        b'Content-Type: multipart/mixed; boundary="%d"\r\n\r\n--%d\r\n' % (n, n) for n in range(5_000)
    ),
    "deep mails": b"Content-Type: message/rfc822\r\n\r\n" * 9_000,
    "many parts": report(
        "delivery-status", [("message/delivery-status", "Action: failed\r\n")] * 5_000, "a@example.org"
    ),
    "cut off": bounce(returned("0123abcd-7-42", "A" * 43))[:700],
}
"""Mails that are made to be hard to read."""
