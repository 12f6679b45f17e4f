"""`lpdownload send --test-to`: an issue tried out in the newsroom's own inboxes."""

import email
import json
from email import policy
from pathlib import Path
from typing import cast

from sqlalchemy import select
from tests.desk import Desk

from lpdownload.store.tables import recipients, sends, test_sends

KEY = "town/2024-09"


def with_seeds(desk: Desk, *addresses: str) -> None:
    desk.newsroom.add("newsletters/network.yaml", f"seed_list: [{', '.join(addresses)}]\n")


def told_of(report: dict[str, object]) -> list[dict[str, str]]:
    """What a report says of each recipient."""
    return cast(list[dict[str, str]], report["recipients"])


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


def test_without_an_address_nothing_is_sent_and_it_says_so(desk: Desk) -> None:
    assert "--test-to ADDRESS" in desk.run("send", KEY, code=2).stderr


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
