"""A send that is stopped by a signal: once, and by somebody who will not wait."""

import signal
import time

import pytest
from tests.desk import Desk
from tests.newsroom import KEY
from tests.providers.loopback import Answer, Asked, Loopback
from tests.sending import TAKEN, approve, counts, posted, readers, shown, through


@pytest.mark.parametrize("stop", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_send_that_is_stopped_ends_after_what_is_in_flight_and_is_paused(
    file_desk: Desk, stop: signal.Signals
) -> None:
    readers(file_desk, 1_500)
    approve(file_desk)
    file_desk.newsroom.add(
        "newsletters/network.yaml",
        "accounts:\n  sendgrid: {provider: sendgrid, pace: {calls_at_once: 1}}\n",
    )

    def respond(_: Asked) -> Answer:
        if len(posted(service)) == 1:
            process.send_signal(stop)
        return TAKEN

    with Loopback(respond) as service:
        through(file_desk, "sendgrid", service)
        with file_desk.process("send", KEY, "--yes", "--by", "bo") as process:
            _, err = process.communicate()
        assert process.returncode == 130
        assert "lpdownload sends resume 1" in err
        report = shown(file_desk)
        assert report["state"] == "paused"
        assert counts(report)["accepted"] == 1_000
        report = file_desk.json("sends", "resume", "1")
    assert counts(report) == {"candidates": 1_500, "planned": 1_500, "accepted": 1_500}
    assert len(posted(service)) == 2


def test_who_presses_ctrl_c_again_does_not_wait_for_a_service_that_is_silent(file_desk: Desk) -> None:
    readers(file_desk, 3)
    approve(file_desk)
    with Loopback(lambda _: Answer(breaks="silent")) as service:
        through(file_desk, "sendgrid", service)
        with file_desk.process("send", KEY, "--yes", "--by", "bo") as process:
            assert service.was_asked.wait(60)
            process.send_signal(signal.SIGINT)
            time.sleep(1)  # two signals at the same time are one
            process.send_signal(signal.SIGINT)
            _, err = process.communicate()
    assert process.returncode == 130
    assert "Traceback" not in err
    assert shown(file_desk)["batches"] == {"submitting": 1}  # nobody has waited for how it ends
    report = file_desk.json("sends", "resume", "1", code=1)
    assert counts(report) == {"candidates": 3, "planned": 3, "in_doubt": 3}
