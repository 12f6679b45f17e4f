"""What rules look at: an issue, its mail as it would be sent, and the way from each part back to the YAML."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from lpdownload.content.issues import LoadedIssue
from lpdownload.content.library import Library
from lpdownload.errors import Loc, Place
from lpdownload.model.content import SYSTEM_FIELDS, Pieces, Slot, interleaved
from lpdownload.model.issue import Issue
from lpdownload.model.sections.base import walk_texts
from lpdownload.render.render import Rendering, fill_values
from lpdownload.render.source_map import ATTRIBUTE, annotated, loc_of

if TYPE_CHECKING:
    from lxml.html import HtmlElement


@dataclass(frozen=True, slots=True)
class Link:
    """A link of the mail: its words (its picture's alternative text, if it has no words) and its target."""

    url: str
    words: str
    element: "HtmlElement"
    loc: Loc


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture of the mail; ``width`` and ``height`` in CSS pixels, as its attributes say."""

    src: str
    alt: str | None
    width: int | None
    height: int | None
    element: "HtmlElement"
    loc: Loc


@dataclass(frozen=True, slots=True)
class Written:
    """A text somebody wrote into the issue, as written; merge fields are ``{{ … }}``."""

    text: str
    loc: Loc


@dataclass(frozen=True, eq=False)
class Inspection:
    """One rendering of one issue. ``html``, ``text`` and ``subject`` are as sent to nobody in particular.

    The tree is that of the mail with ``data-lp`` attributes, which lead back to the YAML.
    """

    library: Library
    loaded: LoadedIssue
    rendering: Rendering

    @property
    def issue(self) -> Issue:
        return self.loaded.issue

    @cached_property
    def html(self) -> str:
        return self._shown(self.rendering.content.html)

    @cached_property
    def text(self) -> str:
        return self._shown(self.rendering.content.text)

    @cached_property
    def subject(self) -> str:
        return self.rendering.subject

    @cached_property
    def preheader(self) -> str:
        return self._shown(self.rendering.content.preheader)

    @cached_property
    def annotated_html(self) -> str:
        """The mail with ``data-lp`` attributes: what a browser sees, so that what it finds has a place."""
        return self._shown(self.rendering.draft.fields.split(annotated(self.rendering), "html"))

    @cached_property
    def tree(self) -> "HtmlElement":
        from lxml import html as lxml_html

        return lxml_html.document_fromstring(
            self.annotated_html, parser=lxml_html.HTMLParser(encoding="utf-8", huge_tree=True)
        )

    @cached_property
    def links(self) -> tuple[Link, ...]:
        """All of the mail's links, in their order; those of Outlook's own branches are not among them."""
        return tuple(
            Link(element.get("href"), _words_of(element), element, self.loc_of(element))
            for element in self.tree.iter("a")
            if element.get("href") is not None
        )

    @cached_property
    def pictures(self) -> tuple[Picture, ...]:
        return tuple(
            Picture(
                element.get("src") or "",
                element.get("alt"),
                _pixels(element.get("width")),
                _pixels(element.get("height")),
                element,
                self.loc_of(element),
            )
            for element in self.tree.iter("img")
        )

    @cached_property
    def texts(self) -> tuple[Written, ...]:
        """Every text of the issue's own sections, shared blocks included, and its head; addresses too."""
        issue = self.issue
        head = (part for part in walk_texts(issue.written) if part[1][0] not in {"sections", "image"})
        body = walk_texts(issue.sections, ("sections",))
        return tuple(Written(text, loc) for text, loc in (*head, *body))

    def loc_of(self, element: "HtmlElement") -> Loc:
        """The YAML value that this element of the tree shows, or its section's."""
        for one in (element, *element.iterancestors()):
            if (written := one.get(ATTRIBUTE)) is not None:
                return loc_of(written)
        return ()

    def place(self, loc: Loc, within: str = "") -> Place:
        """Where the value stands, or the words ``within`` inside of it.

        ``("newsletter", …)`` leads into newsletter.yaml.
        """
        if loc[:1] == ("newsletter",):
            return self.loaded.newsletter_place(loc[1:], within=within)
        return self.loaded.place(loc, within=within)

    def other_issues(self) -> Iterator[str]:
        """The keys of the newsroom's other issues, without translations of this one."""
        original = self.issue.name.partition(".")[0]
        for key in self.library.issue_keys():
            newsletter, _, name = key.partition("/")
            if newsletter != self.issue.newsletter_name or name.partition(".")[0] != original:
                yield key

    @cached_property
    def system_values(self) -> Mapping[str, str]:
        """What stands for ``unsubscribe_url`` and the other fields of the system: for each its own."""
        return {
            name: value for name, value in fill_values(self.rendering, {}).items() if name in SYSTEM_FIELDS
        }

    def _shown(self, pieces: Pieces) -> str:
        return "".join(interleaved(pieces.literals, [*map(self._stand_in, pieces.slots)]))

    def _stand_in(self, slot: Slot) -> str:
        if slot.field in SYSTEM_FIELDS:
            return slot.value(self.system_values)
        return self.rendering.draft.stand_in(slot)


def _words_of(element: "HtmlElement") -> str:
    words = " ".join(element.text_content().split())
    return words or " ".join(alt for image in element.iter("img") if (alt := image.get("alt")))


def _pixels(written: str | None) -> int | None:
    return int(written) if written and written.isdigit() else None
