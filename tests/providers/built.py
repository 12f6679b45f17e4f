"""The digests of what every provider builds for the same people: printed as JSON by a process of its own."""

import json
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from tests.providers.dialects import DIALECTS
from tests.providers.hostile import hostile_mail, person

from lpdownload.providers import outbox, smtp
from lpdownload.providers.base import MessageProvider


def _providers() -> Iterator[tuple[str, MessageProvider]]:
    for dialect in DIALECTS:
        yield dialect.name, dialect.opened("http://127.0.0.1:9")
    yield "smtp", smtp.open_provider(smtp.Settings(host="127.0.0.1"))
    yield "outbox", outbox.open_provider(outbox.Settings(folder=Path("outbox")))


def digests() -> dict[str, str]:
    people = [person("r-1", "Núñez, Ana", first_name="Añá <b>"), person("r-2", first_name=".")]
    found = {}
    for name, provider in _providers():
        with closing(provider):
            batch = provider.build(hostile_mail(), people, "key-1")
        assert batch.references == ("r-1", "r-2")
        found[name] = batch.digest
    return found


if __name__ == "__main__":
    time.sleep(1)  # so that a clock to the second shows another time
    print(json.dumps(digests()))  # noqa: T201
