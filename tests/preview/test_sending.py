"""A test mail from the preview: to the seed list, into the outbox, and nowhere else."""

import email
import email.policy
from pathlib import Path

import pytest
from tests.newsroom import HEAD, ISSUE, KEY, Newsroom

from lpdownload.content.library import Library
from lpdownload.errors import InvalidInput
from lpdownload.preview.sending import send_test
from lpdownload.preview.session import Session
from lpdownload.preview.view import View, view_of
from lpdownload.settings import load_settings

VIEW = view_of(KEY, {})


@pytest.fixture
def seeded(newsroom: Newsroom) -> Session:
    """A newsroom whose mail would go out by SMTP."""
    newsroom.add("newsletters/network.yaml", "seed_list: [seed@example.org, desk@example.org]\n")
    environ = {"LPDOWNLOAD_PROVIDER": "smtp", "LPDOWNLOAD_SMTP_HOST": "mail.example.org"}
    session = Session(Library(newsroom.root, load_settings(newsroom.root, environ)))
    session.scan()
    return session


def test_it_is_a_file_whatever_the_settings_say(newsroom: Newsroom, seeded: Session) -> None:
    sent = send_test(seeded, VIEW, [])
    assert [(one.address, one.outcome) for one in sent] == [
        ("seed@example.org", "accepted"),
        ("desk@example.org", "accepted"),
    ]
    assert {one.file for one in sent} == {str(path) for path in newsroom.root.glob("outbox/*.eml")}


def test_it_is_what_the_persona_gets(newsroom: Newsroom, seeded: Session) -> None:
    newsroom.write_issue(
        "- {type: story, title: For all, body: 'Hello {{ first_name | default(\"friend\") }}.'}\n"
        "- {type: story, title: Lesson, body: For New York., visible_to: new-york}\n"
    )
    seeded.changed({newsroom.root / ISSUE})
    (sent,) = send_test(seeded, View(KEY, VIEW.client, persona="ana"), ["seed@example.org"])
    message = email.message_from_bytes(Path(sent.file).read_bytes(), policy=email.policy.default)
    body = message.get_body(("plain",))
    assert body is not None
    assert "Hello Ana." in body.get_content()
    assert "For New York." in body.get_content()


def test_an_issue_with_errors_is_not_sent(newsroom: Newsroom, seeded: Session) -> None:
    seeded.show(VIEW)
    newsroom.write(ISSUE, HEAD)
    seeded.changed({newsroom.root / ISSUE})
    with pytest.raises(InvalidInput, match="sections"):
        send_test(seeded, VIEW, [])
    assert not (newsroom.root / "outbox").exists()


def test_a_stranger_gets_nothing_nor_do_the_others(newsroom: Newsroom, seeded: Session) -> None:
    with pytest.raises(InvalidInput, match="not on the seed list"):
        send_test(seeded, VIEW, ["seed@example.org", "stranger@example.org"])
    assert not (newsroom.root / "outbox").exists()


def test_without_a_seed_list_one_is_told_to_write_it(session: Session) -> None:
    with pytest.raises(InvalidInput, match="nobody to send a test to"):
        send_test(session, VIEW, [])
