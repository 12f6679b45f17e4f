"""The form of a message: a good one has no fault, and each change for the worse is one."""

import pytest
from tests.newsroom import Newsroom

from lpdownload.check.message_form import form_faults
from lpdownload.render.output import message
from lpdownload.render.render import fill_values


@pytest.fixture
def written(newsroom: Newsroom) -> bytes:
    rendering = newsroom.render()
    return message(rendering, fill_values(rendering, {}))


def headers_of(faults: list[tuple[str, str]]) -> set[str]:
    return {header for header, _ in faults}


def test_what_is_sent_has_no_fault(written: bytes) -> None:
    assert list(form_faults(written)) == []


@pytest.mark.parametrize(
    ("old", "new", "header"),
    [
        (b"List-Unsubscribe: <https://", b"List-Unsubscribe: <http://", "List-Unsubscribe"),
        (
            b"List-Unsubscribe: <https://",
            b"List-Unsubscribe: <https://a.org/b>, <https://",
            "List-Unsubscribe",
        ),
        (b"List-Unsubscribe: <", b"List-Unsubscribe: =?utf-8?q?a?= <", "List-Unsubscribe"),
        (b"List-Unsubscribe: ", b"X-List-Unsubscribe: ", "List-Unsubscribe"),
        (b"=One-Click", b"=one-click", "List-Unsubscribe-Post"),
        (b"List-Unsubscribe-Post:", b"X-Post:", "List-Unsubscribe-Post"),
        (b"<town.list-id.", b"<town..list-id.", "List-Id"),
        (b"<town.list-id.", b"town.list-id.", "List-Id"),
        (b"List-Id: Town", b"List-Id: " + b"Town" * 60, "List-Id"),
        (b"List-Help: <https", b"List-Help: <ftp", "List-Help"),
        (b"List-Archive: <", b"List-Archive: ", "List-Archive"),
        (b":ennewsletters", b":en", "Feedback-ID"),
        (b"MIME-Version", b"Precedence: bulk\r\nMIME-Version", "Precedence"),
        (b"MIME-Version", b"Auto-Submitted: auto-generated\r\nMIME-Version", "Auto-Submitted"),
        (b"MIME-Version", b"From: a@example.org\r\nMIME-Version", "From"),
        (b"MIME-Version", b"Reply-To: a@example.org\r\nMIME-Version", "Reply-To"),
        (b"MIME-Version", b"X-Long: " + b"a" * 1000 + b"\r\nMIME-Version", "X-Long"),
        (b"From: Town Download <", b"From: Town Download <a@example.org>, <", "From"),
        (b"Subject: =?utf-8?", b"Subject: =?utf-8?q?" + b"a" * 70 + b"?= =?utf-8?", "Subject"),
        (b"\r\nDate: ", b"\r\nX-Date: ", "Date"),
        (b"multipart/alternative", b"multipart/mixed", "Content-Type"),
        (b"text/plain; charset=utf-8", b"text/plain; charset=latin-1", "Content-Type"),
        (b"text/plain; charset", b"text/html; charset", "Content-Type"),
        (b"A river is clean again", "A rïver".encode(), ""),
        (b"A river is clean again", b"A river " * 150, ""),
    ],
)
def test_a_change_for_the_worse_is_a_fault_of_its_header(
    written: bytes, old: bytes, new: bytes, header: str
) -> None:
    whole = b"\r\n" + written
    assert old in whole
    faults = list(form_faults(whole.replace(old, new, 1).removeprefix(b"\r\n")))
    assert headers_of(faults) == {header}


def test_a_line_among_the_headers_that_is_none_is_a_fault(written: bytes) -> None:
    broken = written.replace(b"MIME-Version", b"no header at all\r\nMIME-Version", 1)
    assert ("Content-Language", "is followed by a line that is no header") in list(form_faults(broken))


def test_a_header_that_stands_twice_is_told_with_its_number(written: bytes) -> None:
    twice = written.replace(b"MIME-Version", b"List-Id: <a.example.org>\r\nMIME-Version", 1)
    assert ("List-Id", "stands 2 times") in list(form_faults(twice))
