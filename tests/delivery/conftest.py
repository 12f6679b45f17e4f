"""A newsroom to give commands in, over both databases, as the tests of the commands have it."""

import pytest
from tests.cli.conftest import desk, file_desk

__all__ = ["desk", "file_desk"]


@pytest.fixture(autouse=True)
def _nobody_in_particular(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("LPDOWNLOAD_APPROVER", raising=False)
