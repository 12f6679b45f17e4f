"""A test of what is shown, to the newsroom's own people: into the outbox, whatever the settings say."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from lpdownload.errors import Finding, InvalidInput
from lpdownload.model.address import BadAddress, address_of
from lpdownload.model.delivery import Accepted
from lpdownload.preview.session import Session
from lpdownload.preview.view import View
from lpdownload.providers.account import account_named
from lpdownload.providers.outbox import Settings as OutboxSettings
from lpdownload.providers.registry import open_provider
from lpdownload.settings import load_settings


@dataclass(frozen=True, slots=True)
class Written:
    """A test mail: to whom, what became of it, and the file it is."""

    address: str
    outcome: str
    file: str


def send_test(session: Session, view: View, to: Sequence[str]) -> tuple[Written, ...]:
    """Writes the mail for each address, for all of the seed list if none is given.

    InvalidInput if it cannot be sent, or if an address is not on the seed list.
    """
    # Half a second that nobody waits for who only looks.
    from lpdownload.delivery.test_send import only_seeds, send_unrecorded

    library = session.library
    network = library.network
    wanted = to or network.seed_list
    try:
        addresses = tuple({one.key: one for one in map(address_of, wanted)}.values())
    except BadAddress as error:
        finding = Finding("bad-email", f"not a mail address: {error}", "as in ana@example.org")
        raise InvalidInput([finding]) from None
    if not addresses:
        message = "there is nobody to send a test to"
        raise InvalidInput([Finding("no-seeds", message, "write seed_list into network.yaml")])
    only_seeds(network, addresses)
    shown = session.show(view, plain=True)
    if shown.rendered is None or shown.state != "ready":
        raise InvalidInput(shown.errors)
    account = account_named(library.settings or load_settings(library.root), network, "outbox")
    assert isinstance(account.settings, OutboxSettings)
    provider = open_provider(account)
    try:
        sent = send_unrecorded(
            shown.rendered.rendering,
            provider,
            addresses=[address.email for address in addresses],
            reader=session.reader(view),
        )
    finally:
        provider.close()
    return tuple(
        Written(one.address, one.word, _file(account.settings.folder, one.outcome.provider_id))
        if isinstance(one.outcome, Accepted)
        else Written(one.address, one.word, "")
        for one in sent
    )


def _file(folder: Path, name: str | None) -> str:
    return str((folder.expanduser() / name).resolve()) if name else ""
