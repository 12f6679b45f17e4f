"""Rules of the family pipeline: what may go wrong between a template and the mail, and shows in the result.

The doctype, style elements and comments that inlining could lose are compared in render/inline.py at every
render; what is wrong in the source of a newsroom's own template, template_check finds.
"""

import re
from collections.abc import Iterator

from lpdownload.check import conditional_comments, leaks, printed
from lpdownload.check.inspection import Inspection
from lpdownload.check.origins import found_from, template_place
from lpdownload.check.registry import Found, rule

_CHARSET = re.compile(r"<meta\b[^>]*\bcharset\s*=\s*[\"']?\s*([\w.:-]+)", re.IGNORECASE)
_MJML = re.compile(r"</?mj-[\w-]*|\s(?:css-class|mj-class)=(?:\"[^\"]{0,40}\"|'[^']{0,40}')")
_REMOTE = (
    (re.compile(r"<link\b[^>]*\bhref=[\"']?([^\"'>\s]+)", re.IGNORECASE), "a linked style sheet"),
    (re.compile(r"@import\s+(?:url\()?[\"']?([^\"')\s;]+)", re.IGNORECASE), "an imported style sheet"),
    (
        re.compile(r"@font-face\s*\{[^}]*url\(\s*[\"']?(https?:[^\"')\s]+)", re.IGNORECASE),
        "a font from the web",
    ),
)


@rule(
    "conditional-comment",
    severity="error",
    says="A conditional comment is not closed, or closes nothing.",
    why="Outlook on Windows hides or shows all that follows; others print what was meant for it alone.",
    remedy="<!--[if mso]> … <![endif]--> for Outlook, <!--[if !mso]><!--> … <!--<![endif]--> for the others",
)
def conditional_comment(inspection: Inspection) -> Iterator[Found]:
    for words, fault in conditional_comments.faults(inspection.html):
        yield found_from(inspection, words, fault)


@rule(
    "charset-declared",
    severity="error",
    says="The HTML does not declare its characters as UTF-8, or declares others as well.",
    why="The message is UTF-8; a program that believes the other declaration shows “â€™” for an apostrophe.",
    remedy="leave the declaration to MJML, which writes it",
)
def charset_declared(inspection: Inspection) -> Iterator[Found]:
    html = inspection.html
    end = html.find("</head>")
    found = _CHARSET.findall(html[: end if end > 0 else None])
    if not found:
        yield Found("the HTML declares no characters", place=template_place(inspection, "", "layout.mjml.j2"))
    for name in dict.fromkeys(found):
        if name.lower() not in {"utf-8", "utf8"}:
            yield found_from(inspection, name, f"the HTML declares the characters {name}")


@rule(
    "remote-style",
    severity="warning",
    says="The mail fetches styles or fonts from the web.",
    why="Most mail programs refuse, so readers see something else than you; the others tell that server who "
    "opens the mail and when.",
    remedy="write the CSS into inline.css.j2 or media.css.j2, and name fonts that computers have",
)
def remote_style(inspection: Inspection) -> Iterator[Found]:
    html = inspection.html
    for (pattern, what), sign in zip(_REMOTE, ("<link", "@import", "@font-face"), strict=True):
        if sign in html:
            for address in dict.fromkeys(pattern.findall(html)):
                shown = address.replace("&amp;", "&")
                yield found_from(inspection, shown, f"{what}: {shown}")


@rule(
    "encoded-merge-field",
    severity="error",
    says="The braces of a merge field are percent-encoded.",
    why="It is a field no more: every reader's link holds the same %7B%7B. Browsers write it so when "
    "an address is copied from them.",
    remedy="write the field with its braces: https://example.org/?name={{ first_name }}",
)
def encoded_merge_field(inspection: Inspection) -> Iterator[Found]:
    told: set[str] = set()
    for leak in leaks.encoded(inspection):
        if leak.words not in told:
            told.add(leak.words)
            yield found_from(inspection, leak.words, f"“{leak.words}” was a merge field")


@rule(
    "printed-value",
    severity="error",
    says="A template printed a value that is none, or as Python writes it.",
    why="Readers see “None”, or the inside of the program.",
    remedy='test for the value with {% if … %}, and print its parts: entity.name, items | join(", ")',
)
def printed_value(inspection: Inspection) -> Iterator[Found]:
    told: set[tuple[str, str]] = set()
    for one in printed.nothings(inspection):
        if (one.words, one.part) in told or any(one.words in text.text for text in inspection.texts):
            continue
        told.add((one.words, one.part))
        loc = () if one.element is None else inspection.loc_of(one.element)
        yield Found(f"the {one.part} shows “{one.words}”", loc)


@rule(
    "markup-shown",
    severity="warning",
    says="Readers see HTML or Markdown as it was typed.",
    why="HTML works in an html section only, and Markdown in longer texts, not in titles, labels and alt.",
    remedy="write the character itself, and keep marks to the texts that know them",
)
def markup_shown(inspection: Inspection) -> Iterator[Found]:
    told: set[tuple[str, object]] = set()
    for one in printed.shown_markup(inspection):
        loc = (one.part,) if one.element is None else inspection.loc_of(one.element)
        if (one.words, loc) not in told:
            told.add((one.words, loc))
            yield found_from(inspection, one.words, f"the {one.part} shows “{one.words}”", loc=loc)


@rule(
    "empty-element",
    severity="warning",
    says="A link, paragraph or heading of the mail is empty.",
    why="It leaves a gap for the eye, and “link” or “heading” with nothing after it for who listens.",
    remedy="print it only where there is something in it: {% if … %}",
)
def empty_element(inspection: Inspection) -> Iterator[Found]:
    told: set[tuple[str, object]] = set()
    for element in inspection.tree.body.iter("a", "p", "h1", "h2", "h3", "h4", "li"):
        if (element.tag != "a" or element.get("href") is not None) and printed.is_empty(element):
            loc, tag = inspection.loc_of(element), str(element.tag)
            if (tag, loc) not in told:
                told.add((tag, loc))
                yield Found(f"an empty {_NAMES.get(tag, 'heading')} is left", loc)


_NAMES = {"a": "link", "p": "paragraph", "li": "item of a list"}


@rule(
    "image-width",
    severity="warning",
    says="A picture has no width.",
    why="Outlook on Windows reads the width from this attribute alone, and without it shows the file in full "
    "size; while it loads, the text around it jumps.",
    remedy='say how wide it is shown, in pixels: width="576"',
)
def image_width(inspection: Inspection) -> Iterator[Found]:
    for picture in inspection.pictures:
        if picture.width is None:
            name = picture.src.rpartition("/")[2] or "a picture"
            yield found_from(inspection, picture.src, f"{name} has no width", loc=picture.loc)


@rule(
    "mjml-left",
    severity="error",
    says="Tags or attributes of MJML are left in the HTML.",
    why="Mail programs do not know them: what they should have done is not done.",
    remedy="HTML elements take class and style; mj- tags stand in each other, not in HTML",
)
def mjml_left(inspection: Inspection) -> Iterator[Found]:
    html = inspection.html
    if any(sign in html for sign in ("<mj-", "</mj-", " css-class=", " mj-class=")):
        for words in dict.fromkeys(match.strip() for match in _MJML.findall(html)):
            yield found_from(inspection, words, f"{words} is left in the HTML")
