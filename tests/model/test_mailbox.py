"""Names and addresses as header text."""

import re
from email import message_from_bytes
from email.header import decode_header, make_header
from email.headerregistry import AddressHeader
from email.policy import default
from email.utils import parseaddr
from typing import cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lpdownload.model.mailbox import BadMailbox, Mailbox

names = st.text(st.characters(exclude_categories=["Cc", "Cs", "Zl", "Zp"]), max_size=300)


def addresses(header: str) -> list[str]:
    message = message_from_bytes(f"To: {header}\r\n\r\n".encode("ascii"), policy=default)
    assert not message.defects
    found = cast("AddressHeader", message["To"])
    return [address.addr_spec for address in found.addresses]


@pytest.mark.parametrize(
    ("name", "header"),
    [
        ("", "ana@example.org"),
        ("Ana Ruiz", "Ana Ruiz <ana@example.org>"),
        ("Ruiz, Ana", '"Ruiz, Ana" <ana@example.org>'),
        ('Ana "Q." \\', '"Ana \\"Q.\\" \\\\" <ana@example.org>'),
        ("Ana Núñez", "=?utf-8?b?QW5hIE7DusOxZXo=?= <ana@example.org>"),
        ("a@b.org, <x@y.org>", '"a@b.org, <x@y.org>" <ana@example.org>'),
    ],
)
def test_a_name_is_quoted_or_encoded_only_where_it_must_be(name: str, header: str) -> None:
    assert Mailbox(name, "ana@example.org").header() == header


def test_a_domain_in_another_script_goes_out_as_punycode_of_idna_2008() -> None:
    assert Mailbox("", "ana@Exámple.org").header() == "ana@xn--exmple-qta.org"
    assert Mailbox("", "ana@straße.de").header() == "ana@xn--strae-oqa.de"


@pytest.mark.parametrize(
    ("address", "fault"),
    [
        ("josé@example.org", "non-ASCII part before the @"),
        ("ana", "no @"),
        ("ana@", "after the @"),
        ("@example.org", "before the @"),
        ("a b@example.org", "before the @"),
        ("ana@example..org", "after the @"),
        ("ana@-example.org", "after the @"),
        ("ana@exa mple.org", "after the @"),
        ("ana@ü..org", "not a valid domain"),
        ("ana@example.org\r\nBcc: x@y.org", "before the @"),
        ("ana@example.org\r\nBcc: x", "after the @"),
        ("ana@example.org>, <x@y.org", "before the @"),
        ("ana@example.org\n", "after the @"),
        ("a" * 65 + "@example.org", "before the @"),
        ("ana@" + "a." * 127 + "org", "after the @"),
    ],
)
def test_an_address_no_server_would_take_is_refused(address: str, fault: str) -> None:
    with pytest.raises(BadMailbox, match=fault):
        Mailbox("Ana", address)


@pytest.mark.parametrize("name", ["Ana\r\nBcc: x@y.org", "Ana\n", "A\rna", "A\0na", "A\u2028na", "A\x85na"])
def test_a_line_break_in_a_name_is_refused(name: str) -> None:
    with pytest.raises(BadMailbox, match="line break"):
        Mailbox(name, "ana@example.org")


@given(names)
def test_any_name_is_one_mailbox_to_a_parser(name: str) -> None:
    header = Mailbox(name, "ana@example.org").header()
    assert header.isascii()
    assert not re.search(r"\r(?!\n )|(?<!\r)\n", header)
    assert all(len(line) <= 998 for line in header.split("\r\n"))
    assert addresses(header) == ["ana@example.org"]


@given(names)
def test_lines_with_encoded_words_stay_within_76_octets(name: str) -> None:
    header = "To: " + Mailbox(name, "somebody.quite.long@chapter.example.org").header()
    assert all(len(line) <= 76 for line in header.split("\r\n") if "=?" in line)


@pytest.mark.parametrize(
    "name",
    [
        "José 👩\u200d🌾 Núñez",
        "=?utf-8?q?x?=",
        "A  B",
        "Ñ" * 90,
        "O'Neil (County)",
        "Ana; Bo: x",
        "é, ü <a@b.c>",
        "Ｆｕｌｌ",
        "long " * 60 + "x",
    ],
)
def test_a_name_comes_back_from_its_header(name: str) -> None:
    # email.policy puts spaces between the encoded words of a phrase. RFC 2047, 6.2 wants none.
    phrase, address = parseaddr(Mailbox(name, "ana@example.org").header().replace("\r\n ", " "))
    assert (str(make_header(decode_header(phrase))), address) == (name, "ana@example.org")


@given(names.filter(lambda name: name == name.strip()))
def test_parse_reads_what_str_writes(name: str) -> None:
    box = Mailbox(name, "ana@exámple.org")
    assert Mailbox.parse(str(box)) == box


@pytest.mark.parametrize(
    "text", ["a@b.org, c@d.org", "Ana <a@b.org>, Bo <c@d.org>", 'Ana" <a@b.org>x', "A <a@b.org"]
)
def test_more_or_less_than_one_mailbox_is_refused(text: str) -> None:
    with pytest.raises(BadMailbox):
        Mailbox.parse(text)


@pytest.mark.parametrize("name", ["Ana ", " Ana", "\u2003Ana\u00a0", "Ana"])
def test_a_name_has_no_spaces_at_its_ends(name: str) -> None:
    assert Mailbox(name, "ana@example.org").header() == "Ana <ana@example.org>"
