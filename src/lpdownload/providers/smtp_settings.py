"""How a mail server is reached: the variables LPDOWNLOAD_SMTP_…"""

from ipaddress import ip_address
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, SecretStr, model_validator
from pydantic_core import PydanticCustomError

from lpdownload.model.mailbox import BadMailbox, Mailbox


def _address(text: str) -> str:
    try:
        return Mailbox("", text.strip()).wire_address
    except BadMailbox:
        hint = "as in bounces@example.org"
        raise PydanticCustomError("bad_setting", "not a mail address", {"hint": hint}) from None


def _is_file(path: Path) -> Path:
    try:
        found = path.is_file()
    except (OSError, ValueError):  # a name too long, or one that no file can have
        found = False
    if not found:
        raise PydanticCustomError("bad_setting", "there is no such file", {"hint": "the path of a PEM file"})
    return path


class Settings(BaseModel):
    """An account at a mail server."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    host: str = Field(
        description="The mail server's name or IP address.",
        pattern=r"^[^\s/@<>]+$",
        examples=["smtp.example.org"],
    )
    port: int = Field(587, ge=1, le=65535, description="Its port: 587 with starttls, 465 with tls.")
    tls: Literal["starttls", "tls", "none"] = Field(
        "starttls",
        description="How the connection is encrypted: starttls, tls from its first byte, or none, "
        "which is for a server on this machine or in your own network.",
    )
    username: str | None = Field(
        None, description="Name to log in with; not needed where the server knows this machine."
    )
    password: SecretStr | None = Field(None, description="Password to log in with.")
    connections: int = Field(4, ge=1, le=64, description="Connections open at once, at most.")
    messages_per_connection: int = Field(
        100, ge=1, description="After so many messages a connection is closed and a new one opened."
    )
    return_path: Annotated[str, AfterValidator(_address)] | None = Field(
        None,
        description="Address that bounces go to, if it is not the sender's.",
        examples=["bounces@example.org"],
    )
    helo: str | None = Field(
        None,
        pattern=r"^[A-Za-z0-9.:\-\[\]]+$",
        description="Name this machine greets the server with; its IP address if not given.",
        examples=["mail.example.org"],
    )
    ca_file: Annotated[Path, AfterValidator(_is_file)] | None = Field(
        None,
        description="Certificates (PEM) to trust instead of the system's, for a server with one of your own.",
    )

    @model_validator(mode="after")
    def _both_or_neither(self) -> Self:
        if (self.username is None) != (self.password is None):
            missing = "PASSWORD" if self.password is None else "USERNAME"
            hint = f"set LPDOWNLOAD_SMTP_{missing}, or neither"
            raise PydanticCustomError("bad_setting", "a login needs a name and a password", {"hint": hint})
        return self

    @property
    def secret(self) -> str:
        """The password in the clear, to log in with or to keep out of a text; empty if there is none."""
        return self.password.get_secret_value() if self.password else ""


def is_private(host: str) -> bool:
    """Whether that IP address, or ``localhost``, is this machine or of a private network."""
    try:
        address = ip_address(host.partition("%")[0].strip("[]"))
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")
    return address.is_private or address.is_loopback or address.is_link_local
