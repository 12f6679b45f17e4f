"""Attributes given as KEY=VALUE."""

import pytest

from lpdownload.audience.attributes import attributes_given
from lpdownload.errors import InvalidInput
from lpdownload.model.network import Network
from lpdownload.model.subscriber import AttributeDeclaration

NETWORK = Network.model_construct(  # type: ignore[call-arg]  # nothing else is looked at
    attributes=(
        AttributeDeclaration(name="ward"),
        AttributeDeclaration(name="shift", type="choice", choices=("Early", "Late")),
        AttributeDeclaration(name="skills", type="list"),
    )
)


@pytest.mark.parametrize(
    ("given", "value"),
    [
        ("first_name= Ana  María ", "Ana María"),
        ("first_name=a=b", "a=b"),
        ("state=new york", "NY"),
        ("office=School Board", "school_board"),
        ("term_end=Jan 2, 2026", "2026-01-02"),
        ("tags=a; b, a", ("a", "b")),
        ("ward=4", "4"),
        ("shift=late", "Late"),
        ("skills=law", ("law",)),
        ("ward=", ""),
        ("tags=", ()),
        ("tags=  ", ()),
    ],
)
def test_a_value_is_cleaned_like_the_cell_of_a_list(given: str, value: str | tuple[str, ...]) -> None:
    assert attributes_given(NETWORK, [given]) == {given.partition("=")[0]: value}


def test_of_a_key_given_twice_the_last_counts() -> None:
    assert attributes_given(NETWORK, ["ward=4", "ward=5"]) == {"ward": "5"}


def test_all_that_is_wrong_is_found_at_once_and_no_value_is_repeated() -> None:
    wrong = ["ward", "email=zerlina@example.org", "stat=Zerlina", "office=Zerlina", "term_end=Zerlina"]
    with pytest.raises(InvalidInput) as caught:
        attributes_given(NETWORK, [*wrong, "ward=4", "first_name=Zerlina\nBcc"])
    rules = [finding.rule for finding in caught.value.findings]
    assert rules == ["bad-attribute", "bad-attribute", "unknown-attribute", *["bad-attribute"] * 3]
    assert "erlina" not in str(caught.value)
