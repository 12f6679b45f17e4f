"""The states of a subscription: what no way through them may do."""

from typing import get_args

from hypothesis import given
from hypothesis import strategies as st

from lpdownload.model.subscription import MOVES, STATES, Change, SubscriptionState

CHANGES: tuple[Change, ...] = get_args(Change)
STOPPED = {"unsubscribed", "bounced", "complained"}

changes = st.lists(st.sampled_from(CHANGES), max_size=12)


def after(said: list[Change], state: SubscriptionState | None = None) -> SubscriptionState | None:
    for what in said:
        state = MOVES.get((state, what), state)
    return state


def test_the_table_names_states_and_changes_that_exist() -> None:
    assert set(STATES) == set(get_args(SubscriptionState))
    assert {before for before, _ in MOVES} <= {None, *STATES}
    assert {what for _, what in MOVES} <= set(CHANGES)
    assert set(MOVES.values()) <= set(STATES)


@given(changes)
def test_only_who_asked_or_was_said_to_have_asked_is_active(said: list[Change]) -> None:
    if after(said) == "active":
        assert {"subscribed", "chosen"} & set(said) or ("asked" in said and "confirmed" in said)


@given(changes, changes)
def test_after_a_stop_only_the_person_leads_back_by_confirming_or_choosing(
    first: list[Change], then: list[Change]
) -> None:
    stopped = after([*first, "unsubscribed"])
    if after(then, stopped) == "active" and "chosen" not in then:
        assert "asked" in then
        assert "confirmed" in then[then.index("asked") :]


@given(changes)
def test_who_says_stop_is_stopped_whatever_was_before(said: list[Change]) -> None:
    assert after([*said, "unsubscribed"]) in STOPPED


@given(changes)
def test_a_complaint_is_remembered_until_the_person_asks_again(said: list[Change]) -> None:
    if not {"asked", "chosen"} & set(said):
        assert after(said, "complained") == "complained"


@given(changes)
def test_saying_it_again_changes_nothing(said: list[Change]) -> None:
    for what in CHANGES:
        once = after([*said, what])
        assert after([what], once) == once
