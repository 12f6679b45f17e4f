"""Hubs to look at: one of a small newsroom for each test, one of the samples for all."""

import shutil
from datetime import date
from pathlib import Path

import pytest
from tests.newsroom import Newsroom
from tests.site.hub import Hub

ROOT = Path(__file__).parents[2]


@pytest.fixture
def hub(newsroom: Newsroom, tmp_path: Path) -> Hub:
    """Of a newsroom with one newsletter and one issue, not built yet."""
    return Hub(newsroom, tmp_path / "out")


@pytest.fixture(scope="session")
def samples(tmp_path_factory: pytest.TempPathFactory) -> Hub:
    """The samples' hub as of today, with search, from a copy of them."""
    root = tmp_path_factory.mktemp("samples")
    shutil.copytree(ROOT / "newsletters", root / "newsletters")
    shutil.copytree(ROOT / "templates", root / "templates")
    made = Hub(Newsroom(root), root / "out")
    made.build(date.today(), search=True)  # noqa: DTZ011 - as an organiser does
    return made
