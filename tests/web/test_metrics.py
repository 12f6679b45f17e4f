"""`GET /metrics`: numbers for Prometheus, and no such page to anybody else."""

from collections.abc import Iterator, Mapping
from functools import partial

import httpx
import pytest
from anyio.from_thread import BlockingPortal, start_blocking_portal
from prometheus_client.parser import text_string_to_metric_families
from starlette.applications import Starlette
from tests.people import NOW
from tests.tracking.mailed import ANA, BO, mailed

from lpdownload.store import reports
from lpdownload.store.database import Database
from lpdownload.tracking.apply import Applied
from lpdownload.web.metrics import Metrics

TOKEN = "a token that nobody guesses"
SHOWN = {"authorization": f"Bearer {TOKEN}"}


@pytest.fixture(scope="module")
def portal() -> Iterator[BlockingPortal]:
    with start_blocking_portal() as portal:
        yield portal


def get(portal: BlockingPortal, metrics: Metrics, headers: Mapping[str, str]) -> httpx.Response:
    async def asked() -> httpx.Response:
        transport = httpx.ASGITransport(Starlette(routes=metrics.routes))
        async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as client:
            return await client.get("/metrics", headers=headers)

    return portal.call(partial(asked))


def test_it_tells_sends_batches_people_reports_and_webhooks(
    portal: BlockingPortal, database: Database
) -> None:
    with database.writing() as connection:
        sent = mailed(connection, ANA, BO, people=1)
        sent.apply(sent.event("bounced", BO))
        reports.put(connection, "ses", "main", b"{}", NOW)
    metrics = Metrics(database, TOKEN)
    metrics.observe("ses", "kept", 0.004)
    metrics.applied(Applied(new=3, again=2))
    answer = get(portal, metrics, SHOWN)
    assert answer.status_code == 200
    found = {
        (sample.name, *sorted(sample.labels.values())): sample.value
        for family in text_string_to_metric_families(answer.text)
        for sample in family.samples
    }
    assert found["lpdownload_sends", "sending"] == 1
    assert found["lpdownload_batches", "accepted"] == 2
    assert (found["lpdownload_people", "accepted"], found["lpdownload_people", "bounced"]) == (2, 1)
    assert found["lpdownload_reports_waiting",] == 1
    assert found["lpdownload_reports_oldest_seconds",] > 0
    assert found["lpdownload_reports_faulty",] == 0
    assert found["lpdownload_webhook_seconds_count", "kept", "ses"] == 1
    assert found["lpdownload_events_applied_total", "new"] == 3
    assert "@" not in answer.text


@pytest.mark.parametrize(
    "headers",
    [{}, {"authorization": "Bearer nobody"}, {"authorization": f"Basic {TOKEN}"}, {"authorization": ""}],
)
def test_without_the_token_there_is_no_such_page(
    portal: BlockingPortal, database: Database, headers: dict[str, str]
) -> None:
    assert get(portal, Metrics(database, TOKEN), headers).status_code == 404


def test_without_the_setting_there_is_none_for_anybody(portal: BlockingPortal, database: Database) -> None:
    for token in (None, ""):
        assert get(portal, Metrics(database, token), {"authorization": "Bearer "}).status_code == 404
