"""EveryAction (NGP VAN) keeps people and sends nothing for others: its saved lists, read for an import.

https://docs.everyaction.com/reference/export-jobs. No call lists people: an export job of a saved list is the
only way to read many, and its type, opened by EveryAction for the key, decides the columns. What a file never
says is to which of our newsletters a person consented: the import asks that.
"""

import codecs
import csv
import re
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final, Literal
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, SecretStr

from lpdownload.errors import Finding, InvalidInput
from lpdownload.model.delivery import InDoubt, Refused
from lpdownload.providers.base import Capabilities, Check
from lpdownload.providers.campaigns import CampaignFault, TheirSegment
from lpdownload.providers.endpoint import Endpoint
from lpdownload.providers.http import Caller, Exchange
from lpdownload.providers.json_api import Json, JsonApi, count, objects, text

CAPABILITIES: Final = Capabilities(
    title="EveryAction", family="people", merging="theirs", most_recipients=0, unsubscribe_headers=False
)

_PAGE: Final = 50
_PIECE: Final = 4_000_000
"""Bytes of a file asked for at once; http.py reads no more than 5,000,000."""
_PATIENCE: Final = 1800.0
"""Seconds that a job may take."""
_FIRST_PAUSE: Final = 2.0
_LONGEST_PAUSE: Final = 30.0
_MAIL_COLUMN = re.compile(r"e-?mail", re.IGNORECASE)
_TOTAL = re.compile(r"bytes \d+-\d+/(\d+)")


class Settings(BaseModel):
    """LPDOWNLOAD_EVERYACTION_…"""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    application_name: str = Field(
        description="The name of the application that the key was made for.", examples=["example-import"]
    )
    api_key: SecretStr = Field(
        description="An API key, without the |0 or |1 at its end.",
        examples=["01234567-89ab-cdef-0123-456789abcdef"],
    )
    mode: Literal["0", "1"] = Field("1", description="1 for your own people (My Campaign), 0 for voters.")
    base_url: Endpoint = Field("https://api.securevan.com/v4", description="Address of the API.")
    export_type: int | None = Field(
        None, description="Number of the export job type; the only one the key may use if not given."
    )
    webhook_url: Endpoint | None = Field(
        None,
        description="An address of your own that is told where the exported file stands, if EveryAction "
        "insists on one. The file holds people: never anybody else's address.",
    )


@dataclass(frozen=True, slots=True)
class ExportType:
    """A set of columns."""

    id: int
    name: str


class EveryAction:
    """Reads people. Whatever goes wrong is a CampaignFault."""

    capabilities = CAPABILITIES

    def __init__(
        self,
        settings: Settings,
        *,
        sleep: Callable[[float], None] = time.sleep,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        key = settings.api_key.get_secret_value().partition("|")[0]
        self._settings = settings
        self._sleep = sleep
        self._clock = clock
        self._api = JsonApi(
            Caller(
                settings.base_url,
                headers={},
                auth=(settings.application_name, f"{key}|{settings.mode}"),
                at_once=2,
            ),
            title="EveryAction",
            secret=key,
            key_from="EveryAction's support makes it, with the rights to saved lists and export jobs",
            address="BASE_URL",
            words=_words,
        )

    def saved_lists(self) -> Sequence[TheirSegment]:
        """Those in folders that are shared with the key."""
        return tuple(
            TheirSegment(
                text(item.get("savedListId")), "", text(item.get("name")), count(item.get("listCount"))
            )
            for item in self._listed("/savedLists")
        )

    def export_types(self) -> Sequence[ExportType]:
        return tuple(
            ExportType(number, text(item.get("name")))
            for item in self._listed("/exportJobTypes")
            if (number := count(item.get("exportJobTypeId"))) is not None
        )

    def people(self, saved_list: str) -> Iterator[list[str]]:
        """The rows of a CSV file, its column names first, as `subscribers import` takes them.

        Waits until the job is done. The whole file is never held. InvalidInput if no column has addresses.
        """
        rows = csv.reader(_lines(self._file(self._exported(saved_list))), strict=True)
        try:
            columns = next(rows, [])
            if not any(_MAIL_COLUMN.search(column) for column in columns):
                message = f"no column of the export has mail addresses: {', '.join(columns)[:200] or 'none'}"
                hint = "ask EveryAction for a type with addresses, and set the account's EXPORT_TYPE"
                raise InvalidInput([Finding("no-addresses", message, hint)])
            yield columns
            yield from rows
        except csv.Error:
            raise CampaignFault(InDoubt("EveryAction: its file is not CSV"), "export it by hand") from None

    def check(self) -> Sequence[Check]:
        return (self._api.checked("/savedLists", "LPDOWNLOAD_EVERYACTION_", **{"$top": 1}),)

    def close(self) -> None:
        self._api.caller.close()

    def _listed(self, path: str) -> Iterator[Json]:
        skip = 0
        while True:
            found = self._api.get(path, **{"$top": _PAGE, "$skip": skip})
            items = objects(found.get("items"))
            yield from items
            skip += len(items)
            if not items or not found.get("nextPageLink"):
                return

    def _exported(self, saved_list: str) -> str:
        """The address of the finished file."""
        if not saved_list.isascii() or not saved_list.isdigit():
            message = "a saved list is named by its number"
            raise InvalidInput([Finding("bad-segment", message, "list them, and take the number")])
        value: dict[str, object] = {"savedListId": int(saved_list), "type": self._type()}
        if self._settings.webhook_url:
            value["webhookUrl"] = self._settings.webhook_url
        # A job made twice only makes a file twice.
        job = self._api.call("POST", "/exportJobs", value, idempotent=True)
        started, pause = self._clock(), _FIRST_PAUSE
        while True:
            state = text(job.get("status"))
            if state == "Completed" and (address := text(job.get("downloadUrl"))):
                return address
            if state == "Error":
                why = text(job.get("errorCode"))[:100] or "no reason given"
                outcome = Refused(f"EveryAction could not export the list: {why}")
                raise CampaignFault(outcome, "try again, or export it by hand")
            if self._clock() - started > _PATIENCE:
                raise CampaignFault(InDoubt("EveryAction is still exporting"), "try again later")
            self._sleep(pause)
            pause = min(pause * 1.5, _LONGEST_PAUSE)
            job = self._api.get(f"/exportJobs/{count(job.get('exportJobId')) or 0}")

    def _type(self) -> int:
        if self._settings.export_type is not None:
            return self._settings.export_type
        types = self.export_types()
        if len(types) == 1:
            return types[0].id
        offered = ", ".join(f"{each.id} ({each.name})" for each in types) or "none"
        message = f"which columns? EveryAction offers the export job types {offered}"
        raise InvalidInput([Finding("no-export-type", message, "set one as the account's EXPORT_TYPE")])

    def _file(self, address: str) -> Iterator[bytes]:
        """Its bytes, in pieces, without our credentials: the address itself is the right to read it."""
        parts = urlsplit(address)
        ours = urlsplit(self._settings.base_url)
        if parts.scheme != "https" and (parts.scheme, parts.netloc) != (ours.scheme, ours.netloc):
            raise CampaignFault(Refused("EveryAction: its file is not at an https address"))
        caller = Caller(
            f"{parts.scheme}://{parts.netloc}", headers={"Accept-Encoding": "identity"}, at_once=1
        )
        path = f"{parts.path}?{parts.query}" if parts.query else parts.path
        try:
            yield from self._pieces(caller, path)
        finally:
            caller.close()

    def _pieces(self, caller: Caller, path: str) -> Iterator[bytes]:
        got, same = 0, ""
        while True:
            headers = {"Range": f"bytes={got}-{got + _PIECE - 1}"} | ({"If-Match": same} if same else {})
            found = caller.call("GET", path, headers=headers, idempotent=True)
            if found.status == 416 and not got:  # an empty file has no first byte
                return
            if fault := self._api.fault(found):
                raise fault
            if not found.complete or (found.status != 206 and got):
                raise CampaignFault(InDoubt("EveryAction: its file broke off"), "try again")
            yield found.body
            got += len(found.body)
            if found.status != 206 or not found.body or got >= _total(found):
                return
            same = found.headers.get("etag", "")


def open_provider(settings: Settings) -> EveryAction:
    return EveryAction(settings)


def _lines(pieces: Iterator[bytes]) -> Iterator[str]:
    """Lines with their ends, of UTF-8 text in pieces of any size."""
    decoder = codecs.getincrementaldecoder("utf-8-sig")()
    rest = ""
    try:
        for piece in pieces:
            *whole, rest = (rest + decoder.decode(piece)).split("\n")
            yield from (f"{line}\n" for line in whole)
        rest += decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        raise CampaignFault(InDoubt("EveryAction: its file is not UTF-8"), "export it by hand") from None
    if rest:
        yield rest


def _total(exchange: Exchange) -> int:
    found = _TOTAL.fullmatch(exchange.headers.get("content-range", ""))
    if not found:
        raise CampaignFault(InDoubt("EveryAction: its file has no known length"), "export it by hand")
    return int(found[1])


def _words(answer: Json) -> str:
    """https://docs.everyaction.com/reference/errors"""
    return "; ".join(filter(None, (text(item.get("text")) for item in objects(answer.get("errors")))))
