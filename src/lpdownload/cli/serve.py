"""`lpdownload serve`: the public pages, for readers and for mail services' reports."""

from typing import Annotated

import typer

from lpdownload.cli import console, issues
from lpdownload.cli.people import open_store
from lpdownload.errors import Finding, InvalidInput


def serve(
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65_535, help="Port to listen on; 0 for any.")] = 8080,
) -> None:
    """Answer readers who leave, choose or join, and the reports of mail services.

    Behind a proxy that speaks HTTPS and passes the Host on. /healthz and /readyz say how it is.
    """
    _require_extra()
    library = issues.open_library([])
    settings = library.settings
    assert settings is not None  # open_library reads them

    from lpdownload.web.serve import address_of, listening
    from lpdownload.web.serve import serve as run

    with listening(host, port) as made, open_store(library) as database:

        def started() -> None:
            console.say(f"Public pages: {address_of(host, made)}, for {library.network.public_url}")
            console.note("Ctrl-C ends it, after what it is answering.")

        try:
            run(library, database, settings, made, started)
        except KeyboardInterrupt:
            raise typer.Exit(console.EXIT_INTERRUPTED) from None


def _require_extra() -> None:
    from importlib.util import find_spec

    names = {"limits": "", "prometheus_client": "prometheus-client", "python_multipart": "python-multipart"}
    names |= {"starlette": "", "uvicorn": ""}
    if missing := [words or name for name, words in names.items() if find_spec(name) is None]:
        message = f"the public pages need {', '.join(missing)}"
        raise InvalidInput([Finding("missing-extra", message, "pip install 'lpdownload[web]'")])
