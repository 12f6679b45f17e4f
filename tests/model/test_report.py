"""Numbers of people, their rates and what they are compared with."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lpdownload.model.report import Numbers, RateName, Verdict, total, usual, verdict

counts = st.integers(0, 10_000)
numbers = st.builds(
    Numbers,
    planned=counts,
    accepted=counts,
    bounced=counts,
    excluded=st.dictionaries(st.sampled_from(["suppressed", "bounced", "held"]), counts),
)


@given(st.lists(numbers, max_size=5))
def test_a_sum_accounts_for_every_candidate(parts: list[Numbers]) -> None:
    whole = total(parts)
    assert whole.candidates == sum(part.candidates for part in parts)
    assert whole.accepted == sum(part.accepted for part in parts)


@pytest.mark.parametrize(
    ("name", "rate", "said"),
    [
        ("complained", 0.0009, "good"),
        ("complained", 0.001, "watch"),
        ("complained", 0.003, "too_high"),
        ("bounced", 0.0199, "good"),
        ("bounced", 0.02, "watch"),
        ("bounced", 0.05, "too_high"),
        ("clicked", 0.9, None),
        ("bounced", None, None),
    ],
)
def test_rates_have_the_limits_of_mailbox_providers(
    name: RateName, rate: float | None, said: Verdict | None
) -> None:
    assert verdict(name, rate) == said


def test_without_anybody_there_is_no_rate() -> None:
    assert Numbers().rates == {}
    assert Numbers().rate("bounced") is None


def test_deliveries_that_nobody_reports_are_no_rate_of_nothing() -> None:
    assert "delivered" not in Numbers(accepted=10).rates
    assert Numbers(accepted=10, delivered=5).rates["delivered"] == 0.5
    assert Numbers(accepted=10).rates["bounced"] == 0


def test_the_usual_is_the_median_of_those_that_went_to_anybody() -> None:
    assert usual([Numbers(), Numbers(planned=3)]) is None
    earlier = [Numbers(accepted=100, bounced=bounced) for bounced in (1, 2, 30)]
    found = usual([*earlier, Numbers()])
    assert found is not None
    assert (found.issues, found.accepted, found.rates["bounced"]) == (3, 100, 0.02)
