"""`GET /metrics` for Prometheus, to whoever shows the token.

By a token and not by where the request comes from: behind a proxy of the same machine everybody comes from
loopback. Without the setting, or with another token, there is no such page.
"""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Final

from prometheus_client import CollectorRegistry, Counter, Histogram
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from lpdownload.providers.events import same
from lpdownload.store.database import Database
from lpdownload.store.figures import Figures, figures
from lpdownload.tracking.apply import Applied

_BUCKETS: Final = (0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5)
"""Seconds; 0.02 is what a webhook is to be answered in."""


class Metrics:
    """Of one process and of the database that it shares with others."""

    def __init__(self, database: Database, token: str | None) -> None:
        self._database = database
        self._token = token
        self._registry = CollectorRegistry(auto_describe=False)
        self._webhooks = Histogram(
            "lpdownload_webhook_seconds",
            "From a report's first byte to its answer.",
            ["provider", "outcome"],
            buckets=_BUCKETS,
            registry=self._registry,
        )
        self._applied = Counter(
            "lpdownload_events_applied", "By this process.", ["result"], registry=self._registry
        )

    @property
    def routes(self) -> list[Route]:
        return [Route("/metrics", self.show, methods=["GET"])]

    def observe(self, provider: str, outcome: str, seconds: float) -> None:
        """A webhook was answered."""
        self._webhooks.labels(provider, outcome).observe(seconds)

    def applied(self, found: Applied) -> None:
        """Events were applied."""
        for result in ("new", "again", "ignored"):
            self._applied.labels(result).inc(getattr(found, result))

    async def show(self, request: Request) -> Response:
        scheme, _, given = request.headers.get("authorization", "").partition(" ")
        if not self._token or scheme.lower() != "bearer" or not same(given.strip(), self._token):
            return PlainTextResponse("Not Found", 404)
        text = await run_in_threadpool(self._text)
        return Response(text, headers={"content-type": CONTENT_TYPE_LATEST, "cache-control": "no-store"})

    def _text(self) -> bytes:
        with self._database.reading() as connection:
            found = figures(connection)
        now = CollectorRegistry(auto_describe=False)
        now.register(_Now(found))
        return generate_latest(self._registry) + generate_latest(now)


class _Now:
    """What stands in the database, as Prometheus' collectors are asked for it."""

    def __init__(self, found: Figures) -> None:
        self._found = found

    def collect(self) -> Iterator[Metric]:
        found = self._found
        for name, words, counts, label in (
            ("lpdownload_sends", "Sends by state.", found.sends, "state"),
            ("lpdownload_batches", "Batches by state.", found.batches, "state"),
            ("lpdownload_people", "Copies by what became of them.", found.people, "fate"),
        ):
            family = GaugeMetricFamily(name, words, labels=[label])
            for value, count in sorted(counts.items()):
                family.add_metric([value], count)
            yield family
        age = (datetime.now(UTC) - found.oldest).total_seconds() if found.oldest else 0
        yield GaugeMetricFamily("lpdownload_reports_waiting", "Reports not applied yet.", found.waiting)
        yield GaugeMetricFamily("lpdownload_reports_oldest_seconds", "Since the first came.", max(0, age))
        yield GaugeMetricFamily("lpdownload_reports_faulty", "Reports that cannot be read.", found.faulty)
