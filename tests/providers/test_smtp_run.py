"""Batches over several connections, used again and shared by threads."""

import threading
from contextlib import suppress
from dataclasses import replace

import pytest
from tests.providers.mail_server import Answer, MailServer, Stage
from tests.providers.smtp_client import QUICK, WRAPS, Wrap, at, batch, provider, submitted

from lpdownload.model.delivery import Accepted, Outcome, Refused, Throttled


def test_a_connection_is_used_again_by_the_next_batch_and_closed_with_quit() -> None:
    with MailServer() as server:
        with provider(server.port) as smtp:
            smtp.submit(batch(2))
            smtp.submit(batch(2))
        assert len(server.commands) == 1
        assert len(server.messages) == 4
    assert server.commands[0][-1].upper() == "QUIT"


@pytest.mark.parametrize("wrap", WRAPS)
@pytest.mark.parametrize("answer", [None, "reset", "silent", b"421 4.4.2 idle for too long\r\n"])
def test_a_connection_gone_stale_between_batches_costs_no_message(wrap: Wrap, answer: Answer) -> None:
    """Hung up while nobody looked (None), or just as the first command comes."""
    batches = 0

    def script(found: Stage, _line: str, connection: int) -> Answer:
        return answer if connection == 0 and batches and found == "MAIL" else None

    with MailServer(wrap(script)) as server, provider(server.port, replace(QUICK, reply=1)) as smtp:
        assert smtp.submit(batch(2)) == (Accepted("Q1"),) * 2
        batches += 1
        if answer is None:
            server.hang_up()
        assert smtp.submit(batch(2)) == (Accepted("Q1"),) * 2
    assert len(server.commands) == 2


def test_a_connection_that_nobody_has_used_for_long_is_not_trusted() -> None:
    with MailServer() as server, provider(server.port, replace(QUICK, rest=0)) as smtp:
        for _ in range(2):
            assert smtp.submit(batch(2)) == (Accepted("Q1"),) * 2
    assert len(server.commands) == 2


def test_a_server_that_closes_each_connection_it_has_let_rest_throttles_and_leaves_nothing_in_doubt() -> None:
    batches = 0

    def script(found: Stage, _line: str, _connection: int) -> Answer:
        return b"421 4.7.0 enough\r\n" if batches and found == "MAIL" else None

    with MailServer(script) as server, provider(server.port) as smtp:
        smtp.submit(batch(2))
        batches += 1
        outcomes = smtp.submit(batch(2))
    assert [isinstance(outcome, Throttled) and outcome.seconds for outcome in outcomes] == [600.0] * 2


def test_a_connection_takes_so_many_messages_and_no_more() -> None:
    with MailServer() as server, provider(server.port, messages_per_connection=4) as smtp:
        assert smtp.submit(batch(10)) == (Accepted("Q1"),) * 10
    taken = [sum(line == "DATA" for line in lines) for lines in server.commands]
    assert taken == [4, 4, 2]
    assert all(lines[-1].upper() == "QUIT" for lines in server.commands)


def test_outcomes_come_in_order_whatever_connection_they_come_from() -> None:
    def script(stage: Stage, line: str, _connection: int) -> Answer:
        number = line.partition("r-")[2].partition("@")[0]
        return b"550 no\r\n" if stage == "RCPT" and int(number) % 3 == 0 else None

    told: dict[int, Outcome] = {}
    with MailServer(script) as server, provider(server.port, connections=4) as smtp:
        outcomes = smtp.submit(batch(60), told=told.__setitem__)
    kinds = [type(outcome) for outcome in outcomes]
    assert kinds == [Accepted if number % 3 else Refused for number in range(60)]
    assert told == dict(enumerate(outcomes))
    assert 1 <= len(server.commands) <= 4
    assert len(server.messages) == 40


def test_two_batches_at_once_share_the_connections_and_lose_nothing() -> None:
    with MailServer() as server, provider(server.port, connections=2) as smtp:
        found: list[tuple[Outcome, ...]] = []
        threads = [threading.Thread(target=lambda: found.append(smtp.submit(batch(20)))) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert found == [(Accepted("Q1"),) * 20] * 4
    assert len(server.commands) <= 2
    assert len(server.messages) == 80


def test_a_server_that_lets_in_only_one_connection_gets_everything_over_that_one() -> None:
    script = at("greeting", b"554 5.7.0 too many connections\r\n", connections=range(1, 100))
    assert submitted(script, 40, connections=8) == (Accepted("Q1"),) * 40


def test_a_server_that_lets_nobody_in_any_more_throttles_what_is_left() -> None:
    script = at("greeting", b"554 5.7.0 too many connections\r\n", connections=range(1, 100))
    outcomes = submitted(script, 9, messages_per_connection=4)
    assert [type(outcome) for outcome in outcomes] == [Accepted] * 4 + [Throttled] * 5


def test_outcomes_are_told_as_they_come_in_the_thread_that_submits() -> None:
    taken: list[int] = []
    threads = set[threading.Thread]()

    def told(index: int, _outcome: Outcome) -> None:
        threads.add(threading.current_thread())
        taken.append(index)

    with MailServer(at("MAIL", "reset", connections=range(2, 100))) as server, provider(server.port) as smtp:
        outcomes = smtp.submit(batch(9), told=told)
    assert sorted(taken) == list(range(len(outcomes)))
    assert threads == {threading.current_thread()}


def test_who_hears_of_outcomes_and_fails_stops_the_batch_but_no_message_halfway() -> None:
    class Full(Exception):
        pass

    def told(_index: int, _outcome: Outcome) -> None:
        raise Full

    with MailServer() as server, provider(server.port) as smtp:
        with suppress(Full):
            smtp.submit(batch(100), told=told)
            raise AssertionError("the exception is lost")
        assert smtp.submit(batch()) == (Accepted("Q1"),)
    assert len(server.messages) < 101


def test_an_empty_batch_needs_no_server() -> None:
    with provider(1) as smtp:
        assert smtp.submit(batch(0)) == ()
