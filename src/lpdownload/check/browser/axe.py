"""Runs axe-core over the page that is shown: https://github.com/dequelabs/axe-core"""

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Final, Literal, TypeAlias, TypedDict

if TYPE_CHECKING:
    from playwright.sync_api import Page

Impact: TypeAlias = Literal["minor", "moderate", "serious", "critical"]

OFF: Final = ("region", "landmark-one-main", "bypass", "page-has-heading-one")
"""Rules about pages of a site. A mail stands inside the page of a mail program, which has its landmarks and
its ways past them; its first heading is not the page's.
"""

OF_COLOURS: Final = ("color-contrast", "link-in-text-block")
"""Rules that a change of colours alone may break."""

_RUN: Final = """
([off, only, attribute]) => axe.run(document, {
  resultTypes: ["violations", "incomplete"],
  elementRef: true,
  preload: false,
  ...(only.length
    ? {runOnly: {type: "rule", values: only}}
    : {rules: Object.fromEntries(off.map(id => [id, {enabled: false}]))}),
}).then(results => {
  const contrastOf = node => node.any.find(check => check.id === "color-contrast")?.data;
  const told = (rule, nodes) => ({
    id: rule.id, impact: rule.impact, help: rule.help,
    nodes: nodes.map(node => ({
      target: node.target.flat().join(" "),
      html: node.html,
      loc: node.element?.closest(`[${attribute}]`)?.getAttribute(attribute) ?? "",
      words: (node.element?.innerText ?? "").trim(),
      contrast: contrastOf(node) ?? null,
    })),
  });
  const same = results.incomplete.filter(rule => rule.id === "color-contrast")
    .map(rule => told(rule, rule.nodes.filter(node => contrastOf(node)?.messageKey === "equalRatio")));
  return [...results.violations.map(rule => told(rule, rule.nodes)), ...same];
})
"""
"""A text in the very colour of its ground axe calls incomplete, as it may be hidden on purpose: in a mail,
what is hidden from everybody is not laid out.
"""


class Contrast(TypedDict):
    """What axe says of a text's colours; the ratios are as 4.47 and ``4.5:1``."""

    fgColor: str
    bgColor: str
    contrastRatio: float
    expectedContrastRatio: str


class _Node(TypedDict):
    target: str
    html: str
    loc: str
    words: str
    contrast: Contrast | None


class _Rule(TypedDict):
    id: str
    impact: Impact
    help: str
    nodes: list[_Node]


@dataclass(frozen=True, slots=True)
class Violation:
    """One element that breaks a rule of axe. ``loc`` is the data-lp of it or of what it stands in."""

    rule: str
    impact: Impact
    help: str
    target: str
    html: str
    loc: str
    words: str
    contrast: Contrast | None


def run_axe(page: "Page", attribute: str, only: tuple[str, ...] = ()) -> tuple[Violation, ...]:
    """Every violation in the page as it is shown now, of all rules or of ``only`` these.

    ``evaluate`` comes from outside of the page, so the page's policy of no scripts does not stop it. axe is
    loaded into a page once.
    """
    if not page.evaluate("typeof window.axe?.run === 'function'"):
        page.evaluate(axe_script())
    rules: list[_Rule] = page.evaluate(_RUN, [OFF, only, attribute])
    return tuple(
        Violation(rule["id"], rule["impact"], rule["help"], **node)
        for rule in rules
        for node in rule["nodes"]
    )


@cache
def axe_script() -> str:
    """axe-core, as the package axe-playwright-python carries it."""
    from axe_playwright_python.base import AXE_SCRIPT

    script: str = AXE_SCRIPT
    return script
