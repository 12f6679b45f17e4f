"""What is wrong with an address by itself: each function says it in words, or nothing."""

import re
from collections.abc import Iterator
from functools import lru_cache
from ipaddress import ip_address
from urllib.parse import SplitResult, parse_qsl, unquote

from lpdownload.check.addresses import host_of, split
from lpdownload.check.known_services import CLICK_IDS, PRIVATE, READER_IDS, REDIRECTORS

_LABEL = re.compile(r"(?!-)[a-z0-9_-]{1,63}(?<!-)")
_QUOTES = "“”‘’«»\"'"
_ABBREVIATED = re.compile(
    r"(?:^|[/_.-])(?:[a-z]|bros|co|corp|dr|etc|inc|jr|ltd|no|rev|sr|st)\.$", re.IGNORECASE
)
_UNWRITTEN = re.compile(
    r"TODO|TBD|FIXME|XXX+|(?i:changeme|placeholder|lorem-?ipsum|(?:your-?|insert-?)?(?:link|url)-?here"
    r"|(?:your|insert)-?(?:link|url)|replace-?this(?:\.\w+)?)"
)
_STAGING = re.compile(
    r"(?:(?:.*-)?(?:staging|preprod|uat|stg)(?:-[^.]*)?\..+\..+|(?:dev|test)-[^.]+\.pantheonsite\.io"
    r"|deploy-preview-\d+--.+\.netlify\.app|.+\.ngrok(?:-free)?\.(?:app|dev|io)|.+\.(?:local|internal|lan|home\.arpa))"
)

_MAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_EMAIL_FIELD = re.compile(r"\{\{\s*email\b")


@lru_cache(maxsize=4096)
def syntax_fault(url: str) -> str | None:
    """Why no program can open it."""
    parts = split(url)
    if parts is None:
        return "it is malformed"
    if parts.scheme == "mailto":
        to = [unquote(one).strip() for one in parts.path.split(",")]
        return (
            None if "{{" in url or all(map(_MAIL.fullmatch, to)) else "mailto: is followed by no mail address"
        )
    if parts.scheme == "tel":
        return None if "{{" in url or re.search(r"\d{3}", parts.path) else "tel: is followed by no number"
    if parts.scheme not in {"http", "https"}:
        return None
    host, netloc = host_of(parts), unquote(parts.netloc)
    if host in {"http", "https"} or re.match(r"https?(?::|%3a)", parts.netloc, re.IGNORECASE):
        return "https:// stands there twice"
    if "{{" in netloc or "{{" in host:
        return None
    if "@" in netloc:
        return f"@ before the host means a login, and it leads to {host}"
    if any(char in netloc for char in f"{_QUOTES} <>"):
        return "a quotation mark or a space has got into its host"
    if re.search(r"%20|\s", parts.path[-3:]) or re.search(r"/%20|%20/", parts.path):
        return "a space has got into it"
    if any(quote in unquote(parts.path + parts.query + parts.fragment) for quote in "“”«»"):
        return "a quotation mark has got into it"
    return _host_fault(host)


def _host_fault(host: str) -> str | None:
    if is_ip(host):
        return None
    try:
        name = host.encode("ascii").decode() if host.isascii() else host.encode("idna").decode()
    except UnicodeError:
        return f"{host} is no name that a host can have"
    labels = name.split(".")
    if len(labels) == 1 and name != "localhost":
        return f"its host {host} has no dot"
    if not all(map(_LABEL.fullmatch, labels)) or labels[-1].isdigit():
        return f"{host} is no name that a host can have"
    return None


def is_ip(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True


def swallowed(url: str) -> str | None:
    """The punctuation of the sentence that got into the end of it."""
    bare = unquote(url)
    last = bare[-1:]
    if last in {")", "]", "}"}:
        opening = {")": "(", "]": "[", "}": "{"}[last]
        return last if bare.count(last) > bare.count(opening) else None
    if last == "." and (_ABBREVIATED.search(bare) or bare.startswith("tel:")):
        return None
    return last if last and last in f".,;:!…>{_QUOTES}" else None


def unwritten(parts: SplitResult) -> str | None:
    """The word in it that somebody meant to write over."""
    pieces = re.split(r"[/?&=#]", f"{parts.path}?{parts.query}#{parts.fragment}")
    words = [*pieces, *(parts.hostname or "").split(".")]
    return next((word for word in words if _UNWRITTEN.fullmatch(word)), None)


def unreachable(parts: SplitResult) -> str | None:
    """What it leads to that readers cannot see: another's screen, a machine at home, a page not published."""
    host = host_of(parts)
    if host == "localhost" or host.endswith(".localhost") or (is_ip(host) and not ip_address(host).is_global):
        return "a machine that only its owner reaches"
    if _STAGING.fullmatch(host):
        return "a site under construction"
    where = f"{host}{parts.path or '/'}" + (f"?{parts.query}" if parts.query else "")
    return next((what for pattern, what in PRIVATE if pattern.match(where)), None)


def redirector(parts: SplitResult) -> tuple[str, str] | None:
    """Whose counting or guarding address it is, and the address inside of it, as far as that can be read."""
    where = f"{host_of(parts)}{parts.path or '/'}" + (f"?{parts.query}" if parts.query else "")
    for pattern, whose, parameter in REDIRECTORS:
        if pattern.match(where):
            return whose, _inside(parts, parameter)
    return None


def _inside(parts: SplitResult, parameter: str) -> str:
    if match := re.search(r"__(https?:/{1,2}[^_]+(?:_[^_]+)*)__;", parts.path):  # urldefense, version 3
        return re.sub(r"^(https?:)/+", r"\1//", match[1])
    value = dict(parse_qsl(parts.query)).get(parameter, "")
    if parts.path.startswith("/v2/"):  # urldefense, version 2
        value = unquote(value.replace("-", "%").replace("_", "/"))
    return value if value.startswith(("https://", "http://")) else ""


def personal(url: str, parts: SplitResult) -> Iterator[tuple[str, bool]]:
    """What in its query tells who somebody is, and whether that is one of our readers or of another's."""
    if _EMAIL_FIELD.search(unquote(url)):
        yield "the reader's mail address", True
    for name, value in parse_qsl(parts.query, keep_blank_values=True):
        if name.lower() in READER_IDS:
            yield f"{name}, by which a service knows somebody", True
        elif name.lower() in CLICK_IDS:
            yield f"{name}, the number of a click", False
        elif _MAIL.fullmatch(value) and "{{" not in value:
            yield f"the mail address {value}", True
