"""`lpdownload send`: an issue on its way. So far to the newsroom's own people only: --test-to."""

from typing import TYPE_CHECKING, Annotated

import typer

from lpdownload.cli import console, issues
from lpdownload.cli.people import JsonOption, address_given, open_store
from lpdownload.errors import Finding, InvalidInput

if TYPE_CHECKING:
    from lpdownload.delivery.test_send import TestSent
    from lpdownload.model.delivery import Outcome


def send(
    issue: Annotated[str, typer.Argument(help="NEWSLETTER/ISSUE such as lpny/2024-09, or its file.")],
    test_to: Annotated[
        list[str] | None,
        typer.Option(
            "--test-to",
            metavar="ADDRESS",
            help="Mail it to this address of the seed list, to try it out; may be repeated.",
        ),
    ] = None,
    as_: Annotated[
        list[str] | None,
        typer.Option("--as", metavar="KEY=VALUE,…", help="As a reader with these attributes gets it."),
    ] = None,
    persona: Annotated[str | None, typer.Option(help="As a made-up reader of network.yaml gets it.")] = None,
    account: Annotated[
        str | None,
        typer.Option(help="A provider or an account of network.yaml, instead of the newsletter's."),
    ] = None,
    force: Annotated[
        bool, typer.Option("--force", help="Also to addresses that are not on the seed list.")
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Mail an issue to your own people, marked [TEST], with links to unsubscribe that lead nowhere."""
    if not test_to:
        console.note("To whom? Sending to subscribers is not here yet; --test-to ADDRESS tries an issue out.")
        raise typer.Exit(2)
    from lpdownload.audience.evaluate import memberships
    from lpdownload.audience.reader import reader_of
    from lpdownload.check.run import check_issue
    from lpdownload.delivery.test_send import only_seeds, send_test
    from lpdownload.providers.account import account_for
    from lpdownload.providers.registry import open_provider
    from lpdownload.settings import load_settings

    library = issues.open_library([issue])
    keys = issues.chosen(library, [issue], everything=False)
    if len(keys) != 1:
        raise InvalidInput(
            [Finding("one-issue", f"{issue} is {len(keys)} issues, not one", "as in lpny/2024-09")]
        )
    addresses = [address_given(text).email for text in dict.fromkeys(test_to)]
    network = library.network
    settings = library.settings or load_settings(library.root)
    if not force:
        only_seeds(network, addresses)
    reader = reader_of(network, as_ or [], persona)
    checked = check_issue(library, keys[0], memberships(reader, library.segments) if reader else frozenset())
    if checked.rendering is None or checked.has_errors:
        raise InvalidInput(checked.findings)
    console.print_findings(
        [finding for finding in checked.findings if finding.severity == "warning"], stderr=True
    )
    values = {name: value if isinstance(value, str) else ", ".join(value) for name, value in reader.items()}
    newsletter = library.newsletter(checked.rendering.issue.newsletter_name)[1]
    chosen = account_for(settings, network, newsletter, account)
    provider = open_provider(chosen)
    try:
        with open_store(library) as database:
            sent = send_test(
                checked.rendering, provider, database, account=chosen.name, addresses=addresses, reader=values
            )
    finally:
        provider.close()
    if not provider.capabilities.delivers:
        console.note(
            "Nothing was sent: the outbox keeps messages as files. LPDOWNLOAD_PROVIDER chooses a provider."
        )
    _report(sent, chosen.name, keys[0], as_json)


def _report(sent: "tuple[TestSent, ...]", account: str, key: str, as_json: bool) -> None:
    from lpdownload.model.delivery import Accepted

    if as_json:
        rows = [
            {"address": one.address, "outcome": _kind(one.outcome), "says": _says(one.outcome)}
            for one in sent
        ]
        console.print_json({"issue": key, "account": account, "test": True, "recipients": rows})
    else:
        for one in sent:
            says = _says(one.outcome)
            console.say(f"{one.address}: {_kind(one.outcome).replace('_', ' ')}{f', {says}' if says else ''}")
    if not all(isinstance(one.outcome, Accepted) for one in sent):
        raise typer.Exit(console.EXIT_FINDINGS)


def _kind(outcome: "Outcome") -> str:
    return {"InDoubt": "in_doubt"}.get(type(outcome).__name__, type(outcome).__name__.lower())


def _says(outcome: "Outcome") -> str | None:
    from lpdownload.model.delivery import Accepted

    return outcome.provider_id if isinstance(outcome, Accepted) else outcome.reason
