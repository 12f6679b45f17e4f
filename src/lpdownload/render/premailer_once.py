"""Premailer with one parsed style sheet for all documents, without the network, without CSS validation.

`requests` takes 60 ms to import and could only fetch style sheets, which we never do: it stays a lazy module.
Validation compiles 60 ms of regular expressions for a verdict nobody reads: cssutils loses its profiles.
"""

import importlib.util
import logging
import re
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from importlib.machinery import ModuleSpec, PathFinder
from types import ModuleType
from typing import TypeAlias
from xml.dom import DOMException

from lpdownload.render.inline import InlineCssError
from lpdownload.render.selectors import Selectors

_Rules: TypeAlias = tuple[list[tuple[tuple[int, ...], str, str]], list[object]]
"""Premailer's: specificity, selector and declarations of what it inlines, and what it leaves over."""

_NOT_INLINED = re.compile(r"\*|:(?!(?:first|last)-child\s*(?:,|$))")
_CLASS = re.compile(r"\.([\w-]+)")
_CLASSES = re.compile(r"""\bclass\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s>"']+))""", re.IGNORECASE)
_parsed: dict[str, _Rules] = {}


class _Postponed:
    """Finds modules as usual, but leaves their loading to the first use of an attribute."""

    def __init__(self, *names: str) -> None:
        self.names = names

    def find_spec(
        self, name: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if name not in self.names:
            return None
        spec = PathFinder.find_spec(name, path, target)
        if spec is not None and spec.loader is not None:
            spec.loader = importlib.util.LazyLoader(spec.loader)
        return spec


@contextmanager
def _postponed(*names: str) -> Iterator[None]:
    finder = _Postponed(*names)
    sys.meta_path.insert(0, finder)
    try:
        yield
    finally:
        sys.meta_path.remove(finder)


with _postponed("requests"):
    import cssutils
    from premailer import Premailer, premailer

cssutils.log.setLevel(logging.CRITICAL)
cssutils.profile.removeProfile(all=True)
cssutils.ser.prefs.minimizeColorHash = False
_selectors = Selectors()
premailer._create_cssselector = _selectors  # the one seam there is; a test compares the results


class PremailerOnce(Premailer):  # type: ignore[misc]  # premailer ships no types
    """Premailer with the settings that lose nothing of what MJML emits: each default breaks something."""

    def __init__(self, html: str, css: str) -> None:
        super().__init__(
            html,
            css_text=[css],
            strip_important=False,
            keep_style_tags=False,
            remove_classes=False,
            disable_basic_attributes=["width", "height", "align", "valign", "bgcolor"],
            align_floating_images=False,
            disable_validation=True,
            allow_network=False,
            allow_loading_external_files=False,
            disable_link_rewrites=True,
            cache_css_parsing=False,
            method="html",
        )

    def transform(self, *args: object, **kwargs: object) -> str:
        try:
            return str(super().transform(*args, **kwargs))
        finally:
            _selectors.forget()

    def _parse_style_rules(self, css_body: str, ruleset_index: int) -> _Rules:
        # The css_text is the only sheet, as every style element is marked to be ignored.
        if css_body not in _parsed:
            if len(_parsed) >= 64:
                _parsed.clear()
            _parsed[css_body] = super()._parse_style_rules(css_body, ruleset_index)
        rules, left_over = _parsed[css_body]
        # Each rule takes a walk through the document, so those for classes that it has not stay out.
        there = {name for found in _CLASSES.findall(self.html) for name in "".join(found).split()}
        return [rule for rule in rules if there.issuperset(_CLASS.findall(rule[1]))], left_over

    def _parse_css_string(self, css_body: str, validate: bool = True) -> Iterable[cssutils.css.CSSRule]:
        parser = cssutils.CSSParser(loglevel=logging.CRITICAL, raiseExceptions=True, validate=validate)
        try:
            sheet = parser.parseString(css_body)
        except DOMException as error:
            raise InlineCssError(f"the CSS to inline is not well-formed: {error}") from error
        for rule in sheet:
            _refuse_what_would_be_lost(rule)
        return sheet  # type: ignore[no-any-return]  # cssutils ships no types


def _refuse_what_would_be_lost(rule: cssutils.css.CSSRule) -> None:
    if rule.type == rule.COMMENT:
        return
    if rule.type != rule.STYLE_RULE:
        raise InlineCssError(f"only plain rules can be inlined, put this into mj-style: {rule.cssText[:60]}")
    if _NOT_INLINED.search(rule.selectorText):
        raise InlineCssError(f"this selector cannot be inlined, put it into mj-style: {rule.selectorText}")
