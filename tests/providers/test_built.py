"""A batch is the same bytes at any time, in any process: a second try hands over what the first one did."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from tests.providers.built import digests

from lpdownload.providers import registry
from lpdownload.settings import PROVIDERS

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def elsewhere() -> dict[str, str]:
    """Built by another process, later, in another time zone, with other hashes."""
    environment = {**os.environ, "TZ": "Asia/Kathmandu", "PYTHONHASHSEED": "7", "LC_ALL": "C"}
    command = [sys.executable, "-m", "tests.providers.built"]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=True)
    found: dict[str, str] = json.loads(done.stdout)
    return found


MESSAGES = [name for name in PROVIDERS if registry.capabilities_of(name).family == "messages"]


@pytest.mark.parametrize("name", MESSAGES)
def test_a_batch_built_again_elsewhere_and_later_has_the_same_digest(
    name: str, elsewhere: dict[str, str]
) -> None:
    assert digests()[name] == elsewhere[name]
