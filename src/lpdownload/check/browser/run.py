"""Looks at a mail in a real browser, in five views, and says what is wrong with it and where."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Final

from lpdownload.check.browser.axe import OF_COLOURS, Violation, run_axe
from lpdownload.check.browser.geometry import FINGER, Misfit, look_at_geometry
from lpdownload.check.browser.page import MailPage, mail_page
from lpdownload.check.browser.views import VIEWS, View, described
from lpdownload.check.inspection import Inspection
from lpdownload.errors import Finding, Severity
from lpdownload.render.source_map import ATTRIBUTE, loc_of

_HINTS: Final = {
    "axe-color-contrast": "choose colours further apart, for this mode too",
    "view-invisible": "give the text or its ground another colour in this mode",
    "view-overflow": "a long word or address, or something of a fixed width: shorten it or let it break",
    "view-clipped": "shorten the text, or take the fixed height away",
    "view-tap-target": f"give the button more padding: {FINGER} px is what a finger hits",
}


@dataclass(frozen=True, slots=True)
class Seen:
    """Something wrong with an element in a view; ``loc`` is its data-lp, ``words`` what it says."""

    rule: str
    severity: Severity
    says: str
    loc: str
    words: str
    view: View


class BrowserCheck:
    """The extra of `lpdownload check --browser`: one page of one browser for all issues."""

    name = "browser"

    def __init__(self, page: MailPage) -> None:
        self._page = page

    def look(self, inspection: Inspection) -> Iterator[Finding]:
        """Findings with their places; one for each rule and value of the YAML, in however many views."""
        assets = {asset.name: asset.data for asset in inspection.rendering.assets}
        for finding, words in browser_findings(self._page, inspection.annotated_html, assets):
            yield finding.at(inspection.place(finding.loc, words))


@contextmanager
def browser_check() -> Iterator[BrowserCheck]:
    """With a browser of its own. InvalidInput if there is none."""
    from lpdownload.check.browser.chromium import chromium

    with chromium() as browser, mail_page(browser) as page:
        yield BrowserCheck(page)


def browser_findings(page: MailPage, html: str, assets: Mapping[str, bytes]) -> list[tuple[Finding, str]]:
    """What is wrong with a mail in its five views, each with the words that it is about.

    ``html`` has ``data-lp`` on its elements; ``assets`` are its pictures by name.
    """
    return list(_merged(_everything_seen(page, html, assets)))


def _everything_seen(page: MailPage, html: str, assets: Mapping[str, bytes]) -> Iterator[Seen]:
    from lpdownload.check.clients.see import see

    page.show(html, assets)
    inverted = False
    for view in sorted(VIEWS, key=lambda view: view.mode == "forced"):
        if view.mode == "forced" and not inverted:
            page.show(see(html, mode="forced").html, assets)
            inverted = True
        page.turn_to(view)
        only = () if view.mode == "light" else OF_COLOURS  # the other modes have the same elements
        for violation in run_axe(page.page, ATTRIBUTE, only):
            yield _of_axe(violation, view)
        for misfit in look_at_geometry(page.page, ATTRIBUTE):
            yield _of_geometry(misfit, view)


def _of_axe(violation: Violation, view: View) -> Seen:
    rule, contrast = f"axe-{violation.rule}", violation.contrast
    severity: Severity = "error" if violation.impact in {"serious", "critical"} else "warning"
    says = violation.help[:1].lower() + violation.help[1:]
    if contrast and contrast["contrastRatio"] == 1:
        rule, says = "view-invisible", f"the text has the colour of its ground, {contrast['bgColor']}"
    elif contrast:
        colours = f"{contrast['fgColor']} on {contrast['bgColor']}"
        ratio, needed = contrast["contrastRatio"], contrast["expectedContrastRatio"]
        says = f"the text has a contrast of {ratio}:1 ({colours}) and needs {needed}"
    return Seen(rule, severity, says, violation.loc, violation.words, view)


def _of_geometry(misfit: Misfit, view: View) -> Seen:
    says = {
        "overflow": f"it makes the mail {misfit.pixels} px wide, so readers scroll sideways",
        "clipped": f"the text is cut off by a box {misfit.pixels} px tall",
        "tap-target": f"the button is {misfit.pixels} px small where a finger needs {FINGER}",
    }[misfit.fault]
    return Seen(f"view-{misfit.fault}", "warning", says, misfit.loc, misfit.words, view)


@dataclass(slots=True)
class _Group:
    """What was seen of one rule at one value; ``first`` has the message."""

    first: Seen
    views: set[View] = field(default_factory=set)
    words: set[str] = field(default_factory=set)


def _merged(everything: Iterable[Seen]) -> Iterator[tuple[Finding, str]]:
    groups: dict[tuple[str, str], _Group] = {}
    for seen in everything:
        group = groups.setdefault((seen.rule, seen.loc), _Group(seen))
        group.views.add(seen.view)
        group.words.add(seen.words)
    for (rule, loc), group in groups.items():
        words = " ".join(group.first.words.split())
        short = words if len(words) <= 60 else f"{words[:60].rsplit(' ', 1)[0]} …"
        quoted = f"“{short}”: " if short else ""
        more = f", and {len(group.words) - 1} more texts here" if len(group.words) > 1 else ""
        message = f"{quoted}{group.first.says}, {described(tuple(group.views))}{more}"
        hint = _HINTS.get(rule, "")
        if not hint and rule.startswith("axe-"):
            hint = f"https://dequeuniversity.com/rules/axe/latest/{rule.removeprefix('axe-')}"
        yield Finding(rule, message, hint, group.first.severity, loc_of(loc)), short.removesuffix(" …")
