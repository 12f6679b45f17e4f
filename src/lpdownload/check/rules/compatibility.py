"""Rules of the family compatibility: what the newsroom's mail programs lack of what the mail is made of.

Mostly the newsroom's own templates are meant: the packaged ones use nothing that hurts (`effects.BASELINE`),
and Markdown and HTML sections hold no styles.
"""

from collections.abc import Iterator
from functools import lru_cache

from lpdownload.check.caniemail.effects import Kind
from lpdownload.check.caniemail.support import TITLES
from lpdownload.check.caniemail.verdicts import Verdict, verdicts
from lpdownload.check.inspection import Inspection
from lpdownload.check.origins import template_place
from lpdownload.check.registry import Found, rule
from lpdownload.errors import Loc, Place

_LONGEST = 60


@rule(
    "client-breaks",
    severity="warning",
    says="Something is missing or unreadable in a mail program of your readers, which lacks a feature.",
    why="Each program shows a part of HTML and CSS only. caniemail.com tests which; the finding says when. "
    "The programs that count are clients in network.yaml. What stands in [if mso] counts for Outlook on "
    "Windows alone, what has a fallback for nobody.",
    remedy="write what all of them show",
)
def breaks(inspection: Inspection) -> Iterator[Found]:
    yield from _found(inspection, "breaks")


@rule(
    "client-degrades",
    severity="info",
    says="The mail looks worse in one of your readers' mail programs, and all of it can be read.",
    why="As above; decoration that is missing (rounded corners, shadows, hover, dark mode) is not mentioned.",
    remedy="write what all of them show, or leave it",
)
def degrades(inspection: Inspection) -> Iterator[Found]:
    yield from _found(inspection, "degrades")


def _found(inspection: Inspection, kind: Kind) -> Iterator[Found]:
    for verdict in _verdicts(inspection):
        if verdict.kind == kind:
            loc, place = _origin(inspection, verdict)
            hint = f"{verdict.effect.instead}; {verdict.feature.url} (tested {verdict.feature.tested})"
            yield Found(_message(verdict), loc, hint=hint, clients=verdict.clients, place=place)


@lru_cache(maxsize=1)  # both rules ask
def _verdicts(inspection: Inspection) -> tuple[Verdict, ...]:
    return tuple(verdicts(inspection.tree, inspection.issue.network.clients))


def _message(verdict: Verdict) -> str:
    words = verdict.used[0].use.words
    words = words if len(words) <= _LONGEST else words[: _LONGEST - 1] + "…"
    title = verdict.feature.title
    feature = f"{title} ({words})"
    if _plain(words) in _plain(title):
        feature = title
    elif _plain(title) in _plain(words):
        feature = words
    more = len({used.use.words for used in verdict.used}) - 1
    others = f" and {more} more" if more else ""
    names = [TITLES[client] for client in verdict.clients]
    programs = names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
    has = "does" if len(names) == 1 else "do"
    if verdict.note:
        return f"{programs} {has} not fully support {feature}{others}: {verdict.note}"
    return f"{programs} {has} not support {feature}{others}: {verdict.effect.loses}"


def _plain(words: str) -> str:
    return words.replace(" ", "").lower()


def _origin(inspection: Inspection, verdict: Verdict) -> tuple[Loc, Place | None]:
    """The template that writes it, else the YAML value its element shows."""
    used = verdict.used[0]
    loc = () if used.in_sheet else inspection.loc_of(used.element)
    words = used.use.words
    name, colon, _ = words.partition(": ")
    for spelling in (words, words.replace(": ", ":"), *([f"{name}:", name] if colon else [])):
        if place := template_place(inspection, spelling):
            return loc, place
    return loc, None
