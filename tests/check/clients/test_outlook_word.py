"""Outlook on Windows."""

import pytest
from tests.check.clients.mails import mail, plain, words

from lpdownload.check.clients.see import see


def _shown(body: str, css: str = "") -> str:
    return plain(see(mail(body, css), client="outlook-word").html)


@pytest.mark.parametrize(
    ("sent", "shown"),
    [
        ('<div style="max-width:640px;color:red">', '<div style="color:red">'),
        ('<table style="max-width:640px;border-radius:8px">', '<table style="max-width:640px">'),
        ('<a style="display:inline-block;padding:9px">', "<a>"),
        (
            '<td style="padding:9px;background:#fff url(a.png) no-repeat">',
            '<td style="padding:9px;background:#fff">',
        ),
        ('<td style="background-image:url(a.png)">', "<td>"),
        ('<td style="background:linear-gradient(red, blue)">', "<td>"),
        ('<p style="margin:0 0 12px;width:50%;border-top:1px solid red">', '<p style="margin:0 0 12px">'),
        ('<p style="margin:0 auto">', "<p>"),
        ('<span style="color:red;margin:4px">', '<span style="color:red">'),
        ('<img style="display:none;width:100%;height:auto">', "<img>"),
        ('<p style="color:red !important;font-size:9px">', '<p style="font-size:9px">'),
        ('<p style="color:rgba(0,0,0,.5);width:calc(1px)">', "<p>"),
        ('<div style="display:flex">', "<div>"),
        ('<div style="mso-hide:all">', '<div style="display:none">'),
        ('<td style="mso-padding-alt:1px 2px">', '<td style="padding:1px 2px">'),
        ('<b style="font-weight:500">', '<b style="font-weight:normal">'),
        ("<ul style='padding:0;list-style:none'>", '<ul style="list-style:none">'),
    ],
)
def test_css_that_word_does_not_know_on_an_element_goes(sent: str, shown: str) -> None:
    assert f"<body>{shown}</body>" in _shown(sent)


def test_what_word_knows_is_left_as_written() -> None:
    body = '<td style="color: red;PADDING:4px;mso-line-height-rule:exactly;-webkit-x:y" data-lp=a>x</td>'
    assert body in _shown(body)


def test_media_queries_and_selectors_beyond_tags_classes_and_ids_go() -> None:
    css = ".a > p, p:hover, #b .c, td { padding: 4px } p.d { padding: 4px; color: blue }"
    shown = _shown("<p>x</p>", "@media screen { p { color: red } }" + css)
    assert "<style>#b .c, td { padding: 4px }\np.d { color:blue }</style>" in shown


def test_the_log_says_what_and_why_in_plain_words() -> None:
    body = '<div style="border-radius:4px;border-top-left-radius:2px"><!--[if mso]>x<![endif]--></div>'
    taken = see(mail(body, "@media print { p { color: red } }"), client="outlook-word").taken
    assert words(taken) == [
        "1 branch for Outlook opened",
        "media queries (phones, wide screens or print), once",
        "rounded corners (border-radius, border-top-left-radius), 2 times",
    ]
    assert taken[-1].count == 2
    assert "Word" in taken[-1].why


def test_settings_for_word_alone_show_nothing() -> None:
    settings = "<xml><o:OfficeDocumentSettings><o:AllowPNG/></o:OfficeDocumentSettings></xml>"
    head = f"<!--[if mso]><noscript>{settings}</noscript><![endif]-->"
    assert plain(see(mail(head=head), client="outlook-word").html) == mail()


def test_a_drawing_in_vml_is_a_box_with_its_text_colour_and_source() -> None:
    vml = (
        '<!--[if mso]><v:roundrect data-lp="sections.2" style="height:40px;width:200px" fillcolor="#0b6e75">'
        "<w:anchorlock/><center>Go</center></v:roundrect><v:rect/><v:shapetype><v:path/></v:shapetype><![endif]-->"
    )
    seen = see(mail(vml), client="outlook-word")
    assert seen.html.count('<span data-lp="sections.2"') == 1
    assert "min-height:40px;min-width:200px;background-color:#0b6e75" in seen.html
    assert "<center>Go</center></span>" in seen.html
    assert "<v:" not in seen.html
    assert seen.html.count("<span") == seen.html.count("</span>")
    assert "2 drawings in VML, shown as a dashed box" in words(seen.taken)


def test_a_colour_of_a_drawing_cannot_bring_more_css() -> None:
    seen = see('<!--[if mso]><v:rect fillcolor="red;position:fixed"><![endif]-->', client="outlook-word")
    assert "fixed" not in seen.html
