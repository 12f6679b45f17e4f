"""How a connection to a mail server comes about: greeting, STARTTLS, login.

Whatever goes wrong here, nothing has been handed over. A fault of the network or a certificate is Throttled:
it may be mended, or be somebody between us and the server. What the server itself says counts as it says it.
"""

import base64
import smtplib
import socket
import ssl
from dataclasses import replace
from typing import Literal, TypeAlias

from lpdownload.errors import LpdownloadError
from lpdownload.model.delivery import Refused, Throttled
from lpdownload.providers.smtp_connection import Connection, Waits
from lpdownload.providers.smtp_replies import Reply, negative
from lpdownload.providers.smtp_settings import Settings, is_private

Stage: TypeAlias = Literal["connection", "greeting", "TLS", "login"]


class Unwelcome(LpdownloadError):
    """No connection that takes messages came about; nothing has been handed over."""

    def __init__(self, stage: Stage, outcome: Refused | Throttled) -> None:
        self.stage = stage
        self.outcome = replace(outcome, account=True) if isinstance(outcome, Refused) else outcome
        super().__init__(outcome.reason)


def connect(settings: Settings, waits: Waits) -> Connection:
    """A connection that is encrypted and logged in as the settings want it; raises Unwelcome."""
    smtp = _greeted(settings, waits)
    try:
        assert smtp.sock is not None
        smtp.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        smtp.sock.settimeout(waits.reply)
        smtp.local_hostname = settings.helo or _address_literal(smtp.sock)
        _ehlo(smtp, settings)
        if settings.tls == "starttls":
            _starttls(smtp, settings)
            _ehlo(smtp, settings)
        if settings.username is not None:
            _login(smtp, settings)
        return Connection(smtp, waits, settings.secret)
    except BaseException as error:
        smtp.close()
        if isinstance(error, OSError):  # smtplib's own are such, too
            raise Unwelcome("connection", Throttled(f"{_where(settings)} hung up: {_fault(error)}")) from None
        raise


def _where(settings: Settings) -> str:
    return f"{settings.host} port {settings.port}"


def _fault(error: OSError) -> str:
    """In a few words, without what a server may have said."""
    if isinstance(error, TimeoutError) or isinstance(error.__context__, TimeoutError):
        return "no answer in time"
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"its certificate is not to be trusted: {error.verify_message}"
    if isinstance(error, ssl.SSLError):
        return f"no encryption came about: {error.reason or 'not TLS'}"
    if isinstance(error, smtplib.SMTPException):
        return "the connection was lost"
    return error.strerror or "the network"


def _tls_context(settings: Settings) -> ssl.SSLContext:
    context = ssl.create_default_context(cafile=settings.ca_file)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context


def _greeted(settings: Settings, waits: Waits) -> smtplib.SMTP:
    # With a name to greet with, or smtplib looks one up in the DNS; connect() puts the right one.
    try:
        if settings.tls == "tls":
            return smtplib.SMTP_SSL(
                settings.host,
                settings.port,
                "localhost",
                timeout=waits.connect,
                context=_tls_context(settings),
            )
        return smtplib.SMTP(settings.host, settings.port, "localhost", timeout=waits.connect)
    except smtplib.SMTPConnectError as error:
        reply = _reply_of(error.smtp_code, error.smtp_error)
        if reply.is_negative:
            raise Unwelcome("greeting", negative(reply, "the connection")) from None
        says = f"{_where(settings)} does not greet as a mail server does"
        raise Unwelcome("greeting", Throttled(says)) from None
    except ssl.SSLError as error:
        raise Unwelcome("TLS", Throttled(f"{_where(settings)}: {_fault(error)}")) from None
    except (OSError, UnicodeError) as error:  # UnicodeError: a name that is none in the DNS
        fault = _fault(error) if isinstance(error, OSError) else "not a host's name"
        raise Unwelcome("connection", Throttled(f"no connection to {_where(settings)}: {fault}")) from None


def _address_literal(sock: socket.socket) -> str:
    """Our end of the connection (RFC 5321, 4.1.3): known without the DNS, and nobody's host name."""
    address = str(sock.getsockname()[0]).partition("%")[0]
    return f"[IPv6:{address}]" if ":" in address else f"[{address}]"


def _ehlo(smtp: smtplib.SMTP, settings: Settings) -> None:
    code, text = smtp.ehlo()
    if code in {500, 502} and settings.tls != "starttls" and settings.username is None:
        code, text = smtp.helo()  # older than 1995, and still answers
    reply = _reply_of(code, text)
    if reply.is_negative:
        raise Unwelcome("greeting", negative(reply, "our greeting"))
    if not reply.is_positive:
        raise Unwelcome("greeting", Throttled(f"{_where(settings)} does not answer as a mail server does"))


def _starttls(smtp: smtplib.SMTP, settings: Settings) -> None:
    if not smtp.has_extn("starttls"):
        # Throttled, not Refused: who takes STARTTLS out of the answer may be on the way between.
        says = f"{_where(settings)} offers no STARTTLS: nothing was sent; see the account's TLS"
        raise Unwelcome("TLS", Throttled(says))
    try:
        smtp.starttls(context=_tls_context(settings))
    except ssl.SSLError as error:
        raise Unwelcome("TLS", Throttled(f"{_where(settings)}: {_fault(error)}")) from None
    except smtplib.SMTPResponseException as error:
        reply = _reply_of(error.smtp_code, error.smtp_error)
        if reply.is_negative:
            raise Unwelcome("TLS", negative(reply, "STARTTLS")) from None
        raise Unwelcome("TLS", Throttled(f"{_where(settings)} answered STARTTLS with {reply.code}")) from None


def _login(smtp: smtplib.SMTP, settings: Settings) -> None:
    """AUTH PLAIN (RFC 4616, in UTF-8, which smtplib's login() cannot), else LOGIN."""
    assert smtp.sock is not None
    if settings.tls == "none" and not is_private(str(smtp.sock.getpeername()[0])):
        says = "without TLS the password would be shown to everybody on the way: set the account's TLS"
        raise Unwelcome("login", Refused(says))
    offered = smtp.esmtp_features.get("auth", "").upper().split()
    name, password = (settings.username or "").encode(), settings.secret.encode()
    plain, login = _base64(b"\0%s\0%s" % (name, password)), _base64(password)
    if "PLAIN" in offered:
        code, text = smtp.docmd("AUTH", f"PLAIN {plain}")
    elif "LOGIN" in offered:
        code, text = smtp.docmd("AUTH", f"LOGIN {_base64(name)}")
        if code == 334:
            code, text = smtp.docmd(login)
    else:
        found = ", ".join(offered) or "no login"
        says = f"{_where(settings)} offers {found}, neither PLAIN nor LOGIN: check the account's TLS and PORT"
        raise Unwelcome("login", Refused(says))
    reply = _reply_of(code, text)
    if reply.is_negative:
        raise Unwelcome("login", negative(reply, "the login", settings.secret, plain, login))
    if not reply.is_positive:
        raise Unwelcome("login", Throttled(f"{_where(settings)} answered the login with {code}"))


def _base64(octets: bytes) -> str:
    return base64.b64encode(octets).decode("ascii")


def _reply_of(code: int, text: bytes | str) -> Reply:
    return Reply(code, text if isinstance(text, str) else text.decode("utf-8", "replace"))
