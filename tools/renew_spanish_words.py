"""Renews the Spanish words of the spelling check from a release of pyspellchecker.

    pip download --no-deps pyspellchecker==0.7.2
    python tools/renew_spanish_words.py pyspellchecker-0.7.2-py3-none-any.whl

Releases from 0.8 on lack most inflected forms, among them “está” and “días”: look before you take one.
The same input gives the same bytes.
"""

import gzip
import json
import sys
from pathlib import Path
from zipfile import ZipFile

from lpdownload.check.vocabulary.known import SPANISH

_TIMES = 10
"""How much more frequent a word with an accent is than its twin without, for the twin to be a mistake."""

_PLAIN = str.maketrans("áéíóú", "aeiou")


def without_lost_accents(words: dict[str, int]) -> dict[str, int]:
    """The list was counted in subtitles, whose writers leave out accents: “jamas”, “medico”, “salio”."""
    accented: dict[str, int] = {}
    for word, count in words.items():
        if (plain := word.translate(_PLAIN)) != word:
            accented[plain] = max(count, accented.get(plain, 0))
    return {word: count for word, count in words.items() if accented.get(word, 0) < _TIMES * count}


def main() -> None:
    with ZipFile(Path(sys.argv[1])) as wheel:
        words = json.loads(gzip.decompress(wheel.read("spellchecker/resources/es.json.gz")))
    kept = without_lost_accents(words)
    written = json.dumps(kept, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
    SPANISH.write_bytes(gzip.compress(written.encode(), 9, mtime=0))
    print(f"{len(kept):,} of {len(words):,} words")


if __name__ == "__main__":
    main()
