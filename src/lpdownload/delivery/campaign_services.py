"""The accounts that campaigns go out through, opened when the first one needs it, closed together."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from lpdownload.content.library import Library
from lpdownload.delivery.services import account_that_may
from lpdownload.providers.campaigns import CampaignProvider
from lpdownload.providers.registry import open_campaigns


@dataclass(frozen=True)
class CampaignServices:
    """By the account's name."""

    library: Library
    chosen: str | None = None
    """See Services."""
    _open: dict[str, CampaignProvider] = field(default_factory=dict)

    def of(self, name: str) -> CampaignProvider:
        """InvalidInput for an account that is not complete, or that runs no campaigns."""
        if name not in self._open:
            self._open[name] = open_campaigns(account_that_may(self.library, name, self.chosen))
        return self._open[name]


@contextmanager
def campaign_services(library: Library, chosen: str | None = None) -> Iterator[CampaignServices]:
    """They are closed at the end, whatever happens."""
    found = CampaignServices(library, chosen)
    try:
        yield found
    finally:
        for provider in found._open.values():
            provider.close()
