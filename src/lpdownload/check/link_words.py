"""What the words of a link say about where it leads."""

import re
from collections.abc import Iterator

from lpdownload.check.addresses import host_of, organisation, split, target
from lpdownload.check.inspection import Inspection, Link
from lpdownload.render.draft import TITLE_FIELDS

SAYS_NOTHING = frozenset(
    {
        *(
            "click",
            "click here",
            "click this",
            "click this link",
            "follow this link",
            "go",
            "go here",
            "here",
        ),
        *(
            "link",
            "press here",
            "right here",
            "see here",
            "tap here",
            "this",
            "this link",
            "this page",
            "url",
        ),
        *("acá", "aquí", "clic aquí", "de clic aquí", "dé clic aquí", "en este enlace", "enlace"),
        *("este enlace", "esta página", "haga clic", "haga clic aquí", "haz clic aquí", "oprima aquí"),
        *("pulse aquí", "vínculo"),
    }
)
"""Nowhere, whatever stands around it."""

SAYS_LITTLE = frozenset(
    {
        *("continue", "continue reading", "details", "find out more", "full story", "info", "learn more"),
        *("more", "more details", "more info", "more information", "read more", "read on", "see more"),
        *("view more", "conozca más", "detalles", "lea más", "leer más", "más", "más detalles"),
        *("más información", "saber más", "seguir leyendo", "sepa más", "ver más"),
    }
)
"""Something only below a title."""

_TITLES = (*(name for name in TITLE_FIELDS if name != "label"), "place")
_NOT_WORDS = re.compile(r"[\W_]+")
_DOMAIN = r"((?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+[a-z]{2,})"
_WITH_SCHEME = re.compile(rf"(?:.*\s)?(?:https?://(?:www\.)?|www\.){_DOMAIN}\b.*", re.IGNORECASE | re.DOTALL)
_BARE_DOMAIN = re.compile(rf"{_DOMAIN}(?:[/?#]\S*)?")
_MAIL = re.compile(rf"[\w.+-]+@{_DOMAIN}", re.IGNORECASE)
_NUMBER = re.compile(r"[\d\s().+/-]{7,}")
# fmt: off
_USUAL_ENDINGS = frozenset({
    "ca", "com", "coop", "de", "edu", "es", "eu", "fr", "gob", "gov", "info", "int", "io", "mil", "mx", "net",
    "news", "org", "pr", "uk", "us", "vote",
})
# fmt: on


def plain(words: str) -> str:
    """To compare: letters and digits in lower case, without arrows."""
    return _NOT_WORDS.sub(" ", words).strip().casefold()


def written_by_authors(inspection: Inspection) -> Iterator[Link]:
    """Links out of the mail whose words are an author's (a label, a headline, Markdown), not a template's."""
    footer = inspection.rendering.draft.footer_loc
    for link in inspection.links:
        own = len(link.loc) > 2 and not str(link.loc[-1]).endswith("url")
        if own and link.loc[: len(footer)] != footer and not link.url.startswith("#"):
            yield link


def has_title(inspection: Inspection, link: Link) -> bool:
    """Whether a title stands above it: its section's, or that of its item in the section."""
    if link.loc[:1] != ("sections",) or len(link.loc) < 2:
        return False
    value: object = inspection.issue.sections
    for step in link.loc[1:]:
        if isinstance(value, tuple):
            value = value[step] if isinstance(step, int) and step < len(value) else None
        else:
            value = getattr(value, str(step), None)
        if any(isinstance(getattr(value, name, None), str) for name in _TITLES):
            return True
    return False


def named_in(words: str) -> str | None:
    """The domain, mail address or telephone number that they show as the place they lead to."""
    shown = words.strip(" \xa0→←.,;:!?()<>[]“”‘’\"'")
    if _MAIL.fullmatch(shown) or (_NUMBER.fullmatch(shown) and len(_digits(shown)) >= 7):
        return shown
    if match := _WITH_SCHEME.fullmatch(shown):
        return match[1].lower()
    match = _BARE_DOMAIN.fullmatch(shown.lower())
    return match[1] if match and match[1].rpartition(".")[2] in _USUAL_ENDINGS else None


def leads_elsewhere(named: str, url: str) -> str | None:
    """What ``url`` leads to, if that is not what the words name."""
    scheme, _, rest = url.partition(":")
    to = target(rest).partition("?")[0]
    if _NUMBER.fullmatch(named):
        digits, meant = _digits(to), _digits(named)
        same = scheme != "tel" or digits.endswith(meant[-7:]) or meant.endswith(digits)
        return None if same else to
    if scheme in {"mailto", "tel"}:
        return None if "@" not in named or to.casefold() == named.casefold() else to
    parts = split(url)
    host = host_of(parts) if parts else ""
    if not host or ("@" not in named and organisation(named.removeprefix("www.")) == organisation(host)):
        return None
    return host


def _digits(text: str) -> str:
    return re.sub(r"\D", "", text)
