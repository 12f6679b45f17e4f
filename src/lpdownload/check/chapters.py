"""What of another chapter's newsletter was left in this one: its name, its mail address, its pages.

Chapters speak of each other, and that is no mistake. So names count only where an issue speaks of itself (its
subject, preheader, greeting, sign-off, the reason why one gets it), an address that is another's alone counts
anywhere but in shared blocks and others' words, and a page of another's archive only if the section does not
name that chapter. A chapter listed in the issue's ``chapters`` may stand anywhere.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from urllib.parse import parse_qsl

from lpdownload.check.addresses import addresses
from lpdownload.check.inspection import Inspection, Written
from lpdownload.check.prose import blocks
from lpdownload.content.library import Library
from lpdownload.errors import InvalidInput, Loc
from lpdownload.model.newsletter import Newsletter
from lpdownload.model.sections.structure import Shared

_CODE = re.compile(r"\b[A-Z]{3,}\b")
_MAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_OTHERS_WORDS = frozenset({"in_the_news", "partner_content"})
_OF_OTHERS = _OTHERS_WORDS | {"roundup", "legislative_update", "resource", "blog_post", "press_release"}
_VOICE = {"greeting", "author", "committee", "note", "why"}
_OF_ITSELF = (
    r"(?:welcome to|this is|here(?:['’]s| is)|your|bienvenid[oa]s? al?|est[ea] es|su)"
    r"\s+(?:(?:the|our|el|la)\s+)?"
)
_SHORT = 6
"""Words of a line that may be a sign-off."""


@dataclass(frozen=True)
class Chapter:
    """A chapter's newsletter, by the words that mean it and no other."""

    folder: str
    newsletter: Newsletter
    codes: frozenset[str]
    emails: frozenset[str]

    @cached_property
    def places(self) -> frozenset[str]:
        """What the chapter is called, as Minnesota, in every language."""
        translated = (words.subtitle for words in self.newsletter.translated.values())
        return frozenset(name for name in (self.newsletter.subtitle, *translated) if name)

    @cached_property
    def name(self) -> re.Pattern[str]:
        """Its newsletter's name or its abbreviation."""
        return _any_of({self.newsletter.name, *self.codes})

    @cached_property
    def name_or_place(self) -> re.Pattern[str]:
        return _any_of({self.newsletter.name, *self.codes, *self.places})

    @cached_property
    def welcome(self) -> re.Pattern[str]:
        """Its name where a text says what it is itself."""
        return re.compile(_OF_ITSELF + self.name.pattern, re.IGNORECASE)


def left_of_others(inspection: Inspection) -> Iterator[tuple[str, Loc, str]]:
    """(what is wrong, where, the words of it)."""
    own, others = _chapters(inspection)
    if own is None or not others:
        return
    yield from _names(inspection, own, others)
    yield from _mail_addresses(inspection, others)
    yield from _pages(inspection, others)


def _chapters(inspection: Inspection) -> tuple[Chapter | None, list[Chapter]]:
    issue, library = inspection.issue, inspection.library
    if issue.newsletter.kind != "chapter":
        return None, []
    newsletters = dict(_readable(library))
    codes = {folder: set(_CODE.findall(one.name)) for folder, one in newsletters.items()}
    emails = {folder: _emails_of(one) for folder, one in newsletters.items()}
    found = [
        Chapter(folder, one, _only(folder, codes), _only(folder, emails))
        for folder, one in newsletters.items()
        if one.kind == "chapter"
    ]
    own = next((one for one in found if one.folder == issue.newsletter_name), None)
    concerned = set(issue.written.chapters)
    return own, [one for one in found if one is not own and one.newsletter.chapter not in concerned]


def _readable(library: Library) -> Iterator[tuple[str, Newsletter]]:
    for folder in library.newsletter_names:
        try:
            yield folder, library.newsletter(folder)[1]
        except InvalidInput:
            continue


def _emails_of(newsletter: Newsletter) -> set[str]:
    senders = (newsletter.sender, newsletter.reply_to)
    return {sender.email.lower() for sender in senders if sender}


def _only(folder: str, words: dict[str, set[str]]) -> frozenset[str]:
    return frozenset(words[folder].difference(*(others for name, others in words.items() if name != folder)))


def _names(inspection: Inspection, own: Chapter, others: list[Chapter]) -> Iterator[tuple[str, Loc, str]]:
    written = [*inspection.texts, Written(inspection.issue.newsletter.why, ("newsletter", "why"))]
    for text in written:
        is_head = text.loc[0] in {"subject", "highlights", "preheader"}
        is_letter = text.loc[-1] == "body" and _type_of(inspection, text.loc) in {"intro", "staff_note"}
        if not (is_head or is_letter or not _VOICE.isdisjoint(text.loc)):
            continue
        says_place = not {"greeting", "why"}.isdisjoint(text.loc)
        lines = [line for line in blocks(text.text) if line.count(" ") < _SHORT] if is_letter else [text.text]
        for chapter in others:
            pattern = chapter.name_or_place if says_place else chapter.name
            welcome = chapter.welcome.search(text.text) if is_letter else None
            if welcome:
                yield f"“{welcome[0]}” is another chapter's", text.loc, welcome[0]
            for line in lines:
                found = pattern.search(line)
                if not found or own.name_or_place.search(line) or (welcome and welcome[0] in line):
                    continue
                if is_head and _is_told(inspection, chapter):
                    continue
                yield f"“{found[0]}” is another chapter's", text.loc, line if is_letter else found[0]


def _is_told(inspection: Inspection, chapter: Chapter) -> bool:
    """Whether a section tells of that chapter, so that a subject may name it."""
    return any(
        chapter.name_or_place.search(text.text) for text in inspection.texts if text.loc[0] == "sections"
    )


def _mail_addresses(inspection: Inspection, others: list[Chapter]) -> Iterator[tuple[str, Loc, str]]:
    owners = {email: chapter for chapter in others for email in chapter.emails}
    for text in inspection.texts:
        if "@" not in text.text or _is_others_word(inspection, text.loc, _OTHERS_WORDS):
            continue
        for mail in _MAIL.findall(text.text):
            if chapter := owners.get(mail.lower()):
                yield f"{mail} belongs to {chapter.newsletter.name}", text.loc, mail


def _pages(inspection: Inspection, others: list[Chapter]) -> Iterator[tuple[str, Loc, str]]:
    archive = f"{inspection.issue.network.public_url}/"
    for one in addresses(inspection):
        if one.in_network or one.loc[0] != "sections" or _is_others_word(inspection, one.loc, frozenset()):
            continue
        for chapter in others:
            if "utm_" in one.parts.query and _is_counted_for(chapter, one.parts.query):
                yield f"its UTM parameters count for {chapter.newsletter.name}", one.loc, one.url
            elif (
                f"{one.url}/".startswith(f"{archive}{chapter.folder}/")
                and not _is_others_word(inspection, one.loc, _OF_OTHERS)
                and not _is_named_in_section(inspection, one.loc, chapter)
            ):
                yield (
                    f"it leads to {chapter.newsletter.name}, which the section does not name",
                    one.loc,
                    one.url,
                )


def _is_counted_for(chapter: Chapter, query: str) -> bool:
    values = dict(parse_qsl(query))
    campaign = values.get("utm_campaign", "")
    return values.get("utm_source") == chapter.folder or f"{campaign}-".startswith(f"{chapter.folder}-")


def _is_named_in_section(inspection: Inspection, loc: Loc, chapter: Chapter) -> bool:
    """Whether any words of the section, addresses aside, mean that chapter."""
    return any(
        chapter.name_or_place.search(text.text)
        for text in inspection.texts
        if text.loc[:2] == loc[:2] and not text.text.startswith("http")
    )


def _is_others_word(inspection: Inspection, loc: Loc, types: frozenset[str]) -> bool:
    """Whether it stands in a shared block, or in a section of one of these types."""
    if loc[0] != "sections" or not isinstance(index := loc[1], int):
        return False
    return isinstance(inspection.issue.written.sections[index], Shared) or _type_of(inspection, loc) in types


def _type_of(inspection: Inspection, loc: Loc) -> str:
    if loc[0] != "sections" or not isinstance(index := loc[1], int):
        return ""
    return str(getattr(inspection.issue.sections[index], "type"))  # noqa: B009 - each concrete section has it


def _any_of(words: Iterable[str]) -> re.Pattern[str]:
    """Matches each as whole words."""
    ordered = sorted(words, key=len, reverse=True)
    return re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, ordered))})(?!\w)")
