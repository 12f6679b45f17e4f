"""Rules of the family images: what stands in for a picture, what its file weighs, and how it is shown."""

import re
from collections.abc import Iterator
from urllib.parse import urlsplit

from lpdownload.check.inspection import Inspection, Picture
from lpdownload.check.picture_files import file_of
from lpdownload.check.picture_words import (
    alts_written,
    credit_in,
    facts_in,
    images,
    is_generic,
    is_of_html,
    place_of,
    plain,
    titles_around,
    words_beside,
)
from lpdownload.check.registry import Found, rule
from lpdownload.errors import Severity

LONGEST_ALT = 250
HEAVY = 200_000
"""Bytes of one picture."""
HEAVY_TOGETHER = 1_000_000
"""Bytes of all of a mail's pictures."""
SHARP = 1.5
"""Pixels of the file to each that is shown, across: most screens have two or three."""
_SMALL = 120
"""Shown width in pixels below which sharpness does not show."""
_WORDS_PER_AREA = 0.002
"""Characters to each pixel of pictures: SpamAssassin's HTML_IMAGE_RATIO_02 counts mails with fewer."""
_STILL_AFTER = 5.0

_UNSHOWN = re.compile(r"\.(svg|webp|avif|heic|tiff?|bmp|pdf)$", re.IGNORECASE)
_BORROWED = re.compile(
    r"(?:.*\.)?(?:fbcdn\.net|cdninstagram\.com|googleusercontent\.com|media\.licdn\.com|mail\.google\.com)"
)
_EXPIRES = re.compile(r"[?&](?:X-Amz-Expires|X-Goog-Expires|Expires)=", re.IGNORECASE)


@rule(
    "image-alt-missing",
    severity="error",
    says="A picture has no alt, or is a link and has no words at all.",
    why="Who does not see it hears its file name, or “link” (WCAG 1.1.1 and 2.4.4).",
    remedy='say in alt what it shows, or where its link leads; alt="" if it adds nothing and is no link',
)
def alt_missing(inspection: Inspection) -> Iterator[Found]:
    for picture in inspection.pictures:
        link = next(picture.element.iterancestors("a"), None)
        if link is not None and not link.text_content().strip() and not any(link.xpath(".//img/@alt")):
            yield _found(inspection, picture, "the picture is a link without words")
        elif picture.alt is None:
            yield _found(inspection, picture, "the picture has no alt")


@rule(
    "image-alt-generic",
    severity="warning",
    says="The alt of a picture says that it is a picture, or is the name of its file.",
    why="Who does not see it learns nothing (WCAG 1.1.1, failure F30).",
    remedy="say what it shows, as to somebody on the telephone, or write decorative: true",
)
def alt_generic(inspection: Inspection) -> Iterator[Found]:
    for alt, loc in alts_written(inspection):
        if is_generic(alt):
            yield Found(f"the alt “{alt}” does not say what the picture shows", loc)


@rule(
    "image-alt-repeats",
    severity="warning",
    says="The alt of a picture repeats its caption or the title beside it.",
    why="A screen reader reads the same words twice, and none about the picture.",
    remedy="say what the picture shows; if it adds nothing to these words, write decorative: true",
)
def alt_repeats(inspection: Inspection) -> Iterator[Found]:
    for image, loc in images(inspection):
        alt = plain(image.alt or "")
        if alt and image.caption and plain(image.caption) == alt:
            yield Found("the alt repeats the caption", (*loc, "alt"))
        elif alt and alt in titles_around(inspection, loc):
            yield Found("the alt repeats the title beside the picture", (*loc, "alt"))


@rule(
    "image-alt-long",
    severity="warning",
    says=f"The alt of a picture has more than {LONGEST_ALT} characters.",
    why="A screen reader reads it without a way to stop or go back; with pictures off it is cut.",
    remedy="one sentence in alt, the rest in the caption or the text",
)
def alt_long(inspection: Inspection) -> Iterator[Found]:
    for alt, loc in alts_written(inspection):
        if len(alt) > LONGEST_ALT:
            yield Found(f"the alt has {len(alt)} characters", loc)


@rule(
    "image-credit",
    severity="warning",
    says="The credit of a picture stands in its caption or alt.",
    why="It gets no line and no link of its own there, the news page goes without it, and in alt it is read "
    "aloud as if the picture showed it.",
    remedy="a key of its own: credit: Who made it",
)
def glued_credit(inspection: Inspection) -> Iterator[Found]:
    for image, loc in images(inspection):
        for name, words in (("caption", image.caption), ("alt", image.alt)):
            if credit := credit_in(words or "", image.credit):
                yield Found(f"the {name} holds the picture's credit", (*loc, name), credit)


@rule(
    "image-weight",
    severity="warning",
    says=f"A picture's file has more than {HEAVY // 1000} KB.",
    why="On a slow line it comes after the reader has gone.",
    remedy="a JPEG for photographs, fewer colours for drawings, no film for what a still says as well",
)
def weight(inspection: Inspection) -> Iterator[Found]:
    for src, picture in _by_source(inspection).items():
        file = file_of(inspection, picture)
        if src and file and file.bytes > HEAVY:
            yield Found(f"the picture's file has {file.bytes // 1000:,} KB", place_of(inspection, picture))


@rule(
    "images-weight",
    severity="warning",
    says=f"The mail's pictures have more than {HEAVY_TOGETHER // 1_000_000} MB together.",
    why="Readers pay for it by the megabyte, and the last pictures come late.",
    remedy="fewer or smaller pictures",
)
def weight_together(inspection: Inspection) -> Iterator[Found]:
    files = [(file_of(inspection, picture), picture) for picture in _by_source(inspection).values()]
    weights = [(file.bytes, picture) for file, picture in files if file]
    total = sum(size for size, _ in weights)
    if total > HEAVY_TOGETHER:
        heaviest = max(weights, key=lambda each: each[0])[1]
        message = f"{len(weights)} pictures have {total // 1000:,} KB together; this one has most"
        yield Found(message, place_of(inspection, heaviest))


@rule(
    "image-blurred",
    severity="info",
    says="A picture's file has too few pixels for the size it is shown at.",
    why="Most screens have two or three pixels to each of a mail: the picture looks soft, and where the file "
    "has even fewer than one (a warning), blurred.",
    remedy="a file twice as wide as the picture is shown",
)
def blurred(inspection: Inspection) -> Iterator[Found]:
    for picture in _by_source(inspection).values():
        file, shown = file_of(inspection, picture), picture.width or 0
        if file and shown >= _SMALL and file.width < shown * SHARP:
            message = f"the picture is shown {shown} pixels wide, and its file has {file.width}"
            severity: Severity | None = "warning" if file.width < shown else None
            yield Found(message, place_of(inspection, picture), severity=severity)


@rule(
    "image-distorted",
    severity="warning",
    says="A picture is shown in other proportions than its file has.",
    why="Outlook on Windows takes width and height as they are: faces become broad or long.",
    remedy="leave out height: it is measured",
)
def distorted(inspection: Inspection) -> Iterator[Found]:
    for picture in _by_source(inspection).values():
        file = file_of(inspection, picture)
        if file and picture.width and picture.height and file.height:
            ratio = (picture.width / picture.height) / (file.width / file.height)
            if not 0.95 < ratio < 1 / 0.95:
                message = (
                    f"the picture is shown {picture.width} × {picture.height}, its file has "
                    f"{file.width} × {file.height}"
                )
                yield Found(message, place_of(inspection, picture), clients=("Outlook (Windows)",))


@rule(
    "image-moves",
    severity="warning",
    says="An animated picture moves for more than five seconds.",
    why="Motion that nobody can stop keeps some people from reading at all (WCAG 2.2.2). Outlook on Windows "
    "shows the first frame only.",
    remedy="let it stand still within five seconds, with all that matters in its first frame",
)
def moves(inspection: Inspection) -> Iterator[Found]:
    for picture in _by_source(inspection).values():
        file = file_of(inspection, picture)
        if file and file.moves_for > _STILL_AFTER:
            long = "without end" if file.runs is None else f"for {file.moves_for:.0f} seconds"
            yield Found(f"the picture moves {long}", place_of(inspection, picture))


@rule(
    "images-mostly",
    severity="warning",
    says="The mail is nearly all pictures.",
    why="Spam looks like that, and filters count it (SpamAssassin's HTML_IMAGE_RATIO_02: fewer than two "
    "letters to a thousand pixels of picture). With pictures off nothing is left.",
    remedy="say in words what the pictures say",
)
def mostly_pictures(inspection: Inspection) -> Iterator[Found]:
    shown = [one for one in inspection.pictures if one.width and one.height and one.width * one.height > 9]
    area = sum((one.width or 0) * (one.height or 0) for one in shown)
    if not area:
        return
    letters = sum(map(len, "".join(inspection.tree.xpath("//body//text()[not(parent::style)]")).split()))
    if letters < area * _WORDS_PER_AREA:
        message = (
            f"{letters:,} letters stand beside {len(shown)} pictures of {area // 1000:,} thousand pixels"
        )
        yield Found(message, place_of(inspection, shown[0]))


@rule(
    "image-alone",
    severity="warning",
    says="A picture alone carries what a section has to say.",
    why="With pictures off, or for who does not see them, alt is all there is; words in a picture cannot be "
    "searched, translated, enlarged or copied (WCAG 1.4.5).",
    remedy="write time, place and address as text, and let the picture be one",
)
def alone(inspection: Inspection) -> Iterator[Found]:
    said = "".join(inspection.tree.xpath("//body//text()")).casefold()
    for picture in inspection.pictures:
        alt = picture.alt or ""
        if fact := next((fact for fact in facts_in(alt) if fact.casefold() not in said), ""):
            yield Found(
                f"“{fact}” stands in the picture, and nowhere in the text",
                place_of(inspection, picture, "alt"),
                alt,
            )
        elif alt and is_of_html(inspection, picture) and not words_beside(inspection, picture):
            yield Found("the section is nothing but a picture", place_of(inspection, picture, "alt"), alt)


@rule(
    "image-source",
    severity="error",
    says="A picture in HTML of your own leads to a file that no reader has, or to none.",
    why="Readers see a broken frame.",
    remedy="an https address; or a section with image:, which takes files",
)
def source(inspection: Inspection) -> Iterator[Found]:
    for picture in inspection.pictures:
        if not picture.src:
            yield Found("the picture has no address", place_of(inspection, picture), picture.alt or "")
        elif not picture.src.startswith(("https://", "http://")):
            yield _found(inspection, picture, f"{picture.src} is no address that readers reach")


@rule(
    "image-insecure",
    severity="warning",
    says="A picture's address begins with http://.",
    why="The web page does not show it, nor do mail programs that ask for encryption.",
    remedy="https://, or a file of your own beside the issue",
)
def insecure(inspection: Inspection) -> Iterator[Found]:
    for picture in inspection.pictures:
        if picture.src.startswith("http://"):
            yield _found(inspection, picture, f"{picture.src} is not encrypted")


@rule(
    "image-format",
    severity="error",
    says="A picture on the web has a format that mail programs do not show.",
    why="Outlook on Windows shows no WebP, Gmail no SVG, and nearly none AVIF, HEIC or TIFF (caniemail.com).",
    remedy="a PNG, JPEG or GIF",
)
def unshown(inspection: Inspection) -> Iterator[Found]:
    for picture in inspection.pictures:
        if match := _UNSHOWN.search(urlsplit(picture.src).path):
            yield _found(inspection, picture, f"mail programs do not show {match[1].lower()} files")


@rule(
    "image-borrowed",
    severity="warning",
    says="A picture's address is one that a social network or mailbox gives out for a while.",
    why="When it expires, all readers see a broken frame, in mails of last year too.",
    remedy="save the picture beside the issue, if you may",
)
def borrowed(inspection: Inspection) -> Iterator[Found]:
    for picture in inspection.pictures:
        host = urlsplit(picture.src).hostname or ""
        if _BORROWED.fullmatch(host) or _EXPIRES.search(picture.src):
            yield _found(inspection, picture, f"the picture on {host} expires")


@rule(
    "image-pixel",
    severity="warning",
    says="A picture is too small to see: a tracking pixel.",
    why="It tells somebody else who opened this mail and when, and readers were not asked. It came "
    "along when HTML was copied from another mail.",
    remedy="delete it",
)
def pixel(inspection: Inspection) -> Iterator[Found]:
    for picture in inspection.pictures:
        sizes = [size for size in (picture.width, picture.height) if size is not None]
        if sizes and min(sizes) <= 2:
            host = urlsplit(picture.src).hostname
            yield _found(inspection, picture, f"the picture on {host} cannot be seen")


def _by_source(inspection: Inspection) -> dict[str, Picture]:
    """Each file once, where it is shown widest."""
    found: dict[str, Picture] = {}
    for picture in inspection.pictures:
        if picture.src not in found or (picture.width or 0) > (found[picture.src].width or 0):
            found[picture.src] = picture
    return found


def _found(inspection: Inspection, picture: Picture, message: str) -> Found:
    """At its address."""
    return Found(message, place_of(inspection, picture), picture.src)
