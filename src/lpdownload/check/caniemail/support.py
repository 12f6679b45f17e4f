"""What caniemail.com says of each feature in each of our mail programs (data.json.gz, see NOTICE)."""

import gzip
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final, Literal, TypeAlias

from lpdownload.model.mail_client import MailClient

DATA: Final = Path(__file__).parent / "data.json.gz"

Support: TypeAlias = Literal["yes", "partly", "no"]

TITLES: Final[Mapping[MailClient, str]] = {
    "gmail": "Gmail",
    "apple-mail": "Apple Mail",
    "outlook-windows": "Outlook on Windows",
    "outlook-mac": "Outlook on Mac",
    "outlook-web": "Outlook on the web",
    "outlook-mobile": "Outlook on phones",
    "yahoo": "Yahoo Mail",
    "aol": "AOL",
    "samsung-email": "Samsung Email",
    "thunderbird": "Thunderbird",
    "proton-mail": "Proton Mail",
    "fastmail": "Fastmail",
    "hey": "HEY",
    "gmx": "GMX",
    "web-de": "WEB.DE",
    "mail-ru": "Mail.ru",
    "orange": "Orange",
    "sfr": "SFR",
}
PLATFORMS: Final[Mapping[MailClient, tuple[str, ...]]] = {
    "gmail": ("gmail.desktop-webmail", "gmail.ios", "gmail.android"),
    "apple-mail": ("apple-mail.macos", "apple-mail.ios"),
    "outlook-windows": ("outlook.windows",),
    "outlook-mac": ("outlook.macos",),
    "outlook-web": ("outlook.outlook-com",),
    "outlook-mobile": ("outlook.ios", "outlook.android"),
    "yahoo": ("yahoo.desktop-webmail", "yahoo.ios", "yahoo.android"),
    "aol": ("aol.desktop-webmail", "aol.ios", "aol.android"),
    "samsung-email": ("samsung-email.android",),
    "thunderbird": ("thunderbird.macos", "thunderbird.windows"),
    "proton-mail": ("protonmail.desktop-webmail", "protonmail.ios", "protonmail.android"),
    "fastmail": ("fastmail.desktop-webmail",),
    "hey": ("hey.desktop-webmail",),
    "gmx": ("gmx.desktop-webmail", "gmx.ios", "gmx.android"),
    "web-de": ("web-de.desktop-webmail", "web-de.ios", "web-de.android"),
    "mail-ru": ("mail-ru.desktop-webmail",),
    "orange": ("orange.desktop-webmail", "orange.ios", "orange.android"),
    "sfr": ("sfr.desktop-webmail", "sfr.ios", "sfr.android"),
}
"""caniemail's names. A program is as good as the worst of its platforms; what is not known is no fault."""


@dataclass(frozen=True, slots=True)
class Feature:
    """``tested`` is the day of caniemail's last test, ``notes`` what is partly supported, by platform."""

    slug: str
    title: str
    tested: str
    letters: Mapping[str, str]
    notes: Mapping[str, str]

    @property
    def url(self) -> str:
        return f"https://www.caniemail.com/features/{self.slug}/"

    def support(self, client: MailClient) -> Support:
        """The worst of the program's platforms."""
        letters = {self.letters[platform] for platform in PLATFORMS[client]}
        return "no" if "n" in letters else "partly" if "a" in letters else "yes"

    def note(self, client: MailClient) -> str:
        """What is supported partly only."""
        return next((note for name in PLATFORMS[client] if (note := self.notes.get(name))), "")


@dataclass(frozen=True, slots=True)
class Caniemail:
    """The data of one day."""

    source: str
    date: str
    features: Mapping[str, Feature]


@cache
def caniemail() -> Caniemail:
    document = json.loads(gzip.decompress(DATA.read_bytes()))
    return Caniemail(document["source"], document["date"], dict(_features(document)))


def _features(document: "dict[str, dict[str, dict[str, str]]]") -> Iterator[tuple[str, Feature]]:
    platforms = list(document["platforms"])
    for slug, feature in document["features"].items():
        letters = dict(zip(platforms, feature["support"], strict=True))
        notes: object = feature["notes"]
        assert isinstance(notes, dict)
        yield slug, Feature(slug, feature["title"], feature["tested"], letters, notes)
