"""What an exchange with a provider means, and whether it may be repeated."""

from itertools import product
from typing import get_args

import pytest

from lpdownload.providers.retry import Fault, Meaning, judge

YES_NO = (False, True)

FAULTS: dict[Fault, tuple[Meaning, bool, bool]] = {
    "not connected": ("throttled", True, True),
    "lost": ("in doubt", False, True),
    "timed out": ("in doubt", False, True),
}
"""What it means; whether it is repeated without a key, and with one."""

STATUSES: dict[int, tuple[Meaning, bool, bool]] = {
    **dict.fromkeys(range(100, 200), ("in doubt", False, True)),
    **dict.fromkeys(range(200, 300), ("taken", False, False)),
    **dict.fromkeys(range(300, 400), ("credentials", False, False)),
    **dict.fromkeys(range(400, 500), ("refused", False, False)),
    **dict.fromkeys(range(500, 600), ("in doubt", False, True)),
    401: ("credentials", False, False),
    403: ("credentials", False, False),
    407: ("credentials", False, False),
    408: ("in doubt", False, True),
    425: ("in doubt", False, True),
    429: ("throttled", True, True),
}
"""The same for an answer that does not say when to come back."""


def test_the_tables_hold_every_fault_and_every_status() -> None:
    assert FAULTS.keys() == set(get_args(Fault))
    assert sorted(STATUSES) == list(range(100, 600))


@pytest.mark.parametrize(("fault", "retry_after", "idempotent"), [*product(FAULTS, YES_NO, YES_NO)])
def test_a_fault_is_repeated_where_nothing_left_or_the_key_is_known(
    fault: Fault, retry_after: bool, idempotent: bool
) -> None:
    meaning, *repeat = FAULTS[fault]
    verdict = judge(None, fault, retry_after=retry_after, idempotent=idempotent)
    assert (verdict.meaning, verdict.repeat) == (meaning, repeat[idempotent])


@pytest.mark.parametrize("idempotent", YES_NO)
@pytest.mark.parametrize("retry_after", YES_NO)
def test_each_status_means_what_the_table_says(retry_after: bool, idempotent: bool) -> None:
    told_to_wait: dict[int, tuple[Meaning, bool, bool]] = {503: ("throttled", True, True)}
    table = STATUSES | (told_to_wait if retry_after else {})
    wanted = {status: (meaning, repeat[idempotent]) for status, (meaning, *repeat) in table.items()}
    verdicts = {
        status: judge(status, None, retry_after=retry_after, idempotent=idempotent) for status in table
    }
    assert {status: (verdict.meaning, verdict.repeat) for status, verdict in verdicts.items()} == wanted


def test_nothing_that_may_have_been_taken_is_repeated_without_a_key() -> None:
    verdicts = [
        judge(status, fault, retry_after=retry_after, idempotent=False)
        for status, fault in [*((status, None) for status in STATUSES), *((None, fault) for fault in FAULTS)]
        for retry_after in YES_NO
    ]
    assert {verdict.meaning for verdict in verdicts if verdict.repeat} == {"throttled"}
