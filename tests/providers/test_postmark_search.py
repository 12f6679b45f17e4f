"""What Postmark says it took: a search beyond its window, and when it cannot be asked."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit
from zoneinfo import ZoneInfo

import pytest
from pydantic import SecretStr
from tests.providers.asking import says, serving
from tests.providers.loopback import Answer, Asked

from lpdownload.model.delivery import Accepted
from lpdownload.providers.base import LooksUp
from lpdownload.providers.postmark import Postmark, Settings, open_provider
from lpdownload.providers.postmark_search import MOST_PAGES

SINCE = datetime(2026, 11, 22, 12, tzinfo=UTC)
EASTERN = ZoneInfo("America/New_York")


def opened(url: str) -> Postmark:
    return open_provider(Settings(api_key=SecretStr("token"), message_stream="news", base_url=url))


def message(number: int, at: datetime = SINCE, send: str = "send-7") -> dict[str, object]:
    """As in https://postmarkapp.com/developer/api/messages-api#outbound-message-search."""
    return {
        "MessageID": f"pm-{number}",
        "Metadata": {"reference": f"r-{number}", "send": send},
        "ReceivedAt": at.astimezone(EASTERN).isoformat(),
        "Status": "Sent",
    }


def search(kept: list[dict[str, object]]) -> Callable[[Asked], Answer]:
    """As Postmark's: newest first, between two times, of a send, and 10,000 at most."""

    def respond(asked: Asked) -> Answer:
        query = {name: values[0] for name, values in parse_qs(urlsplit(asked.path).query).items()}
        count, offset = int(query["count"]), int(query["offset"])
        if count > 500 or count + offset > 10_000:
            return says(422, {"ErrorCode": 602, "Message": "too many"})
        start = datetime.fromisoformat(query["fromdate"]).replace(tzinfo=EASTERN)
        end = datetime.fromisoformat(query.get("todate", "2100-01-01")).replace(tzinfo=EASTERN)
        found = [
            item
            for item in reversed(kept)
            if start <= datetime.fromisoformat(str(item["ReceivedAt"])) <= end
            and isinstance(item["Metadata"], dict)
            and item["Metadata"]["send"] == query["metadata_send"]
        ]
        return says(200, {"TotalCount": len(found), "Messages": found[offset : offset + count]})

    return respond


def test_copies_are_found_on_any_page_and_the_others_are_missing() -> None:
    kept = [message(number, SINCE + timedelta(seconds=number)) for number in range(1_200)]
    with serving(opened, search([*kept, message(2_000, send="send-6")])) as (provider, service):
        found = provider.look_up("send-7", ["r-0", "r-1199", "r-2000", "r-3000"], SINCE)
    assert found == {"r-0": Accepted("pm-0"), "r-1199": Accepted("pm-1199")}
    assert {asked.method for asked in service.asked} == {"GET"}
    assert len(service.asked) == 4


def test_the_first_copies_of_a_long_send_are_found_beyond_the_window() -> None:
    kept = [message(number, SINCE + timedelta(milliseconds=100 * number)) for number in range(10_900)]
    with serving(opened, search(kept)) as (provider, _):
        wanted = [f"r-{number}" for number in (*range(1_000), 10_899)]
        found = provider.look_up("send-7", wanted, SINCE)
    assert found.keys() == set(wanted)


def test_the_send_is_asked_for_in_our_stream_and_from_shortly_before_in_eastern_time() -> None:
    with serving(opened, search([])) as (provider, service):
        assert provider.look_up("send-7", ["r-1"], SINCE) == {}
    [asked] = service.asked
    assert urlsplit(asked.path).path == "/messages/outbound"
    assert parse_qs(urlsplit(asked.path).query) == {
        "count": ["500"],
        "offset": ["0"],
        "messagestream": ["news"],
        "metadata_send": ["send-7"],
        "fromdate": ["2026-11-22T05:59:00"],
    }
    assert asked.headers["x-postmark-server-token"] == "token"


def test_no_more_is_asked_when_all_are_found_or_none_are_wanted() -> None:
    with serving(opened, search([message(1)])) as (provider, service):
        assert provider.look_up("send-7", [], SINCE) == {}
        assert not service.asked
        assert provider.look_up("send-7", ["r-1"], SINCE) == {"r-1": Accepted("pm-1")}
        assert len(service.asked) == 1


@pytest.mark.parametrize("hour", [0, 1, 2])
def test_the_hour_that_comes_twice_in_autumn_loses_nobody(hour: int) -> None:
    night = datetime(2026, 11, 1, 4 + hour, 30, tzinfo=UTC)
    with serving(opened, search([message(1, night)])) as (provider, _):
        assert provider.look_up("send-7", ["r-1"], night).keys() == {"r-1"}


@pytest.mark.parametrize("at", [SINCE.isoformat(), "", "yesterday", None])
def test_a_search_without_end_is_left_at_some_point(at: str | None) -> None:
    answer = says(200, {"Messages": [message(1) | {"ReceivedAt": at}, "odd"] * 250})
    with serving(opened, answer) as (provider, service):
        assert provider.look_up("send-7", ["r-1", "r-2"], SINCE).keys() == {"r-1"}
    assert len(service.asked) <= MOST_PAGES


def test_a_message_of_another_send_or_without_an_id_proves_nothing() -> None:
    foreign, nameless = message(1, send="send-6"), message(2) | {"MessageID": ""}
    with serving(opened, says(200, {"Messages": []})) as (provider, service):
        service.script.append(says(200, {"Messages": [foreign, nameless]}))
        assert provider.look_up("send-7", ["r-1", "r-2"], SINCE) == {}


def test_postmark_is_one_that_looks_up() -> None:
    with serving(opened, search([])) as (provider, _):
        assert isinstance(provider, LooksUp)
        assert provider.capabilities.can_look_up
