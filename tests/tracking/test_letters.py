"""What mails to our own mailbox say."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.tracking.letters import HOSTILE, bounce, complaint, mail, report, returned

from lpdownload.tracking.letters import BROKEN, own_words, read

TOKEN = "A" * 21 + "-_" + "b" * 20
REFERENCE = "0123abcd-7-42"


@pytest.mark.parametrize(
    "text",
    ["STOP", " stop. ", "Unsubscribe!", "please remove me from this list", "¡BAJA!",
     "Quiero darme de baja.", "cancelar suscripción", "no más correos"],
)  # fmt: skip
def test_stop_is_understood_in_english_and_spanish(text: str) -> None:
    assert read(mail("Re: Town Download", text)).kind == "leaves"


@pytest.mark.parametrize(
    "text",
    ["Stop the bill in committee!", "Please do not unsubscribe me", "I cannot stop reading", "", "...",
     "baja california", "How do I unsubscribe?", "Cancel my seat at the event"],
)  # fmt: skip
def test_what_only_holds_the_word_is_for_people(text: str) -> None:
    assert read(mail("Re: Town Download", text)).kind == "nothing"


@pytest.mark.parametrize(
    "quoted",
    ["> stop", "On Mon, Sep 2, 2024 at 9:00 AM Town <t@example.org> wrote:\nstop",
     "On Mon, Sep 2, 2024 at 9:00 AM Town Download\n<town@example.org> wrote:\n> stop",
     "El lun, 2 sept 2024, Town escribió:\nstop", "-----Original Message-----\nstop",
     "From: Town <town@example.org>\nstop", "-- \nstop", "________________\nstop"],
)  # fmt: skip
def test_nothing_that_is_quoted_or_below_a_signature_is_somebodys_own_word(quoted: str) -> None:
    assert own_words(f"Thank you.\n{quoted}") == "Thank you."
    assert read(mail("Re: Town Download", quoted)).kind == "nothing"


def test_stop_above_a_quotation_and_a_phones_line_is_the_whole_message() -> None:
    body = "Stop\r\n\r\nSent from my iPhone\r\n\r\n> On 2 Sep 2024, at 9:00, Town wrote:\r\n> The news"
    assert read(mail("Re: Town Download", body)).kind == "leaves"


def test_html_alone_is_read_without_its_tags_and_its_quotation() -> None:
    html = "<style>p{}</style><div>STOP</div><br><blockquote>The whole issue</blockquote>"
    assert read(mail("Re: Town", html, headers={"Content-Type": "text/html"})).kind == "leaves"
    quoted = "<div>Hello</div><div class=gmail_quote>stop</div>"
    assert read(mail("Re: Town", quoted, headers={"Content-Type": "text/html"})).kind == "nothing"


def test_the_subject_says_stop_unless_the_mail_is_an_answer() -> None:
    assert read(mail("unsubscribe", "Ana Reyes\r\nAnytown")).kind == "leaves"
    assert read(mail("Re: Stop", "A good piece, thank you.")).kind == "nothing"


def test_the_subject_of_an_empty_answer_is_its_message() -> None:
    assert read(mail("Re: unsubscribe", "")).kind == "leaves"
    assert read(mail("Re: unsubscribe", "> The news")).kind == "leaves"
    assert read(mail("Re: Town Download", "")).kind == "nothing"


@pytest.mark.parametrize(
    "headers",
    [{"Auto-Submitted": "auto-replied"}, {"Precedence": "auto_reply"}, {"X-Autoreply": "yes"},
     {"Return-Path": "<>"}, {"Subject": "Automatic reply: Town Download"}, {"Subject": "Fuera de la oficina"},
     {"Subject": "Re: Out of Office"}],
)  # fmt: skip
def test_an_automatic_reply_is_known_whatever_it_says(headers: dict[str, str]) -> None:
    assert read(mail(body="stop", headers=headers)).kind == "automatic"


def test_a_persons_mail_that_says_it_is_none_is_not_automatic() -> None:
    assert read(mail(body="stop", headers={"Auto-Submitted": "no"})).kind == "leaves"


def test_a_token_in_the_subject_is_found_however_the_subject_is_written() -> None:
    for subject in (
        TOKEN,
        f"Re: {TOKEN}",
        f"unsubscribe\r\n {TOKEN}",
        f"=?utf-8?q?{TOKEN.replace('_', '=5F')}?=",
    ):
        assert read(mail(subject)).tokens == (TOKEN,)
    assert read(mail(f"{TOKEN}x")).tokens == ()


def test_the_link_of_a_preview_says_nothing() -> None:
    assert read(mail("preview", "stop")).kind == "nothing"


def test_a_bounce_gives_status_address_copy_and_token_back() -> None:
    for kind in ("text/rfc822-headers", "message/rfc822"):
        found = read(bounce(returned(REFERENCE, TOKEN), kind=kind))
        (fault,) = found.faults
        assert (found.kind, found.tokens, found.references) == ("bounced", (TOKEN,), (REFERENCE,))
        assert (fault.recipient, fault.action, fault.status) == ("ana@example.org", "failed", "5.1.1")
        assert "no such user" in fault.detail


def test_a_report_that_was_packed_into_another_mail_is_found() -> None:
    inner = bounce(returned(REFERENCE, TOKEN)).decode()
    packed = f"--o\r\n\r\nChecked for viruses.\r\n--o\r\n{inner}\r\n--o--\r\n"
    found = read(mail(body=packed, headers={"Content-Type": "multipart/mixed; boundary=o"}))
    assert (found.kind, found.references) == ("bounced", (REFERENCE,))


def test_a_complaint_gives_its_kind_address_copy_and_token_back() -> None:
    found = read(complaint(returned(REFERENCE, TOKEN), whom="ana@example.org"))
    assert (found.kind, found.feedback, found.recipient) == ("complained", "abuse", "ana@example.org")
    assert (found.tokens, found.references) == ((TOKEN,), (REFERENCE,))


def test_a_report_that_a_mail_was_read_is_nothing_to_act_on() -> None:
    parts = [("text/plain", "stop\r\n"), ("message/disposition-notification", "Disposition: displayed\r\n")]
    assert read(report("disposition-notification", parts, "ana@example.org")).kind == "automatic"


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_mail_is_read_or_given_up_in_a_known_way(name: str) -> None:
    try:
        found = read(HOSTILE[name])
    except BROKEN:
        return
    assert len(found.faults) <= 50


@given(st.binary(max_size=2_000) | st.text().map(lambda text: mail(text, text)))
def test_any_bytes_are_a_mail_that_says_something(raw: bytes) -> None:
    try:
        assert read(raw).kind in {"leaves", "bounced", "complained", "automatic", "nothing"}
    except BROKEN:
        return


@given(st.binary(max_size=200), st.sampled_from(["no such user", "ana@example.org", "5.1.1", "Town"]))
def test_nothing_is_read_out_of_a_report_that_a_database_does_not_take(raw: bytes, where: str) -> None:
    for charset in (b"", b"=?utf-7?q?", b"=?utf-8?q?"):
        words = charset + raw + (b"?=" if charset else b"")
        try:
            found = read(bounce(returned(REFERENCE, TOKEN)).replace(where.encode(), words))
        except BROKEN:
            continue
        for fault in found.faults:
            for text in (fault.recipient, fault.status, fault.detail, found.sender):
                assert "\0" not in text
                text.encode()
