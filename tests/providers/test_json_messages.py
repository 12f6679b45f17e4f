"""What the providers share that take an array of full messages: each as filled, and no more than fit."""

import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr
from tests.providers.hostile import filled, hostile_mail, mails, people, person, some, with_headers

from lpdownload.model.content import Pieces, Slot
from lpdownload.model.delivery import Mail, Recipient
from lpdownload.model.mailbox import Mailbox
from lpdownload.providers import postmark, resend
from lpdownload.providers.base import MessageProvider, TooLarge, cut


@dataclass(frozen=True)
class Form:
    """A provider, and how its messages name what everybody's have."""

    provider: MessageProvider
    fields: tuple[str, str, str]
    """Subject, text, HTML."""
    to: Callable[[dict[str, object]], object]


FORMS: Final = {
    "resend": Form(
        resend.open_provider(resend.Settings(api_key=SecretStr("key"))),
        ("subject", "text", "html"),
        lambda message: message["to"],
    ),
    "postmark": Form(
        postmark.open_provider(postmark.Settings(api_key=SecretStr("key"))),
        ("Subject", "TextBody", "HtmlBody"),
        lambda message: [message["To"]],
    ),
}


@pytest.fixture(params=FORMS)
def form(request: pytest.FixtureRequest) -> Form:
    return FORMS[request.param]


def large(size: int) -> Mail:
    """So many bytes in JSON, of half as many letters."""
    mail = hostile_mail()
    return replace(mail, content=replace(mail.content, html=Pieces.of("\\" * (size // 2))))


@given(mails(), people, st.sampled_from([*FORMS]))
def test_every_message_reads_as_plain_filling_gives(
    mail: Mail, recipients: list[Recipient], name: str
) -> None:
    form = FORMS[name]
    batch = form.provider.build(mail, recipients, "key")
    messages = json.loads(batch.parts[0]) if batch.parts else []
    unfit = dict(batch.unfit)
    assert {*batch.references, *unfit} == {recipient.reference for recipient in recipients}
    fit = (recipient for recipient in recipients if recipient.reference not in unfit)
    for message, recipient in zip(messages, fit, strict=True):
        assert [message[field] for field in form.fields] == filled(mail, recipient)


def test_a_person_whose_values_break_the_message_is_left_out_and_told(form: Form) -> None:
    odd = person("r-2", first_name="Ana\r\nBcc: eve@example.org")
    bare = replace(person("r-3"), values={})
    batch = form.provider.build(hostile_mail(), [person("r-1"), odd, bare], "key")
    assert batch.references == ("r-1",)
    assert [reference for reference, _ in batch.unfit] == ["r-2", "r-3"]
    assert "eve@example.org" not in batch.unfit[0][1].reason
    assert "one_click_url" in batch.unfit[1][1].reason


def test_a_header_that_is_not_ascii_makes_a_person_unfit(form: Form) -> None:
    odd = with_headers(("X-Name", Pieces(("", ""), (Slot("first_name", "friend", "header"),))))
    crowd = [person("r-1", first_name="José"), person("r-2", first_name="Ana")]
    assert form.provider.build(odd, crowd, "key").references == ("r-2",)


def test_an_address_goes_in_punycode(form: Form) -> None:
    foreign = replace(person("r-1"), to=Mailbox("Ana", "ana@exámple.org"))
    [message] = json.loads(form.provider.build(hostile_mail(), [foreign], "key").parts[0])
    assert form.to(message) == ["Ana <ana@xn--exmple-qta.org>"]


def test_batches_are_cut_by_bytes(form: Form) -> None:
    can = form.provider.capabilities
    batches = list(cut(form.provider, large(200_000), some(can.most_recipients), "key"))
    assert [name for batch in batches for name in batch.references] == [
        recipient.reference for recipient in some(can.most_recipients)
    ]
    assert all(len(batch.parts[0]) <= can.most_bytes for batch in batches)
    assert max(len(batch.references) for batch in batches) < can.most_recipients


def test_too_large_tells_how_many_fit(form: Form) -> None:
    with pytest.raises(TooLarge) as caught:
        form.provider.build(large(5_000_000), some(5), "key")
    assert caught.value.fits == 2
    assert len(form.provider.build(large(5_000_000), some(2), "key").references) == 2


def test_a_message_that_alone_is_too_large_is_refused(form: Form) -> None:
    batch = form.provider.build(large(10_000_001), some(1), "key")
    assert batch.references == ()
    assert "bytes" in batch.unfit[0][1].reason
