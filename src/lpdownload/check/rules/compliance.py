"""Rules of the family compliance: what the law and the mailbox providers ask of every mail."""

import re
from collections.abc import Iterator

from lpdownload.check import footer, leaks
from lpdownload.check.inline_styles import why_unseen
from lpdownload.check.inspection import Inspection
from lpdownload.check.message_form import form_faults
from lpdownload.check.origins import found_from, network_place, template_place
from lpdownload.check.registry import Found, rule
from lpdownload.errors import Loc
from lpdownload.model.content import SYSTEM_FIELDS, UNSUBSCRIBE_URL, UnsafeValue
from lpdownload.model.mailbox import BadMailbox
from lpdownload.render import output
from lpdownload.render.headers import sender_loc
from lpdownload.render.render import fill_values

LONGEST_SENDER = 40
"""Characters; phones show about thirty."""

_NOBODY = re.compile(
    r"\b(?:no|do|don'?t)[ ._-]?(?:not)?[ ._-]?(?:reply|respond)|\bno[ ._-]?(?:responder|responda|conteste)"
)
# fmt: off
_FREE_MAIL = frozenset({
    "gmail.com", "googlemail.com", "yahoo.com", "ymail.com", "rocketmail.com", "aol.com", "outlook.com",
    "hotmail.com", "live.com", "msn.com", "icloud.com", "me.com", "mac.com", "proton.me", "protonmail.com",
    "gmx.com", "mail.com", "zoho.com", "comcast.net", "verizon.net", "att.net", "sbcglobal.net",
})
# fmt: on
_SENDER_PLACES = {"From": "sender", "Reply-To": "reply_to"}


@rule(
    "footer-missing",
    severity="error",
    says="A part of the mail has no footer.",
    why="CAN-SPAM (15 U.S.C. 7704(a)(5)) and CASL want the sender's name, a postal address and a way to "
    "leave in every mail.",
    remedy='layout.mjml.j2 prints {{ footer }}, text/layout.txt.j2 {% include "text/footer.txt.j2" %}',
)
def footer_missing(inspection: Inspection) -> Iterator[Found]:
    for part, templates in _without_footer(inspection):
        yield Found(f"the {part} has no footer", place=template_place(inspection, "", *reversed(templates)))


@rule(
    "postal-address",
    severity="error",
    says="The postal address of the entity behind the issue is missing.",
    why="CAN-SPAM (15 U.S.C. 7704(a)(5)(A)(iii)) wants a valid one in every mail; CASL wants "
    "it valid for 60 days.",
    remedy='write {{ entity.postal_address | join(", ") }} into the footer\'s template',
)
def postal_address(inspection: Inspection) -> Iterator[Found]:
    entity = inspection.issue.entity
    for part, templates in _with_footer(inspection):
        for line in footer.missing_lines(footer.shown_words(inspection, part), entity.postal_address):
            place = template_place(inspection, "", *templates)
            yield Found(f"the {part} does not say “{line}” of {entity.name}'s address", place=place)


@rule(
    "entity-words",
    severity="error",
    says="The footer does not name the entity behind the issue, or leaves out its disclaimer.",
    why="CASL wants to know who sends; the disclaimer stands in network.yaml because a law asks for it.",
    remedy="write {{ entity.name }} and {{ md(entity.disclaimer) }} into the footer's template",
)
def entity_words(inspection: Inspection) -> Iterator[Found]:
    entity = inspection.issue.entity
    for part, templates in _with_footer(inspection):
        shown, place = footer.shown_words(inspection, part), template_place(inspection, "", *templates)
        disclaimer = footer.plain_words(entity.disclaimer or "")
        for line in footer.missing_lines(shown, (entity.name, disclaimer)):
            fault = "does not name" if line == entity.name else "leaves out the disclaimer of"
            yield Found(f"the {part} {fault} {entity.name}", place=place)


@rule(
    "unsubscribe-missing",
    severity="error",
    says="A part of the mail has no link to unsubscribe.",
    why="CAN-SPAM and GDPR want one in every mail; Gmail and Yahoo want it in the body besides "
    "the one-click header. An address written by hand does not know who clicks.",
    remedy='link to {{ field("unsubscribe_url") }} in the footer\'s template',
)
def unsubscribe_missing(inspection: Inspection) -> Iterator[Found]:
    missing = footer.lacks_unsubscribe(inspection)
    for part, templates in _with_footer(inspection):
        if part in missing:
            place = template_place(inspection, "", *templates)
            yield Found(f"the {part} has no link to the reader's own page for leaving", place=place)


@rule(
    "unsubscribe-hidden",
    severity="error",
    says="Nobody can see the link to unsubscribe.",
    why="The law wants it clear and conspicuous; Gmail and spam filters count hidden text, and who finds no "
    "link marks the mail as spam.",
    remedy="show it as plainly as any other link, in 14 px or larger",
)
def unsubscribe_hidden(inspection: Inspection) -> Iterator[Found]:
    links = footer.unsubscribe_links(inspection)
    reasons = [why_unseen(link.element) for link in links]
    if reasons and all(reasons):
        place = template_place(inspection, "unsubscribe_url", *footer.HTML_FOOTER)
        yield Found(f"nobody sees the link to unsubscribe: {reasons[0]}", links[0].loc, place=place)


@rule(
    "unsubscribe-words",
    severity="warning",
    says="The link to unsubscribe does not say that it does.",
    why="Who looks for a way out looks for that word; a “click here” is taken for a trick.",
    remedy="write “Unsubscribe”: {{ labels.unsubscribe }}",
)
def unsubscribe_words(inspection: Inspection) -> Iterator[Found]:
    own = inspection.rendering.draft.labels()["unsubscribe"]
    said = [link.words for link in footer.unsubscribe_links(inspection)]
    before = list(footer.words_before(inspection.rendering.content.text, UNSUBSCRIBE_URL))
    for words, (part, templates) in zip((said, before), footer.PARTS, strict=True):
        if words and not any(footer.says_plainly(one, own) for one in words):
            place = template_place(inspection, "unsubscribe_url", *templates)
            yield Found(f"in the {part} the link to unsubscribe says “{words[0].strip()}”", place=place)


@rule(
    "preferences-missing",
    severity="info",
    says="The mail has no link to the reader's preferences.",
    why="Who can only leave altogether does; on that page they may take another newsletter, or fewer.",
    remedy='link to {{ field("preferences_url") }} in the footer\'s template',
)
def preferences_missing(inspection: Inspection) -> Iterator[Found]:
    if footer.unsubscribe_links(inspection) and not footer.leads_to_preferences(inspection):
        place = template_place(inspection, "", *footer.HTML_FOOTER)
        yield Found("readers can leave, but not choose what they get", place=place)


@rule(
    "message-form",
    severity="error",
    says="A header or part of the message has not the form that the mail standards ask for.",
    why="RFC 5322, 2045–2047, 2369, 2919 and 8058: mailbox providers read one-click headers to the letter, "
    "and refuse or misfile what they cannot read.",
    remedy="change the value that stands in it",
)
def message_form(inspection: Inspection) -> Iterator[Found]:
    rendering = inspection.rendering
    try:
        written = output.message(rendering, fill_values(rendering, {}))
    except (UnsafeValue, BadMailbox) as error:
        yield Found(f"the message cannot be written: {error}")
        return
    for header, fault in form_faults(written):
        yield _at_header(inspection, header, f"{header} {fault}".lstrip())


@rule(
    "no-reply",
    severity="warning",
    says="Readers are told, or cannot but learn, that nobody reads their answers.",
    why="Answers tell mailbox providers that the mail is wanted, and some readers know no other way to "
    "unsubscribe.",
    remedy="an address that somebody reads, such as the newsletter's own",
)
def no_reply(inspection: Inspection) -> Iterator[Found]:
    issue = inspection.issue
    for key, sender in (("sender", issue.sender), ("reply_to", issue.reply_to)):
        if key == "reply_to" and sender == issue.sender:
            continue
        for name in ("name", "email"):
            words = str(getattr(sender, name)).partition("@")[0]
            if _NOBODY.search(words.casefold()):
                yield Found(f"“{words}” tells readers not to answer", _sender_loc(inspection, key, name))


@rule(
    "sender-name",
    severity="warning",
    says="The sender's name is an address, or longer than an inbox shows.",
    why="An address for a name looks like a forgery, and filters count one that differs from the real one; "
    "phones cut a name after about thirty characters.",
    remedy="the newsletter's name, as readers know it",
)
def sender_name(inspection: Inspection) -> Iterator[Found]:
    name = inspection.issue.sender.name
    loc = _sender_loc(inspection, "sender", "name")
    if "@" in name or name.casefold() == inspection.issue.sender.email.partition("@")[2]:
        yield Found(f"the sender's name is an address: {name}", loc)
    elif len(name) > LONGEST_SENDER:
        message = f"the sender's name has {len(name)} characters; phones show about thirty"
        yield Found(message, loc, severity="info")


@rule(
    "free-mail",
    severity="error",
    says="The mail comes from an address at a free mail service.",
    why="Nobody but that service can sign for its domain: DMARC of Yahoo, AOL and others has such mail "
    "refused, Gmail files it as spam (support.google.com/mail/answer/81126).",
    remedy="an address in a domain of your own; answers may go to any mailbox, as reply_to",
)
def free_mail(inspection: Inspection) -> Iterator[Found]:
    domain = inspection.issue.sender.email.rpartition("@")[2].lower()
    if domain in _FREE_MAIL:
        loc = _sender_loc(inspection, "sender", "email")
        yield Found(f"{domain} lets nobody else send for it", loc, within=domain)


@rule(
    "leaked-merge-field",
    severity="error",
    says="Readers would see a merge tag that nobody fills in.",
    why="Every mail service has a syntax of its own, and a text copied from one means nothing to another.",
    remedy='write it as {{ first_name | default("friend") }}, or as words',
)
def leaked_merge_field(inspection: Inspection) -> Iterator[Found]:
    told: set[str] = set()
    for leak in leaks.foreign(inspection):
        if leak.words not in told:
            told.add(leak.words)
            message = f"“{leak.words}” stands in the {leak.part} as it is, a sign of {leak.whose}"
            yield found_from(inspection, leak.words, message)


@rule(
    "internal-marks",
    severity="error",
    says="What would be sent carries a mark that rendering and preview use among themselves.",
    why="The preview finds its way back to the YAML by such marks; in a mail they are dead weight.",
    remedy="delete it from the template",
)
def internal_marks(inspection: Inspection) -> Iterator[Found]:
    for leak in leaks.own_marks(inspection):
        yield found_from(inspection, leak.words, f"“{leak.words}” is left in the {leak.part}")


@rule(
    "template-default",
    severity="warning",
    says="A template asks for a merge field without saying what readers without one get.",
    why="Such readers cannot be mailed: rendering refuses to leave a hole.",
    remedy='give a default: {{ field("first_name", "friend") }}',
)
def template_default(inspection: Inspection) -> Iterator[Found]:
    content = inspection.rendering.content
    told = " ".join(one.message for one in inspection.rendering.findings if one.rule == "merge-default")
    slots = (slot for pieces in (content.html, content.text) for slot in pieces.slots)
    for name in dict.fromkeys(slot.field for slot in slots if slot.default is None):
        if name not in SYSTEM_FIELDS and f"{{{{ {name} }}}}" not in told:
            place = template_place(inspection, f'"{name}"') or template_place(inspection, name)
            yield Found(f"{name} has no default for readers without one", place=place)


def _without_footer(inspection: Inspection) -> Iterator[tuple[str, tuple[str, ...]]]:
    entity, lacking = inspection.issue.entity, footer.lacks_unsubscribe(inspection)
    lines = (entity.name, *entity.postal_address)
    for part, templates in footer.PARTS:
        if part in lacking and len(footer.missing_lines(footer.shown_words(inspection, part), lines)) >= len(
            lines
        ):
            yield part, templates


def _with_footer(inspection: Inspection) -> Iterator[tuple[str, tuple[str, ...]]]:
    """The parts that have some footer: of the others one finding is enough."""
    without = {part for part, _ in _without_footer(inspection)}
    return (each for each in footer.PARTS if each[0] not in without)


def _sender_loc(inspection: Inspection, key: str, name: str) -> Loc:
    return (*sender_loc(inspection.issue, key)[:-1], name)


def _at_header(inspection: Inspection, header: str, message: str) -> Found:
    if key := _SENDER_PLACES.get(header):
        return Found(message, _sender_loc(inspection, key, "email"))
    if header == "Subject":
        return Found(message, ("subject",))
    if header == "List-Id":
        return Found(message, place=network_place(inspection, "list_id_domain", "public_url"))
    if header.startswith("List-"):
        return Found(message, place=network_place(inspection, "unsubscribe_email"))
    return Found(message)
