"""What stays in a mail when it did not become what it should: others' merge tags, our own marks."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from html import unescape

from lpdownload.check.inspection import Inspection
from lpdownload.model.content import Pieces

_STYLES = re.compile(r"<style\b.*?</style>", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Leak:
    """``words`` as they stand in ``part`` of the message; ``whose`` syntax they are."""

    words: str
    whose: str
    part: str


@dataclass(frozen=True, slots=True)
class _Syntax:
    whose: str
    pattern: re.Pattern[str]
    signs: tuple[str, ...]
    """One of these is in every match: looking for them first costs next to nothing."""


_MAILCHIMP = _Syntax("Mailchimp", re.compile(r"\*\|[A-Za-z][\w:.]{0,60}\|\*"), ("*|",))
_SYNTAXES = (
    _Syntax("a merge field", re.compile(r"\{\{[^{}\n]{0,60}(?:\}\})?|\}\}"), ("{{", "}}")),
    _Syntax("a template", re.compile(r"\{%[^%\n]{0,60}%\}"), ("{%",)),
    _MAILCHIMP,
    _Syntax("Salesforce", re.compile(r"%%[A-Za-z_][\w ]{0,60}%%|%%=[^%\n]{0,60}=%%"), ("%%",)),
    _Syntax(
        "Mailgun or ActiveCampaign",
        re.compile(
            r"%(?:recipient[._][\w.-]{1,40}|recipient|unsubscribe_url|tag_unsubscribe_url|(?:FIRST|LAST|FULL)_?NAME"
            r"|UNSUBSCRIBELINK|SENDER-INFO[\w-]*|PERS_\w{1,30})%"
        ),
        ("%recipient", "unsubscribe_url%", "NAME%", "LINK%", "%SENDER", "%PERS_"),
    ),
    _Syntax("a template", re.compile(r"(?:<|&lt;)%=?[^%\n]{1,80}%(?:>|&gt;)"), ("<%", "&lt;%")),
    _Syntax("a mail service", re.compile(r"\[\[\s*[A-Za-z_]\w*(?:[ .|:][^\[\]\n]{0,60})?\s*\]\]"), ("[[",)),
    _Syntax("AWeber", re.compile(r"\{![A-Za-z_]\w{1,40}[^{}\n]{0,40}\}"), ("{!",)),
    _Syntax(
        "Campaign Monitor",
        re.compile(r"\[(?i:(?:first|last|full)_?name)(?:\s*,\s*fallback\s*=[^\]\n]{0,40})?\]"),
        ("name,", "name]", "NAME]", "Name]", "Name,"),
    ),
    _Syntax(
        "Campaign Monitor", re.compile(r"</?(?:unsubscribe|webversion)>"), ("<unsubscribe", "<webversion")
    ),
)

_ENCODED = re.compile(r"%7[Bb]%7[Bb](?:(?!%7[Dd]%7[Dd])[^\s\"'<>]){0,80}(?:%7[Dd]%7[Dd])?")


def parts(inspection: Inspection) -> Iterator[tuple[str, str]]:
    """Each part of the message with what it says; style sheets, which have braces of their own, left out."""
    yield "subject", inspection.subject
    yield "HTML", _STYLES.sub("", inspection.html)
    yield "plain text", inspection.text
    for name, pieces in inspection.rendering.content.headers:
        yield name, "".join(pieces.literals)


def foreign(inspection: Inspection) -> Iterator[Leak]:
    """Merge tags that nobody will fill."""
    for part, shown in parts(inspection):
        for syntax in _SYNTAXES:
            if any(sign in shown for sign in syntax.signs):
                for words in dict.fromkeys(match[0] for match in syntax.pattern.finditer(shown)):
                    yield Leak(unescape(words), syntax.whose, part)
    for written in inspection.texts:  # Markdown takes the stars of *|FNAME|* for emphasis
        if "*|" in written.text:
            for words in _MAILCHIMP.pattern.findall(written.text):
                yield Leak(words, _MAILCHIMP.whose, "text")


def encoded(inspection: Inspection) -> Iterator[Leak]:
    """Merge fields of which the braces were percent-encoded, so that they are fields no more."""
    for part, shown in (("HTML", inspection.html), ("plain text", inspection.text)):
        if "%7B" in shown or "%7b" in shown:
            for words in dict.fromkeys(_ENCODED.findall(shown)):
                yield Leak(words, "a merge field", part)


def own_marks(inspection: Inspection) -> Iterator[Leak]:
    """What rendering and preview mark a mail with for themselves, in what would be sent."""
    content, prefix = inspection.rendering.content, inspection.rendering.draft.fields.prefix
    signs = (prefix, "data-lp", "data-premailer")
    marks = re.compile(
        rf"{prefix}\w*|\sdata-(?:lp|premailer)\b(?:=[\"'][^\"'<>]{{0,40}}[\"'])?", re.IGNORECASE
    )
    texts: list[tuple[str, Pieces]] = [
        ("subject", content.subject),
        ("preheader", content.preheader),
        ("HTML", content.html),
        ("plain text", content.text),
        *content.headers,
    ]
    for part, pieces in texts:
        written = [*pieces.literals, *(slot.default for slot in pieces.slots if slot.default)]
        for shown in written:
            lowered = shown.lower()
            if any(sign in lowered for sign in signs):
                for words in dict.fromkeys(marks.findall(shown)):
                    yield Leak(words.strip(), "an internal mark", part)
