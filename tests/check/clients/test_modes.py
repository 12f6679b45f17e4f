"""Light and dark."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.check.clients.mails import mail, plain, words

from lpdownload.check.clients.see import see

DARK = "@media (prefers-color-scheme: dark) { p { color: #ffffff } }"


@pytest.mark.parametrize(
    ("query", "in_light", "in_dark"),
    [
        ("(prefers-color-scheme: dark)", "(min-width:9999999px)", "(min-width:0px)"),
        ("( Prefers-Color-Scheme/* x */:LIGHT )", "(min-width:0px)", "(min-width:9999999px)"),
        ("(prefers-color-scheme)", "(min-width:0px)", "(min-width:0px)"),
        ("(prefers-color-scheme:no-preference)", "(min-width:9999999px)", "(min-width:9999999px)"),
    ],
)
def test_a_query_about_dark_screens_is_answered_whatever_the_screen(
    query: str, in_light: str, in_dark: str
) -> None:
    css = "@media screen and {} and (max-width:9px) {{ p {{ color: red }} }}"
    html = mail(css=css.format(query))
    assert css.format(in_light) in see(html, mode="light").html
    assert css.format(in_dark) in see(html, mode="dark").html


def test_media_attributes_are_answered_too() -> None:
    body = (
        '<picture><source media="(prefers-color-scheme:dark)" srcset=dark.png><img src=light.png></picture>'
    )
    assert '<source media="(min-width:0px)" srcset=dark.png>' in see(mail(body), mode="dark").html
    assert '<source media="(min-width:9999999px)" srcset=dark.png>' in see(mail(body), mode="light").html


@pytest.mark.parametrize(
    "head",
    [
        "<style>:root { color-scheme: light dark }</style>",
        '<meta name="supported-color-schemes" content="light dark">',
    ],
)
def test_the_canvas_is_dark_if_the_mail_says_it_can_be(head: str) -> None:
    assert "color-scheme:dark!important" in see(mail(head=head), mode="dark").html
    assert "color-scheme:light!important" in see(mail(head=head), mode="light").html
    assert "color-scheme:light!important" in see(mail(css=DARK), mode="dark").html


@pytest.mark.parametrize("client", ["gmail-web", "gmail-imap", "outlook-word"])
def test_a_client_without_that_query_shows_its_light_design_in_dark_and_says_so(client: str) -> None:
    html = mail(css=DARK)
    light, dark = see(html, client=client), see(html, client=client, mode="dark")
    assert dark.html == light.html
    assert "#ffffff" not in dark.html
    assert "the mail's own dark design: it is shown in light" in words(dark.taken)


def test_the_mail_as_sent_is_as_sent() -> None:
    html = mail("<p CLASS=a>x<!--[if mso]>y<![endif]--></P>", "p{color:RED}")
    for mode in ("light", "dark"):
        assert plain(see(html, mode=mode).html) == html
    assert see(html).taken == ()


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ("<!DOCTYPE html><html><head><title>x</title>", "<!DOCTYPE html><html><head>STYLE<title>x</title>"),
        ("<!-- c -->\n<!DOCTYPE html><html><body>", "<!-- c -->\n<!DOCTYPE html><html>STYLE<body>"),
        ("text<html><head>", "STYLEtext<html><head>"),
        ("<p>x", "STYLE<p>x"),
        ("<html", "STYLE<html"),
        ("<!-- x", "STYLE<!-- x"),
        ("", "STYLE"),
    ],
)
def test_the_style_that_decides_stands_where_a_head_may_begin(html: str, expected: str) -> None:
    seen = see(html).html
    start, end = seen.index("<style data-seen>"), seen.index("</style>") + len("</style>")
    assert seen[:start] + "STYLE" + seen[end:] == expected


@given(st.text("(:) /*-prefers-color-scheme:dark", max_size=60))
def test_no_query_is_too_broken_to_be_answered(query: str) -> None:
    assert see(mail(css=f"@media {query} {{}}"), mode="dark").html
