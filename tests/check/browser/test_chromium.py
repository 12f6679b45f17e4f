"""A Chromium is found and starts, or a finding says what to do."""

import os
import sys
from pathlib import Path

import pytest

from lpdownload.check.browser import chromium as module
from lpdownload.check.browser.chromium import PRIVATE, chromium, executables
from lpdownload.errors import Finding, InvalidInput


def refused() -> Finding:
    with pytest.raises(InvalidInput) as caught, chromium():
        pass
    (finding,) = caught.value.findings
    return finding


def program(path: Path, script: str = "exit 1") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\n{script}\n", "utf-8")
    path.chmod(0o755)
    return path


@pytest.fixture
def nowhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A machine without any browser."""
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    monkeypatch.setenv("PLAYWRIGHT_BROWSERS_PATH", str(tmp_path / "of-playwright"))
    monkeypatch.setattr(sys, "prefix", str(tmp_path / "venv"))
    monkeypatch.setattr(module, "OF_MACOS", str(tmp_path / "Chrome"))
    return tmp_path


@pytest.mark.usefixtures("nowhere")
def test_without_a_browser_the_finding_says_how_to_get_one() -> None:
    finding = refused()
    assert finding.rule == "no-browser"
    assert "make browser" in finding.hint
    assert "apt-get install chromium" in finding.hint


def test_a_browser_that_does_not_start_is_named_with_its_reason(nowhere: Path) -> None:
    program(nowhere / "bin" / "chromium", "echo 'cannot open shared object file: libnss3.so' >&2; exit 127")
    finding = refused()
    assert str(nowhere / "bin" / "chromium") in finding.message
    assert "libnss3.so" in finding.message


def test_the_private_one_comes_before_those_on_the_path_and_unknown_names_are_none(nowhere: Path) -> None:
    private = program(nowhere / "venv" / PRIVATE)
    system = program(nowhere / "bin" / "google-chrome")
    program(nowhere / "bin" / "firefox")
    assert executables() == [private, system]


def test_one_that_does_not_start_is_passed_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = executables()
    monkeypatch.setattr(module, "executables", lambda: [program(tmp_path / "broken"), *real])
    with chromium() as browser:
        assert browser.is_connected()


def test_without_playwright_the_finding_names_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "playwright.sync_api", None)
    assert refused().hint == "pip install 'lpdownload[browser]'"


@pytest.mark.skipif(not hasattr(os, "geteuid"), reason="no root on this system")
def test_only_root_starts_without_trying_the_sandbox(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    assert module._sandboxes() == (True, False)
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    assert module._sandboxes() == (False,)
