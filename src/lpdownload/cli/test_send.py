"""`lpdownload send ISSUE --test-to ADDRESS`: an issue to the newsroom's own people, to try it out."""

from typing import TYPE_CHECKING

import typer

from lpdownload.cli import console, issues
from lpdownload.cli.people import address_given, open_store
from lpdownload.errors import Finding, InvalidInput

if TYPE_CHECKING:
    from lpdownload.delivery.test_send import TestSent


def send_test_to(
    issue: str,
    test_to: list[str],
    *,
    as_: list[str] | None,
    persona: str | None,
    account: str | None,
    force: bool,
    as_json: bool,
) -> None:
    """Mails it to addresses of the seed list, marked [TEST], with links to unsubscribe that lead nowhere."""
    from lpdownload.audience.evaluate import memberships
    from lpdownload.audience.reader import reader_of
    from lpdownload.check.run import check_issue
    from lpdownload.delivery.test_send import only_seeds, send_test
    from lpdownload.providers.account import account_for
    from lpdownload.providers.registry import holds_the_list, open_provider
    from lpdownload.settings import load_settings

    library = issues.open_library([issue])
    key = issues.one(library, issue)
    addresses = {address.key: address for address in map(address_given, test_to)}
    network = library.network
    settings = library.settings or load_settings(library.root)
    if not force:
        only_seeds(network, tuple(addresses.values()))
    reader = reader_of(network, as_ or [], persona)
    checked = check_issue(library, key, memberships(reader, library.segments) if reader else frozenset())
    if checked.rendering is None or checked.has_errors:
        raise InvalidInput(checked.findings)
    console.print_findings(
        [finding for finding in checked.findings if finding.severity == "warning"], stderr=True
    )
    values = {name: value if isinstance(value, str) else ", ".join(value) for name, value in reader.items()}
    newsletter = library.newsletter(checked.rendering.issue.newsletter_name)[1]
    chosen = account_for(settings, network, newsletter, account)
    if holds_the_list(chosen.provider):
        from lpdownload.cli.campaigns import try_campaign

        if as_ or persona:
            message = (
                "a campaign is filled with what its service knows of each reader, not with a made-up one"
            )
            raise InvalidInput([Finding("made-up-reader", message, "leave --as and --persona out")])
        given = [address.email for address in addresses.values()]
        sent = try_campaign(library, checked.rendering, chosen.name, given, named=account)
        _report(sent, chosen.name, key, as_json)
        return
    provider = open_provider(chosen)
    try:
        with open_store(library) as database:
            sent = send_test(
                checked.rendering,
                provider,
                database,
                account=chosen.name,
                addresses=[address.email for address in addresses.values()],
                reader=values,
            )
    except KeyboardInterrupt:
        console.note("Stopped. What had been handed over may arrive; what had not, has not left.")
        raise
    finally:
        provider.close()
    if not provider.capabilities.delivers:
        console.note(
            "Nothing was sent: the outbox keeps messages as files. LPDOWNLOAD_PROVIDER chooses a provider."
        )
    _report(sent, chosen.name, key, as_json)


def _report(sent: "tuple[TestSent, ...]", account: str, key: str, as_json: bool) -> None:
    from lpdownload.model.delivery import Accepted

    told = [
        (one, one.outcome.provider_id if isinstance(one.outcome, Accepted) else one.outcome.reason)
        for one in sent
    ]
    if as_json:
        rows = [{"address": one.address, "outcome": one.word, "says": says} for one, says in told]
        console.print_json({"issue": key, "account": account, "test": True, "recipients": rows})
    else:
        for one, says in told:
            console.say(f"{one.address}: {one.word.replace('_', ' ')}{f', {says}' if says else ''}")
    if not all(isinstance(one.outcome, Accepted) for one in sent):
        raise typer.Exit(console.EXIT_FINDINGS)
