"""The audience of an issue: who gets it, who does not and why, and whether that is what the issue expects."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Connection, and_, not_, true

from lpdownload.audience.explain import in_words
from lpdownload.content.issues import LoadedIssue, load_issue
from lpdownload.content.library import Library
from lpdownload.errors import Finding, InvalidInput
from lpdownload.model.audience import EVERYBODY, EXCLUSIONS, INCLUDED
from lpdownload.model.issue import Issue, IssueFile
from lpdownload.model.sections.structure import Shared
from lpdownload.model.segment import Named, Rule, original_of
from lpdownload.store import audience as store
from lpdownload.store.audience import Group
from lpdownload.store.candidates import Question, Rival, last_sent
from lpdownload.store.segments import condition_of

MAX_SEGMENTS: Final = 40
"""That the sections of an issue are for: each doubles the variants there could be."""


@dataclass(frozen=True)
class Difference:
    """Against the newsletter's last issue."""

    issue: str
    mailed_at: datetime
    new: dict[str, int]
    """``subscribed_since``, or ``excluded_then`` for those who were subscribers when it was mailed."""
    dropped: dict[str, int]
    """By reason; ``gone`` for those who are no subscribers any more."""
    stayed: int


@dataclass(frozen=True)
class Audience:
    """candidates = included + the sum of excluded, always."""

    issue: str
    newsletter: str
    segment: str
    """The rule that narrows it, in words; empty if none does."""
    candidates: int
    included: int
    excluded: dict[str, int]
    """By reason, in the order of EXCLUSIONS, those that keep nobody out left out."""
    languages: dict[str, int]
    """The included by the language they get it in."""
    variants: dict[tuple[str, tuple[str, ...]], int]
    """The included by language and the segments of which they get the sections."""
    difference: Difference | None
    """None if the newsletter has mailed nothing else yet."""
    findings: tuple[Finding, ...]
    """An error where the guard in the issue stops the send."""


@dataclass(frozen=True)
class Asked:
    """An issue's question to the database, with the issue it comes from."""

    loaded: LoadedIssue
    translations: tuple[LoadedIssue, ...]
    question: Question
    rule: Rule | None

    @property
    def visible(self) -> dict[str, frozenset[str]]:
        """By language: the segments that some section is only for."""
        return {each.issue.language: _visible_to(each.issue) for each in (self.loaded, *self.translations)}


def audience_of(library: Library, connection: Connection, key: str) -> Audience:
    """Who gets the issue now. InvalidInput with all that is wrong in the issue or what it stands on."""
    return counted(connection, ask(library, connection, key))


def counted(connection: Connection, asked: Asked) -> Audience:
    """The answer to what ``ask`` found to be the question."""
    issue, question = asked.loaded.issue, asked.question
    groups = store.groups(connection, question)
    outcomes: Counter[str] = Counter()
    languages: Counter[str] = Counter()
    variants: Counter[tuple[str, tuple[str, ...]]] = Counter()
    visible = asked.visible
    for group in groups:
        outcomes[group.outcome] += group.people
        if group.outcome == INCLUDED:
            languages[group.language] += group.people
            segments = tuple(sorted(group.flags & visible[group.language]))
            variants[group.language, segments] += group.people
    included = outcomes.pop(INCLUDED, 0)
    candidates = included + sum(outcomes.values())
    return Audience(
        issue=issue.key,
        newsletter=issue.newsletter_name,
        segment=_in_words(asked.rule),
        candidates=candidates,
        included=included,
        excluded={reason: outcomes[reason] for reason in EXCLUSIONS if outcomes[reason]},
        languages=dict(sorted(languages.items())),
        variants=dict(sorted(variants.items())),
        difference=_difference(connection, question, groups),
        findings=tuple(guard_findings(asked.loaded, candidates, included)),
    )


def ask(library: Library, connection: Connection, key: str) -> Asked:
    """The question that decides who gets an issue."""
    key = original_of(key)
    loaded = load_issue(library, key)
    translations = tuple(
        load_issue(library, f"{loaded.issue.newsletter_name}/{name}") for name in _translations(library, key)
    )
    segments = library.segments
    issue = loaded.issue
    rule = rule_of(issue)
    exclude = (issue.written.audience or EVERYBODY).exclude
    flags = sorted({name for each in (loaded, *translations) for name in _visible_to(each.issue)})
    if len(flags) > MAX_SEGMENTS:
        message = f"its sections are for {len(flags)} segments; {MAX_SEGMENTS} are the most"
        raise InvalidInput([loaded.placed(Finding("too-many-variants", message, "name fewer in visible_to"))])
    last = store.last_issue_of(connection, issue.newsletter_name, key)
    cap = library.network.contact.cap
    moment = sending_moment(issue)
    question = Question(
        newsletter=issue.newsletter_name,
        issue=key,
        segment=None if rule is None else condition_of(rule, segments),
        exclude=None if exclude is None else condition_of(exclude, segments),
        languages=(issue.language, *(each.issue.language for each in translations)),
        flags={name: condition_of(Named(segment=name), segments) for name in flags},
        cap=cap.mails if cap else None,
        cap_from=moment - timedelta(days=cap.days) if cap else None,
        cap_to=moment,
        rivals=tuple(_rivals(library, connection, issue)),
        last_issue=last[0] if last else None,
        moment=moment,
    )
    return Asked(loaded, translations, question, rule)


def rule_of(issue: Issue) -> Rule | None:
    """What narrows an issue's audience: its own segment, else its newsletter's; None for all subscribers."""
    own = (issue.written.audience or EVERYBODY).segment
    if own is not None:
        return own
    return Named(segment=issue.newsletter.segment) if issue.newsletter.segment else None


def sending_moment(issue: Issue) -> datetime:
    """When an issue goes out, as far as its file says; now, if that has passed."""
    zone = ZoneInfo(issue.newsletter.timezone)
    written = issue.written.send_at or datetime.combine(issue.date, datetime.min.time())
    return max(written.replace(tzinfo=zone).astimezone(UTC), datetime.now(UTC))


def _translations(library: Library, key: str) -> list[str]:
    newsletter, _, original = key.partition("/")
    return [name for name in library.issue_names(newsletter) if name.startswith(f"{original}.")]


def _visible_to(issue: Issue) -> frozenset[str]:
    return frozenset(section.visible_to for section in issue.sections if section.visible_to)


def _rivals(library: Library, connection: Connection, issue: Issue) -> Iterator[Rival]:
    """Issues of other newsletters that carry a story of this one which nobody is to get twice."""
    contact = library.network.contact
    stories = _once(library, issue.written)
    if not stories:
        return
    segments = library.segments
    rank = {name: place for place, name in enumerate(contact.priority)}
    mine = rank.get(issue.newsletter_name, len(rank))
    for key in library.issue_keys():
        newsletter, _, name = key.partition("/")
        if newsletter == issue.newsletter_name or "." in name:
            continue
        if not stories & _once(library, library.issue_file(newsletter, name)[1]):
            continue
        other = load_issue(library, key).issue
        if abs((other.date - issue.date).days) > contact.priority_days:
            continue
        within: ColumnElement[bool] | None = None
        if rank.get(newsletter, len(rank)) < mine and last_sent(connection, key) is None:
            rule, exclude = rule_of(other), (other.written.audience or EVERYBODY).exclude
            within = true() if rule is None else condition_of(rule, segments)
            if exclude is not None:
                within = and_(within, not_(condition_of(exclude, segments)))
        yield Rival(newsletter, key, within)


def _once(library: Library, written: IssueFile) -> frozenset[str]:
    """The shared blocks of an issue's mail that nobody is to get twice."""
    refs = {part.ref for part in written.sections if isinstance(part, Shared) and part.only != "web"}
    return frozenset(ref for ref in refs if ref in library.shared_names and library.shared(ref)[1].once)


def _difference(connection: Connection, question: Question, groups: tuple[Group, ...]) -> Difference | None:
    if question.last_issue is None:
        return None
    mailed_at = last_sent(connection, question.last_issue)
    assert mailed_at is not None  # it was found by when it was mailed
    new: Counter[str] = Counter()
    dropped: Counter[str] = Counter()
    stayed = candidates_then = 0
    for group in groups:
        candidates_then += group.people if group.in_last else 0
        if group.outcome == INCLUDED and group.in_last:
            stayed += group.people
        elif group.outcome == INCLUDED:
            new["subscribed_since" if group.since_last else "excluded_then"] += group.people
        elif group.in_last:
            dropped[group.outcome] += group.people
    gone = store.received_last(connection, question) - candidates_then
    reasons = {reason: dropped[reason] for reason in EXCLUSIONS if dropped[reason]}
    return Difference(
        issue=question.last_issue,
        mailed_at=mailed_at,
        new=dict(new),
        dropped=reasons | ({"gone": gone} if gone else {}),
        stayed=stayed,
    )


def guard_findings(loaded: LoadedIssue, candidates: int, included: int) -> Iterator[Finding]:
    """Whether so many people may be mailed."""
    guard = loaded.issue.written.audience or EVERYBODY
    if guard.expect is not None and included not in guard.expect:
        message = f"{included:,} people would get it, {guard.expect} are expected"
        hint = "look at the exclusions; if the number is right, correct audience.expect"
        yield loaded.placed(Finding("audience-unexpected", message, hint, loc=("audience", "expect")))
    if guard.max is not None and included > guard.max:
        message = f"{included:,} people would get it, {guard.max:,} at most may"
        hint = "narrow the segment; if the number is right, raise audience.max"
        yield loaded.placed(Finding("audience-over-max", message, hint, loc=("audience", "max")))
    if not candidates:
        message = f"nobody has a subscription to {loaded.issue.newsletter_name} yet"
        hint = f"lpdownload subscribers import FILE --newsletter {loaded.issue.newsletter_name}"
        yield loaded.placed(Finding("audience-empty", message, hint, "warning"))
    elif not included:
        hint = "look at the exclusions"
        yield loaded.placed(Finding("audience-empty", "nobody would get it", hint, "warning"))


def _in_words(rule: Rule | None) -> str:
    return "" if rule is None else in_words(rule)
