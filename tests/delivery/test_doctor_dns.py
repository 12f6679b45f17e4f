"""SPF, DKIM, DMARC, MX and alignment, as a name server of the test's own tells them."""

import socket
from base64 import b64encode
from collections.abc import Callable, Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.delivery.dns_server import NameServer, Zone

from lpdownload.delivery.doctor_dns import (
    Dns,
    DnsUnknown,
    check_alignment,
    check_dkim,
    check_dmarc,
    check_mail_exchange,
    check_spf,
    find_policy,
)
from lpdownload.providers.base import Check

KEY = b64encode(b"k" * 294).decode()
"""As long as an RSA key of 2048 bits."""
LONG = f'"v=DKIM1; k=rsa; p={KEY[:200]}" "{KEY[200:]}"'

Ask = Callable[..., Dns]


@pytest.fixture
def ask() -> Iterator[Ask]:
    """A resolver over a zone."""
    servers: list[NameServer] = []

    def made(zone: Zone, *, failing: tuple[str, ...] = (), silent: bool = False, seconds: float = 5.0) -> Dns:
        server = NameServer(zone, failing=failing, silent=silent)
        servers.append(server)
        server.__enter__()
        return Dns(server.address, seconds=seconds)

    yield made
    for server in servers:
        server.__exit__()


def quoted(text: str) -> str:
    """In strings of at most 255 bytes, as a zone file has them."""
    return " ".join(f'"{text[start : start + 200]}"' for start in range(0, len(text), 200)) or '""'


def txt(**records: str) -> Zone:
    """TXT records: ``_dmarc__news`` is _dmarc.news.example.org, ``top`` is example.org; | parts records."""
    return {
        (
            "example.org" if name == "top" else f"{name.replace('__', '.')}.example.org",
            "TXT",
        ): [part if part.startswith('"') else quoted(part) for part in text.split("|")]
        for name, text in records.items()
    }


def spf(ask: Ask, zone: Zone, *, needed: bool = True, include: str = "") -> Check:
    return check_spf(ask(zone), "example.org", needed=needed, include=include)


@pytest.mark.parametrize(
    ("record", "state", "words"),
    [
        ("v=spf1 ip4:192.0.2.1 -all", "ok", "ends in -all"),
        ("V=SPF1 ip4:192.0.2.1 ~all", "ok", "ends in ~all"),
        ("v=spf1", "warning", "does not end in all"),
        ("v=spf1 ip4:192.0.2.1 ?all", "warning", "?all"),
        ("v=spf1 +all", "error", "whole world"),
        ("v=spf1 all", "error", "whole world"),
        ("v=spf1 -all|v=spf1 ~all", "error", "2 records"),
        ("v=spf1 ipv4:192.0.2.1 -all", "error", "ipv4"),
        ("v=spf1 include:nowhere.example.org -all", "error", "nowhere.example.org"),
        ("v=spf1 redirect=other.example.org", "ok", "ends in -all"),
        ("v=spf1 include:%{i}._spf.example.org -all", "ok", "1 of 10"),
        ("v=spf10 -all", "error", "there is none"),
        ("some words", "error", "there is none"),
    ],
)
def test_spf_is_judged_as_receivers_judge_it(ask: Ask, record: str, state: str, words: str) -> None:
    found = spf(ask, {**txt(top=record, other="v=spf1 -all")})
    assert (found.state, words in found.says) == (state, True), found
    assert bool(found.remedy) == (state != "ok")


def test_a_record_of_several_strings_is_read_as_one(ask: Ask) -> None:
    assert spf(ask, txt(top='"v=spf1 ip4:192." "0.2.1 -all"')).state == "ok"


def test_spf_that_costs_more_than_ten_lookups_is_an_error(ask: Ask) -> None:
    record = "v=spf1 " + " ".join(f"include:i{number}.example.org" for number in range(11)) + " -all"
    zone = txt(top=record, **{f"i{number}": "v=spf1 ip4:192.0.2.1 -all" for number in range(11)})
    assert "more than 10" in spf(ask, zone).says


def test_spf_that_includes_itself_comes_to_an_end(ask: Ask) -> None:
    assert "more than 10" in spf(ask, txt(top="v=spf1 include:example.org -all")).says


def test_spf_is_only_missed_where_the_envelope_is_ours(ask: Ask) -> None:
    assert spf(ask, {}, needed=False).state == "warning"
    assert spf(ask, {}, needed=True).state == "error"


def test_a_provider_that_spf_does_not_name_is_a_warning(ask: Ask) -> None:
    zone = {
        **txt(top="v=spf1 include:spf.example.net -all"),
        ("spf.example.net", "TXT"): ['"v=spf1 -all"'],
    }
    assert spf(ask, zone, include="sendgrid.net").state == "warning"
    assert spf(ask, zone, include="spf.example.net").state == "ok"


def dmarc(ask: Ask, domain: str, zone: Zone) -> Check:
    return check_dmarc(domain, *find_policy(ask(zone), domain))


@pytest.mark.parametrize(
    ("record", "state", "words"),
    [
        ("v=DMARC1; p=reject; rua=mailto:d@example.org", "ok", "p=reject"),
        ("v=DMARC1;p=quarantine;rua=mailto:d@example.org", "ok", "p=quarantine"),
        ("v=DMARC1; p=reject", "warning", "nobody gets the reports"),
        ("v=DMARC1; p=none; rua=mailto:d@example.org", "warning", "p=none"),
        ("v=DMARC1; p=maybe", "error", "p=maybe"),
        ("v=DMARC1", "error", "none of the three"),
        ("v=DMARC1; p=none|v=DMARC1; p=reject", "error", "2 records"),
        ("v=DMARC10; p=none", "error", "neither"),
    ],
)
def test_dmarc_is_judged_as_receivers_judge_it(ask: Ask, record: str, state: str, words: str) -> None:
    found = dmarc(ask, "example.org", txt(_dmarc=record))
    assert (found.state, words in found.says) == (state, True), found
    assert bool(found.remedy) == (state != "ok")


def test_a_subdomain_without_a_record_has_its_organisations_policy_for_subdomains(ask: Ask) -> None:
    zone = txt(_dmarc="v=DMARC1; p=reject; sp=none; rua=mailto:d@example.org")
    found = dmarc(ask, "mail.news.example.org", zone)
    assert (found.state, found.says[:25]) == ("warning", "p=none (from example.org)")


def test_a_subdomains_own_record_wins(ask: Ask) -> None:
    zone = txt(_dmarc="v=DMARC1; p=none", _dmarc__news="v=DMARC1; p=reject; rua=mailto:d@example.org")
    policy, _ = find_policy(ask(zone), "news.example.org")
    assert policy
    assert (policy.at, policy.organisation, policy.tags["p"]) == ("news.example.org", "example.org", "reject")


def test_a_registry_that_has_a_record_is_not_the_organisation(ask: Ask) -> None:
    zone = {("_dmarc.gov.example", "TXT"): ['"v=DMARC1; p=reject; psd=y"']}
    policy, _ = find_policy(ask(zone), "mail.town.gov.example")
    assert policy
    assert policy.organisation == "town.gov.example"


@pytest.mark.parametrize(
    ("record", "state", "words"),
    [
        (LONG, "ok", "s1"),
        (f"k=rsa; p={KEY[:240]}", "ok", "s1"),
        ("v=DKIM1; k=ed25519; p=" + b64encode(b"k" * 32).decode(), "ok", "s1"),
        ("v=DKIM1; p=", "error", "withdrawn"),
        ("v=DKIM1; p=!!!", "error", "damaged"),
        ("v=DKIM1; p=" + b64encode(b"k" * 94).decode(), "error", "shorter than 1024"),
        (f"v=DKIM1; t=y; p={KEY[:240]}", "error", "test mode"),
        (f"v=DKIM1; p={KEY[:240]}|v=DKIM1; p={KEY[:236]}", "error", "several records"),
        ("a note", "error", "no key"),
    ],
)
def test_a_dkim_key_is_judged_as_receivers_judge_it(ask: Ask, record: str, state: str, words: str) -> None:
    found = check_dkim(ask(txt(s1___domainkey=record)), "example.org", "example.org", ["s1"], certain=True)
    assert (found.checks[0].state, words in found.checks[0].says) == (state, True), found
    assert found.domain == ("example.org" if state == "ok" else None)


def test_keys_of_the_organisation_count_for_its_subdomain_unless_dmarc_is_strict(ask: Ask) -> None:
    for tags, state in (("p=reject", "ok"), ("p=reject; adkim=s", "error")):
        dns = ask({**txt(s1___domainkey=LONG, _dmarc=f"v=DMARC1; {tags}")})
        policy, _ = find_policy(dns, "news.example.org")
        assert policy
        signing = check_dkim(dns, "news.example.org", policy.organisation, ["s1", "s2"], certain=False)
        assert signing.domain == "example.org"
        assert check_alignment("news.example.org", policy, signing).state == state


def test_selectors_that_are_only_usual_are_a_warning_and_unknown_ones_unknown(ask: Ask) -> None:
    usual = check_dkim(ask({}), "example.org", "example.org", ["s1"], certain=False)
    none = check_dkim(ask({}), "example.org", "example.org", [], certain=False)
    assert (usual.checks[0].state, none.checks[0].state) == ("warning", "unknown")
    assert check_alignment("example.org", None, none).state == "unknown"


@pytest.mark.parametrize(
    ("zone", "state", "words"),
    [
        ({("example.org", "MX"): ["20 b.example.net.", "10 a.example.net."]}, "ok", "a.example.net"),
        ({("example.org", "MX"): ["0 ."]}, "error", "null MX"),
        ({("example.org", "A"): ["192.0.2.1"]}, "warning", "no MX"),
        ({("example.org", "AAAA"): ["2001:db8::1"]}, "warning", "no MX"),
        ({}, "error", "neither"),
    ],
)
def test_mail_to_a_domain_arrives_or_not(ask: Ask, zone: Zone, state: str, words: str) -> None:
    found = check_mail_exchange(ask(zone), "example.org", "replies")
    assert (found.state, words in found.says) == (state, True), found


def test_a_failing_name_server_leaves_everything_unknown(ask: Ask) -> None:
    names = ("example.org", "s1._domainkey.example.org")
    dns = ask({}, failing=names)
    checks = [
        check_spf(dns, "example.org", needed=True),
        *check_dkim(dns, "example.org", "example.org", ["s1"], certain=True).checks,
        check_mail_exchange(dns, "example.org", "replies"),
    ]
    assert [check.state for check in checks] == ["unknown"] * 3
    assert all("SERVFAIL" in check.says and check.remedy for check in checks)


def test_a_silent_name_server_is_not_waited_for_more_than_twice(ask: Ask) -> None:
    dns = ask({}, silent=True, seconds=0.2)
    says = [check_mail_exchange(dns, f"{n}.example.org", "replies").says for n in range(3)]
    assert ["in time" in words for words in says] == [True, True, False]
    assert says[2] == "no name server answers"
    assert not dns.answers


def test_the_same_question_is_asked_once_whatever_the_answer() -> None:
    zone: Zone = {("example.org", "MX"): ["10 mx.example.org."]}
    with NameServer(zone, failing=["b.example.org"]) as server:
        dns = Dns(server.address)
        for domain in ("example.org", "a.example.org", "b.example.org"):
            first, again = (check_mail_exchange(dns, domain, "replies") for _ in range(2))
            assert first == again
        assert dns.answers
    definite = [asked for asked in server.asked if asked[0] != "b.example.org"]  # a failure is asked again
    assert len(definite) == len(set(definite)) == 4


def test_a_port_where_nobody_listens_is_unknown() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as taken:
        taken.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{taken.getsockname()[1]}"
    assert check_spf(Dns(address, seconds=0.5), "example.org", needed=True).state == "unknown"


def test_a_name_that_cannot_be_asked_for_is_unknown(ask: Ask) -> None:
    with pytest.raises(DnsUnknown):
        ask({}).texts("x" * 64 + ".example.org")


@given(
    text=st.text(st.characters(min_codepoint=32, max_codepoint=126, exclude_characters='"\\'), max_size=120),
    kind=st.sampled_from(["v=spf1 ", "v=DMARC1; ", "v=DKIM1; p=", ""]),
)
def test_no_record_is_a_surprise(text: str, kind: str) -> None:
    record = [f'"{kind}{text}"']
    zone: Zone = {
        (name, "TXT"): record for name in ("example.org", "_dmarc.example.org", "s1._domainkey.example.org")
    }
    with NameServer(zone) as server:
        dns = Dns(server.address)
        policy, why = find_policy(dns, "example.org")
        signing = check_dkim(dns, "example.org", "example.org", ["s1"], certain=True)
        checks = [
            check_spf(dns, "example.org", needed=True),
            check_dmarc("example.org", policy, why),
            *signing.checks,
            check_alignment("example.org", policy, signing),
        ]
    assert all(check.says and (check.state == "ok" or check.remedy) for check in checks)
