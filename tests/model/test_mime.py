"""The MIME message, as a receiving program reads it."""

import re
from dataclasses import replace
from datetime import UTC, datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from lpdownload.model.content import Content, MissingValue, Pieces, Slot, UnsafeValue
from lpdownload.model.mailbox import BadMailbox, Mailbox
from lpdownload.model.mime import header_line, list_id_header, mime_pieces, standard_headers

DATE = datetime(2024, 9, 3, 12, 30, tzinfo=UTC)
TO = Mailbox("Núñez, Ana", "ana@exámple.org")
VALUES = {
    "one_click_url": "https://u.example.org/u/" + "x" * 120,
    "unsubscribe_mailto": "unsubscribe@example.org?subject=T0KEN",
    "unsubscribe_url": "https://example.org/leave?a=1&b=2",
    "name": "Ana",
}
PRINTABLE = st.characters(exclude_categories=["Cc", "Cs", "Zl", "Zp"])
lines = st.text(PRINTABLE, max_size=200)


def headers(
    public_url: str = "https://news.example.org",
    sender: Mailbox = Mailbox("LPNY", "ny@example.org"),  # noqa: B008
) -> tuple[tuple[str, Pieces], ...]:
    return standard_headers(
        sender=sender,
        reply_to=Mailbox("", "press@example.org"),
        list_name="LPNY State Download",
        list_id="lpny.list-id.example.org",
        help_url="https://example.org/help",
        archive_url="https://example.org/archive",
        feedback_id="2024-09:lpny:newsletter:lpnetwork",
        language="en",
        public_url=public_url,
    )


def content(subject: Pieces, text: str = "Text\n", html: str = "<p>Hi</p>\n") -> Content:
    return Content(
        subject=subject,
        preheader=Pieces.of("Teaser"),
        html=Pieces((html + '<a href="', '">Leave</a>\n'), (Slot("unsubscribe_url", None, "html_url"),)),
        text=Pieces((text + "Leave: ", "\n"), (Slot("unsubscribe_url", None, "url"),)),
        headers=headers(),
    )


def raw(content: Content, values: dict[str, str] = VALUES, to: Mailbox = TO) -> bytes:
    return mime_pieces(content).message(values, to=to, message_id="<1.abc@example.org>", date=DATE)


def received(message: bytes) -> EmailMessage:
    parsed = message_from_bytes(message, policy=default)
    assert isinstance(parsed, EmailMessage)
    assert not parsed.defects
    return parsed


def bodies(message: EmailMessage) -> tuple[str, str]:
    plain, html = message.iter_parts()
    assert (plain.get_content_type(), html.get_content_type()) == ("text/plain", "text/html")
    assert not plain.defects
    assert not html.defects
    return plain.get_content(), html.get_content()


def header_block(message: bytes) -> list[str]:
    return message.split(b"\r\n\r\n", 1)[0].decode("ascii").split("\r\n")


def test_a_message_has_every_header_a_bulk_sender_owes_once_each() -> None:
    message = received(raw(content(Pieces.of("News"))))
    assert sorted(message.keys()) == sorted(
        name
        for line in """
        Date Message-ID To Subject From Reply-To MIME-Version Content-Type Content-Language Feedback-ID
        List-Unsubscribe List-Unsubscribe-Post List-Id List-Help List-Archive
        """.splitlines()
        for name in line.split()
    )
    assert message["From"] == "LPNY <ny@example.org>"
    assert message["To"] == '"Núñez, Ana" <ana@xn--exmple-qta.org>'
    assert message["Date"] == "Tue, 03 Sep 2024 12:30:00 +0000"
    assert message["Message-ID"] == "<1.abc@example.org>"
    assert message["List-Id"] == "LPNY State Download <lpny.list-id.example.org>"
    assert message["List-Help"] == "<https://example.org/help>"
    assert message["Content-Language"] == "en"
    assert message.get_content_type() == "multipart/alternative"


def test_the_one_click_headers_stand_unfolded_and_literally() -> None:
    block = header_block(raw(content(Pieces.of("News"))))
    assert (
        f"List-Unsubscribe: <{VALUES['one_click_url']}>, <mailto:unsubscribe@example.org?subject=T0KEN>"
        in block
    )
    assert "List-Unsubscribe-Post: List-Unsubscribe=One-Click" in block


def test_without_https_the_one_click_post_is_not_offered() -> None:
    names = [name for name, _ in headers("http://localhost:8000")]
    assert "List-Unsubscribe" in names
    assert "List-Unsubscribe-Post" not in names


def test_the_parts_decode_to_the_filled_text_with_crlf() -> None:
    text = "Grüße, " + "long " * 40 + "\n.dot\nFrom here\n \n"
    message = raw(content(Pieces.of("News"), text, f"<p title='='>{text}</p>"))
    plain, html = bodies(received(message))
    assert plain.replace("\r\n", "\n") == text + f"Leave: {VALUES['unsubscribe_url']}\n"
    assert html.replace("\r\n", "\n") == (
        f"<p title='='>{text}</p>" + '<a href="https://example.org/leave?a=1&amp;b=2">Leave</a>\n'
    )


subjects = st.one_of(
    lines,
    st.sampled_from(
        ["", "🗽 LPNY State Download 🗽 | A, B & more! | Fall 2024", "🗽  two  spaces ",
         "=?utf-8?q?x?=", " a", "a " * 60 + "b", "a" * 300,
         "é" * 120, "word  " * 40, "👩\u200d🌾" * 30, "a\u00a0b " * 30]
    ),
)  # fmt: skip


@given(subjects)
@example("a" * 68)
def test_any_subject_comes_back_as_it_was_written(subject: str) -> None:
    message = raw(content(Pieces.of(subject)))
    assert received(message)["Subject"] == subject
    assert all(len(line) <= 76 for line in header_block(message) if "=?" in line)


@given(subjects, subjects, lines)
def test_any_subject_with_a_merge_field_comes_back_filled(before: str, after: str, name: str) -> None:
    subject = Pieces((before, after), (Slot("name", "friend", "header"),))
    message = raw(content(subject), VALUES | {"name": name})
    assert received(message)["Subject"] == subject.fill({"name": name})
    assert all(len(line) <= 76 for line in header_block(message) if "=?" in line)


@given(st.text(st.characters(exclude_categories=["Cs"])), lines, lines)
def test_any_message_is_ascii_lines_of_at_most_998_octets_and_two_whole_parts(
    text: str, name: str, sender: str
) -> None:
    written = content(Pieces.of("News"), text, text)
    written = replace(written, headers=headers(sender=Mailbox(sender.strip(), "ny@example.org")))
    message = raw(written, to=Mailbox(name, "ana@example.org"))
    assert message.isascii()
    assert not re.search(rb"\r(?!\n)|(?<!\r)\n", message)
    assert all(len(line) <= 998 for line in message.split(b"\r\n"))
    parsed = received(message)
    assert [address.addr_spec for address in parsed["To"].addresses] == ["ana@example.org"]
    assert [address.addr_spec for address in parsed["From"].addresses] == ["ny@example.org"]
    plain, _ = bodies(parsed)
    assert plain == re.sub(r"\r\n?|\n", "\r\n", f"{text}Leave: {VALUES['unsubscribe_url']}\n")


@pytest.mark.parametrize("field", ["name", "one_click_url", "unsubscribe_mailto"])
def test_a_line_break_in_a_value_never_becomes_a_header(field: str) -> None:
    subject = Pieces(("Hi ", ""), (Slot("name", None, "header"),))
    with pytest.raises(UnsafeValue, match=field):
        raw(content(subject), VALUES | {field: VALUES[field] + "\r\nBcc: x@example.org"})


def test_a_mail_address_cannot_leave_its_angle_brackets() -> None:
    message = raw(
        content(Pieces.of("News")), VALUES | {"unsubscribe_mailto": "a@b.org>, <https://evil.example"}
    )
    assert received(message)["List-Unsubscribe"].count(">") == 2


@pytest.mark.parametrize(
    "message_id", ["1.abc@example.org", "<1.abc>", "<a b@example.org>", "<a@b>\r\nBcc: x@y.org", "<a@b\n>"]
)
def test_a_malformed_message_id_is_refused(message_id: str) -> None:
    with pytest.raises(UnsafeValue, match="Message-ID"):
        mime_pieces(content(Pieces.of("News"))).message(VALUES, to=TO, message_id=message_id, date=DATE)


def test_a_date_without_time_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="time zone"):
        mime_pieces(content(Pieces.of("N"))).message(
            VALUES, to=TO, message_id="<a@b.org>", date=DATE.replace(tzinfo=None)
        )


def test_a_missing_value_stops_the_message() -> None:
    with pytest.raises(MissingValue, match="unsubscribe_url"):
        raw(content(Pieces.of("News")), {key: VALUES[key] for key in VALUES if key != "unsubscribe_url"})


def test_the_same_content_gives_the_same_bytes_and_other_content_another_boundary() -> None:
    assert raw(content(Pieces.of("News"))) == raw(content(Pieces.of("News")))
    boundaries = {received(raw(content(Pieces.of(s)))).get_boundary() for s in ("News", "Other")}
    assert len(boundaries) == 2


def test_text_that_spells_the_boundary_does_not_end_its_part() -> None:
    first = content(Pieces.of("News"))
    boundary = received(raw(first)).get_boundary()
    pieces = mime_pieces(first)
    forged = VALUES | {"unsubscribe_url": f"https://x.org/--{boundary}--"}
    message = pieces.message(forged, to=TO, message_id="<a@b.org>", date=DATE)
    assert message.count(f"--{boundary}".encode()) == 3
    assert len(bodies(received(message))) == 2


def test_a_sender_in_another_script_is_encoded_and_may_hold_a_merge_field() -> None:
    sender = ("From", Pieces(("Región ", " <ny@exámple.org>"), (Slot("name", None, "header"),)))
    written = replace(content(Pieces.of("N")), headers=(sender,))
    assert received(raw(written))["From"] == "Región Ana <ny@xn--exmple-qta.org>"
    with pytest.raises(BadMailbox):
        raw(written, VALUES | {"name": "x <a@b.org>, "})


@pytest.mark.parametrize("name", ["Subject", "to", "DATE", "Content-Type", "Bcc: x@y.org\r\nX", ""])
def test_content_cannot_set_a_header_the_message_writes_itself(name: str) -> None:
    written = replace(content(Pieces.of("N")), headers=((name, Pieces.of("x")),))
    with pytest.raises(ValueError, match="cannot set"):
        mime_pieces(written)


@pytest.mark.parametrize("text", ["é", "=?utf-8?q?x?=", "a\r\nBcc: x", "x" * 990])
def test_other_headers_are_one_plain_ascii_line_or_refused(text: str) -> None:
    with pytest.raises(UnsafeValue):
        header_line("List-Help", text)
    assert header_line("List-Help", "<https://x.org>") == b"List-Help: <https://x.org>\r\n"


@pytest.mark.parametrize(
    ("name", "header"),
    [
        ("LPNY State Download", "LPNY State Download <a.example.org>"),
        ("Boletín: Ñandú & co.", '"Boletin: Nandu & co." <a.example.org>'),
        ('A "B" \\ <C>', '"A B <C>" <a.example.org>'),
        ("新聞", "<a.example.org>"),
        ("=?utf-8?q?x?=", '"utf-8?q?x?=" <a.example.org>'),
    ],
)
def test_a_list_id_is_ascii_whatever_its_newsletter_is_called(name: str, header: str) -> None:
    assert list_id_header(name, "a.example.org") == header


@given(st.text(), st.integers(1, 200))
def test_a_list_id_is_at_most_255_octets_without_encoded_words(name: str, length: int) -> None:
    header = list_id_header(name, "a" * length + ".example.org")
    assert len(header) <= 255
    assert header.isascii()
    assert header.isprintable()
    assert "=?" not in header


@pytest.mark.parametrize(
    ("argument", "value"),
    [("list_id", "nodots"), ("list_id", "a.b\r\nX: y"), ("feedback_id", "a:b:c:tiny"), ("language", "en\r\n"),
     ("feedback_id", "a:b:c:sixteen-letters-"), ("feedback_id", "a:b:c:d:sender"),
     ("help_url", "javascript:x")],
)  # fmt: skip
def test_a_header_value_against_its_rule_is_refused(argument: str, value: str) -> None:
    arguments = {
        "list_id": "a.example.org",
        "feedback_id": "::n:lpnetwork",
        "language": "en",
        "help_url": "https://x.org",
    }
    arguments[argument] = value
    with pytest.raises(UnsafeValue):
        standard_headers(
            sender=TO, reply_to=None, list_name="N", archive_url=None, public_url="https://x.org", **arguments
        )
