"""Action Network's API v2 (OSDI): messages to a group's list or to queries over it.

https://actionnetwork.org/docs/v2/messages. Identifiers are unique over all of Action Network, so ours names a
message; there is no way to ask for one, so a message is found by listing. The syntax of its merge tags
("clips") is documented nowhere public: the account's settings name them, and nothing is guessed.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Final

from pydantic import BaseModel, ConfigDict, Field, SecretStr

from lpdownload.errors import Finding
from lpdownload.model.content import Slot
from lpdownload.model.delivery import InDoubt, Mail, Refused
from lpdownload.providers.base import Capabilities, Check
from lpdownload.providers.campaign_tags import Syntax, TagList, read_tags
from lpdownload.providers.campaigns import (
    Campaign,
    CampaignFault,
    CampaignState,
    Target,
    TheirAudience,
    TheirSegment,
    made_once,
    only_carried,
)
from lpdownload.providers.endpoint import Endpoint
from lpdownload.providers.http import Caller
from lpdownload.providers.json_api import Json, JsonApi, count, objects, part, path_part, text, time_in

CAPABILITIES: Final = Capabilities(
    title="Action Network",
    family="campaigns",
    merging="theirs",
    most_recipients=0,
    unsubscribe_headers=False,
    can_look_up=True,
    schedules=True,
)

GROUP: Final = "group"
"""The only audience: the list of the group whose key it is."""

_AT_ONCE: Final = 1
_MOST_PAGES: Final = 400
"""Of 25 messages; a group that has sent more is not looked through."""
_UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
_SEAM: Final = re.compile(r"(?<=[{\[])(?=[{%\[])|(?<=[}%\]])(?=[}\]])")
"""In a tag of any of the usual syntaxes."""

_STATES: Final[Mapping[str, CampaignState]] = {
    "draft": "draft",
    "calculating": "draft",
    "scheduled": "scheduled",
    "sending": "sending",
    "stopped": "cancelled",
    "sent": "sent",
}
_TIMES: Final = ("scheduled_start_date", "scheduled_date", "sent_start_date")
_STATISTICS: Final = {
    "sent": "accepted",
    "opened": "opened",
    "clicked": "clicked",
    "unsubscribed": "unsubscribed",
    "bounced": "bounced",
    "spam_reports": "complained",
}


class Settings(BaseModel):
    """LPDOWNLOAD_ACTION_NETWORK_…"""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    api_key: SecretStr = Field(
        description="The group's API key, from API & Sync in its menu.", examples=["0123456789abcdef"]
    )
    base_url: Endpoint = Field("https://actionnetwork.org/api/v2", description="Address of the API.")
    wrapper: str = Field(
        "",
        pattern=rf"^(?:{_UUID.pattern})?$",
        description="Id of an email wrapper; an empty one, as the issue brings its own frame.",
    )
    merge_tags: TagList = Field(
        "",
        description="What its email editor inserts (clips) for each merge field that issues use, as in "
        "first_name=CLIP, unsubscribe_url=CLIP, preferences_url=CLIP, web_url=CLIP.",
    )


class ActionNetwork:
    """A CampaignProvider."""

    capabilities = CAPABILITIES

    def __init__(self, settings: Settings) -> None:
        key = settings.api_key.get_secret_value()
        self._base_url = settings.base_url
        self._wrapper = settings.wrapper
        self._api = JsonApi(
            Caller(settings.base_url, headers={"OSDI-API-Token": key}, at_once=_AT_ONCE),
            title="Action Network",
            secret=key,
            key_from="the group's, from API & Sync in its menu",
            address="BASE_URL",
            words=lambda answer: text(answer.get("error")) or text(answer.get("message")),
        )
        self._syntax = Syntax(
            title="Action Network",
            tags=read_tags(settings.merge_tags),
            setting="the account's MERGE_TAGS, as its email editor inserts it",
            tag=self._tag,
            seam=_SEAM,
        )

    def audiences(self) -> Sequence[TheirAudience]:
        """The group's list; how many are subscribed is not told."""
        return (TheirAudience(GROUP, "everybody on the group's list", None),)

    def segments(self, audience: str = GROUP) -> Sequence[TheirSegment]:
        """Queries that the group has saved. Their size is known once a message is targeted at them."""
        return tuple(
            TheirSegment(identifier, audience, text(item.get("name")), count(item.get("total_results")))
            for item in self._listed("queries")
            if (identifier := _id_of(item))
        )

    def refusals(self, mail: Mail) -> Sequence[Finding]:
        findings = list(self._syntax.refusals(mail))
        for slot in dict.fromkeys(mail.content.html.slots):
            if slot.default:
                message = f"Action Network fills {slot.field} as its clip says, not with our default"
                hint = f"let the clip have the default {slot.default!r}"
                findings.append(Finding("clip-default", message, hint, "warning"))
        message = "Action Network makes the text part from the HTML, and chooses the From address itself"
        findings.append(Finding("own-text", message, "send yourself a test from its site", "info"))
        return findings

    def find(self, external_id: str) -> Campaign | None:
        wanted = _identifier(external_id)
        for item in self._listed("messages"):
            identifiers = item.get("identifiers")
            if isinstance(identifiers, list) and wanted in identifiers:
                return _campaign(item)
        return None

    def create(self, external_id: str, target: Target, mail: Mail) -> Campaign:
        only_carried(self.refusals(mail))
        value: dict[str, object] = {
            "identifiers": [_identifier(external_id)],
            "origin_system": "lpdownload",
            "name": f"{mail.issue} [{external_id}]",
            "subject": self._syntax.subject(mail.content.subject),
            "from": mail.sender.name or mail.sender.address,
            "reply_to": (mail.reply_to or mail.sender).wire_address,
        }
        if target.segment:
            value["targets"] = [{"href": f"{self._base_url}/queries/{_path(target.segment)}"}]
        if self._wrapper:
            value["_links"] = {"osdi:wrapper": {"href": f"{self._base_url}/wrappers/{self._wrapper}"}}
        return made_once(
            lambda: self.find(external_id), lambda: _campaign(self._api.call("POST", "/messages/", value))
        )

    def set_content(self, campaign: str, mail: Mail) -> None:
        value = {"body": self._syntax.html(mail.content.html)}
        self._api.call("PUT", f"/messages/{_path(campaign)}", value, idempotent=True)

    def test(self, campaign: str, addresses: Sequence[str]) -> None:  # noqa: ARG002 - the port's
        """Its API has no way to mail a test: always a CampaignFault that says so."""
        reason = "Action Network's API cannot send a test"
        raise CampaignFault(Refused(reason), "open the draft on its site, and send the test from there")

    def preflight(self, campaign: str) -> Sequence[Check]:
        """What https://actionnetwork.org/docs/v2/schedule_helper asks of a message."""
        item = self._message(campaign)
        checks = [
            Check(f"its {name}", "ok", "given") if text(item.get(name)).strip() else _missing(name)
            for name in ("subject", "body", "from", "reply_to")
        ]
        state, targeted = text(item.get("status")), count(item.get("total_targeted"))
        if state == "calculating":
            checks.append(Check("people", "unknown", "Action Network is still counting", "ask again later"))
        elif not targeted:
            checks.append(Check("people", "error", "nobody is targeted", "choose another query"))
        else:
            checks.append(Check("people", "ok", f"{targeted:,} are targeted"))
        if state not in {"draft", "calculating"}:
            checks.append(Check("status", "error", f"it is {state}, no draft", "cancel it first"))
        return tuple(checks)

    def schedule(self, campaign: str, at: datetime) -> None:
        """Raises CampaignFault if it then does not say that it is scheduled."""
        value = {"scheduled_start_date": f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"}
        self._act("POST", campaign, "schedule", value, {"scheduled", "sending", "sent"})

    def send(self, campaign: str) -> None:
        self._api.call("POST", f"/messages/{_path(campaign)}/send/", {})

    def cancel(self, campaign: str) -> None:
        """A scheduled one becomes a draft; one that is going out is stopped where it is."""
        state = self.status(campaign).state
        if state == "scheduled":
            self._act("DELETE", campaign, "schedule", {}, {"draft", "cancelled"})
        elif state == "sending":
            self._act("DELETE", campaign, "send", {}, {"cancelled", "sent"})
        elif state == "sent":
            raise CampaignFault(Refused("Action Network has sent it already: nothing can be called back"))

    def status(self, campaign: str) -> Campaign:
        return _campaign(self._message(campaign))

    def check(self) -> Sequence[Check]:
        return (self._api.checked("/messages/", "LPDOWNLOAD_ACTION_NETWORK_", page=1),)

    def close(self) -> None:
        self._api.caller.close()

    def _message(self, campaign: str) -> Json:
        return self._api.get(f"/messages/{_path(campaign)}")

    def _act(self, method: str, campaign: str, helper: str, value: Json, after: set[CampaignState]) -> None:
        """Its helpers answer 200 with a sentence, so the state is read after them."""
        try:
            self._api.call(method, f"/messages/{_path(campaign)}/{helper}/", value)
        except CampaignFault as fault:
            if not isinstance(fault.outcome, InDoubt):
                raise
        state = self.status(campaign).state
        if state not in after:
            reason = f"Action Network still calls it {state}"
            raise CampaignFault(Refused(reason), "look at the message on its site")

    def _listed(self, name: str) -> Iterator[Json]:
        """All items of a collection, page by page: 25 each, newest pages are not promised to be first."""
        for page in range(1, _MOST_PAGES + 1):
            found = self._api.get(f"/{name}/", page=page)
            items = objects(part(found.get("_embedded")).get(f"osdi:{name}"))
            yield from items
            if not items or "next" not in part(found.get("_links")):
                return
        reason = f"Action Network: more than {_MOST_PAGES * 25:,} {name}, which are not looked through"
        raise CampaignFault(Refused(reason), "remove old drafts, or make the message on its site")

    def _tag(self, slot: Slot) -> str:
        return self._syntax.tags[slot.field]


def open_provider(settings: Settings) -> ActionNetwork:
    return ActionNetwork(settings)


def _identifier(external_id: str) -> str:
    return f"lpdownload:{external_id}"


def _campaign(item: Json) -> Campaign:
    identifier = _id_of(item)
    if not identifier:
        raise CampaignFault(InDoubt("Action Network: its answer names no message"))
    numbers = part(item.get("statistics"))
    found = {ours: count(numbers.get(theirs)) for theirs, ours in _STATISTICS.items()}
    at = next(filter(None, (text(item.get(name)) for name in _TIMES)), "")
    return Campaign(
        identifier,
        _STATES.get(text(item.get("status")), "unknown"),
        time_in(at),
        count(item.get("total_targeted")),
        text(item.get("administrative_url")) or text(item.get("browser_url")),
        {kind: number for kind, number in found.items() if number is not None},
    )


def _id_of(item: Json) -> str:
    """Its own identifier without the prefix, as addresses want it."""
    identifiers = item.get("identifiers")
    for identifier in identifiers if isinstance(identifiers, list) else ():
        prefix, _, value = text(identifier).partition(":")
        if prefix == "action_network" and _UUID.fullmatch(value):
            return value
    return ""


def _missing(name: str) -> Check:
    return Check(f"its {name}", "error", "missing", "set the content again")


def _path(identifier: str) -> str:
    return path_part(
        identifier, _UUID, title="Action Network", example="d91b4b2e-ae0e-4cd3-9ed7-d0ec501b0bc3"
    )
