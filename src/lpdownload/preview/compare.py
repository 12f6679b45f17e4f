"""What is different between two mails: their words line by line, and their links."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from typing import Literal, NamedTuple
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit


@dataclass(frozen=True)
class Side:
    """One of two mails, as a reader gets it; ``assets`` are its own pictures by name."""

    subject: str
    text: str
    html: str
    assets: Mapping[str, bytes] = field(default_factory=dict)


class Link(NamedTuple):
    """A link's words (its picture's alternative text, if it has none) and its target without tracking."""

    words: str
    url: str


class Block(NamedTuple):
    """Lines that stand in both mails, in the older only, or in the newer only."""

    kind: Literal["same", "gone", "new"]
    lines: tuple[str, ...]


@dataclass(frozen=True)
class Links:
    """``changed`` are links whose words stayed: the old one and the new one."""

    added: tuple[Link, ...]
    removed: tuple[Link, ...]
    changed: tuple[tuple[Link, Link], ...]


def text_difference(old: str, new: str) -> tuple[Block, ...]:
    """The blocks in reading order; lines that took others' place follow these."""
    return tuple(_blocks(old.splitlines(), new.splitlines()))


def _blocks(old: list[str], new: list[str]) -> Iterator[Block]:
    for kind, old_from, old_to, new_from, new_to in SequenceMatcher(
        None, old, new, autojunk=False
    ).get_opcodes():
        if kind == "equal":
            yield Block("same", tuple(old[old_from:old_to]))
            continue
        if old_from < old_to:
            yield Block("gone", tuple(old[old_from:old_to]))
        if new_from < new_to:
            yield Block("new", tuple(new[new_from:new_to]))


def link_difference(old: str, new: str) -> Links:
    """Of two mails' HTML."""
    before, after = links_of(old), links_of(new)
    removed = [link for link in before if link not in set(after)]
    added = [link for link in after if link not in set(before)]
    changed: list[tuple[Link, Link]] = []
    for link in list(removed):
        other = next((one for one in added if one.words == link.words), None)
        if link.words and other is not None:
            changed.append((link, other))
            removed.remove(link)
            added.remove(other)
    return Links(tuple(added), tuple(removed), tuple(changed))


def links_of(html: str) -> tuple[Link, ...]:
    """Every link of the mail once, in its order."""
    from lxml import html as lxml_html

    tree = lxml_html.document_fromstring(html, parser=lxml_html.HTMLParser(encoding="utf-8", huge_tree=True))
    found: dict[Link, None] = {}
    for element in tree.iter("a"):
        if url := element.get("href"):
            words = " ".join(element.text_content().split())
            words = words or " ".join(alt for image in element.iter("img") if (alt := image.get("alt")))
            found[Link(words, without_tracking(url))] = None
    return tuple(found)


def without_tracking(url: str) -> str:
    """The address without its UTM parameters, which are each issue's own."""
    if "utm_" not in url:
        return url
    parts = urlsplit(url)
    kept = [
        (name, value)
        for name, value in parse_qsl(parts.query, keep_blank_values=True)
        if not name.startswith("utm_")
    ]
    return urlunsplit(parts._replace(query=urlencode(kept)))
