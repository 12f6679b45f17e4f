"""The address of a provider's API: https, or plain http on this machine only."""

from ipaddress import ip_address
from typing import Annotated, TypeAlias
from urllib.parse import urlsplit

from pydantic import AfterValidator
from pydantic_core import PydanticCustomError


def _endpoint(text: str) -> str:
    try:
        parts = urlsplit(text)
        host = parts.hostname or ""
        usable = bool(host) and parts.port != 0 and "@" not in parts.netloc
    except ValueError:
        usable = False
    if not usable or parts.query or parts.fragment or any(char.isspace() for char in text):
        hint = "write it in full, as in https://api.example.org"
        raise PydanticCustomError("bad_setting", "not the address of a service", {"hint": hint})
    if parts.scheme != "https" and not (parts.scheme == "http" and is_here(host)):
        hint = "https://…; http:// would show the credentials to everybody on the way"
        raise PydanticCustomError("bad_setting", "not an https address", {"hint": hint})
    return text.rstrip("/")


def is_here(host: str) -> bool:
    """Whether a host is this machine."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host.lower() == "localhost"


Endpoint: TypeAlias = Annotated[str, AfterValidator(_endpoint)]
"""Kept without a trailing slash."""
