"""Settings: what differs from machine to machine, from the environment or the newsroom's ``.env``.

pydantic-settings would do this too, but importing it takes 100 ms more than pydantic alone, at the start of
every command; python-dotenv takes 15 ms, and only where there is a ``.env``.
"""

import io
import os
import re
from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from pathlib import Path
from typing import Annotated, Final, Literal, TypeAlias, get_args
from urllib.parse import urlsplit

from platformdirs import user_log_path
from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    SecretStr,
    ValidationError,
)
from pydantic_core import PydanticCustomError

from lpdownload.errors import Finding, InvalidInput, Place

PREFIX = "LPDOWNLOAD_"
DOTENV = ".env"

Provider: TypeAlias = Literal[
    "outbox",
    "smtp",
    "ses",
    "sendgrid",
    "resend",
    "postmark",
    "mailgun",
    "mailchimp",
    "action_network",
    "everyaction",
]
PROVIDERS: Final[tuple[Provider, ...]] = get_args(Provider)
"""The names of providers/registry.py, known here because variables begin with them."""
ACCOUNT_PREFIX: Final = f"{PREFIX}ACCOUNT_"

_SCHEME: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*")
_SITE: Final = re.compile(r"https?://(?:\*\.)?[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?(?::[0-9]{1,5})?")
_NO_EDITORS: Final = frozenset({"about", "blob", "data", "javascript", "vbscript"})
"""Schemes that a browser obeys by itself."""


def _base_url(text: str) -> str:
    try:
        parts = urlsplit(text)
        usable = parts.scheme == "https" and bool(parts.hostname) and parts.port != 0
    except ValueError:
        usable = False
    if not usable or parts.query or parts.fragment or any(char.isspace() for char in text):
        hint = "write it in full, as in https://staging.example.org"
        raise PydanticCustomError("bad_setting", "not an https address of a site or folder", {"hint": hint})
    return text.rstrip("/")


def _folder(path: Path) -> Path:
    try:
        return path.expanduser()
    except RuntimeError:
        raise PydanticCustomError(
            "bad_setting", "there is no such user", {"hint": "the whole path"}
        ) from None


def _database_url(secret: SecretStr) -> SecretStr:
    scheme = secret.get_secret_value().partition(":")[0]
    if scheme not in {"sqlite", "postgres", "postgresql", "postgresql+psycopg"}:
        hint = "postgresql+psycopg://user:password@host/name, or sqlite:///newsroom.db"
        raise PydanticCustomError("bad_setting", "not the address of a database", {"hint": hint})
    return secret


def _dns_server(text: str) -> str:
    host, _, port = text.rpartition(":")
    try:
        ip_address(host.strip("[]"))
        usable = 0 < int(port) < 65_536
    except ValueError:
        usable = False
    if not usable:
        hint = "an address and a port, as in 9.9.9.9:53"
        raise PydanticCustomError("bad_setting", "not the address of a name server", {"hint": hint})
    return text


def _person(text: str) -> str:
    name = " ".join(text.split())
    if not name or not name.isprintable():
        hint = "as in ana@example.org, or Ana Reyes"
        raise PydanticCustomError("bad_setting", "not a person's name or address", {"hint": hint})
    return name


def _token(secret: SecretStr) -> SecretStr:
    if len(secret.get_secret_value()) < 16:
        hint = "16 characters or more, as by: openssl rand -hex 24"
        raise PydanticCustomError("bad_setting", "too short for a secret", {"hint": hint})
    return secret


def _editor_url(text: str) -> str:
    scheme, colon, _ = text.partition(":")
    usable = colon and _SCHEME.fullmatch(scheme) and scheme.lower() not in _NO_EDITORS
    if not usable or "{file}" not in text or any(char.isspace() for char in text):
        hint = "as in vscode://file/{file}:{line}:{column}"
        raise PydanticCustomError("bad_setting", "not an address that opens a {file}", {"hint": hint})
    return text


def _networks(text: object) -> object:
    if not isinstance(text, str):
        return text
    try:
        return tuple(ip_network(part) for part in text.replace(",", " ").split() if part != "none")
    except ValueError:
        hint = "addresses or networks, as in 10.0.0.0/8, fd00::/8; none if there is no proxy"
        raise PydanticCustomError("bad_setting", "not addresses of proxies", {"hint": hint}) from None


def _sites(text: object) -> object:
    """As frame-ancestors of a content security policy takes them, and nothing that would end it."""
    if not isinstance(text, str):
        return text
    sites = tuple(text.replace(",", " ").split())
    if all(site == "*" or _SITE.fullmatch(site) for site in sites):
        return sites
    hint = "a scheme and a name, as in https://www.example.org, and nothing after them"
    raise PydanticCustomError("bad_setting", "not the addresses of sites", {"hint": hint})


BaseUrl = Annotated[str, AfterValidator(_base_url)]
"""https, without query, kept without a trailing slash."""


class Settings(BaseModel):
    """One field for each ``LPDOWNLOAD_…`` variable; ``env_example`` describes them in the same words.

    But for those of providers, which only their modules can read (providers/account.py).
    """

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    database_url: Annotated[SecretStr, AfterValidator(_database_url)] | None = Field(
        None,
        description="Where subscribers are kept, instead of lpdownload.db in the newsroom.",
        examples=["postgresql+psycopg://user:password@localhost/newsroom"],
    )
    log_dir: Annotated[Path, AfterValidator(_folder)] = Field(
        default_factory=lambda: user_log_path("lpdownload", appauthor=False),
        description="Folder for the report of a crash; your system's usual place for logs if not given.",
        examples=["~/logs/lpdownload"],
    )
    public_url: BaseUrl | None = Field(
        None,
        description="Where the public pages stand, instead of network.yaml's public_url: for a staging site.",
        examples=["https://staging.example.org"],
    )
    assets_url: BaseUrl | None = Field(
        None,
        description="Where pictures stand when mailed, instead of network.yaml's assets_url.",
        examples=["https://staging.example.org/assets"],
    )
    provider: str = Field(
        "outbox",
        description="Which service mails go out through, or which of network.yaml's accounts, where a "
        "newsletter names none; outbox, a folder of this machine, also where it names one.",
        examples=["smtp"],
    )
    dns_server: Annotated[str, AfterValidator(_dns_server)] | None = Field(
        None,
        description="The name server that `lpdownload doctor` asks, instead of this machine's own.",
        examples=["9.9.9.9:53"],
    )
    approver: Annotated[str, AfterValidator(_person)] | None = Field(
        None,
        description="Name or mail address of the person who approves or sends from this machine.",
        examples=["ana@example.org"],
    )
    metrics_token: Annotated[SecretStr, AfterValidator(_token)] | None = Field(
        None,
        description="What Prometheus shows as its bearer token to read /metrics of `lpdownload serve`; "
        "without it there is no such page.",
        examples=["as-long-and-random-as-a-password"],
    )
    web_trusted_proxies: Annotated[tuple[IPv4Network | IPv6Network, ...], BeforeValidator(_networks)] = Field(
        (ip_network("127.0.0.0/8"), ip_network("::1/128")),
        description="Addresses of the proxies before `lpdownload serve`, whose X-Forwarded-For and "
        "X-Forwarded-Proto are believed; this machine's own if not given, none for nobody's.",
        examples=["10.0.0.0/8, fd00::/8"],
    )
    web_click_guard_seconds: int = Field(
        30,
        ge=0,
        le=600,
        description="So soon after a mail went out, the buttons that end something ask once more: mail "
        "scanners press buttons as well. One-click unsubscribing never waits. 0: they never ask.",
        examples=["60"],
    )
    web_framed_by: Annotated[tuple[str, ...], BeforeValidator(_sites)] = Field(
        (),
        description="Your own sites whose pages may show the sign-up form in a frame, * for any; no page may "
        "if not given.",
        examples=["https://www.example.org, https://*.example.com"],
    )
    imap_host: Annotated[str, Field(pattern=r"^[^\s/@<>]+$")] | None = Field(
        None,
        description="Mail server with the mailbox that gets unsubscribe requests and bounces, which "
        "`lpdownload inbox read` and `lpdownload worker` read; without it there is none.",
        examples=["imap.example.org"],
    )
    imap_port: Annotated[int, Field(ge=1, le=65_535)] = Field(
        993, description="Its port: 993 with tls, 143 with starttls.", examples=["993"]
    )
    imap_tls: Literal["tls", "starttls", "none"] = Field(
        "tls",
        description="How the connection is encrypted: tls from its first byte, starttls, or none, which is "
        "for a server on this machine or in your own network.",
        examples=["starttls"],
    )
    imap_username: str | None = Field(
        None, description="Name of the mailbox to log in with.", examples=["unsubscribe@example.org"]
    )
    imap_password: SecretStr | None = Field(
        None, description="Its password.", examples=["that-of-the-mailbox"]
    )
    imap_folder: str = Field(
        "INBOX", min_length=1, description="The folder that is read.", examples=["INBOX"]
    )
    imap_move_to: str | None = Field(
        None,
        description="Folder that mails go to once they are dealt with; they stay where they are without it.",
        examples=["Handled"],
    )
    imap_delete: bool = Field(
        False,
        description="true: mails that are dealt with are deleted from the mailbox.",
        examples=["true"],
    )
    imap_ca_file: Annotated[Path, AfterValidator(_folder)] | None = Field(
        None,
        description="Certificates (PEM) to trust instead of the system's, for a server with one of your own.",
        examples=["/etc/ssl/our-own.pem"],
    )
    editor_url: Annotated[str, AfterValidator(_editor_url)] | None = Field(
        None,
        description="What `lpdownload preview` opens to show a line in your editor; {file}, {line} and "
        "{column} are filled in.",
        examples=["vscode://file/{file}:{line}:{column}"],
    )
    newsroom: Path | None = None
    """The folder they were read for: relative paths of providers' settings start there."""
    accounts_raw: Mapping[str, SecretStr] = {}
    """By variable: what was given for providers, LPDOWNLOAD_SMTP_… or LPDOWNLOAD_ACCOUNT_…, and not empty."""
    accounts_places: Mapping[str, Place] = {}
    """By variable, of those that stand in ``.env``, empty or not."""

    @property
    def stays_here(self) -> bool:
        """Whether LPDOWNLOAD_PROVIDER=outbox was said: then no newsletter's own account counts."""
        return "provider" in self.model_fields_set and self.provider == "outbox"


def variable(field: str) -> str:
    """``log_dir`` as ``LPDOWNLOAD_LOG_DIR``."""
    return PREFIX + field.upper()


_FOUND = {"newsroom", "accounts_raw", "accounts_places"}
_FIELDS = {variable(field): field for field in Settings.model_fields if field not in _FOUND}
_OF_PROVIDERS = (ACCOUNT_PREFIX, *(f"{variable(name)}_" for name in PROVIDERS))


def load_settings(newsroom: Path | None, environ: Mapping[str, str] = os.environ) -> Settings:
    """Read the settings of a newsroom; the environment wins over its ``.env``, and empty means not given.

    Raises InvalidInput with a finding for each variable that is wrong. An unknown ``LPDOWNLOAD_…`` is an
    error in ``.env``, where it is a typing mistake, but not in the environment, which others write too.
    """
    values, places, findings = _read_dotenv(newsroom / DOTENV) if newsroom else ({}, {}, [])
    for name in environ:
        if name in _FIELDS or name.startswith(_OF_PROVIDERS):
            values[name] = environ[name]
            places.pop(name, None)
    given = {name: value for name, value in values.items() if value}
    try:
        settings = Settings.model_validate(
            {
                **{_FIELDS[name]: value for name, value in given.items() if name in _FIELDS},
                "newsroom": newsroom,
                "accounts_raw": {name: value for name, value in given.items() if name not in _FIELDS},
                "accounts_places": {name: place for name, place in places.items() if name not in _FIELDS},
            }
        )
    except ValidationError as error:
        findings += _findings(error, places)
    if findings:
        raise InvalidInput(findings)
    return settings


def env_example() -> str:
    """The text of ``.env.example``, but for providers: every setting, described, commented out."""
    lines = ["# Copy to .env, which git ignores. Variables of the environment win over this file."]
    for name, field in _FIELDS.items():
        info = Settings.model_fields[field]
        example = info.examples[0] if info.examples else ""
        lines += ["", f"# {info.description}", f"#{name}={example}"]
    return "\n".join(lines) + "\n"


def _read_dotenv(path: Path) -> tuple[dict[str, str], dict[str, Place], list[Finding]]:
    if not path.is_file():
        return {}, {}, []
    from dotenv.parser import parse_stream

    values: dict[str, str] = {}
    places: dict[str, Place] = {}
    findings: list[Finding] = []
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        return {}, {}, [Finding("bad-setting", "not UTF-8 text", "save it as UTF-8", place=Place(str(path)))]
    for binding in parse_stream(io.StringIO(text)):
        leading = binding.original.string[: -len(binding.original.string.lstrip()) or None]
        place = Place(str(path), binding.original.line + leading.count("\n"))
        if binding.error:
            findings.append(Finding("bad-setting", "not a setting", f"{PREFIX}NAME=value", place=place))
        elif binding.key and (binding.key in _FIELDS or binding.key.startswith(_OF_PROVIDERS)):
            values[binding.key], places[binding.key] = binding.value or "", place
        elif binding.key and binding.key.startswith(PREFIX):
            findings.append(_unknown(binding.key, place))
    return values, places, findings


def _unknown(name: str, place: Place) -> Finding:
    fields = [variable.removeprefix(PREFIX) for variable in _FIELDS]
    near = get_close_matches(name.removeprefix(PREFIX), fields, 1)
    hint = f"did you mean {PREFIX}{near[0]}?" if near else ""
    for prefix in _OF_PROVIDERS:
        if get_close_matches(name[: len(prefix)], [prefix], 1, 0.94):
            hint = f"did you mean {prefix}…?"
    there_are = f"there are {', '.join(_FIELDS)}, and those of providers: docs/providers.md"
    return Finding("unknown-setting", f"there is no setting {name}", hint or there_are, place=place)


def _findings(error: ValidationError, places: Mapping[str, Place]) -> Iterator[Finding]:
    """Without the value: it may be a secret."""
    for problem in error.errors(include_input=False, include_url=False):
        name = variable(str(problem["loc"][0]))
        hint = problem.get("ctx", {}).get("hint", "")
        yield Finding("bad-setting", f"{name}: {problem['msg']}", hint, place=places.get(name))
