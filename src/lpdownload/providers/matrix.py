"""What each provider can carry, side by side: for `providers list` and for the documentation."""

from typing import Final

from lpdownload.providers.registry import capabilities_of
from lpdownload.settings import Provider

COLUMNS: Final = (
    "Service",
    "Takes",
    "Merges",
    "Per call",
    "Call, mail",
    "Unsubscribe",
    "Same key",
    "Events",
    "Schedules",
)
FAMILIES: Final = {"messages": "messages", "campaigns": "campaigns", "people": "nothing"}


def row(name: Provider) -> dict[str, object]:
    """The capabilities as JSON; sizes in bytes."""
    can = capabilities_of(name)
    return {
        "provider": name,
        "title": can.title,
        "family": can.family,
        "merging": can.merging,
        "most_recipients": can.most_recipients,
        "most_bytes": can.most_bytes,
        "most_message_bytes": can.most_message_bytes,
        "unsubscribe_headers": can.unsubscribe_headers,
        "idempotency_hours": can.idempotency_hours,
        "events": can.events,
        "can_look_up": can.can_look_up,
        "schedules": can.schedules,
        "delivers": can.delivers,
    }


def cells(name: Provider) -> tuple[str, ...]:
    """The capabilities in words, one for each of COLUMNS; – where the question makes no sense."""
    can = capabilities_of(name)
    if can.family == "people":
        return (can.title, FAMILIES[can.family], *("–",) * (len(COLUMNS) - 2))
    ours = can.family == "messages"
    return (
        can.title,
        FAMILIES[can.family],
        "we" if can.merging == "ours" else "they",
        f"{can.most_recipients:,}" if ours else "–",
        f"{_megabytes(can.most_bytes)}, {_megabytes(can.most_message_bytes)}" if ours else "–",
        _yes(can.unsubscribe_headers),
        f"{can.idempotency_hours} h" if can.idempotency_hours else "no",
        _yes(can.events),
        _yes(can.schedules),
    )


def _yes(holds: bool) -> str:
    return "yes" if holds else "no"


def _megabytes(size: int) -> str:
    return f"{size / 1_000_000:.3g} MB"
