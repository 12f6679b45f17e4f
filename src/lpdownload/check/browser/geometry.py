"""What does not fit in the page that is shown: too wide, cut off, too small to be hit with a finger."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal, TypeAlias, TypedDict

if TYPE_CHECKING:
    from playwright.sync_api import Page

Fault: TypeAlias = Literal["overflow", "clipped", "tap-target"]

FINGER: Final = 44
"""Pixels: https://www.w3.org/WAI/WCAG22/Understanding/target-size-enhanced.html"""

_LOOK: Final = """
([attribute, finger]) => {
  const width = document.documentElement.clientWidth;
  const seen = element => element.checkVisibility({opacityProperty: true, visibilityProperty: true});
  const told = (fault, element, pixels) => ({
    fault, pixels: Math.round(pixels),
    loc: element.closest(`[${attribute}]`)?.getAttribute(attribute) ?? "",
    words: (element.innerText || element.alt || "").trim(),
  });
  const found = [];
  const everything = [...document.body.querySelectorAll("*")].filter(seen);

  const texts = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const text = walker.currentNode;
    if (text.data.trim() && seen(text.parentElement)) texts.push(text);
  }
  const linesOf = text => {
    const range = document.createRange();
    range.selectNodeContents(text);
    return [...range.getClientRects()];
  };

  const total = () => document.documentElement.scrollWidth;
  const isOut = box => box.width > 1 && box.height > 1 && (box.right > width + 1 || box.left < -1);
  const hide = element => {
    const style = element.getAttribute("style");
    element.style.setProperty("display", "none", "important");
    return () => style === null ? element.removeAttribute("style") : element.setAttribute("style", style);
  };
  if (total() > width + 1) {
    const out = new Set(texts.filter(text => linesOf(text).some(isOut)).map(text => text.parentElement));
    for (const element of everything) if (isOut(element.getBoundingClientRect())) out.add(element);
    let inner = [...out].filter(one => ![...out].some(other => other !== one && one.contains(other)));
    const span = element => Math.max(element.scrollWidth, element.getBoundingClientRect().width);
    inner = inner.sort((one, other) => span(other) - span(one)).slice(0, 100);
    const widest = inner[0] ?? document.body, again = [];
    // What is out only because something else has stretched the mail is not to blame.
    for (let before = total(); before > width + 1 && again.length < 20; before = total()) {
      const cause = inner.find(element => {
        const show = hide(element);
        if (total() < before) return again.push(show);
        show();
      });
      if (!cause) break;
      inner = inner.filter(element => element !== cause);
      found.push(told("overflow", cause, before));
    }
    again.forEach(show => show());
    if (!found.length) found.push(told("overflow", widest, total()));
  }

  const clips = element => /hidden|clip/.test(getComputedStyle(element).overflow);
  for (const element of everything.filter(clips)) {
    const box = element.getBoundingClientRect();
    const isCut = line => {
      const x = (line.left + line.right) / 2, y = (line.top + line.bottom) / 2;
      return line.width > 1 && (
        x < box.left || x > box.right || y < box.top || y > box.bottom ||
        line.right > box.right + 2 || line.left < box.left - 2
      );
    };
    for (const text of texts.filter(text => element.contains(text))) {
      if (linesOf(text).some(isCut)) {
        found.push(told("clipped", text.parentElement, box.height));
        break;
      }
    }
  }

  const isPainted = style =>
    style.backgroundColor !== "rgba(0, 0, 0, 0)" || parseFloat(style.borderTopWidth) > 0;
  for (const link of everything.filter(element => element.matches("a[href]"))) {
    const style = getComputedStyle(link);
    const ground = link.closest("td");
    if (style.display === "inline" || !parseFloat(style.paddingTop) || !link.innerText.trim()) continue;
    if (!isPainted(style) && !(ground && isPainted(getComputedStyle(ground)))) continue;
    const box = link.getBoundingClientRect();
    const least = Math.min(box.width, box.height);
    if (least < finger - 0.5) found.push(told("tap-target", link, least));
  }
  return found;
}
"""


class _Told(TypedDict):
    fault: Fault
    pixels: int
    loc: str
    words: str


@dataclass(frozen=True, slots=True)
class Misfit:
    """An element that does not fit. ``pixels``: how wide it makes the mail, how tall the box is that cuts it
    off, or the lesser side of a button. ``loc`` is its data-lp.
    """

    fault: Fault
    pixels: int
    loc: str
    words: str


def look_at_geometry(page: "Page", attribute: str) -> tuple[Misfit, ...]:
    """Everything that does not fit in the page as it is shown now."""
    told: list[_Told] = page.evaluate(_LOOK, [attribute, FINGER])
    return tuple(Misfit(**one) for one in told)
