"""The accounts that sends go out through, opened when the first send needs one, closed together."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from lpdownload.content.library import Library
from lpdownload.errors import Finding, InvalidInput
from lpdownload.model.pace import Pace
from lpdownload.providers.account import account_named
from lpdownload.providers.base import MessageProvider
from lpdownload.providers.registry import Account, capabilities_of, open_provider
from lpdownload.settings import load_settings


@dataclass(frozen=True)
class Service:
    """An account, open."""

    account: Account
    provider: MessageProvider
    pace: Pace


@dataclass(frozen=True)
class Services:
    """By the account's name."""

    library: Library
    chosen: str | None = None
    """The account that the command names: it is meant even where LPDOWNLOAD_PROVIDER is outbox."""
    _open: dict[str, Service] = field(default_factory=dict)

    def of(self, name: str) -> Service:
        """InvalidInput for an account that is not complete, or that takes no messages."""
        if name not in self._open:
            account = account_that_may(self.library, name, self.chosen)
            self._open[name] = Service(account, open_provider(account), pace_of(self.library, name))
        return self._open[name]


def account_that_may(library: Library, name: str, chosen: str | None) -> Account:
    """InvalidInput for an account that is not complete, or through which nothing is to leave."""
    settings = library.settings or load_settings(library.root)
    account = account_named(settings, library.network, name)
    if settings.stays_here and name != chosen and capabilities_of(account.provider).delivers:
        message = f"LPDOWNLOAD_PROVIDER is outbox, so nothing leaves this machine through {name}"
        raise InvalidInput([Finding("stays-here", message, "take the variable away where it may")])
    return account


def pace_of(library: Library, account: str) -> Pace:
    """What network.yaml says of it; no limit if nothing."""
    written = library.network.accounts.get(account)
    return written.pace if written else Pace()


@contextmanager
def services(library: Library, chosen: str | None = None) -> Iterator[Services]:
    """They are closed at the end, whatever happens. ``chosen``: see Services."""
    found = Services(library, chosen)
    try:
        yield found
    finally:
        for service in found._open.values():
            service.provider.close()
