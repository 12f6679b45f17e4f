"""Clicks by section and link, without anything that is one reader's own."""

from hypothesis import given
from hypothesis import strategies as st
from tests.newsroom import Newsroom

from lpdownload.store.reporting import Clicks
from lpdownload.tracking.links import sections_of

URL = "https://news.example.org"
UTM = "utm_source=town&utm_medium=email&utm_campaign=town-2024-09&utm_content="
SECTIONS = """\
- type: story
  id: river
  title: A river is clean again
  body: "[How](https://example.org/river?page=2)"
- type: text
  body: "[More](https://example.org/more)"
"""


def clicks(address: str, people: int = 5, *, machine: bool = False) -> Clicks:
    return Clicks(address, machine, people, people + 1)


def test_clicks_are_told_by_the_section_that_the_link_names(newsroom: Newsroom) -> None:
    newsroom.write_issue(SECTIONS)
    found = sections_of(
        [
            clicks(f"https://example.org/more?{UTM}text-2"),
            clicks(f"https://example.org/river?page=2&{UTM}river"),
            clicks(f"https://example.org/river?page=2&{UTM}river", 3, machine=True),
            clicks(f"https://example.org/river?page=3&{UTM}river", 7),
            clicks(f"https://example.org/gone?{UTM}gone", 2),
        ],
        newsroom.load().issue,
        URL,
    )
    assert [(one.name, one.title, one.clicks, one.machine_clicks) for one in found] == [
        ("river", "A river is clean again", 14, 4),
        ("text-2", "text", 6, 0),
        ("gone", "", 3, 0),
    ]
    assert [(link.address, link.people, link.clicks) for link in found[0].links] == [
        ("https://example.org/river?page=3", 7, 8),
        ("https://example.org/river?page=2", 5, 6),
    ]


def test_a_link_without_parameters_is_told_by_where_it_stands(newsroom: Newsroom) -> None:
    newsroom.write_issue(SECTIONS)
    issue = newsroom.load().issue
    found = sections_of(
        [clicks("https://example.org/more"), clicks("https://example.org/new", 2)], issue, URL
    )
    assert [one.name for one in found] == ["text-2", ""]
    assert [one.name for one in sections_of([clicks("https://example.org/more")], None, URL)] == [""]


def test_readers_own_links_are_one_and_say_nothing_of_them() -> None:
    token = "Ab-_" * 10 + "xyz"
    own = [
        clicks(f"{URL}/u/{token}", 1),
        clicks(f"{URL}/u/{token[::-1]}", 1),
        clicks("https://example.org/form?email=a%40example.org&name=Ana", 1),
        clicks("https://ana:secret@example.org/form?email=b", 1),
    ]
    ((section,),) = [sections_of(own, None, URL)]
    assert {link.address: link.people for link in section.links} == {
        f"{URL}/u/…": 2,
        "https://example.org/form": 2,
    }


@given(st.text(max_size=60))
def test_whatever_a_provider_calls_a_link_is_told(address: str) -> None:
    (section,) = sections_of([clicks(address, 1)], None, URL)
    assert section.clicks == 2
