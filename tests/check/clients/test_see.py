"""What holds of every client and mode."""

import itertools
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.check.clients.mails import mail, tree
from tests.newsroom import Newsroom

from lpdownload.check.clients.see import CLIENTS, MODES, Mode, see
from lpdownload.render.render import fill_values
from lpdownload.render.source_map import shown_with_source

_BITS = st.sampled_from(
    [
        '<p data-lp="a.1">',
        "</p>",
        "text",
        '<td style="color:red;position:fixed" bgcolor=white>',
        "<table>",
        "</table>",
        "<tr>",
        '<a title="<style>x" data-lp=b>',
        "</a>",
        "<!-- c -->",
        "<!--[if mso]><b><![endif]-->",
        "<b STYLE='a:b\">",
        "<style>p{color:#000;top:0}",
        "</style>",
        "<style>@media{@x{}}</style>",
        "<title>t</title>",
        "<",
        "&amp;",
        "<body>",
        "<html lang=en>",
        "<head>",
        "</head>",
        "</body>",
        "<!DOCTYPE html>",
        "<br/>",
        '<div style="}{;;:(">',
        "</div>",
        "\n",
    ]
)
_DOCUMENTS = st.lists(_BITS, max_size=25).map("".join)
_VIEWS = st.tuples(
    st.sampled_from(["apple-mail", "gmail-imap", "gmail-web", "outlook-app"]), st.sampled_from(MODES)
)


@settings(max_examples=300)
@given(_DOCUMENTS, _VIEWS)
def test_the_tree_of_elements_texts_and_source_marks_stays(html: str, view: tuple[str, Mode]) -> None:
    client, mode = view
    assert tree(see(html, client=client, mode=mode).html, marks_alone=True) == tree(html, marks_alone=True)


@given(_DOCUMENTS)
def test_the_mail_as_sent_makes_the_same_tree_with_all_its_attributes(html: str) -> None:
    assert tree(see(html).html) == tree(html)


@given(st.text("<>!-[]ifmsoend\"'= /abstyle{}:;()@", max_size=80))
def test_no_document_is_too_broken_to_be_seen(html: str) -> None:
    for client, mode, images in itertools.product(CLIENTS, MODES, (True, False)):
        see(html, client=client, mode=mode, images=images)


@pytest.mark.parametrize("client", CLIENTS)
@pytest.mark.parametrize("mode", MODES)
def test_source_marks_of_a_rendered_mail_stay_on_their_elements(
    newsroom: Newsroom, client: str, mode: Mode
) -> None:
    rendering = newsroom.render()
    html = shown_with_source(rendering, fill_values(rendering, {}))
    marks = re.findall(r'data-lp="([^"]*)"', html)
    assert marks
    for images in (True, False):
        seen = see(html, client=client, mode=mode, images=images)
        assert re.findall(r'data-lp="([^"]*)"', seen.html) == marks
        assert seen == see(html, client=client, mode=mode, images=images)


def test_css_with_an_escaped_end_tag_cannot_end_its_element() -> None:
    html = mail(css='p::after { content: "\\3c/style><script>" } p { color: #000; top: 0 }')
    for client in CLIENTS:
        shown = see(html, client=client, mode="forced").html
        assert "color" in shown
        assert not any("script" in part for part in tree(shown))


def test_brackets_nested_without_end_are_no_css() -> None:
    seen = see(f'<p style="color:{"(" * 9_000}">x</p>', client="gmail-web", mode="forced")
    assert "<p>x</p>" in seen.html


def test_every_client_says_how_far_to_trust_it() -> None:
    assert next(iter(CLIENTS)) == "apple-mail"
    for name, client in CLIENTS.items():
        assert client.name == name
        assert client.title
        assert client.note.endswith(".")
        assert client.fidelity in {"exact", "good", "approximate", "typical"}


def test_a_client_that_is_not_known_is_an_error() -> None:
    with pytest.raises(KeyError):
        see("", client="netscape")
