"""A newsroom to give commands in, over both databases."""

import shutil

import pytest
from tests.conftest import empty
from tests.desk import LAB, Desk
from tests.newsroom import Newsroom

from lpdownload.store.database import FILE


@pytest.fixture(params=["sqlite", "postgres"])
def desk(request: pytest.FixtureRequest, newsroom: Newsroom, monkeypatch: pytest.MonkeyPatch) -> Desk:
    """Two newsletters, town and lab, and an empty database: a file, or one of a server."""
    newsroom.write("newsletters/lab/newsletter.yaml", LAB)
    url = ""
    if request.param == "sqlite":
        shutil.copy(request.getfixturevalue("sqlite_with_schema"), newsroom.root / FILE)
    else:
        database = request.getfixturevalue("postgres_with_schema")
        empty(database)
        url = database.engine.url.render_as_string(hide_password=False)
    monkeypatch.chdir(newsroom.root)
    monkeypatch.setenv("COLUMNS", "200")
    monkeypatch.setenv("LPDOWNLOAD_DATABASE_URL", url)
    return Desk(newsroom, url)


@pytest.fixture
def file_desk(newsroom: Newsroom, monkeypatch: pytest.MonkeyPatch) -> Desk:
    """The same with no database yet, for what only a file can be."""
    newsroom.write("newsletters/lab/newsletter.yaml", LAB)
    monkeypatch.chdir(newsroom.root)
    monkeypatch.setenv("COLUMNS", "200")
    monkeypatch.delenv("LPDOWNLOAD_DATABASE_URL", raising=False)
    return Desk(newsroom, "")
