"""What stands between an issue and a campaign over somebody else's list.

They decide who is on it, so our audience is a question (is theirs the same, by its number?) and what only we
know of a person, as a suppression, does not hold: both are said. A campaign is one mail for all.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from lpdownload.audience.audience import Asked, Audience, ask, counted, guard_findings, rule_of
from lpdownload.check.run import check_variants
from lpdownload.content.issues import load_issue
from lpdownload.content.library import Library
from lpdownload.delivery.approval import Digests, approval_findings, digests, keys_of
from lpdownload.delivery.gate import Order, approved_by, quiet_findings, render_variant, sent_before, waived
from lpdownload.errors import Finding, InvalidInput, Severity
from lpdownload.model.audience import EVERYBODY
from lpdownload.model.content_document import Frozen
from lpdownload.model.delivery import Mail
from lpdownload.model.issue import Issue
from lpdownload.model.segment import Named
from lpdownload.providers.campaigns import CampaignProvider, Target, matches
from lpdownload.store.sends import live_of, of_issue, on_its_way

_MINUTES: Final[Mapping[str, int]] = {"mailchimp": 15}
"""Times are multiples of these: https://mailchimp.com/developer/marketing/api/campaigns/schedule-campaign/"""
_WARNED_OF: Final = frozenset({"not_in_segment"})
"""Exclusions that their segment stands for."""


@dataclass(frozen=True)
class Theirs:
    """Whom a campaign would go to."""

    target: Target
    people: int | None
    """None where the provider does not say before there is a campaign."""


@dataclass(frozen=True)
class Ready:
    """What was found; a campaign may be made only if no finding is an error."""

    asked: Asked
    audience: Audience
    theirs: Theirs
    digests: Digests
    frozen: Frozen
    """The one variant that there is."""
    approved: str
    """By whom and when; empty if by nobody."""
    findings: tuple[Finding, ...]

    @property
    def errors(self) -> tuple[Finding, ...]:
        return tuple(finding for finding in self.findings if finding.severity == "error")


def their_side(library: Library, provider: CampaignProvider, key: str) -> Theirs:
    """Asks the provider about the list and segment that stand for the issue's audience; InvalidInput if there
    are none. To be called outside of a transaction, as it may take a while.
    """
    issue = load_issue(library, key).issue
    target = target_of(issue, provider.capabilities.title)
    title = provider.capabilities.title
    lists = {each.id: (each.name, each.count) for each in provider.audiences()}
    if target.audience not in lists:
        raise InvalidInput([_unknown(title, "list", target.audience, lists)])
    if target.segment is None:
        return Theirs(target, lists[target.audience][1])
    segments = {each.id: (each.name, each.count) for each in provider.segments(target.audience)}
    if target.segment not in segments:
        raise InvalidInput([_unknown(title, "segment", target.segment, segments)])
    return Theirs(target, segments[target.segment][1])


def target_of(issue: Issue, title: str) -> Target:
    """By the newsletter's ``campaign``; InvalidInput where nothing of theirs stands for the audience."""
    file = f"newsletters/{issue.newsletter_name}/newsletter.yaml"
    written = issue.newsletter.campaign
    if written is None:
        hint = f"campaign: {{audience: ID}} in {file}, the ID being {title}'s"
        raise InvalidInput([Finding("no-campaign-list", f"nothing says which of {title}'s lists", hint)])
    audience = issue.written.audience or EVERYBODY
    rule = rule_of(issue)
    if audience.exclude is not None:
        message = f"{title} cannot leave out whom audience.exclude names: it holds the list"
        hint = f"a segment without them, there and here, named in campaign.segments in {file}"
        raise InvalidInput([Finding("excluded-segment", message, hint)])
    if rule is None or (audience.segment is None and written.segment is not None):
        return Target(written.audience, written.segment)
    if isinstance(rule, Named) and rule.segment in written.segments:
        return Target(written.audience, written.segments[rule.segment])
    if isinstance(rule, Named):
        message = f"nothing says which of {title}'s segments stands for {rule.segment}"
        hint = f"campaign: {{segments: {{{rule.segment}: ID}}}} in {file}"
    else:
        message = f"{title} knows no rules of ours, only its own segments"
        hint = f"give the rule a name in segments.yaml, and name theirs in campaign.segments in {file}"
    raise InvalidInput([Finding("no-campaign-segment", message, hint)])


def look(
    library: Library,
    connection: Connection,
    provider: CampaignProvider,
    order: Order,
    theirs: Theirs,
    now: datetime,
) -> Ready:
    """Everything that is wrong, at once. InvalidInput if the issue cannot even be read."""
    keys = keys_of(library, order.key)
    checked = [check_variants(library, each) for each in keys]
    findings = [found for each in checked for found in each.findings if found.severity != "info"]
    if any(each.loaded is None or each.rendering is None for each in checked):
        raise InvalidInput(dict.fromkeys(findings))
    asked = ask(library, connection, order.key)
    issue, audience = asked.loaded.issue, counted(connection, asked)
    found = digests(library, order.key)
    frozen = render_variant(library, issue, frozenset())
    title = provider.capabilities.title
    findings += _impossible(order, title)
    findings += time_findings(order.account.provider, order.starts_at, issue.newsletter.timezone, now)
    findings += _for_all_alike(asked, title)
    findings += _not_known_there(audience, title)
    counts = count_findings(asked, audience, theirs.people)
    findings += waived(order, "count", [each for each in counts if each.rule == "count"])
    findings += [each for each in counts if each.rule != "count"]
    if other := live_of(connection, order.key):
        findings.append(on_its_way(other))
    findings += sent_before(of_issue(connection, order.key))
    findings += waived(order, "approval", approval_findings(library, connection, order.key, found))
    findings += provider.refusals(Mail(frozen.content, order.key, "gate", date=now))
    findings += waived(order, "quiet-hours", quiet_findings(library, asked, order))
    approved = approved_by(connection, order.key)
    return Ready(asked, audience, theirs, found, frozen, approved, tuple(dict.fromkeys(findings)))


def count_findings(asked: Asked, audience: Audience, people: int | None) -> tuple[Finding, ...]:
    """Whether so many people of theirs may be ours, and may be mailed; None: they do not say how many."""
    check = matches(audience.included, people)
    severity: Severity = "error" if check.state == "error" else "warning"
    said = [Finding("count", check.says, check.remedy, severity)] if check.state != "ok" else []
    mailed = audience.included if people is None else people
    if not mailed:
        message = f"nobody would get {audience.issue}"
        said.append(Finding("audience-nobody", message, f"lpdownload audience {audience.issue}"))
    guards = guard_findings(asked.loaded, mailed, mailed)
    return (*said, *(each for each in guards if each.rule != "audience-empty"))


def time_findings(provider: str, at: datetime, zone: str, now: datetime) -> Sequence[Finding]:
    """A later moment that the provider has no schedule for, with the two next to it."""
    minutes = _MINUTES.get(provider)
    if minutes is None or at <= now:
        return ()
    before = at.replace(minute=at.minute // minutes * minutes, second=0, microsecond=0)
    if at == before:
        return ()
    sides = (before, before + timedelta(minutes=minutes))
    choices = (f'--at "{side.astimezone(ZoneInfo(zone)):%Y-%m-%d %H:%M}"' for side in sides if side > now)
    message = f"{provider} schedules for multiples of {minutes} minutes only"
    return [Finding("not-a-quarter-hour", message, " or ".join(choices))]


def _impossible(order: Order, title: str) -> Iterator[Finding]:
    if order.local:
        message = f"{title} is asked for one time: nobody gets it at their own"
        yield Finding("local-time", message, "a time without --local, and local: true not in the issue")
    if order.only_to:
        message = f"{title} does not tell who got what, so --only-to has nobody to go to"
        yield Finding("only-to", message, "make a segment of them on its site, and an issue of its own")


def _for_all_alike(asked: Asked, title: str) -> Iterator[Finding]:
    """What of an issue is not for everybody: a campaign is one mail."""
    issue = asked.loaded.issue
    segments = sorted({section.visible_to for section in issue.sections if section.visible_to})
    if segments:
        message = f"sections for {', '.join(segments)} only are in nobody's copy: {title} mails one to all"
        yield Finding("one-variant", message, "an issue of its own for them", "warning")
    if asked.translations:
        languages = ", ".join(each.issue.language for each in asked.translations)
        message = f"everybody gets {issue.language}: {title} mails no translation ({languages})"
        yield Finding("one-language", message, "an issue of its own in that language", "warning")


def _not_known_there(audience: Audience, title: str) -> Iterator[Finding]:
    """Those whom we would leave out, and who get it all the same if they are on the other list."""
    reasons = {reason: people for reason, people in audience.excluded.items() if reason not in _WARNED_OF}
    if reasons:
        said = ", ".join(f"{people:,} {reason.replace('_', ' ')}" for reason, people in reasons.items())
        message = f"{title} does not know whom we would leave out: {said}"
        hint = f"take them off its list there: lpdownload audience {audience.issue}"
        yield Finding("exclusions-not-carried", message, hint, "warning")


def _unknown(title: str, what: str, wanted: str, known: Mapping[str, tuple[str, int | None]]) -> Finding:
    choices = ", ".join(
        f"{number} ({name}{'' if people is None else f', {people:,} people'})"
        for number, (name, people) in known.items()
    )
    return Finding("unknown-target", f"{title} has no {what} {wanted}", f"there are: {choices or 'none'}")
