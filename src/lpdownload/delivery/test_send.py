"""A mail to the newsroom's own people, to see an issue in a real inbox before anybody else does.

It says [TEST] in its subject, its links to unsubscribe lead nowhere, and it goes to network.yaml's seed list
only, unless somebody insists.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Final

from lpdownload.errors import Finding, InvalidInput
from lpdownload.model.address import Address, address_of
from lpdownload.model.content import Content, Pieces
from lpdownload.model.delivery import Accepted, InDoubt, Mail, Outcome, Recipient, Refused, Throttled
from lpdownload.model.mailbox import BadMailbox, Mailbox
from lpdownload.model.network import Network
from lpdownload.model.redact import redact_text
from lpdownload.providers.base import MessageProvider, cut
from lpdownload.render.render import Rendering, fill_values
from lpdownload.store import test_sends
from lpdownload.store.database import Database

MARK: Final = "[TEST] "

_WORDS: Final[Mapping[type[Outcome], str]] = {
    Accepted: "accepted",
    Refused: "refused",
    Throttled: "throttled",
    InDoubt: "in_doubt",
}


@dataclass(frozen=True)
class TestSent:
    """What became of one address."""

    __test__ = False  # no test of pytest's

    address: str
    outcome: Outcome

    @property
    def word(self) -> str:
        """For the outcome, in reports and in the database."""
        return _WORDS[type(self.outcome)]


def only_seeds(network: Network, addresses: Sequence[Address]) -> None:
    """InvalidInput if an address is not on the seed list: it would be a subscriber's, or a slip."""
    seeds = {address_of(seed).key for seed in network.seed_list}
    strangers = [address for address in addresses if address.key not in seeds]
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

    Written down before it leaves, and again as each call is answered: whoever stops it in the middle finds
    there what may have been sent. InvalidInput with all that the provider cannot carry; then nothing is sent.
    """
    now = datetime.now(UTC)
    mail, recipients = _mail(rendering, provider, addresses, reader, now)
    with database.writing() as connection:
        begun = test_sends.begin(connection, rendering.issue.key, account, addresses, now)
    numbers = dict(zip(recipients, begun, strict=True))
    sent: dict[str, TestSent] = {}
    for outcomes in _submitted(provider, mail, tuple(recipients.values()), mail.send):
        done = {name: TestSent(recipients[name].to.address, outcome) for name, outcome in outcomes.items()}
        with database.writing() as connection:
            for reference, one in done.items():
                test_sends.end(connection, numbers[reference], one.word)
        sent |= done
    return tuple(sent[reference] for reference in recipients)


def send_unrecorded(
    rendering: Rendering,
    provider: MessageProvider,
    *,
    addresses: Sequence[str],
    reader: Mapping[str, str],
) -> tuple[TestSent, ...]:
    """As `send_test`, without a database: for a provider that delivers nothing, so that nothing is lost."""
    if provider.capabilities.delivers:
        raise ValueError("what leaves this machine is written down")
    mail, recipients = _mail(rendering, provider, addresses, reader, datetime.now(UTC))
    sent = {
        reference: TestSent(recipients[reference].to.address, outcome)
        for outcomes in _submitted(provider, mail, tuple(recipients.values()), mail.send)
        for reference, outcome in outcomes.items()
    }
    return tuple(sent[reference] for reference in recipients)


def _mail(
    rendering: Rendering,
    provider: MessageProvider,
    addresses: Sequence[str],
    reader: Mapping[str, str],
    now: datetime,
) -> tuple[Mail, dict[str, Recipient]]:
    """The marked mail, and its recipients by reference. InvalidInput if the provider cannot carry it."""
    key = f"test-{rendering.content.digest[:12]}-{now:%Y%m%d%H%M%S}"
    mail = Mail(marked(rendering.content), rendering.issue.key, key, date=now)
    if errors := [finding for finding in provider.refusals(mail) if finding.severity == "error"]:
        raise InvalidInput(errors)
    return mail, {one.reference: one for one in _recipients(rendering, addresses, reader, key)}


def marked(content: Content) -> Content:
    """With [TEST] before the subject."""
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
    except BadMailbox as error:
        message = f"no mail can be addressed so: {redact_text(str(error))}"
        raise InvalidInput([Finding("bad-email", message, "as in ana@example.org")]) from None


def _submitted(
    provider: MessageProvider, mail: Mail, recipients: Sequence[Recipient], key: str
) -> Iterator[dict[str, Outcome]]:
    """Call by call, by reference."""
    for batch in cut(provider, mail, recipients, key):
        outcomes = dict[str, Outcome](batch.unfit)
        if batch.references:
            outcomes |= zip(batch.references, provider.submit(batch), strict=True)
        yield outcomes
