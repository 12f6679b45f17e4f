"""Who it is that asks, as the limits count."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lpdownload.settings import load_settings
from lpdownload.web.rate import Rates, TooMany, address_range


def scope(peer: str, *forwarded: str, scheme: str = "http", **headers: str) -> dict[str, object]:
    pairs = [(b"x-forwarded-for", one.encode("utf-8", "replace")) for one in forwarded]
    pairs += [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    return {"type": "http", "client": (peer, 1), "headers": pairs, "scheme": scheme}


def rates(proxies: str = "") -> Rates:
    return Rates(load_settings(None, {"LPDOWNLOAD_WEB_TRUSTED_PROXIES": proxies} if proxies else {}))


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("192.0.2.77", "192.0.2.0/24"),
        ("2001:db8:1:2ff::1", "2001:db8:1:200::/56"),
        ("::ffff:192.0.2.77", "192.0.2.0/24"),
        ("fe80::1%eth0", "fe80::/56"),
        ("", "unknown"),
        ("a name", "unknown"),
    ],
)
def test_a_range_is_what_one_attacker_easily_has(address: str, expected: str) -> None:
    assert address_range(address) == expected


@pytest.mark.parametrize(
    ("peer", "forwarded", "expected"),
    [
        ("198.51.100.9", ["192.0.2.1"], "198.51.100.9"),  # whoever is no proxy says nothing
        ("127.0.0.1", ["192.0.2.1"], "192.0.2.1"),
        ("127.0.0.1", ["6.6.6.6, 192.0.2.1"], "192.0.2.1"),  # what the reader wrote stands before
        ("127.0.0.1", ["6.6.6.6", "192.0.2.1"], "192.0.2.1"),
        ("127.0.0.1", ["192.0.2.1, 127.0.0.1"], "192.0.2.1"),  # two of ours in a row
        ("127.0.0.1", ["192.0.2.1:4711"], "192.0.2.1"),
        ("127.0.0.1", ["[2001:db8::1]:443"], "2001:db8::1"),
        ("127.0.0.1", ["192.0.2.1, nonsense"], "127.0.0.1"),
        ("127.0.0.1", [], "127.0.0.1"),
    ],
)
def test_the_reader_is_the_last_who_is_no_proxy_of_ours(
    peer: str, forwarded: list[str], expected: str
) -> None:
    assert rates().client(scope(peer, *forwarded)) == expected


def test_proxies_are_those_that_are_named() -> None:
    named = rates("10.0.0.0/8, fd00::/8")
    assert named.client(scope("10.1.2.3", "192.0.2.1")) == "192.0.2.1"
    assert named.client(scope("127.0.0.1", "192.0.2.1")) == "127.0.0.1"
    assert rates("none").client(scope("127.0.0.1", "192.0.2.1")) == "127.0.0.1"


@pytest.mark.parametrize(
    ("peer", "said", "expected"),
    [("127.0.0.1", "https", "https"), ("192.0.2.1", "https", "http"), ("127.0.0.1", "gopher", "http")],
)
def test_only_a_proxy_says_what_the_reader_spoke(peer: str, said: str, expected: str) -> None:
    assert rates().scheme(scope(peer, x_forwarded_proto=said)) == expected


@given(st.text(max_size=40), st.lists(st.text(max_size=60), max_size=3))
def test_whatever_is_said_there_is_somebody_to_count(peer: str, forwarded: list[str]) -> None:
    found = rates().range_of(scope(peer, *forwarded))
    assert found == "unknown" or "/" in found


def test_one_range_s_limit_is_no_other_s_and_it_says_when_to_come_back() -> None:
    found = rates()

    def often() -> None:
        for _ in range(1_000):
            found.count("page", "192.0.2.0/24")

    with pytest.raises(TooMany) as caught:
        often()
    assert 1 <= caught.value.wait <= 60
    found.count("page", "198.51.100.0/24")
    found.count("change", "192.0.2.0/24")


def test_looking_counts_nothing() -> None:
    found = rates()
    for _ in range(1_000):
        found.look("page", "192.0.2.0/24")
