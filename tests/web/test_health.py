"""Whether it lives, and whether it can do its work."""

import pytest
from tests.newsroom import Newsroom
from tests.web.site import Site, running

from lpdownload.errors import Finding, InvalidInput
from lpdownload.store.database import Database


def test_it_lives_and_is_ready_by_whatever_name_it_is_asked(app_site: Site) -> None:
    for path, said in (("/healthz", "ok\n"), ("/readyz", "ready\n")):
        answer = app_site.get(path, host="10.0.0.7:8080")
        assert (answer.status_code, answer.text) == (200, said)


def test_without_its_database_it_lives_and_is_not_ready(
    newsroom: Newsroom, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*_: object) -> None:
        raise InvalidInput([Finding("database", "the server does not answer", "")])

    with running(newsroom, database) as site:
        monkeypatch.setattr(Database, "reading", away)
        assert site.get("/healthz").status_code == 200
        answer = site.get("/readyz")
        assert (answer.status_code, answer.text) == (503, "the database does not answer\n")
        monkeypatch.undo()
        assert site.get("/readyz").status_code == 200
