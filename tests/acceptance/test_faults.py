"""A service that fails in the middle of a send: nobody is doubled, the rest goes on, the account adds up."""

from typing import Final

import pytest
from tests.acceptance.aftermath import doubtful
from tests.acceptance.counting import resend, sendgrid
from tests.desk import Desk
from tests.providers.loopback import Answer, Loopback
from tests.sending import approve, counts, poisoned, readers, send, sendgrid_to, shown, through

PEOPLE: Final = 120
PER_CALL: Final = 10
HTML: Final = Answer(200, b"<html>Welcome to the hotel's network</html>", {"Content-Type": "text/html"})
NOT_TAKEN: Final = {
    "429": Answer(429),
    "429, come back": Answer(429, headers={"Retry-After": "1"}),
    "503, come back": Answer(503, headers={"Retry-After": "1"}),
}
NOBODY_KNOWS: Final = {
    "500": Answer(500),
    "502": Answer(502, HTML.body, HTML.headers),
    "503": Answer(503),
    "reset after the body": Answer(breaks="after the body"),
    "HTML": HTML,
}
FAULTY: Final = (3, 6)
"""Calls of the twelve."""


@pytest.fixture
def everybody(file_desk: Desk) -> list[str]:
    """Readers of an approved issue, ten a call."""
    accounts = [
        f"  {name}: {{provider: {name}, pace: {{recipients_per_call: {PER_CALL}}}}}"
        for name in ("sendgrid", "resend")
    ]
    file_desk.newsroom.add("newsletters/network.yaml", "\n".join(["accounts:", *accounts, ""]))
    approve(file_desk)
    return readers(file_desk, PEOPLE)


def all_of(number: int) -> dict[str, int]:
    return {"candidates": number, "planned": number}


@pytest.mark.parametrize("fault", NOT_TAKEN)
def test_what_was_not_taken_goes_again(file_desk: Desk, everybody: list[str], fault: str) -> None:
    with sendgrid(file_desk) as counted:
        counted.refuses = dict.fromkeys(FAULTY, NOT_TAKEN[fault])
        report = send(file_desk)
        assert counts(report) == all_of(PEOPLE) | {"accepted": PEOPLE}
        assert counted.copies == dict.fromkeys(everybody, 1)


@pytest.mark.parametrize("is_taken", [True, False])
@pytest.mark.parametrize("fault", NOBODY_KNOWS)
def test_what_may_have_been_taken_is_in_doubt_and_does_not_go_again(
    file_desk: Desk, everybody: list[str], fault: str, is_taken: bool
) -> None:
    with sendgrid(file_desk) as counted:
        answers = dict.fromkeys(FAULTY, NOBODY_KNOWS[fault])
        if is_taken:
            counted.forgets = answers
        else:
            counted.refuses = answers
        report = send(file_desk, code=1)
        in_doubt = set().union(*doubtful(file_desk).values())
        lost = len(FAULTY) * PER_CALL
        assert len(in_doubt) == lost
        assert counts(report) == all_of(PEOPLE) | {"accepted": PEOPLE - lost, "in_doubt": lost}
        took = everybody if is_taken else [address for address in everybody if address not in in_doubt]
        assert counted.copies == dict.fromkeys(took, 1)


@pytest.mark.parametrize("is_taken", [True, False])
@pytest.mark.parametrize("fault", NOBODY_KNOWS | NOT_TAKEN)
def test_a_service_that_knows_keys_leaves_no_doubt(
    file_desk: Desk, everybody: list[str], fault: str, is_taken: bool
) -> None:
    with resend(file_desk) as counted:
        answers = dict.fromkeys(FAULTY, (NOBODY_KNOWS | NOT_TAKEN)[fault])
        if is_taken:
            counted.forgets = answers
        else:
            counted.refuses = answers
        report = send(file_desk)
        assert counts(report) == all_of(PEOPLE) | {"accepted": PEOPLE}
        assert counted.copies == dict.fromkeys(everybody, 1)


@pytest.mark.parametrize("status", [401, 403])
def test_a_refused_account_pauses_the_send_and_nobody_is_lost_or_doubled(
    file_desk: Desk, everybody: list[str], status: int
) -> None:
    with sendgrid(file_desk) as counted:
        counted.refuses = dict.fromkeys(range(4, 40), Answer(status))
        report = send(file_desk, code=1)
        assert report["state"] == "paused"
        took = counted.total
        assert counts(report) == all_of(PEOPLE) | {"accepted": took, "pending": PEOPLE - took}
        counted.refuses = {}
        file_desk.run("sends", "resume", "1")
        assert counts(shown(file_desk)) == all_of(PEOPLE) | {"accepted": PEOPLE}
        assert counted.copies == dict.fromkeys(everybody, 1)


def test_a_bad_address_among_many_is_found_and_the_others_get_theirs(
    file_desk: Desk, everybody: list[str]
) -> None:
    bad = everybody[70]
    with Loopback(poisoned([bad])) as service:
        through(file_desk, "sendgrid", service)
        report = send(file_desk)
        took = [to for asked in service.asked if bad not in (to := sendgrid_to(asked))]
    assert counts(report) == all_of(PEOPLE) | {"accepted": PEOPLE - 1, "refused": 1}
    assert sorted(address for to in took for address in to) == sorted(set(everybody) - {bad})


def test_a_slow_service_is_waited_for(file_desk: Desk, everybody: list[str]) -> None:
    with sendgrid(file_desk, slowest=1.0) as counted:
        report = send(file_desk)
        assert counts(report) == all_of(PEOPLE) | {"accepted": PEOPLE}
        assert counted.copies == dict.fromkeys(everybody, 1)
