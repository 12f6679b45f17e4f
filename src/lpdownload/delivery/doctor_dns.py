"""What the DNS says of a sender's domain, as the machines that receive its mail would read it.

SPF is RFC 7208, DKIM's keys RFC 6376 and 8301, null MX RFC 7505. The domain whose DMARC record holds is found
by walking up the tree, as DMARC's successor has it, so no list of public suffixes is needed.
"""

import re
from base64 import b64decode
from binascii import Error as NotBase64
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import dns.exception
import dns.resolver
from dns.rdata import Rdata
from dns.rdtypes.ANY.MX import MX
from dns.rdtypes.ANY.TXT import TXT

from lpdownload.errors import LpdownloadError
from lpdownload.providers.base import Check

LOOKUPS: Final = 10
"""That evaluating one SPF record may cost (RFC 7208, 4.6.4)."""
LABELS: Final = 8
"""Of a name that the walk for DMARC starts at."""
_SHORTEST_KEY: Final = 138
"""Bytes of DER: an RSA key of 1024 bits takes 140 bare or 162 with its algorithm, one of 768 at most 126."""
_TERM = re.compile(
    r"([+?~-]?)(all|include|a|mx|ptr|ip4|ip6|exists|redirect|exp)(?![a-z0-9_.-])[:=/]?(.*)", re.IGNORECASE
)
_COSTLY: Final = frozenset({"include", "a", "mx", "ptr", "exists", "redirect"})
_ASK_AGAIN: Final = "try again; if it stays, whoever runs the domain's name servers has to look"


class DnsUnknown(LpdownloadError):
    """The question stays open: no answer, or a server that failed."""


class Dns:
    """A resolver: the machine's own, or the one at ``server``, as in 127.0.0.1:5353.

    Threads may share it. The same question is asked once.
    """

    def __init__(self, server: str | None = None, *, seconds: float = 5.0) -> None:
        """``seconds`` for each question; after two without any answer no more are asked."""
        self._silent = 0
        self.answers = False
        """Whether any question has had a definite answer."""
        self._known: dict[tuple[str, str], Sequence[Rdata] | DnsUnknown] = {}
        try:
            self._resolver = dns.resolver.Resolver(configure=server is None)
        except dns.resolver.NoResolverConfiguration:
            self._resolver = dns.resolver.Resolver(configure=False)
        if server:
            host, _, port = server.rpartition(":")
            self._resolver.nameservers = [host.strip("[]")]
            self._resolver.port = int(port)
        self._resolver.lifetime = seconds
        self._resolver.timeout = seconds

    def texts(self, name: str) -> tuple[str, ...]:
        """TXT records, the strings of each joined; none if there is no such name."""
        found = self._ask(name, "TXT")
        joined = (b"".join(record.strings) for record in found if isinstance(record, TXT))
        return tuple(text.decode("utf-8", "replace") for text in joined)

    def exchangers(self, name: str) -> tuple[str, ...]:
        """Hosts that take its mail, the preferred first; "" is the null MX."""
        found = sorted(
            (record for record in self._ask(name, "MX") if isinstance(record, MX)), key=_preference
        )
        return tuple(record.exchange.to_text(omit_final_dot=True).strip(".") for record in found)

    def addresses(self, name: str) -> tuple[str, ...]:
        return tuple(record.to_text() for kind in ("A", "AAAA") for record in self._ask(name, kind))

    def _ask(self, name: str, kind: str) -> Sequence[Rdata]:
        """Raises DnsUnknown."""
        if (name, kind) not in self._known:
            try:
                self._known[name, kind] = self._found(name, kind)
            except DnsUnknown as error:
                self._known[name, kind] = error
        known = self._known[name, kind]
        if isinstance(known, DnsUnknown):
            raise DnsUnknown(*known.args)
        return known

    def _found(self, name: str, kind: str) -> Sequence[Rdata]:
        """Raises DnsUnknown."""
        if self._silent >= 2 or not self._resolver.nameservers:
            raise DnsUnknown("no name server answers")
        try:
            answer = self._resolver.resolve(name, kind, search=False)
        except (dns.resolver.NXDOMAIN, dns.resolver.NoAnswer):
            self._silent, self.answers = 0, True
            return ()
        except dns.exception.Timeout:
            self._silent += 1
            raise DnsUnknown(f"no answer in time about {name}") from None
        except dns.resolver.NoNameservers:
            self._silent = 0
            raise DnsUnknown(f"the name servers fail at {name} (SERVFAIL or worse)") from None
        except (dns.exception.DNSException, OSError, UnicodeError):
            raise DnsUnknown(f"{name} cannot be asked for") from None
        self._silent, self.answers = 0, True
        return tuple(answer)


def _preference(record: MX) -> tuple[int, str]:
    return record.preference, record.exchange.to_text()


def check_spf(dns_: Dns, domain: str, *, needed: bool, include: str = "") -> Check:
    """``needed``: mail leaves with an envelope of this domain. ``include``: what the provider documents."""
    what = f"SPF of {domain}"
    example = f"v=spf1 {f'include:{include}' if include else 'ip4:…'} ~all"
    try:
        records = _spf_records(dns_, domain)
        if not records:
            if needed:
                return Check(what, "error", "there is none", f"add a TXT record: {example}")
            says = "there is none; the provider's own return address may carry it"
            return Check(what, "warning", says, "see that the provider's own bounce domain is set up")
        if len(records) > 1:
            says = f"there are {len(records)} records, so that receivers read none of them"
            return Check(what, "error", says, "merge them into one TXT record")
        walk = _Walk(dns_)
        qualifier = walk.through(records[0])
    except DnsUnknown as error:
        return Check(what, "unknown", str(error), _ASK_AGAIN)
    if walk.broken:
        return Check(what, "error", walk.broken, "mend the record: receivers treat it as an error")
    if qualifier == "+":
        return Check(what, "error", "+all lets the whole world send in its name", "end it in ~all or -all")
    if qualifier in {"?", ""}:
        says = "it ends in ?all" if qualifier else "it does not end in all"
        return Check(what, "warning", f"{says}, so it forbids nobody", "end it in ~all or -all")
    if include and include not in walk.included and needed:
        says = f"it does not name the provider ({include})"
        return Check(what, "warning", says, f"add include:{include} before the all")
    return Check(what, "ok", f"one record, {walk.lookups} of {LOOKUPS} lookups, ends in {qualifier}all")


def _spf_records(dns_: Dns, domain: str) -> list[str]:
    return [text for text in dns_.texts(domain) if re.match(r"v=spf1(?: |$)", text, re.IGNORECASE)]


class _Walk:
    """Through an SPF record and what it includes."""

    def __init__(self, dns_: Dns) -> None:
        self._dns = dns_
        self.lookups = 0
        self.broken = ""
        self.included: set[str] = set()

    def through(self, record: str) -> str:
        """The qualifier of its ``all``; empty without one. Raises DnsUnknown."""
        qualifier, redirect = "", ""
        for word in record.split()[1:]:
            term = _TERM.fullmatch(word)
            if not term:
                if "=" not in word:
                    self.broken = self.broken or f"it holds {word[:40]!r}, which nobody understands"
                continue
            sign, name, value = term[1] or "+", term[2].lower(), term[3]
            self.lookups += name in _COSTLY
            if self.lookups > LOOKUPS:
                self.broken = f"it costs more than {LOOKUPS} lookups"
            if self.broken:
                return qualifier
            if name == "all":
                return sign
            if name == "include":
                self.included.add(value.lower().rstrip("."))
                self._into(value)
            elif name == "redirect":
                redirect = value
        return self._into(redirect) if redirect and not self.broken else qualifier

    def _into(self, other: str) -> str:
        if "%" in other:  # a macro: only a message fills it
            return "-"
        records = _spf_records(self._dns, other)
        if len(records) != 1:
            self.broken = f"it points at {other}, which has {'several records' if records else 'none'}"
            return ""
        return self.through(records[0])


@dataclass(frozen=True)
class Policy:
    """The DMARC record that holds for a domain."""

    at: str
    """The name below which it stands."""
    organisation: str
    """The domain at the top of what belongs together."""
    tags: Mapping[str, str]


def find_policy(dns_: Dns, domain: str) -> tuple[Policy | None, str]:
    """The record, or None and why there is none. Raises DnsUnknown."""
    labels = domain.lower().rstrip(".").split(".")
    names = [".".join(labels[start:]) for start in range(max(0, len(labels) - LABELS), len(labels) - 1)]
    if len(labels) > LABELS:
        names.insert(0, domain)
    several = ""
    found: list[tuple[str, Mapping[str, str]]] = []
    for name in names:
        records = [
            text for text in dns_.texts(f"_dmarc.{name}") if re.match(r"v\s*=\s*DMARC1\s*(?:;|$)", text)
        ]
        if len(records) > 1:
            several = several or f"_dmarc.{name} has {len(records)} records, so that receivers read none"
        elif records:
            found.append((name, _tags(records[0])))
    if several and (not found or found[0][0] != domain):
        return None, several
    if not found:
        return None, f"neither _dmarc.{domain} nor a domain above it has a record"
    top, top_tags = next((pair for pair in found if pair[1].get("psd") == "n"), found[-1])
    depth = top.count(".") + 1 + (top_tags.get("psd") == "y")  # y: a registry, under which each has its own
    organisation = ".".join(labels[-depth:])
    at, tags = found[0] if found[0][0] == domain else (top, top_tags)
    return Policy(at, organisation, tags), ""


def check_dmarc(domain: str, policy: Policy | None, why: str) -> Check:
    what = f"DMARC of {domain}"
    remedy = f"add a TXT record at _dmarc.{domain}: v=DMARC1; p=none; rua=mailto:…"
    if policy is None:
        hint = "leave one of them" if "records" in why else remedy
        return Check(what, "error", f"{why}; Gmail, Yahoo and Outlook want one of bulk senders", hint)
    inherited = policy.at != domain
    wish = policy.tags.get("sp" if inherited and "sp" in policy.tags else "p", "").lower()
    where = f" (from {policy.at})" if inherited else ""
    if wish not in {"none", "quarantine", "reject"}:
        says = f"its policy {f'p={wish}' if wish else 'p='} is none of the three{where}"
        return Check(what, "error", says, "p=none, p=quarantine or p=reject, right after v=DMARC1")
    if wish == "none":
        says = f"p=none{where}: enough for mailbox providers, but it stops nobody who writes in your name"
        return Check(what, "warning", says, "when the reports show only your own mail: p=quarantine")
    if not policy.tags.get("rua"):
        says = f"p={wish}{where}, but nobody gets the reports"
        return Check(what, "warning", says, "add rua=mailto:… so that you see what is rejected")
    return Check(what, "ok", f"p={wish}{where}")


@dataclass(frozen=True)
class Signing:
    """Where DKIM keys were found."""

    checks: tuple[Check, ...]
    domain: str | None
    """The one whose keys are good; None if there are none."""


def check_dkim(dns_: Dns, domain: str, above: str, selectors: Sequence[str], *, certain: bool) -> Signing:
    """Looks for each selector at the domain, then at its organisation's, ``above``.

    ``certain``: the selectors are known to be used, and not only usual. Where others may be, there is no
    remedy: how to name them is for the caller to say.
    """
    what = f"DKIM of {domain}"
    if not selectors:
        says = "which keys sign is different with every account of this kind, and nobody has named them"
        return Signing((Check(what, "unknown", says),), None)
    faults: list[Check] = []
    for place in dict.fromkeys((domain, above)):
        good = []
        for selector in selectors:
            name = f"{selector}._domainkey.{place}"
            try:
                problem = _key_problem(dns_.texts(name))
            except DnsUnknown as error:
                return Signing((Check(what, "unknown", str(error), _ASK_AGAIN),), None)
            if problem is None:
                good.append(selector)
            elif problem:
                faults.append(Check(what, "error", f"{name}: {problem}", "copy the record again"))
        if good:
            where = "" if place == domain else f" at {place}"
            return Signing((Check(what, "ok", f"{', '.join(good)}{where}"), *faults), place)
    if faults:
        return Signing(tuple(faults), None)
    says = f"no key at {', '.join(f'{selector}._domainkey' for selector in selectors)}"
    if certain:
        return Signing((Check(what, "error", says, "add the records that the provider shows"),), None)
    return Signing((Check(what, "warning", f"{says}, where this provider usually has it"),), None)


def _key_problem(texts: Sequence[str]) -> str | None:
    """None for a good key, "" for none at all."""
    keys = [text for text in texts if re.search(r"(?:^|;)\s*p\s*=", text)]
    if not keys:
        return ""
    if len(keys) > 1:
        return "several records, of which receivers may take either"
    tags = _tags(keys[0])
    try:
        key = b64decode(re.sub(r"\s", "", tags.get("p", "")), validate=True)
    except (NotBase64, ValueError):
        return "its key is damaged"
    if not key:
        return "its key is withdrawn (an empty p=)"
    if tags.get("k", "rsa") == "rsa" and len(key) < _SHORTEST_KEY:
        return "its key is shorter than 1024 bits"
    if "y" in tags.get("t", "").split(":"):
        return "it is in test mode (t=y), in which signatures do not count"
    return None


def check_alignment(domain: str, policy: Policy | None, signing: Signing) -> Check:
    """Whether what signs is what DMARC compares with the From address."""
    what = f"alignment of {domain}"
    if signing.domain is None:
        says = "without a known DKIM key nobody can tell"
        return Check(what, "unknown", says, "mail yourself a test, and read Authentication-Results in it")
    strict = policy is not None and policy.tags.get("adkim", "r").lower() == "s"
    if signing.domain != domain and strict:
        says = f"adkim=s wants signatures of {domain}, but keys are at {signing.domain}"
        return Check(what, "error", says, f"sign as {domain}, or let adkim=r")
    return Check(what, "ok", f"signatures of {signing.domain} count for {domain}")


def check_mail_exchange(dns_: Dns, domain: str, use: str) -> Check:
    """Whether mail to the domain arrives anywhere; ``use`` says what for."""
    what = f"{use} to {domain}"
    remedy = "give an address that somebody reads"
    try:
        hosts = dns_.exchangers(domain)
        if "" in hosts:
            return Check(what, "error", "the domain says that it takes no mail (null MX)", remedy)
        if hosts:
            return Check(what, "ok", f"mail goes to {hosts[0]}")
        if dns_.addresses(domain):
            says = "no MX record; some senders try the domain's own address"
            return Check(what, "warning", says, "add an MX record")
    except DnsUnknown as error:
        return Check(what, "unknown", str(error), _ASK_AGAIN)
    return Check(what, "error", "the domain takes no mail: neither MX nor address", remedy)


def _tags(record: str) -> dict[str, str]:
    return dict(_pairs(record))


def _pairs(record: str) -> Iterator[tuple[str, str]]:
    for part in record.split(";"):
        name, sign, value = part.partition("=")
        if sign:
            yield name.strip().lower(), value.strip()
