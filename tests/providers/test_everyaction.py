"""EveryAction, played by a server that keeps saved lists and export jobs as its documentation says."""

import json
from base64 import b64decode
from collections.abc import Iterator
from urllib.parse import parse_qs, urlsplit

import pytest
from pydantic import SecretStr
from tests.providers.loopback import Answer, Asked, Loopback

from lpdownload.errors import InvalidInput
from lpdownload.model.delivery import InDoubt, Refused
from lpdownload.providers.campaigns import CampaignFault
from lpdownload.providers.everyaction import EveryAction, Settings

KEY = "7c9e6679-7425-40de-944b-e07fc1f90ae7"
FILE = '\ufeffVANID,FirstName,PreferredEmail\r\n1,"Ana ""A""\nB",ana@example.org\r\n2,Sam,sam@example.org\r\n'


class Vendor:
    """Its side: lists, one job, which is done when it has been asked for twice, and the file."""

    def __init__(self) -> None:
        self.file = FILE.encode()
        self.types = [{"exportJobTypeId": 4, "name": "SavedListExport"}]
        self.ends = "Completed"
        self.waits = 2
        self.place = ""
        self.jobs: list[object] = []
        self.downloads: list[Asked] = []
        self.ranges = True

    def __call__(self, asked: Asked) -> Answer:
        path, query = urlsplit(asked.path).path, parse_qs(urlsplit(asked.path).query)
        if path == "/file.csv":
            self.downloads.append(asked)
            return self.download(asked)
        sent = b64decode(asked.headers["authorization"].removeprefix("Basic ")).decode()
        if sent != f"acme:{KEY}|1":
            return Answer.json({"errors": [{"code": "X", "text": f"{sent} is bad"}]}, 401)
        match asked.method, path:
            case "GET", "/savedLists":
                lists = [{"savedListId": n, "name": f"List {n}", "listCount": n} for n in range(1, 61)]
                return self.paged(lists, query)
            case "GET", "/exportJobTypes":
                return self.paged(self.types, query)
            case "POST", "/exportJobs":
                self.jobs.append(json.loads(asked.body))
                return Answer.json({"exportJobId": 9, "status": "Requested", "downloadUrl": None}, 201)
            case "GET", "/exportJobs/9":
                self.waits -= 1
                state = "Pending" if self.waits > 0 else self.ends
                job = {"exportJobId": 9, "status": state, "downloadUrl": self.place, "errorCode": "E7"}
                return Answer.json(job)
        return Answer.json({"errors": [{"text": "no such thing"}]}, 404)

    def paged(self, items: list[dict[str, object]], query: dict[str, list[str]]) -> Answer:
        top, skip = int(query["$top"][0]), int(query["$skip"][0]) if "$skip" in query else 0
        more = "…" if skip + top < len(items) else None
        return Answer.json({"items": items[skip : skip + top], "nextPageLink": more, "count": len(items)})

    def download(self, asked: Asked) -> Answer:
        if not self.ranges:
            return Answer(200, self.file)
        first, last = (int(side) for side in asked.headers["range"].removeprefix("bytes=").split("-"))
        if first >= len(self.file):
            return Answer(416)
        part = self.file[first : last + 1]
        span = f"bytes {first}-{first + len(part) - 1}/{len(self.file)}"
        return Answer(206, part, {"Content-Range": span, "ETag": '"e"'})


@pytest.fixture
def vendor() -> Vendor:
    return Vendor()


@pytest.fixture
def server(vendor: Vendor) -> Iterator[Loopback]:
    with Loopback(vendor) as server:
        vendor.place = f"{server.url}/file.csv"
        yield server


@pytest.fixture
def action(server: Loopback) -> Iterator[EveryAction]:
    provider = opened(server)
    yield provider
    provider.close()


def opened(server: Loopback, key: str = KEY, **settings: object) -> EveryAction:
    given = {"application_name": "acme", "api_key": SecretStr(key), "base_url": server.url, **settings}
    ticks = iter(range(0, 1_000_000, 100))
    read = Settings.model_validate(given)
    return EveryAction(read, sleep=lambda _: None, clock=lambda: float(next(ticks)))


def test_saved_lists_are_read_over_all_pages(action: EveryAction) -> None:
    lists = action.saved_lists()
    assert (len(lists), lists[59].id, lists[59].count) == (60, "60", 60)


def test_a_list_is_read_as_rows_that_an_import_takes(action: EveryAction, vendor: Vendor) -> None:
    assert list(action.people("7")) == [
        ["VANID", "FirstName", "PreferredEmail"],
        ["1", 'Ana "A"\nB', "ana@example.org"],
        ["2", "Sam", "sam@example.org"],
    ]
    assert vendor.jobs == [{"savedListId": 7, "type": 4}]
    assert "authorization" not in vendor.downloads[0].headers


def test_a_large_file_is_read_in_pieces_and_without_ranges_at_once(
    action: EveryAction, vendor: Vendor
) -> None:
    people = [f"{number},é,p{number}@example.org" for number in range(250_000)]
    vendor.file = "\n".join(["id,name,Email", *people]).encode()
    assert sum(1 for _ in action.people("7")) == 250_001
    assert len(vendor.downloads) == 2
    assert vendor.downloads[1].headers["if-match"] == '"e"'
    vendor.file, vendor.ranges = FILE.encode(), False
    assert len(list(action.people("7"))) == 3


def test_the_address_that_is_told_of_the_file_is_ours_or_none(server: Loopback, vendor: Vendor) -> None:
    action = opened(server, webhook_url="https://news.example.org/hook", export_type=11)
    list(action.people("7"))
    action.close()
    assert vendor.jobs == [{"savedListId": 7, "type": 11, "webhookUrl": "https://news.example.org/hook"}]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"file": b"VANID,FirstName\n1,Ana\n"}, "mail addresses"),
        ({"file": b""}, "none"),
        ({"types": []}, "which columns"),
        (
            {"types": [{"exportJobTypeId": 4, "name": "A"}, {"exportJobTypeId": 5, "name": "B"}]},
            r"4 \(A\), 5",
        ),
    ],
)
def test_an_export_without_addresses_or_a_choice_of_columns_says_what_to_ask_for(
    action: EveryAction, vendor: Vendor, change: dict[str, object], words: str
) -> None:
    vars(vendor).update(change)
    with pytest.raises(InvalidInput, match=words) as raised:
        list(action.people("7"))
    assert "the account's EXPORT_TYPE" in raised.value.findings[0].hint


@pytest.mark.parametrize(
    ("change", "kind", "words"),
    [
        ({"ends": "Error"}, Refused, "E7"),
        ({"ends": "Pending"}, InDoubt, "still exporting"),
        ({"place": "http://files.example.org/file.csv"}, Refused, "https"),
        ({"file": b"Email\n\xff\xfe\n"}, InDoubt, "UTF-8"),
        ({"file": b'Email\n"a@example.org" x\n'}, InDoubt, "CSV"),
    ],
)
def test_a_job_or_a_file_that_goes_wrong_is_a_fault_without_addresses(
    action: EveryAction, vendor: Vendor, change: dict[str, object], kind: type[object], words: str
) -> None:
    vars(vendor).update(change)
    with pytest.raises(CampaignFault, match=words) as raised:
        list(action.people("7"))
    assert isinstance(raised.value.outcome, kind)
    assert "@" not in str(raised.value)


def test_a_list_that_is_no_number_is_refused_before_anything_is_asked(
    action: EveryAction, server: Loopback
) -> None:
    with pytest.raises(InvalidInput):
        list(action.people("../people"))
    assert server.asked == []


@pytest.mark.parametrize("key", [KEY, f"{KEY}|0"])
def test_a_key_with_or_without_its_mode_is_accepted(server: Loopback, key: str) -> None:
    action = opened(server, key)
    assert [check.state for check in action.check()] == ["ok"]
    action.close()
