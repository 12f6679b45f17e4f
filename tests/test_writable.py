"""What keeps a file or folder from being written."""

import os
from pathlib import Path

import pytest

from lpdownload.errors import InvalidInput
from lpdownload.writable import part_of, require_folder, writing_to

LONG = "a" * 300


def test_what_cannot_be_written_is_a_finding_with_the_path_and_the_reason(tmp_path: Path) -> None:
    path = tmp_path / "nowhere" / "x"
    with pytest.raises(InvalidInput) as caught, writing_to(path, "elsewhere"):
        path.write_text("x")
    (finding,) = caught.value.findings
    assert (finding.rule, finding.hint) == ("output", "elsewhere")
    assert finding.message == f"cannot write to {path}: No such file or directory"


def test_a_part_stands_beside_its_file(tmp_path: Path) -> None:
    assert part_of(tmp_path / "x.csv") == tmp_path / f".x.csv.{os.getpid()}"


@pytest.mark.parametrize("name", ["", "..", "/", LONG])
def test_where_no_file_can_be_there_is_no_part(name: str) -> None:
    with pytest.raises(OSError, match=r"directory|too long"):
        part_of(Path(name))


def test_a_folder_that_is_there_or_can_be_made_is_fine(tmp_path: Path) -> None:
    require_folder(tmp_path)
    require_folder(tmp_path / "a" / "b")


@pytest.mark.parametrize("name", ["/dev/null", "/dev/null/x", LONG])
def test_a_folder_that_cannot_be_made_is_not(name: str) -> None:
    with pytest.raises(OSError, match=r"directory|too long"):
        require_folder(Path(name))


def test_a_folder_that_may_not_be_written_to_is_not(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "access", lambda *_: False)  # root may write anywhere
    with pytest.raises(PermissionError):
        require_folder(tmp_path / "x")
