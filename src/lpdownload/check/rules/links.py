"""Rules of the family links: where they lead, what their words say, and that both parts have them."""

import re
from collections.abc import Iterator
from urllib.parse import unquote

from lpdownload.check import address_faults as faults
from lpdownload.check.addresses import (
    addresses,
    bare_in,
    is_reserved,
    is_sample,
    split,
    target,
)
from lpdownload.check.inspection import Inspection, Link
from lpdownload.check.known_services import SHORTENERS
from lpdownload.check.link_words import (
    SAYS_LITTLE,
    SAYS_NOTHING,
    has_title,
    leads_elsewhere,
    named_in,
    plain,
    written_by_authors,
)
from lpdownload.check.registry import Found, rule
from lpdownload.errors import Severity, dotted

LONGEST = 2000
"""Characters of an address."""

_NOT_PROSE = frozenset({"alt", "credit", "html", "src", "type", "id"})


@rule(
    "link-syntax",
    severity="error",
    says="An address is written so that it cannot be opened.",
    why="The click ends in an error message.",
    remedy="copy it from the browser's address bar; a mail address stands behind mailto:",
)
def malformed(inspection: Inspection) -> Iterator[Found]:
    for one in addresses(inspection):
        if fault := faults.syntax_fault(one.url):
            yield one.found(inspection, f"{_shown(one.url)} cannot be opened: {fault}")


@rule(
    "link-punctuation",
    severity="warning",
    says="An address ends in a full stop, bracket or quotation mark of the sentence around it.",
    why="The server looks for a page of that name, and most have none.",
    remedy="delete it from the end of the address",
)
def punctuation(inspection: Inspection) -> Iterator[Found]:
    for one in addresses(inspection):
        if (one.is_web or one.parts.scheme == "mailto") and (mark := faults.swallowed(one.url)):
            yield one.found(inspection, f"{_shown(one.url)} ends in {mark}")


@rule(
    "link-insecure",
    severity="warning",
    says="An address begins with http://.",
    why="Anybody on the way can read and change the page; browsers warn of it, and spam filters count it.",
    remedy="write https://, if the page opens with it",
)
def insecure(inspection: Inspection) -> Iterator[Found]:
    for one in addresses(inspection):
        if one.parts.scheme == "http" and not faults.unreachable(one.parts):
            yield one.found(inspection, f"{_shown(one.url)} is not encrypted")


@rule(
    "link-placeholder",
    severity="warning",
    says="An address is still the one to be written over, or one of example.org's.",
    why="Readers come to a page that is not there. In a newsroom whose own public_url is an example's, all "
    "addresses are samples, and only words such as TODO or replace-this count.",
    remedy="write the address that is meant",
)
def placeholder(inspection: Inspection) -> Iterator[Found]:
    sample = is_sample(inspection)
    for one in addresses(inspection):
        if word := faults.unwritten(one.parts) if one.is_web else None:
            yield one.found(inspection, f"{_shown(one.url)} still says {word}")
            continue
        host = (
            one.parts.path.rpartition("@")[2].partition("?")[0] if one.parts.scheme == "mailto" else one.host
        )
        if not sample and is_reserved(host) and not host.endswith("localhost"):
            message = f"{_shown(one.url)} is an example: {host} leads nowhere"
            yield one.found(inspection, message, severity="error")


@rule(
    "link-private",
    severity="warning",
    says="An address leads to something that only its owner can see, or that is not public yet.",
    why="Readers are asked to sign in, or may change what they should only read.",
    remedy="use the address for sharing or publishing, and open it in a private window",
)
def private(inspection: Inspection) -> Iterator[Found]:
    for one in addresses(inspection):
        if one.is_web and (what := faults.unreachable(one.parts)):
            yield one.found(inspection, f"{_shown(one.url)} leads to {what}")


@rule(
    "link-ip",
    severity="warning",
    says="An address has a number instead of a host's name.",
    why="Spam filters take such links for fraud (SpamAssassin's NUMERIC_HTTP_ADDR), and numbers change.",
    remedy="write the host's name",
)
def numeric(inspection: Inspection) -> Iterator[Found]:
    for one in addresses(inspection):
        if one.is_web and faults.is_ip(one.host) and not faults.unreachable(one.parts):
            yield one.found(inspection, f"{_shown(one.url)} has the number of a host instead of its name")


@rule(
    "link-shortener",
    severity="warning",
    says="An address is one of a link shortener.",
    why="Spammers hide behind them, so filters count or block them, and readers cannot see where they lead.",
    remedy="write the address behind it; whoever counts clicks counts it as well",
)
def shortened(inspection: Inspection) -> Iterator[Found]:
    for one in addresses(inspection):
        if one.host.removeprefix("www.") in SHORTENERS:
            yield one.found(inspection, f"{_shown(one.url)} hides where it leads")


@rule(
    "link-redirector",
    severity="warning",
    says="An address was copied out of another mail or page, and passes through its counter or guard.",
    why="All readers' clicks count as those of the one who copied it, it may unsubscribe that person, and it "
    "ends when that service says so.",
    remedy="open it, and copy the address of the page it leads to",
)
def redirected(inspection: Inspection) -> Iterator[Found]:
    for one in addresses(inspection):
        if one.is_web and (through := faults.redirector(one.parts)):
            whose, inside = through
            yield one.found(
                inspection, f"{_shown(one.url)} passes through {whose}", f"write {inside}" if inside else None
            )


@rule(
    "link-personal",
    severity="warning",
    says="An address carries somebody's mail address, or the number by which a service knows them.",
    why="A reader's address ends in logs and statistics of others, which Google Analytics forbids; somebody "
    "else's number lets every reader act as that person.",
    remedy="delete that parameter",
)
def personal(inspection: Inspection) -> Iterator[Found]:
    for one in addresses(inspection):
        if one.is_web:
            for what, matters in faults.personal(one.url, one.parts):
                severity: Severity | None = None if matters else "info"
                yield one.found(inspection, f"{_shown(one.url)} carries {what}", severity=severity)


@rule(
    "link-long",
    severity="warning",
    says=f"An address has more than {LONGEST:,} characters.",
    why="Windows opens none longer than 2,083 (INTERNET_MAX_URL_LENGTH), and each counts for Gmail's clip.",
    remedy="delete parameters the page does not need",
)
def too_long(inspection: Inspection) -> Iterator[Found]:
    for link in inspection.links:
        if len(link.url) > LONGEST:
            yield Found(f"“{_shown(link.words)}” leads to {len(link.url):,} characters", link.loc, link.words)


@rule(
    "link-bare",
    severity="warning",
    says="A web address stands among the words and is no link.",
    why="Some mail programs make a link of it, others do not.",
    remedy="write [words](https://…), or <https://…> if the address itself should be seen",
)
def bare(inspection: Inspection) -> Iterator[Found]:
    for written in inspection.texts:
        if written.loc[0] == "sections" and _NOT_PROSE.isdisjoint(written.loc[-1:]):
            for url in bare_in(written.text):
                yield Found(f"{_shown(url)} is no link", written.loc, url)


@rule(
    "link-words",
    severity="warning",
    says="The words of a link do not tell where it leads.",
    why="Who listens to a mail hears its links one after another: “here, here, more”. “Read more” will do "
    "once, below a title (WCAG 2.4.4 with technique H80), “click here” nowhere.",
    remedy="name what the reader finds there, as in “Read the report”",
)
def generic(inspection: Inspection) -> Iterator[Found]:
    for link in inspection.links:
        words = plain(link.words)
        if words in SAYS_NOTHING:
            yield Found(f"“{link.words}” does not tell where it leads", link.loc, link.words)
        elif words in SAYS_LITTLE and not has_title(inspection, link):
            message = f"“{link.words}” does not tell where it leads, and no title stands above it"
            yield Found(message, link.loc, link.words)


@rule(
    "link-same-words",
    severity="warning",
    says="Two links with the same words lead to different places.",
    why="In the list of links that a screen reader offers they cannot be told apart (WCAG 2.4.4, 2.4.9).",
    remedy="say in each what makes it different",
)
def same_words(inspection: Inspection) -> Iterator[Found]:
    """Words that the program writes, such as Register, are not the author's to change; titles part them."""
    first: dict[str, Link] = {}
    for link in written_by_authors(inspection):
        words = plain(link.words)
        other = first.setdefault(words, link)
        if words and target(other.url) != target(link.url):
            where = f" in {dotted(other.loc[:2])}" if other.loc[:2] != link.loc[:2] else ""
            yield Found(f"“{link.words}” leads elsewhere{where}", link.loc, link.words)


@rule(
    "link-other-domain",
    severity="warning",
    says="The words of a link name another domain, mail address or number than the one it leads to.",
    why="That is how phishing looks: mail programs warn of it, and spam filters count it.",
    remedy="name the domain it leads to, or say in words what is there",
)
def other_domain(inspection: Inspection) -> Iterator[Found]:
    for link in inspection.links:
        parts = split(link.url)
        if parts is None or link.url == inspection.issue.url:  # a merge field's address stands for another
            continue
        if (named := named_in(link.words)) and (leads := leads_elsewhere(named, link.url)):
            message = f"the words name {named}, the link leads to {leads}"
            yield Found(message, link.loc, link.words)


@rule(
    "link-not-in-text",
    severity="warning",
    says="A link of the HTML part is missing in the plain text.",
    why="Who reads plain text cannot follow it, and spam filters compare the two parts.",
    remedy="write it into the section's text as well",
)
def not_in_text(inspection: Inspection) -> Iterator[Found]:
    text = inspection.text
    written = re.findall(r"https?://[^\s<>]+", text)
    words = {unquote(target(form)) for word in written for form in (word, word.rstrip(".,;:!?)”’\"'"))}
    told: set[str] = set()
    for link in inspection.links:
        scheme, _, rest = link.url.partition(":")
        if scheme in {"http", "https"}:
            missing = unquote(target(link.url)) not in words
        else:
            missing = scheme in {"mailto", "tel"} and target(rest).partition("?")[0] not in text
        if missing and link.url not in told:
            told.add(link.url)
            yield Found(f"“{_shown(link.words)}” is a link in the HTML only", link.loc, link.words)


@rule(
    "link-anchor",
    severity="error",
    says="A link to a place within the mail names a place that is not there.",
    why="A click on it does nothing.",
    remedy="write the id of a section that everybody sees who sees the link",
)
def anchor(inspection: Inspection) -> Iterator[Found]:
    inside = [link for link in inspection.links if link.url.startswith("#")]
    there = {*inspection.tree.xpath("//@id | //a/@name")} if inside else set()
    for link in inside:
        if link.url[1:] not in there:
            yield Found(
                f"“{_shown(link.words)}” leads to {link.url}, which is not there", link.loc, link.words
            )


def _shown(text: str, limit: int = 70) -> str:
    return text if len(text) <= limit else text[: limit - 1] + "…"
