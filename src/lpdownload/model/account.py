"""An account with a mail service, without its secrets (network.yaml: accounts)."""

from typing import Annotated

from pydantic import Field

from lpdownload.model.pace import Pace
from lpdownload.model.text import Value
from lpdownload.settings import ACCOUNT_PREFIX, PROVIDERS, Provider, variable


class ProviderAccount(Value):
    """One set of credentials with a mail service. They are settings, never in this file."""

    provider: Provider = Field(description="The service.")
    pace: Pace = Field(default_factory=Pace, description="How fast it is used.")
    dkim_selectors: tuple[Annotated[str, Field(pattern=r"^[A-Za-z0-9._-]{1,60}$")], ...] = Field(
        (),
        description="Names of its DKIM keys, which `lpdownload doctor` then looks for: what stands before "
        "._domainkey in the records that the service shows.",
    )


def account_prefix(name: str) -> str:
    """How the settings of an account begin: ``LPDOWNLOAD_ACCOUNT_NY_MAIL_``, ``LPDOWNLOAD_SENDGRID_``."""
    plain = name.upper().replace("-", "_").replace(".", "_")
    return f"{variable(name)}_" if name in PROVIDERS else f"{ACCOUNT_PREFIX}{plain}_"
