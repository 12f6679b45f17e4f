"""Whether the domain a newsletter comes from is set up so that its mail is believed."""

from collections.abc import Sequence
from ipaddress import ip_address
from typing import Final
from urllib.parse import urlsplit

from lpdownload.content.library import Library
from lpdownload.errors import Finding
from lpdownload.model.issue import Issue
from lpdownload.providers.registry import Account
from lpdownload.settings import Settings

_ADDRESSES: Final = ("host", "base_url", "endpoint_url")
"""The settings of providers that say where they are."""


def identity_findings(library: Library, issue: Issue, account: Account) -> Sequence[Finding]:
    """Errors where the domain's own records say that the mail will be refused; warnings where nobody knows.

    None for a service on this machine: that is somebody trying things out, or a relay of theirs.
    """
    if is_here(account):
        return ()
    from lpdownload.delivery.doctor_dns import Dns  # 50 ms that a try-out does not need
    from lpdownload.delivery.doctor_mail import check_domain

    settings = library.settings or Settings()
    checks = check_domain(Dns(settings.dns_server), library.network, account, issue.sender.email)
    return [
        Finding(
            "identity",
            f"{check.what}: {check.says}",
            check.remedy or f"lpdownload doctor --newsletter {issue.newsletter_name}",
            "error" if check.state == "error" else "warning",
        )
        for check in checks
        if check.state in {"error", "unknown"}
    ]


def is_here(account: Account) -> bool:
    """Whether the account's service listens on this very machine."""
    for name in _ADDRESSES:
        address = getattr(account.settings, name, None)
        if isinstance(address, str):
            host = (urlsplit(address).hostname if "://" in address else address) or ""
            try:
                return ip_address(host.strip("[]")).is_loopback
            except ValueError:
                return host == "localhost"
    return False
