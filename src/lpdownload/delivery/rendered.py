"""An issue's variants, each rendered once for all that looks at it: approval, gate and plan."""

from typing import Final
from weakref import WeakKeyDictionary

from lpdownload.content.library import Library
from lpdownload.model.issue import Issue
from lpdownload.render.render import Rendering, render_issue

_DONE: Final[WeakKeyDictionary[Library, dict[tuple[str, frozenset[str]], Rendering]]] = WeakKeyDictionary()
"""A library reads each file once, so what is made of them is the same for as long as it is there."""


def rendered(library: Library, issue: Issue, variant: frozenset[str]) -> Rendering:
    """As ``render_issue``. ``issue``: as the library has it."""
    done = _DONE.setdefault(library, {})
    if (issue.key, variant) not in done:
        done[issue.key, variant] = render_issue(
            issue, newsroom=library.root, templates=library.templates, variant=variant
        )
    return done[issue.key, variant]
