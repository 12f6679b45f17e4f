"""The addresses that an issue leads to, as they were written, with their places."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import SplitResult, unquote, urlsplit

from lpdownload.check.inspection import Inspection
from lpdownload.check.registry import Found
from lpdownload.errors import Loc, Severity
from lpdownload.model.network import Network
from lpdownload.render.markdown import block_tokens

_WHOLE = re.compile(r"(?:https?|mailto|tel):(?:\{\{[^{}]*\}\}|\S)*", re.IGNORECASE)
_OF_HTML = re.compile(r"""\bhref\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s>"']+))""", re.IGNORECASE)
_BARE = re.compile(r"(?:https?://|\bwww\.)[^\s<>]+", re.IGNORECASE)
_RESERVED = re.compile(
    r"(?:.+\.)?(?:example(?:\.(?:com|net|org|edu))?|test|invalid|localhost)", re.IGNORECASE
)
"""Names that lead nowhere by RFC 2606 and 6761."""
_COUNTRY_SECOND_LEVEL = frozenset({"ac", "co", "com", "edu", "gob", "gov", "net", "nhs", "org"})


@dataclass(frozen=True, slots=True)
class Address:
    """An address somebody wrote; ``in_network`` is its place in network.yaml instead of in the issue."""

    url: str
    parts: SplitResult
    loc: Loc
    in_network: Loc | None = None

    @property
    def host(self) -> str:
        return host_of(self.parts)

    @property
    def is_web(self) -> bool:
        return self.parts.scheme in {"http", "https"}

    def found(
        self, inspection: Inspection, message: str, hint: str | None = None, severity: Severity | None = None
    ) -> Found:
        """The finding at the line that holds this address."""
        if self.in_network is None:
            return Found(message, self.loc, self.url.partition("%")[0], hint, severity)
        library = inspection.library
        document, _ = library.read(library.folder / "network.yaml", Network)
        return Found(message, (), hint=hint, severity=severity, place=document.place(self.in_network))


def addresses(inspection: Inspection) -> Iterator[Address]:
    """All that the issue leads to: its own, hidden sections included, and those its footer adds."""
    for written in inspection.texts:
        if ":" in written.text:
            for url, parts in _in_text(written.text, written.loc[-1] == "html"):
                yield Address(url, parts, written.loc)
    for url, parts in _in_text(inspection.issue.newsletter.why, False):
        yield Address(url, parts, ("newsletter", "why"))
    for index, account in enumerate(inspection.issue.network.social):
        for url, parts in _in_text(account.url, False):
            yield Address(url, parts, (), ("social", index, "url"))


@lru_cache(maxsize=4096)
def _in_text(text: str, is_html: bool) -> tuple[tuple[str, SplitResult], ...]:
    if is_html:
        found = [next(filter(None, groups), "") for groups in _OF_HTML.findall(text)]
    elif _WHOLE.fullmatch(text) and "](" not in text:
        found = [text]
    elif "](" in text or "<" in text:
        found = [
            str(child.attrs["href"])
            for token in block_tokens(text)
            for child in token.children or ()
            if child.type == "link_open"
        ]
    else:
        return ()
    return tuple((url, parts) for url in found if (parts := split(url)))


@lru_cache(maxsize=4096)
def bare_in(text: str) -> tuple[str, ...]:
    """Web addresses that stand in a Markdown text as mere words: Markdown makes no links of them."""
    if not _BARE.search(text) or _WHOLE.fullmatch(text):
        return ()
    found: list[str] = []
    for token in block_tokens(text):
        depth = 0
        for child in token.children or ():
            depth += {"link_open": 1, "link_close": -1}.get(child.type, 0)
            if child.type == "text" and not depth:
                found += (match.rstrip(".,;:!?)”’\"'") for match in _BARE.findall(child.content))
    return tuple(found)


def split(url: str) -> SplitResult | None:
    """``url`` in its parts; None if it has a port or brackets that no address can have."""
    try:
        parts = urlsplit(url.strip())
        _ = parts.port
    except ValueError:
        return None
    return parts


def host_of(parts: SplitResult) -> str:
    """Its host in lower case, without a root's dot."""
    return (parts.hostname or "").removesuffix(".")


@lru_cache(maxsize=4096)
def target(url: str) -> str:
    """Where it leads, to compare: no UTM parameters, the host in lower case, a bare host with its slash."""
    parts = split(url)
    if parts is None or parts.scheme not in {"http", "https"}:
        return unquote(url)
    query = parts.query
    if "utm_" in query:
        query = "&".join(pair for pair in query.split("&") if not pair.startswith("utm_"))
    netloc = unquote(parts.netloc).lower()  # serialising HTML writes a name such as müller.de in percents
    if not netloc.isascii():
        netloc = _in_ascii(netloc)
    return parts._replace(netloc=netloc, path=parts.path or "/", query=query).geturl()


def _in_ascii(netloc: str) -> str:
    import idna

    host, colon, port = netloc.partition(":")
    try:
        return f"{idna.encode(host, uts46=True).decode()}{colon}{port}"
    except idna.IDNAError:
        return netloc


def is_reserved(host: str) -> bool:
    """Whether no such name can ever exist."""
    return _RESERVED.fullmatch(host) is not None


def is_sample(inspection: Inspection) -> bool:
    """Whether the network's own pages stand on a reserved name: then all its addresses are made up."""
    parts = split(inspection.issue.network.public_url)
    return parts is not None and is_reserved(host_of(parts))


@lru_cache(maxsize=1024)
def organisation(host: str) -> str:
    """The domain that somebody registered, as far as can be told without the public suffix list."""
    labels = host.split(".")
    second = len(labels) > 2 and len(labels[-1]) == 2 and labels[-2] in _COUNTRY_SECOND_LEVEL
    return ".".join(labels[-3 if second else -2 :])
