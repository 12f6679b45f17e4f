"""Everything that must be in place before an issue can reach its readers, looked at without sending.

A fault is an error if mail would be refused or land in spam, a warning if it only might; what could not be
found out is unknown, and never called well. All is looked at side by side, so that one machine that does not
answer costs its own time only.
"""

import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Final

from lpdownload.content.library import Library
from lpdownload.delivery.doctor_dns import Dns
from lpdownload.delivery.doctor_mail import check_domain, check_replies, domain_of
from lpdownload.delivery.doctor_newsroom import check_database, check_disks
from lpdownload.delivery.doctor_web import check_public, clock_of
from lpdownload.errors import Finding, InvalidInput
from lpdownload.model.network import Network
from lpdownload.model.newsletter import Newsletter
from lpdownload.providers.account import account_name, account_named, unknown_variables
from lpdownload.providers.base import Check, CheckState
from lpdownload.providers.patience import begin
from lpdownload.providers.registry import Account, capabilities_of, check_account
from lpdownload.settings import Provider, Settings

TOTAL_SECONDS: Final = 45.0
"""After which whatever has not answered is called unknown."""


_CLOCKS: Final[Mapping[Provider, str]] = {
    "sendgrid": "https://api.sendgrid.com",
    "mailgun": "https://api.mailgun.net",
    "ses": "https://email.us-east-1.amazonaws.com",
}
"""Where the settings' BASE_URL names nothing."""


@dataclass(frozen=True)
class Examined:
    """What was looked at together: the newsroom, an account, a domain."""

    about: str
    checks: tuple[Check, ...]
    certain: bool = False
    """Whether what is unknown is as bad as an error: credentials that nobody has tried."""

    @property
    def well(self) -> bool:
        bad = {"error", "unknown"} if self.certain else {"error"}
        return not any(check.state in bad for check in self.checks)


@dataclass(frozen=True)
class _Question:
    about: str
    ask: Callable[[], Iterable[Check]]
    certain: bool = False


def examine(
    library: Library, newsletters: Sequence[str], dns: Dns | None = None, *, seconds: float = TOTAL_SECONDS
) -> Iterator[Examined]:
    """Everything the newsletters need, in a fixed order, within so many seconds.

    InvalidInput if network.yaml cannot be read.
    """
    settings, network = library.settings or Settings(), library.network
    resolver = dns or Dns(settings.dns_server)
    questions = list(_questions(library, settings, network, newsletters, resolver))
    ends_at = time.monotonic() + seconds
    begun = [begin(partial(_answers, question)) for question in questions]
    for question, answer in zip(questions, begun, strict=True):
        try:
            checks = answer.result(max(0.0, ends_at - time.monotonic()))
        except TimeoutError:
            says = f"no answer within {seconds:.0f} seconds"
            checks = (Check(question.about, "unknown", says, "try again; if it stays, look at the network"),)
        yield Examined(question.about, checks, question.certain)
    if not resolver.answers:
        remedy = "look at this machine's network, or name another server as LPDOWNLOAD_DNS_SERVER"
        yield Examined("network", (Check("name server", "error", "it answers nothing", remedy),))


def _answers(question: _Question) -> tuple[Check, ...]:
    return tuple(question.ask())


def _questions(
    library: Library, settings: Settings, network: Network, names: Sequence[str], dns: Dns
) -> Iterator[_Question]:
    yield _Question("database", partial(check_database, library.root, settings), certain=True)
    yield _Question("disk", partial(check_disks, library.root, settings))
    if unknown := unknown_variables(settings, network):
        yield _Question("settings", partial(_found, "settings", unknown, "warning"))
    yield _Question("public pages", lambda: (check_public(dns, network.public_url),))
    newsletters: dict[str, Newsletter] = {}
    for name in names:
        try:
            newsletters[name] = library.newsletter(name)[1]
        except InvalidInput as error:
            yield _Question(f"newsletter {name}", partial(_found, "newsletter.yaml", error.findings, "error"))
    accounts: dict[str, Account] = {}
    for name in dict.fromkeys(account_name(settings, newsletter) for newsletter in newsletters.values()):
        try:
            accounts[name] = account_named(settings, network, name)
        except InvalidInput as error:
            yield _Question(f"account {name}", partial(_found, "settings", error.findings, "error"))
        else:
            yield _Question(f"account {name}", partial(_account, accounts[name], settings), certain=True)
    clocks = dict.fromkeys(filter(None, map(_clock_address, accounts.values())))
    yield _Question("clock", partial(map, clock_of, clocks or (network.public_url,)))
    yield from _mail(network, settings, newsletters, accounts, dns)


def _mail(
    network: Network,
    settings: Settings,
    newsletters: Mapping[str, Newsletter],
    accounts: Mapping[str, Account],
    dns: Dns,
) -> Iterator[_Question]:
    """One for each domain and account, however many newsletters share them, and one for replies."""
    senders: dict[tuple[str, str], tuple[str, Account]] = {}
    uses = {("unsubscribe requests", domain_of(network.unsubscribe_email))}
    for newsletter in newsletters.values():
        sender = newsletter.sender.email
        if account := accounts.get(account_name(settings, newsletter)):
            senders.setdefault((domain_of(sender), account.name), (sender, account))
        uses.add(("replies", domain_of((newsletter.reply_to or newsletter.sender).email)))
    for (domain, name), (sender, account) in senders.items():
        ask = partial(check_domain, dns, network, account, sender)
        yield _Question(f"mail from {domain} through {name}", ask)
    delivers = any(capabilities_of(account.provider).delivers for account in accounts.values())
    yield _Question("replies", partial(check_replies, dns, sorted(uses), needed=delivers))


def _found(what: str, findings: Iterable[Finding], state: CheckState) -> Iterator[Check]:
    for finding in findings:
        place = f"{finding.place.file}:{finding.place.line}: " if finding.place else ""
        path = f"{finding.path}: " if finding.loc else ""
        yield Check(what, state, f"{place}{path}{finding.message}", finding.hint)


def _account(account: Account, settings: Settings) -> Iterator[Check]:
    yield Check("settings", "ok", "complete")
    capabilities = capabilities_of(account.provider)
    if settings.stays_here:
        says = "nothing leaves this machine, whatever account a newsletter names"
        yield Check("delivery", "warning", says, "take LPDOWNLOAD_PROVIDER=outbox out before a real send")
    elif not capabilities.delivers:
        remedy = "set LPDOWNLOAD_PROVIDER, or an account in network.yaml, before a real send"
        yield Check("delivery", "warning", f"{capabilities.title} sends nothing", remedy)
    yield from check_account(account)


def _clock_address(account: Account) -> str | None:
    """Of its provider's API."""
    for field in ("base_url", "endpoint_url"):
        address = getattr(account.settings, field, None)
        if isinstance(address, str):
            return address
    return _CLOCKS.get(account.provider)
