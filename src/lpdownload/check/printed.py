"""What a template printed that no reader should see: a value that is none, code, markup shown as words."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from lpdownload.check.inline_styles import written_nodes
from lpdownload.check.inspection import Inspection

if TYPE_CHECKING:
    from lxml.html import HtmlElement

_NOTHING = frozenset({"None", "undefined", "Undefined", "NaN", "nan", "null", "True", "False"})
_ATTRIBUTE = re.compile(rf'="(?:{"|".join(sorted(_NOTHING))})"')
_ENDS_IN_NOTHING = re.compile(r"(?:^|[\s:(,#])(None|undefined|NaN|nan)[.,)]?$")
_CODE = re.compile(
    r"\b[a-z_]+='[^']*' [a-z_]+=\S{0,20}"  # a model
    r"|[(\[]'[^']{0,60}'(?:,|\])"  # a tuple or list
    r"|<(?:bound method|function|macro|generator object|[\w.]+ object at 0x)\b[^>]{0,40}>?"
    r"|\bMarkup\('|\bdatetime\.(?:date|datetime)\(|\[object Object\]|\{'[a-z_]+': "
)
_CODE_SIGNS = ("='", "('", "['", " at 0x", "<bound", "<function", "Markup(", "datetime.", "[object", "{'")
_MARKUP = re.compile(
    r"&(?:[A-Za-z]{2,8}|#\d{2,6}|#x[0-9A-Fa-f]{2,6});"
    r"|</?(?:a|b|i|u|p|br|em|strong|span|div|h[1-6]|ul|ol|li|img|table|td|tr|font|center)(?:\s[^<>]*)?/?>"
    r"|\*\*(?=\S)[^*\n]+(?<=\S)\*\*"
    r"|\[[^\]\n]+\]\((?:https?:|mailto:)[^)\s]+\)",
    re.IGNORECASE,
)
_MARKUP_SIGNS = ("&", "<", "**", "](")


@dataclass(frozen=True, slots=True)
class Printed:
    """``words`` as a reader would see them, in an element of the tree or, if None, elsewhere in ``part``."""

    words: str
    element: "HtmlElement | None" = None
    part: str = "HTML"


def nothings(inspection: Inspection) -> Iterator[Printed]:
    """Values that are none, and values printed as Python writes them."""
    for element, text in written_nodes(inspection.tree.body):
        if words := _printed_badly(text.strip()):
            yield Printed(words, element)
    if _ATTRIBUTE.search(inspection.html):
        for element in inspection.tree.iter():
            for name, value in element.attrib.items() if isinstance(element.tag, str) else ():
                if value in _NOTHING:
                    yield Printed(f'{name}="{value}"', element)
    for line in inspection.text.splitlines():
        if words := _printed_badly(line.strip()):
            yield Printed(words, part="plain text")


def _printed_badly(text: str) -> str:
    if text in _NOTHING:
        return text
    if text.endswith(("None", "undefined", "NaN", "nan", ".", ",", ")")) and (
        ending := _ENDS_IN_NOTHING.search(text)
    ):
        return ending[1]
    if any(sign in text for sign in _CODE_SIGNS) and (code := _CODE.search(text)):
        return code[0]
    return ""


def shown_markup(inspection: Inspection) -> Iterator[Printed]:
    """HTML and Markdown that stands among the words as it was typed; code shows what it likes."""
    for element, text in written_nodes(inspection.tree.body):
        if any(sign in text for sign in _MARKUP_SIGNS) and not _is_code(element):
            for match in _MARKUP.finditer(text):
                yield Printed(match[0], element)
    for picture in inspection.pictures:
        for match in _MARKUP.finditer(picture.alt or ""):
            yield Printed(match[0], picture.element, "alt of a picture")
    for part, text in (("subject", inspection.subject), ("preheader", inspection.preheader)):
        for match in _MARKUP.finditer(text):
            yield Printed(match[0], part=part)


def _is_code(element: "HtmlElement") -> bool:
    return any(one.tag in {"code", "pre", "kbd", "samp"} for one in (element, *element.iterancestors()))


def is_empty(element: "HtmlElement") -> bool:
    """Whether nothing of it can be seen or heard: no words, no pictures, no border or height of its own."""
    if any(isinstance(child.tag, str) and child.tag in {"img", "br", "hr"} for child in element.iter()):
        return False
    if re.search(r"border|height:\s*[1-9]", (element.get("style") or "").replace("line-height", "")):
        return False
    return not element.text_content().strip() and not (element.get("aria-label") or "").strip()
