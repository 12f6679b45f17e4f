"""The report of an issue, a newsletter or everything: its numbers gathered, compared, put in order."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import groupby
from typing import Final

from sqlalchemy import Connection

from lpdownload.content.issues import read_issue
from lpdownload.content.library import Library
from lpdownload.errors import Finding, InvalidInput
from lpdownload.model.report import FEWEST, OTHERS, Growth, Month, Numbers, Report, Row, total, usual
from lpdownload.store import reporting, subscriptions
from lpdownload.store.reporting import Sent
from lpdownload.tracking.links import sections_of

LATELY: Final = timedelta(days=365)
"""What a report of a newsletter or of everything looks back on."""
EARLIER: Final = 12
"""Issues that an issue is compared with, the last before it."""
MONTHS: Final = 12
_DOMAINS: Final = 30
"""Named one by one."""


def report_issue(library: Library, connection: Connection, key: str, now: datetime) -> Report:
    """InvalidInput if neither the newsroom nor the ledger knows the issue; zeros if it was never sent."""
    newsletter = key.partition("/")[0]
    mine = reporting.sent(connection, issue=key)
    if not mine and key not in library.issue_keys():
        hint = "lpdownload list shows those there are"
        raise InvalidInput([Finding("unknown-issue", f"there is no issue {key}", hint)])
    begun = min((one.at for one in mine), default=now)
    around = reporting.sent(connection, newsletter=newsletter, since=begun - LATELY)
    complete = _complete(connection, around)
    parts = [one for one in complete if one.issue == key]
    by_issue = _by_issue(one for one in complete if one.at < begun and one.issue != key)
    numbers = total(one.numbers for one in parts)
    issue = read_issue(library, key)[0] if key in library.issue_keys() else None
    which = [one.send_id for one in parts]
    return Report(
        scope="issue",
        name=key,
        title=_title(library, newsletter),
        made_at=now,
        since=None,
        numbers=numbers,
        parts=tuple(Row(f"send {one.send_id}", one.numbers, one.at) for one in parts),
        sections=sections_of(
            reporting.clicks(connection, which), issue.issue if issue else None, library.network.public_url
        ),
        providers=_providers(parts),
        domains=_domains(connection, which),
        growth=_growth(connection, [newsletter], now),
        usual=usual(row.numbers for row in by_issue[:EARLIER]),
        untracked=library.network.tracking.untracked,
    )


def report_newsletter(library: Library, connection: Connection, name: str, now: datetime) -> Report:
    """Of its issues of the last year."""
    parts = _complete(connection, reporting.sent(connection, newsletter=name, since=now - LATELY))
    issues = _by_issue(parts)
    return _report_of_many(library, connection, parts, issues, [name], now)


def report_everything(library: Library, connection: Connection, now: datetime) -> Report:
    """Of all newsletters, those that the newsroom has now and those that it had, in the last year."""
    parts = _complete(connection, reporting.sent(connection, since=now - LATELY))
    named: dict[str, list[Sent]] = defaultdict(list)
    for one in parts:
        named[one.newsletter].append(one)
    rows = [Row(name, total(one.numbers for one in its), its[0].at) for name, its in named.items()]
    names = sorted({*library.newsletter_names, *named, *subscriptions.counts(connection)})
    return _report_of_many(library, connection, parts, rows, names, now)


def _report_of_many(
    library: Library,
    connection: Connection,
    parts: Sequence[Sent],
    rows: Sequence[Row],
    names: Sequence[str],
    now: datetime,
) -> Report:
    is_one = len(names) == 1
    return Report(
        scope="newsletter" if is_one else "all",
        name=names[0] if is_one else "",
        title=_title(library, names[0]) if is_one else library.network.name,
        made_at=now,
        since=now - LATELY,
        numbers=total(one.numbers for one in parts),
        parts=tuple(rows),
        providers=_providers(parts),
        domains=_domains(connection, [one.send_id for one in parts]),
        growth=_growth(connection, names, now),
        untracked=library.network.tracking.untracked,
    )


def _title(library: Library, newsletter: str) -> str:
    if newsletter not in library.newsletter_names:
        return newsletter
    return library.newsletter(newsletter)[1].name


def _complete(connection: Connection, parts: Sequence[Sent]) -> list[Sent]:
    """With what readers did."""
    which = [one.send_id for one in parts]
    did = reporting.readers(connection, which)
    left = reporting.left(connection, {one.send_id: (one.newsletter, one.at) for one in parts})
    found = []
    for one in parts:
        numbers = replace(
            one.numbers,
            unsubscribed=left.get(one.send_id, 0),
            clicked=did.get((one.send_id, "clicked", False), 0),
            clicked_by_machine=did.get((one.send_id, "clicked", True), 0),
            opened=did.get((one.send_id, "opened", False), 0),
            opened_by_machine=did.get((one.send_id, "opened", True), 0),
        )
        found.append(replace(one, numbers=numbers))
    return found


def _by_issue(parts: Iterable[Sent]) -> list[Row]:
    """Each issue with all of its sends, by its first; the latest first."""
    named: dict[str, list[Sent]] = defaultdict(list)
    for one in parts:
        named[one.issue].append(one)
    rows = [Row(key, total(one.numbers for one in its), its[-1].at) for key, its in named.items()]
    return sorted(rows, key=lambda row: (row.at or datetime.min.replace(tzinfo=UTC), row.name), reverse=True)


def _providers(parts: Iterable[Sent]) -> tuple[Row, ...]:
    """By account, the largest first."""
    named: dict[str, list[Numbers]] = defaultdict(list)
    for one in parts:
        name = one.account if one.account == one.provider else f"{one.account} ({one.provider})"
        named[name].append(one.numbers)
    return _largest(Row(name, total(numbers)) for name, numbers in named.items())


def _domains(connection: Connection, which: Sequence[int]) -> tuple[Row, ...]:
    """The largest by name; all others together, if they are enough people to say nothing of anybody."""
    found = reporting.domains(connection, which)
    rows = _largest(Row(name, numbers) for name, (_, numbers) in found.items())
    named = [row for row in rows if found[row.name][0] >= FEWEST][:_DOMAINS]
    rest = found.keys() - {row.name for row in named}
    if sum(found[name][0] for name in rest) < FEWEST:
        return tuple(named)
    return *named, Row(OTHERS, total(found[name][1] for name in rest))


def _largest(rows: Iterable[Row]) -> tuple[Row, ...]:
    return tuple(sorted(rows, key=lambda row: (-row.numbers.planned, row.name)))


def _growth(connection: Connection, names: Sequence[str], now: datetime) -> tuple[Growth, ...]:
    counts = subscriptions.counts(connection)
    only = names[0] if len(names) == 1 else None
    by_name = groupby(reporting.changes(connection, only), key=lambda change: change.newsletter)
    changes = {name: tuple(some) for name, some in by_name}
    found = []
    for name in names:
        active = counts.get(name, {}).get("active", 0)
        by_month: Mapping[date, Counter[str]] = defaultdict(Counter)
        for change in changes.get(name, ()):
            by_month[change.day.replace(day=1)][change.what] += change.people
        found.append(Growth(name, active, _months(by_month, active, now.date().replace(day=1))))
    return tuple(found)


def _months(by_month: Mapping[date, Counter[str]], active: int, last: date) -> tuple[Month, ...]:
    """The last ones, back from what is now, as far as anything is known."""
    first = min(by_month, default=last)
    months: list[Month] = []
    at_end, month = active, last
    while len(months) < MONTHS and month >= first:
        change = by_month.get(month, Counter())
        joined = change["joined"] - change["undone"]
        months.append(Month(month, joined, change["left"], change["lost"], at_end))
        at_end -= joined - change["left"] - change["lost"]
        month = (month - timedelta(days=1)).replace(day=1)
    return tuple(reversed(months))
