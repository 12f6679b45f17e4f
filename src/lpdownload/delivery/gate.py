"""What stands between an issue and its readers: all that has to be right before anything is planned."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Connection

from lpdownload.audience.audience import Asked, Audience, ask, counted
from lpdownload.check.run import check_variants
from lpdownload.content.library import Library
from lpdownload.delivery.approval import Digests, approval_findings, digests, keys_of
from lpdownload.delivery.identity import identity_findings
from lpdownload.delivery.rendered import rendered
from lpdownload.delivery.schedule import quiet_until
from lpdownload.errors import Finding, InvalidInput, Severity
from lpdownload.model.content import WEB_URL
from lpdownload.model.content_document import Frozen
from lpdownload.model.delivery import Mail
from lpdownload.model.issue import Issue
from lpdownload.model.ledger import LIVE, FollowUp, Send
from lpdownload.model.pace import Pace
from lpdownload.providers.base import MessageProvider
from lpdownload.providers.registry import Account, holds_the_list
from lpdownload.store.approvals import approvals_of
from lpdownload.store.follow_up import follow_up
from lpdownload.store.freeze import Variant
from lpdownload.store.pace import used_on
from lpdownload.store.sends import live_of, of_issue, on_its_way

WAIVABLE = ("approval", "identity", "quota", "quiet-hours", "count")
"""What whoever sends may answer for themselves, each by name."""


@dataclass(frozen=True)
class Order:
    """A send as somebody asks for it."""

    key: str
    """Of the original, as in lpny/2024-09."""
    account: Account
    pace: Pace
    starts_at: datetime
    by: str
    late: str = "ask"
    local: bool = False
    only_to: FollowUp | None = None
    why: str = ""
    waived: frozenset[str] = frozenset()
    """Of WAIVABLE."""
    count: int | None = None
    """How many people whoever sends it has agreed to; it goes to no other number."""
    own_send: int | None = None
    """The send itself, where it was made before and is looked at again when its time has come."""


@dataclass(frozen=True)
class Passed:
    """What the gate has found; something may be sent only if no finding is an error."""

    asked: Asked
    audience: Audience
    digests: Digests
    variants: Mapping[Variant, Frozen]
    approved: str
    """By whom and when, the newest first; empty if by nobody."""
    findings: tuple[Finding, ...]

    @property
    def errors(self) -> tuple[Finding, ...]:
        return tuple(finding for finding in self.findings if finding.severity == "error")


def look(
    library: Library, connection: Connection, provider: MessageProvider, order: Order, now: datetime
) -> Passed:
    """Everything that is wrong, at once. InvalidInput if the issue cannot even be read."""
    checked = [check_variants(library, each) for each in keys_of(library, order.key)]
    findings = [found for each in checked for found in each.findings if found.severity != "info"]
    if any(each.loaded is None or each.rendering is None for each in checked):
        raise InvalidInput(dict.fromkeys(findings))
    asked = ask(library, connection, order.key)
    if order.only_to:
        asked = replace(asked, question=follow_up(connection, asked.question, order.only_to))
    audience = counted(connection, asked)
    found = digests(library, order.key)
    variants = render_variants(library, asked, audience)
    guards = audience.findings if not order.only_to else ()
    findings += [finding for finding in guards if finding.rule != "audience-empty"]
    if order.count is not None and audience.included != order.count:
        message = f"{audience.included:,} people would get it by now, {order.count:,} were agreed to"
        findings.append(Finding("count-changed", message, "send it again, and look at the number"))
    other = live_of(connection, order.key)
    if other and other.id != order.own_send:
        findings.append(on_its_way(other))
    else:
        findings += _nobody(order, audience, is_later=order.starts_at > now)
    earlier = of_issue(connection, order.key)
    findings += sent_before(send for send in earlier if holds_the_list(send.provider))
    findings += waived(order, "approval", approval_findings(library, connection, order.key, found))
    for frozen in variants.values():
        mail = Mail(frozen.content, order.key, "gate", date=now)
        findings += provider.refusals(mail)
    findings += waived(order, "quota", _quota(connection, order, audience.included, now))
    findings += waived(order, "quiet-hours", quiet_findings(library, asked, order))
    if provider.capabilities.delivers:
        findings += waived(order, "identity", identity_findings(library, asked.loaded.issue, order.account))
    approved = approved_by(connection, order.key)
    return Passed(asked, audience, found, variants, approved, tuple(dict.fromkeys(findings)))


def sent_before(earlier: Iterable[Send]) -> Iterator[Finding]:
    """Sends that are over and have mailed people whom the next one cannot leave out: a campaign goes to
    somebody else's list, and nobody here knows who was on it.
    """
    for send in earlier:
        if send.started_at and send.state not in LIVE:
            message = f"send {send.id} has mailed {send.issue} already, and its readers would get it twice"
            yield Finding("sent-before", message, "an issue of its own, for a correction as well")


def approved_by(connection: Connection, key: str) -> str:
    """By whom and when an issue was approved, the newest first; empty if by nobody."""
    said = approvals_of(connection, key)
    return ", ".join(f"{one.by} on {one.at:%Y-%m-%d %H:%M} UTC" for one in said)


def render_variants(library: Library, asked: Asked, audience: Audience) -> dict[Variant, Frozen]:
    """Each variant that somebody gets, rendered, numbered in order of language and segments."""
    issues = {each.issue.language: each.issue for each in (asked.loaded, *asked.translations)}
    variants: dict[Variant, Frozen] = {}
    for number, (language, segments) in enumerate(sorted(audience.variants)):
        visible = frozenset(segments)
        variants[Variant(number, language, visible)] = render_variant(library, issues[language], visible)
    return variants


def render_variant(library: Library, issue: Issue, segments: frozenset[str]) -> Frozen:
    """As it goes out to those who see the sections for these segments."""
    content = rendered(library, issue, segments).content.bind(**{WEB_URL: issue.url})
    return Frozen(content, issue.network.public_url, issue.network.unsubscribe_email)


def waived(order: Order, what: str, findings: Sequence[Finding]) -> Iterator[Finding]:
    """The findings, as warnings where somebody answers for them."""
    for finding in findings:
        if finding.severity == "error" and what in order.waived:
            yield replace(finding, severity="warning", message=f"{finding.message} (waived by {order.by})")
        elif finding.severity == "error":
            yield replace(finding, hint=f"{finding.hint}; to answer for it yourself: --waive {what}")
        else:
            yield finding


def _nobody(order: Order, audience: Audience, *, is_later: bool) -> Iterator[Finding]:
    """Until a send for later begins, people may join."""
    if audience.included:
        return
    reasons = ", ".join(
        f"{people:,} {reason.replace('_', ' ')}" for reason, people in audience.excluded.items()
    )
    message = f"nobody would get {order.key}" + (f": {reasons}" if reasons else "")
    severity: Severity = "warning" if is_later else "error"
    yield Finding("audience-nobody", message, f"lpdownload audience {order.key}", severity)


def _quota(connection: Connection, order: Order, people: int, now: datetime) -> Sequence[Finding]:
    day = max(now, order.starts_at)
    quota = order.pace.quota(day.date())
    if quota is None:
        return ()
    used = used_on(connection, order.account.name, day)
    if used + people <= quota:
        return ()
    message = (
        f"{people:,} people, and {max(0, quota - used):,} of {quota:,} recipients are left to the account "
        f"{order.account.name} on {day:%Y-%m-%d} (UTC)"
    )
    return [Finding("quota", message, "waived, the rest goes out on the days after")]


def quiet_findings(library: Library, asked: Asked, order: Order) -> Sequence[Finding]:
    zone = asked.loaded.issue.newsletter.timezone
    until = quiet_until(order.starts_at, library.network.contact.quiet_hours, zone)
    if until is None or order.local:
        return ()
    from zoneinfo import ZoneInfo

    local = until.astimezone(ZoneInfo(zone))
    message = f"nobody is mailed before {local:%H:%M} in {zone}: quiet hours"
    return [Finding("quiet-hours", message, f'--at "{local.isoformat(timespec="minutes")}"')]
