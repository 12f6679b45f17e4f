"""`lpdownload review`, `lpdownload approve`: a second pair of eyes, before anybody is mailed."""

from typing import TYPE_CHECKING, Annotated

import typer

from lpdownload.cli import console, issues
from lpdownload.cli.people import JsonOption, open_store
from lpdownload.errors import Finding, InvalidInput

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from lpdownload.content.library import Library
    from lpdownload.delivery.approval import Proposal
    from lpdownload.model.ledger import Send
    from lpdownload.store.approvals import Approval
    from lpdownload.store.database import Database

IssueArgument = Annotated[str, typer.Argument(help="NEWSLETTER/ISSUE such as lpny/2024-09, or its file.")]

_SHOWN = 12
"""Hex digits of a digest that people compare."""


def approve(
    issue: IssueArgument,
    by: Annotated[
        str | None,
        typer.Option("--by", metavar="WHO", help="Your name or address; LPDOWNLOAD_APPROVER if not given."),
    ] = None,
    withdraw: Annotated[bool, typer.Option("--withdraw", help="Take back what you approved.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Approve an issue, its translations and its audience as they are now; any later change voids it."""
    from datetime import UTC, datetime

    from lpdownload.delivery.approval import proposal_of
    from lpdownload.model.segment import original_of
    from lpdownload.store import approvals

    library = issues.open_library([issue])
    key = original_of(issues.one(library, issue))
    who = _approver(library, by)
    with open_store(library) as database:
        if withdraw:
            _withdraw(database, key, who, as_json)
            return
        with database.reading() as connection:
            proposal = proposal_of(library, connection, key)
        if proposal.errors:
            raise InvalidInput(proposal.findings)
        content, audience = proposal.digests.content, proposal.digests.audience
        with database.writing() as connection:
            before = approvals.approvers(connection, key, content, audience)
            is_new = approvals.person(who) not in map(approvals.person, before)
            if is_new:
                approvals.approve(connection, key, content, audience, who, datetime.now(UTC))
            persons = approvals.approvers(connection, key, content, audience)
    needed = library.network.approvals
    if as_json:
        report = {"issue": key, "by": who, "new": is_new, **_mail_row(proposal), **_counts(proposal)}
        report |= _digests(proposal)
        console.print_json(report | {"approvers": persons, "approvals": len(persons), "needed": needed})
        return
    console.print_findings(proposal.findings, stderr=True)
    if is_new:
        console.say(f"{who} approves {key}:")
    else:
        console.say(f"{who} has approved {key} already, as it is now:")
    people = proposal.audience
    _print_lines(
        [
            *_mail_lines(proposal),
            ("People", f"{people.included:,} of {people.candidates:,} now"),
            ("Content", content[:_SHOWN]),
            ("Audience", audience[:_SHOWN]),
            ("Approvals", f"{len(persons)} of {needed} needed: {', '.join(persons)}"),
        ]
    )


def _approver(library: "Library", by: str | None) -> str:
    """Who says so. Nobody is guessed: the name of a machine's user is no person's word."""
    name = " ".join((by or (library.settings and library.settings.approver) or "").split())
    hint = "--by ana@example.org, or LPDOWNLOAD_APPROVER=ana@example.org in .env"
    if not name:
        raise InvalidInput([Finding("approver", "an approval needs the name of a person", hint)])
    if not name.isprintable():
        raise InvalidInput([Finding("approver", "this is not a person's name or address", hint)])
    return name


def _withdraw(database: "Database", key: str, who: str, as_json: bool) -> None:
    from datetime import UTC, datetime

    from lpdownload.store import approvals
    from lpdownload.store.sends import live_of

    with database.writing() as connection:
        count = approvals.withdraw(connection, key, who, datetime.now(UTC))
        live = live_of(connection, key)
    if not count:
        hint = f"lpdownload review {key} shows who has"
        raise InvalidInput([Finding("no-approval", f"{who} has not approved {key}", hint)])
    if as_json:
        console.print_json({"issue": key, "by": who, "withdrawn": count})
    else:
        console.say(f"{who} no longer approves {key}.")
    if live and live.state != "scheduled":  # one that is scheduled is looked at again when its time comes
        console.note(f"Send {live.id} of it goes on: lpdownload sends cancel {live.id} stops it.")


def review(issue: IssueArgument, as_json: JsonOption = False) -> None:
    """Show what an approval would stand for, and what is missing. Exit code 1 if it could not be sent."""
    from lpdownload.delivery.approval import changes, proposal_of
    from lpdownload.model.segment import original_of
    from lpdownload.store import approvals
    from lpdownload.store.sends import live_of

    library = issues.open_library([issue])
    key = original_of(issues.one(library, issue))
    with open_store(library) as database, database.reading() as connection:
        proposal = proposal_of(library, connection, key)
        digests = proposal.digests
        given = [(each, changes(each, digests)) for each in approvals.approvals_of(connection, key)]
        persons = approvals.approvers(connection, key, digests.content, digests.audience)
        live = live_of(connection, key)
    missing = max(0, library.network.approvals - len(persons))
    following = _next(library, proposal, persons, missing, live)
    if as_json:
        report = {"issue": key, **_mail_row(proposal), **_audience_row(proposal), **_digests(proposal)}
        report["findings"] = [console.finding_row(finding) for finding in proposal.findings]
        report["approvals"] = [
            {"by": each.by, "at": f"{each.at:%Y-%m-%dT%H:%M:%SZ}", "stands": not changed, "changed": changed}
            for each, changed in given
        ]
        report |= {"needed": library.network.approvals, "missing": missing, "next": following}
        console.print_json(report | {"ready": not (proposal.errors or missing)})
    else:
        console.say(f"{key}, {proposal.renderings[0].issue.newsletter.name}")
        _print_lines([*_mail_lines(proposal), *_audience_lines(proposal)])
        _print_lines(_approval_lines(given, missing))
        console.print_findings(proposal.findings)
        console.say(f"Next: {following}")
    if proposal.errors or missing:
        raise typer.Exit(console.EXIT_FINDINGS)


def _next(
    library: "Library", proposal: "Proposal", persons: tuple[str, ...], missing: int, live: "Send | None"
) -> str:
    """The command that brings the issue further."""
    from lpdownload.store.approvals import person

    key, guards = proposal.key, proposal.audience.findings
    if any(finding not in guards for finding in proposal.errors):
        return f"lpdownload check {key}"
    if proposal.errors:
        return f"lpdownload audience {key}"
    if live:
        return f"lpdownload sends show {live.id}"
    if missing:
        mine = library.settings and library.settings.approver
        is_asked = mine and person(mine) not in map(person, persons)
        return f"lpdownload approve {key}" + ("" if is_asked else " --by WHO")
    return f"lpdownload send {key}" if proposal.audience.included else f"lpdownload audience {key}"


def _print_lines(lines: "Iterable[tuple[str, str]]") -> None:
    for name, says in lines:
        console.say(f"  {name:<10} {says}")


def _when(proposal: "Proposal") -> str | None:
    """As the file says it, in the newsletter's time zone."""
    issue = proposal.renderings[0].issue
    moment = issue.written.send_at
    return f"{moment:%Y-%m-%d %H:%M} {issue.newsletter.timezone}" if moment else None


def _mail_lines(proposal: "Proposal") -> "list[tuple[str, str]]":
    first, *translations = proposal.renderings
    issue = first.issue
    each_own = ", by each reader's own clock" if issue.written.local else ""
    when = _when(proposal)
    return [
        ("Subject", first.subject),
        ("Preheader", first.draft.plain(first.draft.preheader)),
        *((f"in {each.issue.language}", each.subject) for each in translations),
        ("From", f"{issue.sender.name} <{issue.sender.email}>"),
        ("Goes out", f"{when}{each_own}" if when else "when somebody sends it"),
    ]


def _mail_row(proposal: "Proposal") -> dict[str, object]:
    first, *translations = proposal.renderings
    issue = first.issue
    return {
        "subject": first.subject,
        "preheader": first.draft.plain(first.draft.preheader),
        "translations": {each.issue.language: each.subject for each in translations},
        "sender": {"name": issue.sender.name, "email": issue.sender.email},
        "send_at": _when(proposal),
        "local": issue.written.local,
    }


def _audience_lines(proposal: "Proposal") -> "Iterator[tuple[str, str]]":
    from lpdownload.audience.explain import in_words
    from lpdownload.model.audience import EVERYBODY, EXCLUSIONS

    found, guard = proposal.audience, proposal.renderings[0].issue.written.audience or EVERYBODY
    yield "Segment", found.segment or "every subscriber"
    if proposal.exclude is not None:
        yield "Without", in_words(proposal.exclude)
    for name, rule in proposal.segments.items():
        yield "", f"{name} is {in_words(rule)}"
    if guard.expect is not None:
        yield "Expected", str(guard.expect)
    if guard.max is not None:
        yield "At most", f"{guard.max:,}"
    yield "People", f"{found.included:,} of {found.candidates:,}"
    for reason, people in found.excluded.items():
        yield "", f"- {people:,} {EXCLUSIONS[reason]}"


def _audience_row(proposal: "Proposal") -> dict[str, object]:
    from lpdownload.audience.explain import in_words

    return {
        "segment": proposal.audience.segment or None,
        "exclude": in_words(proposal.exclude) if proposal.exclude is not None else None,
        "segments": {name: in_words(rule) for name, rule in proposal.segments.items()},
        **_counts(proposal),
    }


def _counts(proposal: "Proposal") -> dict[str, object]:
    found = proposal.audience
    counts = {"candidates": found.candidates, "included": found.included, "excluded": found.excluded}
    return {"counts": counts}


def _digests(proposal: "Proposal") -> dict[str, object]:
    digests = proposal.digests
    return {"content_digest": digests.content, "audience_digest": digests.audience}


def _approval_lines(
    given: "list[tuple[Approval, tuple[str, ...]]]", missing: int
) -> "Iterator[tuple[str, str]]":
    for each, changed in given:
        state = f"changed since: {', '.join(changed)}" if changed else "stands"
        yield "Approved", f"{each.at:%Y-%m-%d %H:%M} UTC by {each.by}, {state}"
    if missing:
        yield "Approvals", f"{missing} more {'person' if missing == 1 else 'persons'} must approve it"
