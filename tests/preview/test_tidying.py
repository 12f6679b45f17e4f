"""Garbage goes when nobody waits."""

import gc
import weakref
from collections.abc import Iterator

import pytest

from lpdownload.preview.tidying import Tidying


@pytest.fixture(autouse=True)
def thawed() -> Iterator[None]:
    yield
    gc.unfreeze()


class Ring:
    """Only a collection finds that nobody needs it."""

    def __init__(self) -> None:
        self.itself = self


def test_garbage_of_every_time_is_collected() -> None:
    tidy = Tidying()
    for _ in range(3):
        gone = weakref.ref(Ring())
        tidy()
        assert gone() is None


def test_what_was_there_the_first_time_is_not_looked_through_again() -> None:
    tidy = Tidying()
    tidy()
    frozen = gc.get_freeze_count()
    assert frozen > 0
    tidy()
    assert gc.get_freeze_count() <= frozen
