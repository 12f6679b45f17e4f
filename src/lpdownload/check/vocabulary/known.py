"""The words of a language with how often they were counted: pyspellchecker's lists, and one of our own.

Compared: pyspellchecker's English list lacks 1.5 % of 77,000 words that Hunspell knows, and loads in 50 ms.
Its Spanish one lost most words in 0.8 (“está”, “días”), so that of 0.7.2 is shipped (es.json.gz, see NOTICE):
with it `misspelled` found 118 mistakes in 62,000 words of Spanish prose, and one that was none. Hunspell's
bindings load in 90 to 170 ms and bring no Spanish, simplemma in 500; codespell is English only and GPL.
"""

import gzip
import json
from collections.abc import Mapping
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Final, cast

SPANISH: Final = Path(__file__).parent / "es.json.gz"
LANGUAGES: Final = ("en", "es")

# fmt: off
# Younger than the list, or too informal for it, and a letter away from others.
_ALSO_ENGLISH = (
    "admin", "admins", "app", "apps", "bling", "blog", "blogs", "cafe", "cafes", "carbs", "declawed",
    "divorcee", "divorcees", "emcee", "emceed", "fetes", "fiance", "fiances", "flambe", "folx", "frack",
    "fracked", "hotkey", "hwy", "intro", "intros", "linting", "mages", "materiel", "meme", "memes", "merch",
    "metier", "metiers", "pwned", "ramping", "refactor", "refactors", "relist", "relisted", "relisting",
    "resize", "resized", "saute", "seance", "sexting", "shoutout", "slideshow", "slideshows", "smurf",
    "snark", "snarks", "souffle", "stoner", "stoners", "texted", "texting", "theremin", "thunk", "trans",
    "vape", "vaped", "vapes", "vaping", "vlog", "vlogs", "womxn",
)
# fmt: on


@cache
def known(language: str) -> Mapping[str, int]:
    """The lower-case words of one of the ``LANGUAGES``."""
    if language == "es":
        return _read(SPANISH)
    spec = find_spec("spellchecker")  # found, not imported: only its data is read
    assert spec
    assert spec.origin
    words = _read(Path(spec.origin).parent / "resources" / "en.json.gz")
    words.update(dict.fromkeys(_ALSO_ENGLISH, 1))
    return words


def _read(path: Path) -> dict[str, int]:
    return cast(dict[str, int], json.loads(gzip.decompress(path.read_bytes())))
