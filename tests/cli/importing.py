"""`subscribers import`, given and read back."""

import csv
import io

from tests.desk import Desk

from lpdownload.audience.import_people import COUNTS

ONE_OF_THESE = ("added", "changed", "unchanged", "duplicates", "suppressed", "rejected")
"""What becomes of a row."""


def counts(report: dict[str, object]) -> dict[str, int]:
    """Those that are not 0."""
    found = {name: int(str(report[name])) for name in COUNTS}
    assert found["rows"] == sum(found[name] for name in ONE_OF_THESE)
    return {name: count for name, count in found.items() if count}


def imported(desk: Desk, *words: str, newsletter: str = "town") -> dict[str, int]:
    return counts(desk.json("subscribers", "import", *words, "--newsletter", newsletter))


def rejects_of(desk: Desk, name: str = "people.csv.rejects.csv") -> list[list[str]]:
    return list(csv.reader(io.StringIO((desk.root / name).read_text("utf-8"))))
