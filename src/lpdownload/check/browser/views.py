"""How a browser is to show a mail: so wide, in light, in the mail's own dark, or inverted by force."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

Mode: TypeAlias = Literal["light", "dark", "forced"]
"""``dark`` is what the mail's own CSS makes of it, as in Apple Mail; ``forced`` what the app of Outlook or
Gmail makes of a mail by turning its light colours round.
"""

_WORDS: Final[Mapping[Mode, str]] = {
    "light": "in light",
    "dark": "in dark",
    "forced": "in dark forced by the mail program",
}
MODES: Final = tuple(_WORDS)
PHONE: Final = 375
DESK: Final = 700


@dataclass(frozen=True, slots=True)
class View:
    """Width in CSS pixels."""

    mode: Mode
    width: int

    def __str__(self) -> str:
        return f"{_WORDS[self.mode]} at {self.width} px"


VIEWS: Final = (
    View("light", DESK),
    View("light", PHONE),
    View("dark", DESK),
    View("dark", PHONE),
    View("forced", DESK),
)
"""The five views of a check. Of the two kinds of dark the mail's own is looked at on a phone too: it and the
phone's layout are both media queries of the mail and may undo each other. A forced inversion turns round the
colours that are there, whatever the width.
"""


def described(views: tuple[View, ...]) -> str:
    """``in light at 375 and 700 px, in dark at 700 px``, or ``in every view``."""
    if len(views) == len(VIEWS) and set(views) == set(VIEWS):
        return "in every view"
    parts = []
    for mode, words in _WORDS.items():
        if widths := sorted({view.width for view in views if view.mode == mode}):
            parts.append(f"{words} at {' and '.join(map(str, widths))} px")
    return ", ".join(parts)
