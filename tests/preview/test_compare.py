"""Two mails side by side: words and links."""

from hypothesis import given
from hypothesis import strategies as st

from lpdownload.preview.compare import Link, Links, link_difference, text_difference, without_tracking

lines = st.lists(st.sampled_from("abcdef"), max_size=12)


@given(lines, lines)
def test_both_texts_can_be_read_from_their_difference(old: list[str], new: list[str]) -> None:
    blocks = text_difference("\n".join(old), "\n".join(new))
    assert [line for kind, some in blocks if kind != "new" for line in some] == old
    assert [line for kind, some in blocks if kind != "gone" for line in some] == new


def test_a_line_that_took_anothers_place_follows_it() -> None:
    assert [tuple(block) for block in text_difference("a\nb\nc", "a\nx\nc")] == [
        ("same", ("a",)),
        ("gone", ("b",)),
        ("new", ("x",)),
        ("same", ("c",)),
    ]


def page(*links: tuple[str, str]) -> str:
    return "<html><body>" + "".join(f'<a href="{url}">{words}</a>' for words, url in links) + "</body></html>"


def test_links_are_added_removed_and_changed() -> None:
    old = page(
        ("Same", "https://example.org/s"), ("Moved", "https://example.org/1"), ("Old", "https://a.org/")
    )
    new = page(
        ("Same", "https://example.org/s"), ("Moved", "https://example.org/2"), ("New", "https://b.org/")
    )
    found = link_difference(old, new)
    assert found.added == (Link("New", "https://b.org/"),)
    assert found.removed == (Link("Old", "https://a.org/"),)
    assert found.changed == (
        (Link("Moved", "https://example.org/1"), Link("Moved", "https://example.org/2")),
    )


def test_an_issues_own_tracking_is_no_difference() -> None:
    old = page(("Read", "https://example.org/?utm_campaign=1&amp;id=5"))
    new = page(("Read", "https://example.org/?utm_campaign=2&amp;id=5"))
    assert link_difference(old, new) == Links((), (), ())
    assert (
        without_tracking("https://example.org/?utm_source=x&a=&b=2#here")
        == "https://example.org/?a=&b=2#here"
    )


def test_a_picture_that_links_is_named_by_its_alternative_text() -> None:
    html = '<body><a href="https://example.org/"><img src="x.png" alt="A river"></a></body>'
    assert link_difference("<body></body>", html).added == (Link("A river", "https://example.org/"),)
