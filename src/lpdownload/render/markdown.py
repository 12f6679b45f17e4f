"""Markdown of an issue's text fields, as XHTML that is safe inside an MJML ``mj-text``, and its mistakes.

Reference definitions (``[label]: address``) are off: CommonMark drops every one that nothing refers to, so a
paragraph that begins "[Update]: moved" would vanish without a word.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from urllib.parse import urlsplit

from markdown_it import MarkdownIt
from markdown_it.common.utils import escapeHtml
from markdown_it.renderer import RendererHTML
from markdown_it.rules_block.table import escapedSplit
from markdown_it.token import Token
from markdown_it.utils import EnvType, OptionsDict
from markupsafe import Markup

from lpdownload.errors import Finding, Loc

# The parser silently drops what nests deeper: hence a finding. MJML compilers crash on much deeper trees.
_MAX_NESTING = 20

_SHIFTED = {"h1": "h3", "h2": "h3", "h3": "h3", "h4": "h4", "h5": "h4", "h6": "h4"}

# What XML 1.0 forbids, C1 controls (Gmail clips at them), and what only some programs call a line's end.
_UNSAFE = re.compile("\r\n?|[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufffe\uffff]")
_REPLACEMENT = {
    "\r\n": "\n",
    "\r": "\n",
    "\x85": "\n",
    "\u2028": "\n",
    "\u2029": "\n\n",
    "\x0b": " ",
    "\x0c": " ",
}

# A merge field as a token or, in a file just loaded, still in its braces, where a whole address stands.
_FIELD_ADDRESS = re.compile(r"(?:mf[0-9a-z]{6,}z|\{\{.*\}\}|%7B%7B.*%7D%7D)(?:[/?#].*)?", re.DOTALL)

_DEFINITION = re.compile(r"^\[([^\]\n]+)\]:[ \t]*<?((?:https?|mailto):[^\s>]*)", re.MULTILINE | re.IGNORECASE)


def clean(text: str) -> str:
    """``text`` without what XML forbids or mail clients trip over; every kind of line end as a newline."""
    return text if text.isprintable() else _UNSAFE.sub(_replace, text)


def _replace(match: re.Match[str]) -> str:
    found = match[0]
    return _REPLACEMENT.get(found) or ("\ufffd" if "\ud800" <= found <= "\udfff" else "")


class _Xhtml(RendererHTML):
    """Renders shared tokens without changing them; ``env["link"]`` rewrites the addresses."""

    def link_open(
        self,
        tokens: Sequence[Token],
        idx: int,
        options: OptionsDict,  # noqa: ARG002
        env: EnvType,
    ) -> str:
        href = str(tokens[idx].attrs["href"])
        if not works_in_a_mail(href):
            return "<a>"
        title = tokens[idx].attrs.get("title")
        attributes = f' title="{escapeHtml(str(title))}"' if title else ""
        return f'<a href="{escapeHtml(clean(env["link"](href)))}"{attributes}>'

    def image(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        return escapeHtml(self.renderInlineAsText(tokens[idx].children, options, env))


def _parser() -> MarkdownIt:
    options = {"html": False, "xhtmlOut": True, "maxNesting": _MAX_NESTING}
    parser = MarkdownIt("commonmark", options, renderer_cls=_Xhtml)
    parser.enable(["table", "strikethrough"]).disable("reference")
    # Every address becomes a link token, so that `problems` sees it; renderers leave out what must not be.
    parser.validateLink = lambda url: True  # type: ignore[method-assign]  # noqa: ARG005
    return parser


_PARSER = _parser()


@lru_cache(maxsize=1024)
def block_tokens(source: str) -> tuple[Token, ...]:
    """``source`` as paragraphs, lists and so on. The tokens are shared: read them, never change them."""
    return _finished(_PARSER.parse(clean(source)))


@lru_cache(maxsize=1024)
def inline_tokens(source: str) -> tuple[Token, ...]:
    """``source`` as one line, such as a title: a single ``inline`` token. Read it, never change it."""
    return _finished(_PARSER.parseInline(clean(source)))


def _finished(tokens: list[Token]) -> tuple[Token, ...]:
    for token in tokens:
        if token.type in ("heading_open", "heading_close"):
            token.tag = _SHIFTED[token.tag]
        elif token.type == "th_open":
            token.attrs["scope"] = "col"
        elif token.type == "fence":
            token.info = ""  # a language's name would become a class that nothing styles
        for child in token.children or ():
            if child.type in ("s_open", "s_close"):
                child.tag = "del"
            elif child.type == "text":
                child.content = clean(child.content)  # `&#12;` is a control character only now
            elif child.type == "link_open" and "title" in child.attrs:
                child.attrs["title"] = clean(str(child.attrs["title"]))
    return tuple(tokens)


class Markdown:
    """Markdown to XHTML with plain tags, no images, and headings no larger than h3.

    Holds nothing of a render: one instance serves a process, from any thread. ``link`` is given every
    address and returns the one to write.
    """

    def block(self, source: str, link: Callable[[str], str]) -> Markup:
        """A body: paragraphs, lists, tables and so on."""
        return self._render(block_tokens(source), link)

    def inline(self, source: str, link: Callable[[str], str]) -> Markup:
        """A title or another field of one line: emphasis and links, no paragraph around it."""
        return self._render(inline_tokens(source), link)

    @staticmethod
    def _render(tokens: Sequence[Token], link: Callable[[str], str]) -> Markup:
        return Markup(_PARSER.renderer.render(tokens, _PARSER.options, {"link": link}))


@lru_cache(maxsize=1024)
def problems(source: str, loc: Loc) -> tuple[Finding, ...]:
    """What a mail cannot carry of a body: images, addresses that lead nowhere, text the parser drops."""
    tokens = block_tokens(source)
    return (
        *_link_problems(tokens, loc),
        *_definition_problems(tokens, loc),
        *_table_problems(tokens, clean(source).split("\n"), loc),
        *_nesting_problems(tokens, loc),
    )


@lru_cache(maxsize=1024)
def inline_problems(source: str, loc: Loc) -> tuple[Finding, ...]:
    """As `problems`, for a field that `Markdown.inline` renders."""
    tokens = inline_tokens(source)
    return (*_link_problems(tokens, loc), *_nesting_problems(tokens, loc))


def _link_problems(tokens: Sequence[Token], loc: Loc) -> Iterator[Finding]:
    for child in (child for token in tokens for child in token.children or ()):
        if child.type == "image":
            alt = f"“{_shortened(child.content)}”" if child.content else "without a description"
            yield Finding("markdown-image", f"the picture {alt} stands inside the text", _IMAGE_HINT, loc=loc)
        elif child.type == "link_open" and not works_in_a_mail(href := str(child.attrs["href"])):
            yield Finding("markdown-link", _link_message(href), _link_hint(href), loc=loc)


_IMAGE_HINT = "a picture goes into an `image:` of its own, with `alt:`"


def works_in_a_mail(href: str) -> bool:
    """Whether ``href`` is a web address, mailto:, tel:, an anchor, or a merge field that holds one."""
    if _FIELD_ADDRESS.fullmatch(href):
        return True
    try:
        parts = urlsplit(href)
        host, _ = parts.hostname, parts.port
    except ValueError:  # a broken IPv6 host or port
        return False
    match parts.scheme:
        case "http" | "https":
            return bool(host)
        case "mailto" | "tel":
            return bool(parts.path)
        case "":
            return href.startswith("#") and len(href) > 1
        case _:
            return False


def _link_message(href: str) -> str:
    return f"“{_shortened(href)}” is not a link that works in a mail" if href else "a link has no address"


def _link_hint(href: str) -> str:
    if re.match(r"(?:[\w-]+\.)+[a-z]{2,}(?:[/?#]|$)", href, re.IGNORECASE):
        return f"write https://{_shortened(href)}"
    if re.fullmatch(r"[^\s/:@]+@[^\s/:@]+", href):
        return f"write mailto:{_shortened(href)}"
    return "begin it with https://, http://, mailto:, tel: or #"


def _definition_problems(tokens: Sequence[Token], loc: Loc) -> Iterator[Finding]:
    for label, href in (
        pair for token in tokens if token.type == "inline" for pair in _DEFINITION.findall(token.content)
    ):
        message = f"“[{_shortened(label)}]: {_shortened(href)}” would be printed as it stands"
        yield Finding(
            "markdown-link",
            message,
            f"put the address behind its words: [words]({_shortened(href)})",
            loc=loc,
        )


def _table_problems(tokens: Sequence[Token], lines: Sequence[str], loc: Loc) -> Iterator[Finding]:
    columns = 0
    for token in tokens:
        if token.type == "thead_open":
            columns = 0
        elif token.type == "th_open":
            columns += 1
        elif token.type == "tr_open" and token.map and columns:
            cells = escapedSplit(lines[token.map[0]].strip().lstrip("> ").removeprefix("|").removesuffix("|"))
            if len(cells) > columns:
                row = _shortened(cells[0].strip())
                message = f"the table row “{row}” has {len(cells)} cells under {columns} headings"
                yield Finding(
                    "markdown-table", message, "add a heading, or write a | that is text as \\|", loc=loc
                )


def _nesting_problems(tokens: Sequence[Token], loc: Loc) -> Iterator[Finding]:
    deepest = max(
        (part.level for token in tokens for part in (token, *(token.children or ())) if part.nesting),
        default=0,
    )
    if deepest >= _MAX_NESTING - 1:
        message = f"lists, quotes or emphasis stand in one another more than {_MAX_NESTING // 2} deep"
        yield Finding("markdown-nesting", message, "use fewer levels", loc=loc)


def _shortened(text: str, limit: int = 60) -> str:
    return text if len(text) <= limit else text[: limit - 1] + "…"
