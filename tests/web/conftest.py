"""What the tests of the public app share."""

from collections.abc import Iterator

import pytest
from tests.newsroom import Newsroom
from tests.web.joining import Joining
from tests.web.site import Site, running

from lpdownload.store.database import Database
from lpdownload.web import sign_up


@pytest.fixture
def app_site(newsroom: Newsroom, database: Database) -> Iterator[Site]:
    """The public app on SQLite and on PostgreSQL."""
    with running(newsroom, database) as site:
        yield site


@pytest.fixture
def joining(newsroom: Newsroom, database: Database, monkeypatch: pytest.MonkeyPatch) -> Iterator[Joining]:
    monkeypatch.setattr(sign_up, "ANSWER_EVERY", 0.0)
    with running(newsroom, database) as site:
        yield Joining(site, newsroom.root)
