"""A newsroom to give commands in, over both databases, as the tests of the commands have it."""

import pytest
from tests.cli.conftest import desk, file_desk
from tests.providers.conftest import no_proxies

__all__ = ["desk", "file_desk", "no_proxies"]


@pytest.fixture(autouse=True)
def _nobody_in_particular(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("LPDOWNLOAD_APPROVER", raising=False)
