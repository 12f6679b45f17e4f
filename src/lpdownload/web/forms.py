"""The fields of a form, whichever of its two encodings a browser or a mail program chose."""

from typing import Final
from urllib.parse import parse_qsl

from starlette.exceptions import HTTPException
from starlette.requests import Request

_MOST_FIELDS: Final = 500


class Form:
    """Fields by name, in order; a name may be there again. What cannot be read has no fields."""

    def __init__(self, fields: list[tuple[str, str]]) -> None:
        self._fields = fields

    def first(self, name: str) -> str:
        """Empty if there is none."""
        return next((value for key, value in self._fields if key == name), "")

    def every(self, name: str) -> frozenset[str]:
        return frozenset(value for key, value in self._fields if key == name)

    @property
    def is_one_click(self) -> bool:
        """RFC 8058, 3.1: what a mail program posts when its reader has said that it is to be so."""
        return any(
            key.lower() == "list-unsubscribe" and value.strip().lower() == "one-click"
            for key, value in self._fields
        )


async def form_of(request: Request) -> Form:
    """The form in a request's body. Raises ClientDisconnect: half a form says nothing."""
    body = await request.body()
    if request.headers.get("content-type", "").lower().lstrip().startswith("multipart/form-data"):
        return Form(await _parts(request))
    try:
        return Form(parse_qsl(body.decode("utf-8", "replace"), True, max_num_fields=_MOST_FIELDS))
    except ValueError:
        return Form([])


async def _parts(request: Request) -> list[tuple[str, str]]:
    """Of multipart/form-data (RFC 7578), by python-multipart; files are not for us."""
    try:
        async with request.form(max_files=0, max_fields=_MOST_FIELDS) as found:
            return [(name, value) for name, value in found.multi_items() if isinstance(value, str)]
    except HTTPException:
        return []
