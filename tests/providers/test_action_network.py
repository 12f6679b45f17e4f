"""Action Network, played by a server that keeps messages as its documentation says."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr, ValidationError
from tests.providers.campaign_mail import mail
from tests.providers.loopback import Answer, Asked, Loopback

from lpdownload.errors import InvalidInput
from lpdownload.model.content import Pieces
from lpdownload.model.delivery import InDoubt, Refused
from lpdownload.providers.action_network import GROUP, ActionNetwork, Settings
from lpdownload.providers.campaigns import CampaignFault, Target

KEY = "d3adb33f"
QUERY = "11111111-2222-3333-4444-555555555555"
WRAPPER = "99999999-2222-3333-4444-555555555555"
NOON = datetime(2024, 9, 3, 12, tzinfo=UTC)
TAGS = "first_name=<<NAME, or friend>>, unsubscribe_url=<<OUT>>, preferences_url=<<PREF>>, web_url=<<WEB>>"
"""Not its syntax, which is for the account to say."""


class Vendor:
    """Its side: a query, and the messages made so far, two a page."""

    def __init__(self) -> None:
        self.messages: list[dict[str, object]] = []
        self.obeys = True

    def __call__(self, asked: Asked) -> Answer:
        if asked.headers["osdi-api-token"] != KEY:
            return Answer.json({"error": f"API Key {asked.headers['osdi-api-token']} invalid"}, 403)
        path, query = urlsplit(asked.path).path, parse_qs(urlsplit(asked.path).query)
        value = json.loads(asked.body or b"{}")
        match asked.method, *path.strip("/").split("/"):
            case "GET", "queries":
                identifiers = ["other:1", f"action_network:{QUERY}"]
                return Answer.json(
                    {"_embedded": {"osdi:queries": [{"identifiers": identifiers, "name": "Teachers"}]}}
                )
            case "GET", "messages":
                start = 2 * (int(query["page"][0]) - 1)
                more = {"next": {"href": "…"}} if start + 2 < len(self.messages) else {}
                page = self.messages[start : start + 2]
                return Answer.json({"_embedded": {"osdi:messages": page}, "_links": more})
            case "POST", "messages":
                own = f"action_network:{len(self.messages):08d}-0000-0000-0000-000000000000"
                made = value | {
                    "identifiers": [*value["identifiers"], own],
                    "status": "calculating",
                    "total_targeted": 0,
                }
                self.messages.append(made)
                return Answer.json(made)
            case method, "messages", identifier, *rest:
                for message in self.messages:
                    if f"action_network:{identifier}" in message["identifiers"]:  # type: ignore[operator]
                        return self.one(message, method, "/".join(rest), value)
        return Answer.json({"error": "not found"}, 404)

    def one(self, found: dict[str, object], method: str, rest: str, value: dict[str, object]) -> Answer:
        if (method, rest) == ("GET", ""):
            return Answer.json(found)
        if (method, rest) == ("PUT", ""):
            found.update(value)
            return Answer.json(found)
        after = {
            ("POST", "schedule"): "scheduled",
            ("DELETE", "schedule"): "draft",
            ("POST", "send"): "sending",
            ("DELETE", "send"): "stopped",
        }[method, rest]
        if self.obeys:
            found["status"] = after
            found["scheduled_start_date"] = value.get("scheduled_start_date", "")
        return Answer.json({"message": "Your message has been …"})


@pytest.fixture
def vendor() -> Vendor:
    return Vendor()


@pytest.fixture
def server(vendor: Vendor) -> Iterator[Loopback]:
    with Loopback(vendor) as server:
        yield server


@pytest.fixture
def network(server: Loopback) -> Iterator[ActionNetwork]:
    provider = opened(server)
    yield provider
    provider.close()


def opened(server: Loopback, key: str = KEY, tags: str = TAGS) -> ActionNetwork:
    return ActionNetwork(
        Settings(api_key=SecretStr(key), base_url=server.url, wrapper=WRAPPER, merge_tags=tags)
    )


def test_queries_are_its_segments(network: ActionNetwork) -> None:
    assert [each.id for each in network.audiences()] == [GROUP]
    assert [(each.id, each.name, each.count) for each in network.segments()] == [(QUERY, "Teachers", None)]


def test_a_message_goes_all_the_way(network: ActionNetwork, vendor: Vendor, server: Loopback) -> None:
    made = network.create("send-1", Target(GROUP, QUERY), mail())
    network.set_content(made.id, mail())
    message = vendor.messages[0]
    assert [check.state for check in network.preflight(made.id)] == ["ok"] * 4 + ["unknown"]
    message.update(status="draft", total_targeted=40)
    assert {check.state for check in network.preflight(made.id)} == {"ok"}
    assert network.status(made.id).recipients == 40
    network.schedule(made.id, NOON)
    assert (network.status(made.id).state, network.status(made.id).at) == ("scheduled", NOON)
    network.cancel(made.id)
    assert network.status(made.id).state == "draft"
    network.send(made.id)
    network.cancel(made.id)
    assert network.status(made.id).state == "cancelled"
    wanted = {
        "origin_system": "lpdownload",
        "name": "lpny/2024-09 [send-1]",
        "subject": "The 🌊 issue",
        "from": "The Chapter",
        "reply_to": "news@example.org",
        "targets": [{"href": f"{server.url}/queries/{QUERY}"}],
        "_links": {"osdi:wrapper": {"href": f"{server.url}/wrappers/{WRAPPER}"}},
        "body": "<p>Dear <<NAME, or friend>>, see "
        '<a href="<<OUT>>">out</a> <a href="<<PREF>>">, "<<WEB>>"</p>',
    }
    assert {name: message[name] for name in wanted} == wanted
    assert "lpdownload:send-1" in message["identifiers"]  # type: ignore[operator]


def test_a_retry_finds_the_message_it_made_on_whichever_page(network: ActionNetwork, vendor: Vendor) -> None:
    ids = [network.create(f"send-{number}", Target(GROUP), mail()).id for number in range(5)]
    assert network.create("send-3", Target(GROUP), mail()).id == ids[3]
    assert len(vendor.messages) == 5


def test_an_answer_that_is_lost_after_the_message_was_made_leads_to_that_message(vendor: Vendor) -> None:
    def loses(asked: Asked) -> Answer:
        answer = vendor(asked)
        return Answer(breaks="after the body") if asked.method == "POST" else answer

    with Loopback(loses) as server:
        network = opened(server)
        made = network.create("send-1", Target(GROUP), mail())
        network.schedule(made.id, NOON)
        network.close()
    assert [message["status"] for message in vendor.messages] == ["scheduled"]


def test_a_sentence_that_promises_what_did_not_happen_is_not_believed(
    network: ActionNetwork, vendor: Vendor
) -> None:
    made = network.create("send-1", Target(GROUP), mail())
    vendor.obeys = False
    with pytest.raises(CampaignFault, match="still calls it draft") as raised:
        network.schedule(made.id, NOON)
    assert isinstance(raised.value.outcome, Refused)


def test_nobody_targeted_and_a_missing_body_are_errors_of_preflight(
    network: ActionNetwork, vendor: Vendor
) -> None:
    made = network.create("send-1", Target(GROUP), mail())
    vendor.messages[0].update(status="draft", body=" ")
    wrong = {check.what for check in network.preflight(made.id) if check.state == "error"}
    assert wrong == {"its body", "people"}


def test_what_has_been_sent_is_not_called_back(network: ActionNetwork, vendor: Vendor) -> None:
    made = network.create("send-1", Target(GROUP), mail())
    vendor.messages[0].update(status="sent", statistics={"sent": 40, "spam_reports": 1, "actions": 3})
    assert network.status(made.id).statistics == {"accepted": 40, "complained": 1}
    with pytest.raises(CampaignFault, match="already"):
        network.cancel(made.id)


def test_it_cannot_send_a_test_and_says_where_one_is_sent(network: ActionNetwork) -> None:
    with pytest.raises(CampaignFault, match="from there"):
        network.test("x", ["seed@example.org"])


def test_a_merge_field_without_a_clip_of_the_account_is_refused_not_guessed(server: Loopback) -> None:
    network = opened(server, tags="first_name=<<NAME>>")
    with pytest.raises(InvalidInput) as raised:
        network.create("send-1", Target(GROUP), mail())
    assert {finding.rule for finding in raised.value.findings} == {"unknown-merge-tag"}
    assert "the account's MERGE_TAGS" in raised.value.findings[0].hint
    assert server.asked == []
    network.close()


def test_what_is_carried_otherwise_is_told(network: ActionNetwork) -> None:
    found = {finding.rule: finding.severity for finding in network.refusals(mail())}
    assert found == {"own-headers": "info", "clip-default": "warning", "own-text": "info"}


@given(text=st.text(alphabet="{}[]% x", max_size=40))
def test_text_that_looks_like_a_tag_of_any_syntax_is_none(text: str) -> None:
    syntax = ActionNetwork(Settings(api_key=SecretStr(KEY)))._syntax
    for written in (syntax.html(Pieces.of(text)), syntax.text(Pieces.of(text))):
        assert not [sign for sign in ("{{", "}}", "{%", "%}", "[[", "]]") if sign in written]


@pytest.mark.parametrize("answer", [Answer(500), Answer(200, b"<html>"), Answer.json({"no": "message"})])
def test_an_answer_without_a_message_is_in_doubt(answer: Answer) -> None:
    with Loopback(lambda asked: answer if asked.method == "POST" else Answer.json({})) as server:
        network = opened(server)
        with pytest.raises(CampaignFault) as raised:
            network.create("send-1", Target(GROUP), mail())
        network.close()
    assert isinstance(raised.value.outcome, InDoubt)


def test_an_id_that_could_lead_elsewhere_is_refused(network: ActionNetwork, server: Loopback) -> None:
    for wrong in ("../people", "", "a/b"):
        with pytest.raises(InvalidInput):
            network.status(wrong)
        with pytest.raises(ValidationError):
            Settings(api_key=SecretStr(KEY), wrapper=wrong or "x")
    assert server.asked == []
