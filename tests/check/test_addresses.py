"""Addresses: found in texts, compared, and told apart from samples."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.newsroom import Newsroom

from lpdownload.check.addresses import addresses, is_reserved, organisation, split, target
from lpdownload.check.inspection import Inspection


def found(newsroom: Newsroom) -> list[tuple[str, str]]:
    """(address, last step of its way) for all addresses of the issue."""
    inspection = Inspection(newsroom.library, newsroom.load(), newsroom.render())
    return [(one.url, str(one.loc[-1])) for one in addresses(inspection)]


def test_addresses_are_found_in_keys_markdown_and_html(newsroom: Newsroom) -> None:
    newsroom.write_issue(
        "- type: story\n  title: A\n  body: A [b](https://example.org/b), <https://example.org/c>, `https://d`.\n"
        "  read_more: {label: E, url: 'https://example.org/e?f={{ first_name | default(\"you\") }}'}\n"
        "- type: html\n  html: <p><a href='https://example.org/g'>G</a></p>\n  text: G.\n"
    )
    assert found(newsroom) == [
        ("https://example.org/b", "body"),
        ("https://example.org/c", "body"),
        ('https://example.org/e?f={{ first_name | default("you") }}', "url"),
        ("https://example.org/g", "html"),
    ]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("https://example.org", "https://EXAMPLE.org/"),
        ("https://example.org/a?utm_source=x&b=c@d&utm_medium=y", "https://example.org/a?b=c@d"),
        ("https://müller.de/a", "https://xn--mller-kva.de/a"),
        ("https://m%C3%BCller.de/a", "https://xn--mller-kva.de/a"),
    ],
)
def test_two_ways_to_write_an_address_have_one_target(one: str, other: str) -> None:
    assert target(one) == target(other)


@pytest.mark.parametrize(
    "other", ["https://example.org/B", "https://example.org/b#c", "http://example.org/b"]
)
def test_other_pages_have_other_targets(other: str) -> None:
    assert target("https://example.org/b") != target(other)


@given(st.text())
def test_no_text_is_too_odd_to_be_compared(text: str) -> None:
    for url in (text, f"https://{text}", f"https://example.org/{text}"):
        assert isinstance(target(url), str)
        split(url)


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        ("example.org", True),
        ("news.example.com", True),
        ("town.example", True),
        ("a.test", True),
        ("myexample.org", False),
        ("example.gov", False),
        ("contest", False),
        ("", False),
    ],
)
def test_reserved_names_are_known(host: str, expected: bool) -> None:
    assert is_reserved(host) == expected


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        ("a.b.example.org", "example.org"),
        ("news.bbc.co.uk", "bbc.co.uk"),
        ("www.nyc.gov", "nyc.gov"),
        ("t.co", "t.co"),
        ("localhost", "localhost"),
    ],
)
def test_an_organisation_is_what_it_registered(host: str, expected: str) -> None:
    assert organisation(host) == expected
