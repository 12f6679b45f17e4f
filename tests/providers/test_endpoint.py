"""The address of a provider's API: https, or plain http on this machine only."""

import pytest
from pydantic import TypeAdapter, ValidationError

from lpdownload.providers.endpoint import Endpoint

ENDPOINT: TypeAdapter[str] = TypeAdapter(Endpoint)


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("https://api.example.org/", "https://api.example.org"),
        ("https://api.example.org:8443/v3//", "https://api.example.org:8443/v3"),
        ("http://127.0.0.1:9999", "http://127.0.0.1:9999"),
        ("http://[::1]:9999", "http://[::1]:9999"),
        ("http://localhost", "http://localhost"),
    ],
)
def test_an_address_is_kept_without_a_slash_at_its_end(text: str, kept: str) -> None:
    assert ENDPOINT.validate_python(text) == kept


@pytest.mark.parametrize(
    "text",
    [
        "",
        "api.example.org",
        "https://",
        "https://api.example.org:0",
        "https://api.example.org:x",
        "https://[::1",
        "https://user@api.example.org",
        "https://:password@api.example.org",
        "https://api.example.org/?key=1",
        "https://api.example.org/#a",
        "https://api.example.org\n",
        "http://api.example.org",
        "http://10.0.0.1",
        "http://localhost.example.org",
        "http://127.0.0.1.example.org",
        "ftp://127.0.0.1",
    ],
)
def test_what_is_no_address_or_shows_the_credentials_on_the_way_is_refused(text: str) -> None:
    with pytest.raises(ValidationError):
        ENDPOINT.validate_python(text)
