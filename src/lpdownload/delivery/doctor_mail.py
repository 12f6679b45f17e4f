"""The domain a newsletter comes from, beside the account it goes out through, and those that get replies."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

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
from lpdownload.model.mailbox import BadMailbox, Mailbox
from lpdownload.model.network import Network
from lpdownload.providers.base import Check
from lpdownload.providers.registry import Account, capabilities_of
from lpdownload.settings import Provider


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


def check_domain(dns: Dns, network: Network, account: Account, sender: str) -> Sequence[Check]:
    """DMARC, SPF, DKIM and alignment of the domain of an address that ``account`` sends from.

    Where the account sends nothing, what is wrong is a warning.
    """
    domain, signs = domain_of(sender), _SIGNS[account.provider]
    if not domain:
        return [Check("sender", "error", "no mail address", "correct sender in newsletter.yaml")]
    checks: list[Check] = []
    try:
        policy, why = find_policy(dns, domain)
    except DnsUnknown as error:
        policy = None
        remedy = "try again where there is a network"
        checks.append(Check(f"DMARC of {domain}", "unknown", str(error), remedy))
    else:
        checks.append(check_dmarc(domain, policy, why))
    checks.append(check_spf(dns, domain, needed=not signs.own_envelope, include=signs.include))
    capabilities = capabilities_of(account.provider)
    if not capabilities.delivers:
        remedy = (
            "look again with the account that is to send, as in LPDOWNLOAD_PROVIDER=smtp lpdownload doctor"
        )
        checks.append(Check(f"DKIM of {domain}", "unknown", f"{capabilities.title} signs nothing", remedy))
        return [replace(check, state="warning") if check.state == "error" else check for check in checks]
    written = network.accounts.get(account.name)
    named = written.dkim_selectors if written else ()
    above = policy.organisation if policy else domain
    signing = check_dkim(dns, domain, above, named or signs.selectors, certain=bool(named))
    place = f"accounts: {{{account.name}: {{provider: {account.provider}, dkim_selectors: [NAME]}}}}"
    remedy = f"name the keys' selectors in network.yaml, as in {place}"
    checks += [
        check if check.remedy else replace(check, remedy=remedy if check.state != "ok" else "")
        for check in signing.checks
    ]
    return [*checks, check_alignment(domain, policy, signing)]


def check_replies(dns: Dns, uses: Sequence[tuple[str, str]], *, needed: bool) -> Iterator[Check]:
    """``uses``: what for, and the domain. ``needed``: mail goes out, so that some will come back."""
    for use, domain in uses:
        found = check_mail_exchange(dns, domain, use)
        yield found if needed or found.state != "error" else replace(found, state="warning")


def domain_of(address: str) -> str:
    """As the DNS knows it; empty for what is no mail address."""
    try:
        return Mailbox("", address).wire_address.rpartition("@")[2].lower()
    except BadMailbox:
        return ""
