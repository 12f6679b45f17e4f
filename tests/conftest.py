"""What all tests share."""

import os
import tempfile
from pathlib import Path

import pytest
from hypothesis import settings
from tests.newsroom import Newsroom, make_newsroom

# Nothing of a test goes into the user's own cache, and nothing of it into a test.
os.environ["XDG_CACHE_HOME"] = tempfile.mkdtemp(prefix="lpdownload-tests-")

# A busy machine is not a failure: no test asserts a time.
settings.register_profile("lpdownload", deadline=None)
settings.load_profile("lpdownload")


@pytest.fixture
def newsroom(tmp_path: Path) -> Newsroom:
    """A minimal newsroom: network, segments, one newsletter, one issue."""
    return make_newsroom(tmp_path / "newsroom")
