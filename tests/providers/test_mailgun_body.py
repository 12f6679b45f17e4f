"""What Mailgun is sent, what its merging makes of it, and who does not fit."""

import json
import re
from dataclasses import replace

import pytest
from hypothesis import given
from pydantic import SecretStr
from tests.providers.hostile import HOSTILE, filled, hostile_mail, mails, people, person

from lpdownload.model.delivery import Mail, Recipient
from lpdownload.model.mailbox import Mailbox
from lpdownload.providers.base import Batch
from lpdownload.providers.mailgun import Mailgun, Settings
from lpdownload.providers.merging import mark_of

SETTINGS = Settings(api_key=SecretStr("key-very-secret"), domain="news.example.org")
PROVIDER = Mailgun(SETTINGS)


def parameters(batch: Batch) -> dict[str, list[str]]:
    """The form, read byte by byte as RFC 7578 has it."""
    delimiter = b"\r\n--" + batch.content_type.partition("boundary=")[2].encode()
    first, *parts, last = (b"\r\n" + batch.parts[0]).split(delimiter)
    assert (first, last) == (b"", b"--\r\n")
    found: dict[str, list[str]] = {}
    for part in parts:
        head, _, text = part.partition(b"\r\n\r\n")
        name = re.fullmatch(rb'\r\nContent-Disposition: form-data; name="([^"]+)"', head)
        assert name
        found.setdefault(name[1].decode(), []).append(text.decode())
    return found


def sent(mail: Mail, *recipients: Recipient) -> dict[str, str]:
    form = parameters(PROVIDER.build(mail, recipients, "key"))
    return {name: texts[0] for name, texts in form.items()}


def merged(text: str, variables: dict[str, str]) -> str:
    """As its documentation has it; a variable that there is not stays as it is."""
    return re.sub(r"%recipient\.([^%]*)%", lambda found: variables.get(found[1], found[0]), text)


def merged_fields(mail: Mail, recipient: Recipient, *, passes: int = 1) -> list[str]:
    form = sent(mail, recipient)
    variables = json.loads(form["recipient-variables"])[recipient.to.wire_address]
    texts = [form["subject"], form["text"], form["html"]]
    for _ in range(passes):
        texts = [merged(text, variables) for text in texts]
    return texts


def test_the_fields_are_those_of_the_messages_api() -> None:
    form = sent(hostile_mail(), person("r-1", first_name="Ana"))
    fixed = {
        name: form[name] for name in form if name not in {"subject", "text", "html", "recipient-variables"}
    }
    mark = mark_of(hostile_mail().content)
    assert fixed == {
        "from": '"News, José" <news@example.org>',
        "to": "Ana <r-1@example.org>",
        "o:tag": "lpny/2024-09",
        "o:tracking": "no",
        "o:tracking-clicks": "no",
        "o:tracking-opens": "no",
        "v:lp_send": "send-7",
        "v:lp_reference": f"%recipient.x{mark}r%",
        "h:Reply-To": "reply@example.org",
        "h:List-Unsubscribe": f"%recipient.x{mark}h0%",
        "h:List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        "h:List-Id": "News <news.example.org>",
        "h:List-Help": "<https://example.org/help>",
        "h:Feedback-ID": "issue:news:newsletter:sender1",
        "h:Content-Language": "en",
    }


def test_test_mode_is_asked_for() -> None:
    provider = Mailgun(SETTINGS.model_copy(update={"test_mode": True}))
    assert parameters(provider.build(hostile_mail(), [person("r-1")], "key"))["o:testmode"] == ["yes"]


def test_everybody_has_their_own_unsubscribe_header_and_reference() -> None:
    form = sent(hostile_mail(), person("r-1"), person("r-2"))
    for reference in ("r-1", "r-2"):
        variables = json.loads(form["recipient-variables"])[f"{reference}@example.org"]
        assert merged(form["v:lp_reference"], variables) == reference
        assert merged(form["h:List-Unsubscribe"], variables) == (
            f"<https://u.example.org/1/{reference}>, <mailto:unsubscribe@example.org?subject={reference}>"
        )


@pytest.mark.parametrize(
    ("mailbox", "to"),
    [
        (Mailbox("", "ana@example.org"), "ana@example.org"),
        (Mailbox("José", "a@exámple.org"), '"José" <a@xn--exmple-qta.org>'),
        (Mailbox('Ruiz, "Ana" \\ 50%', "a@example.org"), '"Ruiz, \\"Ana\\" \\\\ 50%" <a@example.org>'),
    ],
)
def test_a_name_is_quoted_and_the_variables_stand_under_the_plain_address(mailbox: Mailbox, to: str) -> None:
    form = sent(hostile_mail(), replace(person("r-1"), to=mailbox))
    assert form["to"] == to
    assert list(json.loads(form["recipient-variables"])) == [mailbox.wire_address]


def test_each_recipient_is_a_field_of_its_own() -> None:
    form = parameters(PROVIDER.build(hostile_mail(), [person("r-1"), person("r-2")], "key"))
    assert form["to"] == ["Ana <r-1@example.org>", "Ana <r-2@example.org>"]


def test_hostile_text_comes_out_as_it_went_in() -> None:
    recipient = person("r-1", first_name=HOSTILE.replace("%recipient", ""))
    assert merged_fields(hostile_mail(), recipient) == filled(hostile_mail(), recipient)


@given(mails(), people)
def test_merging_once_or_more_gives_what_filling_gives(mail: Mail, several: list[Recipient]) -> None:
    batch = PROVIDER.build(mail, several, "key")
    assert sorted([*batch.references, *(reference for reference, _ in batch.unfit)]) == sorted(
        recipient.reference for recipient in several
    )
    for recipient in several:
        if recipient.reference in batch.references:
            assert merged_fields(mail, recipient) == filled(mail, recipient)
            assert merged_fields(mail, recipient, passes=3) == filled(mail, recipient)
        else:
            slots = (*mail.content.subject.slots, *mail.content.html.slots, *mail.content.text.slots)
            assert any("%recipient" in slot.value(recipient.values).lower() for slot in slots)


@pytest.mark.parametrize(
    "value", ["%recipient.name%", "%Recipient%", "%unsubscribe_url%", "%mailing_list_unsubscribe_url%"]
)
def test_a_value_that_reads_like_a_variable_is_not_sent(value: str) -> None:
    several = [person("r-1", first_name=value), person("r-2", name=value), person("r-3")]
    batch = PROVIDER.build(hostile_mail(), several, "key")
    assert batch.references == ("r-3",)
    assert all("would be replaced" in outcome.reason for _, outcome in batch.unfit)


def test_a_value_that_holds_the_mark_of_the_variables_is_not_sent() -> None:
    mark = mark_of(hostile_mail().content)
    several = [person("r-1", first_name=f"x{mark}n0"), person("r-2", name=mark)]
    assert PROVIDER.build(hostile_mail(), several, "key").references == ()
