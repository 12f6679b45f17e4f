"""What the tests of the public app share."""

from collections.abc import Iterator

import pytest
from tests.newsroom import Newsroom
from tests.web.site import Site, running

from lpdownload.store.database import Database


@pytest.fixture
def app_site(newsroom: Newsroom, database: Database) -> Iterator[Site]:
    """The public app on SQLite and on PostgreSQL."""
    with running(newsroom, database) as site:
        yield site
