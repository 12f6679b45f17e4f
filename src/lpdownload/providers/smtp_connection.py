"""A connection to a mail server that stands: one message after the other goes over it.

smtplib does the socket, STARTTLS and the reading of replies. Its sendmail() is not used: it cannot pipeline,
and when a connection breaks it does not tell whether the final dot had left, on which everything depends.
A send that fails leaves the dot, or the end of the TLS record that holds it, unsent: nothing was taken.
"""

import select
import smtplib
from dataclasses import dataclass
from typing import Final

from lpdownload.errors import LpdownloadError
from lpdownload.model.delivery import Accepted, InDoubt, Outcome, Refused, Throttled
from lpdownload.providers.smtp_replies import Reply, negative, queue_id

_CRLF: Final = b"\r\n"


@dataclass(frozen=True)
class Waits:
    """Seconds. After the final dot it pays to wait: giving up leaves the message in doubt."""

    connect: float = 20.0
    reply: float = 120.0
    final: float = 600.0
    """RFC 5321, 4.5.3.2.6."""
    pause: float = 0.25
    """Before a second attempt to connect, twice that before a third."""
    rest: float = 60.0
    """Unused for longer, a connection is not trusted: a firewall may have dropped it without a word."""


class Lost(LpdownloadError):
    """The connection broke before the final dot had left: the message was not taken."""


class Connection:
    """Not to be shared by threads. What stands between two messages: ``is_open``."""

    def __init__(self, smtp: smtplib.SMTP, waits: Waits, secret: str) -> None:
        self._smtp = smtp
        self._waits = waits
        self._secret = secret
        self._must_reset = False
        self.handed_over = 0
        """Messages, whatever came of them."""
        self.offers = {name.upper(): text for name, text in smtp.esmtp_features.items()}
        """What EHLO said: an extension's name and its parameters."""
        self._pipelining = "PIPELINING" in self.offers
        size = self.offers.get("SIZE")
        self.largest = int(size) if size and size.isdecimal() and size.isascii() else 0
        """Bytes of a message; 0 if the server does not say."""

    @property
    def is_open(self) -> bool:
        return self._smtp.sock is not None

    @property
    def is_stale(self) -> bool:
        """Whether the server has said something unasked, or hung up, while nothing went on."""
        if self._smtp.sock is None:
            return True
        poll = select.poll()
        poll.register(self._smtp.sock, select.POLLIN)
        return bool(poll.poll(0))

    def hand_over(self, sender: str, to: str, message: bytes) -> Outcome:
        """One message with CRLF line ends for one wire address; raises Lost."""
        if self.largest and len(message) > self.largest:
            says = f"the message takes {len(message):,} bytes; the server takes {self.largest:,}"
            return Refused(says)
        self.handed_over += 1
        refused = self._envelope(sender, to, len(message))
        if refused:
            return refused
        self._send(dotted(message))
        try:
            self._wait(self._waits.final)
            reply = self._reply()
        except Lost as error:
            return InDoubt(f"the whole message had been sent, but {error}")
        self._wait(self._waits.reply)
        if reply.is_positive:
            return Accepted(queue_id(reply.text))
        if reply.is_negative:
            return self._negative(reply, "the message")
        self.close()
        return InDoubt(f"the whole message had been sent, but the answer was {reply.code}")

    def noop(self) -> Reply:
        """Raises Lost."""
        self._send(b"NOOP\r\n")
        return self._reply()

    def quit(self) -> None:
        """Says good-bye, without waiting long for an answer."""
        try:
            self._wait(min(2.0, self._waits.reply))
            self._send(b"QUIT\r\n")
            self._reply()
        except Lost:
            pass
        self.close()

    def close(self) -> None:
        self._smtp.close()

    def _envelope(self, sender: str, to: str, size: int) -> Refused | Throttled | None:
        """MAIL, RCPT and DATA; None if the server now waits for the message."""
        declared = b" SIZE=%d" % size if "SIZE" in self.offers else b""
        steps = [
            ("the sender", b"MAIL FROM:<%s>%s\r\n" % (sender.encode("ascii"), declared)),
            ("the recipient", b"RCPT TO:<%s>\r\n" % to.encode("ascii")),
            ("DATA", b"DATA\r\n"),
        ]
        if self._must_reset:
            steps.insert(0, ("RSET", b"RSET\r\n"))
        self._must_reset = False
        if self._pipelining:
            self._send(b"".join(command for _, command in steps))
        refused: Refused | Throttled | None = None
        for step, command in steps:
            if not self._pipelining:
                self._send(command)
            try:
                reply = self._reply()
            except Lost:
                if refused:  # it said why before it hung up
                    return refused
                raise
            if step == "RSET" and not (reply.is_positive or reply.closes):
                self.close()  # which is nothing against this message
                raise Lost(f"the server answered RSET with {reply.code}")
            if step == "DATA" and reply.code == 354:
                if refused:
                    # The server waits for a message to nobody (RFC 2920, 3.1); an empty one may go astray.
                    self.close()
                return refused
            if reply.is_negative:
                refused = refused or self._negative(reply, step)
                if not self._pipelining or reply.closes:
                    return refused
            elif not reply.is_positive or step == "DATA":
                self.close()
                raise Lost(f"the server answered {step} with {reply.code}")
        return refused

    def _negative(self, reply: Reply, step: str) -> Refused | Throttled:
        self._must_reset = True
        if reply.closes:
            self.close()
        return negative(reply, step, self._secret)

    def _send(self, octets: bytes) -> None:
        try:
            self._smtp.send(octets)
        except smtplib.SMTPServerDisconnected:
            raise Lost("the connection was lost") from None

    def _reply(self) -> Reply:
        try:
            code, text = self._smtp.getreply()
        except smtplib.SMTPServerDisconnected as error:
            timed_out = isinstance(error.__context__, TimeoutError)
            raise Lost("no answer came in time" if timed_out else "the connection was lost") from None
        except smtplib.SMTPResponseException:
            raise Lost("the answer was too long a line") from None
        if code < 200:
            self.close()
            raise Lost("the answer was not of SMTP")
        return Reply(code, text.decode("utf-8", "replace"))

    def _wait(self, seconds: float) -> None:
        if self._smtp.sock:
            self._smtp.sock.settimeout(seconds)


def dotted(message: bytes) -> bytes:
    """As it goes over the wire: lines that begin with a dot get a second one, and a dot ends it all."""
    if b"\r\n." in message:
        message = message.replace(b"\r\n.", b"\r\n..")
    if message.startswith(b"."):
        message = b"." + message
    return message + (b".\r\n" if message.endswith(_CRLF) else b"\r\n.\r\n")
