"""What a mail server's replies, and connections that break, mean for each message."""

from dataclasses import replace

import pytest
from tests.providers.mail_server import Answer, MailServer, Stage
from tests.providers.smtp_client import LOST, QUICK, WRAPS, Wrap, at, batch, pipelining, provider, submitted

from lpdownload.model.delivery import Accepted, InDoubt, Refused, Throttled
from lpdownload.providers.smtp_connection import Waits
from lpdownload.providers.smtp_replies import queue_id


@pytest.mark.parametrize("wrap", WRAPS)
@pytest.mark.parametrize(
    ("stage", "step"),
    [("MAIL", "the sender"), ("RCPT", "the recipient"), ("DATA", "DATA"), ("message", "the message")],
)
@pytest.mark.parametrize(
    ("reply", "kind", "seconds"),
    [
        (b"550 5.1.1 <ana.ruiz@example.org> no such\r\n", Refused, None),
        (b"452-4.2.2 full,\r\n452 4.2.2 <ana.ruiz@example.org> no such\r\n", Throttled, None),
        (b"450 4.7.28 <ana.ruiz@example.org> no such\r\n", Throttled, 600),
        (b"421 4.7.0 <ana.ruiz@example.org> no such\r\n", Throttled, 600),
    ],
)
def test_a_negative_reply_is_the_outcome_of_its_message_alone(
    wrap: Wrap, stage: Stage, step: str, reply: bytes, kind: type, seconds: float | None
) -> None:
    bad = iter([reply])

    def script(found: Stage, _line: str, _connection: int) -> Answer:
        return next(bad, None) if found == stage else None

    first, *others = submitted(wrap(script), 3)
    assert isinstance(first, Refused | Throttled)
    assert type(first) is kind
    assert first.reason.startswith(f"the server refused {step}: {reply[:3].decode()}")
    assert "a…@e…e.org" in first.reason
    assert "ana.ruiz" not in first.reason
    if isinstance(first, Throttled):
        assert first.seconds == seconds
    assert others == [Accepted("Q1")] * 2


@pytest.mark.parametrize("stage", ["greeting", "EHLO"])
def test_a_server_that_lets_nobody_in_refuses_or_throttles_the_whole_batch(stage: Stage) -> None:
    refused = submitted(at(stage, b"554 5.7.1 not you\r\n"), 2)
    assert [isinstance(outcome, Refused) and outcome.account for outcome in refused] == [True] * 2
    busy = submitted(at(stage, b"421 4.3.2 busy\r\n"), 2)
    assert [isinstance(outcome, Throttled) and outcome.seconds for outcome in busy] == [600.0] * 2
    assert all(isinstance(one, Refused | Throttled) and "not you" in one.reason for one in refused)


@pytest.mark.parametrize(
    ("reply", "account"), [(b"530 5.7.0 log in\r\n", True), (b"550 5.7.1 not from there\r\n", False)]
)
def test_a_server_that_wants_a_login_refuses_the_account_and_not_the_recipient(
    reply: bytes, account: bool
) -> None:
    (outcome,) = submitted(at("MAIL", reply))
    assert isinstance(outcome, Refused)
    assert outcome.account is account


def test_a_server_older_than_ehlo_is_greeted_with_helo() -> None:
    def script(stage: Stage, _line: str, _connection: int) -> Answer:
        return b"502 5.5.1 what?\r\n" if stage == "EHLO" else None

    with MailServer(script) as server, provider(server.port) as smtp:
        (outcome,) = smtp.submit(batch())
    assert outcome == Accepted("Q1")
    words = [line.split()[0].upper() for line in server.commands[0]]
    assert words == ["EHLO", "HELO", "MAIL", "RCPT", "DATA", "QUIT"]


def test_with_pipelining_an_envelope_goes_out_at_once_and_the_next_begins_with_a_reset() -> None:
    data = iter([b"554 5.5.1 no valid recipients\r\n"])

    def script(stage: Stage, line: str, _connection: int) -> Answer:
        if stage == "RCPT" and "r-0" in line:
            return b"550 no\r\n"
        return next(data, None) if stage == "DATA" else None

    with MailServer(pipelining(script)) as server, provider(server.port) as smtp:
        refused, accepted = smtp.submit(batch(2))
    assert (type(refused), accepted) == (Refused, Accepted("Q1"))
    assert any(
        read.startswith(b"RSET\r\nMAIL FROM:") and read.endswith(b"\r\nDATA\r\n") for read in server.reads
    )


def test_a_server_that_takes_data_for_nobody_gets_no_message() -> None:
    with MailServer(pipelining(at("RCPT", b"550 no\r\n"))) as server, provider(server.port) as smtp:
        outcomes = smtp.submit(batch(5))
    assert [type(outcome) for outcome in outcomes] == [Refused] * 5
    assert server.messages == []


@pytest.mark.parametrize("wrap", WRAPS)
@pytest.mark.parametrize("reply", [b"999 what?\r\n", b"500 what?\r\n", b"451 later\r\n"])
def test_a_reset_that_the_server_refuses_ends_that_connection_only(wrap: Wrap, reply: bytes) -> None:
    def script(stage: Stage, line: str, connection: int) -> Answer:
        if stage == "RSET":
            return reply
        if stage == "DATA" and connection == 0:
            return b"554 no valid recipients\r\n"
        return b"550 no\r\n" if stage == "RCPT" and "r-0" in line and connection == 0 else None

    outcomes = submitted(wrap(script), 3)
    assert [type(outcome) for outcome in outcomes] == [Refused, Throttled, Accepted]


def test_a_message_larger_than_the_server_takes_is_not_sent() -> None:
    with (
        MailServer(at("EHLO", b"250-test\r\n250 SIZE 10\r\n")) as server,
        provider(server.port) as smtp,
    ):
        (outcome,) = smtp.submit(batch())
    assert isinstance(outcome, Refused)
    assert "10" in outcome.reason
    assert len(server.commands[0]) == 1 or server.commands[0][1] == "QUIT"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("2.0.0 Ok: queued as 4XyZ12", "4XyZ12"),
        ("OK id=1sAbCd-0001-Ef", "1sAbCd-0001-Ef"),
        ("2.0.0 4A1bC Message accepted for delivery", "4A1bC"),
        ("Ok 0100018f3a2b4c5d-6e7f8a9b-000000", "0100018f3a2b4c5d-6e7f8a9b-000000"),
        ("2.0.0 Great success", None),
        ("", None),
    ],
)
def test_the_servers_name_for_a_message_is_kept_where_it_gives_one(text: str, found: str | None) -> None:
    assert queue_id(text) == found


@pytest.mark.parametrize("wrap", WRAPS)
@pytest.mark.parametrize("stage", ["MAIL", "RCPT", "DATA"])
def test_a_connection_lost_before_the_message_throttles_it_and_a_new_one_takes_the_rest(
    wrap: Wrap, stage: Stage
) -> None:
    outcomes = submitted(wrap(at(stage, "reset", connections=[0])), 3)
    assert outcomes == (LOST, Accepted("Q1"), Accepted("Q1"))


def test_a_connection_lost_in_the_midst_of_a_message_throttles_it() -> None:
    large = batch(2, b"x" * 70 + b"\r\n" + b"y" * 18_000_000)
    with MailServer(at("body", "reset", connections=[0])) as server, provider(server.port) as smtp:
        outcomes = smtp.submit(large)
    assert outcomes == (LOST, Accepted("Q1"))
    assert len(server.messages) == 1


@pytest.mark.parametrize("answer", ["reset", b"", b"hello\r\n", b"250" + b"x" * 9_000, b"354 more?\r\n"])
def test_without_a_clear_answer_to_the_final_dot_a_message_is_in_doubt(answer: Answer) -> None:
    def script(stage: Stage, _line: str, connection: int) -> Answer:
        return answer if stage == "message" and connection == 0 else None

    first, *others = submitted(script, 3, replace(QUICK, final=0.5))
    assert isinstance(first, InDoubt)
    assert "whole message had been sent" in first.reason
    assert others == [Accepted("Q1")] * 2


def test_a_refused_recipient_stays_refused_though_the_server_hangs_up_at_once() -> None:
    def script(stage: Stage, _line: str, connection: int) -> Answer:
        if connection == 0 and stage == "RCPT":
            return b"550 no\r\n"
        return "reset" if connection == 0 and stage == "DATA" else None

    first, second = submitted(pipelining(script), 2)
    assert type(first) is Refused or first == LOST  # a reset may overtake the reply
    assert second == Accepted("Q1")


@pytest.mark.parametrize("stage", ["MAIL", "RCPT", "DATA"])
def test_a_server_that_falls_silent_before_the_message_throttles_it(stage: Stage) -> None:
    outcomes = submitted(at(stage, "silent", connections=[0]), 2, replace(QUICK, reply=0.3))
    assert outcomes == (
        Throttled("no answer came in time before the message was whole"),
        Accepted("Q1"),
    )


def test_after_three_lost_connections_in_a_row_the_rest_is_throttled() -> None:
    with MailServer(at("MAIL", "reset")) as server, provider(server.port) as smtp:
        outcomes = smtp.submit(batch(30))
    assert outcomes == (LOST,) * 30
    assert len(server.commands) == 3


def test_after_three_messages_in_doubt_in_a_row_the_rest_is_throttled() -> None:
    outcomes = submitted(at("message", "reset"), 30)
    assert [type(outcome) for outcome in outcomes] == [InDoubt] * 3 + [Throttled] * 27


def test_a_server_that_says_slow_down_three_times_is_left_alone() -> None:
    outcomes = submitted(at("MAIL", b"421 4.7.28 too fast\r\n"), 30)
    assert [isinstance(outcome, Throttled) and outcome.seconds for outcome in outcomes] == [600.0] * 30


def test_a_connection_refused_throttles_the_batch() -> None:
    with MailServer() as server:
        pass
    with provider(server.port) as smtp:
        outcomes = smtp.submit(batch(2))
    (outcome,) = set(outcomes)
    assert isinstance(outcome, Throttled)
    assert "Connection refused" in outcome.reason


@pytest.mark.parametrize(
    ("stage", "answer"),
    [
        ("greeting", "silent"),
        ("greeting", "reset"),
        ("greeting", b"HTTP/1.1 400 Bad Request\r\n"),
        ("greeting", b"x" * 10_000),
        ("EHLO", "silent"),
        ("EHLO", "reset"),
        ("EHLO", b"hello\r\n"),
        ("EHLO", b"354 what?\r\n"),
    ],
)
def test_a_server_that_does_not_come_about_throttles_the_batch(stage: Stage, answer: Answer) -> None:
    outcomes = submitted(at(stage, answer), 2, Waits(connect=0.3, reply=0.3, final=1, pause=0))
    assert [type(outcome) for outcome in outcomes] == [Throttled] * 2


def test_a_connection_that_came_back_takes_the_whole_batch() -> None:
    outcomes = submitted(at("greeting", "reset", connections=[0, 1]), 3)
    assert outcomes == (Accepted("Q1"),) * 3
