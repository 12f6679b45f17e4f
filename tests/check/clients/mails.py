"""Small mails to look at through a client, and ways to look."""

import re

import html5lib
from lxml import etree

from lpdownload.check.clients.see import Taken

_OURS = re.compile(r"<style data-seen>.*?</style>", re.DOTALL)


def mail(body: str = "<p>Hello</p>", css: str = "", head: str = "") -> str:
    """A whole document."""
    style = f"<style>{css}</style>" if css else ""
    return (
        f'<!DOCTYPE html><html lang="en"><head><title>A mail</title>{head}{style}</head><body>{body}</body></html>'
    )


def plain(html: str) -> str:
    """A seen mail without the style element that `see` puts in."""
    assert len(_OURS.findall(html)) == 1
    return _OURS.sub("", html)


def tree(html: str) -> str:
    """What a browser makes of it."""
    document = html5lib.parse(html, treebuilder="lxml", namespaceHTMLElements=False)
    return str(etree.tostring(document, encoding="unicode"))


def outline(html: str) -> list[str]:
    """The elements of a browser's tree with their source marks, and the texts between them; style left out."""
    document = html5lib.parse(html, treebuilder="lxml", namespaceHTMLElements=False)
    found: list[str] = []
    for event, element in etree.iterwalk(document, events=("start", "end", "comment")):
        if event == "comment" or element.tag == "style":
            continue
        found.append(f"{event} {element.tag} {element.get('data-lp', '')}")
        if event == "start" and element.text:
            found.append(element.text)
    return found


def words(taken: tuple[Taken, ...]) -> list[str]:
    return [one.what for one in taken]
