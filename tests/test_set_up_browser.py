"""`make browser` sets up a Chromium by the first way that works, and says what to type if none does."""

import subprocess
import sys
from pathlib import Path

import pytest

import set_up_browser as tool
from lpdownload.check.browser.chromium import executables

Said = pytest.CaptureFixture[str]


@pytest.fixture
def ways(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The ways that were tried; none of them works."""
    tried: list[str] = []
    for name in ("install_packages", "unpack_packages", "install_by_playwright"):

        def way(name: str = name) -> None:
            tried.append(name)
            raise subprocess.CalledProcessError(100, ["apt-get", "install"], stderr=f"E: {name}")

        monkeypatch.setattr(tool, name, way)
    monkeypatch.setattr(tool, "why_none_starts", lambda: "no Chromium starts")
    return tried


@pytest.mark.parametrize(
    ("apt", "root", "order"),
    [
        (True, True, ["install_packages", "install_by_playwright"]),
        (True, False, ["unpack_packages", "install_by_playwright"]),
        (False, True, ["install_by_playwright"]),
    ],
)
def test_the_way_fits_the_machine_and_what_failed_is_told(
    monkeypatch: pytest.MonkeyPatch, ways: list[str], capsys: Said, apt: bool, root: bool, order: list[str]
) -> None:
    monkeypatch.setattr(tool, "apt_has_chromium", lambda: apt)
    monkeypatch.setattr(tool, "is_root", lambda: root)
    assert tool.main() == 1
    assert ways == order
    said = capsys.readouterr().err
    assert all(f"E: {name}" in said for name in order)
    assert "sudo apt-get install chromium" in said


def test_nothing_is_done_where_one_starts(monkeypatch: pytest.MonkeyPatch, ways: list[str]) -> None:
    monkeypatch.setattr(tool, "why_none_starts", lambda: "")
    assert tool.main() == 0
    assert ways == []


def test_the_browser_of_this_machine_starts() -> None:
    assert tool.why_none_starts() == ""


def test_unpacked_packages_start_with_their_own_libraries_and_fonts(tmp_path: Path) -> None:
    root = tmp_path / "root"
    binary = root / "usr/lib/chromium/chromium"
    binary.parent.mkdir(parents=True)
    binary.write_text('#!/bin/sh\necho "$LD_LIBRARY_PATH|$FONTCONFIG_FILE|$1"\n', "utf-8")
    binary.chmod(0o755)
    library = root / "usr/lib/x86_64-linux-gnu/libnss3.so"
    library.parent.mkdir()
    library.touch()
    tool.write_starter(tmp_path, root)
    said = subprocess.run([tmp_path / "start", "--headless"], capture_output=True, text=True, check=True)
    libraries, fonts, argument = said.stdout.strip().split("|")
    assert str(library.parent) in libraries.split(":")
    assert f"<dir>{root}/usr/share/fonts</dir>" in Path(fonts).read_text("utf-8")
    assert argument == "--headless"


def test_packages_without_a_browser_are_an_error(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="chromium"):
        tool.write_starter(tmp_path, tmp_path / "root")


def test_the_private_apt_writes_below_its_own_folder_alone(tmp_path: Path) -> None:
    config = tool.private_apt(tmp_path)
    paths = [line.split('"')[1] for line in config.splitlines() if line.startswith("Dir::")]
    assert all(path.startswith(str(tmp_path)) for path in paths if path != str(tool.DPKG_STATUS))
    assert "#clear APT::Update::Post-Invoke;" in config


def test_the_finder_looks_where_the_tool_unpacks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "prefix", str(tmp_path))
    binary = tmp_path / "chromium/root/usr/lib/chromium/chromium"
    binary.parent.mkdir(parents=True)
    binary.touch()
    tool.write_starter(tmp_path / "chromium", tmp_path / "chromium/root")
    assert executables()[0] == tmp_path / "chromium" / "start"
