"""A record of a file as a person to import: cleaned, checked, and with what it says about the subscription.

A million rows hold a few thousand different cells, names apart: each column remembers what became of a cell,
so that most of a row is one dictionary look-up per column, done in C.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from operator import getitem, itemgetter
from typing import Final, NamedTuple, TypeAlias

from lpdownload.audience import values
from lpdownload.audience.columns import Column, Plan
from lpdownload.audience.csv_file import Record
from lpdownload.audience.csv_file import Rejected as Rejected
from lpdownload.audience.exports import RowState, Sign, plain_name
from lpdownload.audience.values import Refused
from lpdownload.model.address import BadAddress, address_of
from lpdownload.model.subscriber import ATTRIBUTES, AttributeDeclaration

ORDER: Final = tuple(name for name in ATTRIBUTES if name != "email")
"""The attributes of a row, in the order of store.tables.ATTRIBUTE_COLUMNS."""

_CACHE: Final = 8192
"""Cells a column remembers."""
_CACHED_LENGTH: Final = 100
_NO: Final = frozenset(
    {"", "no", "n", "false", "f", "0", "off", "null", "none", "never", "0000-00-00 00:00:00"}
)
_GUARDED: Final = re.compile("'+[=+@\t\r-]")
_PROOF: Final = re.compile(r"[!-?A-~]{1,60}(?: [!-?A-~]{1,60}){0,5}")
"""No @: nobody's address is a proof."""

# What says stop is obeyed, whichever column says it.
_STRONGER: Final[dict[RowState, int]] = {
    "active": 0,
    "pending": 1,
    "not_subscribed": 2,
    "bounced": 3,
    "unsubscribed": 4,
    "complained": 5,
}


class Row(NamedTuple):
    """A person to import."""

    line: int
    """Of the file, from 1."""
    address_key: str
    email: str
    mailbox_key: str | None
    attributes: tuple[str | None, ...]
    """In ORDER; lists framed by line breaks."""
    own: dict[str, str] | None
    """The newsroom's own attributes that have a value; lists framed."""
    state: RowState
    at: int | None
    """Unix seconds of the consent, or of the end of it, if the file says."""
    proof: str | None
    """As in ``OPTIN_IP 192.0.2.1``."""
    left_out: tuple[str, ...]
    """What was not understood, as in ``office: none of city_council, county``: never the value."""


_Cleaner: TypeAlias = Callable[[str], str | None]


class _Cells(dict[str, str | None]):
    """What becomes of each cell of a column: looking one up cleans it."""

    def __init__(
        self, header: str, clean: _Cleaner, unclear: str, told: list[str], *, longest: int, guarded: bool
    ) -> None:
        super().__init__({"": None})
        self._header = header
        self._clean = clean
        self._unclear = f"{header}: {unclear}"
        self._told = told
        self._longest = longest
        self._guarded = guarded

    def __missing__(self, text: str) -> str | None:
        try:
            plain = values.tidy(_unguarded(text) if self._guarded else text, self._longest)
            cleaned = self._clean(plain) if plain else None
        except Refused as refused:
            raise Refused(f"{self._header}: {refused}") from None
        if cleaned is None and plain:
            self._told.append(self._unclear)
        elif len(text) <= _CACHED_LENGTH:
            if len(self) >= _CACHE:
                self.clear()
                self[""] = None
            self[text] = cleaned
        return cleaned


def _unguarded(text: str) -> str:
    """Without the apostrophe that our export puts before what a spreadsheet would run as a formula."""
    return text[1:] if _GUARDED.match(text) else text


class RowMaker:
    """Makes rows of a file's records, by its plan."""

    def __init__(self, plan: Plan, own: Iterable[AttributeDeclaration] = ()) -> None:
        self._plan = plan
        self._told: list[str] = []
        (email,) = plan.holding("email")
        self._email = email.index
        self._email_header = email.header
        self._guarded = plan.lists == "ours"
        columns = [plan.holding(name) for name in ORDER]
        # Several columns may hold one list; index -1 is a cell that is always empty.
        single = [held[0] if len(held) == 1 else None for held in columns]
        self._pick = itemgetter(*(column.index if column else -1 for column in single))
        self._cells: list[dict[str, str | None]] = [
            self._cells_of(column, ATTRIBUTES[name]) if column else {"": None}
            for column, name in zip(single, ORDER, strict=True)
        ]
        self._several = [
            (place, [(column.index, self._cells_of(column, ATTRIBUTES[name])) for column in held])
            for place, (name, held) in enumerate(zip(ORDER, columns, strict=True))
            if len(held) > 1
        ]
        self._own = [
            (declared.name, [(column.index, self._cells_of(column, declared)) for column in held])
            for declared in own
            if (held := plan.holding(declared.name))
        ]
        self._signs = [(column.index, column.header, column.sign) for column in plan.columns if column.sign]
        self._statuses: dict[str, RowState | None] = {}

    def __call__(self, line: int, fields: Sequence[str]) -> Row | Rejected:
        """The row of a record, or why there is none."""
        told = self._told
        own: dict[str, str] | None = None
        state, at, proof = self._plan.state, None, None
        try:
            cell = fields[self._email]
            address = address_of(_unguarded(cell) if self._guarded else cell)
            attributes = tuple(map(getitem, self._cells, self._pick([*fields, ""])))
            if self._several:
                attributes = self._with_lists(attributes, fields)
            if self._own:
                own = {name: text for name, held in self._own if (text := _joined(held, fields))} or None
        except BadAddress as bad:
            told.clear()
            why = str(bad) if fields[self._email].strip() else "there is no address"
            return Rejected(line, f"{self._email_header}: {why}", tuple(fields))
        except Refused as refused:
            told.clear()
            return Rejected(line, str(refused), tuple(fields))
        if self._signs:
            state, at, proof = self._subscription(fields)
        left_out: tuple[str, ...] = ()
        if told:
            left_out = tuple(told)
            told.clear()
        return Row(
            line, address.key, address.email, address.mailbox, attributes, own, state, at, proof, left_out
        )

    def _cells_of(self, column: Column, declared: AttributeDeclaration) -> _Cells:
        plan = self._plan
        clean, unclear, longest = values.cleaner_of(declared, plan.lists, us_dates=plan.us_dates)
        return _Cells(
            column.header, clean, unclear, self._told, longest=longest, guarded=plan.lists == "ours"
        )

    def _with_lists(
        self, attributes: tuple[str | None, ...], fields: Sequence[str]
    ) -> tuple[str | None, ...]:
        changed = list(attributes)
        for place, held in self._several:
            changed[place] = _joined(held, fields)
        return tuple(changed)

    def _subscription(self, fields: Sequence[str]) -> tuple[RowState, int | None, str | None]:
        """State, moment and proof of a record."""
        us_dates = self._plan.us_dates
        state = self._plan.state
        since: dict[RowState, int] = {}
        asked: list[int] = []
        proofs: list[str] = []
        for index, header, sign in self._signs:
            text = fields[index].strip()
            said: RowState | None = None
            if sign.kind == "proof":
                if _PROOF.fullmatch(text):
                    proofs.append(f"{header} {text}")
            elif sign.kind == "asked":
                if text and (at := values.moment(text, us_dates=us_dates)) is not None:
                    asked.append(at)
                    if len(asked) > 1:
                        proofs.append(f"{header} {text}")
            elif sign.kind == "status":
                said = self._status(text, header, sign)
            elif (text.lower() in _NO) == (sign.kind == "false"):
                said = sign.state
                if sign.kind == "since" and (at := values.moment(text, us_dates=us_dates)) is not None:
                    since[said] = at
            if said is not None and _STRONGER[said] > _STRONGER[state]:
                state = said
        at_last = min(asked, default=None) if state in {"active", "pending"} else since.get(state)
        return state, at_last, "; ".join(proofs) or None

    def _status(self, text: str, header: str, sign: Sign) -> RowState | None:
        if not text:
            return sign.otherwise
        if text not in self._statuses:
            if len(self._statuses) >= _CACHE:
                self._statuses.clear()
            self._statuses[text] = sign.words.get(plain_name(text))
        said = self._statuses[text]
        if said is None:
            self._told.append(f"{header}: not a status we know, taken as not subscribed")
            return "not_subscribed"
        return said


def _joined(held: Sequence[tuple[int, _Cells]], fields: Sequence[str]) -> str | None:
    """One list of what several columns hold, each word once."""
    if len(held) == 1:
        index, cells = held[0]
        return cells[fields[index]]
    found = [text for index, cells in held if (text := cells[fields[index]])]
    each = dict.fromkeys(word for text in found for word in text.strip("\n").split("\n"))
    return "\n" + "\n".join(each) + "\n" if each else None


def rows_of(records: Iterable[Record | Rejected], make: RowMaker) -> Iterator[Row | Rejected]:
    """The rows of a file, and what is rejected, in its order."""
    for record in records:
        yield record if isinstance(record, Rejected) else make(record[0], record[1])
