"""Which part of a mail came from which section: marks that are taken off before there is Content.

A mark is a CSS class on a section's outermost MJML elements, so MJML and premailer carry it through without a
change to anything else; what is sent is the same to the byte as if it had never been there.
"""

import re
from dataclasses import dataclass
from functools import cached_property

from lpdownload.errors import Loc

_OUTERMOST = re.compile(r"""<mj-(?:section|wrapper|hero)\b(?:[^<>"']|"[^"]*"|'[^']*')*>""")
_CLASSES = re.compile(r"""(\scss-class=["'])""")


@dataclass(frozen=True, slots=True)
class Span:
    """Where a section stands in the HTML of a mail, in characters; merge fields count as their tokens."""

    loc: Loc
    start: int
    end: int


class Marks:
    """The marks of one render. ``prefix`` is a word that occurs in none of the issue's texts."""

    def __init__(self, prefix: str) -> None:
        self._prefix = prefix
        self._locs: list[Loc] = []

    @cached_property
    def _any(self) -> re.Pattern[str]:  # a web page has no marks
        mark = rf"{self._prefix}s(\d+)e"
        return re.compile(rf""" (?:css-)?class=["']{mark}(?:-outlook)?["']|{mark} """)

    def marked(self, mjml: str, loc: Loc) -> str:
        """A section's MJML with its mark."""
        mark = f"{self._prefix}s{len(self._locs)}e"
        self._locs.append(loc)

        def put(tag: re.Match[str]) -> str:
            with_class, count = _CLASSES.subn(rf"\g<1>{mark} ", tag[0], count=1)
            if count:
                return with_class
            end = -2 if tag[0].endswith("/>") else -1
            return f'{tag[0][:end]} css-class="{mark}"{tag[0][end:]}'

        return _OUTERMOST.sub(put, mjml)

    def removed(self, marked: str) -> str:
        """MJML or HTML as it is without marks."""
        return self._any.sub("", marked)

    def found(self, text: str) -> Loc | None:
        """The section whose mark stands in ``text``, as among an element's attributes."""
        match = self._any.search(text) if self._prefix in text else None
        return self._locs[int(match[1] or match[2])] if match else None

    def spans(self, marked: str) -> tuple[Span, ...]:
        """The sections in the order of the mail; each reaches to the next, the last to the end."""
        starts: list[tuple[Loc, int]] = []
        gone = 0
        for match in self._any.finditer(marked):
            loc = self._locs[int(match[1] or match[2])]
            if not starts or starts[-1][0] != loc:
                starts.append((loc, match.start() - gone))
            gone += len(match[0])
        ends = [*(start for _, start in starts[1:]), len(marked) - gone]
        return tuple(Span(loc, start, end) for (loc, start), end in zip(starts, ends, strict=True))
