"""An issue that somebody looks at: how it stands, and how it last stood well.

While its file is broken, half-written or gone, its last good rendering stays to be looked at.
"""

from collections import OrderedDict
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, TypeAlias

from lpdownload.content.issues import LoadedIssue, load_issue
from lpdownload.content.library import Library
from lpdownload.errors import Finding, InvalidInput
from lpdownload.render.render import Rendering, render_issue

State: TypeAlias = Literal["ready", "broken", "gone"]

_VARIANTS = 6


@dataclass(frozen=True)
class Rendered:
    """A rendering that went well, and the issue that it is of."""

    loaded: LoadedIssue
    rendering: Rendering
    version: int


@dataclass
class Opened:
    """``version`` is that of the newsroom's files as they were last looked at.

    ``start``, ``saved`` and ``now`` are its file when it was opened, before its last save, and now.
    """

    key: str
    path: Path
    version: int
    start: bytes | None = None
    saved: bytes | None = None
    now: bytes | None = None
    state: State = "ready"
    errors: tuple[Finding, ...] = ()
    _loaded: LoadedIssue | None = None
    _good: OrderedDict[frozenset[str], Rendered] = field(default_factory=OrderedDict)

    def touch(self, version: int) -> None:
        """Something that it is made of has changed."""
        self.version = version
        self._loaded = None

    def look(self, library: Library, wanted: frozenset[str] | None) -> Rendered | None:
        """The rendering for readers of the ``wanted`` segments, for all there are if None; the last good one
        if there is no better. ``state`` and ``errors`` tell which.
        """
        try:
            loaded = self._load(library)
            asked = frozenset(one.visible_to for one in loaded.issue.sections if one.visible_to)
            variant = asked if wanted is None else asked & wanted
            rendered = self._good.get(variant)
            if rendered is None or rendered.version != self.version:
                rendered = self._render(library, loaded, variant)
        except InvalidInput as error:
            self.errors = error.findings
            self.state = "broken" if self.path.is_file() else "gone"
            return self._last_good(wanted)
        self.state, self.errors = "ready", ()
        self._good[variant] = rendered
        self._good.move_to_end(variant)
        if len(self._good) > _VARIANTS:
            self._good.popitem(last=False)
        return rendered

    def is_stale(self, rendered: Rendered | None) -> bool:
        return rendered is not None and rendered.version != self.version

    def asset(self, name: str) -> bytes | None:
        """A picture of one of the renderings at hand."""
        for rendered in reversed(self._good.values()):
            if found := rendered.rendering.draft.assets.get(name):
                return found.data
        return None

    def _load(self, library: Library) -> LoadedIssue:
        if self._loaded is None:
            self._remember()
            newsletter, _, name = self.key.partition("/")
            if not library.issue_path(newsletter, name).resolve().is_relative_to(library.root):
                raise InvalidInput([Finding("outside", "the file leads out of the newsroom")])
            self._loaded = load_issue(library, self.key)
        return self._loaded

    def _render(self, library: Library, loaded: LoadedIssue, variant: frozenset[str]) -> Rendered:
        try:
            rendering = render_issue(
                loaded.issue, newsroom=library.root, templates=library.templates, variant=variant
            )
        except InvalidInput as error:
            raise InvalidInput(loaded.placed(finding) for finding in error.findings) from None
        return Rendered(loaded, rendering, self.version)

    def _remember(self) -> None:
        try:
            octets = self.path.read_bytes()
        except OSError:
            return
        if self.start is None:
            self.start = octets
        if octets != self.now:
            self.saved, self.now = self.now, octets

    def _last_good(self, wanted: frozenset[str] | None) -> Rendered | None:
        """The variant asked for, as far as it is known, else the one looked at last."""
        fitting = [one for one in self._good if wanted is not None and one <= wanted]
        best = max(fitting, key=len, default=None)
        if best is None:
            best = next(reversed(self._good), None)
        return None if best is None else self._good[best]
