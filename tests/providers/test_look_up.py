"""Providers that can be asked what they took: what an answer that is none means, and who they are."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Final

import pytest
from tests.providers.asking import says
from tests.providers.contract import HTML
from tests.providers.dialects import DIALECTS, SECRET, Dialect
from tests.providers.loopback import Answer, Loopback

from lpdownload.providers.base import CannotLookUp, LooksUp

SINCE: Final = datetime(2026, 11, 22, 12, tzinfo=UTC)
LOOKING: Final = [dialect for dialect in DIALECTS if dialect.name in {"mailgun", "postmark"}]
WORDS: Final = {"message": f"ana@example.org is not known to {SECRET}"}


@pytest.fixture(params=LOOKING, ids=lambda dialect: dialect.name)
def asked(request: pytest.FixtureRequest) -> Iterator[tuple[LooksUp, Loopback]]:
    dialect: Dialect = request.param
    with Loopback() as service:
        provider = dialect.opened(service.url)
        assert isinstance(provider, LooksUp)
        yield provider, service
        provider.close()


@pytest.mark.parametrize("dialect", DIALECTS, ids=lambda dialect: dialect.name)
def test_who_says_that_it_can_be_asked_can(dialect: Dialect) -> None:
    provider = dialect.opened("http://127.0.0.1:9")
    assert isinstance(provider, LooksUp) is provider.capabilities.can_look_up
    assert provider.capabilities.can_look_up is (dialect in LOOKING)


@pytest.mark.parametrize(
    ("answer", "says_why", "seconds"),
    [
        (says(400, WORDS), "HTTP 400: a…@e…e.org is not known to …", None),
        (says(401, WORDS), "HTTP 401", None),
        (says(403, HTML), "HTTP 403", None),
        (says(404, WORDS), "HTTP 404", None),
        (says(429, WORDS, Retry_After="900"), "HTTP 429", 900.0),
        (says(503, b"", Retry_After="900"), "HTTP 503", 900.0),
        (says(302, b"", Location="https://example.org"), "HTTP 302", None),
        (says(200, b""), "not the JSON", None),
        (says(200, HTML), "not the JSON", None),
        (says(200, []), "not the JSON", None),
        (says(200, {"items": None, "Messages": {}}), "not the JSON", None),
        (says(200, b'{"items": [{"event": "acc'), "not the JSON", None),
        (says(200, b"[" * 100_000), "not the JSON", None),
        (Answer(200, b'{"items": []', promised=100), "not the JSON", None),
    ],
)
def test_an_answer_that_is_none_says_why_and_when_to_come_back_and_nothing_secret(
    asked: tuple[LooksUp, Loopback], answer: Answer, says_why: str, seconds: float | None
) -> None:
    provider, service = asked
    service.script.append(answer)
    with pytest.raises(CannotLookUp) as caught:
        provider.look_up("send-7", ["r-1"], SINCE)
    assert says_why in str(caught.value)
    assert caught.value.seconds == seconds
    assert SECRET not in str(caught.value)
    assert "ana@example.org" not in str(caught.value)
    assert len(service.asked) == 1


@pytest.mark.parametrize("dialect", LOOKING, ids=lambda dialect: dialect.name)
def test_a_service_that_is_not_there_cannot_be_asked(
    dialect: Dialect, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("lpdownload.providers.http.ATTEMPTS", 1)
    with Loopback() as gone:
        url = gone.url
    provider = dialect.opened(url)
    assert isinstance(provider, LooksUp)
    with pytest.raises(CannotLookUp, match="no connection"):
        provider.look_up("send-7", ["r-1"], SINCE)
    provider.close()
