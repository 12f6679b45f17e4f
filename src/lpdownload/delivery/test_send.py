"""A mail to the newsroom's own people, to see an issue in a real inbox before anybody else does.

It says [TEST] in its subject, its links to unsubscribe lead nowhere, and it goes to network.yaml's seed list
only, unless somebody insists.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from lpdownload.errors import Finding, InvalidInput
from lpdownload.model.content import Content, Pieces
from lpdownload.model.delivery import Mail, Outcome, Recipient, Refused
from lpdownload.model.mailbox import BadMailbox, Mailbox
from lpdownload.model.network import Network
from lpdownload.providers.base import MessageProvider, cut
from lpdownload.render.render import Rendering, fill_values
from lpdownload.store import test_sends
from lpdownload.store.database import Database

MARK = "[TEST] "


@dataclass(frozen=True)
class TestSent:
    """What became of one address."""

    __test__ = False  # no test of pytest's

    address: str
    outcome: Outcome


def only_seeds(network: Network, addresses: Sequence[str]) -> None:
    """InvalidInput if an address is not on the seed list: it would be a subscriber's, or a slip."""
    seeds = {seed.lower() for seed in network.seed_list}
    strangers = [address for address in addresses if address.lower() not in seeds]
    if strangers:
        listed = ", ".join(network.seed_list) or "none yet: seed_list in network.yaml"
        message = f"{len(strangers)} of {len(addresses)} addresses are not on the seed list"
        raise InvalidInput([Finding("not-a-seed", message, f"there are: {listed}. To insist: --force")])


def send_test(
    rendering: Rendering,
    provider: MessageProvider,
    database: Database,
    *,
    account: str,
    addresses: Sequence[str],
    reader: Mapping[str, str],
) -> tuple[TestSent, ...]:
    """Mails the rendering to each address, as the reader would get it; what became of each, in order.

    Written down before it leaves. InvalidInput with all that the provider cannot carry; then nothing is sent.
    """
    now = datetime.now(UTC)
    key = f"test-{rendering.content.digest[:12]}-{now:%Y%m%d%H%M%S}"
    mail = Mail(_marked(rendering.content), rendering.issue.key, key)
    if errors := [finding for finding in provider.refusals(mail) if finding.severity == "error"]:
        raise InvalidInput(errors)
    recipients = _recipients(rendering, addresses, reader, key)
    with database.writing() as connection:
        numbers = test_sends.begin(connection, rendering.issue.key, account, addresses, now)
    outcomes = _submitted(provider, mail, recipients, key)
    with database.writing() as connection:
        for number, recipient in zip(numbers, recipients, strict=True):
            test_sends.end(connection, number, type(outcomes[recipient.reference]).__name__.lower())
    return tuple(TestSent(recipient.to.address, outcomes[recipient.reference]) for recipient in recipients)


def _marked(content: Content) -> Content:
    first, *others = content.subject.literals
    return replace(content, subject=Pieces((f"{MARK}{first}", *others), content.subject.slots))


def _recipients(
    rendering: Rendering, addresses: Sequence[str], reader: Mapping[str, str], key: str
) -> tuple[Recipient, ...]:
    name = " ".join(filter(None, (reader.get("first_name"), reader.get("last_name"))))
    values = fill_values(rendering, reader)
    try:
        return tuple(
            Recipient(f"{key}-{number}", Mailbox(name, address), values | {"email": address})
            for number, address in enumerate(addresses, 1)
        )
    except BadMailbox:
        raise InvalidInput(
            [Finding("bad-email", "an address cannot be mailed to", "as in ana@example.org")]
        ) from None


def _submitted(
    provider: MessageProvider, mail: Mail, recipients: Sequence[Recipient], key: str
) -> dict[str, Outcome]:
    outcomes: dict[str, Outcome] = {}
    for batch in cut(provider, mail, recipients, key):
        outcomes |= dict[str, Outcome | Refused](batch.unfit)
        if batch.references:
            outcomes |= dict(zip(batch.references, provider.submit(batch), strict=True))
    return outcomes
