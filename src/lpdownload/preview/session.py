"""The newsroom while it is previewed: what is open, how it looks, what is wrong. One thread uses it.

Whatever a file says, or is in the middle of saying, comes back as findings; nothing here raises for it.
"""

from collections import OrderedDict
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from lpdownload.check.clients.see import Taken, see
from lpdownload.check.run import Checked, check_files, check_variants
from lpdownload.content.library import Library
from lpdownload.errors import Finding, InvalidInput
from lpdownload.model.content import MissingValue, UnsafeValue
from lpdownload.model.redact import redact_text
from lpdownload.preview.opened import Opened, Rendered, State
from lpdownload.preview.people import People, people_of
from lpdownload.preview.pictures import with_own_pictures
from lpdownload.preview.rows import Row, row_of
from lpdownload.preview.view import ALL, NONE, BadView, View
from lpdownload.render import environment
from lpdownload.render.render import fill_values
from lpdownload.render.source_map import shown_with_source

MOST_OPEN: Final = 16
MOST_SHOWN: Final = 32
"""Issues and mails that are kept; more of them are made again when they are asked for."""

_NEWSROOM_FILES: Final = frozenset({"network.yaml", "segments.yaml", "newsletter.yaml"})


@dataclass(frozen=True)
class Shown:
    """An issue as a view shows it. ``html`` is empty if there never was a good rendering."""

    view: View
    version: int
    state: State
    stale: bool
    html: str
    taken: tuple[Taken, ...]
    errors: tuple[Finding, ...]
    rendered: Rendered | None
    values: dict[str, str]


class Session:
    """Everything that is kept between two saves, all of it bounded."""

    def __init__(self, library: Library) -> None:
        self.library = library
        self.rows: dict[str, Row] = {}
        self.people = People()
        self.newsroom_findings: tuple[Finding, ...] = ()
        self._unread: dict[str, None] = {}
        self._version = 0
        self._opened: OrderedDict[str, Opened] = OrderedDict()
        self._shown: OrderedDict[tuple[View, bool], Shown] = OrderedDict()
        self._checked: OrderedDict[str, tuple[int, tuple[Finding, ...]]] = OrderedDict()

    @property
    def root(self) -> Path:
        return self.library.root

    def scan(self) -> tuple[list[str], list[str]]:
        """Looks which issues there are: the keys that are new, and those that have gone."""
        self.library = self.library.after(())  # a library looks once
        self.people = people_of(self.library, self.people)
        keys = dict.fromkeys(self.library.issue_keys())
        new = [key for key in keys if key not in self.rows]
        gone = [key for key in self.rows if key not in keys]
        self.rows = {key: self.rows.get(key, Row(key)) for key in keys}
        self._unread = {key: None for key in (*self._unread, *new) if key in keys}
        return new, gone

    def look_around(self) -> None:
        """Looks through the files that are no issues."""
        try:
            self.newsroom_findings = check_files(self.library, self.root)
        except InvalidInput as error:
            self.newsroom_findings = error.findings

    def changed(self, paths: Collection[Path]) -> tuple[str, ...]:
        """These files may be others now. The open issues that this concerns."""
        if any(path.is_relative_to(self.root / "templates") for path in paths):
            environment.environment.cache_clear()
            environment.labels.cache_clear()
        self.library = self.library.after(paths)
        self._version += 1
        if any(path.name in _NEWSROOM_FILES for path in paths):
            self.people = people_of(self.library, self.people)
        concerned = tuple(key for key in self._opened if self.concerns(paths, key))
        for key in concerned:
            self._opened[key].touch(self._version)
        for view, plain in [one for one in self._shown if one[0].key in concerned]:
            del self._shown[view, plain]
        return concerned

    def concerns(self, paths: Collection[Path], key: str) -> bool:
        """Whether an issue may look otherwise, or have other findings of its own, after these changes."""
        return any(self._is_part(path, key) for path in paths)

    def _is_part(self, path: Path, key: str) -> bool:
        newsletter, _, name = key.partition("/")
        if not path.is_relative_to(self.library.folder):
            return True  # a template
        steps = path.relative_to(self.library.folder).parts
        if len(steps) < 2 or steps[0] in {"shared", "news"}:
            return True  # what stands above the newsletters, or in several issues
        if path.suffix != ".yaml":
            return steps[0] == newsletter or key in self._opened  # a picture, which others may show too
        return steps[0] == newsletter and path.name in {f"{name}.yaml", "newsletter.yaml"}

    def is_unfinished(self, key: str) -> bool:
        """Whether its file is missing or empty: often for a moment only, while an editor saves it."""
        try:
            return self._path(key).stat().st_size == 0
        except OSError:
            return True

    def knows(self, key: str) -> bool:
        return key in self.rows or key in self._opened

    def open(self, key: str) -> Opened:
        """The issue's state, opened if it is not."""
        if key not in self._opened:
            self._opened[key] = Opened(key, self._path(key), self._version)
            if len(self._opened) > MOST_OPEN:
                closed, _ = self._opened.popitem(last=False)
                self._checked.pop(closed, None)
        self._opened.move_to_end(key)
        return self._opened[key]

    def show(self, view: View, *, plain: bool = False) -> Shown:
        """The issue as the view shows it; ``plain`` without the way to the YAML, as it is sent.

        Raises BadView for a persona or segment that is not known.
        """
        persona = self.reader(view)
        opened = self.open(view.key)
        known = self._shown.get((view, plain))
        if known is not None and known.version == opened.version:
            return known
        rendered = opened.look(self.library, self.wanted(view))
        state, errors, html, values = opened.state, opened.errors, "", dict[str, str]()
        taken: tuple[Taken, ...] = ()
        if rendered is not None:
            try:
                values = fill_values(rendered.rendering, persona)
                html = (
                    rendered.rendering.content.html.fill(values)
                    if plain
                    else shown_with_source(rendered.rendering, values)
                )
            except (MissingValue, UnsafeValue) as error:
                finding = Finding("merge-value", str(error), "give the merge field a default")
                state, errors = "broken", (*errors, finding)
            else:
                html = with_own_pictures(html, rendered.rendering, view.key)
                seen = see(html, client=view.client, mode=view.mode, images=view.images)
                html, taken = seen.html, seen.taken
        stale = opened.is_stale(rendered) or (state != "ready" and bool(html))
        shown = Shown(view, opened.version, state, stale, html, taken, errors, rendered, values)
        self._shown[view, plain] = shown
        if len(self._shown) > MOST_SHOWN:
            self._shown.popitem(last=False)
        return shown

    def reader(self, view: View) -> dict[str, str]:
        """The merge values of the view's persona."""
        if not view.persona:
            return {}
        if view.persona not in self.people.personas:
            there_are = ", ".join(self.people.personas) or "none"
            raise BadView(f"there is no persona {view.persona!r}; there are {there_are}")
        return self.people.personas[view.persona].values

    def wanted(self, view: View) -> frozenset[str] | None:
        """The segments whose sections are shown; None for all."""
        if view.variant == ALL:
            return None
        if view.variant == NONE:
            return frozenset()
        if view.variant:
            wanted = frozenset(view.variant.split(","))
            if unknown := wanted - {*self.people.segments}:
                there_are = ", ".join(self.people.segments) or "none"
                raise BadView(f"there is no segment {', '.join(sorted(unknown))}; there are {there_are}")
            return wanted
        return self.people.personas[view.persona].segments if view.persona else frozenset()

    def findings(self, key: str) -> tuple[Finding, ...] | None:
        """What the last check of the issue as it is now has found; None if there was none."""
        version, found = self._checked.get(key, (-1, ()))
        return found if version == self.open(key).version else None

    def is_checked(self, key: str) -> bool:
        """Whether all is known of the issue as it is shown."""
        return key in self._opened and self._checked.get(key, (None,))[0] == self._opened[key].version

    def check(self, key: str) -> Row:
        """Every finding of the issue; its new row."""
        self._unread.pop(key, None)
        findings_of = self._opened[key].version if key in self._opened else None
        checked = self._check(key)
        if findings_of is not None:
            self._checked[key] = (findings_of, checked.findings)
        row = row_of(checked)
        if key in self.rows:
            self.rows[key] = row
        return row

    def _check(self, key: str) -> Checked:
        try:
            return check_variants(self.library, key)
        except Exception as error:  # noqa: BLE001 - one rule's bug must not hide all other findings for ever
            return Checked(key, None, None, (surprise(error),))

    def unread(self) -> str | None:
        """An issue of the list that nobody has read as it is now: one that is open, if there is one."""
        return next((key for key in self._unread if key in self._opened), next(iter(self._unread), None))

    def forget(self, paths: Collection[Path]) -> None:
        """The rows of the issues that these changes concern have to be made again."""
        self._unread |= dict.fromkeys(key for key in self.rows if self.concerns(paths, key))

    def _path(self, key: str) -> Path:
        newsletter, _, name = key.partition("/")
        return self.library.issue_path(newsletter, name)


def surprise(error: Exception) -> Finding:
    """A bug of this program, as a finding: the preview goes on."""
    said = redact_text(f"{type(error).__name__}: {error}")
    return Finding("surprise", f"lpdownload met a bug of its own: {said}", "tell its developers")
