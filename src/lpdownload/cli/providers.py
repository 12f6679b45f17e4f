"""`lpdownload providers`: what each can carry, and whether it takes our credentials."""

from typing import TYPE_CHECKING, Annotated

import typer

from lpdownload.cli import console, issues
from lpdownload.errors import InvalidInput

if TYPE_CHECKING:
    from lpdownload.model.network import Network
    from lpdownload.settings import Settings

app = typer.Typer(help="Mail services, and accounts with them.", no_args_is_help=True)

NameArgument = Annotated[
    str | None,
    typer.Argument(
        metavar="[NAME]", help="A service or an account of network.yaml; LPDOWNLOAD_PROVIDER if not given."
    ),
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print the report as JSON.")]


@app.command("list")
def list_providers(as_json: JsonOption = False) -> None:
    """List mail services and accounts: what each can carry, and whether its settings are complete."""
    from lpdownload.providers.account import known_accounts, no_account, unknown_variables
    from lpdownload.providers.matrix import COLUMNS, cells, row

    settings, network = _newsroom()
    accounts = known_accounts(network)
    ready = {name: _is_configured(settings, network, name) for name in accounts}
    if as_json:
        console.print_json(
            [
                {
                    "name": name,
                    **row(provider),
                    "configured": ready[name],
                    "chosen": name == settings.provider,
                }
                for name, provider in accounts.items()
            ]
        )
    else:
        columns = [console.Column(title) for title in ("Name", *COLUMNS, "Set up")]
        rows = [
            (
                f"{name} *" if name == settings.provider else name,
                *cells(provider),
                "yes" if ready[name] else "no",
            )
            for name, provider in accounts.items()
        ]
        console.print_table(columns, rows)
        console.say(
            "\n* is LPDOWNLOAD_PROVIDER: mails go out through it"
            + (
                ", whatever a newsletter names."
                if settings.stays_here
                else " where a newsletter names no account."
            )
        )
    chosen = [] if settings.provider in accounts else [no_account(settings.provider, accounts)]
    console.print_findings([*chosen, *unknown_variables(settings, network)], stderr=True)


@app.command("check")
def check_provider(name: NameArgument = None, as_json: JsonOption = False) -> None:
    """Test a mail service's settings and credentials without sending; exit code 1 unless all is well."""
    from lpdownload.providers.account import account_named
    from lpdownload.providers.registry import check_account

    settings, network = _newsroom()
    account = account_named(settings, network, name or settings.provider)
    checks = check_account(account)
    if as_json:
        rows = [
            {"what": check.what, "state": check.state, "says": check.says, "remedy": check.remedy}
            for check in checks
        ]
        console.print_json({"account": account.name, "provider": account.provider, "checks": rows})
    else:
        console.print_checks(checks)
    if any(check.state in {"error", "unknown"} for check in checks):
        raise typer.Exit(console.EXIT_FINDINGS)


def _newsroom() -> "tuple[Settings, Network | None]":
    """Outside of a newsroom there are the services all the same, by the environment's settings."""
    from lpdownload.settings import Settings, load_settings

    try:
        library = issues.open_library([])
    except InvalidInput as error:
        if not all(finding.rule == "no-newsroom" for finding in error.findings):
            raise
        return load_settings(None), None
    return library.settings or Settings(), library.network


def _is_configured(settings: "Settings", network: "Network | None", name: str) -> bool:
    from lpdownload.providers.account import account_named

    try:
        account_named(settings, network, name)
    except InvalidInput:
        return False
    return True
