"""What an approval stands for: an issue's mails and the rule of its audience, each by its digest.

Whatever changes a mail (YAML, a shared block, a theme, a template, a setting) changes the first; members
come and go without changing the second.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from sqlalchemy import Connection

from lpdownload.audience.audience import Audience, audience_of, rule_of
from lpdownload.check.run import check_variants
from lpdownload.content.issues import load_issue
from lpdownload.content.library import Library
from lpdownload.delivery.rendered import rendered
from lpdownload.errors import Finding, InvalidInput
from lpdownload.model.audience import EVERYBODY
from lpdownload.model.issue import Issue
from lpdownload.model.segment import Named, Rule, Segments, original_of, walk
from lpdownload.render.render import Rendering
from lpdownload.store.approvals import Approval, approvals_of, approvers, person


@dataclass(frozen=True, slots=True)
class Digests:
    """SHA-256 in hex, the same on every machine."""

    content: str
    audience: str


@dataclass(frozen=True)
class Proposal:
    """What somebody is asked to approve."""

    key: str
    """Of the original; its translations go out with it."""
    renderings: tuple[Rendering, ...]
    """For those in no segment: the original's, then its translations'."""
    audience: Audience
    exclude: Rule | None
    segments: Mapping[str, Rule]
    """Every segment that decides who gets the issue or one of its sections, by name."""
    digests: Digests
    findings: tuple[Finding, ...]

    @property
    def errors(self) -> tuple[Finding, ...]:
        return tuple(finding for finding in self.findings if finding.severity == "error")


def proposal_of(library: Library, connection: Connection, key: str) -> Proposal:
    """The issue as it is now. InvalidInput with everything that is wrong if it cannot be rendered."""
    keys = keys_of(library, key)
    checked = [check_variants(library, each) for each in keys]
    findings = [found for each in checked for found in each.findings if found.severity != "info"]
    renderings = tuple(each.rendering for each in checked if each.rendering is not None)
    if len(renderings) < len(keys):
        raise InvalidInput(dict.fromkeys(findings))
    audience = audience_of(library, connection, keys[0])
    issues = tuple(rendering.issue for rendering in renderings)
    return Proposal(
        key=keys[0],
        renderings=renderings,
        audience=audience,
        exclude=(issues[0].written.audience or EVERYBODY).exclude,
        segments=_deciding(library.segments, issues),
        digests=digests(library, key),
        findings=tuple(dict.fromkeys([*findings, *audience.findings])),
    )


def digests(library: Library, key: str) -> Digests:
    """Of an issue with its translations, by the key of any of them. InvalidInput if it cannot be rendered."""
    issues = tuple(load_issue(library, each).issue for each in keys_of(library, key))
    return Digests(
        content=_digest([_mails(library, issue) for issue in issues]),
        audience=_digest(_audience(library.segments, issues)),
    )


def approval_findings(
    library: Library, connection: Connection, key: str, digests: Digests
) -> tuple[Finding, ...]:
    """An error if fewer persons than network.yaml asks for have approved exactly this."""
    needed, key = library.network.approvals, original_of(key)
    persons = approvers(connection, key, digests.content, digests.audience)
    if len(persons) >= needed:
        return ()
    so_far = f"approved by {', '.join(persons)} only, {needed} must" if persons else "not approved"
    known = {person(each) for each in persons}
    older = next((each for each in approvals_of(connection, key) if person(each.by) not in known), None)
    since = ""
    if older:
        changed = " and ".join(changes(older, digests))
        since = f"; {older.by} approved it on {older.at:%Y-%m-%d %H:%M} UTC, and its {changed} changed since"
    hint = f"lpdownload review {key}, then lpdownload approve {key}"
    return (Finding("not-approved", f"{key} is {so_far}{since}", hint),)


def changes(approval: Approval, digests: Digests) -> tuple[str, ...]:
    """What is not as it was approved: content, audience, both; nothing if the approval stands."""
    then = {"content": approval.content, "audience": approval.audience}
    now = {"content": digests.content, "audience": digests.audience}
    return tuple(what for what in then if then[what] != now[what])


def keys_of(library: Library, key: str) -> list[str]:
    """The key of the original, then its translations' in order of name: they go out together."""
    original = original_of(key)
    newsletter, _, name = original.partition("/")
    names = library.issue_names(newsletter)
    return [original, *(f"{newsletter}/{other}" for other in names if other.startswith(f"{name}."))]


def _mails(library: Library, issue: Issue) -> list[object]:
    """All that an issue's mails are made from, with what readers' own links begin with.

    Which section is for whom stands beside the two renderings: they are the same when segments are swapped.
    """
    every = frozenset(section.visible_to for section in issue.sections if section.visible_to)
    nobodys, whole = (rendered(library, issue, variant) for variant in (frozenset[str](), every))
    network = issue.network
    return [
        issue.key,
        nobodys.content.digest,
        whole.content.digest,
        [placed.section.visible_to for placed in whole.draft.visible("email")],
        [network.public_url, network.unsubscribe_email, issue.url],
    ]


def _audience(segments: Segments, issues: tuple[Issue, ...]) -> object:
    """What defines who gets it; a key that is not given is left out, so that new ones change no digest."""
    written = issues[0].written.audience or EVERYBODY
    rule = rule_of(issues[0])
    deciding = _deciding(segments, issues)
    return {
        "newsletter": issues[0].newsletter_name,
        "segment": rule and _plain(rule),
        "exclude": written.exclude and _plain(written.exclude),
        "expect": written.expect,
        "max": written.max,
        "visible_to": sorted(_visible_to(issues)),
        "segments": {name: _plain(rule) for name, rule in deciding.items()},
    }


def _deciding(segments: Segments, issues: tuple[Issue, ...]) -> dict[str, Rule]:
    """The segments that an issue names, and those that they name, in order of name."""
    rules = (rule_of(issues[0]), (issues[0].written.audience or EVERYBODY).exclude)
    waiting = {*_visible_to(issues), *(name for rule in rules if rule is not None for name in _named(rule))}
    found: dict[str, Rule] = {}
    while waiting:
        name = waiting.pop()
        found[name] = segments.root[name]
        waiting.update(_named(found[name]))
        waiting -= found.keys()
    return dict(sorted(found.items()))


def _visible_to(issues: tuple[Issue, ...]) -> frozenset[str]:
    return frozenset(part.visible_to for issue in issues for part in issue.sections if part.visible_to)


def _named(rule: Rule) -> Iterator[str]:
    return (part.segment for part in walk(rule) if isinstance(part, Named))


def _plain(rule: Rule) -> object:
    return rule.model_dump(mode="json", by_alias=True, exclude_none=True)


def _digest(value: object) -> str:
    text = json.dumps(value, ensure_ascii=True, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode("ascii")).hexdigest()
