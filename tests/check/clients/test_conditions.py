"""Conditional comments, as Outlook on Windows reads them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.check.clients.mails import plain

from lpdownload.check.clients.conditions import holds
from lpdownload.check.clients.see import see


@pytest.mark.parametrize(
    "expression",
    [
        "mso",
        "mso 16",
        "gte mso 9",
        "(gte mso 9)|(IE)",
        "mso | IE",
        "gt mso 15",
        "!IE",
        "(mso 16)&!(IE)",
        "gte vml 1",
        "lt mso 17",
        "(gt mso 14)&(lte mso 16)",
        "!(mso 12)",
        "true",
        "supportLists",
        " MSO ",
    ],
)
def test_a_condition_that_outlook_2016_and_later_fulfil(expression: str) -> None:
    assert holds(expression)


@pytest.mark.parametrize(
    "expression",
    [
        "!mso",
        "IE",
        "lte mso 11",
        "mso 12",
        "(mso 12)|(mso 14)",
        "lt mso 16",
        "gte IE 7",
        "!supportLists",
        "false",
        "",
        "mso mso",
        "(mso",
        "mso)",
        "&",
        "gte",
        "mso | ",
        "16",
        "foo",
        "mso .",
        "!" * 5000 + "mso",
        "(" * 5000,
    ],
)
def test_a_condition_that_they_do_not_fulfil_or_that_is_none(expression: str) -> None:
    assert not holds(expression)


@given(st.text("!&|() msoIE19gtel.", max_size=20))
def test_no_condition_is_too_broken_to_be_read(expression: str) -> None:
    assert holds(expression) in {True, False}


@pytest.mark.parametrize(
    ("html", "shown"),
    [
        ("a<!--[if mso]>b<![endif]-->c", "abc"),
        ("a<!--[if lte mso 11]>b<![endif]-->c", "ac"),
        ("a<!--[if !mso]><!-->b<!--<![endif]-->c", "ac"),
        ("a<!--[if !mso]>-->b<!--<![endif]-->c", "ac"),
        ("a<!--[if mso]><!-->b<!--<![endif]-->c", "abc"),
        ("a<![if !mso]>b<![endif]>c", "ac"),
        ("a<![if mso]>b<![endif]>c", "abc"),
        ("a<!--[if !mso]><!-->b<!--[if mso]>x<![endif]-->d<!--<![endif]-->c", "ac"),
        ("a<!--[if mso]>b<!-- note -->d<![endif]-->c", "ab<!-- note -->dc"),
        ("a<!--[if mso]>b--> c <!--[if mso]>d<![endif]-->e", "ab c de"),
        ("a<!--[if mso]>b", "a<!--[if mso]>b"),
        ("a<!--[if !mso]><!-->b", "a"),
        ("a<!-- [if mso]>b<![endif]-->c", "a<!-- [if mso]>b<![endif]-->c"),
        ('<p title="<!--[if mso]>">a<![endif]></p>', '<p title="<!--[if mso]>">a<![endif]></p>'),
        ("<title><!--[if mso]>a<![endif]--></title>", "<title><!--[if mso]>a<![endif]--></title>"),
    ],
)
def test_outlook_reads_its_branches_and_passes_over_those_of_others(html: str, shown: str) -> None:
    assert plain(see(html, client="outlook-word").html) == shown


@pytest.mark.parametrize("client", ["apple-mail", "gmail-web", "gmail-imap", "outlook-app"])
def test_others_leave_the_comments_as_they_are(client: str) -> None:
    html = "<p>a<!--[if mso]><b>b</b><![endif]-->c<!--[if !mso]><!-->d<!--<![endif]--></p>"
    assert plain(see(html, client=client).html) == html
