"""Gmail on the web."""

from tests.check.clients.mails import mail, plain, words

from lpdownload.check.clients.gmail_web import MOST
from lpdownload.check.clients.see import see


def _block(name: str, size: int) -> str:
    rule = f".{name}{{color:red}}"
    return f"<style>{rule}{' ' * (size - len(rule))}</style>"


def test_the_style_element_that_reaches_16_kb_goes_and_all_behind_it() -> None:
    head = _block("first", 10_000) + _block("second", 9_204) + _block("third", 100)
    seen = see(mail(head=head), client="gmail-web")
    assert "first" in seen.html
    assert "second" not in seen.html
    assert "third" not in seen.html
    (taken,) = seen.taken
    assert (taken.what, taken.count) == ("2 style blocks of 9,304 bytes", 2)
    assert "19,304 bytes" in taken.why


def test_16_kb_to_the_byte_stay() -> None:
    html = mail(head=_block("a", MOST - 100) + _block("b", 100))
    seen = see(html, client="gmail-web")
    assert plain(seen.html) == html
    assert seen.taken == ()


def test_bytes_are_counted_and_not_letters() -> None:
    assert words(see(mail(css="/*" + "é" * 8_200 + "*/"), client="gmail-web").taken) == [
        "1 style block of 16,404 bytes"
    ]


def test_a_style_element_in_the_body_goes_and_counts_for_nothing() -> None:
    seen = see(mail(_block("late", MOST), ".a{color:red}"), client="gmail-web")
    assert ".a{color:red}" in seen.html
    assert "late" not in seen.html
    assert words(seen.taken) == ["1 style block of 16,384 bytes"]


def test_a_linked_style_sheet_and_drawings_go() -> None:
    seen = see(
        mail("<svg><path/></svg><p>x</p>", head='<link REL="StyleSheet" href=a.css>'), client="gmail-web"
    )
    assert "<link" not in seen.html
    assert "<body><p>x</p></body>" in seen.html


def test_an_element_without_an_end_takes_nothing_else_with_it() -> None:
    assert "<p>x</p>" in see(mail("<svg><p>x</p>"), client="gmail-web").html
