"""Attributes that a newsroom declares."""

import pytest
from pydantic import ValidationError

from lpdownload.model.subscriber import AttributeDeclaration


@pytest.mark.parametrize(
    ("declared", "words"),
    [
        ({"name": "office"}, "every subscriber has office already"),
        ({"name": "subscribed"}, "subscribed has a meaning of its own in segments"),
        ({"name": "ward", "type": "choice"}, "a choice without choices"),
        ({"name": "ward", "choices": ["1", "2"]}, "a text has no choices"),
    ],
)
def test_an_attribute_that_nothing_could_ask_for_is_refused(declared: dict[str, object], words: str) -> None:
    with pytest.raises(ValidationError, match=words):
        AttributeDeclaration.model_validate(declared)


@pytest.mark.parametrize("kind", ["choice", "list"])
def test_choices_and_lists_may_have_choices(kind: str) -> None:
    AttributeDeclaration.model_validate({"name": "ward", "type": kind, "choices": ["1", "2"]})
