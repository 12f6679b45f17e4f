"""The MJML our templates may use: tags, where they stand, and the attributes that really reach mrml 6's HTML.

Found by setting each attribute to odd values and comparing what mjml-python 1.4.2 makes of it. What MJML has
but mrml drops (border-top of mj-image, gap of mj-wrapper, title of mj-button) is left out on purpose.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, TypeAlias

Content: TypeAlias = Literal["tags", "html", "text", "css", "nothing"]


@dataclass(frozen=True, slots=True)
class Kind:
    """What a value may look like, and how to say so."""

    pattern: re.Pattern[str]
    wanted: str

    def accepts(self, value: str) -> bool:
        return self.pattern.fullmatch(value) is not None


@dataclass(frozen=True, slots=True)
class Tag:
    """``parents`` are tags this one may stand directly in; none: only as the root."""

    content: Content
    parents: frozenset[str]
    attributes: Mapping[str, Kind]
    required: frozenset[str] = frozenset()


def _kind(pattern: str, wanted: str) -> Kind:
    return Kind(re.compile(pattern), wanted)


def _one_of(*values: str) -> Kind:
    return _kind("|".join(map(re.escape, values)), " or ".join(values))


_PX = r"\d+(?:\.\d+)?px"
_COLOUR = r"#[0-9a-fA-F]{6}"

TEXT = _kind(r"(?s).*", "any text")
URL = _kind(r"\S+", "an address without spaces")
PX = _kind(_PX, "a length in px, as 12px (zero as 0px)")
PX_OR_PERCENT = _kind(rf"{_PX}|\d+(?:\.\d+)?%", "a length in px or %")
PX_OR_AUTO = _kind(rf"{_PX}|auto", "a length in px, or auto")
WIDTH = _kind(rf"{_PX}|\d+(?:\.\d+)?%|auto", "a length in px or %, or auto")
SIDES = _kind(rf"{_PX}(?: {_PX}){{0,3}}", "one to four lengths in px, zero as 0px: 0px 24px")
RADIUS = _kind(rf"(?:{_PX}|\d+%)(?: (?:{_PX}|\d+%)){{0,3}}", "one to four lengths in px or %")
SPACING = _kind(rf"normal|-?{_PX}|-?\d+(?:\.\d+)?em", "a length in px or em")
LINE_HEIGHT = _kind(rf"{_PX}|\d+(?:\.\d+)?%?", "a number, px or %")
COLOUR = _kind(_COLOUR, "six digits, as #1d4ed8")
BORDER = _kind(rf"none|{_PX} (?:solid|dashed|dotted|double) {_COLOUR}", "none, or as 1px solid #d0d5dd")
NUMBER = _kind(r"\d+", "a whole number")
WEIGHT = _kind(r"normal|bold|[1-9]00", "normal, bold, or 100 to 900")
NAME = _kind(r"[A-Za-z_][\w-]*", "a name of letters, digits, - and _")
NAMES = _kind(r"[A-Za-z_][\w-]*(?: [A-Za-z_][\w-]*)*", "class names")
ALIGN = _one_of("left", "center", "right")
TEXT_ALIGN = _one_of("left", "center", "right", "justify")
VERTICAL = _one_of("top", "middle", "bottom")
FONT_STYLE = _one_of("normal", "italic", "oblique")
DECORATION = _one_of("none", "underline", "line-through", "overline")
TRANSFORM = _one_of("none", "uppercase", "lowercase", "capitalize")
TARGET = _one_of("_blank", "_self", "_parent", "_top")
REPEAT = _one_of("repeat", "no-repeat")
DIRECTION = _one_of("ltr", "rtl", "auto")
NETWORK = _kind(
    r"[a-z]+-noshare|dribbble|github|instagram|medium|snapchat|soundcloud|vimeo|web|youtube",
    "a name that does not make the address a share link, as facebook-noshare",
)


def _sides(name: str, kind: Kind) -> dict[str, Kind]:
    return {f"{name}-{side}": kind for side in ("top", "right", "bottom", "left")}


_EVERYWHERE = {"css-class": NAMES, "mj-class": NAMES}
_PADDING = {"padding": SIDES, **_sides("padding", PX)}
_IN_COLUMN = {**_EVERYWHERE, **_PADDING, "container-background-color": COLOUR}
_FONT = {
    "color": COLOUR,
    "font-family": TEXT,
    "font-size": PX,
    "font-style": FONT_STYLE,
    "font-weight": WEIGHT,
    "line-height": LINE_HEIGHT,
    "text-decoration": DECORATION,
}
_LINK = {"href": URL, "rel": TEXT, "target": TARGET}
_BORDERS = {"border": BORDER, **_sides("border", BORDER), "border-radius": RADIUS}
_BACKGROUND = {
    "background-color": COLOUR,
    "background-url": URL,
    "background-repeat": REPEAT,
    "background-size": TEXT,
    "background-position": TEXT,
    "background-position-x": TEXT,
    "background-position-y": TEXT,
}
_SECTION = {
    **_EVERYWHERE,
    **_PADDING,
    **_BORDERS,
    **_BACKGROUND,
    "direction": DIRECTION,
    "full-width": _one_of("full-width"),
    "text-align": TEXT_ALIGN,
}

_HEAD = frozenset({"mj-head"})
_BODY = frozenset({"mj-body", "mj-wrapper"})
_COLUMN = frozenset({"mj-column", "mj-hero"})

TAGS: Mapping[str, Tag] = {
    "mjml": Tag("tags", frozenset(), {"lang": TEXT, "dir": DIRECTION}, frozenset({"lang"})),
    "mj-head": Tag("tags", frozenset({"mjml"}), {}),
    "mj-title": Tag("text", _HEAD, {}),
    "mj-breakpoint": Tag("nothing", _HEAD, {"width": PX}, frozenset({"width"})),
    "mj-font": Tag("nothing", _HEAD, {"name": TEXT, "href": URL}, frozenset({"name", "href"})),
    "mj-style": Tag("css", _HEAD, {}),
    "mj-attributes": Tag("tags", _HEAD, {}),
    "mj-body": Tag(
        "tags", frozenset({"mjml"}), {"background-color": COLOUR, "css-class": NAMES, "width": PX}
    ),
    "mj-wrapper": Tag("tags", frozenset({"mj-body"}), _SECTION),
    "mj-section": Tag("tags", _BODY, _SECTION),
    "mj-group": Tag(
        "tags",
        frozenset({"mj-section"}),
        {
            **_EVERYWHERE,
            "background-color": COLOUR,
            "direction": DIRECTION,
            "vertical-align": VERTICAL,
            "width": PX_OR_PERCENT,
        },
    ),
    "mj-column": Tag(
        "tags",
        frozenset({"mj-section", "mj-group"}),
        {
            **_EVERYWHERE,
            **_PADDING,
            **_BORDERS,
            "background-color": COLOUR,
            "direction": DIRECTION,
            "inner-background-color": COLOUR,
            "inner-border-radius": RADIUS,
            "vertical-align": VERTICAL,
            "width": PX_OR_PERCENT,
        },
    ),
    "mj-hero": Tag(
        "tags",
        _BODY,
        {
            **_EVERYWHERE,
            **_PADDING,
            "background-color": COLOUR,
            "background-height": PX,
            "background-position": TEXT,
            "background-url": URL,
            "background-width": PX,
            "height": PX,
            "inner-background-color": COLOUR,
            "inner-padding": SIDES,
            "mode": _one_of("fixed-height"),
            "vertical-align": VERTICAL,
            "width": PX,
        },
    ),
    "mj-text": Tag(
        "html",
        _COLUMN,
        {
            **_IN_COLUMN,
            **_FONT,
            "align": TEXT_ALIGN,
            "height": PX,
            "letter-spacing": SPACING,
            "text-transform": TRANSFORM,
        },
    ),
    "mj-button": Tag(
        "html",
        _COLUMN,
        {
            **_IN_COLUMN,
            **_FONT,
            **_LINK,
            **_BORDERS,
            "align": ALIGN,
            "background-color": COLOUR,
            "height": PX,
            "inner-padding": SIDES,
            "letter-spacing": SPACING,
            "name": NAME,
            "text-align": TEXT_ALIGN,
            "text-transform": TRANSFORM,
            "vertical-align": VERTICAL,
            "width": PX_OR_PERCENT,
        },
        frozenset({"href"}),
    ),
    "mj-image": Tag(
        "nothing",
        _COLUMN,
        {
            **_IN_COLUMN,
            **_LINK,
            "align": ALIGN,
            "alt": TEXT,
            "border": BORDER,
            "border-radius": RADIUS,
            "fluid-on-mobile": _one_of("true"),
            "font-size": PX,
            "height": PX_OR_AUTO,
            "max-height": PX,
            "name": NAME,
            "src": URL,
            "srcset": TEXT,
            "title": TEXT,
            "usemap": TEXT,
            "width": PX,
        },
        frozenset({"src", "alt"}),
    ),
    "mj-divider": Tag(
        "nothing",
        _COLUMN,
        {
            **_IN_COLUMN,
            "align": ALIGN,
            "border-color": COLOUR,
            "border-style": _one_of("solid", "dashed", "dotted"),
            "border-width": PX,
            "width": PX_OR_PERCENT,
        },
    ),
    "mj-spacer": Tag("nothing", _COLUMN, {**_IN_COLUMN, "height": PX}),
    "mj-table": Tag(
        "html",
        _COLUMN,
        {
            **_IN_COLUMN,
            "align": ALIGN,
            "border": BORDER,
            "cellpadding": NUMBER,
            "cellspacing": NUMBER,
            "color": COLOUR,
            "font-family": TEXT,
            "font-size": PX,
            "line-height": LINE_HEIGHT,
            "table-layout": _one_of("auto", "fixed"),
            "width": WIDTH,
        },
    ),
    "mj-social": Tag(
        "tags",
        _COLUMN,
        {
            **_IN_COLUMN,
            **_FONT,
            "align": ALIGN,
            "border-radius": RADIUS,
            "icon-height": PX,
            "icon-padding": SIDES,
            "icon-size": PX,
            "inner-padding": SIDES,
            "mode": _one_of("horizontal", "vertical"),
            "text-padding": SIDES,
        },
    ),
    "mj-social-element": Tag(
        "html",
        frozenset({"mj-social"}),
        {
            **_EVERYWHERE,
            **_PADDING,
            **_FONT,
            **_LINK,
            "align": ALIGN,
            "alt": TEXT,
            "background-color": COLOUR,
            "border-radius": RADIUS,
            "icon-height": PX,
            "icon-padding": SIDES,
            "icon-size": PX,
            "name": NETWORK,
            "src": URL,
            "text-padding": SIDES,
            "title": TEXT,
            "vertical-align": VERTICAL,
        },
        frozenset({"href", "src", "alt"}),  # mrml's own icons come from a third party's host
    ),
    "mj-navbar": Tag("tags", _COLUMN, {**_IN_COLUMN, "align": ALIGN, "base-url": URL}),
    "mj-navbar-link": Tag(
        "html",
        frozenset({"mj-navbar"}),
        {
            **_EVERYWHERE,
            **_PADDING,
            **_FONT,
            **_LINK,
            "letter-spacing": SPACING,
            "name": NAME,
            "text-transform": TRANSFORM,
        },
        frozenset({"href"}),
    ),
    "mj-raw": Tag("html", _HEAD | _BODY | _COLUMN | {"mj-section", "mj-group"}, {}),
}
"""Every tag a template may use; in mj-attributes also mj-all and mj-class."""

_STYLED = {name: kind for tag in TAGS.values() for name, kind in tag.attributes.items()}

IN_ATTRIBUTES: Mapping[str, Tag] = {
    **{
        name: Tag("nothing", frozenset({"mj-attributes"}), tag.attributes)
        for name, tag in TAGS.items()
        if "mj-class" in tag.attributes
    },
    "mj-all": Tag("nothing", frozenset({"mj-attributes"}), _STYLED),
    "mj-class": Tag("nothing", frozenset({"mj-attributes"}), {**_STYLED, "name": NAME}, frozenset({"name"})),
}
"""What stands in mj-attributes: defaults by tag, for all, and classes; none has children."""

REFUSED: Mapping[str, str] = {
    "mj-html-attributes": "the compiler refuses it: write the attribute where it belongs",
    "mj-include": "use Jinja's include",
    "mj-selector": "the compiler refuses it",
    "mj-preview": "spam filters count its white text on white: the layout emits the preheader itself",
    "mj-accordion": "few clients open it: show the text",
    "mj-carousel": "few clients turn it: show the pictures below each other",
}

DROPPED: Mapping[tuple[str, str], str] = {
    ("mj-raw", "position"): "the compiler refuses it",
    ("mj-style", "inline"): "it is not inlined: put the rules into inline.css.j2",
    ("mj-hero", "mode"): "fluid-height breaks in Outlook",
    ("mj-wrapper", "gap"): "give its sections padding",
    ("mj-button", "title"): "the label says it",
    ("mj-image", "sizes"): "give a width in px",
    ("mj-navbar", "hamburger"): "few clients open it",
}
"""A better hint than "did you mean" for attributes and values people try."""
