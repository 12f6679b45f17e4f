"""`lpdownload preview`: issues in the browser, live while they are written."""

from typing import Annotated

import typer

from lpdownload.cli import console, issues
from lpdownload.errors import Finding, InvalidInput


def preview(
    issue: Annotated[
        str | None,
        typer.Argument(help="NEWSLETTER/ISSUE such as lpny/2024-09, a newsletter, a file or a folder."),
    ] = None,
    port: Annotated[int, typer.Option(min=0, max=65_535, help="Port to listen on; 0 for any.")] = 8425,
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    no_open: Annotated[bool, typer.Option("--no-open", help="Do not open the browser.")] = False,
) -> None:
    """Show issues in the browser as their readers will see them, and what is wrong with them; live."""
    _require_extra()
    library = issues.open_library([issue] if issue else [])
    keys = issues.chosen(library, [issue], everything=False) if issue else []
    path = keys[0] if len(keys) == 1 else issue.rstrip("/") if issue in library.newsletter_names else ""

    from lpdownload.preview.safety import is_loopback
    from lpdownload.preview.serve import address_of, listening, serve

    with listening(host, port) as made:
        address = address_of(host, made, path)
        console.say(f"Preview: {address}")
        if not is_loopback(host):
            console.note("Whoever reaches this machine can read what is not yet published, and send tests.")
        console.note("Ctrl-C ends it.")
        from lpdownload.preview.session import Session

        session = Session(library)
        for key in keys if len(keys) == 1 else ():
            session.open(key)
        try:
            serve(session, made, host, lambda: None if no_open else _open(address))
        except KeyboardInterrupt:
            raise typer.Exit(console.EXIT_INTERRUPTED) from None


def _require_extra() -> None:
    from importlib.util import find_spec

    if missing := [name for name in ("starlette", "uvicorn", "watchfiles") if find_spec(name) is None]:
        message = f"the preview needs {', '.join(missing)}"
        raise InvalidInput([Finding("missing-extra", message, "pip install 'lpdownload[preview]'")])


def _open(address: str) -> None:
    """In the background, and only where there is a screen: a browser of the terminal would take it over."""
    import os
    import sys
    import threading
    import webbrowser

    if sys.platform == "darwin" or {"DISPLAY", "WAYLAND_DISPLAY"} & os.environ.keys():
        threading.Thread(target=webbrowser.open, args=(address,), daemon=True).start()
