"""The Gmail app with another provider's account."""

from tests.check.clients.mails import mail, plain

from lpdownload.check.clients.see import see


def test_no_style_element_is_left_wherever_it_stands() -> None:
    html = mail('<p style="color:red">x</p><STYLE media=print>p{a:b}</Style >', "p{c:d}")
    seen = see(html, client="gmail-imap")
    assert "style>" not in plain(seen.html).lower()
    assert '<p style="color:red">x</p></body>' in seen.html
    assert [(one.what, one.count) for one in seen.taken] == [("2 style blocks of 12 bytes", 2)]


def test_a_style_element_without_an_end_takes_the_rest_as_in_a_browser() -> None:
    assert plain(see("<p>x<style>p{a:b}<p>y", client="gmail-imap").html) == "<p>x"
