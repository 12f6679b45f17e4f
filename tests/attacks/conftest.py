"""One process that all attacks are against."""

from collections.abc import Iterator

import pytest
from tests.attacks.served import Served, served
from tests.newsroom import make_newsroom


@pytest.fixture(scope="module")
def target(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with served(make_newsroom(tmp_path_factory.mktemp("attacked") / "newsroom")) as found:
        yield found


@pytest.fixture(autouse=True)
def survives(target: Served) -> Iterator[None]:
    """Whatever was done to it, it goes on."""
    target.again()
    yield
    assert target.lives
    assert target.state() == "active"
    said = b"".join(target.said)
    target.said.clear()
    assert b"Traceback" not in said, said.decode()
