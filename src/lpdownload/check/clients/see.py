"""A mail as a mail client shows it: a pure function from HTML to HTML, with a log of what was taken away."""

from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

from lpdownload.check.clients.images import without_images
from lpdownload.check.clients.inversion import inverted
from lpdownload.check.clients.log import Log, Taken
from lpdownload.check.clients.markup import Token, joined, tokens
from lpdownload.check.clients.modes import has_dark, in_scheme, says_dark
from lpdownload.check.clients.registry import CLIENTS, Client

__all__ = ["CLIENTS", "MODES", "Client", "Mode", "Seen", "Taken", "see"]

Mode: TypeAlias = Literal["light", "dark", "forced"]
"""``dark`` is the mail's own dark design, where the client shows it; ``forced`` the typical inversion of apps
(`inversion`), without the mail's own."""

MODES: Final[tuple[Mode, ...]] = ("light", "dark", "forced")


@dataclass(frozen=True, slots=True)
class Seen:
    """The HTML to show in a browser, and what the client took from the mail."""

    html: str
    taken: tuple[Taken, ...]


def see(html: str, *, client: str = "apple-mail", mode: Mode = "light", images: bool = True) -> Seen:
    """The mail in one of `CLIENTS` and `MODES`; without ``images`` as before the reader allows them.

    The result looks the same on light and dark screens, and ``data-lp`` stays on its elements. Raises
    KeyError for a client that is not known.
    """
    program = CLIENTS[client]
    log = Log()
    sent = tokens(html)
    pieces = _in_mode(program.view(sent, log), sent, program, mode, log)
    if not images:
        pieces = without_images(pieces, log)
    return Seen(joined(pieces), log.taken())


def _in_mode(
    pieces: list[Token], sent: tuple[Token, ...], program: Client, mode: Mode, log: Log
) -> list[Token]:
    recolours = program.dark == "recoloured" and mode != "light"
    if mode == "dark" and program.dark == "ignored" and has_dark(sent):
        log.say("the mail's own dark design: it is shown in light", program.dark_note)
    if mode == "forced" and has_dark(sent):
        log.say("the mail's own dark design", "a program that forces dark does not ask for it")
    canvas_dark = (
        mode == "forced" or recolours or (mode == "dark" and program.dark == "authored" and says_dark(pieces))
    )
    if mode == "forced" or recolours:
        pieces = inverted(pieces, log, marked=program.dark == "recoloured")
    own_dark = mode == "dark" and program.dark != "ignored"
    return in_scheme(pieces, dark=own_dark, canvas_dark=canvas_dark, is_boxed=program.is_boxed)
