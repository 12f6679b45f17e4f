"""Conditional comments: what of a mail only Outlook on Windows reads, and whether it is whole.

The tables in these branches need no look: the MJML compiler refuses those that are not closed.
"""

import re
from collections.abc import Iterator

# It begins with what every mark begins with, as that is searched for quickly.
_MARK = re.compile(
    r"<!(?:(?P<begin>--\[if[^\]]*\]>)(?P<revealed>(?:<!)?-->)?|(?P<end>(?P<shown>--<!)?\[endif\]-->))"
)


def branches(html: str) -> Iterator[str]:
    """What Outlook alone reads, branch by branch."""
    opened: int | None = None
    for mark in _MARK.finditer(html):
        if mark["begin"]:
            opened = None if mark["revealed"] else mark.end()
        elif opened is not None:
            yield html[opened : mark.start()]
            opened = None


def faults(html: str) -> Iterator[tuple[str, str]]:
    """(words at the place, what is wrong) of comments without end or beginning, or one in the other."""
    opened: re.Match[str] | None = None
    for mark in _MARK.finditer(html):
        if mark["begin"]:
            if opened:
                yield opened[0], f"{opened[0]} has no end before {mark[0]} begins"
            opened = mark
        elif opened is None:
            yield mark[0], f"{mark[0]} ends what was never begun"
        else:
            if bool(opened["revealed"]) != bool(mark["shown"]):
                wanted = "<!--<![endif]-->" if opened["revealed"] else "<![endif]-->"
                yield opened[0], f"{opened[0]} ends with {mark[0]} instead of {wanted}"
            opened = None
    if opened:
        yield opened[0], f"{opened[0]} has no end"
