"""The words that belong to a picture: what stands in for it, its caption, the titles beside it."""

import re
from collections.abc import Iterator

from lpdownload.check.inspection import Inspection, Picture
from lpdownload.errors import Loc
from lpdownload.model.sections.base import Image, walk_models
from lpdownload.model.sections.structure import Html
from lpdownload.render.draft import TITLE_FIELDS

_GENERIC = frozenset(
    {
        *("alt", "alt text", "banner", "cover", "decoration", "flyer", "graphic", "header", "icon"),
        *(
            "illustration",
            "image",
            "image of",
            "img",
            "logo",
            "n a",
            "photo",
            "photo of",
            "photograph",
            "pic",
        ),
        *("picture", "picture of", "screenshot", "spacer", "thumbnail", "untitled"),
        *("foto", "foto de", "fotografía", "gráfico", "ilustración", "imagen", "imagen de", "logotipo"),
    }
)
_FILE_NAME = re.compile(
    r"\S+\.(?:jpe?g|png|gif|svg|webp|heic|tiff?|bmp)|(?:IMG|DSC[FN]?|PXL|MVI|GOPR|P)[_-]?\d{3,}[\w-]*"
    r"|(?:screen ?shot|captura de pantalla|whatsapp image) .*\d.*|[0-9a-f-]{12,}|[\W\d_]+",
    re.IGNORECASE,
)
_CREDIT = re.compile(
    r"\b(?i:photos?|pictures?|images?|illustrations?|fotos?|imagen|ilustración)"
    r" (?i:credit|courtesy|by|cortesía|por)\b[: ]*(?i:of |de )?[A-ZÀ-Þ@]"
    r"|(?<![Tt]he )\b(?i:photo|picture|image|illustration|foto|imagen|ilustración|credits?|créditos?)"
    r" ?: ?[A-ZÀ-Þ@]"
    r"|©|\((?i:c)\) ?\d{4}|\bGetty Images\b|\bAP Photo\b"
)
_FACT = re.compile(
    r"\b(?:https?://|www\.)[^\s,;]+[^\s,;.]|[\w.+-]+@[\w-]+(?:\.\w+)+|\b\d{1,2}(?::\d\d)?(?= ?[ap]\.? ?m\b)"
    r"|\(?\b\d{3}\)?[ -]\d{3}-\d{4}\b",
    re.IGNORECASE,
)
_TAG = re.compile(r"<[^>]*>")
_TITLES = tuple(name for name in TITLE_FIELDS if name != "label")


def images(inspection: Inspection) -> Iterator[tuple[Image, Loc]]:
    """Those that have keys of their own: in the sections, and that of the card."""
    for model, loc in walk_models(inspection.issue.sections, ("sections",)):
        if isinstance(model, Image):
            yield model, loc
    if inspection.issue.image:
        yield inspection.issue.image, ("image",)


def alts_written(inspection: Inspection) -> Iterator[tuple[str, Loc]]:
    """Of pictures with keys of their own, and of those in an author's HTML."""
    for image, loc in images(inspection):
        if image.alt:
            yield image.alt, (*loc, "alt")
    for picture in inspection.pictures:
        if picture.alt and is_of_html(inspection, picture):
            yield picture.alt, place_of(inspection, picture)


def is_generic(alt: str) -> bool:
    """Whether it says only that there is a picture, or what its file is called."""
    return plain(alt) in _GENERIC or _FILE_NAME.fullmatch(alt.strip()) is not None


def credit_in(words: str, credit: str | None) -> str:
    """The part of a caption or alt that names who made the picture."""
    if match := _CREDIT.search(words):
        return match[0]
    repeated = credit is not None and len(credit) > 3 and plain(credit) in plain(words)
    return (credit or "") if repeated else ""


def facts_in(alt: str) -> list[str]:
    """Times, addresses and numbers: what readers need as text."""
    return _FACT.findall(alt)


def is_of_html(inspection: Inspection, picture: Picture) -> bool:
    """Whether it stands in HTML of the author's own."""
    return _html(inspection, picture.loc) is not None


def place_of(inspection: Inspection, picture: Picture, key: str = "src") -> Loc:
    """A key of its own, or the HTML it stands in."""
    if is_of_html(inspection, picture):
        return (*picture.loc[:2], "html")
    return (*picture.loc, key) if len(picture.loc) > 2 else picture.loc


def words_beside(inspection: Inspection, picture: Picture) -> str:
    """The words of the author's HTML that it stands in, and of its heading."""
    section = _html(inspection, picture.loc)
    return f"{section.heading or ''}{_TAG.sub('', section.html)}".strip() if section else ""


def _html(inspection: Inspection, loc: Loc) -> Html | None:
    index = loc[1] if loc[:1] == ("sections",) and len(loc) > 1 else None
    section = inspection.issue.sections[index] if isinstance(index, int) else None
    return section if isinstance(section, Html) else None


def titles_around(inspection: Inspection, loc: Loc) -> set[str]:
    """The titles of the section and of the item that the picture stands in, to compare."""
    found = set()
    value: object = inspection.issue.sections
    for step in loc[1:]:
        if isinstance(value, tuple):
            value = value[step] if isinstance(step, int) else None
        else:
            value = getattr(value, str(step), None)
        titles = (getattr(value, name, None) for name in _TITLES)
        found |= {plain(title) for title in titles if isinstance(title, str)}
    return found


def plain(words: str) -> str:
    """To compare: letters and digits in lower case."""
    return re.sub(r"[\W_]+", " ", words).strip().casefold()
