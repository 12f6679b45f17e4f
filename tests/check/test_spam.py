"""Asking spamd: what its answers become, and that nobody else is ever asked."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from tests.newsroom import Newsroom

from lpdownload.check import spam
from lpdownload.check.inspection import Inspection
from lpdownload.check.spam import SpamAssassin, check_spam
from lpdownload.content.issues import load_issue
from lpdownload.render.render import render_issue

ANSWERS = Path(__file__).parent / "spamd"
"""What SpamAssassin 4.0.1 on Debian 12 (spamd -L) reported, below its two lines of protocol."""

HEAD = b"SPAMD/1.1 0 EX_OK\r\nContent-length: 1446\r\nSpam: True ; 12.5 / 5.0\r\n\r\n"
SPAMMY = HEAD + (ANSWERS / "spammy.txt").read_bytes()
CLEAN = HEAD.replace(b"True ; 12.5", b"False ; -0.0") + (ANSWERS / "clean.txt").read_bytes()


@contextmanager
def spamd(answer: bytes) -> Iterator[tuple[tuple[str, int], list[bytes]]]:
    """A server on this machine that gives everybody the same answer, and what it was asked."""
    asked: list[bytes] = []

    def serve() -> None:
        while True:
            try:
                connection, _ = listening.accept()
            except OSError:
                return
            with connection:
                parts = []
                while part := connection.recv(65536):
                    parts.append(part)
                asked.append(b"".join(parts))
                connection.sendall(answer)

    with socket.create_server(("127.0.0.1", 0)) as listening:
        thread = threading.Thread(target=serve)
        thread.start()
        try:
            yield listening.getsockname()[:2], asked
        finally:
            listening.shutdown(socket.SHUT_RDWR)
            thread.join()


def closed_port() -> tuple[str, int]:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return ("127.0.0.1", server.getsockname()[1])


def inspected(newsroom: Newsroom) -> Inspection:
    library = newsroom.library
    loaded = load_issue(library, "town/2024-09")
    return Inspection(
        library, loaded, render_issue(loaded.issue, newsroom=library.root, templates=library.templates)
    )


def test_the_message_is_sent_whole_with_its_length() -> None:
    with spamd(CLEAN) as (address, asked):
        check_spam(b"Subject: A\r\n\r\nB\r\n", address=address)
    assert asked == [b"REPORT SPAMC/1.5\r\nContent-length: 17\r\n\r\nSubject: A\r\n\r\nB\r\n"]


def test_each_rule_with_points_is_a_finding_the_dearest_first() -> None:
    with spamd(SPAMMY) as (address, _):
        findings = check_spam(b"", address=address)
    assert [finding.rule for finding in findings] == [
        "spam-money-back",
        "spam-drug-ed-caps",
        "spam-dear-friend",
        "spam-drugs-erectile",
        "spam-end-future-emails",
        "spam-diet-1",
        "spam-subj-all-caps",
        "spam-normal-http-to-ip",
    ]
    assert {finding.severity for finding in findings} == {"error"}
    assert findings[0].message == "2.9 of 12.6 points for MONEY_BACK: BODY: Money back guarantee"


def test_a_description_of_two_lines_is_read_whole() -> None:
    with spamd(SPAMMY) as (address, _):
        finding = check_spam(b"", address=address)[-1]
    assert finding.message.endswith("URI: URI host has a public dotted-decimal IPv4 address")


def test_a_rule_about_the_subject_leads_there() -> None:
    with spamd(SPAMMY) as (address, _):
        (finding,) = (one for one in check_spam(b"", address=address) if one.rule == "spam-subj-all-caps")
    assert finding.loc == ("subject",)


def test_a_clean_mail_has_no_finding() -> None:
    with spamd(CLEAN) as (address, _):
        assert check_spam(b"", address=address) == ()


def table(*rows: str) -> bytes:
    return HEAD + "\n".join(rows).encode()


@pytest.mark.parametrize(
    ("points", "severity"), [("0.5", "info"), ("2.0", "warning"), ("4.9", "warning"), ("5.0", "error")]
)
def test_the_severity_follows_from_the_sum(points: str, severity: str) -> None:
    with spamd(table(f" {points} DEAR_FRIEND BODY: Dear Friend?")) as (address, _):
        (finding,) = check_spam(b"", address=address)
    assert finding.severity == severity


def test_points_for_the_mail_count_as_well() -> None:
    with spamd(table(" 5.5 DEAR_FRIEND Dear?", "-4.0 MAILING_LIST_MULTI A list")) as (address, _):
        (finding,) = check_spam(b"", address=address)
    assert finding.severity == "info"


@pytest.mark.parametrize(
    "name",
    [
        "NO_RELAYS",
        "SPF_HELO_NONE",
        "DKIM_ADSP_NXDOMAIN",
        "DMARC_MISSING",
        "URIBL_BLOCKED",
        "RCVD_IN_ZEN_BLOCKED",
        "T_SPF_TEMPERROR",
        "BAYES_99",
        "DATE_IN_PAST_96_XX",
    ],
)
def test_rules_about_the_way_of_a_mail_do_not_count(name: str) -> None:
    with spamd(table(f" 7.5 {name} Something")) as (address, _):
        assert check_spam(b"", address=address) == ()


def test_nobody_answering_is_told_as_information() -> None:
    (finding,) = check_spam(b"", address=closed_port())
    assert (finding.rule, finding.severity) == ("spam-unavailable", "info")


@pytest.mark.parametrize(
    "answer", [b"", b"HTTP/1.1 400 Bad Request\r\n\r\n", b"SPAMD/1.0 76 Bad header line\r\n"]
)
def test_an_answer_that_is_none_of_spamd_s_is_told_as_information(answer: bytes) -> None:
    with spamd(answer) as (address, _):
        (finding,) = check_spam(b"", address=address)
    assert finding.rule == "spam-unavailable"


def test_a_server_that_never_answers_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spam, "TIMEOUT", 0.05)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        (finding,) = check_spam(b"", address=("127.0.0.1", silent.getsockname()[1]))
    assert finding.message.endswith("(no answer in time)")


def test_another_machine_is_never_asked() -> None:
    with pytest.raises(ValueError, match="not this machine"):
        check_spam(b"", address=("192.0.2.1", 783))


def test_the_check_asks_about_the_issue_s_message_and_finds_its_place(newsroom: Newsroom) -> None:
    with spamd(SPAMMY) as (address, asked):
        findings = list(SpamAssassin(address).look(inspected(newsroom)))
    assert b"\r\nList-Unsubscribe: <https://" in asked[0]
    assert all(finding.place for finding in findings)


def test_that_nobody_answers_is_said_once_for_all_issues(newsroom: Newsroom) -> None:
    check = SpamAssassin(closed_port())
    found = [finding for _ in range(3) for finding in check.look(inspected(newsroom))]
    assert [finding.rule for finding in found] == ["spam-unavailable"]
