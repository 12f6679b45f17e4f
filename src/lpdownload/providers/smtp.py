"""SMTP: a full message for each recipient, through any mail server that takes mail from here.

Submission as of RFC 6409 and 5321; pipelined (RFC 2920) where the server offers it. How one message is handed
over is in smtp_connection.py, how a batch is shared out in smtp_run.py, what replies mean in smtp_replies.py.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final

from pydantic import BaseModel

from lpdownload.errors import Finding
from lpdownload.model.delivery import Mail, Outcome, Recipient, Refused
from lpdownload.providers.base import Batch, Capabilities, Check, CheckState, Told
from lpdownload.providers.mime_batch import mime_batch, mime_refusals
from lpdownload.providers.smtp_connection import Connection, Lost, Waits
from lpdownload.providers.smtp_opening import Unwelcome, connect
from lpdownload.providers.smtp_replies import negative
from lpdownload.providers.smtp_run import Pool, Run
from lpdownload.providers.smtp_settings import Settings, is_private

__all__ = ["CAPABILITIES", "Settings", "Smtp", "open_provider"]

CAPABILITIES: Final = Capabilities(
    title="SMTP",
    family="messages",
    most_recipients=50,  # what a crash can leave in doubt
    most_bytes=25_000_000,
)


class Smtp:
    """Threads may share it; ``close`` it."""

    capabilities = CAPABILITIES

    def __init__(self, settings: Settings, *, waits: Waits | None = None) -> None:
        self._settings = settings
        self._waits = waits or Waits()
        self._pool = Pool(settings, self._waits)

    def refusals(self, mail: Mail) -> Sequence[Finding]:
        return tuple(mime_refusals(mail))

    def build(self, mail: Mail, recipients: Sequence[Recipient], key: str) -> Batch:
        batch = mime_batch(mail, recipients, key, CAPABILITIES)
        return replace(batch, sender=self._settings.return_path or batch.sender)

    def submit(self, batch: Batch, *, told: Told | None = None) -> tuple[Outcome, ...]:
        return Run(batch, self._pool).outcomes(told)

    def check(self) -> Sequence[Check]:
        settings = self._settings
        try:
            connection = connect(settings, self._waits)
        except Unwelcome as error:
            state: CheckState = "unknown" if error.stage == "connection" else "error"
            found = [check for check in self._privacy() if check.state != "ok"]  # nothing is encrypted yet
            return (*found, Check(error.stage, state, str(error), _remedy(error)))
        found = [Check("connection", "ok", f"{settings.host} port {settings.port} answers"), *self._privacy()]
        if settings.username is not None:
            found.append(Check("login", "ok", "the server takes the name and the password"))
        found += self._alive(connection)
        connection.quit()
        return tuple(found)

    def close(self) -> None:
        self._pool.close()

    def _privacy(self) -> Iterator[Check]:
        if self._settings.tls != "none":
            yield Check("TLS", "ok", "the connection is encrypted, and the server's certificate is checked")
        elif is_private(self._settings.host):
            yield Check("TLS", "ok", "not encrypted, but in your own network")
        else:
            says = f"mail goes to {self._settings.host} unencrypted"
            yield Check("TLS", "warning", says, "set LPDOWNLOAD_SMTP_TLS to starttls or tls")

    def _alive(self, connection: Connection) -> Iterator[Check]:
        try:
            reply = connection.noop()
        except Lost as error:
            yield Check("server", "error", f"after the login, {error}", "try again")
            return
        if reply.is_negative:
            yield Check("server", "error", negative(reply, "NOOP", self._settings.secret).reason)
        size = (
            f"messages up to {connection.largest:,} bytes" if connection.largest else "messages of any size"
        )
        pipelining = "PIPELINING" in connection.offers
        way = "commands in groups (PIPELINING)" if pipelining else "one command at a time (no PIPELINING)"
        needed = self.capabilities.most_message_bytes
        small = 0 < connection.largest < 1_000_000
        remedy = (
            f"a newsletter may take some 100,000 bytes; this program sends up to {needed:,}" if small else ""
        )
        yield Check("server", "warning" if small else "ok", f"it takes {size}, {way}", remedy)


def open_provider(settings: BaseModel) -> Smtp:
    assert isinstance(settings, Settings)
    return Smtp(settings)


def _remedy(error: Unwelcome) -> str:
    if error.stage == "connection":
        return "check LPDOWNLOAD_SMTP_HOST, LPDOWNLOAD_SMTP_PORT and LPDOWNLOAD_SMTP_TLS, and the firewall"
    if error.stage == "TLS":
        return "check LPDOWNLOAD_SMTP_TLS, LPDOWNLOAD_SMTP_PORT and, with a certificate of your own, _CA_FILE"
    if error.stage == "login":
        return "check LPDOWNLOAD_SMTP_USERNAME and LPDOWNLOAD_SMTP_PASSWORD"
    again = "ask whoever runs the server" if isinstance(error.outcome, Refused) else "try again later"
    return f"{again}: it does not take mail from this machine"
