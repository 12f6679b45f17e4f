"""Names that point from one file to another: each unknown one is a finding with the names there are."""

from collections.abc import Collection
from difflib import get_close_matches

from lpdownload.errors import Finding, InvalidInput, Loc, Place


def unknown(
    kind: str, name: str, there_are: Collection[str], loc: Loc = (), place: Place | None = None
) -> Finding:
    """A finding of rule ``unknown-KIND``, with the nearest name or all of them."""
    near = get_close_matches(name, there_are, 1, 0.6)
    listed = ", ".join(sorted(there_are)) or "none yet"
    hint = f"did you mean {near[0]}? There are: {listed}" if near else f"there are: {listed}"
    return Finding(
        f"unknown-{kind.replace(' ', '-')}", f"there is no {kind} {name}", hint, loc=loc, place=place
    )


def require(kind: str, name: str, there_are: Collection[str]) -> None:
    """InvalidInput if a command names something that does not exist."""
    if name not in there_are:
        raise InvalidInput([unknown(kind, name, there_are)])
