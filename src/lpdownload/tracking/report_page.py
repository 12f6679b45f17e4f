"""The page of a report: one file with all that it needs, charts with their numbers in tables beside them."""

from collections.abc import Sequence
from pathlib import Path
from typing import Final

from markupsafe import Markup

from lpdownload.content.library import Library
from lpdownload.errors import InvalidInput
from lpdownload.model import theme as colours
from lpdownload.model.report import RATES, Growth, Report, Row
from lpdownload.model.theme import Theme
from lpdownload.render.environment import environment, render_template
from lpdownload.tracking import charts
from lpdownload.tracking.report_words import NAMES, PARTS, account, percent, rates

_IN_CHART: Final = 12
"""Rows; the tables show all."""


def page(report: Report, library: Library) -> str:
    """HTML without scripts and without anything from elsewhere. InvalidInput if pygal is not installed."""
    charts.import_pygal()
    values = {
        "report": report,
        "css": Markup(_css(library).replace("<", "\\3c ")),
        "account": account(report.numbers),
        "rates": rates(report),
        "names": NAMES,
        "percent": percent,
        "part_name": PARTS[report.scope],
        "part_rates": [name for name in RATES if any(name in row.numbers.rates for row in report.parts)],
        "charts": _charts(report),
    }
    env = environment(library.templates, markup=True)
    return render_template(env, "web/report.html.j2", values) + "\n"


def _charts(report: Report) -> dict[str, Markup]:
    found = dict.fromkeys(("sections", "parts", "growth"), Markup())
    if sections := report.sections[:_IN_CHART]:
        names = [one.title or one.name or "elsewhere" for one in sections]
        persons = [one.clicks for one in sections]
        machines = [one.machine_clicks for one in sections]
        said = "; ".join(
            f"{name}: {a:,} and {b:,}" for name, a, b in zip(names, persons, machines, strict=True)
        )
        series = [("persons", persons), ("programs", machines)]
        found["sections"] = charts.bars(names, series, f"Clicks by persons and by programs. {said}")
    if report.scope != "issue" and (rows := _clicked(report.parts)):
        said = "; ".join(f"{row.name}: {percent(row.numbers.rate('clicked'))}" for row in rows)
        shares = [100 * (row.numbers.rate("clicked") or 0) for row in rows]
        found["parts"] = charts.bars(
            [row.name for row in rows], [("", shares)], f"Clicked, in percent. {said}"
        )
    if growth := _summed(report.growth):
        said = "; ".join(f"{month}: {people:,}" for month, people in growth)
        months, counts = zip(*growth, strict=True)
        found["growth"] = charts.line(
            months, counts, f"Active subscriptions at the end of each month. {said}"
        )
    return found


def _clicked(rows: Sequence[Row]) -> list[Row]:
    some = [row for row in rows if row.numbers.accepted][:_IN_CHART]
    return some if any(row.numbers.clicked for row in some) else []


def _summed(growth: Sequence[Growth]) -> list[tuple[str, int]]:
    """All lists together, by month; nothing where there is no second month to compare with."""
    months = sorted({month.first for one in growth for month in one.months})
    if len(months) < 2:
        return []
    found = []
    for first in months:
        people = sum(month.at_end for one in growth for month in one.months if month.first == first)
        found.append((f"{first:%Y-%m}", people))
    return found


def _css(library: Library) -> str:
    theme = _theme(library)
    values = {
        "theme": theme,
        "ink": colours.INK,
        "muted": colours.MUTED,
        "rule": colours.RULE,
        "dark_page": colours.DARK_PAGE,
        "dark_card": colours.DARK_CARD,
        "dark_text": colours.DARK_TEXT,
        "dark_muted": colours.DARK_MUTED,
        "dark_rule": colours.DARK_RULE,
    }
    return render_template(environment(library.templates, markup=False), "web/report.css.j2", values)


def _theme(library: Library) -> Theme:
    """The network's; the usual one where that cannot be read, as numbers need no colours."""
    try:
        return library.theme(library.network.theme)
    except (KeyError, InvalidInput):
        return Theme(accent="#1f4e9c", deep="#12294f", paper="#eef2f8")


def file_name(path: Path) -> Path:
    """Where a page goes that was asked for at ``path``: into it, if it is a folder."""
    return path / "report.html" if path.is_dir() else path
