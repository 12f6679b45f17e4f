"""`lpdownload send --test-to`: an issue tried out in the newsroom's own inboxes."""

import base64
import email
import json
import re
import signal
from email import policy
from pathlib import Path
from typing import cast

import pytest
from sqlalchemy import select
from tests.desk import Desk
from tests.providers.dialects import DIALECTS
from tests.providers.loopback import Answer, Loopback
from tests.sending import ACCOUNTS, through

from lpdownload.store.tables import recipients, sends, test_sends

KEY = "town/2024-09"


def with_seeds(desk: Desk, *addresses: str) -> None:
    desk.newsroom.add("newsletters/network.yaml", f"seed_list: [{', '.join(addresses)}]\n")


def told_of(report: dict[str, object]) -> list[dict[str, str]]:
    """What a report says of each recipient."""
    return cast(list[dict[str, str]], report["recipients"])


def noted(desk: Desk) -> list[tuple[str, str | None]]:
    """Addresses with outcomes, as they were written down."""
    with desk.open() as database, database.reading() as connection:
        rows = connection.execute(select(test_sends).order_by(test_sends.c.id))
        return [(row.address, row.outcome) for row in rows]


def messages(desk: Desk) -> list[Path]:
    return sorted((desk.root / "outbox").glob("*.eml"))


def test_a_test_goes_to_a_seed_marked_and_with_links_that_lead_nowhere(desk: Desk) -> None:
    with_seeds(desk, "seed@example.org")
    found = desk.json("send", KEY, "--test-to", "seed@example.org", "--as", "first_name=Ana")
    (told,) = told_of(found)
    assert (told["address"], told["outcome"]) == ("seed@example.org", "accepted")
    (file,) = messages(desk)
    message = email.message_from_bytes(file.read_bytes(), policy=policy.default)
    assert message["Subject"].startswith("[TEST] ")
    assert message["To"] == "Ana <seed@example.org>"
    assert message["List-Unsubscribe"].startswith("<https://news.example.org/u/preview>")


def test_a_test_is_in_no_ledger_of_people_but_written_down(desk: Desk) -> None:
    with_seeds(desk, "seed@example.org")
    desk.run("send", KEY, "--test-to", "seed@example.org")
    with desk.open() as database, database.reading() as connection:
        row = connection.execute(select(test_sends)).one()
        assert (row.issue, row.account, row.address, row.outcome) == (
            KEY,
            "outbox",
            "seed@example.org",
            "accepted",
        )
        assert connection.execute(select(sends)).all() == []
        assert connection.execute(select(recipients)).all() == []


def test_an_address_that_is_no_seed_is_refused_unless_somebody_insists(desk: Desk) -> None:
    with_seeds(desk, "seed@example.org")
    (finding,) = desk.refused("send", KEY, "--test-to", "seed@example.org", "--test-to", "ana@example.org")
    assert finding.rule == "not-a-seed"
    assert messages(desk) == []
    desk.run("send", KEY, "--test-to", "ana@example.org", "--force")
    assert len(messages(desk)) == 1


def test_an_issue_with_an_error_goes_to_nobody(desk: Desk) -> None:
    with_seeds(desk, "seed@example.org")
    desk.newsroom.add("newsletters/town/2024-09.yaml", "subjct: Hello\n")
    findings = desk.refused("send", KEY, "--test-to", "seed@example.org")
    assert "unknown-key" in {finding.rule for finding in findings}
    assert messages(desk) == []


def test_the_outbox_says_that_nothing_left(desk: Desk) -> None:
    with_seeds(desk, "seed@example.org")
    result = desk.run("send", KEY, "--test-to", "seed@example.org", "--json")
    assert "Nothing was sent" in result.stderr
    assert json.loads(result.stdout)["account"] == "outbox"


def test_a_provider_that_does_not_answer_has_not_taken_it(desk: Desk) -> None:
    with_seeds(desk, "seed@example.org")
    settings = ("PROVIDER=smtp", "SMTP_HOST=127.0.0.1", "SMTP_PORT=9", "SMTP_TLS=none")
    desk.newsroom.write(".env", "".join(f"LPDOWNLOAD_{setting}\n" for setting in settings))
    found = desk.json("send", KEY, "--test-to", "seed@example.org", code=1)
    (told,) = told_of(found)
    assert told["outcome"] == "throttled"


@pytest.mark.parametrize("provider", ACCOUNTS)
def test_whoever_carries_a_test_it_is_marked_and_has_no_token_of_a_reader(desk: Desk, provider: str) -> None:
    with_seeds(desk, "seed@example.org")
    dialect = next(dialect for dialect in DIALECTS if dialect.name == provider)
    with Loopback(lambda asked: dialect.taken(asked) if asked.body else Answer.json({})) as service:
        through(desk, provider, service)
        found = desk.json("send", KEY, "--test-to", "seed@example.org")
    assert [told["outcome"] for told in told_of(found)] == ["accepted"]
    (wire,) = [asked.body.decode() for asked in service.asked if asked.method == "POST"]
    if provider == "ses":
        wire = base64.b64decode(json.loads(wire)["Content"]["Raw"]["Data"]).decode()
    assert "[TEST] " in wire or "=5BTEST=5D_" in wire
    links = re.findall(r"https?:=?[^\s\"<>]*/u/[\w-]*", wire.replace("=\r\n", ""))
    assert {link.rpartition("/u/")[2] for link in links} == {"preview"}
    assert set(re.findall(r"unsubscribe@[^\s\"<>\\]*", wire)) == {"unsubscribe@example.org?subject=preview"}


def test_several_addresses_are_mailed_once_each_however_they_are_written(desk: Desk) -> None:
    with_seeds(desk, "seed@example.org", "Other@Example.org")
    given = ("seed@example.org", "other@example.org", "Seed@EXAMPLE.org", "<seed@example.org>")
    found = desk.json("send", KEY, *(word for address in given for word in ("--test-to", address)))
    assert len(messages(desk)) == len(told_of(found)) == 2
    assert {told["address"].lower() for told in told_of(found)} == {"seed@example.org", "other@example.org"}


def test_what_became_of_each_is_reported_and_written_down_in_the_same_word(desk: Desk) -> None:
    with_seeds(desk, "seed@example.org", "other@example.org")
    answers = [{"ErrorCode": 0, "MessageID": "m-1", "To": "seed@example.org"}]
    answers.append({"ErrorCode": 406, "Message": "Inactive other@example.org", "To": "other@example.org"})
    with Loopback(lambda _: Answer.json(answers)) as service:
        through(desk, "postmark", service)
        service.script.append(Answer.json({"DeliveryType": "Live"}))
        words = [word for name in ("seed", "other") for word in ("--test-to", f"{name}@example.org")]
        found = desk.json("send", KEY, *words, code=1)
    assert [told["outcome"] for told in told_of(found)] == ["accepted", "refused"]
    assert noted(desk) == [("seed@example.org", "accepted"), ("other@example.org", "refused")]


def test_a_doubt_is_told_with_exit_code_1(desk: Desk) -> None:
    with_seeds(desk, "seed@example.org")
    with Loopback(lambda _: Answer(500)) as service:
        through(desk, "mailgun", service)
        result = desk.run("send", KEY, "--test-to", "seed@example.org", code=1)
    assert result.stdout.startswith("seed@example.org: in doubt, Mailgun may have taken it")
    assert noted(desk) == [("seed@example.org", "in_doubt")]


def test_ctrl_c_in_the_middle_says_so_and_leaves_a_note_of_what_had_begun(desk: Desk) -> None:
    with_seeds(desk, "seed@example.org")
    with Loopback(lambda _: Answer(breaks="silent")) as service:
        through(desk, "sendgrid", service)
        with desk.process("send", KEY, "--test-to", "seed@example.org") as process:
            assert service.was_asked.wait(60)
            process.send_signal(signal.SIGINT)
            out, err = process.communicate()
    assert (process.returncode, out) == (130, "")
    assert "may arrive" in err
    assert "Traceback" not in err
    assert noted(desk) == [("seed@example.org", None)]


@pytest.mark.parametrize("provider", ["mailchimp", "action_network"])
def test_a_provider_that_holds_the_list_itself_needs_one_for_a_test(desk: Desk, provider: str) -> None:
    with_seeds(desk, "seed@example.org")
    desk.newsroom.write(".env", f"LPDOWNLOAD_{provider.upper()}_API_KEY=k-us1\n")
    (finding,) = desk.refused("send", KEY, "--test-to", "seed@example.org", "--account", provider)
    assert finding.rule == "no-campaign-list"
    assert noted(desk) == []


@pytest.mark.parametrize(
    "words",
    [
        ("--test-to", "seed@example.org", "--dry-run"),
        ("--test-to", "seed@example.org", "--at", "2030-09-30 09:00"),
        ("--test-to", "seed@example.org", "--only-to", "failed"),
        ("--persona", "ana"),
        ("--force",),
    ],
)
def test_what_is_meant_for_a_test_mails_nobody_else_and_a_test_does_nothing_but_test(
    desk: Desk, words: tuple[str, ...]
) -> None:
    assert "--test-to" in desk.run("send", "town/2024-09", "--yes", *words, code=2).output
    assert not (desk.root / "outbox").exists()
