"""Mailchimp's Marketing API 3.0: campaigns over one of its audiences.

https://mailchimp.com/developer/marketing/api/campaigns/. It keeps no id of ours, so the title carries it, and
a campaign is found by listing titles: its search is full text over an index that lags behind.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Final, Self

from pydantic import BaseModel, ConfigDict, Field, SecretStr, model_validator
from pydantic_core import PydanticCustomError

from lpdownload.errors import Finding, InvalidInput
from lpdownload.model.content import (
    PREFERENCES_URL,
    UNSUBSCRIBE_URL,
    WEB_URL,
    Slot,
    html_text,
    plain_text,
)
from lpdownload.model.delivery import InDoubt, Mail, Refused
from lpdownload.providers.base import Capabilities, Check, CheckState
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
from lpdownload.providers.http import Caller, Exchange
from lpdownload.providers.json_api import (
    Json,
    JsonApi,
    count,
    object_of,
    objects,
    part,
    path_part,
    text,
    time_in,
)

CAPABILITIES: Final = Capabilities(
    title="Mailchimp",
    family="campaigns",
    merging="theirs",
    most_recipients=0,
    unsubscribe_headers=False,
    can_look_up=True,
    schedules=True,
)

_PAGE: Final = 1000
"""https://mailchimp.com/developer/marketing/docs/methods-parameters/#pagination"""
_AT_ONCE: Final = 10
"""Connections: https://mailchimp.com/developer/marketing/docs/fundamentals/#api-limits"""
_SECONDS: Final = 120.0
_SEAM: Final = re.compile(r"(?<=\*)(?=\|)|(?<=\|)(?=\*)")
_CENTRE: Final = re.compile(r"-([a-z]{2}\d{1,3})\Z")
_ID: Final = re.compile(r"[A-Za-z0-9]{1,40}")
_QUARTER: Final = timedelta(minutes=15)

_STATES: Final[Mapping[str, CampaignState]] = {
    "save": "draft",
    "paused": "paused",
    "schedule": "scheduled",
    "sending": "sending",
    "sent": "sent",
    "canceled": "cancelled",
    "canceling": "cancelled",
}
_TAGS: Final = {
    UNSUBSCRIBE_URL: "*|UNSUB|*",
    PREFERENCES_URL: "*|UPDATE_PROFILE|*",
    WEB_URL: "*|ARCHIVE|*",
    "email": "*|EMAIL|*",
    "first_name": "*|FNAME|*",
    "last_name": "*|LNAME|*",
}


class Settings(BaseModel):
    """LPDOWNLOAD_MAILCHIMP_…"""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    api_key: SecretStr = Field(
        description="An API key; what follows its dash is the data centre, as in -us21.",
        examples=["0123456789abcdef-us21"],
    )
    base_url: Endpoint | None = Field(
        None, description="Address of the API, if not the one that the key names."
    )
    merge_tags: TagList = Field(
        "",
        description="Your audience's tags for merge fields beyond names, as in ward=WARD, office=MMERGE6.",
    )

    @model_validator(mode="after")
    def _says_where_it_is(self) -> Self:
        if not self.base_url and not _CENTRE.search(self.api_key.get_secret_value()):
            hint = "set LPDOWNLOAD_MAILCHIMP_API_KEY to the whole key, with the -us21 or the like at its end"
            message = "the API key does not end in its data centre"
            raise PydanticCustomError("bad_setting", message, {"hint": hint})
        return self

    @property
    def address(self) -> str:
        """https://mailchimp.com/developer/marketing/docs/fundamentals/#api-structure"""
        found = _CENTRE.search(self.api_key.get_secret_value())
        return self.base_url or f"https://{found[1] if found else ''}.api.mailchimp.com/3.0"


class Mailchimp:
    """A CampaignProvider."""

    capabilities = CAPABILITIES

    def __init__(self, settings: Settings) -> None:
        key = settings.api_key.get_secret_value()
        caller = Caller(
            settings.address, headers={}, auth=("lpdownload", key), at_once=_AT_ONCE, total_seconds=_SECONDS
        )
        self._api = JsonApi(
            caller,
            title="Mailchimp",
            secret=key,
            key_from="your profile, Extras, API keys",
            address="API_KEY (its data centre), BASE_URL",
            words=_words,
            throttles=_is_throttle,
        )
        tags = {field: f"*|{tag.strip('*|')}|*" for field, tag in read_tags(settings.merge_tags).items()}
        self._syntax = Syntax(
            title="Mailchimp",
            tags=_TAGS | tags,
            setting="the account's MERGE_TAGS",
            tag=self._tag,
            seam=_SEAM,
        )

    def audiences(self) -> Sequence[TheirAudience]:
        return tuple(
            TheirAudience(text(item.get("id")), text(item.get("name")), _members(item))
            for item in self._listed("/lists", "lists", fields="id,name,stats.member_count")
        )

    def segments(self, audience: str) -> Sequence[TheirSegment]:
        """Saved segments and tags, which are static segments."""
        return tuple(
            TheirSegment(
                text(item.get("id")), audience, text(item.get("name")), count(item.get("member_count"))
            )
            for item in self._listed(
                f"/lists/{_path(audience)}/segments", "segments", fields="id,name,member_count"
            )
        )

    def refusals(self, mail: Mail) -> Sequence[Finding]:
        """With ``one-sender``: its reply_to is the From address too."""
        findings = list(self._syntax.refusals(mail))
        if not any(finding.rule in {"bad-sender", "merged-sender"} for finding in findings):
            reply = mail.reply_to
            if reply and reply.wire_address.lower() != mail.sender.wire_address.lower():
                message = "Mailchimp has one address for From and for replies"
                findings.append(Finding("one-sender", message, "leave reply_to out, or send from it"))
        return findings

    def find(self, external_id: str) -> Campaign | None:
        fields = "id,status,settings.title,send_time,emails_sent,long_archive_url,recipients.recipient_count"
        query = {"sort_field": "create_time", "sort_dir": "DESC"}
        for item in self._listed("/campaigns", "campaigns", fields=fields, **query):
            if text(part(item.get("settings")).get("title")).endswith(f"[{external_id}]"):
                return _campaign(item)
        return None

    def create(self, external_id: str, target: Target, mail: Mail) -> Campaign:
        only_carried(self.refusals(mail))
        recipients: dict[str, object] = {"list_id": target.audience}
        if target.segment:
            recipients["segment_opts"] = {"saved_segment_id": _number(target.segment)}
        value = {
            "type": "regular",
            "recipients": recipients,
            "settings": {
                "title": f"{mail.issue} [{external_id}]",
                "subject_line": self._syntax.subject(mail.content.subject),
                "from_name": mail.sender.name or mail.sender.address,
                "reply_to": mail.sender.wire_address,
                "auto_footer": False,
                "inline_css": False,
            },
        }
        return made_once(
            lambda: self.find(external_id), lambda: _campaign(self._api.call("POST", "/campaigns", value))
        )

    def set_content(self, campaign: str, mail: Mail) -> None:
        value = {
            "html": self._syntax.html(mail.content.html),
            "plain_text": self._syntax.text(mail.content.text),
        }
        self._api.call("PUT", f"/campaigns/{_path(campaign)}/content", value, idempotent=True)

    def test(self, campaign: str, addresses: Sequence[str]) -> None:
        value = {"test_emails": list(addresses), "send_type": "html"}
        self._api.call("POST", f"/campaigns/{_path(campaign)}/actions/test", value)

    def preflight(self, campaign: str) -> Sequence[Check]:
        """https://mailchimp.com/developer/marketing/api/campaign-checklist/"""
        found = self._api.get(f"/campaigns/{_path(campaign)}/send-checklist")
        checks = [_checked(item) for item in objects(found.get("items"))]
        if found.get("is_ready") is not True and not any(check.state == "error" for check in checks):
            says = "Mailchimp does not call it ready"
            checks.append(Check("Mailchimp's checklist", "error", says, "look at the campaign on its site"))
        return tuple(checks)

    def schedule(self, campaign: str, at: datetime) -> None:
        """On a quarter hour; InvalidInput names the two next to any other time."""
        when = at.astimezone(UTC)
        before = when.replace(minute=when.minute // 15 * 15, second=0, microsecond=0)
        if when != before:
            choices = " or ".join(
                f"{side.astimezone(at.tzinfo):%Y-%m-%d %H:%M}" for side in (before, before + _QUARTER)
            )
            message = "Mailchimp sends on quarter hours only"
            raise InvalidInput([Finding("not-a-quarter-hour", message, f"say {choices}")])
        value = {"schedule_time": f"{when:%Y-%m-%dT%H:%M:%S}+00:00"}
        try:
            self._api.call("POST", f"/campaigns/{_path(campaign)}/actions/schedule", value)
        except CampaignFault as fault:
            if not isinstance(fault.outcome, InDoubt):
                raise
            found = self.status(campaign)
            if (found.state, found.at) != ("scheduled", when):
                raise

    def send(self, campaign: str) -> None:
        self._api.call("POST", f"/campaigns/{_path(campaign)}/actions/send")

    def cancel(self, campaign: str) -> None:
        """A scheduled one becomes a draft; one that is going out is stopped, which Mailchimp sells as Pro."""
        state = self.status(campaign).state
        if state in {"draft", "cancelled"}:
            return
        if state == "scheduled":
            self._api.call("POST", f"/campaigns/{_path(campaign)}/actions/unschedule")
            return
        if state == "sent":
            raise CampaignFault(Refused("Mailchimp has sent it already: nothing can be called back"))
        try:
            self._api.call("POST", f"/campaigns/{_path(campaign)}/actions/cancel-send")
        except CampaignFault as fault:
            if isinstance(fault.outcome, Refused):
                remedy = "stopping a campaign that is going out needs Mailchimp's Pro plan"
                raise CampaignFault(fault.outcome, remedy) from None
            raise

    def status(self, campaign: str) -> Campaign:
        return _campaign(self._api.get(f"/campaigns/{_path(campaign)}"))

    def check(self) -> Sequence[Check]:
        """https://mailchimp.com/developer/marketing/api/ping/"""
        return (self._api.checked("/ping", "LPDOWNLOAD_MAILCHIMP_"),)

    def close(self) -> None:
        self._api.caller.close()

    def _listed(self, path: str, name: str, *, fields: str, **query: str) -> Iterator[Json]:
        """All items of a collection, page by page."""
        wanted = ",".join(["total_items", *(f"{name}.{field}" for field in fields.split(","))])
        offset = 0
        while True:
            found = self._api.get(path, **query, fields=wanted, count=_PAGE, offset=offset)
            items = objects(found.get(name))
            yield from items
            offset += len(items)
            if not items or offset >= (count(found.get("total_items")) or 0):
                return

    def _tag(self, slot: Slot) -> str:
        """https://mailchimp.com/help/use-conditional-merge-tag-blocks/ where the slot has a default."""
        tag = self._syntax.tags[slot.field]
        if not slot.default or slot.field in {UNSUBSCRIBE_URL, PREFERENCES_URL, WEB_URL}:
            return tag
        name = tag.strip("*|")
        if slot.context == "html":
            default = self._syntax.defused_html(html_text(slot.default))
        else:
            default = self._syntax.defused(plain_text(slot.default))
        return f"*|IF:{name}|*{tag}*|ELSE:|*{default}*|END:IF|*"


def open_provider(settings: Settings) -> Mailchimp:
    return Mailchimp(settings)


def _words(answer: Json) -> str:
    """https://mailchimp.com/developer/marketing/docs/errors/: RFC 7807, and what is wrong with each field."""
    fields = [
        f"{text(item.get('field'))}: {text(item.get('message'))}" for item in objects(answer.get("errors"))
    ]
    return "; ".join(filter(None, (text(answer.get("detail")) or text(answer.get("title")), *fields)))


def _is_throttle(exchange: Exchange) -> bool:
    """Too much at once is a 429, or a 403 from the machine before the API, without JSON."""
    return exchange.status == 429 or (exchange.status == 403 and object_of(exchange.body) is None)


def _campaign(item: Json) -> Campaign:
    recipients = count(part(item.get("recipients")).get("recipient_count"))
    summary = part(item.get("report_summary"))
    numbers = {
        "accepted": count(item.get("emails_sent")),
        "opened": count(summary.get("unique_opens")),
        "clicked": count(summary.get("subscriber_clicks")),
    }
    identifier = text(item.get("id"))
    if not identifier:
        raise CampaignFault(InDoubt("Mailchimp: its answer names no campaign"))
    return Campaign(
        identifier,
        _STATES.get(text(item.get("status")), "unknown"),
        time_in(item.get("send_time")),
        recipients,
        text(item.get("long_archive_url")),
        {kind: number for kind, number in numbers.items() if number is not None},
    )


def _checked(item: Json) -> Check:
    kind = text(item.get("type"))
    state: CheckState = "ok" if kind == "success" else "warning" if kind == "warning" else "error"
    remedy = "" if state == "ok" else "look at the campaign on Mailchimp's site"
    return Check(text(item.get("heading")) or "checklist", state, text(item.get("details")), remedy)


def _members(item: Json) -> int | None:
    return count(part(item.get("stats")).get("member_count"))


def _number(segment: str) -> int:
    if not segment.isascii() or not segment.isdigit():
        message = "a segment of Mailchimp's is named by its number"
        raise InvalidInput([Finding("bad-segment", message, "list them, and take the number")])
    return int(segment)


def _path(identifier: str) -> str:
    return path_part(identifier, _ID, title="Mailchimp", example="a1b2c3d4e5")
