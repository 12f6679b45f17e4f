"""The moves of sends and batches."""

from typing import get_args

import pytest

from lpdownload.model.ledger import BATCH_MOVES, LIVE, SEND_MOVES, BatchState, IllegalMove, SendState


def test_every_state_says_what_may_follow_it() -> None:
    assert set(SEND_MOVES) == set(get_args(SendState))
    assert set(BATCH_MOVES) == set(get_args(BatchState))
    assert set().union(*SEND_MOVES.values()) <= set(SEND_MOVES)
    assert set().union(*BATCH_MOVES.values()) <= set(BATCH_MOVES)


@pytest.mark.parametrize("state", ["accepted", "partly", "refused", "cancelled"])
def test_what_became_of_a_batch_stays(state: BatchState) -> None:
    assert not BATCH_MOVES[state]


def test_only_what_was_begun_is_taken_or_in_doubt() -> None:
    for outcome in ("accepted", "partly", "in_doubt"):
        assert {state for state, after in BATCH_MOVES.items() if outcome in after} <= {
            "submitting",
            "in_doubt",
        }


def test_a_cancelled_send_stays_cancelled_and_a_live_one_can_be() -> None:
    assert not SEND_MOVES["cancelled"]
    assert {state for state, after in SEND_MOVES.items() if "cancelled" in after} == set(LIVE)


def test_a_move_that_is_not_in_the_table_says_both_states() -> None:
    error = IllegalMove("send 7", "done", "paused")
    assert (str(error), error.found, error.wanted) == (
        "send 7 is done, so it cannot become paused",
        "done",
        "paused",
    )
