"""MJML to HTML through mjml-python (mrml 6), with what it loses put right and its errors made ours.

mrml prints attribute values and the title in Rust's debug notation (a variation selector becomes the text
``\\u{fe0f}``) and drops white space with a newline between two elements, so that words run together. Such
places are handed over as character references: mrml leaves them alone, the inliner undoes them.
"""

import re

from mjml import mjml2html

from lpdownload.errors import LpdownloadError
from lpdownload.model.text import FORBIDDEN

MAX_DEPTH = 100
"""Elements within elements. mrml recurses until the process ends, libxml2 drops what is deeper than 256."""

_RARE = re.compile(r"[^\t\n\r -~]+")
# `(?=(…))\1` never gives back what it took, as `(?>…)` would, which Python before 3.11.5 gets wrong.
_INSIDE_TAG = r"""(?=(?P<rest>(?:[^<>"']+|"[^"]*"|'[^']*')*))(?P=rest)"""
_EDGE = re.compile(rf"</?[A-Za-z]{_INSIDE_TAG}>")
_SAFE = r"\x00-\x08\x0b\x0c\x0e-!#-&(-;=?-\[\]-\x7f"
"""ASCII without backslash, tab, line breaks, quotes, < and >. All that is not ASCII as a range, instead of by
its complement, would take Python 9 ms to compile."""
_RISKY = re.compile(rf"[^{_SAFE}<>\"']")
_SAFE_START = rf"""(?=(?P<safe>(?:[{_SAFE}]+|"[{_SAFE}<>']*")*))(?P=safe)"""
_TAG_AT_RISK = re.compile(rf"<[A-Za-z]{_SAFE_START}(?=[^{_SAFE}<>]){_INSIDE_TAG}>")
_VOID = re.compile(r"<(?:area|base|br|col|embed|hr|img|input|link|meta|source|track|wbr)\b", re.IGNORECASE)
_VALUE = re.compile(r"""=\s*(?:"([^"]*)"|'([^']*)')""")
_TITLE = re.compile(r"(?<=<mj-title>)[^<]*")
_GAP = re.compile(r"(<(?!/?mj|!)[^<>]*>)[ \t\r]*\n\s*(?=<(?!/?mj|!))")
_POSITION = re.compile(r"(.*?)(?: in root template)?(?: at position (\d+):\d+)?")


class MjmlError(LpdownloadError):
    """MJML that does not compile. ``offset`` counts characters into the source; None if unknown."""

    def __init__(self, message: str, offset: int | None = None) -> None:
        self.message = message
        self.offset = offset
        super().__init__(message)


def compile_mjml(source: str) -> str:
    """HTML with lower-case doctype, MSO comments and style elements, nothing inlined yet.

    Raises `MjmlError`; a template check says more about the same mistake, as mrml accepts nearly anything.
    """
    # Nearly all is ASCII, which needs no search by FORBIDDEN's long list.
    rare = _RARE.findall(source)
    if FORBIDDEN.search("".join(rare)) and (bad := FORBIDDEN.search(source)):
        raise MjmlError(f"the character U+{ord(bad[0]):04X} cannot stand in an email", bad.start())
    _bound_depth(source)
    try:
        return _compile(_armoured(source))
    except MjmlError as error:
        failure = error
    _compile(source)  # fails alike, with an offset that counts in what the caller gave
    raise failure


def _compile(source: str) -> str:
    try:
        return mjml2html(source, fonts={})
    except ValueError as error:
        message, offset = _understood(str(error), source)
        raise MjmlError(message, offset) from error
    except (KeyboardInterrupt, SystemExit):
        raise
    except BaseException as error:  # pyo3's PanicException is no Exception
        raise MjmlError(f"the MJML compiler failed: {error}") from error


def _armoured(source: str) -> str:
    """The same document with references where mrml would change or drop the character itself."""
    source = _TAG_AT_RISK.sub(lambda tag: _VALUE.sub(_armoured_value, tag[0]), source)
    source = _TITLE.sub(lambda title: _RISKY.sub(_reference, title[0]), source)
    return _GAP.sub(r"\1&#10;", source)


def _armoured_value(value: re.Match[str]) -> str:
    text = value[1] if value[1] is not None else value[2].replace('"', "&quot;")
    return f'="{_RISKY.sub(_reference, text)}"'


def _reference(character: re.Match[str]) -> str:
    return f"&#{ord(character[0])};"


def _bound_depth(source: str) -> None:
    depth = 0
    for edge in (found[0] for found in _EDGE.finditer(source)):
        if edge[1] == "/":
            depth -= 1
        elif edge[-2] != "/" and not _VOID.match(edge):
            depth += 1
            if depth > MAX_DEPTH:
                raise MjmlError(f"elements are nested more than {MAX_DEPTH} deep")


def _understood(message: str, source: str) -> tuple[str, int | None]:
    """mrml's message without its coordinates, and the offset in characters (mrml counts UTF-8 bytes)."""
    matched = _POSITION.fullmatch(message)
    if matched is None:
        return message, None
    text, position = matched[1], matched[2]
    if position is not None:
        return text, len(source.encode()[: int(position)].decode(errors="ignore"))
    if text == "unable to parse next template":
        return "not well-formed: a bare <, an attribute without quotes, or a tag cut short", _stumble(source)
    if text == "unexpected end of stream":
        return "an element is not closed", None
    return text, None


def _stumble(source: str) -> int | None:
    """Where mrml's tokenizer stops, which it does not say: the last < up to which it only misses an end."""
    opens = [match.start() for match in re.finditer("<", source)]
    low, high = 0, len(opens)
    while low < high:
        middle = (low + high) // 2
        try:
            mjml2html(source[: opens[middle]], fonts={})
            parsed = True
        except ValueError as error:
            parsed = "unexpected end of stream" in str(error) or "unable to find mjml" in str(error)
        low, high = (middle + 1, high) if parsed else (low, middle)
    return opens[low - 1] if low else None
