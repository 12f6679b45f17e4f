"""When an answer says to come back."""

from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Final

LONGEST: Final = 86_400.0
"""A day: what is longer is a slip of theirs."""


def seconds_until_retry(status: int, headers: Mapping[str, str]) -> float | None:
    """From now, 0 to LONGEST; None where the answer does not say. ``headers``: names in lower case.

    Retry-After, a number or a date (RFC 9110, 10.2.3). A 429 without it may say when its window is over:
    RateLimit-Reset in seconds (draft-ietf-httpapi-ratelimit-headers-06), or X-RateLimit-Reset as Unix time
    (https://www.twilio.com/docs/sendgrid/api-reference/how-to-use-the-sendgrid-v3-api/rate-limits).
    """
    said = _retry_after(headers.get("retry-after", "").strip())
    if said is None and status == 429:
        said = _number(headers.get("ratelimit-reset", "").strip())
    if said is None and status == 429:
        moment = _number(headers.get("x-ratelimit-reset", "").strip())
        said = moment - _now() if moment is not None else None
    return None if said is None else min(max(0.0, said), LONGEST)


def _retry_after(text: str) -> float | None:
    number = _number(text)
    if number is not None:
        return number
    try:
        when = parsedate_to_datetime(text)
        return (when if when.tzinfo else when.replace(tzinfo=UTC)).timestamp() - _now()
    except (ValueError, OverflowError):
        return None


def _number(text: str) -> float | None:
    return float(text) if text.isascii() and text.replace(".", "", 1).isdecimal() else None


def _now() -> float:
    return datetime.now(UTC).timestamp()
