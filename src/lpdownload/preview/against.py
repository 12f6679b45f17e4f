"""What an issue is compared with: itself before, the issue before it, other readers', other languages."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from lpdownload.content.issues import load_issue
from lpdownload.content.library import Library
from lpdownload.content.located import Document, parse
from lpdownload.errors import InvalidInput, LpdownloadError
from lpdownload.model.content import MissingValue, UnsafeValue
from lpdownload.model.issue import IssueFile
from lpdownload.preview.compare import Side
from lpdownload.preview.opened import Opened
from lpdownload.preview.session import Session, Shown
from lpdownload.preview.view import NONE, View
from lpdownload.render.dates import locale_of
from lpdownload.render.render import Rendering, fill_values, render_issue


class CannotCompare(LpdownloadError):
    """There is no other side; the message says why."""


@dataclass(frozen=True, slots=True)
class Choice:
    """Something to compare with; ``value`` is its name in addresses."""

    value: str
    title: str
    possible: bool = True


class AsItWas(Library):
    """The newsroom with one of its files as it was."""

    def __init__(self, library: Library, path: Path, octets: bytes) -> None:
        super().__init__(library.root, library.settings)
        self._path = path
        self._octets = octets

    def parsed(self, path: Path) -> Document:
        return parse(self._octets, self.shown(path)) if path == self._path else super().parsed(path)


def choices(session: Session, shown: Shown) -> tuple[Choice, ...]:
    key = shown.view.key
    opened = session.open(key)
    before = previous(session.library, key)
    found = [
        Choice("saved", "Before the last save", opened.saved is not None),
        Choice("start", "When the preview began", opened.start is not None),
        Choice(
            "previous",
            f"The issue before: {before}" if before else "The issue before",
            before is not None,
        ),
    ]
    if segments := segments_of(shown):
        found.append(Choice("variant:", "As everybody gets it"))
        found += [Choice(f"variant:{name}", f"As {name} gets it") for name in segments]
    found += [
        Choice(f"issue:{other}", f"In {_in_words(language)}")
        for other, language in translations(session, key)
    ]
    return tuple(found)


def segments_of(shown: Shown) -> tuple[str, ...]:
    """Those that sections of the issue are for."""
    if shown.rendered is None:
        return ()
    sections = shown.rendered.loaded.issue.sections
    return tuple(dict.fromkeys(section.visible_to for section in sections if section.visible_to))


def translations(session: Session, key: str) -> tuple[tuple[str, str], ...]:
    """The same issue in other languages: the key and the language of each."""
    original = key.partition(".")[0]
    return tuple(
        (other, other.partition(".")[2] or _own_language(session.library, key.partition("/")[0]))
        for other in session.rows
        if other != key and other.partition(".")[0] == original
    )


def _own_language(library: Library, newsletter: str) -> str:
    try:
        return library.newsletter(newsletter)[1].language
    except InvalidInput:
        return "en"


def _in_words(language: str) -> str:
    """Its English name; the code, if it has none."""
    locale = locale_of(language)
    is_known = locale.language == language.partition("-")[0]
    return (locale.get_display_name("en") if is_known else None) or language


def previous(library: Library, key: str) -> str | None:
    """The newsletter's issue before this one in the same language, by its day, else by its name."""
    newsletter, _, name = key.partition("/")
    language = name.partition(".")[2]
    names = [one for one in library.issue_names(newsletter) if one.partition(".")[2] == language]
    in_order = sorted(names, key=lambda one: (_day(library, newsletter, one), one))
    if name not in in_order or in_order.index(name) == 0:
        return None
    return f"{newsletter}/{in_order[in_order.index(name) - 1]}"


def _day(library: Library, newsletter: str, name: str) -> date:
    try:
        written: IssueFile = library.issue_file(newsletter, name)[1]
    except InvalidInput:
        return date.min
    if written.send_at:
        return written.send_at.date()
    return written.date or (written.period.start if written.period else date.min)


def other_side(session: Session, view: View, against: str) -> Side:
    """The mail that ``against`` names, for the view's reader. Raises CannotCompare, BadView."""
    kind, _, name = against.partition(":")
    opened = session.open(view.key)
    if kind in {"saved", "start"}:
        return _as_it_was(session, view, opened, opened.saved if kind == "saved" else opened.start)
    if kind == "previous":
        before = previous(session.library, view.key)
        if before is None:
            raise CannotCompare("this is the newsletter's first issue")
        return this_side(session, view.of(before))
    if kind == "issue" and session.knows(name):
        return this_side(session, view.of(name))
    if kind == "variant":
        return this_side(session, View(view.key, view.client, persona=view.persona, variant=name or NONE))
    raise CannotCompare(f"there is no {against!r} to compare with")


def this_side(session: Session, view: View) -> Side:
    """The mail that the view shows. Raises CannotCompare if it cannot be rendered."""
    shown = session.show(view, plain=True)
    if shown.rendered is None or shown.state != "ready":
        raise CannotCompare(f"{view.key} cannot be rendered as it is now")
    return _side(shown.rendered.rendering, shown.values)


def _as_it_was(session: Session, view: View, opened: Opened, octets: bytes | None) -> Side:
    if octets is None:
        raise CannotCompare("nothing was saved yet since the preview began")
    then = AsItWas(session.library, opened.path, octets)
    wanted = session.wanted(view)
    try:
        issue = load_issue(then, view.key).issue
        asked = frozenset(section.visible_to for section in issue.sections if section.visible_to)
        rendering = render_issue(
            issue,
            newsroom=then.root,
            templates=then.templates,
            variant=asked if wanted is None else asked & wanted,
        )
        return _side(rendering, fill_values(rendering, session.reader(view)))
    except (InvalidInput, MissingValue, UnsafeValue):
        raise CannotCompare("the file could not be rendered as it was then") from None


def _side(rendering: Rendering, values: dict[str, str]) -> Side:
    content = rendering.content
    assets = {asset.name: asset.data for asset in rendering.assets}
    return Side(content.subject.fill(values), content.text.fill(values), content.html.fill(values), assets)
