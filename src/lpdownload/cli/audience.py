"""`lpdownload audience`, `lpdownload calendar`: who gets what, and when."""

from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import typer

from lpdownload.cli import console, issues
from lpdownload.cli.people import JsonOption, open_store
from lpdownload.errors import Finding, InvalidInput

if TYPE_CHECKING:
    from lpdownload.audience.audience import Audience
    from lpdownload.audience.calendar import Planned


def audience(
    issue: Annotated[str, typer.Argument(help="NEWSLETTER/ISSUE such as lpny/2024-09, or its file.")],
    who: Annotated[
        bool, typer.Option("--who", help="Name the people who are new since the last issue, or dropped out.")
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Count who gets an issue, and who does not and why. Exit code 1 if that is not what it expects."""
    from lpdownload.audience.audience import ask, audience_of
    from lpdownload.store.audience import dropped_people, new_people

    library = issues.open_library([issue])
    key = issues.one(library, issue)
    with open_store(library) as database, database.reading() as connection:
        found = audience_of(library, connection, key)
        new: list[tuple[str, bool]] = []
        dropped: list[tuple[str, str]] = []
        if who and found.difference:
            question = ask(library, connection, key).question
            new, dropped = list(new_people(connection, question)), list(dropped_people(connection, question))
    if as_json:
        names = {"new_people": [email for email, _ in new], "dropped_people": dict(dropped)} if who else {}
        console.print_json(_row(found) | names)
    else:
        _report(found)
        for email, since in new:
            console.say(f"  + {email}  {'subscribed since' if since else 'was excluded then'}")
        for email, reason in dropped:
            console.say(f"  - {email or '(erased)'}  {_words(reason)}")
        console.print_findings(found.findings, stderr=True)
    if any(finding.severity == "error" for finding in found.findings):
        raise typer.Exit(console.EXIT_FINDINGS)


def _row(found: "Audience") -> dict[str, object]:
    difference = found.difference
    return {
        "issue": found.issue,
        "newsletter": found.newsletter,
        "segment": found.segment or None,
        "candidates": found.candidates,
        "included": found.included,
        "excluded": found.excluded,
        "by_newsletter": {found.newsletter: found.included},
        "by_language": found.languages,
        "by_variant": [
            {"language": language, "segments": list(segments), "people": people}
            for (language, segments), people in found.variants.items()
        ],
        "difference": {
            "issue": difference.issue,
            "mailed_at": f"{difference.mailed_at:%Y-%m-%dT%H:%M:%SZ}",
            "new": difference.new,
            "dropped": difference.dropped,
            "stayed": difference.stayed,
        }
        if difference
        else None,
        "findings": [console.finding_row(finding) for finding in found.findings],
    }


def _report(found: "Audience") -> None:
    narrowed = f", {found.segment}" if found.segment else ""
    console.say(f"{found.issue}: {found.included:,} of {found.candidates:,} subscribers{narrowed}")
    lines = [("candidates", found.candidates)]
    lines += [(f"- {_words(reason)}", people) for reason, people in found.excluded.items()]
    lines += [("= get it", found.included)]
    numbers = [console.Column(""), console.Column("People", right=True)]
    console.print_table(numbers, [[name, f"{people:,}"] for name, people in lines])
    if len(found.variants) > 1:
        console.say("")
        variants = [
            [language, ", ".join(segments) or "-", f"{people:,}"]
            for (language, segments), people in found.variants.items()
        ]
        columns = [console.Column("Language"), console.Column("With sections for"), numbers[1]]
        console.print_table(columns, variants)
    if found.difference:
        new, dropped = found.difference.new, found.difference.dropped
        console.say(f"\nSince {found.difference.issue}, {found.difference.mailed_at:%Y-%m-%d}:")
        console.say(f"  {found.difference.stayed:,} stayed")
        for reason, people in new.items():
            console.say(f"  + {people:,} new, {_words(reason)}")
        for reason, people in dropped.items():
            console.say(f"  - {people:,} dropped, {_words(reason)}")


def _words(reason: str) -> str:
    from lpdownload.model.audience import EXCLUSIONS

    others = {
        "gone": "no subscriber any more",
        "subscribed_since": "subscribed since",
        "excluded_then": "not included then",
    }
    return EXCLUSIONS.get(reason) or others[reason]


def show_calendar(
    first: Annotated[
        datetime | None, typer.Option("--from", formats=["%Y-%m-%d"], help="First day; today if not given.")
    ] = None,
    days: Annotated[int, typer.Option(min=1, max=3660, help="How many days.")] = 60,
    as_json: JsonOption = False,
) -> None:
    """Show what goes out when, across newsletters, and where sends are in each other's way."""
    from datetime import date, timedelta

    from lpdownload.audience.calendar import calendar

    begin = (first or datetime.now().astimezone()).date()
    try:
        last = begin + timedelta(days=days - 1)
    except OverflowError:
        message = f"the calendar ends on {date.max}: there are no {days} days from {begin}"
        raise InvalidInput([Finding("bad-date", message, "an earlier --from, or fewer --days")]) from None
    library = issues.open_library([])
    with open_store(library) as database, database.reading() as connection:
        planned, unread = calendar(library, connection, begin, last)
    if as_json:
        console.print_json([_planned_row(one) for one in planned])
    elif not planned:
        console.say(f"Nothing goes out in the {days} days from {begin}. Other days: --from 2024-09-01")
    else:
        columns = [console.Column("When"), console.Column("Issue"), console.Column("People", right=True)]
        console.print_table(
            [*columns, console.Column("In its way", wide=True)],
            [
                [_when(one), one.issue.key, f"{one.audience.included:,}", "\n".join(one.clashes)]
                for one in planned
            ],
        )
    for key in unread:
        console.note(f"{key} cannot be read, and is left out: lpdownload check {key}")


def _when(one: "Planned") -> str:
    day = f"{one.send_at:%Y-%m-%d %H:%M %Z}" if one.send_at else f"{one.issue.date}"
    return f"{day}, mailed" if one.mailed_at else day


def _planned_row(one: "Planned") -> dict[str, object]:
    return {
        "issue": one.issue.key,
        "newsletter": one.issue.newsletter_name,
        "day": f"{one.issue.date}",
        "send_at": one.send_at.isoformat() if one.send_at else None,
        "mailed_at": one.mailed_at.isoformat() if one.mailed_at else None,
        "people": one.audience.included,
        "clashes": list(one.clashes),
    }
