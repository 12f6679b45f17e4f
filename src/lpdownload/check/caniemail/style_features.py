"""The features that CSS uses, in style attributes and style sheets; only those that `effects` knows."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from tinycss2.ast import Node

_DECLARATION = re.compile(
    r"""([\w-]+)\s*:\s*((?:[^;"'()]|"[^"]*"|'[^']*'|\((?:[^()]|\([^()]*\))*\))*)""", re.DOTALL
)


@dataclass(frozen=True, slots=True)
class Use:
    """A feature by its slug, and the words that use it as they are written.

    ``within`` are the features its rule needs to apply at all, as @media.
    """

    slug: str
    words: str
    within: frozenset[str] = frozenset()


_PROPERTIES: Final[Mapping[str, str]] = {
    name: slug
    for slug, names in {
        "css-transform": "transform rotate scale translate",
        "css-float": "float",
        "css-flex-wrap": "flex-wrap",
        "css-justify-content": "justify-content",
        "css-align-items": "align-items",
        "css-gap": "gap column-gap row-gap",
        "css-grid-template": "grid-template grid-template-areas grid-template-columns grid-template-rows",
        "css-aspect-ratio": "aspect-ratio",
        "css-object-fit": "object-fit",
        "css-writing-mode": "writing-mode",
        "css-text-orientation": "text-orientation",
        "css-margin-inline-block": "margin-inline margin-block",
        "css-margin-inline-start-end": "margin-inline-start margin-inline-end",
        "css-margin-block-start-end": "margin-block-start margin-block-end",
        "css-padding-inline-block": "padding-inline padding-block",
        "css-padding-inline-start-end": "padding-inline-start padding-inline-end",
        "css-padding-block-start-end": "padding-block-start padding-block-end",
        "css-border-inline-block": "border-inline border-block",
        "css-border-inline-block-individual": "border-inline-start border-inline-end border-block-start "
        "border-block-end",
        "css-block-inline-size": "block-size",
        "css-inline-size": "inline-size",
    }.items()
    for name in names.split()
}
"""By the property alone."""
_LONGHAND = re.compile(r"border-(?:inline|block)-(?:start|end)-(?:color|style|width)")
_UNSAID = re.compile(r"none|normal|static|visible|auto|initial|inherit|unset|revert|0(?:px)?", re.IGNORECASE)
"""Values by which a property does what it would do without."""
_VALUES: Final[tuple[tuple[str, re.Pattern[str], re.Pattern[str]], ...]] = tuple(
    (slug, re.compile(properties), re.compile(value, re.IGNORECASE))
    for slug, properties, value in (
        ("css-display-flex", "display", r"(?:inline-)?flex\b"),
        ("css-display-grid", "display", r"(?:inline-)?grid\b"),
        ("css-display-none", "display", r"none\b"),
        ("css-position", "position", r"absolute|fixed|sticky"),
        ("css-visibility", "visibility", r"hidden|collapse"),
        ("css-flex-direction", "flex-direction|flex-flow", r"column"),
        ("css-margin", "margin(?:-top|-right|-bottom|-left)?", r"(?:^|\s)-(?=[\d.]*[1-9])"),
        ("css-background-image", "background(?:-image)?", r"url\("),
        ("css-linear-gradient", "background(?:-image)?", r"linear-gradient\("),
        ("css-radial-gradient", "background(?:-image)?", r"radial-gradient\("),
        ("css-conic-gradient", "background(?:-image)?", r"conic-gradient\("),
        ("css-variables", ".*", r"\bvar\("),
        ("css-rgb", ".*", r"\brgba?\(\s*[\d.]+%?\s+[\d.]"),
        ("css-rgba", ".*", r"\brgba\(|\brgb\((?:[^(),]*,){3}"),
        ("css-modern-color", ".*", r"\b(?:ok)?(?:lch|lab)\("),
        ("css-function-light-dark", ".*", r"\blight-dark\("),
        ("css-unit-calc", ".*", r"\bcalc\("),
        ("css-function-clamp", ".*", r"\bclamp\("),
        ("css-function-max", ".*", r"(?<![\w-])max\("),
        ("css-function-min", ".*", r"(?<![\w-])min\("),
        ("css-intrinsic-size", "(?:min-|max-)?(?:width|height)", r"\b(?:fit|min|max)-content\b"),
        *(
            (f"css-unit-{unit}", ".*", rf"(?<![\w#-])-?(?:\d+\.?\d*|\.\d+){unit}\b")
            for unit in ("rem", "ch", "vh", "vw", "vmax", "vmin")
        ),
    )
)
"""By a value of a property: of the ones a name matches."""
_BACKGROUNDS = frozenset(
    {"css-background-image", "css-linear-gradient", "css-radial-gradient", "css-conic-gradient"}
)
_HIDDEN_BY = {"css-display-none": ("mso-hide", "all"), "css-visibility": ("display", "none")}
"""What hides an element from programs that lack the feature."""
_COLOR = re.compile(r"#[0-9a-f]{3,8}\b|\brgb\(\d+,|^\s*[a-z]+\s*(?:$|\s)", re.IGNORECASE)
_SIGNS = re.compile(
    "|".join(
        (
            r"[:\s]-(?:\d|\.)|url\(|gradient\(|(?:var|lch|lab|calc|clamp|max|min|light-dark|rgba|rgb)\(|-content",
            r"flex|grid|none|hidden|collapse|absolute|fixed|sticky|\d(?:rem|ch|v[hw]|vmax|vmin)\b",
            *sorted(_PROPERTIES, key=len, reverse=True),
            r"(?:border|margin|padding)-(?:inline|block)",
        )
    ),
    re.IGNORECASE,
)
"""What a style must hold to be worth a closer look; most hold nothing of it."""


@lru_cache(maxsize=4096)
def of_style(style: str) -> tuple[Use, ...]:
    """The features of a style attribute; one with a plain value beside it for who lacks it does not count."""
    if not _SIGNS.search(style):
        return ()
    declared = [
        (name.lower(), value.replace("!important", "").strip()) for name, value in _DECLARATION.findall(style)
    ]
    return tuple(
        dict.fromkeys(use for at, one in enumerate(declared) for use in _of(one, declared[:at], declared))
    )


def _of(one: tuple[str, str], before: list[tuple[str, str]], every: list[tuple[str, str]]) -> Iterator[Use]:
    name, value = one
    if name.startswith("--"):
        return
    if _UNSAID.fullmatch(value) and name != "display":
        return
    words = f"{name}: {value}"
    if slug := _PROPERTIES.get(name):
        yield Use(slug, words)
    elif _LONGHAND.fullmatch(name):
        yield Use("css-border-inline-block-longhand", words)
    for slug, properties, pattern in _VALUES:
        if pattern.search(value) and re.fullmatch(properties, name):
            if slug in _HIDDEN_BY and _HIDDEN_BY[slug] in every:
                continue
            if slug in _BACKGROUNDS:
                if _has_color(value, every):
                    continue
            elif any(
                earlier == name and not pattern.search(other) and slug != "css-margin"
                for earlier, other in before
            ):
                continue
            yield Use(slug, words)


def _has_color(value: str, every: list[tuple[str, str]]) -> bool:
    """Whether a plain colour lies under a background picture."""
    rest = re.sub(r"(?:url|[\w-]*gradient)\((?:[^()]|\([^()]*\))*\)", "", value)
    return bool(re.search(r"#[0-9a-f]{3}", rest, re.IGNORECASE)) or any(
        name == "background-color" or (name == "background" and other != value and _COLOR.search(other))
        for name, other in every
    )


_SELECTORS: Final[tuple[tuple[str, re.Pattern[str]], ...]] = (
    *((f"css-pseudo-element-{name}", re.compile(rf"::?{name}\b")) for name in ("before", "after")),
    *((f"css-pseudo-class-{name}", re.compile(rf"(?<!:):{name}\b(?!-)")) for name in (
        "checked", "target", "has", "not", "first-child", "first-of-type", "last-child", "last-of-type",
        "nth-child", "nth-of-type", "nth-last-child", "nth-last-of-type", "only-child", "only-of-type",
    )),
)  # fmt: skip
_NEEDED: Final[tuple[tuple[str, re.Pattern[str]], ...]] = (
    ("css-selector-attribute", re.compile(r"\[")),
    ("css-selector-child", re.compile(r">")),
    ("css-selector-adjacent-sibling", re.compile(r"\+")),
    ("css-selector-general-sibling", re.compile(r"~(?!=)")),
    ("css-selector-universal", re.compile(r"\*(?!=)")),
    ("css-pseudo-class-hover", re.compile(r":hover\b")),
    ("css-pseudo-class-active", re.compile(r":active\b")),
    ("css-pseudo-class-focus", re.compile(r":focus\b")),
)
"""What a rule needs to apply, and nobody misses by itself."""
_CONDITIONS: Final[tuple[tuple[str, re.Pattern[str]], ...]] = (
    ("css-at-media-prefers-color-scheme", re.compile(r"prefers-color-scheme")),
    ("css-at-media-prefers-reduced-motion", re.compile(r"prefers-reduced-motion")),
    ("css-at-media-device-pixel-ratio", re.compile(r"device-pixel-ratio|min-resolution")),
    ("css-at-media-hover", re.compile(r"\((?:any-)?hover")),
    ("css-at-media-orientation", re.compile(r"orientation")),
)
_PASSED = frozenset({"keyframes", "-webkit-keyframes", "font-face", "import", "charset", "page", "viewport"})


@lru_cache(maxsize=64)
def of_sheet(css: str) -> tuple[Use, ...]:
    """The features of a style sheet: of its rules' selectors and declarations."""
    import tinycss2

    nodes = tinycss2.parse_stylesheet(css, skip_comments=True, skip_whitespace=True)
    return tuple(dict.fromkeys(_of_rules(nodes, frozenset())))


def _of_rules(nodes: "Iterable[Node]", within: frozenset[str]) -> Iterator[Use]:
    import tinycss2

    for node in nodes:
        if node.type == "qualified-rule":
            selector = " ".join(tinycss2.serialize(node.prelude).split())
            needed = within | {slug for slug, pattern in _NEEDED if pattern.search(selector)}
            own = [Use(slug, selector, needed) for slug, pattern in _SELECTORS if pattern.search(selector)]
            yield from own
            inner = tinycss2.parse_blocks_contents(node.content, skip_comments=True, skip_whitespace=True)
            if nested := [one for one in inner if one.type == "qualified-rule"]:
                yield Use("css-nesting", " ".join(tinycss2.serialize(nested[0].prelude).split()), needed)
            style = ";".join(
                f"{one.name}:{tinycss2.serialize(one.value)}" for one in inner if one.type == "declaration"
            )
            needed |= {use.slug for use in own}
            yield from (replace(use, within=needed) for use in of_style(style))
        elif node.type == "at-rule" and node.content is not None and node.lower_at_keyword not in _PASSED:
            needed = within | _condition(node.lower_at_keyword, tinycss2.serialize(node.prelude))
            inner = tinycss2.parse_rule_list(node.content, skip_comments=True, skip_whitespace=True)
            yield from _of_rules(inner, needed)


def _condition(keyword: str, prelude: str) -> frozenset[str]:
    if keyword == "supports":
        return frozenset({"css-at-supports"})
    if keyword != "media":
        return frozenset()
    return frozenset({"css-at-media", *(slug for slug, pattern in _CONDITIONS if pattern.search(prelude))})
