"""The mail programs that a newsroom may say it cares for, by names of our own."""

from typing import Final, Literal, TypeAlias

MailClient: TypeAlias = Literal[
    "gmail",
    "apple-mail",
    "outlook-windows",
    "outlook-mac",
    "outlook-web",
    "outlook-mobile",
    "yahoo",
    "aol",
    "samsung-email",
    "thunderbird",
    "proton-mail",
    "fastmail",
    "hey",
    "gmx",
    "web-de",
    "mail-ru",
    "orange",
    "sfr",
]
"""``gmail`` is the website and both apps; ``outlook-windows`` the program with Word's engine; ``outlook-web``
Outlook.com and the new Outlook."""

DEFAULT_CLIENTS: Final[tuple[MailClient, ...]] = (
    "gmail",
    "apple-mail",
    "outlook-windows",
    "outlook-web",
    "outlook-mobile",
    "yahoo",
)
