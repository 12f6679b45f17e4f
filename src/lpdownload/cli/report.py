"""`lpdownload report`: what became of an issue, of a newsletter, of everything, in numbers."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from lpdownload.cli import console, issues
from lpdownload.cli.people import open_store

if TYPE_CHECKING:
    from lpdownload.model.report import Numbers, Report, Row


def report(
    issue: Annotated[str | None, typer.Argument(help="NEWSLETTER/ISSUE such as lpny/2024-09.")] = None,
    newsletter: Annotated[
        str | None, typer.Option("--newsletter", "-n", metavar="NEWSLETTER", help="Its last year.")
    ] = None,
    everything: Annotated[bool, typer.Option("--all", help="All newsletters' last year.")] = False,
    html: Annotated[
        Path | None, typer.Option("--html", metavar="FILE", help="Write a page with charts there.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the report as JSON.")] = False,
) -> None:
    """Show who got it, who did not and why, what came back, who clicked where, and how the list grew."""
    if sum([issue is not None, newsletter is not None, everything]) != 1:
        console.note("Of what? lpdownload report lpny/2024-09, --newsletter lpny, or --all.")
        raise typer.Exit(2)
    from datetime import UTC, datetime

    from lpdownload.cli.people import newsletters_given
    from lpdownload.tracking import report as reports

    library = issues.open_library([])
    now = datetime.now(UTC)
    with open_store(library) as database, database.reading() as connection:
        if issue is not None:
            found = reports.report_issue(library, connection, issue.rstrip("/"), now)
        elif newsletter is not None:
            (name,) = newsletters_given(library, [newsletter])
            found = reports.report_newsletter(library, connection, name, now)
        else:
            found = reports.report_everything(library, connection, now)
    if html is not None:
        from lpdownload.render.output import write
        from lpdownload.tracking.report_page import file_name, page
        from lpdownload.writable import writing_to

        made = page(found, library).encode()
        with writing_to(html, "choose another file with --html"):
            path = file_name(html)
            write(path, made)
        console.note(f"Wrote {path}")
    if as_json:
        console.print_json(_json(found))
    elif html is None:
        _print(found)


def _print(report: "Report") -> None:
    from lpdownload.tracking.report_words import NAMES, PARTS, account, percent, rates

    name = f"{report.title}, {report.name}" if report.name else report.title
    since = f", since {report.since:%Y-%m-%d}" if report.since else ""
    console.say(f"{name}, {report.made_at:%Y-%m-%d %H:%M} UTC{since}")
    if not report.parts:
        console.say("Nothing was sent.")
    else:
        people = console.Column("People", right=True)
        indent = {"sum": "", "less": "- ", "part": "  "}
        rows = [[f"{indent[kind]}{words}", f"{count:,}"] for words, count, kind in account(report.numbers)]
        console.print_table([console.Column(""), people], rows)
        console.say("")
        columns = [console.Column("Of those accepted"), people, console.Column("Rate", right=True)]
        columns += [console.Column("Usual", right=True), console.Column("")]
        console.print_table(
            columns,
            [
                [
                    NAMES[one.name],
                    f"{one.people:,}",
                    percent(one.rate),
                    percent(one.usual) if report.usual else "",
                    one.verdict,
                ]
                for one in rates(report)
            ],
        )
    if len(report.parts) > 1 or report.scope != "issue":
        _print_rows(PARTS[report.scope], report.parts)
    if report.sections:
        console.say("")
        columns = [console.Column("Clicks on", wide=True), console.Column("People", right=True)]
        columns += [console.Column("Clicks", right=True), console.Column("By programs", right=True)]
        lines = []
        for section in report.sections:
            title = section.title or section.name or "elsewhere"
            lines.append([title, "", f"{section.clicks:,}", f"{section.machine_clicks:,}"])
            lines += [
                [f"  {link.address}", f"{link.people:,}", f"{link.clicks:,}", f"{link.machine_clicks:,}"]
                for link in section.links
            ]
        console.print_table(columns, lines)
    _print_rows("Account", report.providers)
    _print_rows("Domain", report.domains, but=("unsubscribed",))
    _print_growth(report)


def _print_rows(what: str, rows: "tuple[Row, ...]", but: tuple[str, ...] = ()) -> None:
    from lpdownload.model.report import RATES
    from lpdownload.tracking.report_words import NAMES, percent

    if not rows:
        return
    console.say("")
    told = [name for name in RATES if name not in but and any(name in row.numbers.rates for row in rows)]
    names = ["Planned", "Accepted", *(NAMES[name] for name in told)]
    columns = [console.Column(what), *(console.Column(name, right=True) for name in names)]
    console.print_table(
        columns,
        [
            [
                row.name,
                f"{row.numbers.planned:,}",
                f"{row.numbers.accepted:,}",
                *(percent(row.numbers.rate(name)) for name in told),
            ]
            for row in rows
        ],
    )


def _print_growth(report: "Report") -> None:
    if not report.growth:
        return
    console.say("")
    names = ("Joined", "Left", "Lost", "Active")
    one = report.growth[0] if len(report.growth) == 1 else None
    first = "Month" if one else "Last 12 months"
    columns = [console.Column(first), *(console.Column(name, right=True) for name in names)]
    if one:
        rows = [
            [f"{month.first:%Y-%m}", *_counted(month.joined, month.left, month.lost, month.at_end)]
            for month in reversed(one.months)
        ]
    else:
        rows = [
            [
                each.newsletter,
                *_counted(
                    sum(month.joined for month in each.months),
                    sum(month.left for month in each.months),
                    sum(month.lost for month in each.months),
                    each.active,
                ),
            ]
            for each in report.growth
        ]
    console.print_table(columns, rows)


def _counted(*numbers: int) -> list[str]:
    return [f"{number:,}" for number in numbers]


def _json(report: "Report") -> dict[str, object]:
    from dataclasses import asdict

    from lpdownload.model.report import verdict

    def row(each: "Row") -> dict[str, object]:
        at = f"{each.at:%Y-%m-%dT%H:%M:%SZ}" if each.at else None
        return {"name": each.name, "at": at, **numbers(each.numbers)}

    def numbers(each: "Numbers") -> dict[str, object]:
        rates = {name: round(rate, 6) for name, rate in each.rates.items()}
        return asdict(each) | {"candidates": each.candidates, "rates": rates}

    verdicts = {name: said for name, rate in report.numbers.rates.items() if (said := verdict(name, rate))}
    return {
        "scope": report.scope,
        "name": report.name,
        "title": report.title,
        "made_at": f"{report.made_at:%Y-%m-%dT%H:%M:%SZ}",
        "since": f"{report.since:%Y-%m-%dT%H:%M:%SZ}" if report.since else None,
        **numbers(report.numbers),
        "verdicts": verdicts,
        "usual": asdict(report.usual) if report.usual else None,
        "parts": [row(each) for each in report.parts],
        "sections": [asdict(each) for each in report.sections],
        "providers": [row(each) for each in report.providers],
        "domains": [row(each) for each in report.domains],
        "growth": [
            {
                "newsletter": each.newsletter,
                "active": each.active,
                "months": [
                    {**asdict(month), "first": month.first.isoformat(), "month": f"{month.first:%Y-%m}"}
                    for month in each.months
                ],
            }
            for each in report.growth
        ],
        "untracked": sorted(report.untracked),
    }
