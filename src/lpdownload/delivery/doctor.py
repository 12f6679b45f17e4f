"""Everything that must be in place before an issue can reach its readers, looked at without sending.

A fault is an error if mail would be refused or land in spam, a warning if it only might; what could not be
found out is unknown, and never called well.
"""

import shutil
import socket
import ssl
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from lpdownload.content.library import Library
from lpdownload.delivery.doctor_dns import (
    Dns,
    DnsUnknown,
    check_alignment,
    check_dkim,
    check_dmarc,
    check_mail_exchange,
    check_spf,
    find_policy,
)
from lpdownload.errors import InvalidInput
from lpdownload.model.mailbox import BadMailbox, Mailbox
from lpdownload.model.network import Network
from lpdownload.providers.account import account_for
from lpdownload.providers.base import Check
from lpdownload.providers.http import Caller
from lpdownload.providers.registry import Account, capabilities_of, check_account
from lpdownload.settings import Provider, Settings
from lpdownload.store.database import SCHEMA, Database, connect, schema_of, wrong_schema

_SKEW: Final = 60.0
"""Seconds between our clock and theirs that are worth a word; Amazon refuses signatures at 300."""
_WORST_SKEW: Final = 300.0
_LITTLE_ROOM: Final = 1_000_000_000
_NO_ROOM: Final = 100_000_000
_PATIENCE: Final = 10.0
"""Seconds for the public pages, and for a clock."""


@dataclass(frozen=True)
class _Signs:
    """How a provider signs and what it wants in SPF, as its pages on domains say."""

    selectors: tuple[str, ...] = ()
    """Its usual ones; empty where each account has its own."""
    include: str = ""
    own_envelope: bool = True
    """Bounces go to a domain of the provider's, or one that it sets up below ours."""


_SIGNS: Final[Mapping[Provider, _Signs]] = {
    "outbox": _Signs(own_envelope=False),
    "smtp": _Signs(own_envelope=False),
    "ses": _Signs(include="amazonses.com"),
    "sendgrid": _Signs(("s1", "s2"), "sendgrid.net"),
    "resend": _Signs(("resend",)),
    "postmark": _Signs(("pm",)),
    "mailgun": _Signs(("mailo", "k1", "mx", "smtp", "pic", "email"), "mailgun.org"),
    "mailchimp": _Signs(("k2", "k3", "k1")),
    "action_network": _Signs(),
    "everyaction": _Signs(),
}
_CLOCKS: Final[Mapping[Provider, str]] = {
    "sendgrid": "https://api.sendgrid.com",
    "mailgun": "https://api.mailgun.net",
    "ses": "https://email.us-east-1.amazonaws.com",
}
"""Where the settings' BASE_URL names nothing."""


@dataclass(frozen=True)
class Examined:
    """What was looked at together: the newsroom, an account, a newsletter's domain."""

    about: str
    checks: tuple[Check, ...]


def examine(library: Library, newsletters: Sequence[str], dns: Dns | None = None) -> Iterator[Examined]:
    """Everything the newsletters need, one after the other; InvalidInput for files that cannot be read."""
    settings, network = library.settings or Settings(), library.network
    resolver = dns or Dns(settings.dns_server)
    yield Examined("newsroom", (*check_database(library.root, settings), check_disk(library.root)))
    yield Examined("public pages", (check_public(resolver, network.public_url),))
    accounts: dict[str, Account] = {}
    done: set[tuple[str, ...]] = set()
    for name in newsletters:
        newsletter = library.newsletter(name)[1]
        try:
            account = account_for(settings, network, newsletter)
        except InvalidInput as error:
            checks = [Check("settings", "error", found.message, found.hint) for found in error.findings]
            yield Examined(f"account of {name}", tuple(checks))
            continue
        if account.name not in accounts:
            accounts[account.name] = account
            yield Examined(f"account {account.name}", tuple(_account(account)))
        reply = (newsletter.reply_to or newsletter.sender).email
        replies = (("replies", reply), ("unsubscribe requests", network.unsubscribe_email))
        about = (account.name, newsletter.sender.email, *(address for _, address in replies))
        if about not in done:
            done.add(about)
            checks = _domain(resolver, network, account, newsletter.sender.email, replies)
            yield Examined(f"mail of {name}", tuple(checks))


def _account(account: Account) -> Iterator[Check]:
    yield Check("settings", "ok", "complete")
    if not capabilities_of(account.provider).delivers:
        remedy = "set LPDOWNLOAD_PROVIDER, or an account in network.yaml, before a real send"
        yield Check("delivery", "warning", "nothing leaves this machine", remedy)
    yield from check_account(account)
    address = getattr(account.settings, "base_url", None) or _CLOCKS.get(account.provider)
    if isinstance(address, str):
        yield clock_of(address)


def _domain(
    dns: Dns, network: Network, account: Account, sender: str, replies: Sequence[tuple[str, str]]
) -> list[Check]:
    signs = _SIGNS[account.provider]
    written = network.accounts.get(account.name)
    named = written.dkim_selectors if written else ()
    checks: list[Check] = []
    try:
        domain = _domain_of(sender)
        policy, why = find_policy(dns, domain)
    except BadMailbox:
        return [Check("sender", "error", "no mail address", "correct sender in newsletter.yaml")]
    except DnsUnknown as error:
        policy, why = None, ""
        checks.append(
            Check(f"DMARC of {domain}", "unknown", str(error), "try again where there is a network")
        )
    else:
        checks.append(check_dmarc(domain, policy, why))
    above = policy.organisation if policy else domain
    signing = check_dkim(dns, domain, above, named or signs.selectors, certain=bool(named))
    checks += [
        check_spf(dns, domain, needed=not signs.own_envelope, include=signs.include),
        *signing.checks,
        check_alignment(domain, policy, signing),
        *(check_mail_exchange(dns, _domain_of(address), use) for use, address in replies),
    ]
    if capabilities_of(account.provider).delivers:
        return checks
    return [replace(check, state="warning") if check.state == "error" else check for check in checks]


def _domain_of(address: str) -> str:
    return Mailbox("", address).wire_address.rpartition("@")[2].lower()


def check_database(root: Path, settings: Settings) -> Iterator[Check]:
    """Whether it opens, has the schema, and can be written to."""
    url = settings.database_url.get_secret_value() if settings.database_url else None
    if url is None and not (root / "lpdownload.db").exists():
        yield Check("database", "ok", "none yet: the first command that needs it makes it")
        return
    try:
        with connect(root, url) as database:
            yield _schema(database)
            with database.writing():
                pass
            yield Check("database", "ok", f"{database.shown} can be written to")
    except InvalidInput as error:
        for finding in error.findings:
            yield Check("database", "error", finding.message, finding.hint)


def _schema(database: Database) -> Check:
    found = schema_of(database)
    if found in {SCHEMA, None}:
        return Check("schema", "ok", found or "none yet: the first command that needs it makes its tables")
    finding = wrong_schema(database, str(found))
    return Check("schema", "error", finding.message, finding.hint)


def check_disk(folder: Path) -> Check:
    return room(shutil.disk_usage(folder).free)


def room(free: int) -> Check:
    """What so many free bytes on the newsroom's disk mean."""
    says = f"{free / 1e9:,.1f} GB free"
    if free < _NO_ROOM:
        return Check("disk", "error", says, "make room: a full disk stops a send in its middle")
    if free < _LITTLE_ROOM:
        return Check("disk", "warning", says, "make room")
    return Check("disk", "ok", says)


def check_public(dns: Dns, public_url: str) -> Check:
    """Whether the address that one-click unsubscribing stands on answers over HTTPS, with a trusted name."""
    what, parts = "one-click address", urlsplit(public_url)
    host, port = parts.hostname or "", parts.port or 443
    if parts.scheme != "https":
        return Check(what, "error", f"{public_url} is not https", "mail programs want https: set public_url")
    try:
        addresses = dns.addresses(host)
    except DnsUnknown as error:
        return Check(what, "unknown", str(error), "try again where there is a network")
    if not addresses:
        return Check(what, "error", f"there is no {host}", "set public_url, or make its DNS record")
    context = ssl.create_default_context()
    try:
        with (
            socket.create_connection((addresses[0], port), _PATIENCE) as plain,
            context.wrap_socket(plain, server_hostname=host),
        ):
            return Check(what, "ok", f"{host} answers over HTTPS")
    except ssl.SSLCertVerificationError as error:
        says = f"the certificate of {host} is not accepted: {error.verify_message}"
        return Check(what, "error", says, "renew it, or have it made out to this name")
    except (OSError, ValueError):
        says = f"{host} does not answer over HTTPS"
        return Check(what, "error", says, "start the public pages: without them nobody can unsubscribe")


def clock_of(address: str, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> Check:
    """Our clock beside that of the service at ``address``, which gets no credentials."""
    caller = Caller(address, headers={}, at_once=1, total_seconds=_PATIENCE)
    try:
        found = caller.call("HEAD", "/", idempotent=True)
    finally:
        caller.close()
    return compare_clocks(found.headers.get("date", ""), now())


def compare_clocks(date: str, now: datetime) -> Check:
    """``date`` is an HTTP Date header."""
    try:
        theirs = parsedate_to_datetime(date)
        apart = (now - (theirs if theirs.tzinfo else theirs.replace(tzinfo=UTC))).total_seconds()
    except ValueError:
        return Check("clock", "unknown", "the service does not say what time it is")
    says = f"{abs(apart):,.0f} seconds {'ahead of' if apart > 0 else 'behind'} the service's"
    if abs(apart) >= _WORST_SKEW:
        return Check("clock", "error", says, "set it by NTP: signatures and times of sending go wrong")
    if abs(apart) >= _SKEW:
        return Check("clock", "warning", says, "set it by NTP")
    return Check("clock", "ok", "as the service's")
