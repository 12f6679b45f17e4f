"""What SendGrid is sent, what its merging makes of it, and who does not fit."""

import json
from collections.abc import Sequence
from dataclasses import replace
from random import Random
from typing import TypedDict

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr
from tests.providers.hostile import HOSTILE, filled, hostile_mail, mails, people, person

from lpdownload.model.delivery import Mail, Recipient
from lpdownload.model.mailbox import Mailbox
from lpdownload.providers.base import Batch
from lpdownload.providers.merging import mark_of
from lpdownload.providers.sendgrid import SendGrid, Settings

PROVIDER = SendGrid(Settings(api_key=SecretStr("SG.very-secret")))


def sent(mail: Mail, *recipients: Recipient) -> dict[str, object]:
    body = json.loads(PROVIDER.build(mail, recipients, "key").parts[0])
    assert isinstance(body, dict)
    return body


class Personalization(TypedDict):
    to: list[dict[str, str]]
    headers: dict[str, str]
    substitutions: dict[str, str]
    custom_args: dict[str, str]


def people_in(batch: Batch) -> Sequence[Personalization]:
    found: list[Personalization] = json.loads(batch.parts[0])["personalizations"]
    return found


def merged(text: str, substitutions: dict[str, str], order: Sequence[str]) -> str:
    """As SendGrid may do it: tag after tag, in whatever order, in what was put in already as well."""
    for tag in order:
        text = text.replace(tag, substitutions[tag])
    return text


def merged_fields(mail: Mail, recipient: Recipient, order: Sequence[str]) -> list[str]:
    body = json.loads(PROVIDER.build(mail, [recipient], "key").parts[0])
    substitutions = body["personalizations"][0]["substitutions"]
    texts: list[str] = [body["subject"], *(part["value"] for part in body["content"])]
    return [merged(text, substitutions, order or list(substitutions)) for text in texts]


def test_the_fields_are_those_of_mail_send() -> None:
    body = sent(hostile_mail(), person("r-1", first_name="Ana"))
    assert body["from"] == {"email": "news@example.org", "name": "News, José"}
    assert body["reply_to"] == {"email": "reply@example.org"}
    assert body["categories"] == ["lpny/2024-09"]
    assert isinstance(body["content"], list)
    assert [part["type"] for part in body["content"]] == ["text/plain", "text/html"]
    assert set(body) == {
        "personalizations", "from", "reply_to", "subject", "content", "categories", "mail_settings",
        "tracking_settings",
    }  # fmt: skip


def test_tracking_footers_and_bypasses_are_off_explicitly() -> None:
    body = sent(hostile_mail(), person("r-1"))
    assert body["tracking_settings"] == {
        "click_tracking": {"enable": False, "enable_text": False},
        "open_tracking": {"enable": False},
        "subscription_tracking": {"enable": False},
        "ganalytics": {"enable": False},
    }
    assert body["mail_settings"] == {
        "bypass_list_management": {"enable": False},
        "footer": {"enable": False},
        "sandbox_mode": {"enable": False},
    }


def test_everybody_has_their_own_unsubscribe_headers_and_reference() -> None:
    batch = PROVIDER.build(hostile_mail(), [person("r-1"), person("r-2")], "key")
    for one, reference in zip(people_in(batch), ("r-1", "r-2"), strict=True):
        assert one["headers"] == {
            "List-Unsubscribe": f"<https://u.example.org/1/{reference}>, "
            f"<mailto:unsubscribe@example.org?subject={reference}>",
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
            "List-Id": "News <news.example.org>",
            "List-Help": "<https://example.org/help>",
            "Feedback-ID": "issue:news:newsletter:sender1",
            "Content-Language": "en",
        }
        assert one["custom_args"] == {"lp_reference": reference, "lp_send": "send-7"}


@pytest.mark.parametrize(
    ("mailbox", "to"),
    [
        (Mailbox("", "ana@example.org"), {"email": "ana@example.org"}),
        (Mailbox("José", "a@exámple.org"), {"email": "a@xn--exmple-qta.org", "name": "José"}),
        (Mailbox("Ruiz, Ana; Dr.", "a@example.org"), {"email": "a@example.org", "name": "Ruiz Ana Dr."}),
        (Mailbox('"%s" \\ 😀', "a@example.org"), {"email": "a@example.org", "name": '"%s" \\ 😀'}),
    ],
)
def test_a_name_loses_only_the_signs_sendgrid_does_not_take(mailbox: Mailbox, to: dict[str, str]) -> None:
    recipient = replace(person("r-1"), to=mailbox)
    assert people_in(PROVIDER.build(hostile_mail(), [recipient], "key"))[0]["to"] == [to]


def test_hostile_text_comes_out_as_it_went_in() -> None:
    assert merged_fields(hostile_mail(), person("r-1", first_name=HOSTILE), []) == filled(
        hostile_mail(), person("r-1", first_name=HOSTILE)
    )


@given(mails(), people, st.randoms(use_true_random=False))
def test_merging_tag_after_tag_in_any_order_gives_what_filling_gives(
    mail: Mail, several: list[Recipient], chance: Random
) -> None:
    batch = PROVIDER.build(mail, several, "key")
    assert sorted([*batch.references, *(reference for reference, _ in batch.unfit)]) == sorted(
        recipient.reference for recipient in several
    )
    for recipient in several:
        if recipient.reference in batch.references:
            tags = list(people_in(batch)[batch.references.index(recipient.reference)]["substitutions"])
            order = chance.sample(tags, len(tags))
            assert merged_fields(mail, recipient, order) == filled(mail, recipient)
        else:
            assert "<%asm_" in "".join(recipient.values.values())


def test_a_field_in_two_contexts_is_two_substitutions() -> None:
    body = sent(hostile_mail(), person("r-1", first_name="R&D"))
    assert isinstance(body["personalizations"], list)
    values = list(body["personalizations"][0]["substitutions"].values())
    assert values.count("R&D") == 2  # subject, text
    assert values.count("R&amp;D") == 1


def test_a_value_that_holds_the_mark_of_the_tags_is_not_sent() -> None:
    mail = hostile_mail()
    batch = PROVIDER.build(mail, [person("r-1", first_name=f"lp{mark_of(mail.content)}x1z")], "key")
    assert "would be replaced" in batch.unfit[0][1].reason


def test_a_value_that_holds_a_tag_of_sendgrids_own_is_not_sent() -> None:
    batch = PROVIDER.build(hostile_mail(), [person("r-1", first_name="<%asm_preferences_raw_url%>")], "key")
    assert "would be replaced" in batch.unfit[0][1].reason


@pytest.mark.parametrize(("letters", "fits"), [(3_000, True), (3_500, False)])
def test_more_substitutions_than_sendgrid_carries_make_the_recipient_unfit(letters: int, fits: bool) -> None:
    batch = PROVIDER.build(hostile_mail(), [person("r-1", first_name="x" * letters)], "key")
    assert bool(batch.references) is fits


def test_letters_that_only_json_makes_long_are_not_counted_against_the_limit() -> None:
    assert PROVIDER.build(hostile_mail(), [person("r-1", first_name="é" * 1_500)], "key").references
