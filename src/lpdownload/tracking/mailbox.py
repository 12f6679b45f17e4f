"""The mailbox on its IMAP server: what is new in it, and what becomes of mails that are dealt with.

IMAPClient and not imap-tools: it gives UIDVALIDITY and parts of a mail as they are, so that a mail of 10 MB
costs 256 KB, and leaves reading the mail to us; imap-tools reads it with the library's parser, whole.
"""

import hashlib
import logging
import ssl
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final, NamedTuple

from lpdownload.errors import Finding, InvalidInput, LpdownloadError
from lpdownload.providers.smtp_settings import is_private
from lpdownload.settings import Settings

if TYPE_CHECKING:
    from imapclient import IMAPClient

LARGEST: Final = 262_144
"""Bytes of a mail that are fetched; what it says to us stands at its beginning."""
_AT_ONCE: Final = 20
"""Mails in one answer of the server."""
_TIMEOUT: Final = 30.0
"""Seconds that an answer may take."""


class CannotRead(LpdownloadError):
    """The server cannot be read now. Says why, without secrets."""


class Mail(NamedTuple):
    """As it lies in the mailbox."""

    uid: int
    arrived: datetime
    """By the server's clock, UTC: what the mail itself says, anybody can write."""
    raw: bytes
    """Its first LARGEST bytes."""


class Mailbox:
    """An open folder; ``opened`` makes it."""

    def __init__(self, client: "IMAPClient", settings: Settings, validity: int) -> None:
        self._client = client
        self._settings = settings
        self.validity = validity
        """Of its UIDs."""

    @property
    def name(self) -> str:
        """For the database: the same for the same folder of the same mailbox."""
        settings = self._settings
        whole = f"{settings.imap_host}\n{settings.imap_username}\n{settings.imap_folder}"
        return hashlib.sha256(whole.encode()).hexdigest()[:16]

    def new_after(self, uid: int) -> Iterator[tuple[Mail, ...]]:
        """Mails with higher UIDs, in their order, some at a time. Raises CannotRead."""
        with _translated():
            # "n:*" names the last mail even where its UID is lower
            found = sorted(each for each in self._client.search(["UID", f"{uid + 1}:*"]) if each > uid)
        for start in range(0, len(found), _AT_ONCE):
            yield self._fetched(found[start : start + _AT_ONCE])

    def _fetched(self, uids: Sequence[int]) -> tuple[Mail, ...]:
        with _translated():
            answer = self._client.fetch(uids, ["INTERNALDATE", f"BODY.PEEK[]<0.{LARGEST}>"])
        mails = []
        for uid in uids:
            parts = answer.get(uid, {})
            raw = next((value for key, value in parts.items() if key.startswith(b"BODY[]")), None)
            if not isinstance(raw, bytes):
                continue  # somebody has just deleted it
            arrived = parts.get(b"INTERNALDATE")
            is_dated = isinstance(arrived, datetime) and arrived.tzinfo is not None
            mails.append(Mail(uid, arrived.astimezone(UTC) if is_dated else datetime.now(UTC), raw))
        return tuple(mails)

    def put_away(self, uids: Sequence[int]) -> None:
        """Deletes or moves mails that are dealt with, if the settings say so. Raises CannotRead."""
        settings, client = self._settings, self._client
        if not uids or not (settings.imap_delete or settings.imap_move_to):
            return
        with _translated():
            if not settings.imap_delete and settings.imap_move_to:
                if not client.folder_exists(settings.imap_move_to):
                    client.create_folder(settings.imap_move_to)
                if client.has_capability("MOVE"):
                    client.move(uids, settings.imap_move_to)
                    return
                client.copy(uids, settings.imap_move_to)
            client.delete_messages(uids, silent=True)
            if client.has_capability("UIDPLUS"):  # else those would go too that somebody else has marked
                client.uid_expunge(uids)


@contextmanager
def opened(settings: Settings) -> Iterator[Mailbox]:
    """The mailbox of the settings, logged in. InvalidInput if they are not complete; CannotRead."""
    _require(settings)
    try:
        from imapclient import IMAPClient
    except ImportError:
        hint = "pip install 'lpdownload[inbox]'"
        raise InvalidInput([Finding("missing-extra", "reading a mailbox needs IMAPClient", hint)]) from None
    logging.getLogger("imapclient").setLevel(logging.WARNING)  # it would log what is said, tokens too
    client: IMAPClient | None = None
    try:
        with _translated():
            client = _connected(IMAPClient, settings)
            client.normalise_times = False
            is_read_only = not (settings.imap_delete or settings.imap_move_to)
            told = client.select_folder(settings.imap_folder, readonly=is_read_only)
            validity = int(told[b"UIDVALIDITY"])
        yield Mailbox(client, settings, validity)
    finally:
        if client is not None:
            with suppress(CannotRead), _translated():
                client.logout()


def _connected(make: "type[IMAPClient]", settings: Settings) -> "IMAPClient":
    """The certificate is verified, whatever is set."""
    try:
        context = ssl.create_default_context(cafile=settings.imap_ca_file)
    except OSError:
        message = "LPDOWNLOAD_IMAP_CA_FILE: there is no file of certificates"
        raise InvalidInput([Finding("bad-setting", message, "the path of a PEM file")]) from None
    is_tls = settings.imap_tls == "tls"
    client = make(
        settings.imap_host,
        port=settings.imap_port,
        ssl=is_tls,
        ssl_context=context if is_tls else None,
        timeout=_TIMEOUT,
    )
    try:
        if settings.imap_tls == "starttls":
            client.starttls(context)
        assert settings.imap_password is not None  # _require has looked
        client.login(settings.imap_username, settings.imap_password.get_secret_value())
    except BaseException:
        with suppress(OSError):
            client.shutdown()
        raise
    return client


def _require(settings: Settings) -> None:
    findings = [
        Finding("missing-setting", f"LPDOWNLOAD_IMAP_{name.upper()} is not set", "see .env.example")
        for name in ("host", "username", "password")
        if getattr(settings, f"imap_{name}") is None
    ]
    if settings.imap_host and settings.imap_tls == "none" and not is_private(settings.imap_host):
        message = "LPDOWNLOAD_IMAP_TLS: none is for a server on this machine or in your own network"
        findings.append(Finding("bad-setting", message, "tls, or starttls"))
    if findings:
        raise InvalidInput(findings)


@contextmanager
def _translated() -> Iterator[None]:
    """What the library and the network raise, in our words."""
    import imaplib

    from imapclient.exceptions import LoginError

    try:
        yield
    except LoginError:
        raise CannotRead("the mail server does not take the name and the password") from None
    except ssl.SSLCertVerificationError:
        raise CannotRead("the mail server's certificate is not one to trust") from None
    except TimeoutError:
        raise CannotRead(f"the mail server did not answer within {_TIMEOUT:.0f} seconds") from None
    except OSError as error:
        raise CannotRead(f"the mail server cannot be reached: {error.strerror or 'it hung up'}") from None
    except (imaplib.IMAP4.error, ValueError, LookupError) as error:
        # its words may quote the folder or what it was asked, never a mail
        raise CannotRead(f"the mail server answers: {str(error)[:200]}") from None
