"""Renews what the checks know of mail programs, from caniemail.com's data as npm has it.

    npm pack caniemail && tar xf caniemail-*.tgz
    python tools/renew_caniemail.py package/

It keeps the platforms of our clients and the newest version of each; the same input gives the same bytes.
"""

import gzip
import json
import re
import sys
from pathlib import Path
from typing import TypedDict, cast

from lpdownload.check.caniemail.support import DATA, PLATFORMS

Stats = dict[str, dict[str, dict[str, str]]]
"""Family, platform, version: ``a #1 #2``; versions in the order of their age."""


class Feature(TypedDict):
    slug: str
    title: str
    last_test_date: str
    stats: Stats
    notes_by_num: dict[str, str] | None


class Caniemail(TypedDict):
    last_update_date: str
    data: list[Feature]


_LINK = re.compile(r"\[([^\]]*)\]\([^)]*\)")


def trimmed(caniemail: Caniemail, version: str) -> dict[str, object]:
    """What `support` reads; letters stand in the order of ``platforms``."""
    platforms = sorted({platform for several in PLATFORMS.values() for platform in several})
    return {
        "source": f"caniemail {version}",
        "date": caniemail["last_update_date"][:10],
        "platforms": platforms,
        "features": {feature["slug"]: _feature(feature, platforms) for feature in caniemail["data"]},
    }


def _feature(feature: Feature, platforms: list[str]) -> dict[str, object]:
    newest = [_newest(feature["stats"], platform) for platform in platforms]
    notes = feature["notes_by_num"] or {}
    return {
        "title": feature["title"].strip(),
        "tested": _day(feature["last_test_date"]),
        "support": "".join(support[0] for support in newest),
        "notes": {
            platform: " ".join(
                _plain(notes[mark]) for mark in re.findall(r"#(\d+)", support) if mark in notes
            )
            for platform, support in zip(platforms, newest, strict=True)
            if support[0] == "a"
        },
    }


def _newest(stats: Stats, platform: str) -> str:
    """The last version in the document; to sort versions as text would put 16.80 before 2016."""
    family, name = platform.split(".")
    versions = list(stats.get(family, {}).get(name, {}).values())
    return versions[-1] if versions else "u"


def _day(written: str) -> str:
    year, month, day = written.split("-")
    return f"{year}-{int(month):02}-{int(day):02}"


def _plain(note: str) -> str:
    """Without Markdown's links and marks, and without the word it begins with."""
    return (
        re.sub(r"^(?:Partial|Buggy)(?: support)?[.:] ?", "", _LINK.sub(r"\1", note)).replace("`", "").strip()
    )


def packed(document: dict[str, object]) -> bytes:
    text = json.dumps(document, ensure_ascii=False, separators=(",", ":"))
    return gzip.compress(text.encode(), compresslevel=9, mtime=0)


def main(package: Path) -> None:
    version = json.loads((package / "package.json").read_text("utf-8"))["version"]
    source = json.loads((package / "data" / "caniemail.json").read_text("utf-8"))
    document = trimmed(cast("Caniemail", source), version)
    DATA.write_bytes(packed(document))
    notice = DATA.parent / "NOTICE"
    lines = notice.read_text("utf-8").splitlines()
    lines[0] = f"data.json.gz: support of HTML and CSS in mail programs, as of {document['date']}."
    lines[1] = f"Trimmed by tools/renew_caniemail.py from the npm package {document['source']}."
    notice.write_text("\n".join(lines) + "\n", "utf-8")
    print(f"{DATA}: {document['source']} of {document['date']}, {DATA.stat().st_size:,} bytes")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
