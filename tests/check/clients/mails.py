"""Small mails to look at through a client, and ways to look."""

import re

import html5lib

from lpdownload.check.clients.see import Taken

_OURS = re.compile(r"<style data-seen>.*?</style>", re.DOTALL)


def mail(body: str = "<p>Hello</p>", css: str = "", head: str = "") -> str:
    """A whole document."""
    style = f"<style>{css}</style>" if css else ""
    title = "<title>A mail</title>"
    return f"<!DOCTYPE html><html><head>{title}{head}{style}</head><body>{body}</body></html>"


def plain(html: str) -> str:
    """A seen mail without the style element that `see` puts in."""
    assert len(_OURS.findall(html)) == 1
    return _OURS.sub("", html)


def tree(html: str, marks_alone: bool = False) -> list[str]:
    """The tree that a browser makes of it: elements with attributes, and the texts between them.

    Without style elements, comments and blanks; with ``marks_alone`` of the attributes only ``data-lp``.
    """
    document = html5lib.parse(html, treebuilder="etree", namespaceHTMLElements=False)
    found: list[str] = []
    text = ""
    in_style = False
    for node in html5lib.getTreeWalker("etree")(document):
        kind, name = node["type"], node.get("name")
        if name == "style":
            in_style = kind == "StartTag"
        elif "Characters" in kind and not in_style:
            text += node["data"]
        elif kind in {"StartTag", "EmptyTag", "EndTag"}:
            given = {key[1]: value for key, value in (node.get("data") or {}).items()}
            shown = given.get("data-lp") if marks_alone else given
            found += [text, f"{kind} {name} {shown}"]
            text = ""
    return [part for part in (*found, text) if part.strip()]


def words(taken: tuple[Taken, ...]) -> list[str]:
    return [one.what for one in taken]
