"""The plain-text part: Markdown, headings, links and rows as a letter of 72 columns, for the text templates.

Markdown is read from its tokens, the same ones HTML is made of. Emphasis loses its marks; struck-out text
keeps them, for without them it would say the opposite.
"""

from collections.abc import Callable, Iterable, Sequence
from itertools import pairwise
from urllib.parse import unquote

from markdown_it.token import Token

from lpdownload.render.lines import columns, filled, folded, padded, prefixed
from lpdownload.render.markdown import block_tokens, clean, inline_tokens, works_in_a_mail

WIDTH = 72


def wrap(text: str, indent: str = "", hanging: str | None = None) -> str:
    """``text`` in lines of 72 columns; its own line breaks stay.

    ``indent`` begins the first line and ``hanging`` the others: by default blanks as wide as ``indent``.
    """
    following = " " * columns(indent) if hanging is None else hanging
    lines = filled(clean(text), WIDTH - max(columns(indent), columns(following)))
    return "\n".join(prefixed(lines, indent, following))


def heading(text: str, level: int = 2) -> str:
    """``text`` underlined to its width: by ``=`` for level 1, by dashes below."""
    return "\n".join(_underlined(filled(clean(text), WIDTH), "=" if level == 1 else "-"))


def rule() -> str:
    """A line across the page."""
    return "-" * WIDTH


def link(label: str, url: str) -> str:
    """``label:`` and below it, indented and never wrapped, the address."""
    label, url = clean(label).strip(), clean(url).strip()
    if label in ("", url):
        return f"  {url}"
    colon = "" if label.endswith((":", "?", "!", ".", "…")) else ":"
    return "\n".join([*filled(label + colon, WIDTH), f"  {url}"])


def rows(pairs: Iterable[tuple[str, str]]) -> str:
    """``label  text`` on a line each, the texts aligned; a pair without text is left out."""
    shown = [(f"{clean(label).strip()}:", clean(text)) for label, text in pairs if text.strip()]
    margin = max((wide for label, _ in shown if (wide := columns(label)) <= WIDTH // 3), default=0) + 2
    return "\n".join(line for label, text in shown for line in _row(label, text, margin))


def _row(label: str, text: str, margin: int) -> list[str]:
    lines = prefixed(filled(text, WIDTH - margin), " " * margin, " " * margin)
    if columns(label) + 2 > margin:
        return [label, *lines]
    return [padded(label, margin) + lines[0].removeprefix(" " * margin), *lines[1:]]


class TextPart:
    """One text part as it is rendered: Markdown as text, and the notes of the links in the section so far.

    ``link`` rewrites web addresses, as for HTML.
    """

    def __init__(self, link: Callable[[str], str] = str) -> None:
        self._link = link
        self._notes: dict[str, int] = {}

    def markdown(self, source: str) -> str:
        """A body in lines of 72 columns."""
        tokens = block_tokens(source)
        return "\n".join(self._blocks(tokens, 0, len(tokens), WIDTH))

    def inline(self, source: str) -> str:
        """A title or another field of one line, not wrapped."""
        return " ".join(self._text(token) for token in inline_tokens(source))

    def notes(self) -> str:
        """The section's links by number, or "". The next section begins at [1] again."""
        listed = "\n".join(f"[{number}] {url}" for url, number in self._notes.items())
        self._notes.clear()
        return listed

    def _blocks(self, tokens: Sequence[Token], start: int, end: int, width: int) -> list[str]:
        """The lines of ``tokens[start:end]``, a blank line between two blocks except in a tight list."""
        lines: list[str] = []
        tight = True
        at = start
        while at < end:
            token = tokens[at]
            close = _close(tokens, at)
            block = self._block(tokens, at, close, width)
            if not tight:
                lines.append("")
            lines += block
            tight = token.hidden
            at = close + 1
        return lines

    def _block(self, tokens: Sequence[Token], at: int, close: int, width: int) -> list[str]:
        token = tokens[at]
        match token.type:
            case "paragraph_open":
                return filled(self._text(tokens[at + 1]), width)
            case "heading_open":
                return _underlined(filled(self._text(tokens[at + 1]), width), "-")
            case "bullet_list_open" | "ordered_list_open":
                return self._list(tokens, at, close, width)
            case "blockquote_open":
                return prefixed(self._blocks(tokens, at + 1, close, _narrower(width, 2)), "> ", "> ")
            case "table_open":
                return self._table(tokens[at:close], width)
            case "hr":
                return ["* * *"]
            case "code_block" | "fence":
                code = token.content.removesuffix("\n").split("\n")
                return prefixed(code, "    ", "    ")
            case _:
                raise AssertionError(f"a Markdown block without a plain-text form: {token.type}")

    def _list(self, tokens: Sequence[Token], at: int, close: int, width: int) -> list[str]:
        opening = tokens[at]
        number = int(opening.attrs.get("start", 1)) if opening.type == "ordered_list_open" else None
        loose = any(
            part.type == "paragraph_open" and part.level == opening.level + 2 and not part.hidden
            for part in tokens[at:close]
        )
        lines: list[str] = []
        item = at + 1
        while item < close:
            marker = "- " if number is None else f"{number}{opening.markup} "
            item_close = _close(tokens, item)
            body = self._blocks(tokens, item + 1, item_close, _narrower(width, len(marker)))
            if loose and lines:
                lines.append("")
            lines += prefixed(body or [""], marker, " " * len(marker))
            number = None if number is None else number + 1
            item = item_close + 1
        return lines

    def _table(self, tokens: Sequence[Token], width: int) -> list[str]:
        table: list[list[str]] = []
        right: list[bool] = []
        for before, token in pairwise(tokens):
            if before.type == "tr_open":
                table.append([])
            if token.type != "inline":
                continue
            table[-1].append(folded(self._text(token).replace("\n", " ")))
            if before.type == "th_open":
                right.append(before.attrs.get("style") == "text-align:right")
        widths = [max(map(columns, column)) for column in zip(*table, strict=True)]
        if sum(widths) + 2 * (len(widths) - 1) > width:
            return _records(table[0], table[1:], width)
        header, *body = [
            "  ".join(padded(*cell) for cell in zip(row, widths, right, strict=True)).rstrip(" ")
            for row in table
        ]
        return [header, "  ".join("-" * max(1, width) for width in widths), *body]

    def _text(self, inline: Token) -> str:
        """An inline token's words; a line break of the author's is a newline, a mere line end a blank."""
        pieces: list[str] = []
        opened: list[tuple[int, str]] = []
        for token in inline.children or ():
            match token.type:
                case "text" | "code_inline":
                    pieces.append(token.content)
                case "softbreak":
                    pieces.append(" ")
                case "hardbreak":
                    pieces.append("\n")
                case "s_open" | "s_close":
                    pieces.append("~~")
                case "image":
                    pieces.append(token.content)
                case "link_open":
                    opened.append((len(pieces), str(token.attrs["href"])))
                case "link_close":
                    at, href = opened.pop()
                    label = "".join(pieces[at:])
                    pieces[at:] = [self._linked(label, href)]
                case _:  # em and strong
                    pass
        return "".join(pieces)

    def _linked(self, label: str, href: str) -> str:
        if not works_in_a_mail(href):
            return label
        scheme, _, rest = href.partition(":")
        words = label.strip()
        match scheme.lower():
            case "mailto" | "tel":
                target = unquote(rest.partition("?")[0])
                return label if words in (target, f"{scheme}:{target}") else f"{label} ({target})".lstrip()
            case _ if href.startswith("#"):
                return label
            case _:
                url = clean(self._link(href))
                if words in (href, unquote(href)):
                    return url
                number = self._notes.setdefault(url, len(self._notes) + 1)
                return f"{label} [{number}]".lstrip()


def _records(header: Sequence[str], body: Sequence[Sequence[str]], width: int) -> list[str]:
    """A table too wide for columns: each row as lines of ``heading: cell``."""
    if not body:
        return [line for cell in header for line in filled(cell, width)]
    lines: list[str] = []
    for row in body:
        if lines:
            lines.append("")
        for name, cell in zip(header, row, strict=True):
            named = f"{name}: {cell}" if name else cell
            lines += prefixed(filled(named, _narrower(width, 2)), "", "  ")
    return lines


def _close(tokens: Sequence[Token], at: int) -> int:
    """Where the block that begins at ``at`` ends: at its closing token, or there."""
    opening = tokens[at]
    if opening.nesting == 0:
        return at
    close = at + 1
    while tokens[close].level != opening.level or tokens[close].nesting != -1:
        close += 1
    return close


def _underlined(lines: Sequence[str], mark: str) -> list[str]:
    widest = max(map(columns, lines))
    return [*lines, mark * min(WIDTH, widest)] if widest else []


def _narrower(width: int, by: int) -> int:
    """The room inside a list item or quote: deep inside, words stay readable rather than in 72 columns."""
    return max(24, width - by)
