"""What a reader loses without a feature: the one table behind “breaks”, “degrades” and silence.

breaks    words or pictures are missing, lie over one another or cannot be read: a warning
degrades  the mail looks worse and all of it can be read: worth knowing
silence   whatever is not in this table: rounded corners, shadows, hover, dark mode, media queries, finer
          typography. It is decoration, or an addition to what works without it.

Partly supported counts as supported, unless the table says more: mostly another part is missing than the one
a mail uses. Pictures' formats, fonts and linked style sheets are not here: other rules see to them.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

Kind: TypeAlias = Literal["breaks", "degrades"]


@dataclass(frozen=True, slots=True)
class Effect:
    """``loses`` says what becomes of the mail without it, ``instead`` what to write.

    ``partly`` says what partial support means: nothing (None), or the same, as only such uses are looked for
    as it does not cover; or something milder.
    """

    kind: Kind
    loses: str
    instead: str
    partly: Kind | None = None


def _breaks(loses: str, instead: str, *, partly: Kind | None = None) -> Effect:
    return Effect("breaks", loses, instead, partly)


def _degrades(loses: str, instead: str, *, partly: Kind | None = None) -> Effect:
    return Effect("degrades", loses, instead, partly)


_DROPPED = "the whole declaration is dropped"
_PLAIN_VALUE = "write the plain value before it, in a declaration of its own"
_SPACE = "the space goes"
_BACKGROUND = "the background goes, and with it the contrast of what stands on it"
_COLUMNS = "what stands side by side comes one below the other"
_TABLE = "mj-column or a table"
_FORM = "nobody can fill it in"
_LINK = "link to a page that has the form"
_RULE = "the whole rule is dropped"
_CLASS = "give the element a class of its own"

EFFECTS: Final[Mapping[str, Effect]] = {
    # Layout
    "css-display-flex": _breaks(_COLUMNS, _TABLE),
    "css-display-grid": _breaks(_COLUMNS, _TABLE),
    "css-position": _breaks("it stands where it would without it, and may push others away", _TABLE),
    "css-transform": _degrades("it is neither moved, turned nor scaled", "a picture, or a table"),
    "css-margin": _degrades(
        "a negative margin is ignored, and nothing overlaps", _TABLE, partly="degrades"
    ),
    "css-float": _degrades("what flows around it comes below it", 'align="left" on a table or picture'),
    "css-flex-direction": _degrades("columns stay side by side on phones", "dir, or mj-column"),
    "css-flex-wrap": _degrades("columns do not wrap", "mj-column"),
    "css-justify-content": _degrades("it stands at the beginning", "align on a table cell"),
    "css-align-items": _degrades("it stands at the top", "valign on a table cell"),
    "css-gap": _degrades(_SPACE, "padding on table cells"),
    "css-grid-template": _breaks("all cells come one below the other", _TABLE),
    "css-aspect-ratio": _degrades("its height is another", "width and height"),
    "css-object-fit": _degrades("the picture is distorted", "cut the picture to its shape"),
    "css-writing-mode": _degrades("the words run as usual", "a picture with alt"),
    "css-text-orientation": _degrades("the words run as usual", "a picture with alt"),
    # Hiding
    "css-display-none": _breaks(
        "what is meant to be hidden shows", "add mso-hide: all", partly="degrades"
    ),
    "css-visibility": _breaks("what is meant to be hidden shows", "display: none, with mso-hide: all"),
    "html-hidden": _breaks("what is meant to be hidden shows", 'style="display: none; mso-hide: all"'),
    "css-pseudo-class-checked": _degrades("nothing opens or closes at a click", "show all of it"),
    "css-pseudo-class-target": _degrades("nothing opens or closes at a click", "show all of it"),
    "html-popover": _breaks("it never opens, or is always open", "show it"),
    "html-dialog": _breaks("it never opens, or is always open", "show it"),
    # Values
    "css-variables": _breaks(_DROPPED, "write the value itself"),
    "css-rgb": _breaks("the colour goes, in Gmail the whole style attribute", "#rrggbb", partly="breaks"),
    "css-rgba": _degrades("the colour goes", "a plain #rrggbb before it, in a declaration of its own"),
    "css-modern-color": _breaks("the colour goes", "#rrggbb"),
    "css-function-light-dark": _breaks("the colour goes", "#rrggbb, and prefers-color-scheme for dark mode"),
    "css-unit-calc": _degrades(_DROPPED, _PLAIN_VALUE),
    "css-function-clamp": _degrades(_DROPPED, _PLAIN_VALUE),
    "css-function-max": _degrades(_DROPPED, _PLAIN_VALUE),
    "css-function-min": _degrades(_DROPPED, _PLAIN_VALUE),
    "css-intrinsic-size": _degrades(_DROPPED, "a width in px or %"),
    "css-unit-rem": _degrades(_DROPPED, "px"),
    "css-unit-ch": _degrades(_DROPPED, "px"),
    "css-unit-vh": _degrades(_DROPPED, "px"),
    "css-unit-vw": _degrades(_DROPPED, "px or %"),
    "css-unit-vmax": _degrades(_DROPPED, "px or %"),
    "css-unit-vmin": _degrades(_DROPPED, "px or %"),
    # Backgrounds
    "css-background-image": _degrades(_BACKGROUND, "add a background-color, and mj-section background-url"),
    "css-linear-gradient": _degrades(_BACKGROUND, "add a background-color"),
    "css-radial-gradient": _degrades(_BACKGROUND, "add a background-color"),
    "css-conic-gradient": _degrades(_BACKGROUND, "add a background-color"),
    # Properties named by the direction of writing
    "css-margin-inline-block": _degrades(_SPACE, "margin-left, margin-right, margin-top, margin-bottom"),
    "css-margin-inline-start-end": _degrades(_SPACE, "margin-left or margin-right"),
    "css-margin-block-start-end": _degrades(_SPACE, "margin-top or margin-bottom"),
    "css-padding-inline-block": _degrades(_SPACE, "padding on a table cell"),
    "css-padding-inline-start-end": _degrades(_SPACE, "padding-left or padding-right on a table cell"),
    "css-padding-block-start-end": _degrades(_SPACE, "padding-top or padding-bottom on a table cell"),
    "css-border-inline-block": _degrades("the line goes", "border-left, border-right and so on"),
    "css-border-inline-block-individual": _degrades("the line goes", "border-left or border-right"),
    "css-border-inline-block-longhand": _degrades("the line goes", "border-left or border-right"),
    "css-block-inline-size": _degrades("its size is another", "width and height"),
    "css-inline-size": _degrades("its size is another", "width"),
    # Selectors; states such as :hover are decoration
    "css-nesting": _breaks(_RULE, "write each rule by itself"),
    "css-pseudo-class-has": _degrades(_RULE, _CLASS),
    "css-pseudo-class-not": _degrades(_RULE, _CLASS),
    "css-pseudo-class-first-child": _degrades(_RULE, _CLASS),
    "css-pseudo-class-first-of-type": _degrades(_RULE, _CLASS),
    "css-pseudo-class-last-child": _degrades(_RULE, _CLASS),
    "css-pseudo-class-last-of-type": _degrades(_RULE, _CLASS),
    "css-pseudo-class-nth-child": _degrades(_RULE, _CLASS),
    "css-pseudo-class-nth-of-type": _degrades(_RULE, _CLASS),
    "css-pseudo-class-nth-last-child": _degrades(_RULE, _CLASS),
    "css-pseudo-class-nth-last-of-type": _degrades(_RULE, _CLASS),
    "css-pseudo-class-only-child": _degrades(_RULE, _CLASS),
    "css-pseudo-class-only-of-type": _degrades(_RULE, _CLASS),
    "css-pseudo-element-after": _degrades("what it writes is missing", "write it into the mail itself"),
    "css-pseudo-element-before": _degrades("what it writes is missing", "write it into the mail itself"),
    # Elements and attributes
    "html-video": _breaks("nothing can be played", "a picture that links to the video"),
    "html-audio": _breaks("nothing can be played", "a link to the recording"),
    "html-svg": _breaks("the drawing is missing", "a PNG"),
    "html-object": _breaks("it is missing", "a link"),
    "html-form": _breaks(_FORM, _LINK),
    "html-input-checkbox": _breaks(_FORM, _LINK),
    "html-input-radio": _breaks(_FORM, _LINK),
    "html-input-text": _breaks(_FORM, _LINK),
    "html-input-submit": _breaks(_FORM, _LINK),
    "html-button-submit": _breaks(_FORM, _LINK),
    "html-select": _breaks(_FORM, _LINK),
    "html-textarea": _breaks(_FORM, _LINK),
    "html-meter": _breaks("the bar is missing", "say it in words"),
    "html-progress": _breaks("the bar is missing", "say it in words"),
    "html-ruby": _degrades("the reading stands behind the word", "put it into parentheses"),
    "html-marquee": _degrades("it stands still", "a paragraph"),
    "html-background": _degrades(_BACKGROUND, "mj-section background-url, and a background-color"),
    "html-anchor-links": _degrades("a click on it does nothing", "a link to the web page"),
}  # fmt: skip

MOOT: Final[Mapping[str, str]] = {
    "css-flex-direction": "css-display-flex",
    "css-flex-wrap": "css-display-flex",
    "css-justify-content": "css-display-flex",
    "css-align-items": "css-display-flex",
    "css-gap": "css-display-flex",
    "css-grid-template": "css-display-grid",
}
"""Features that say nothing more of a program that lacks another, which is reported."""

BASELINE: Final[Mapping[str, str]] = {
    "html-anchor-links": "Gmail on iPhones does not jump; the contents still say what the mail holds.",
}
"""What the packaged templates use although a client lacks it, with the reason: never reported.

A test renders an example of every section with them, and finds that nothing else is used and nothing is idle.
"""
