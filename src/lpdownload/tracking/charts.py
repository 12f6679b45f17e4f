"""Charts of a report as SVG that takes its colours and type from the page around it, in light and in dark.

By pygal: pure Python, 2 MB; it writes colours as they are given, so they may be variables of CSS. vl-convert
(84 MB) does so as well; matplotlib (170 MB) knows fixed colours only. Whatever a chart says stands in a table
beside it: to programs that read aloud it is one picture with its words.
"""

import hashlib
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from markupsafe import Markup

from lpdownload.errors import Finding, InvalidInput

if TYPE_CHECKING:
    from lxml.etree import _Element
    from pygal.graph.graph import Graph
    from pygal.style import Style

WIDTH: Final = 420
"""Of the drawing's own units: shown on a phone at nearly this, so that 14 is read as 12 pixels."""
_TYPE: Final = 14
_ROW: Final = 34
_LONGEST: Final = 22
"""Characters of a name at an axis."""


def bars(names: Sequence[str], series: Sequence[tuple[str, Sequence[float]]], says: str) -> Markup:
    """Lying bars, one below the other, each made of its parts. ``says``: the chart in words."""
    import_pygal()
    from pygal import HorizontalStackedBar

    legend = len(series) > 1
    chart = HorizontalStackedBar(
        **_options(40 + _ROW * len(names) + (24 if legend else 0)),
        show_legend=legend,
    )
    sums = [sum(parts) for parts in zip(*(values for _, values in series), strict=True)]
    chart.y_labels = ticks(max(sums, default=0))
    chart.x_labels = [_short(name) for name in reversed(names)]
    for name, values in series:
        chart.add(name, list(reversed(values)))
    return _drawn(chart, says)


def line(names: Sequence[str], values: Sequence[float], says: str) -> Markup:
    """One value after the other in time."""
    import_pygal()
    from pygal import Line

    every = max(1, -(-len(names) // 4))
    chart = Line(
        **_options(240),
        show_legend=False,
        dots_size=3,
        show_minor_x_labels=False,
        x_labels_major_every=every,
    )
    chart.y_labels = ticks(max(values, default=0))
    chart.range = (0, chart.y_labels[-1])
    chart.x_labels = list(names)
    chart.add("", list(values), stroke_style={"width": 3})
    return _drawn(chart, says)


def import_pygal() -> None:
    """InvalidInput if it is not installed."""
    try:
        from pygal import PluginImportFixer
    except ImportError:
        missing = Finding("missing-package", "pygal is not installed", "pip install 'lpdownload[report]'")
        raise InvalidInput([missing]) from None
    # of pygal's early days: no Python from 3.12 on asks it, and 3.11 warns at every import that it is there
    sys.meta_path[:] = [finder for finder in sys.meta_path if not isinstance(finder, PluginImportFixer)]


def _options(height: int) -> dict[str, object]:
    return {
        "style": _style(),
        "width": WIDTH,
        "height": height,
        "js": (),
        "disable_xml_declaration": True,
        "pretty_print": False,
        "margin": 6,
        "margin_right": 26,
        "legend_at_bottom": True,
        "legend_box_size": 14,
        "value_formatter": "{:,.0f}".format,
        "show_x_guides": False,
        "truncate_label": -1,
    }


def _style() -> "Style":
    from pygal.style import Style

    sizes = ("label", "major_label", "value", "value_label", "legend", "tooltip", "title")
    return Style(
        background="transparent",
        plot_background="transparent",
        foreground="var(--text)",
        foreground_strong="var(--text)",
        foreground_subtle="var(--muted)",
        guide_stroke_color="var(--rule)",
        major_guide_stroke_color="var(--rule)",
        guide_stroke_dasharray="0",
        major_guide_stroke_dasharray="0",
        colors=("var(--accent)", "var(--second)"),
        font_family="inherit",
        opacity="1",
        opacity_hover="1",
        transition="0s",
        **{f"{name}_font_size": _TYPE for name in sizes},
    )


def _drawn(chart: "Graph", says: str) -> Markup:
    from lxml import etree

    root: _Element = chart.render_tree()
    for part in [*root.iter()]:
        name = part.tag.rpartition("}")[2] if isinstance(part.tag, str) else "comment"
        if name in {"script", "desc", "title", "comment"} or "tooltip-overlay" in part.get("class", ""):
            _cut(part)
    root.set("role", "img")
    root.set("aria-label", says)
    name = hashlib.sha256(says.encode()).hexdigest()[:8]  # pygal's own is another one each time
    return Markup(etree.tostring(root, encoding="unicode").replace(chart.uuid, name))


def _cut(part: "_Element") -> None:
    parent = part.getparent()
    if parent is not None:
        parent.remove(part)


def ticks(most: float) -> list[float]:
    """Zero and up to four round numbers, the last at least ``most``."""
    step = 1.0
    while step * 4 < most:
        step *= 2.5 if f"{step:.0f}"[0] == "2" else 2
    return [number * step for number in range(max(2, -(-int(most) // int(step)) + 1))]


def _short(name: str) -> str:
    return name if len(name) <= _LONGEST else f"{name[: _LONGEST - 1].rstrip()}…"
