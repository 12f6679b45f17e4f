"""Names of pages: words as parts of addresses."""

import hashlib
import re
from unicodedata import normalize


def slugged(words: str) -> str:
    """``Public safety`` as ``public-safety``; words of other letters by a short digest."""
    ascii_only = normalize("NFKD", words).encode("ascii", "ignore").decode()
    found = re.sub(r"[^a-z0-9]+", "-", ascii_only.lower()).strip("-")
    return found or hashlib.sha256(words.encode()).hexdigest()[:8]


def root_of(path: str) -> str:
    """The way from a page to the front page: ``../../`` from ``lpny/2024-09/``."""
    return "../" * path.count("/")


def titled(words: str) -> str:
    """A tag as a heading: ``public safety`` as ``Public safety``."""
    return words[:1].upper() + words[1:]
