"""The fields of a form, whichever of its two encodings a browser or a mail program chose."""

from email.parser import BytesParser
from email.policy import HTTP
from typing import Final
from urllib.parse import parse_qsl

from starlette.requests import ClientDisconnect, Request

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
    """The form in a request's body."""
    try:
        body = await request.body()
    except ClientDisconnect:
        body = b""
    kind = request.headers.get("content-type", "")
    if kind.lower().lstrip().startswith("multipart/form-data"):
        return Form(_parts(kind, body))
    try:
        return Form(parse_qsl(body.decode("utf-8", "replace"), True, max_num_fields=_MOST_FIELDS))
    except ValueError:
        return Form([])


def _parts(kind: str, body: bytes) -> list[tuple[str, str]]:
    """Of multipart/form-data (RFC 7578), which is MIME; files are passed over."""
    head = b"Content-Type: " + kind.encode("latin-1", "replace").replace(b"\r", b"").replace(b"\n", b"")
    message = BytesParser(policy=HTTP).parsebytes(head + b"\r\n\r\n" + body)
    found: list[tuple[str, str]] = []
    for part in message.walk() if message.is_multipart() else ():
        name = part.get_param("name", header="content-disposition")
        content = part.get_payload(decode=True)
        if isinstance(name, str) and isinstance(content, bytes) and len(found) < _MOST_FIELDS:
            found.append((name, content.decode("utf-8", "replace").strip("\r\n")))
    return found
