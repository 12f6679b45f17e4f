"""Calls of an API that answers JSON, for those who run campaigns or keep people: an object, or a fault."""

import json
from collections.abc import Callable, Mapping
from typing import Final
from urllib.parse import urlencode

from lpdownload.model.content import plain_text
from lpdownload.model.delivery import InDoubt, Refused, Throttled
from lpdownload.model.redact import redact_text
from lpdownload.providers.campaigns import CampaignFault
from lpdownload.providers.http import Caller, Exchange

_LONGEST: Final = 300
"""Characters of a provider's own words."""

Json = Mapping[str, object]


class JsonApi:
    """A Caller whose answers are JSON objects. What it raises holds no secret and no address."""

    def __init__(
        self,
        caller: Caller,
        *,
        title: str,
        secret: str,
        remedy: str,
        words: Callable[[Json], str],
        throttles: Callable[[Exchange], bool] = lambda exchange: exchange.status == 429,
    ) -> None:
        """``remedy``: what to do when the credentials are not accepted. ``words``: a fault as the provider
        puts it. ``throttles``: whether an answer only means that it was too much at once.
        """
        self.caller = caller
        self.title = title
        self._secret = secret
        self._remedy = remedy
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
            return CampaignFault(Refused(reason), self._remedy)
        if meaning == "refused":
            return CampaignFault(Refused(reason))
        return CampaignFault(InDoubt(reason), f"look on {self.title}'s site before trying again")

    def _reason(self, exchange: Exchange) -> str:
        found = object_of(exchange.body)
        said = self._words(found) if found else ""
        if self._secret:
            said = said.replace(self._secret, "…")
        said = plain_text(redact_text(said[: 10 * _LONGEST]))[:_LONGEST].strip()
        return f"{exchange.reason}: {said}" if said else exchange.reason


def object_of(body: bytes) -> dict[str, object] | None:
    """The JSON object that a body is; None for anything else."""
    try:
        found: object = json.loads(body)
    except (ValueError, RecursionError):
        return None
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


def part(value: object) -> Json:
    """An object; empty for anything else."""
    return value if isinstance(value, dict) else {}
