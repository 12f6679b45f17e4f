"""Encryption and login."""

import ssl
from base64 import b64encode
from collections.abc import Mapping
from pathlib import Path

import pytest
import trustme
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session
from tests.providers.mail_server import Answer, MailServer, Stage
from tests.providers.smtp_client import PASSWORD, Inbox, at, batch, provider, real_server, submitted

from lpdownload.model.delivery import Accepted, Refused, Throttled


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> tuple[trustme.CA, Path]:
    found = trustme.CA()
    path = tmp_path_factory.mktemp("ca") / "ca.pem"
    found.cert_pem.write_to_path(str(path))
    return found, path


def server_context(authority: trustme.CA, name: str) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(name).configure_cert(context)
    return context


def only_ana(
    _server: SMTP, _session: Session, _envelope: Envelope, _mechanism: str, auth_data: object
) -> AuthResult:
    assert isinstance(auth_data, LoginPassword)
    right = auth_data.login == b"ana" and auth_data.password == PASSWORD.encode()
    return AuthResult(success=right, handled=False, auth_data="ana" if right else None)


def secure(path: Path, **fields: object) -> Mapping[str, object]:
    return {"tls": "starttls", "ca_file": path, "username": "ana", "password": PASSWORD, **fields}


@pytest.mark.parametrize("excluded", [[], ["PLAIN"]], ids=["PLAIN", "LOGIN"])
def test_messages_go_over_starttls_with_a_login(
    authority: tuple[trustme.CA, Path], excluded: list[str]
) -> None:
    inbox = Inbox()
    context = server_context(authority[0], "127.0.0.1")
    options = {"require_starttls": True, "auth_required": True, "auth_exclude_mechanism": excluded}
    with (
        real_server(inbox, tls_context=context, authenticator=only_ana, **options) as port,
        provider(port, **secure(authority[1])) as smtp,
    ):
        assert smtp.submit(batch(2)) == (Accepted("A1B2"),) * 2
        assert [(check.what, check.state) for check in smtp.check()] == [
            ("connection", "ok"),
            ("TLS", "ok"),
            ("login", "ok"),
            ("server", "ok"),
        ]


def test_messages_go_over_tls_from_the_first_byte(authority: tuple[trustme.CA, Path]) -> None:
    inbox = Inbox()
    context = server_context(authority[0], "127.0.0.1")
    with (
        real_server(inbox, ssl_context=context) as port,
        provider(port, tls="tls", ca_file=authority[1]) as smtp,
    ):
        assert smtp.submit(batch(2, b"Subject: x\r\n\r\n" + b"x" * 900 + b"\r\n")) == (Accepted("A1B2"),) * 2


@pytest.mark.parametrize("tls", ["starttls", "tls"])
@pytest.mark.parametrize(("name", "trusted"), [("mail.example.org", True), ("127.0.0.1", False)])
def test_a_certificate_of_another_name_or_of_nobody_known_gets_no_message_and_no_password(
    authority: tuple[trustme.CA, Path], tls: str, name: str, trusted: bool
) -> None:
    inbox = Inbox()
    context = server_context(authority[0] if trusted else trustme.CA(), name)
    options = {"tls_context": context} if tls == "starttls" else {"ssl_context": context}
    with (
        real_server(inbox, authenticator=only_ana, **options) as port,
        provider(port, **secure(authority[1], tls=tls)) as smtp,
    ):
        (outcome,) = smtp.submit(batch())
        checks = smtp.check()
    assert isinstance(outcome, Throttled)
    assert "certificate is not to be trusted" in outcome.reason
    assert [(check.what, check.state) for check in checks] == [("TLS", "error")]
    assert inbox.envelopes == []


def test_a_server_without_starttls_gets_no_message_and_no_password() -> None:
    with (
        MailServer() as server,
        provider(server.port, tls="starttls", username="ana", password=PASSWORD) as smtp,
    ):
        (outcome,) = smtp.submit(batch())
    assert isinstance(outcome, Throttled)
    assert "offers no STARTTLS" in outcome.reason
    assert all(len(lines) == 1 for lines in server.commands)


def test_a_wrong_password_is_tried_once_and_shown_nowhere(authority: tuple[trustme.CA, Path]) -> None:
    tried: list[object] = []

    def nobody(*arguments: object) -> AuthResult:
        tried.append(arguments[-1])
        return AuthResult(success=False, handled=False, message=f"535 5.7.8 wrong: {PASSWORD}")

    context = server_context(authority[0], "127.0.0.1")
    with (
        real_server(Inbox(), tls_context=context, authenticator=nobody) as port,
        provider(port, **secure(authority[1], connections=8)) as smtp,
    ):
        outcomes = smtp.submit(batch(50))
        assert len(tried) == 1
        checks = smtp.check()
    (outcome,) = set(outcomes)
    assert isinstance(outcome, Refused)
    assert "check the account's USERNAME and PASSWORD" in outcome.reason
    assert (checks[-1].what, checks[-1].state) == ("login", "error")
    assert PASSWORD not in f"{outcomes} {checks} {smtp._settings!r}"


@pytest.mark.parametrize(
    ("reply", "seconds"), [(b"454 4.7.0 try later\r\n", None), (b"421 4.7.0 try later\r\n", 600)]
)
def test_a_login_that_fails_for_now_throttles(reply: bytes, seconds: float | None) -> None:
    def script(stage: Stage, _line: str, _connection: int) -> Answer:
        return reply if stage == "AUTH" else offering(b"AUTH PLAIN", stage)

    (outcome,) = submitted(script, username="ana", password=PASSWORD)
    assert isinstance(outcome, Throttled)
    assert outcome.seconds == seconds


@pytest.mark.parametrize("mechanism", [b"PLAIN", b"LOGIN"])
def test_a_server_that_repeats_what_it_does_not_understand_shows_no_password(mechanism: bytes) -> None:
    def script(stage: Stage, line: str, _connection: int) -> Answer:
        if stage == "AUTH":
            return b"334 VXNlcm5hbWU6\r\n" if line.startswith("AUTH LOGIN") else echo(line)
        return echo(line) if stage == "other" else offering(b"AUTH " + mechanism, stage)

    def echo(line: str) -> bytes:
        return f"500 5.5.2 what is {line}?\r\n".encode()

    (outcome,) = submitted(script, username="ana", password=PASSWORD)
    assert isinstance(outcome, Refused)
    assert "5.5.2 what is" in outcome.reason
    for secret in (PASSWORD, f"\0ana\0{PASSWORD}"):
        assert b64encode(secret.encode()).decode() not in outcome.reason


def offering(extension: bytes, stage: Stage) -> Answer:
    return b"250-test\r\n250 " + extension + b"\r\n" if stage == "EHLO" else None


def starttls_server(authority: tuple[trustme.CA, Path], said: bytes) -> MailServer:
    def script(stage: Stage, _line: str, _connection: int) -> Answer:
        return said if stage == "STARTTLS" else offering(b"STARTTLS", stage)

    return MailServer(script, server_context(authority[0], "127.0.0.1"))


def test_what_somebody_on_the_way_puts_in_before_the_encryption_is_not_listened_to(
    authority: tuple[trustme.CA, Path],
) -> None:
    """CVE-2021-38371 and its like: an answer in the clear behind the one to STARTTLS."""
    with (
        starttls_server(authority, b"220 go on\r\n250-test\r\n554 go away\r\n") as server,
        provider(server.port, tls="starttls", ca_file=authority[1]) as smtp,
    ):
        assert smtp.submit(batch(2)) == (Accepted("Q1"),) * 2
    assert [line.split()[0].upper() for line in server.commands[0]][:4] == [
        "EHLO",
        "STARTTLS",
        "EHLO",
        "MAIL",
    ]


@pytest.mark.parametrize(
    ("said", "kind", "seconds"),
    [
        (b"454 4.7.0 TLS not available\r\n", Throttled, None),
        (b"421 4.7.0 busy\r\n", Throttled, 600),
        (b"502 5.5.1 no\r\n", Refused, None),
        (b"354 what?\r\n", Throttled, None),
    ],
)
def test_without_the_encryption_it_offers_a_server_gets_no_message(
    authority: tuple[trustme.CA, Path], said: bytes, kind: type, seconds: float | None
) -> None:
    with (
        starttls_server(authority, said) as server,
        provider(server.port, tls="starttls", ca_file=authority[1]) as smtp,
    ):
        (outcome,) = smtp.submit(batch())
    assert type(outcome) is kind
    assert getattr(outcome, "seconds", None) == seconds
    assert {line.split()[0].upper() for lines in server.commands for line in lines} <= {"EHLO", "STARTTLS"}


@pytest.mark.parametrize("offer", [b"", b"250-AUTH CRAM-MD5\r\n"])
def test_a_server_that_offers_no_login_we_know_refuses(offer: bytes) -> None:
    script = at("EHLO", b"250-test\r\n" + offer + b"250 HELP\r\n")
    (outcome,) = submitted(script, username="ana", password=PASSWORD)
    assert isinstance(outcome, Refused)
    assert "neither PLAIN nor LOGIN" in outcome.reason
