"""A mail in the merge syntax of a provider that runs campaigns: one body for all, tags for slots."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Annotated, Final, TypeAlias

from pydantic import AfterValidator
from pydantic_core import PydanticCustomError

from lpdownload.errors import Finding
from lpdownload.model.content import SYSTEM_FIELDS, UNSUBSCRIBE_URL, Pieces, Slot
from lpdownload.model.delivery import Mail
from lpdownload.model.mailbox import BadMailbox

_STYLE: Final = re.compile(r"(<style\b.*?</style)", re.IGNORECASE | re.DOTALL)
_FIELD: Final = re.compile(r"[a-z][a-z0-9_]{0,59}")


def _tags(text: str) -> str:
    read_tags(text)
    return text


def read_tags(text: str) -> dict[str, str]:
    """``first_name=FNAME, ward=WARD`` as a mapping. Raises PydanticCustomError."""
    found: dict[str, str] = {}
    for line in filter(None, map(str.strip, re.split(r",(?=\s*[a-z0-9_]+\s*=)", text))):
        field, sign, tag = (side.strip() for side in line.partition("="))
        if not sign or not tag or not _FIELD.fullmatch(field):
            raise PydanticCustomError(
                "bad_setting", "not a list of merge fields and tags", {"hint": "field=TAG, field=TAG"}
            )
        found[field] = tag
    return found


TagList: TypeAlias = Annotated[str, AfterValidator(_tags)]
"""``field=TAG, field=TAG``: their tags for our merge fields."""


@dataclass(frozen=True)
class Syntax:
    """How a provider writes a merge tag."""

    title: str
    """The provider's name for people."""
    tags: Mapping[str, str]
    """By merge field: the whole of what is to stand in its place."""
    setting: str
    """Where a tag that is missing is to be named, for people."""
    tag: Callable[[Slot], str]
    """A slot of ``tags`` with its default, in a body."""
    seam: re.Pattern[str]
    """Matches between two signs that would begin or end a tag, were they left side by side."""

    def html(self, pieces: Pieces) -> str:
        return pieces.with_tags(self.tag, self.defused_html)

    def text(self, pieces: Pieces) -> str:
        return pieces.with_tags(self.tag, self.defused)

    def subject(self, pieces: Pieces) -> str:
        """Without defaults of ours: ``refusals`` warns of them."""
        return pieces.with_tags(lambda slot: self.tags[slot.field], self.defused)

    def defused(self, literal: str) -> str:
        """What looks like a tag, parted by a word joiner, which nobody sees."""
        return self.seam.sub("\u2060", literal)

    def defused_html(self, literal: str) -> str:
        """The same by character references; by spaces in a style sheet, where ``}}`` is common."""
        parts = _STYLE.split(literal)
        parts[::2] = [_referenced(part, self.seam) for part in parts[::2]]
        parts[1::2] = [self.seam.sub(" ", part) for part in parts[1::2]]
        return "".join(parts)

    def refusals(self, mail: Mail) -> Iterator[Finding]:
        """What no campaign of this provider can carry."""
        content = mail.content
        yield from self._unknown_fields(content.subject, content.html, content.text)
        for part, pieces in (("subject", content.subject), ("html", content.html), ("text", content.text)):
            if not any(literal.strip() for literal in pieces.literals) and not pieces.slots:
                yield Finding("empty-mail", f"{self.title} takes no campaign without {part}", "write it")
        for slot in content.subject.slots:
            if slot.default is not None:
                message = f"{self.title} puts its own default for {slot.field} into the subject, not ours"
                hint = f"set {slot.default!r} as the default of {self.tags.get(slot.field, slot.field)} there"
                yield Finding("subject-default", message, hint, "warning")
        if UNSUBSCRIBE_URL not in content.html.fields:
            hint = "leave {{ unsubscribe_url }} in the footer: it becomes the provider's own link"
            yield Finding("no-unsubscribe", f"{self.title} takes no mail without its unsubscribe link", hint)
        if any(pieces.slots for name, pieces in content.headers if name in {"From", "Reply-To"}):
            yield Finding("merged-sender", f"{self.title} takes one sender for all", "no merge fields in it")
        else:
            yield from self._senders(mail)
        if lost := sorted(name for name, _ in content.headers if name not in {"From", "Reply-To"}):
            message = f"{self.title} writes its own headers; ours are left out: {', '.join(lost)}"
            yield Finding("own-headers", message, "unsubscribing goes through its links", "info")

    def _unknown_fields(self, *several: Pieces) -> Iterator[Finding]:
        slots = dict.fromkeys((slot.field, slot.context) for pieces in several for slot in pieces.slots)
        for field, context in slots:
            if field not in self.tags:
                hint = f"name it in {self.setting}, or take the merge field out"
                yield Finding("unknown-merge-tag", f"{self.title} has no tag for {field}", hint)
            elif context in {"url_part", "url_rest"} or (
                context in {"html_url", "url"} and field not in SYSTEM_FIELDS
            ):
                message = f"{self.title} does not make {field} safe for the inside of a link"
                yield Finding("merge-tag-in-url", message, "take the merge field out of the link")

    def _senders(self, mail: Mail) -> Iterator[Finding]:
        try:
            mail.sender  # noqa: B018  (raises)
            mail.reply_to  # noqa: B018  (raises)
        except BadMailbox:
            yield Finding("bad-sender", "From or Reply-To is no mail address", "Name <address>")


def _referenced(html: str, seam: re.Pattern[str]) -> str:
    """With the character after each seam as a reference."""
    first, *others = seam.split(html)
    return first + "".join(f"&#{ord(part[0])};{part[1:]}" for part in others)
