"""Before people are mailed: the question that somebody at the terminal answers, and a dry run's report."""

import sys
from collections.abc import Iterable
from typing import TYPE_CHECKING

import typer

from lpdownload.cli import console

if TYPE_CHECKING:
    from lpdownload.audience.audience import Audience
    from lpdownload.delivery.approval import Digests
    from lpdownload.delivery.gate import Order
    from lpdownload.errors import Finding
    from lpdownload.model.issue import Issue
    from lpdownload.providers.base import Capabilities


def is_asked(*, is_later: bool) -> bool:
    """Whether somebody sits at the terminal. Where nobody does, only a send for later goes on: it can still
    be cancelled.
    """
    if sys.stdin.isatty():
        return True
    if not is_later:
        console.note("This mails people. Look at it with --dry-run; --yes sends it.")
        raise typer.Exit(2)
    return False


def agree(lines: Iterable[tuple[str, str]], findings: "Iterable[Finding]", people: int) -> None:
    """Shows what is about to happen, and asks to type how many people it goes to."""
    for name, says in lines:
        console.note(f"{name:<9} {says}")
    console.print_findings(findings, stderr=True)
    typed = typer.prompt("Type the number of people to send it", err=True)
    if str(typed).replace(",", "").strip() != str(people):
        console.note("That is not the number; nothing was sent.")
        raise typer.Exit(console.EXIT_FINDINGS)


def dry_run_row(
    order: "Order",
    capabilities: "Capabilities",
    issue: "Issue",
    audience: "Audience",
    digests: "Digests",
    findings: "Iterable[Finding]",
) -> dict[str, object]:
    """What every dry run reports as JSON."""
    found = list(findings)
    return {
        "dry_run": True,
        "issue": order.key,
        "account": order.account.name,
        "provider": order.account.provider,
        "delivers": capabilities.delivers,
        "starts_at": f"{order.starts_at:%Y-%m-%dT%H:%M:%SZ}",
        "sender": issue.sender.email,
        "segment": audience.segment or None,
        "counts": {
            "candidates": audience.candidates,
            "planned": audience.included,
            "excluded": audience.excluded,
        },
        "content_digest": digests.content,
        "audience_digest": digests.audience,
        "would_send": not any(finding.severity == "error" for finding in found),
        "findings": [console.finding_row(finding) for finding in found],
    }
