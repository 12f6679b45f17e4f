"""What Mailgun says it took: pages of events, and when it cannot be asked."""

from collections.abc import Callable
from datetime import UTC, datetime
from urllib.parse import parse_qs, urlsplit

import pytest
from pydantic import SecretStr
from tests.providers.asking import says, serving
from tests.providers.loopback import Answer, Asked

from lpdownload.model.delivery import Accepted, Refused
from lpdownload.providers.base import CannotLookUp, LooksUp
from lpdownload.providers.mailgun import Mailgun, Settings, open_provider
from lpdownload.providers.mailgun_search import MOST_PAGES

KEY = "key-very-secret"
SINCE = datetime(2026, 11, 22, 12, tzinfo=UTC)
EVENTS = "/v3/news.example.org/events"


def opened(url: str) -> Mailgun:
    return open_provider(Settings(api_key=SecretStr(KEY), domain="news.example.org", base_url=url))


def event(reference: str, word: str = "accepted", send: str = "send-7", **more: object) -> dict[str, object]:
    """As in https://documentation.mailgun.com/docs/mailgun/user-manual/events/event-structure."""
    return {
        "event": word,
        "recipient": f"{reference}@example.org",
        "message": {"headers": {"message-id": "2026@news.example.org"}},
        "user-variables": {"lp_reference": reference, "lp_send": send},
        **more,
    }


def page(number: int, *items: object, host: str = "https://api.mailgun.net") -> Answer:
    """With the way to the page after that number."""
    return says(200, {"items": items, "paging": {"next": f"{host}{EVENTS}/W3siYSI6IGZ{number}=="}})


def pages(*several: list[object]) -> Callable[[Asked], Answer]:
    """One after the other, and then empty ones."""

    def respond(asked: Asked) -> Answer:
        number = 0 if "?" in asked.path else int(asked.path.rstrip("=").partition("IGZ")[2])
        return page(number + 1, *(several[number] if number < len(several) else []))

    return respond


def test_copies_are_found_on_any_page_and_the_others_are_missing() -> None:
    respond = pages(
        [event("r-1"), event("r-8", send="send-6"), event("r-9"), "odd", {"user-variables": []}],
        [event("r-2", "delivered"), event("r-3", "failed", severity="permanent")],
    )
    with serving(opened, respond) as (provider, service):
        found = provider.look_up("send-7", ["r-1", "r-2", "r-3", "r-4", "r-8"], SINCE)
    assert found == dict.fromkeys(("r-1", "r-2", "r-3"), Accepted("2026@news.example.org"))
    assert [asked.path.partition("?")[0] for asked in service.asked] == [
        EVENTS,
        f"{EVENTS}/W3siYSI6IGZ1==",
        f"{EVENTS}/W3siYSI6IGZ2==",
    ]
    assert {asked.method for asked in service.asked} == {"GET"}


def test_events_are_asked_for_from_shortly_before_and_oldest_first() -> None:
    with serving(opened, pages()) as (provider, service):
        assert provider.look_up("send-7", ["r-1"], SINCE) == {}
    [asked] = service.asked
    assert parse_qs(urlsplit(asked.path).query) == {
        "begin": [str(int(SINCE.timestamp()) - 60)],
        "ascending": ["yes"],
        "limit": ["100"],
        "event": ["accepted OR rejected OR delivered OR failed"],
    }
    assert asked.headers["authorization"].startswith("Basic ")


def test_no_more_is_asked_when_all_are_found_or_none_are_wanted() -> None:
    with serving(opened, pages([event("r-1")])) as (provider, service):
        assert provider.look_up("send-7", [], SINCE) == {}
        assert not service.asked
        assert provider.look_up("send-7", ["r-1"], SINCE).keys() == {"r-1"}
        assert len(service.asked) == 1


def test_a_rejected_copy_is_refused_with_the_reason_and_stays_so() -> None:
    reason = f"ana@example.org may not be written to with {KEY}"
    rejected = event("r-1", "rejected", reject={"reason": reason})
    with serving(opened, pages([rejected, event("r-1"), event("r-2", "rejected")])) as (provider, _):
        found = provider.look_up("send-7", ["r-1", "r-2"], SINCE)
    assert found == {
        "r-1": Refused("Mailgun rejected it: a…@e…e.org may not be written to with …"),
        "r-2": Refused("Mailgun rejected it: without a reason"),
    }


def test_the_key_goes_nowhere_else_whatever_the_answer_says() -> None:
    first = page(1, event("r-9"), host="https://example.org:1")
    with serving(opened, pages()) as (provider, service):
        service.script.append(first)
        assert provider.look_up("send-7", ["r-1"], SINCE) == {}
    assert [asked.path.partition("?")[0] for asked in service.asked] == [EVENTS, f"{EVENTS}/W3siYSI6IGZ1=="]


@pytest.mark.parametrize("way", ["", "https://[", "https://api.mailgun.net/v3/domains", 7, f"{EVENTS}/"])
def test_an_answer_that_does_not_say_where_it_goes_on_is_no_look_up(way: object) -> None:
    answer = says(200, {"items": [event("r-9")], "paging": {"next": way}})
    with serving(opened, answer) as (provider, _), pytest.raises(CannotLookUp, match="goes on"):
        provider.look_up("send-7", ["r-1"], SINCE)


def test_pages_without_end_are_left_at_some_point() -> None:
    with serving(opened, page(1, event("r-1"))) as (provider, service):
        found = provider.look_up("send-7", ["r-1", "r-2"], SINCE)
    assert found.keys() == {"r-1"}
    assert len(service.asked) == MOST_PAGES


def test_mailgun_is_one_that_looks_up() -> None:
    with serving(opened, pages()) as (provider, _):
        assert isinstance(provider, LooksUp)
        assert provider.capabilities.can_look_up
