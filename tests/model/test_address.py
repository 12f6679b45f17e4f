"""Mail addresses: what is taken off, what is kept, what is refused."""

import re
from unicodedata import normalize

import pytest
from email_validator import EmailNotValidError, validate_email
from hypothesis import given
from hypothesis import strategies as st

from lpdownload.model.address import Address, BadAddress, address_of, judged_by_the_library


def why_not(text: str) -> str:
    with pytest.raises(BadAddress) as caught:
        address_of(text)
    return str(caught.value)


def test_a_plain_address_is_its_own_key() -> None:
    assert address_of("ana@example.org") == Address("ana@example.org", "ana@example.org", None)


def test_the_local_part_stays_as_written_and_the_key_is_in_lower_case() -> None:
    found = address_of("Ana.Diaz@Example.ORG")
    assert (found.email, found.key) == ("Ana.Diaz@example.org", "ana.diaz@example.org")


@pytest.mark.parametrize(
    "text",
    [
        "  ana@example.org\t",
        "\u00a0ana@example.org\u200b",
        "\ufeffana@example.org",
        "ana@example.org\r\n",
        "mailto:ana@example.org",
        "MAILTO:ana@example.org?subject=Hi",
        "Ana Díaz <ana@example.org>",
        '"Díaz, Ana" < ana@example.org >',
        "<ana@example.org>",
        "Ana <mailto:ana@example.org>",
    ],
)
def test_what_stands_around_an_address_is_taken_off(text: str) -> None:
    assert address_of(text).email == "ana@example.org"


def test_a_domain_in_another_script_becomes_its_a_label() -> None:
    assert address_of("ana@BÜCHER.example").email == "ana@xn--bcher-kva.example"
    assert address_of("ana@xn--bcher-kva.example") == address_of("ana@bücher.example")


def test_a_local_part_in_another_script_is_composed_and_folded() -> None:
    found = address_of("JOSE\u0301@example.org")
    assert (found.email, found.key) == ("JOSÉ@example.org", "josé@example.org")


@pytest.mark.parametrize(
    ("text", "mailbox"),
    [
        ("a.na+news@gmail.com", "ana@gmail.com"),
        ("A.N.A@GoogleMail.com", "ana@gmail.com"),
        ("ana@googlemail.com", "ana@gmail.com"),
        ("ana@gmail.com", None),
        ("Ana@gmail.com", None),
        ("a.na+news@example.org", None),
        ("a.na@hotmail.com", None),
        ("+news@gmail.com", None),
    ],
)
def test_only_gmail_has_other_spellings_of_a_mailbox(text: str, mailbox: str | None) -> None:
    assert address_of(text).mailbox == mailbox


@pytest.mark.parametrize(
    "text",
    [
        "",
        "   ",
        "ana",
        "@example.org",
        "ana@",
        "ana@example",
        "ana@@example.org",
        "ana@example.org, bo@example.org",
        "ana@example.org;bo@example.org",
        "ana smith@example.org",
        "ana@exa mple.org",
        ".ana@example.org",
        "ana.@example.org",
        "a..na@example.org",
        "ana@-example.org",
        "ana@example..org",
        "ana@exa--mple..org",
        "ana@ab--cd.org",
        "ana@example.123",
        "ana@example.local",
        "ana@mail.localhost",
        "ana@hidden.onion",
        '"ana smith"@example.org',
        '"ana"@example.org',
        "ana@[192.0.2.1]",
        "ana@[IPv6:::1]",
        "ana@example.org\nBcc: bo@example.org",
        "ana\n@example.org",
        "ana\x00@example.org",
        f"ana@{'a' * 64}.org",
        f"{'a' * 243}@example.org",
        f"{'é' * 130}@example.org",
        "ana@xn--a.org",
    ],
)
def test_what_cannot_be_mailed_is_refused(text: str) -> None:
    assert why_not(text)


def test_an_address_may_be_as_long_as_the_rules_allow() -> None:
    longest = f"{'a' * 242}@example.org"
    assert address_of(longest).email == longest


@pytest.mark.parametrize(
    "text",
    [
        "secretname@exa mple.org",
        "secretname@exämple..org",
        "secretname§\u2028@example.org",
        "secretname@a\u0378b.org",
        "secretname@xn--secretname.org",
        '"secretname"secretname@example.org',
        "secretname@[secretname]",
    ],
)
def test_the_reason_never_holds_the_address(text: str) -> None:
    assert "secretname" not in why_not(text)
    assert "\n" not in why_not(text)


LOCAL = st.text("abcXYZ019._+-%'&=~#/!$*?^`{|}", min_size=1, max_size=12)
LABEL = st.text("abcXYZ019-", min_size=1, max_size=8)
TLD = st.sampled_from(
    ["org", "com", "ORG", "c", "co", "test", "local", "invalid", "arpa", "onion", "xn--p1ai", "c0m"]
)
USUAL = st.builds(
    lambda local, labels, tld: f"{local}@{'.'.join([*labels, tld])}",
    LOCAL,
    st.lists(LABEL | st.just("x" * 63) | st.just("x" * 64), min_size=0, max_size=3),
    TLD,
)


def outcome(find: object, text: str) -> Address | None:
    assert callable(find)
    try:
        found = find(text)
    except BadAddress:
        return None
    assert isinstance(found, Address)
    return found


@given(USUAL)
def test_the_short_cut_agrees_with_the_library(text: str) -> None:
    assert outcome(address_of, text) == outcome(judged_by_the_library, text)


@given(USUAL | st.emails() | st.text(max_size=20).map(lambda local: f"{local}@example.org"))
def test_what_is_accepted_is_valid_and_naming_it_again_changes_nothing(text: str) -> None:
    found = outcome(address_of, text)
    if found is None:
        return
    valid = validate_email(found.email, check_deliverability=False, test_environment=True)
    assert found.email.rpartition("@")[2] == valid.ascii_domain
    assert address_of(found.email) == found
    assert normalize("NFC", found.email) == found.email
    assert not re.search(r"\s", found.email)


@given(st.text(max_size=40))
def test_any_text_is_an_address_or_refused(text: str) -> None:
    found = outcome(address_of, text)
    assert found is None or found.email.count("@") == 1


@given(st.emails())
def test_every_address_of_a_standard_shape_is_accepted_unless_the_library_refuses_it(text: str) -> None:
    try:
        validate_email(text, check_deliverability=False, test_environment=True)
    except EmailNotValidError:
        assert outcome(address_of, text) is None
    else:
        assert outcome(address_of, text) is not None
