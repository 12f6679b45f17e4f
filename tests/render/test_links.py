"""UTM parameters: which links get them, and that nothing else of a link changes."""

from urllib.parse import parse_qsl, urlsplit

import html5lib
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.newsroom import Newsroom

from lpdownload.render.links import with_utm

UTM = "utm_source=town&utm_medium=email&utm_campaign=town-2024-09&utm_content=story-1"


def tagged(address: str, is_field: bool = False) -> str:
    return with_utm(address, newsletter="town", issue="2024-09", section="story-1", is_field=is_field)


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("https://example.org", f"https://example.org?{UTM}"),
        ("https://example.org/a", f"https://example.org/a?{UTM}"),
        ("https://example.org/a?b=c", f"https://example.org/a?b=c&{UTM}"),
        ("https://example.org/a#part", f"https://example.org/a?{UTM}#part"),
        ("https://example.org/a?b=c#part", f"https://example.org/a?b=c&{UTM}#part"),
        ("https://example.org/a?q=x%20y+z&q=%C3%A9", f"https://example.org/a?q=x%20y+z&q=%C3%A9&{UTM}"),
        ("https://example.org/a?flag", f"https://example.org/a?flag&{UTM}"),
    ],
)
def test_a_web_address_gets_newsletter_issue_and_section(address: str, expected: str) -> None:
    assert tagged(address) == expected


@pytest.mark.parametrize("name", ["utm_source", "utm_medium", "utm_campaign", "utm_content"])
def test_a_parameter_the_author_wrote_stays(name: str) -> None:
    query = parse_qsl(urlsplit(tagged(f"https://example.org/?{name}=mine")).query)
    assert [value for key, value in query if key == name] == ["mine"]
    assert len(query) == 4


def test_a_parameter_the_author_left_blank_stays_blank() -> None:
    assert "utm_source=&" in tagged("https://example.org/?utm_source=")


@pytest.mark.parametrize(
    "address", ["mailto:a@example.org?subject=Hi", "tel:+12025550123", "#s2", "{{ web_url }}"]
)
def test_what_is_no_web_address_is_left_alone(address: str) -> None:
    assert tagged(address) == address


def test_an_address_that_is_a_merge_field_as_a_whole_is_left_alone() -> None:
    assert tagged("mf3fa9c1n0000z", is_field=True) == "mf3fa9c1n0000z"


def test_capitals_in_the_scheme_do_not_matter() -> None:
    assert tagged("HTTPS://example.org/") == f"https://example.org/?{UTM}"


@given(
    st.from_regex(
        r"https://[a-z]+\.org(/[a-z]*)?(\?[a-z]=[a-z%0-9]{1,5}(&[a-z]=[a-z]?)*)?(#[a-z]*)?", fullmatch=True
    )
)
def test_host_path_fragment_and_the_author_s_parameters_never_change(address: str) -> None:
    before, after = urlsplit(address), urlsplit(tagged(address))
    assert (after.netloc, after.path, after.fragment) == (before.netloc, before.path, before.fragment)
    assert after.query.startswith(before.query)
    assert tagged(tagged(address)) == tagged(address)


STORY = """\
- type: story
  id: river
  title: A river
  body: See [the map](https://example.org/map) or [write](mailto:a@example.org).
  read_more: {label: All of it, url: "https://example.org/all?x=1#top"}
"""


def links(newsroom: Newsroom) -> list[str]:
    """The addresses on example.org in the mail, as a browser reads them."""
    tree = html5lib.parse(newsroom.html(), namespaceHTMLElements=False)
    addresses = [str(link.get("href")) for link in tree.iter("a")]
    return [address for address in addresses if "example.org/" in address and "news." not in address]


def test_links_of_a_section_carry_its_id(newsroom: Newsroom) -> None:
    newsroom.write_issue(STORY)
    query = "utm_source=town&utm_medium=email&utm_campaign=town-2024-09&utm_content=river"
    assert f"https://example.org/map?{query}" in links(newsroom)
    assert f"https://example.org/all?x=1&{query}#top" in links(newsroom)
    assert "mailto:a@example.org" in newsroom.html()


def test_a_section_without_id_is_named_by_its_type_and_place(newsroom: Newsroom) -> None:
    newsroom.write_issue(STORY.replace("  id: river\n", ""))
    assert all("utm_content=story-1" in link for link in links(newsroom))


def test_a_newsletter_can_do_without(newsroom: Newsroom) -> None:
    newsroom.write_issue(STORY)
    newsroom.add("newsletters/town/newsletter.yaml", "utm: false\n")
    assert links(newsroom) == ["https://example.org/map", "https://example.org/all?x=1#top"]


def test_an_issue_can_do_without_and_with_against_its_newsletter(newsroom: Newsroom) -> None:
    newsroom.write_issue(STORY, "period: 2024-09\npreheader: A.\nutm: false\n")
    assert links(newsroom) == ["https://example.org/map", "https://example.org/all?x=1#top"]
    newsroom.add("newsletters/town/newsletter.yaml", "utm: false\n")
    newsroom.write_issue(STORY, "period: 2024-09\npreheader: A.\nutm: true\n")
    assert all("utm_source=town" in link for link in links(newsroom))


def test_a_single_link_can_do_without(newsroom: Newsroom) -> None:
    newsroom.write_issue(STORY.replace('#top"', '#top", utm: false'))
    assert "https://example.org/all?x=1#top" in links(newsroom)
    assert "https://example.org/map" not in links(newsroom)


def test_the_plain_text_part_shows_addresses_as_written(newsroom: Newsroom) -> None:
    newsroom.write_issue(STORY)
    assert "https://example.org/all?x=1#top" in newsroom.text()
    assert "utm_" not in newsroom.text()


def test_a_host_of_other_letters_is_in_punycode_with_and_without_parameters(newsroom: Newsroom) -> None:
    newsroom.write_issue(STORY.replace("https://example.org/all", "https://müller.example:8443/wo"))
    assert 'href="https://xn--mller-kva.example:8443/wo?x=1&amp;utm_source=town' in newsroom.html()
    newsroom.add("newsletters/town/newsletter.yaml", "utm: false\n")
    assert 'href="https://xn--mller-kva.example:8443/wo?x=1#top"' in newsroom.html()
