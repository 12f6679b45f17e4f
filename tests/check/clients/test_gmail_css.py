"""What Gmail's sanitiser takes from CSS."""

import gzip
import json

import pytest
from tests.check.clients.mails import mail, plain, words

from lpdownload.check.caniemail.support import DATA
from lpdownload.check.clients import gmail_css, outlook_app
from lpdownload.check.clients.see import see


def test_every_property_said_to_be_taken_away_is_so_in_caniemail() -> None:
    data = json.loads(gzip.decompress(DATA.read_bytes()))
    for removed, platform in (
        (gmail_css.REMOVED, "gmail.desktop-webmail"),
        (outlook_app.REMOVED, "outlook.outlook-com"),
    ):
        column = data["platforms"].index(platform)
        known = {
            name: data["features"][f"css-{name}"]["support"][column]
            for name in removed
            if f"css-{name}" in data["features"]
        }
        assert len(known) > 25
        assert {name for name, support in known.items() if support == "y"} == set()


@pytest.mark.parametrize(
    "declaration",
    ["position:absolute", "box-shadow:0 0 2px red", "margin:-4px 0", "--tint:red", "animation-name:x"],
)
def test_a_property_goes_from_attributes_and_style_elements_and_its_neighbours_stay(declaration: str) -> None:
    seen = see(
        mail(f'<p style="color:red;{declaration}">x</p>', f".a {{ color: red; {declaration} }}"),
        client="gmail-web",
    )
    assert '<p style="color:red">' in seen.html
    assert ".a { color:red }" in seen.html
    assert any("2 times" in what for what in words(seen.taken))


def test_what_gmail_knows_is_left_as_written() -> None:
    body = '<p style="color: RED;background-image : url(a.png); display:flex" CLASS=a>x</p>'
    css = "@media screen and (max-width:480px) { .a > p:hover, [class~=a] { color: red !important } }"
    assert plain(see(mail(body, css), client="gmail-web").html) == mail(body, css)


@pytest.mark.parametrize(
    "selector", [".a:first-child", "p::before", "[data-ogsc] p", ":root", "body", "html.x"]
)
def test_a_selector_that_gmail_does_not_know_loses_the_rule_for_itself_alone(selector: str) -> None:
    seen = see(mail(css=f"{selector}, .kept {{ color: red }} .other {{ color: blue }}"), client="gmail-web")
    assert ".kept {" in seen.html
    assert selector not in plain(seen.html).partition("</style>")[0].partition("<style>")[2]
    assert ".other { color: blue }" in seen.html


@pytest.mark.parametrize(
    "query",
    ["(prefers-color-scheme: dark)", "(min-height:10px)", "(hover:hover)", "(prefers-reduced-motion)"],
)
def test_media_queries_about_more_than_width_orientation_and_resolution_go(query: str) -> None:
    kept = "@media (min-width:1px) { b { top: 0; color: blue } }"
    seen = see(mail(css=f"@media {query} {{ p {{ color: red }} }} {kept}"), client="gmail-web")
    assert "red" not in seen.html
    assert "b { color:blue }" in seen.html


def test_the_mails_own_dark_design_is_named_in_the_log() -> None:
    css = "@media (prefers-color-scheme:dark) { p { color: white } }"
    assert words(see(mail(css=css), client="gmail-web").taken) == [
        "the mail's own dark design (prefers-color-scheme), 1 rule"
    ]


@pytest.mark.parametrize("css", ["@media screen { @font-face { x: y } }", "p { top: 0 } @ { @ }"])
def test_an_at_within_an_at_rule_costs_the_whole_block(css: str) -> None:
    seen = see(mail(css=css, head="<style>b{color:red}</style>"), client="gmail-web")
    assert "<style></style>" in seen.html
    assert "b{color:red}" in seen.html
    assert words(seen.taken) == ["1 style block"]


@pytest.mark.parametrize("colour", ["rgb(0 128 0)", "rgba(0 128 0 / 50%)", "oklch(60% 0.1 20)"])
def test_a_colour_in_modern_notation_costs_the_whole_attribute_or_block(colour: str) -> None:
    seen = see(
        mail(f'<p style="margin:0;color:{colour}">x</p>', f"p {{ color: {colour} }}"), client="gmail-web"
    )
    assert "<p>x</p>" in seen.html
    assert "<style></style>" in seen.html


def test_a_background_picture_stays_and_a_list_picture_goes() -> None:
    body = '<ul style="background:url(a.png);list-style:url(b.png) square">x</ul>'
    assert '<ul style="background:url(a.png)">' in see(mail(body), client="gmail-web").html
