"""Which addresses may be connected to, and that nothing else ever is."""

import ipaddress
import socket

import dns.resolver
import httpcore
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.delivery.dns_server import NameServer, Zone

from lpdownload.check.online.public import NoSuchName, NotPublic, PublicBackend, is_public, resolve


@pytest.mark.parametrize(
    "address",
    [
        "0.0.0.0",
        "10.1.2.3",
        "100.64.0.1",
        "100.127.255.255",
        "127.0.0.1",
        "127.9.9.9",
        "169.254.169.254",
        "172.16.0.1",
        "172.31.255.255",
        "192.0.0.1",
        "192.0.2.1",
        "192.88.99.1",
        "192.168.1.1",
        "198.18.0.1",
        "198.51.100.1",
        "203.0.113.1",
        "224.0.0.1",
        "240.0.0.1",
        "255.255.255.255",
        "::",
        "::1",
        "::7f00:1",
        "::ffff:127.0.0.1",
        "::ffff:8.8.8.8",
        "64:ff9b::7f00:1",
        "64:ff9b::808:808",
        "64:ff9b:1::1",
        "100::1",
        "2001::1",
        "2001:0:53aa:64c:0:7fff:f5ff:fffe",
        "2001:10::1",
        "2001:db8::1",
        "2002:7f00:1::1",
        "2002:808:808::1",
        "3fff::1",
        "5f00::1",
        "fc00::1",
        "fd12:3456::1",
        "fe80::1",
        "fe80::1%eth0",
        "2606:4700::1111%eth0",
        "fec0::1",
        "ff02::1",
        "127.1",
        "0x7f.0.0.1",
        "2130706433",
        "localhost",
        "",
    ],
)
def test_an_address_that_readers_do_not_reach_is_refused(address: str) -> None:
    assert not is_public(address, 443)


@pytest.mark.parametrize(
    "address", ["8.8.8.8", "100.128.0.1", "172.32.0.1", "2606:4700::1111", "2a00:1450::1"]
)
def test_a_public_address_is_allowed_at_the_web_s_ports_only(address: str) -> None:
    assert is_public(address, 80)
    assert is_public(address, 443)
    assert not any(is_public(address, port) for port in (0, 22, 25, 8080, 8443, 6379))


@given(st.ip_addresses())
def test_what_python_calls_private_or_special_is_never_public(
    ip: ipaddress.IPv4Address | ipaddress.IPv6Address,
) -> None:
    special = ip.is_private or ip.is_loopback or ip.is_link_local or ip.is_multicast or ip.is_reserved
    if special or ip.is_unspecified or not ip.is_global:
        assert not is_public(str(ip), 443)


def test_a_name_is_looked_up_once_and_what_was_looked_at_is_connected_to() -> None:
    """So a name server that answers otherwise the second time gains nothing."""
    asked: list[str] = []
    with socket.create_server(("127.0.0.1", 0)) as server:

        def resolver(host: str, seconds: float) -> list[str]:  # noqa: ARG001
            asked.append(host)
            return ["127.0.0.1"] if len(asked) == 1 else ["127.0.0.2"]

        backend = PublicBackend(lambda address, _: address == "127.0.0.1", resolver)
        stream = backend.connect_tcp("town.gov", server.getsockname()[1], 5)
        assert stream.get_extra_info("server_addr")[0] == "127.0.0.1"
        stream.close()
    assert asked == ["town.gov"]


def test_only_the_allowed_ones_of_a_name_s_addresses_are_tried() -> None:
    tried: list[str] = []

    def allowed(address: str, port: int) -> bool:  # noqa: ARG001
        tried.append(address)
        return False

    backend = PublicBackend(allowed, lambda host, seconds: ["10.0.0.1", "::1"])  # noqa: ARG005
    with pytest.raises(NotPublic):
        backend.connect_tcp("town.gov", 443, 5)
    assert tried == ["10.0.0.1", "::1"]


def test_a_number_instead_of_a_name_is_looked_at_too() -> None:
    def resolver(host: str, seconds: float) -> list[str]:  # noqa: ARG001
        raise AssertionError("a number is no name")

    for host in ("127.0.0.1", "::1", "[::1]"):
        with pytest.raises(NotPublic):
            PublicBackend(resolver=resolver).connect_tcp(host, 80, 5)


def test_another_spelling_of_a_number_is_a_name_that_does_not_exist() -> None:
    """The system's own look-up would take it for 127.0.0.1."""
    asked: list[str] = []

    def resolver(host: str, seconds: float) -> list[str]:  # noqa: ARG001
        asked.append(host)
        raise NoSuchName(host)

    for host in ("127.1", "0x7f000001", "2130706433"):
        with pytest.raises(NoSuchName):
            PublicBackend(resolver=resolver).connect_tcp(host, 80, 5)
    assert asked == ["127.1", "0x7f000001", "2130706433"]


def test_a_second_address_is_tried_where_the_first_does_not_answer() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        backend = PublicBackend(lambda *_: True, lambda *_: ["127.0.0.2", "127.0.0.1"])
        backend.connect_tcp("town.gov", server.getsockname()[1], 5).close()


def test_no_socket_of_this_machine_is_opened() -> None:
    with pytest.raises(NotPublic):
        PublicBackend().connect_unix_socket("/run/docker.sock")


def test_no_time_means_no_connection() -> None:
    backend = PublicBackend(lambda *_: True, lambda *_: ["127.0.0.1"])
    backend.end_at(0.0)
    with pytest.raises(httpcore.ConnectTimeout):
        backend.connect_tcp("town.gov", 80, 5)


ZONE: Zone = {
    ("town.gov", "A"): ["192.0.2.1", "192.0.2.2"],
    ("town.gov", "AAAA"): ["2001:db8::1"],
    ("new.town.gov", "AAAA"): ["2001:db8::2"],
    ("mail.town.gov", "MX"): ["10 mx.town.gov."],
}


def with_name_server(monkeypatch: pytest.MonkeyPatch, server: NameServer) -> None:
    """Makes it the machine's own."""
    host, _, port = server.address.partition(":")
    resolver = dns.resolver.Resolver(configure=False)
    resolver.nameservers, resolver.port = [host], int(port)
    monkeypatch.setattr(dns.resolver, "Resolver", lambda: resolver)


def test_names_are_looked_up_in_the_dns(monkeypatch: pytest.MonkeyPatch) -> None:
    with NameServer(ZONE, failing=["broken.town.gov"]) as server:
        with_name_server(monkeypatch, server)
        assert sorted(resolve("town.gov", 5)) == ["192.0.2.1", "192.0.2.2"]
        assert resolve("new.town.gov", 5) == ["2001:db8::2"]
        for unknown in ("nowhere.town.gov", "localhost", "127.1"):
            with pytest.raises(NoSuchName):
                resolve(unknown, 5)
        for odd in ("broken.town.gov", "a" * 70 + ".gov", "a..gov"):
            with pytest.raises(httpcore.ConnectError):
                resolve(odd, 5)


def test_a_name_server_that_says_nothing_is_left_in_time(monkeypatch: pytest.MonkeyPatch) -> None:
    with NameServer(ZONE, silent=True) as server:
        with_name_server(monkeypatch, server)
        with pytest.raises(httpcore.ConnectError):
            resolve("town.gov", 0.2)


def test_a_machine_without_name_servers_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    def none() -> dns.resolver.Resolver:
        raise dns.resolver.NoResolverConfiguration

    monkeypatch.setattr(dns.resolver, "Resolver", none)
    with pytest.raises(httpcore.ConnectError):
        resolve("town.gov", 1)
