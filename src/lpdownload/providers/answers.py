"""What one answer to a whole batch means for everybody in it, and a vendor's words made fit to show."""

import json
from collections.abc import Iterator, Mapping
from typing import Final

from lpdownload.model.content import plain_text
from lpdownload.model.delivery import InDoubt, Outcome, Refused, Throttled
from lpdownload.model.redact import redact_text
from lpdownload.providers.http import Exchange

_LONGEST: Final = 300


def json_value(body: bytes) -> object:
    """An answer's JSON value; None if it is none, was cut off, or is nested too deep."""
    try:
        value: object = json.loads(body)
    except (ValueError, RecursionError):
        return None
    return value


def answered(body: bytes) -> Mapping[str, object]:
    """An answer's JSON object; empty if it is none."""
    value = json_value(body)
    return value if isinstance(value, dict) else {}


def quoted(words: object, *secrets: str) -> str:
    """A vendor's words on one line, at most 300 characters, without addresses and secrets; "" if none."""
    if not isinstance(words, str):
        return ""
    text = words[: 4 * _LONGEST]
    for secret in filter(None, secrets):
        text = text.replace(secret, "…")
    text = " ".join(plain_text(redact_text(text)).split())
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"


def vendor_words(body: bytes, *secrets: str) -> str:
    """What an answer says went wrong, ``quoted``; "" if it says nothing, as a proxy's page of HTML."""
    return quoted("; ".join(_messages(answered(body))), *secrets)


def _messages(answer: Mapping[str, object]) -> Iterator[str]:
    for name in ("message", "Message"):
        found = answer.get(name)
        if isinstance(found, str) and found:
            yield found
    errors = answer.get("errors")
    for error in errors[:5] if isinstance(errors, list) else []:
        message = error.get("message") if isinstance(error, dict) else error
        if isinstance(message, str) and message:
            yield message


def not_taken(exchange: Exchange, *, title: str, remedy: str, secret: str = "") -> Outcome | None:
    """What it means for each recipient of the batch; None if it was taken.

    ``remedy``: what to do where the account may not send. ``secret``: kept out of the reason.
    """
    said = vendor_words(exchange.body, secret)
    because = f"{exchange.reason}: {said}" if said else exchange.reason
    match exchange.verdict.meaning:
        case "taken":
            return None
        case "throttled":
            return Throttled(f"{title}: {because}", exchange.seconds)
        case "credentials":
            return Refused(f"{title} does not let this account send ({because}): {remedy}")
        case "refused":
            return Refused(f"{title} refused the request ({because})")
        case "in doubt":
            return InDoubt(f"{title} may have taken it: {because}")
