"""What tests of the YAML files share."""

import pytest
import yaml

from lpdownload.content import reader


@pytest.fixture(params=["CSafeLoader", "SafeLoader"])
def either_loader(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """With libyaml, and as on a machine that lacks it."""
    monkeypatch.setattr(reader, "_LOADER", getattr(yaml, request.param))
