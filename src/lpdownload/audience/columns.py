"""What becomes of each column of a file: an attribute, a word on the subscription, or nothing.

A column that nobody knows is left out and named: a list holds home addresses and phones we must not have.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Final

from lpdownload.audience.exports import (
    ALIASES,
    SIGNS,
    WORDS,
    Export,
    ListForm,
    RowState,
    Sign,
    plain_name,
    recognise,
)
from lpdownload.errors import Finding, InvalidInput
from lpdownload.model.subscriber import ATTRIBUTES, AttributeDeclaration

STATUS: Final = "status"
"""May stand in --map beside the attributes: a column whose words say who is subscribed."""

_SAYS: Final = {
    "status": "status of the subscription",
    "since": "time of leaving",
    "true": "status of the subscription",
    "false": "status of the subscription",
    "asked": "time of consent",
    "proof": "proof of consent",
}


@dataclass(frozen=True)
class Column:
    """A column of the file."""

    index: int
    header: str
    attribute: str | None = None
    """The attribute it holds, ``email`` among them."""
    sign: Sign | None = None
    """What it says about the subscription instead."""

    @property
    def becomes(self) -> str | None:
        """In words; None if it is left out."""
        return _SAYS[self.sign.kind] if self.sign else self.attribute


@dataclass(frozen=True)
class Plan:
    """What becomes of a file's columns."""

    recognised: str
    """As in ``Mailchimp: unsubscribed members``."""
    columns: tuple[Column, ...]
    state: RowState
    """Of a row whose columns say nothing about it."""
    us_dates: bool
    lists: ListForm

    @property
    def left_out(self) -> tuple[str, ...]:
        """The columns that are not imported."""
        return tuple(column.header for column in self.columns if column.becomes is None)

    def holding(self, attribute: str) -> tuple[Column, ...]:
        return tuple(column for column in self.columns if column.attribute == attribute)


def plan_of(
    header: Sequence[str],
    own: Sequence[AttributeDeclaration] = (),
    maps: Sequence[str] = (),
    *,
    file_name: str = "",
) -> Plan:
    """The plan for a file with this header.

    ``own`` are the newsroom's attributes; ``maps`` are ``COLUMN=FIELD``, FIELD being an attribute, ``email``,
    ``status``, or ``-`` to leave the column out. InvalidInput for wrong maps and if no column is the address.
    """
    declared = ATTRIBUTES | {attribute.name: attribute for attribute in own}
    told, findings = _told(header, declared, maps)
    export = recognise(header, file_name)
    guesses = [_guess(index, column, export, declared) for index, column in enumerate(header)]
    for index, name in told.items():
        guesses[index] = _Guess(0, _asked_for(index, header[index], name, declared))
    columns = _one_column_each(guesses, declared, findings)
    if not any(column.attribute == "email" for column in columns) and not findings:
        listed = ", ".join(name for name in header if name)
        message = f"no column is known to hold mail addresses; there are: {listed}"
        findings.append(Finding("no-email-column", message, '--map "COLUMN=email"'))
    if findings:
        raise InvalidInput(findings)
    return Plan(export.name, tuple(columns), export.state, export.us_dates, export.lists)


@dataclass(frozen=True)
class _Guess:
    rank: int
    """0 if somebody said so; the smaller, the surer."""
    column: Column


def _guess(index: int, header: str, export: Export, declared: Mapping[str, AttributeDeclaration]) -> _Guess:
    name = plain_name(header)
    if not name:
        return _Guess(99, Column(index, header))
    if name in export.signs:
        return _Guess(1, Column(index, header, sign=export.signs[name]))
    if name in export.fields:
        return _Guess(1 + list(export.fields).index(name), Column(index, header, export.fields[name]))
    for attribute in declared:
        if plain_name(attribute) == name:
            return _Guess(20, Column(index, header, attribute))
    if name in SIGNS:
        return _Guess(20, Column(index, header, sign=SIGNS[name]))
    if name in ALIASES:
        return _Guess(21 + list(ALIASES).index(name), Column(index, header, ALIASES[name]))
    return _Guess(99, Column(index, header))


def _asked_for(index: int, header: str, name: str, declared: Mapping[str, AttributeDeclaration]) -> Column:
    if name == "-":
        return Column(index, header)
    if name == STATUS and STATUS not in declared:
        return Column(index, header, sign=Sign("status", words=WORDS))
    return Column(index, header, name)


def _told(
    header: Sequence[str], declared: Mapping[str, AttributeDeclaration], maps: Sequence[str]
) -> tuple[dict[int, str], list[Finding]]:
    """Field by column number, and what is wrong with the maps."""
    told: dict[int, str] = {}
    findings: list[Finding] = []
    fields = [*declared, STATUS, "-"]
    for text in maps:
        column, equals, name = (part.strip() for part in text.rpartition("="))
        at = [index for index, known in enumerate(header) if known == column]
        at = at or [
            index for index, known in enumerate(header) if plain_name(known) == plain_name(column) != ""
        ]
        if not equals or not column:
            findings.append(
                Finding("bad-map", f"{text!r} is not COLUMN=FIELD", '--map "Given name=first_name"')
            )
        elif not at:
            findings.append(_unknown("unknown-column", f"the file has no column {column}", column, header))
        elif name not in fields:
            findings.append(_unknown("unknown-attribute", f"there is no attribute {name}", name, fields))
        elif len(at) > 1 and name != "-":
            findings.append(_twins(column))
        elif at[0] in told and told[at[0]] != name:
            findings.append(
                Finding("bad-map", f"the column {column} cannot be both {told[at[0]]} and {name}")
            )
        else:
            told |= dict.fromkeys(at, name)
    return told, findings


def _unknown(rule: str, message: str, name: str, known: Sequence[str]) -> Finding:
    near = get_close_matches(name, known, 1)
    return Finding(
        rule, message, f"did you mean {near[0]}?" if near else f"there are: {', '.join(filter(None, known))}"
    )


def _twins(column: str) -> Finding:
    return Finding("two-columns", f"two columns are named {column}", "rename one of them in the file")


def _one_column_each(
    guesses: Sequence[_Guess], declared: Mapping[str, AttributeDeclaration], findings: list[Finding]
) -> list[Column]:
    """The columns, where only the surest one is kept for an attribute that is no list."""
    columns = [guess.column for guess in guesses]
    held = Counter(column.attribute for column in columns if column.attribute)
    for attribute, count in held.items():
        if count < 2 or declared[attribute].type == "list":
            continue
        rivals = sorted(
            (guess for guess in guesses if guess.column.attribute == attribute), key=lambda guess: guess.rank
        )
        best = [guess.column for guess in rivals if guess.rank == rivals[0].rank]
        if len(best) > 1:
            names = " and ".join(column.header for column in best)
            if rivals[0].rank == 0:
                message = f"only one column can become {attribute}, not {names}"
                findings.append(Finding("two-columns", message, "leave one out: --map COLUMN=-"))
            elif plain_name(best[0].header) == plain_name(best[1].header):
                findings.append(_twins(best[0].header))
        for guess in rivals[1:]:
            columns[guess.column.index] = Column(guess.column.index, guess.column.header)
    return columns
