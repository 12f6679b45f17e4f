"""A message by SMTP, as it is built and as it arrives; the settings, and what a check says."""

import email
from dataclasses import replace
from email.message import EmailMessage
from email.policy import default

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr, ValidationError
from tests.providers.hostile import NOW, hostile_mail, mails, people, person
from tests.providers.mail_server import MailServer
from tests.providers.smtp_client import Inbox, at, batch, pipelining, provider, real_server

from lpdownload.model.content import Pieces
from lpdownload.model.delivery import Accepted, Mail, Recipient
from lpdownload.model.mailbox import Mailbox
from lpdownload.providers.base import TooLarge, cut
from lpdownload.providers.smtp import Settings
from lpdownload.providers.smtp_connection import Waits, dotted


def text_of(message: EmailMessage, kind: str) -> str:
    part = message.get_body((kind,))
    assert part is not None
    found = part.get_content()
    assert isinstance(found, str)
    return found.replace("\r\n", "\n")


def read_back(octets: bytes) -> EmailMessage:
    message = email.message_from_bytes(octets, policy=default)
    assert isinstance(message, EmailMessage)
    assert not message.defects
    return message


def test_a_message_arrives_as_it_was_built_and_reads_as_its_content() -> None:
    inbox, mail = Inbox(), hostile_mail()
    ana = replace(person("r-1", first_name=".Añá <b>."), to=Mailbox("Núñez, Ana", "ana@exámple.org"))
    with real_server(inbox) as port, provider(port) as smtp:
        built = smtp.build(mail, [ana], "k-1")
        assert smtp.submit(built) == (Accepted("A1B2"),)
    (envelope,) = inbox.envelopes
    assert (envelope.mail_from, envelope.rcpt_tos) == ("news@example.org", ["ana@xn--exmple-qta.org"])
    assert envelope.original_content == built.parts[0]
    message = read_back(built.parts[0])
    assert text_of(message, "html").rstrip("\n") == mail.content.html.fill(ana.values).rstrip("\n")
    assert text_of(message, "plain").rstrip("\n") == mail.content.text.fill(ana.values).rstrip("\n")
    assert str(message["Subject"]) == mail.content.subject.fill(ana.values)
    assert str(message["List-Unsubscribe"]).startswith("<https://u.example.org/1/r-1>, <mailto:")
    assert message["Message-ID"] == "<r-1@example.org>"
    assert message["Date"].datetime == NOW


@given(mails(), people)
def test_the_same_arguments_give_the_same_bytes_in_lines_that_any_server_takes(
    mail: Mail, recipients: list[Recipient]
) -> None:
    with provider(25) as smtp:
        first, second = (smtp.build(mail, recipients, "k") for _ in range(2))
    assert first == second
    assert len(first.references) + len(first.unfit) == len(recipients)
    for part in first.parts:
        assert part.isascii()
        lines = part.split(b"\r\n")
        assert lines[-1] == b""
        assert max(map(len, lines)) <= 998
        assert not any(b"\n" in line or b"\r" in line for line in lines)


@given(st.lists(st.sampled_from([b".", b"..", b"", b"a", b".\t", b"a."])).map(b"\r\n".join))
def test_dots_are_doubled_so_that_no_line_ends_a_message_early(message: bytes) -> None:
    wire = dotted(message)
    assert wire.count(b"\r\n.\r\n") <= 1
    assert wire == b".\r\n" or wire.endswith(b"\r\n.\r\n")
    lines = wire.removesuffix(b".\r\n").split(b"\r\n")
    undone = b"\r\n".join(line.removeprefix(b".") for line in lines)
    assert undone.removesuffix(b"\r\n") == message.removesuffix(b"\r\n")


def test_a_message_full_of_dots_arrives_whole_at_a_real_server() -> None:
    inbox, message = Inbox(), b".Subject: x\r\n\r\n.\r\n..\r\n.a\r\n"
    with real_server(inbox) as port, provider(port) as smtp:
        assert smtp.submit(batch(2, message)) == (Accepted("A1B2"),) * 2
    assert [envelope.original_content for envelope in inbox.envelopes] == [message] * 2


def test_a_recipient_without_a_value_is_unfit_and_the_others_go() -> None:
    mail = hostile_mail()
    ana, bo = person("r-1"), Recipient("r-2", Mailbox("", "bo@example.org"), {})
    with provider(25) as smtp:
        built = smtp.build(mail, [ana, bo, replace(ana, reference="../r-3")], "k-1")
    assert built.references == ("r-1",)
    assert [reference for reference, _ in built.unfit] == ["r-2", "../r-3"]
    assert "one_click_url" in built.unfit[0][1].reason


def test_batches_are_cut_by_bytes_and_nobody_is_lost() -> None:
    mail = hostile_mail()
    wide = replace(mail, content=replace(mail.content, text=Pieces.of("wide " * 1_000_000)))
    recipients = [person(f"r-{number}") for number in range(7)]
    with provider(25) as smtp:
        with pytest.raises(TooLarge) as raised:
            smtp.build(wide, recipients, "k")
        batches = list(cut(smtp, wide, recipients, "k"))
    assert raised.value.fits == 4
    assert [reference for found in batches for reference in found.references] == [
        one.reference for one in recipients
    ]
    assert all(sum(map(len, found.parts)) <= smtp.capabilities.most_bytes for found in batches)


def test_a_message_larger_than_any_server_takes_is_unfit() -> None:
    mail = hostile_mail()
    huge = replace(mail, content=replace(mail.content, text=Pieces.of("wide " * 2_100_000)))
    with provider(25) as smtp:
        built = smtp.build(huge, [person("r-1")], "k")
    assert built.references == ()
    assert "10,000,000" in built.unfit[0][1].reason


def test_a_header_that_no_message_can_carry_is_refused_before_anything_is_sent() -> None:
    mail = hostile_mail()
    with provider(25) as smtp:
        assert not smtp.refusals(mail)
        for name, text in (("X-News", "é"), ("Date", "today"), ("X-Long", "x" * 1_000)):
            bad = replace(mail.content, headers=(*mail.content.headers, (name, Pieces.of(text))))
            assert [finding.rule for finding in smtp.refusals(replace(mail, content=bad))] == ["bad-header"]
        nobody = replace(mail.content, headers=())
        assert [finding.rule for finding in smtp.refusals(replace(mail, content=nobody))] == ["bad-sender"]


def test_bounces_go_to_the_return_path_if_there_is_one() -> None:
    with (
        MailServer() as server,
        provider(server.port, return_path="bounces@exámple.org", helo="mail.example.org") as smtp,
    ):
        smtp.submit(smtp.build(hostile_mail(), [person("r-1")], "k-1"))
    assert server.commands[0][:2] == [
        "ehlo mail.example.org",
        f"MAIL FROM:<bounces@xn--exmple-qta.org> SIZE={len(server.messages[0])}",
    ]


def test_without_a_name_this_machine_greets_with_its_address() -> None:
    with MailServer() as server, provider(server.port) as smtp:
        smtp.submit(batch())
    assert server.commands[0][0].upper() == "EHLO [127.0.0.1]"


def test_a_name_without_a_password_is_not_a_login() -> None:
    for half in ({"username": "ana"}, {"password": SecretStr("x")}):
        with pytest.raises(ValidationError, match="a name and a password"):
            Settings.model_validate({"host": "mail.example.org", **half})


@pytest.mark.parametrize(
    "bad",
    [
        {"host": "a b"},
        {"port": 0},
        {"tls": "yes"},
        {"helo": "a\r\nb"},
        {"return_path": "x"},
        {"connections": 0},
    ],
)
def test_settings_that_cannot_be_meant_are_refused(bad: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        Settings.model_validate({"host": "mail.example.org", **bad})


def test_check_says_what_the_server_takes() -> None:
    with MailServer(pipelining(at("NOOP", None))) as server, provider(server.port) as smtp:
        checks = smtp.check()
    assert [(check.what, check.state) for check in checks] == [
        ("connection", "ok"),
        ("TLS", "ok"),
        ("server", "ok"),
    ]
    assert "20,000,000 bytes" in checks[-1].says
    assert "PIPELINING" in checks[-1].says
    assert [line.split()[0].upper() for line in server.commands[0]] == ["EHLO", "NOOP", "QUIT"]


def test_check_warns_of_a_server_for_small_messages_only() -> None:
    with MailServer(at("EHLO", b"250-test\r\n250 SIZE 50000\r\n")) as server, provider(server.port) as smtp:
        assert smtp.check()[-1].state == "warning"


def test_check_warns_of_mail_in_the_clear_beyond_the_own_network() -> None:
    with provider(9, Waits(connect=1), host="mail.invalid") as smtp:
        checks = smtp.check()
    assert [(check.what, check.state) for check in checks] == [("TLS", "warning"), ("connection", "unknown")]
    assert checks[1].remedy


def test_check_tells_where_it_got_stuck() -> None:
    with MailServer(at("greeting", b"554 no\r\n")) as server, provider(server.port) as smtp:
        assert (smtp.check()[-1].what, smtp.check()[-1].state) == ("greeting", "error")
    with MailServer(at("NOOP", "reset")) as server, provider(server.port) as smtp:
        assert (smtp.check()[-1].what, smtp.check()[-1].state) == ("server", "error")
