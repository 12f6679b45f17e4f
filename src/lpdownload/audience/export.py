"""People as CSV or as JSON lines.

A cell that a spreadsheet would take for a formula gets an apostrophe before it, which an import takes away
again (OWASP, "CSV Injection"); so does one that looks as if it had got it already.
"""

import csv
import json
from collections.abc import Iterable
from typing import IO, Final

from lpdownload.model.subscriber import ATTRIBUTES, AttributeDeclaration, Subscriber

_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")


def write_csv(
    file: IO[str],
    people: Iterable[Subscriber],
    own: Iterable[AttributeDeclaration],
    newsletter: str | None = None,
) -> int:
    """A header and a row a person; lists are joined by ``; ``. How many people there were.

    With a newsletter there is a column ``subscription`` with the state; without, one for each state's
    newsletters.
    """
    names = [*ATTRIBUTES, *(attribute.name for attribute in own)]
    last = "subscription" if newsletter else "subscribed"
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow((*names, last))
    count = 0
    for person in people:
        values = {**person.attributes, "email": person.email}
        writer.writerow((*(_cell(values.get(name, "")) for name in names), _state(person, newsletter)))
        count += 1
    return count


def _cell(value: str | tuple[str, ...]) -> str:
    text = value if isinstance(value, str) else "; ".join(value)
    return f"'{text}" if text.lstrip("'").startswith(_FORMULA) else text


def _state(person: Subscriber, newsletter: str | None) -> str:
    if newsletter is not None:
        return person.subscriptions[newsletter][0]
    return "; ".join(name for name, (state, _) in person.subscriptions.items() if state == "active")


def write_json_lines(file: IO[str], people: Iterable[Subscriber]) -> int:
    """An object a line: email, attributes, subscriptions (state and since). How many people there were."""
    count = 0
    for person in people:
        subscriptions = {
            name: {"state": state, "since": f"{since:%Y-%m-%dT%H:%M:%SZ}"}
            for name, (state, since) in person.subscriptions.items()
        }
        row = {"email": person.email, "attributes": dict(person.attributes), "subscriptions": subscriptions}
        file.write(json.dumps(row, ensure_ascii=False) + "\n")
        count += 1
    return count
