"""The mail clients that can be simulated, each with how far to trust the picture."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

from lpdownload.check.clients.gmail_imap import gmail_imap
from lpdownload.check.clients.gmail_web import gmail_web
from lpdownload.check.clients.log import Log
from lpdownload.check.clients.markup import Token
from lpdownload.check.clients.outlook_app import outlook_app
from lpdownload.check.clients.outlook_word import outlook_word

Fidelity: TypeAlias = Literal["exact", "good", "approximate", "typical"]
"""exact: the same code reaches the same engine; good: as documented; approximate: the code path, not the
pixels; typical: one of several ways that such programs have."""


@dataclass(frozen=True, slots=True)
class Client:
    """``note`` says in a sentence what is simulated, and what is not."""

    name: str
    title: str
    fidelity: Fidelity
    note: str
    view: Callable[[Sequence[Token], Log], list[Token]]
    dark: Literal["authored", "ignored", "recoloured"]
    """What it does on a dark screen: shows the mail's own dark design, stays light, or turns the colours and
    applies the mail's rules to that."""
    dark_note: str = ""
    is_boxed: bool = True
    """Whether it shows the mail's body as a box within a page of its own."""


def _as_sent(pieces: Sequence[Token], log: Log) -> list[Token]:  # noqa: ARG001
    return [*pieces]


_CLIENTS: Final = (
    Client(
        "apple-mail",
        "Apple Mail",
        "exact",
        "The mail as sent, in a browser's engine: so in Apple Mail, Thunderbird and Samsung Email. It forces"
        " nothing on a mail with a dark design: “forced” shows here what other programs do to it.",
        _as_sent,
        "authored",
        is_boxed=False,
    ),
    Client(
        "gmail-web",
        "Gmail",
        "good",
        "Gmail on the web and its apps with a Google account: 16 KB of CSS, in the head, without what its"
        " sanitiser is known to take away. On a dark screen the web shows it in light, the apps force it.",
        gmail_web,
        "ignored",
        "Gmail on the web shows mails in light; its apps force them, which is the mode “forced”",
    ),
    Client(
        "gmail-imap",
        "Gmail app with another provider's account",
        "exact",
        "No style element at all: no layout for phones, no dark design, only what is on the elements.",
        gmail_imap,
        "ignored",
        "without style elements there is no dark design; the app forces its own, which is the mode “forced”",
    ),
    Client(
        "outlook-word",
        "Outlook on Windows (Word)",
        "approximate",
        "The code path of Outlook 2016 to 2024: its conditional comments opened, the CSS that Word does not"
        " know gone, VML as a dashed box. Word's own line heights, fonts and table widths are not shown.",
        outlook_word,
        "ignored",
        "Word reads no media query; with a black theme Outlook forces mails, which is near the mode “forced”",
        is_boxed=False,
    ),
    Client(
        "outlook-app",
        "Outlook (web, new, phone)",
        "typical",
        "Microsoft's sanitiser in a browser's engine. On a dark screen it turns the colours and applies the"
        " mail's rules for [data-ogsc] and [data-ogsb].",
        outlook_app,
        "recoloured",
    ),
)
CLIENTS: Final = {client.name: client for client in _CLIENTS}
