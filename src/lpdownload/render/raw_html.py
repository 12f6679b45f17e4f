"""HTML of an author's own, reduced to what is safe: no scripts, forms, styles or frames.

Headings begin at h3, as those of Markdown do: h1 and h2 lose their tags and keep their words.
"""

from markupsafe import Markup
from nh3 import Cleaner

# fmt: off
_TAGS = {
    "a", "abbr", "b", "blockquote", "br", "caption", "cite", "code", "dd", "del", "dfn", "div", "dl",
    "dt", "em", "figcaption", "figure", "h3", "h4", "h5", "h6", "hr", "i", "img", "ins", "kbd", "li",
    "mark", "ol", "p", "pre", "q", "s", "samp", "small", "span", "strong", "sub", "sup", "table",
    "tbody", "td", "tfoot", "th", "thead", "tr", "u", "ul", "var",
}
# fmt: on
_ATTRIBUTES = {
    "*": {"lang", "dir", "title"},
    "a": {"href"},
    "img": {"src", "alt", "width", "height"},
    "ol": {"start"},
    "td": {"colspan", "rowspan"},
    "th": {"colspan", "rowspan", "scope"},
}
_CLEANER = Cleaner(
    tags=_TAGS, attributes=_ATTRIBUTES, url_schemes={"http", "https", "mailto", "tel"}, link_rel=None
)


def sanitised(html: str) -> Markup:
    """``html`` with well-formed tags of the safe kinds; the words of all others stay, scripts go whole."""
    return Markup(_CLEANER.clean(html))
