"""The providers there are, each a module that is imported when it is asked for.

Such a module has ``Settings``, a frozen pydantic model without nested fields: each is a variable,
LPDOWNLOAD_<NAME>_<FIELD>; ``CAPABILITIES``; and ``open_provider(settings)``.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from importlib import import_module
from typing import Final, Protocol, cast

from pydantic import BaseModel

from lpdownload.errors import Finding, InvalidInput
from lpdownload.model.account import account_prefix
from lpdownload.providers.base import Capabilities, Check, MessageProvider
from lpdownload.settings import PROVIDERS, Provider

MODULES: Final[Mapping[Provider, str]] = {name: f"{__package__}.{name}" for name in PROVIDERS}


@dataclass(frozen=True)
class Account:
    """One set of credentials with a provider, complete and valid (account.py makes it)."""

    name: str
    """Of network.yaml's accounts, or the provider's own."""
    provider: Provider
    settings: BaseModel
    """Of the provider's own model."""


class Checked(Protocol):
    """What every provider can do, of whichever family."""

    def check(self) -> Sequence[Check]: ...

    def close(self) -> None: ...


class ProviderModule(Protocol):
    """What registry needs of a provider's module."""

    Settings: type[BaseModel]
    CAPABILITIES: Capabilities
    open_provider: Callable[[BaseModel], Checked]


def module_of(name: Provider) -> ProviderModule:
    return cast(ProviderModule, import_module(MODULES[name]))


def capabilities_of(name: Provider) -> Capabilities:
    return module_of(name).CAPABILITIES


def settings_model(name: Provider) -> type[BaseModel]:
    return module_of(name).Settings


def open_account(account: Account) -> Checked:
    """The provider, of any family, not yet connected; ``close`` it."""
    return module_of(account.provider).open_provider(account.settings)


def open_provider(account: Account) -> MessageProvider:
    """A provider that takes messages, not yet connected; InvalidInput for one of another family."""
    capabilities = capabilities_of(account.provider)
    if capabilities.family != "messages":
        message = f"{capabilities.title} takes no messages: it holds the list itself"
        takes = ", ".join(name for name in PROVIDERS if capabilities_of(name).family == "messages")
        raise InvalidInput([Finding("wrong-family", message, f"for a send there are {takes}")])
    return cast(MessageProvider, open_account(account))


def check_account(account: Account) -> tuple[Check, ...]:
    """What its provider says of it, without sending anything; advice names the account's own variables."""
    provider = open_account(account)
    try:
        checks = provider.check()
    finally:
        provider.close()
    theirs, own = account_prefix(account.provider), account_prefix(account.name)
    return tuple(
        replace(check, says=check.says.replace(theirs, own), remedy=check.remedy.replace(theirs, own))
        for check in checks
    )
