"""What the providers that merge by themselves share: who fits, into which call, and what is refused."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

import pytest
from pydantic import SecretStr
from tests.providers.asking import says, serving, submitted
from tests.providers.hostile import filled, hostile_mail, person, with_headers

from lpdownload.model.content import MissingValue, Pieces, Slot, UnsafeValue
from lpdownload.model.delivery import Recipient, Refused
from lpdownload.model.mailbox import Mailbox
from lpdownload.providers import mailgun, sendgrid
from lpdownload.providers.base import MessageProvider, TooLarge, cut
from lpdownload.providers.merging import mark_of

KEY: Final = "very-secret-key"


@dataclass(frozen=True)
class Merging:
    """A provider, and how its service says what is wrong."""

    opened: Callable[[str], MessageProvider]
    fault: Callable[[str], object]


MERGING: Final = {
    "sendgrid": Merging(
        lambda url: sendgrid.open_provider(sendgrid.Settings(api_key=SecretStr(KEY), base_url=url)),
        lambda words: {"errors": [{"message": words, "field": "to"}]},
    ),
    "mailgun": Merging(
        lambda url: mailgun.open_provider(
            mailgun.Settings(api_key=SecretStr(KEY), domain="news.example.org", base_url=url)
        ),
        lambda words: {"message": words},
    ),
}


@pytest.fixture(params=MERGING)
def merging(request: pytest.FixtureRequest) -> Merging:
    return MERGING[request.param]


@pytest.fixture
def provider(merging: Merging) -> MessageProvider:
    return merging.opened("http://127.0.0.1:9")


def test_no_literal_holds_the_mark_which_is_the_contents_own() -> None:
    content = hostile_mail().content
    mark = mark_of(content)
    assert mark not in "".join(content.html.literals)
    assert mark_of(content) == mark
    assert mark_of(replace(content, text=Pieces.of(f"holds {mark}"))) != mark


@pytest.mark.parametrize("name", ["Ana\r\nBcc: x@example.org", "a\nb", "a\0b"])
def test_a_line_break_in_a_subject_makes_the_recipient_unfit(provider: MessageProvider, name: str) -> None:
    batch = provider.build(hostile_mail(), [person("r-1", first_name=name)], "key")
    assert batch.references == ()
    assert "line break" in batch.unfit[0][1].reason
    assert "x@example.org" not in batch.unfit[0][1].reason


def test_the_errors_that_make_somebody_unfit_are_those_of_filling(provider: MessageProvider) -> None:
    mail = hostile_mail()
    for values in ({"first_name": "a\nb"}, {}):
        lost = Recipient("r-1", Mailbox("", "a@example.org"), values)
        with pytest.raises((MissingValue, UnsafeValue)):
            filled(mail, lost)
        assert provider.build(mail, [lost], "key").unfit


def test_a_header_with_values_must_be_ascii_on_one_line(provider: MessageProvider) -> None:
    mail = with_headers(("X-Name", Pieces(("", ""), (Slot("first_name", None, "header"),))))
    several = [person("r-1", first_name="Ana"), person("r-2", first_name="José"), person("r-3")]
    several.append(person("r-4", first_name="=?utf-8?q?x?="))
    assert provider.build(mail, several, "key").references == ("r-1",)


def test_an_address_twice_is_two_calls(provider: MessageProvider) -> None:
    same = [replace(person(f"r-{number}"), to=Mailbox("", "ANA@example.org")) for number in range(2)]
    with pytest.raises(TooLarge) as caught:
        provider.build(hostile_mail(), [person("r-9"), *same], "key")
    assert caught.value.fits == 2
    batches = list(cut(provider, hostile_mail(), [person("r-9"), *same], "key"))
    assert [batch.references for batch in batches] == [("r-9", "r-0"), ("r-1",)]


def test_more_bytes_than_a_call_carries_are_two_calls(provider: MessageProvider) -> None:
    most = provider.capabilities.most_bytes
    long = Pieces.of("x" * (most - 400_000))
    mail = replace(hostile_mail(), content=replace(hostile_mail().content, text=long, subject=long.of("x")))
    several = [person(f"r-{number}", first_name="y" * 8_000) for number in range(100)]
    batches = list(cut(provider, mail, several, "key"))
    inside = [reference for batch in batches for reference in batch.references]
    assert inside == [recipient.reference for recipient in several]
    assert all(len(batch.parts[0]) <= most for batch in batches)
    assert len(batches) > 1


def test_a_good_mail_has_no_refusals(provider: MessageProvider) -> None:
    assert list(provider.refusals(hostile_mail())) == []


def test_a_refusal_quotes_the_service_without_addresses_and_without_the_key(merging: Merging) -> None:
    answer = says(400, merging.fault(f"bad ana.ruiz@example.org {KEY}"))
    with serving(merging.opened, answer) as (provider, _):
        outcomes = submitted(provider)
    assert len(outcomes) == 2
    for outcome in outcomes:
        assert isinstance(outcome, Refused)
        assert "bad a…@e…e.org" in outcome.reason
        assert KEY not in outcome.reason
