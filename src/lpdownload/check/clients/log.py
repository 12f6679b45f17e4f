"""What a simulated mail client took from a mail, in words that staff understand."""

from dataclasses import dataclass
from typing import Final, NamedTuple


@dataclass(frozen=True, slots=True)
class Taken:
    """``what`` says the number too; ``count`` is it as a number."""

    what: str
    why: str
    count: int


class Loss(NamedTuple):
    """One thing that was taken away; those of one kind and one reason become one line of the log."""

    what: str
    why: str
    detail: str = ""


_MOST_DETAILS: Final = 6


class Log:
    """Collects in the order of the mail."""

    def __init__(self) -> None:
        self._counts: dict[tuple[str, str], int] = {}
        self._details: dict[tuple[str, str], dict[str, None]] = {}
        self._said: set[tuple[str, str]] = set()

    def add(self, loss: Loss, count: int = 1) -> None:
        key = loss.what, loss.why
        self._counts[key] = self._counts.get(key, 0) + count
        if loss.detail:
            self._details.setdefault(key, {})[loss.detail] = None

    def say(self, what: str, why: str) -> None:
        """What is no matter of numbers."""
        self._counts[what, why] = 1
        self._said.add((what, why))

    def taken(self) -> tuple[Taken, ...]:
        return tuple(Taken(self._words(key), key[1], count) for key, count in self._counts.items())

    def _words(self, key: tuple[str, str]) -> str:
        what, count = key[0], self._counts[key]
        if key in self._said:
            return what
        if "{n}" in what:
            plural = count != 1
            what = what.replace("{s}", "s" if plural else "").replace("{es}", "es" if plural else "")
            return what.replace("{n}", f"{count:,}")
        details = [*self._details.get(key, {})]
        more = ["…"] if len(details) > _MOST_DETAILS else []
        named = f" ({', '.join([*details[:_MOST_DETAILS], *more])})" if details else ""
        return f"{what}{named}, {'once' if count == 1 else f'{count:,} times'}"
