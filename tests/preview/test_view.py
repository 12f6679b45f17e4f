"""A query means a view, and a view writes itself as that query."""

from urllib.parse import parse_qsl

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lpdownload.check.clients.see import CLIENTS, MODES, Mode
from lpdownload.preview.view import BadView, View, view_of

words = st.text(max_size=20)


@given(
    st.sampled_from(sorted(CLIENTS)),
    st.sampled_from(MODES),
    st.booleans(),
    words,
    words,
    st.booleans(),
)
def test_a_view_comes_back_from_its_own_address(
    client: str, mode: Mode, images: bool, persona: str, variant: str, remote: bool
) -> None:
    view = View("town/2024-09", client, mode, images, persona, variant, remote)
    assert view_of("town/2024-09", dict(parse_qsl(view.query, keep_blank_values=True))) == view


def test_nothing_said_is_the_first_client_in_light_with_pictures_for_nobody_in_particular() -> None:
    view = view_of("town/2024-09", {})
    assert view == View("town/2024-09", next(iter(CLIENTS)), "light", True, "", "", False)


@pytest.mark.parametrize("query", [{"client": "x"}, {"mode": "x"}, {"images": "x"}, {"remote": "x"}])
def test_a_word_that_means_nothing_is_refused_with_those_that_do(query: dict[str, str]) -> None:
    with pytest.raises(BadView, match="there are "):
        view_of("town/2024-09", query)
