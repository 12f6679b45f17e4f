"""Mailchimp, played by a server that keeps campaigns as its documentation says."""

import json
from base64 import b64encode
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr
from tests.newsroom import Newsroom
from tests.providers.campaign_mail import mail
from tests.providers.loopback import Answer, Asked, Loopback

from lpdownload.errors import InvalidInput
from lpdownload.model.content import UNSUBSCRIBE_URL, Pieces, Slot
from lpdownload.model.delivery import InDoubt, Refused, Throttled
from lpdownload.providers.account import account_named
from lpdownload.providers.campaigns import CampaignFault, Target
from lpdownload.providers.mailchimp import Mailchimp, Settings
from lpdownload.settings import load_settings

KEY = "0123456789abcdef-us21"
NOON = datetime(2024, 9, 3, 12, tzinfo=UTC)
TARGET = Target("a1", "7")


class Vendor:
    """Its side: two audiences, a segment, and the campaigns made so far."""

    def __init__(self) -> None:
        self.campaigns: list[dict[str, object]] = []
        self.pro = False
        self.ready = True
        self.page = 1
        self.content: object = None

    def __call__(self, asked: Asked) -> Answer:
        if asked.headers["authorization"] != "Basic " + b64encode(f"lpdownload:{KEY}".encode()).decode():
            return problem(401, "API Key Invalid", f"Your API key {KEY} may be invalid.")
        path, query = urlsplit(asked.path).path, parse_qs(urlsplit(asked.path).query)
        value = json.loads(asked.body or b"{}")
        match asked.method, *path.strip("/").split("/"):
            case "GET", "ping":
                return Answer.json({"health_status": "Everything's Chimpy!"})
            case "GET", "lists":
                lists: list[dict[str, object]] = [
                    {"id": f"a{n}", "name": f"List {n}", "stats": {"member_count": n}} for n in (1, 2, 3)
                ]
                return self.paged("lists", lists, query)
            case "GET", "lists", _, "segments":
                return self.paged("segments", [{"id": 7, "name": "Teachers", "member_count": 40}], query)
            case "GET", "campaigns":
                return self.paged("campaigns", list(reversed(self.campaigns)), query)
            case "POST", "campaigns":
                made = {**value, "id": f"c{len(self.campaigns)}", "status": "save", "send_time": ""}
                self.campaigns.append(made)
                return Answer.json(made)
            case method, "campaigns", identifier, *rest:
                found = [each for each in self.campaigns if each["id"] == identifier]
                return (
                    self.one(found[0], method, "/".join(rest), value) if found else problem(404, "Not Found")
                )
        return problem(404, "Not Found")

    def paged(self, name: str, items: list[dict[str, object]], query: dict[str, list[str]]) -> Answer:
        offset = int(query["offset"][0])
        return Answer.json({name: items[offset : offset + self.page], "total_items": len(items)})

    def one(self, found: dict[str, object], method: str, rest: str, value: dict[str, object]) -> Answer:
        if (method, rest) == ("GET", ""):
            return Answer.json(found)
        if (method, rest) == ("GET", "send-checklist"):
            items = [
                {"type": "success", "id": 1, "heading": "Subject", "details": "fine"},
                {"type": "warning", "id": 2, "heading": "MonkeyRewards", "details": "off"},
            ]
            return Answer.json({"is_ready": self.ready, "items": items})
        if (method, rest) == ("PUT", "content"):
            self.content = value
            return Answer.json({"html": value["html"]})
        if rest == "actions/cancel-send" and not self.pro:
            return problem(400, "Bad Request", "Your plan has no such feature.")
        found["status"] = {
            "actions/schedule": "schedule",
            "actions/unschedule": "save",
            "actions/send": "sending",
            "actions/cancel-send": "canceled",
        }.get(rest, found["status"])
        found["send_time"] = value.get("schedule_time", found["send_time"])
        return Answer(204)


def problem(status: int, title: str, detail: str = "") -> Answer:
    """RFC 7807, as it documents."""
    return Answer.json({"type": "about:blank", "title": title, "status": status, "detail": detail}, status)


@pytest.fixture
def vendor() -> Vendor:
    return Vendor()


@pytest.fixture
def server(vendor: Vendor) -> Iterator[Loopback]:
    with Loopback(vendor) as server:
        yield server


@pytest.fixture
def chimp(server: Loopback) -> Iterator[Mailchimp]:
    provider = opened(server)
    yield provider
    provider.close()


def opened(server: Loopback, key: str = KEY, merge_tags: str = "ward=WARD") -> Mailchimp:
    return Mailchimp(Settings(api_key=SecretStr(key), base_url=server.url, merge_tags=merge_tags))


def test_the_key_says_which_host_it_is_for() -> None:
    assert Settings(api_key=SecretStr(KEY)).address == "https://us21.api.mailchimp.com/3.0"


@pytest.mark.parametrize("wrong", ["abc", "abc-", "abc-evil.example.org/", "abc-us21\n"])
def test_a_key_without_its_data_centre_is_met_with_the_variable_to_set(
    newsroom: Newsroom, wrong: str
) -> None:
    newsroom.add("newsletters/network.yaml", "accounts: {ny-mail: {provider: mailchimp}}\n")
    settings = load_settings(None, {"LPDOWNLOAD_ACCOUNT_NY_MAIL_API_KEY": wrong})
    with pytest.raises(InvalidInput) as raised:
        account_named(settings, newsroom.library.network, "ny-mail")
    (finding,) = raised.value.findings
    assert "data centre" in finding.message
    assert finding.hint.startswith("set LPDOWNLOAD_ACCOUNT_NY_MAIL_API_KEY to the whole key")
    assert "abc" not in str(finding)


def test_audiences_and_segments_are_read_over_all_pages_with_their_counts(chimp: Mailchimp) -> None:
    assert [(each.id, each.count) for each in chimp.audiences()] == [("a1", 1), ("a2", 2), ("a3", 3)]
    assert [(each.id, each.name, each.count) for each in chimp.segments("a1")] == [("7", "Teachers", 40)]


def test_a_campaign_goes_all_the_way(chimp: Mailchimp, vendor: Vendor, server: Loopback) -> None:
    made = chimp.create("send-1", TARGET, mail())
    chimp.set_content(made.id, mail())
    chimp.test(made.id, ["seed@example.org"])
    assert [check.state for check in chimp.preflight(made.id)] == ["ok", "warning"]
    chimp.schedule(made.id, NOON)
    assert (chimp.status(made.id).state, chimp.status(made.id).at) == ("scheduled", NOON)
    chimp.cancel(made.id)
    assert chimp.status(made.id).state == "draft"
    assert vendor.campaigns[0]["recipients"] == {"list_id": "a1", "segment_opts": {"saved_segment_id": 7}}
    assert vendor.campaigns[0]["settings"] == {
        "title": "lpny/2024-09 [send-1]",
        "subject_line": "The 🌊 issue",
        "from_name": "The Chapter",
        "reply_to": "news@example.org",
        "auto_footer": False,
        "inline_css": False,
    }
    tests = [json.loads(asked.body) for asked in server.asked if asked.path.endswith("/actions/test")]
    assert tests == [{"test_emails": ["seed@example.org"], "send_type": "html"}]


def test_their_tags_stand_where_our_slots_were(chimp: Mailchimp, vendor: Vendor) -> None:
    made = chimp.create("send-1", TARGET, mail())
    chimp.set_content(made.id, mail())
    assert vendor.content == {
        "html": "<p>Dear *|IF:FNAME|**|FNAME|**|ELSE:|*friend*|END:IF|*, see "
        '<a href="*|UNSUB|*">out</a> <a href="*|UPDATE_PROFILE|*">, "*|ARCHIVE|*"</p>',
        "plain_text": "Out: *|UNSUB|*",
    }


def test_a_retry_finds_the_campaign_it_made(chimp: Mailchimp, vendor: Vendor) -> None:
    first = chimp.create("send-1", TARGET, mail())
    chimp.create("send-12", TARGET, mail())
    assert chimp.create("send-1", TARGET, mail()) == first
    assert len(vendor.campaigns) == 2
    assert chimp.find("end-1") is None


def test_an_answer_that_is_lost_after_the_campaign_was_made_leads_to_that_campaign(vendor: Vendor) -> None:
    def loses(asked: Asked) -> Answer:
        answer = vendor(asked)
        return Answer(breaks="after the body") if asked.method == "POST" else answer

    with Loopback(loses) as server:
        chimp = opened(server)
        assert chimp.create("send-1", TARGET, mail()).id == "c0"
        chimp.schedule("c0", NOON)  # the lost answer is made up for by asking
        chimp.close()
    assert [each["status"] for each in vendor.campaigns] == ["schedule"]


def test_a_time_between_quarter_hours_is_refused_with_both_choices(chimp: Mailchimp) -> None:
    zone = timezone(timedelta(hours=-4))
    with pytest.raises(InvalidInput) as raised:
        chimp.schedule("c0", datetime(2024, 9, 3, 23, 50, tzinfo=zone))
    assert raised.value.findings[0].hint == "say 2024-09-03 23:45 or 2024-09-04 00:00"


def test_stopping_what_is_going_out_says_that_it_is_sold_as_pro(chimp: Mailchimp, vendor: Vendor) -> None:
    made = chimp.create("send-1", TARGET, mail())
    chimp.send(made.id)
    with pytest.raises(CampaignFault, match="Pro plan"):
        chimp.cancel(made.id)
    vendor.pro = True
    chimp.cancel(made.id)
    assert chimp.status(made.id).state == "cancelled"


def test_a_campaign_they_do_not_call_ready_has_an_error(chimp: Mailchimp, vendor: Vendor) -> None:
    made = chimp.create("send-1", TARGET, mail())
    vendor.ready = False
    assert "error" in {check.state for check in chimp.preflight(made.id)}


@pytest.mark.parametrize(
    ("changed", "rule"),
    [
        (mail(reply_to="other@example.org"), "one-sender"),
        (mail(html=Pieces.of("<p>no way out</p>")), "no-unsubscribe"),
        (mail(text=Pieces(("", ""), (Slot("shoe_size", "9", "text"),))), "unknown-merge-tag"),
        (
            mail(text=Pieces(("https://example.org/", ""), (Slot("ward", "9", "url_part"),))),
            "merge-tag-in-url",
        ),
        (mail(subject=Pieces.of(" ")), "empty-mail"),
    ],
)
def test_what_it_cannot_carry_is_refused_before_anything_is_made(
    chimp: Mailchimp, server: Loopback, changed: object, rule: str
) -> None:
    with pytest.raises(InvalidInput) as raised:
        chimp.create("send-1", TARGET, changed)  # type: ignore[arg-type]
    assert [finding.rule for finding in raised.value.findings] == [rule]
    assert raised.value.findings[0].hint
    assert server.asked == []


def test_what_is_carried_otherwise_is_told(chimp: Mailchimp) -> None:
    subject = Pieces(("For ", ""), (Slot("first_name", "you", "header"),))
    found = {finding.rule: finding.severity for finding in chimp.refusals(mail(subject=subject))}
    assert found == {"subject-default": "warning", "own-headers": "info"}


@given(text=st.text(alphabet="*|IFAUNSB: \n<>", max_size=40))
def test_text_that_looks_like_a_tag_is_none(text: str) -> None:
    chimp = Mailchimp(Settings(api_key=SecretStr(KEY)))
    syntax = chimp._syntax
    link = Slot(UNSUBSCRIBE_URL, None, "html_url")
    for written in (syntax.html(Pieces((text, text), (link,))), syntax.text(Pieces((text, text), (link,)))):
        before, tag, after = written.partition("*|UNSUB|*")
        assert tag
        assert not [sign for part in (before, after) for sign in ("*|", "|*") if sign in part]


def test_a_style_sheet_stays_one(chimp: Mailchimp) -> None:
    html = "<style>@media{p{color:red}} *|*{}</style><p>*|X|*</p>"
    assert chimp._syntax.html(Pieces.of(html)) == (
        "<style>@media{p{color:red}} * | *{}</style><p>*&#124;X|&#42;</p>"
    )


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (problem(400, "Invalid Resource", "ana@example.org is not there"), Refused),
        (problem(403, "Forbidden", "no rights"), Refused),
        (Answer(403, b"<html>slow down</html>"), Throttled),
        (Answer(500, b"<html>"), InDoubt),
        (Answer(200, b"<html>"), InDoubt),
        (Answer(200, b'{"id": '), InDoubt),
        (Answer(200, b"[]"), InDoubt),
    ],
)
def test_every_bad_answer_is_a_fault_without_addresses(answer: Answer, kind: type[object]) -> None:
    with Loopback(lambda asked: answer if asked.method == "POST" else Answer.json({})) as server:
        chimp = opened(server)
        with pytest.raises(CampaignFault) as raised:
            chimp.create("send-1", TARGET, mail())
        chimp.close()
    assert isinstance(raised.value.outcome, kind)
    assert "ana@example.org" not in str(raised.value)


def test_an_id_that_could_lead_elsewhere_is_refused(chimp: Mailchimp, server: Loopback) -> None:
    for wrong in ("../lists", "a/b", "", "a?b"):
        with pytest.raises(InvalidInput):
            chimp.status(wrong)
    assert server.asked == []
