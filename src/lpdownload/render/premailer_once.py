"""Premailer with one parsed style sheet for all documents, without the network.

`requests` takes 60 ms to import and could only fetch style sheets, which we never do; `cssutils` takes 90 ms
and is replaced by `css`. Premailer gets empty modules under both names: whatever it would do with them fails.
"""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from types import ModuleType

from lpdownload.render.css import Rule, declarations, rules
from lpdownload.render.selectors import Selectors


@contextmanager
def _instead(*names: str) -> Iterator[None]:
    """Empty modules under these names, for an import that only binds them."""
    loaded = {name: sys.modules.get(name) for name in names}
    sys.modules.update({name: ModuleType(name) for name in names})
    try:
        yield
    finally:
        for name, module in loaded.items():
            del sys.modules[name]
            if module is not None:
                sys.modules[name] = module


with _instead("requests", "cssutils"):
    from premailer import Premailer, merge_style, premailer

# Premailer's seams: how it finds elements and how it reads declarations. Tests compare with its own ways.
_selectors = Selectors()
premailer._create_cssselector = _selectors
premailer.csstext_to_pairs = merge_style.csstext_to_pairs = declarations


class PremailerOnce(Premailer):  # type: ignore[misc]  # premailer ships no types
    """Premailer with the settings that lose nothing of what MJML emits: each default breaks something."""

    def __init__(self, html: str, css: str) -> None:
        super().__init__(
            html,
            css_text=[css],
            strip_important=False,
            keep_style_tags=False,
            disable_leftover_css=True,
            remove_classes=False,
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

    def _parse_style_rules(self, css_body: str, _: int) -> tuple[list[Rule], list[object]]:
        # The css_text is the only sheet, as every style element is marked to be ignored.
        return _rules(css_body), []

    def _style_to_basic_html_attributes(self, *_: object, **__: object) -> None:
        """Nothing: MJML wrote the width, height, align, valign and bgcolor that Outlook needs."""


_rules = lru_cache(maxsize=64)(rules)
