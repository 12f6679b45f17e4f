"""What one answer to a whole batch means for everybody in it, and a vendor's words made fit to show."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from lpdownload.model.content import plain_text
from lpdownload.model.delivery import InDoubt, Outcome, Refused, Throttled
from lpdownload.model.redact import redact_text
from lpdownload.providers.base import CannotLookUp
from lpdownload.providers.events import NotAnEvent, json_of
from lpdownload.providers.http import Exchange

_LONGEST: Final = 300
_LOOKED_AT: Final = 40 * _LONGEST
"""Characters. So many that an address cut off at their end never comes among the first 300 when those before
it have been made shorter: the longest address has 320 characters, and 11 when it is redacted."""


def json_value(body: bytes) -> object:
    """An answer's JSON value, such that a database can keep it; None if it is none or was cut off."""
    try:
        return json_of(body)
    except NotAnEvent:
        return None


def answered(body: bytes) -> Mapping[str, object]:
    """An answer's JSON object; empty if it is none."""
    value = json_value(body)
    return value if isinstance(value, dict) else {}


def text_in(item: Mapping[str, object], name: str) -> str:
    """A string under that name; empty for anything else."""
    value = item.get(name)
    return value if isinstance(value, str) else ""


def part_in(item: Mapping[str, object], name: str) -> Mapping[str, object]:
    """An object under that name; empty for anything else."""
    value = item.get(name)
    return value if isinstance(value, dict) else {}


def quoted(words: object, *secrets: str) -> str:
    """A vendor's words on one line, at most 300 characters, without addresses and secrets; "" if none."""
    if not isinstance(words, str):
        return ""
    for secret in filter(None, secrets):
        words = words.replace(secret, "…")
    text = " ".join(plain_text(words).split())[:_LOOKED_AT]
    text = redact_text(text)
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"


def why(exchange: Exchange, *secrets: str) -> str:
    """What went wrong with a call, in our words and, where the answer has any, the vendor's."""
    said = quoted("; ".join(_messages(answered(exchange.body))), *secrets)
    return f"{exchange.reason}: {said}" if said else exchange.reason


def _messages(answer: Mapping[str, object]) -> Iterator[str]:
    for name in ("message", "Message"):
        yield from filter(None, [text_in(answer, name)])
    errors = answer.get("errors")
    for error in errors[:5] if isinstance(errors, list) else []:
        message = error.get("message") if isinstance(error, dict) else error
        if isinstance(message, str) and message:
            yield message


def not_taken(exchange: Exchange, *, title: str, remedy: str, secret: str = "") -> Outcome | None:
    """What it means for each recipient of the batch; None if it was taken.

    ``remedy``: what to do where the account may not send. ``secret``: kept out of the reason.
    """
    because = why(exchange, secret)
    match exchange.verdict.meaning:
        case "taken":
            return None
        case "throttled":
            return Throttled(f"{title}: {because}", exchange.seconds)
        case "credentials" if exchange.status in {401, 403}:
            return Refused(f"{title} does not let this account send ({because}): {remedy}", account=True)
        case "credentials":  # no call can be made, or somebody else has answered
            remedy = "check the account's address and credentials, and the proxy if there is one"
            return Refused(f"{title} cannot be reached ({because}): {remedy}", account=True)
        case "refused":
            return Refused(f"{title} refused the request ({because})")
        case "in doubt":
            return InDoubt(f"{title} may have taken it: {because}")


def page_of(
    exchange: Exchange, items: str, *, title: str, secret: str
) -> tuple[Mapping[str, object], Sequence[Mapping[str, object]]]:
    """A page of a look-up, and the objects in its list ``items``. Raises CannotLookUp."""
    if exchange.verdict.meaning != "taken":
        raise CannotLookUp(f"{title} cannot be asked: {why(exchange, secret)}", exchange.seconds)
    page = answered(exchange.body)
    found = page.get(items)
    if not isinstance(found, list):
        raise CannotLookUp(f"{title} cannot be asked: its answer is not the JSON that it documents")
    return page, [item for item in found if isinstance(item, dict)]
