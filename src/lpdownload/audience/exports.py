"""The exports of other services, known by their headers: what each column is, and what it says about consent.

Column names are compared without case, spaces and punctuation (``plain_name``). The sources of each table
stand above it. Where a service says a word we do not know, nobody is taken to have asked for mail.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, Literal, TypeAlias
from unicodedata import normalize

from lpdownload.model.subscriber import ATTRIBUTES

RowState: TypeAlias = Literal["active", "unsubscribed", "bounced", "complained", "pending", "not_subscribed"]

ListForm: TypeAlias = Literal["any", "commas", "quoted", "ours"]
"""How a cell holds a list: between any of , ; |, between commas, as ``"a","b"``, between semicolons."""


@dataclass(frozen=True)
class Sign:
    """What a column says about the subscription.

    status  a word: see ``words``; ``otherwise`` where it is empty
    since   a moment at which the person came to ``state``; empty says nothing
    true    yes, or anything but no, says ``state``
    false   no, or nothing, says ``state``
    asked   the moment at which the person asked for mail
    proof   what shows it, as the address of a machine
    """

    kind: Literal["status", "since", "true", "false", "asked", "proof"]
    state: RowState = "active"
    words: Mapping[str, RowState] = field(default_factory=dict)
    otherwise: RowState | None = None


@dataclass(frozen=True)
class Export:
    """How a service exports its list."""

    name: str
    fields: Mapping[str, str] = field(default_factory=dict)
    """Attributes by the column's plain name."""
    signs: Mapping[str, Sign] = field(default_factory=dict)
    state: RowState = "active"
    """Of everybody in the file whose columns do not say otherwise."""
    us_dates: bool = False
    """Whether 03/04/2024 is 4 March."""
    lists: ListForm = "any"


def plain_name(header: str) -> str:
    """``E-mail Address`` as ``emailaddress``."""
    return "".join(char for char in normalize("NFKC", header).casefold() if char.isalnum())


_STATUSES: Final[tuple[tuple[RowState, str], ...]] = (
    ("active", "subscribed active confirmed optedin optin enabled sendable yes y true 1 on s"),
    (
        "unsubscribed",
        "unsubscribed unsubscribe unsub optedout optout removed suppressed blocklisted blacklisted "
        "donotemail donotcontact no n false 0 off u",
    ),
    (
        "bounced",
        "bounced bouncing bounce bouncingemail cleaned hardbounce hardbounced invalid undeliverable",
    ),
    (
        "complained",
        "complained complaint complaints spam spamcomplaint spamcomplaints markedasspam abuse",
    ),
    ("pending", "pending unconfirmed awaitingconfirmation optinpending"),
    (
        "not_subscribed",
        "notsubscribed nonsubscribed neversubscribed never neutral none transactional archived",
    ),
)
WORDS: Final[Mapping[str, RowState]] = {word: state for state, said in _STATUSES for word in said.split()}
"""What status columns say, by the word's plain name."""

_STATUS: Final = Sign("status", words=WORDS)
_VENDOR_STATUS: Final = Sign("status", words=WORDS, otherwise="not_subscribed")
_ASKED: Final = Sign("asked")
_PROOF: Final = Sign("proof")


def _named(table: Mapping[str, Sign]) -> dict[str, Sign]:
    return {plain_name(header): sign for header, sign in table.items()}


SIGNS: Final = _named(
    {
        "status": _STATUS,
        "subscription status": _STATUS,
        "subscription state": _STATUS,
        "subscriber status": _STATUS,
        "email status": _STATUS,
        "email subscription status": _STATUS,
        "list status": _STATUS,
        "unsubscribed": Sign("true", "unsubscribed"),
        "opted out": Sign("true", "unsubscribed"),
        "opt out": Sign("true", "unsubscribed"),
        "email opt out": Sign("true", "unsubscribed"),
        "do not email": Sign("true", "unsubscribed"),
        "do not contact": Sign("true", "unsubscribed"),
        "bounced": Sign("true", "bounced"),
        "unsubscribed at": Sign("since", "unsubscribed"),
        "unsubscribe time": Sign("since", "unsubscribed"),
        "unsubscribe date": Sign("since", "unsubscribed"),
        "subscribed": Sign("false", "not_subscribed"),
        "opted in": Sign("false", "not_subscribed"),
        "opt in": Sign("false", "not_subscribed"),
        "email opt in": Sign("false", "not_subscribed"),
        "consent at": _ASKED,
        "consent time": _ASKED,
        "consent date": _ASKED,
        "opt in time": _ASKED,
        "opt in date": _ASKED,
        "subscribed at": _ASKED,
        "subscription date": _ASKED,
        "signup date": _ASKED,
        "consent proof": _PROOF,
        "opt in ip": _PROOF,
        "signup ip": _PROOF,
    }
)
"""Columns of any file that say something about the subscription."""

ALIASES: Final[Mapping[str, str]] = {
    plain_name(header): attribute
    for attribute, headers in {
        "email": "e-mail, email address, preferred email, primary email, contact email, mail, email1",
        "first_name": "first, given name, forename, fname",
        "last_name": "last, surname, family name, lname",
        "language": "lang, preferred language, locale",
        "timezone": "tz",
        "state": "us state, state abbreviation, state code, state province, primary state",
        "chapter": "state chapter",
        "office": "office held, office type, elected office",
        "jurisdiction": "municipality",
        "caucuses": "caucus",
        "committees": "committee",
        "interests": "interest, issue areas",
        "tags": "tag, tag list, tag names, labels",
        "member_since": "membership started at, joined, join date, member start date",
        "term_end": "term ends, end of term, term expires, term end date",
    }.items()
    for header in headers.split(", ")
}
"""Other names of the built-in attributes; where a file has several, the first here is taken."""

# https://mailchimp.com/help/view-export-contacts/ ("About your export file"): one file each for subscribed,
# unsubscribed, cleaned and nonsubscribed contacts. An audience's own fields come first, then MEMBER_RATING
# and the fields below; times are UTC as 2013-06-25 17:38:27; TAGS is "a","b".
_MAILCHIMP: Final = Export(
    "Mailchimp: subscribed members",
    fields={"emailaddress": "email", "tags": "tags", "timezone": "timezone"},
    signs=_named(
        {
            "OPTIN_TIME": _ASKED,
            "CONFIRM_TIME": _ASKED,
            "OPTIN_IP": _PROOF,
            "CONFIRM_IP": _PROOF,
            "UNSUB_TIME": Sign("since", "unsubscribed"),
            "CLEAN_TIME": Sign("since", "bounced"),
        }
    ),
    lists="quoted",
)

# https://help.actionnetwork.org/hc/en-us/articles/203850675 (subscribed, unsubscribed, bouncing, spam
# complaint); columns as in the report exports that SURJ Bay Area's scripts read: uuid, email, first_name,
# last_name, zip_code, can2_user_city, can2_state_abbreviated, can2_county, can2_phone, can2_sms_status,
# can2_user_tags ("a, b"), can2_subscription_status, can2_subscription_date.
_ACTION_NETWORK: Final = Export(
    "Action Network",
    fields={
        plain_name(header): attribute
        for header, attribute in {
            "can2_user_tags": "tags",
            "can2_state_abbreviated": "state",
            "can2_user_state": "state",
            "can2_language": "language",
        }.items()
    },
    signs=_named({"can2_subscription_status": _VENDOR_STATUS, "can2_subscription_date": _ASKED}),
    us_dates=True,
    lists="commas",
)

# Email Subscription Status says Subscribed, Unsubscribed, Not Subscribed (https://github.com/egnor/rcv, its
# nb_to_ea), or S, U and nothing (SURJ Bay Area's scripts). The names near it are guesses: a status that is
# overlooked would make a subscriber of everybody.
_EVERYACTION: Final = Export(
    "EveryAction",
    fields={"preferredemail": "email"},
    signs=_named(
        {
            "Email Subscription Status": _VENDOR_STATUS,
            "Email Subscription Status Name": _VENDOR_STATUS,
            "Email Subscription": _VENDOR_STATUS,
            "Subscription Status": _VENDOR_STATUS,
        }
    ),
    us_dates=True,
)

# https://nationbuilder.com/what_fields_are_available_for_imports (dates are MM/DD/YYYY, tag_list has commas),
# exported columns email1_is_bad, email_opt_in, do_not_contact: https://github.com/egnor/rcv (nb_to_ea).
_NATIONBUILDER: Final = Export(
    "NationBuilder",
    fields={
        plain_name(header): attribute
        for header, attribute in {
            "email": "email",
            "email1": "email",
            "tag_list": "tags",
            "primary_state": "state",
            "membership_started_at": "member_since",
        }.items()
    },
    signs=_named(
        {
            "email_opt_in": Sign("false", "not_subscribed"),
            "unsubscribed_at": Sign("since", "unsubscribed"),
            "do_not_contact": Sign("true", "unsubscribed"),
            "email1_is_bad": Sign("true", "bounced"),
            "email_is_bad": Sign("true", "bounced"),
        }
    ),
    us_dates=True,
    lists="commas",
)

# audience/export.py: that of a newsletter says each person's state; that of everybody names several
# newsletters, and who gets one of them did not ask for another.
_OURS: Final = Export("lpdownload: an export", signs=_named({"subscription": _VENDOR_STATUS}), lists="ours")
_OURS_OF_ALL: Final = Export(
    "lpdownload: an export of everybody, which subscribes nobody",
    signs=_named({"subscribed": Sign("false", "not_subscribed")}),
    state="not_subscribed",
    lists="ours",
)
_ANY: Final = Export("a CSV file")


def recognise(header: Sequence[str], file_name: str = "") -> Export:
    """Whose export it is, by its header; Mailchimp's nonsubscribed contacts only the file's name tells."""
    names = [plain_name(column) for column in header]
    if "nationbuilderid" in names:
        return _NATIONBUILDER
    if any(name.startswith("can2") for name in names):
        return _ACTION_NETWORK
    if "vanid" in names:
        return _EVERYACTION
    if (
        "memberrating" in names
        or {"leid", "euid"} <= set(names)
        or {"optintime", "confirmtime"} <= set(names)
    ):
        return _mailchimp(names, file_name)
    if set(ATTRIBUTES) <= set(header):
        return _OURS_OF_ALL if "subscribed" in names else _OURS
    return _ANY


def _mailchimp(names: Sequence[str], file_name: str) -> Export:
    kinds: tuple[tuple[str, str, RowState, str], ...] = (
        ("unsubtime", "unsubscribed", "unsubscribed", "unsubscribed"),
        ("cleantime", "cleaned", "bounced", "cleaned"),
        ("", "nonsubscribed", "not_subscribed", "non-subscribed"),
    )
    for column, file_prefix, state, kind in kinds:
        if _is_mailchimps_own(names, column) or file_name.lower().startswith(file_prefix):
            return Export(
                f"Mailchimp: {kind} members",
                _MAILCHIMP.fields,
                _MAILCHIMP.signs,
                state,
                lists=_MAILCHIMP.lists,
            )
    return _MAILCHIMP


def _is_mailchimps_own(names: Collection[str], column: str) -> bool:
    """Before MEMBER_RATING stand an audience's own fields: somebody may have imported an UNSUB_TIME there."""
    listed = list(names)
    if column not in listed:
        return False
    last = len(listed) - 1 - listed[::-1].index(column)
    return "memberrating" not in listed or last > listed.index("memberrating")
