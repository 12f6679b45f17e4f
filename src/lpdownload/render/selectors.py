"""Finds the elements of simple CSS selectors through an index of the document, for premailer.

Premailer walks the whole document by XPath for each selector: with a hundred selectors that is 10 ms of a
render's 12. Here elements are filed under their classes once, and descendants found from there. What is not
made of tags, classes and descendants goes the way premailer would.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from typing import TypeAlias

from lxml.cssselect import CSSSelector
from lxml.etree import XPath, _Element

_SIMPLE = re.compile(r"(?:[A-Za-z][A-Za-z0-9]*)?(?:\.[A-Za-z_][\w-]*)*")
_WITH_CLASS = XPath("descendant-or-self::*[@class]")
_Compound: TypeAlias = tuple[str, frozenset[str]]
"""A tag, or "" for any, and classes."""

Find: TypeAlias = Callable[[_Element], Sequence[_Element]]


class _Index:
    """One document's elements by class, in the order of the document."""

    def __init__(self, page: _Element) -> None:
        self.page = page
        self._by_class: dict[str, list[_Element]] = {}
        self._classes: dict[_Element, frozenset[str]] = {}
        for element in _WITH_CLASS(page):
            names = self._classes[element] = frozenset(element.get("class", "").split())
            for name in names:
                self._by_class.setdefault(name, []).append(element)

    def find(self, compounds: tuple[_Compound, ...]) -> list[_Element]:
        """The elements of a selector that names a class somewhere."""
        tag, classes = compounds[-1]
        if classes:
            found = self._matching(compounds[-1])
            return [element for element in found if self._stands_in(element, compounds[:-1])]
        near = max(place for place, (_, names) in enumerate(compounds) if names)
        below: dict[_Element, None] = {}
        for above in self._matching(compounds[near]):
            if self._stands_in(above, compounds[:near]):
                inside = (element for element in above.iter(tag) if element is not above)
                between = compounds[near:-1]
                below |= dict.fromkeys(
                    element for element in inside if len(between) == 1 or self._stands_in(element, between)
                )
        return list(below)

    def _matching(self, compound: _Compound) -> Iterable[_Element]:
        tag, classes = compound
        for element in self._by_class.get(min(classes), ()):
            if classes <= self._classes[element] and tag in {"", element.tag}:
                yield element

    def _stands_in(self, element: _Element, compounds: Sequence[_Compound]) -> bool:
        """Whether ``compounds`` stand above it in this order; the nearest match is as good as any."""
        if not compounds:
            return True
        wanted = list(compounds)
        nothing: frozenset[str] = frozenset()
        for above in element.iterancestors():
            tag, classes = wanted[-1]
            if tag in {"", above.tag} and classes <= self._classes.get(above, nothing):
                wanted.pop()
                if not wanted:
                    return True
        return False


@lru_cache(maxsize=1024)
def _compounds(selector: str) -> tuple[_Compound, ...] | None:
    """The parts of a selector made of tags, classes and descendants only; None for any other."""
    parts = selector.split()
    if not parts or not all(_SIMPLE.fullmatch(part) for part in parts):
        return None
    split = (part.split(".") for part in parts)
    return tuple((tag.lower(), frozenset(classes)) for tag, *classes in split)


@lru_cache(maxsize=1024)
def _slow(selector: str) -> Find:
    find: Find = CSSSelector(selector)
    return find


class Selectors:
    """Makes finders for the selectors of one document after another, as premailer's own function does."""

    def __init__(self) -> None:
        self._index: _Index | None = None

    def __call__(self, selector: str) -> Find:
        compounds = _compounds(selector)
        if compounds is None or not any(classes for _, classes in compounds):
            return _slow(selector)
        wanted = compounds

        def find(page: _Element) -> Sequence[_Element]:
            if self._index is None or self._index.page is not page:
                self._index = _Index(page)
            return self._index.find(wanted)

        return find

    def forget(self) -> None:
        """Lets go of the last document; its elements may change or move."""
        self._index = None
