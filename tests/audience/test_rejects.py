"""The file of rows that were not taken."""

import csv
import stat
from pathlib import Path

import pytest

from lpdownload.audience.csv_file import Rejected, open_csv
from lpdownload.audience.rejects import RejectsFile
from lpdownload.errors import InvalidInput

HEADER = ("email", "first_name")
BAD = Rejected(7, "email: no @", ("ana", 'Ana, "Nan"\nZoë 📣 \udcff'))


def test_each_row_has_its_line_and_reason_and_stands_as_it_was(tmp_path: Path) -> None:
    path = tmp_path / "rejects.csv"
    with RejectsFile(path, HEADER) as rejects:
        rejects.add(BAD)
        rejects.add(Rejected(9, "suppressed", ()))
        assert rejects.count == 2
        assert rejects.keep() == path
    with path.open(encoding="utf-8", errors="surrogateescape", newline="") as file:
        assert list(csv.reader(file)) == [
            ["line", "reason", *HEADER],
            ["7", "email: no @", *BAD.fields],
            ["9", "suppressed"],
        ]


def test_it_can_be_read_as_a_list_again(tmp_path: Path) -> None:
    path = tmp_path / "rejects.csv"
    with RejectsFile(path, HEADER) as rejects:
        rejects.add(Rejected(7, "email: no @", ("ana", "Ana")))
        rejects.keep()
    with open_csv(str(path)) as file:
        assert tuple(file.header) == ("line", "reason", *HEADER)
        assert list(file) == [(2, ["7", "email: no @", "ana", "Ana"])]


def test_it_is_for_its_owner_s_eyes_only_from_the_first_row_on(tmp_path: Path) -> None:
    with RejectsFile(tmp_path / "rejects.csv", HEADER) as rejects:
        rejects.add(BAD)
        (part,) = tmp_path.iterdir()
        assert stat.S_IMODE(part.stat().st_mode) == 0o600
        rejects.keep()
    assert stat.S_IMODE((tmp_path / "rejects.csv").stat().st_mode) == 0o600


def test_without_a_row_there_is_no_file(tmp_path: Path) -> None:
    with RejectsFile(tmp_path / "rejects.csv", HEADER) as rejects:
        assert rejects.keep() is None
    assert list(tmp_path.iterdir()) == []


def test_what_is_not_kept_goes_and_an_older_file_stays(tmp_path: Path) -> None:
    path = tmp_path / "rejects.csv"
    path.write_text("old", "utf-8")
    with RejectsFile(path, HEADER) as rejects:
        rejects.add(BAD)
    assert [each.name for each in tmp_path.iterdir()] == ["rejects.csv"]
    assert path.read_text("utf-8") == "old"


def test_a_new_file_takes_the_place_of_an_older_one(tmp_path: Path) -> None:
    path = tmp_path / "rejects.csv"
    path.write_text("old", "utf-8")
    with RejectsFile(path, HEADER) as rejects:
        rejects.add(BAD)
        rejects.keep()
    assert "old" not in path.read_text("utf-8", "replace")


@pytest.mark.parametrize("path", ["", "/", "a" * 300])
def test_a_name_that_no_file_can_have_is_refused_at_once(path: str) -> None:
    with pytest.raises(InvalidInput, match="cannot write to"):
        RejectsFile(Path(path), HEADER)


def test_a_file_that_cannot_be_made_is_refused_at_the_first_row() -> None:
    with (
        RejectsFile(Path("/dev/null/x"), HEADER) as rejects,
        pytest.raises(InvalidInput, match="cannot write to /dev/null/x"),
    ):
        rejects.add(BAD)
