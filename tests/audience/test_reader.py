"""A made-up reader, from KEY=VALUE pairs and personas."""

import pytest
import yaml
from tests.newsroom import NETWORK

from lpdownload.audience.reader import reader_of
from lpdownload.errors import Finding, InvalidInput
from lpdownload.model.network import Network

NET = Network.model_validate(yaml.load(NETWORK, yaml.BaseLoader))


def refused(pairs: list[str], persona: str | None = None) -> tuple[Finding, ...]:
    with pytest.raises(InvalidInput) as caught:
        reader_of(NET, pairs, persona)
    return caught.value.findings


def test_nobody_has_no_attributes() -> None:
    assert reader_of(NET, [], None) == {}


def test_pairs_may_be_joined_by_commas_or_given_one_by_one() -> None:
    assert reader_of(NET, ["first_name=Ana,state=NY"], None) == reader_of(
        NET, ["first_name=Ana", "state=NY"], None
    )


def test_a_comma_without_an_equals_sign_belongs_to_the_value() -> None:
    assert reader_of(NET, ["first_name=Ana, Maria,state=NY"], None) == {
        "first_name": "Ana, Maria",
        "state": "NY",
    }


def test_a_value_may_hold_an_equals_sign_or_be_empty() -> None:
    assert reader_of(NET, ["first_name=a=b", "last_name="], None) == {"first_name": "a=b", "last_name": ""}


def test_a_list_is_several_even_if_it_is_given_once() -> None:
    assert reader_of(NET, ["interests=housing"], None) == {"interests": ("housing",)}
    assert reader_of(NET, ["interests=a", "interests=b"], None) == {"interests": ("a", "b")}


def test_subscriptions_are_a_list() -> None:
    assert reader_of(NET, ["subscribed=town"], None) == {"subscribed": ("town",)}


def test_a_newsroom_s_own_attribute_may_be_given() -> None:
    assert reader_of(NET, ["ward=7"], None) == {"ward": "7"}


def test_a_persona_is_a_reader_and_pairs_win_over_it() -> None:
    assert reader_of(NET, ["state=NJ"], "ana") == {
        "first_name": "Ana",
        "state": "NJ",
        "interests": ("education", "housing"),
    }


def test_an_unknown_persona_is_met_with_those_there_are() -> None:
    (finding,) = refused([], "anna")
    assert (finding.rule, finding.message) == ("unknown-persona", "there is no persona anna")
    assert finding.hint == "there are: ana, sam"


def test_every_wrong_pair_is_named() -> None:
    nearly, nothing, strange = refused(["frist_name=Ana", "word", "zodiac=lion"])
    assert nearly.hint == "did you mean first_name?"
    assert nothing.message == "'word' is not KEY=VALUE"
    assert strange.message == "there is no attribute zodiac"
    assert "first_name" in strange.hint


def test_an_unknown_attribute_of_a_persona_is_named() -> None:
    network = NET.model_copy(update={"personas": {"bo": {"frist_name": "Bo"}}})
    with pytest.raises(InvalidInput) as caught:
        reader_of(network, [], "bo")
    (finding,) = caught.value.findings
    assert finding.hint == "did you mean first_name?"
