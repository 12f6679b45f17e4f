"""`lpdownload doctor`: whether everything is in place for an issue to reach its readers."""

from typing import Annotated

import typer

from lpdownload.cli import console, issues
from lpdownload.cli.people import JsonOption
from lpdownload.errors import Finding, InvalidInput

NewsletterOption = Annotated[
    list[str] | None,
    typer.Option("--newsletter", "-n", metavar="NEWSLETTER", help="Folder name; may be repeated."),
]


def doctor(newsletter: NewsletterOption = None, as_json: JsonOption = False) -> None:
    """Look at settings, credentials, DNS, clock, database, disk; send nothing. Exit code 1 if any is bad."""
    from lpdownload.delivery.doctor import examine

    library = issues.open_library([])
    names = newsletter or list(library.newsletter_names)
    if unknown := [name for name in names if name not in library.newsletter_names]:
        hint = f"there are {', '.join(library.newsletter_names)}"
        raise InvalidInput(
            [Finding("unknown-newsletter", f"there is no newsletter {name}", hint) for name in unknown]
        )
    found = []
    for examined in examine(library, names):
        found.append(examined)
        if not as_json:
            console.say(examined.about)
            console.print_checks(examined.checks)
    states = [check.state for examined in found for check in examined.checks]
    if as_json:
        checks = [
            {
                "about": examined.about,
                "what": check.what,
                "state": check.state,
                "says": check.says,
                "remedy": check.remedy,
            }
            for examined in found
            for check in examined.checks
        ]
        counts = {"errors": states.count("error"), "unknown": states.count("unknown")}
        console.print_json({**counts, "checks": checks})
    if not all(examined.well for examined in found):
        raise typer.Exit(console.EXIT_FINDINGS)
