"""The providers there are, each a module that is imported when it is asked for.

Such a module has ``Settings``, a frozen pydantic model without nested fields: each is a variable,
LPDOWNLOAD_<NAME>_<FIELD>; ``CAPABILITIES``; ``open_provider(settings)``; and if it reports, the functions of
EventSource.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from importlib import import_module
from typing import Final, Protocol, cast

from pydantic import BaseModel

from lpdownload.errors import Finding, InvalidInput
from lpdownload.model.account import account_prefix
from lpdownload.providers.base import Capabilities, Check, EventSource, MessageProvider
from lpdownload.providers.campaigns import CampaignProvider
from lpdownload.providers.patience import begin
from lpdownload.settings import PROVIDERS, Provider

CHECK_SECONDS: Final = 30.0
"""For all that a provider's ``check`` asks: somebody waits for it."""
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


def open_campaigns(account: Account) -> CampaignProvider:
    """A provider that runs campaigns, not yet connected; InvalidInput for one of another family."""
    capabilities = capabilities_of(account.provider)
    if capabilities.family != "campaigns":
        message = f"{capabilities.title} runs no campaigns: it holds no list"
        runs = ", ".join(name for name in PROVIDERS if capabilities_of(name).family == "campaigns")
        raise InvalidInput([Finding("wrong-family", message, f"there are {runs}")])
    return cast(CampaignProvider, open_account(account))


def holds_the_list(name: str) -> bool:
    """Whether a provider runs campaigns over a list of its own; False for one that is unknown."""
    known = next((each for each in PROVIDERS if each == name), None)
    return known is not None and capabilities_of(known).family == "campaigns"


def event_source(name: Provider) -> EventSource:
    """Of a provider that reports events; InvalidInput for another."""
    capabilities = capabilities_of(name)
    if not capabilities.events:
        reporting = ", ".join(other for other in PROVIDERS if capabilities_of(other).events)
        message = f"{capabilities.title} reports no events to us"
        raise InvalidInput([Finding("no-events", message, f"there are {reporting}")])
    return cast(EventSource, module_of(name))


def check_account(account: Account, seconds: float = CHECK_SECONDS) -> tuple[Check, ...]:
    """What its provider says of it, without sending anything; advice names the account's own variables."""
    try:
        checks = begin(partial(_checked, account)).result(seconds)
    except TimeoutError:
        says = f"no answer within {seconds:.0f} seconds"
        checks = [Check("reachable", "unknown", says, "check the network and its proxy; try again later")]
    theirs, own = account_prefix(account.provider), account_prefix(account.name)
    return tuple(
        replace(check, says=check.says.replace(theirs, own), remedy=check.remedy.replace(theirs, own))
        for check in checks
    )


def _checked(account: Account) -> Sequence[Check]:
    provider = open_account(account)
    try:
        return provider.check()
    finally:
        provider.close()
