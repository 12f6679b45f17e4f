"""A mail with pictures off."""

import pytest
from tests.check.clients.mails import mail, plain, words

from lpdownload.check.clients.see import CLIENTS, see


def _shown(body: str, css: str = "") -> str:
    return plain(see(mail(body, css), images=False).html)


def test_a_picture_becomes_its_words_in_a_box_of_its_size() -> None:
    shown = _shown(
        '<img src="a.png" alt=\'A "road" & <trees>\' width="576" height="324" data-lp="sections.1.image">'
    )
    assert "<img" not in shown
    assert "a.png" not in shown
    assert '<span data-lp="sections.1.image" style="' in shown
    assert "width:576px;height:324px;aspect-ratio:576/324" in shown
    assert '>A "road" &amp; &lt;trees&gt;</span>' in shown


def test_the_css_of_a_picture_wins_over_its_attributes_as_in_a_browser() -> None:
    shown = _shown('<img width=576 height=324 style="display:block;width:100%;height:auto;">')
    assert 'style="display:block;width:100%;height:auto;display:block' in shown
    assert "height:324px" not in shown
    assert "aspect-ratio:576/324" in shown


def test_a_counting_pixel_stays_unseen() -> None:
    assert "border:" not in _shown('<img src="p.gif" width="1" height="1" alt="">')


def test_the_log_tells_pictures_with_words_from_those_without() -> None:
    seen = see(mail('<img alt="A road"><img><img alt=" "><td background=a.png>'), images=False)
    assert words(seen.taken) == [
        "1 picture not loaded, alternative text instead",
        "2 pictures not loaded, an empty box instead",
        "1 background picture not loaded",
    ]


@pytest.mark.parametrize(
    ("sent", "shown"),
    [
        ('<td background="a.png" width=9>', "<td width=9>"),
        ('<td style="background:#fff url(a.png) no-repeat">', '<td style="background:#fff none no-repeat">'),
        (
            "<td style=\"background-image:url('a(1).png'), url( b.png )\">",
            '<td style="background-image:none, none">',
        ),
        ('<p style="content:image-set(url(a.png) 1x, url(b.png) 2x)">', '<p style="content:none">'),
        ("<picture><source srcset=a.png></picture>", "<picture></picture>"),
    ],
)
def test_background_pictures_are_not_loaded(sent: str, shown: str) -> None:
    assert f"<body>{shown}</body>" in _shown(sent)


def test_of_a_style_element_only_pictures_go() -> None:
    css = '@import url("a.css"); @font-face { src: url(f.woff2) } p { background: url(a.png) }'
    assert css.replace("url(a.png)", "none") in _shown("", css)


def test_alternative_text_and_attributes_cannot_bring_elements() -> None:
    shown = _shown('<img alt="</span><script>x</script>" class=\'"><b>\' style=\'color:red" onload="x\'>')
    assert "<script" not in shown
    assert "<b>" not in shown.replace('class="&quot;><b>"', "")
    assert 'onload="' not in shown


@pytest.mark.parametrize("client", CLIENTS)
def test_no_client_loads_a_picture(client: str) -> None:
    body = (
        '<img src=a.png alt=x><p style="background:url(a.png)">x</p><!--[if mso]><img src=a.png><![endif]-->'
    )
    shown = see(mail(body), client=client, images=False).html
    assert "a.png" not in shown.replace("<!--[if mso]><img src=a.png><![endif]-->", "")
