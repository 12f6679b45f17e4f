"""Calls of an API that answers JSON, for those who run campaigns or keep people: an object, or a fault."""

import json
import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from urllib.parse import urlencode

from lpdownload.errors import Finding, InvalidInput
from lpdownload.model.delivery import InDoubt, Refused, Throttled
from lpdownload.providers.answers import json_value, quoted
from lpdownload.providers.base import Check
from lpdownload.providers.campaigns import CampaignFault
from lpdownload.providers.http import Caller, Exchange

Json = Mapping[str, object]


class JsonApi:
    """A Caller whose answers are JSON objects. What it raises holds no secret and no address."""

    def __init__(
        self,
        caller: Caller,
        *,
        title: str,
        secret: str,
        key_from: str,
        address: str,
        words: Callable[[Json], str],
        throttles: Callable[[Exchange], bool] = lambda exchange: exchange.status == 429,
    ) -> None:
        """``key_from``: where a person finds the key. ``address``: the settings that say where the API is.
        ``words``: a fault as the provider puts it. ``throttles``: whether an answer only means that it was
        too much at once.
        """
        self.caller = caller
        self.title = title
        self._secret = secret
        self._key_from = key_from
        self._address = address
        self._words = words
        self._throttles = throttles

    def get(self, path: str, **query: str | int) -> Json:
        return self.call("GET", f"{path}?{urlencode(query)}" if query else path, idempotent=True)

    def call(self, method: str, path: str, value: Json | None = None, *, idempotent: bool = False) -> Json:
        """The object answered; empty for an empty answer. Raises CampaignFault."""
        exchange = self.exchange(method, path, value, idempotent=idempotent)
        if fault := self.fault(exchange):
            raise fault
        if not exchange.body.strip():
            return {}
        found = object_of(exchange.body)
        if found is None or not exchange.complete:
            raise CampaignFault(InDoubt(f"{self.title}: its answer is not the JSON it documents"))
        return found

    def exchange(
        self, method: str, path: str, value: Json | None = None, *, idempotent: bool = False
    ) -> Exchange:
        """As ``call``, for who wants to judge the answer."""
        body = b"" if value is None else json.dumps(value).encode("ascii")
        headers = {"Content-Type": "application/json"} if body else {}
        return self.caller.call(method, path, body=body, headers=headers, idempotent=idempotent)

    def fault(self, exchange: Exchange) -> CampaignFault | None:
        """What is wrong with an answer; None if it is 2xx."""
        meaning = exchange.verdict.meaning
        reason = f"{self.title}: {self._reason(exchange)}"
        if meaning == "taken":
            return None
        if meaning == "throttled" or self._throttles(exchange):
            return CampaignFault(Throttled(reason, exchange.seconds), "try again later")
        if meaning == "credentials":
            if exchange.status in {401, 403}:
                return CampaignFault(Refused(reason), f"set the account's API_KEY: {self._key_from}")
            return CampaignFault(Refused(reason), f"correct the account's {self._address}, or the proxy")
        if meaning == "refused":
            return CampaignFault(Refused(reason))
        return CampaignFault(InDoubt(reason), f"look on {self.title}'s site before trying again")

    def checked(self, path: str, variables: str, **query: str | int) -> Check:
        """Whether the key is accepted at ``path``; ``variables`` is how those of the provider begin."""
        exchange = self.exchange("GET", f"{path}?{urlencode(query)}" if query else path, idempotent=True)
        fault = self.fault(exchange)
        if fault is None and object_of(exchange.body) is not None and exchange.complete:
            return Check("credentials", "ok", f"{self.title} accepts the key")
        says = fault.outcome.reason if fault else f"{self.title}: its answer is not the JSON it documents"
        if exchange.status in {401, 403} and fault and isinstance(fault.outcome, Refused):
            remedy = f"set {variables}API_KEY: {self._key_from}"
            return Check("credentials", "error", says, remedy)
        remedy = f"check {variables}{self._address} and the network; try again later"
        return Check("reachable", "unknown", says, remedy)

    def _reason(self, exchange: Exchange) -> str:
        found = object_of(exchange.body)
        said = quoted(self._words(found), self._secret) if found else ""
        return f"{exchange.reason}: {said}" if said else exchange.reason


def object_of(body: bytes) -> dict[str, object] | None:
    """The JSON object that a body is; None for anything else."""
    found = json_value(body)
    return found if isinstance(found, dict) else None


def objects(value: object) -> list[Json]:
    """The objects in what should be a list of them."""
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def text(value: object) -> str:
    """A string, or a number as one; empty for anything else."""
    return str(value) if isinstance(value, str | int) and not isinstance(value, bool) else ""


def count(value: object) -> int | None:
    """A number of people; None for anything else."""
    return value if isinstance(value, int) and not isinstance(value, bool) and value >= 0 else None


def time_in(value: object) -> datetime | None:
    """A moment in ISO 8601, in UTC, which it is in if it does not say; None for anything else."""
    try:
        found = datetime.fromisoformat(text(value))
        return (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def path_part(identifier: str, shape: re.Pattern[str], *, title: str, example: str) -> str:
    """An id as one step of a path. InvalidInput for what could lead elsewhere."""
    if not shape.fullmatch(identifier):
        raise InvalidInput([Finding("bad-id", f"not an id of {title}'s", f"as in {example}")])
    return identifier


def part(value: object) -> Json:
    """An object; empty for anything else."""
    return value if isinstance(value, dict) else {}
