"""The headers of an issue's messages, all but those of a single message (To, Date, Message-ID)."""

import re
from urllib.parse import urlsplit

from lpdownload.errors import Finding, InvalidInput, Loc
from lpdownload.model.content import Pieces, UnsafeValue
from lpdownload.model.issue import Issue
from lpdownload.model.mailbox import BadMailbox, Mailbox
from lpdownload.model.mime import standard_headers


def issue_headers(issue: Issue) -> tuple[tuple[str, Pieces], ...]:
    """From, Reply-To, List-*, Feedback-ID, Content-Language, as facts of compliance ask.

    InvalidInput for a value that no header can carry.
    """
    network = issue.network
    domain = network.list_id_domain or f"list-id.{urlsplit(network.public_url).hostname}"
    sender, reply_to = _mailbox(issue, "sender"), _mailbox(issue, "reply_to")
    try:
        return standard_headers(
            sender=sender,
            reply_to=reply_to,
            list_name=issue.newsletter.name,
            list_id=f"{issue.newsletter_name}.{domain}",
            help_url=network.help_url or network.public_url,
            archive_url=f"{network.public_url}/{issue.newsletter_name}/",
            feedback_id=feedback_id(issue),
            language=issue.language,
            public_url=network.public_url,
        )
    except UnsafeValue as error:
        hint = "list_id_domain in network.yaml: a domain of yours in plain letters, as in list-id.example.org"
        raise InvalidInput([Finding("bad-header", str(error), hint)]) from None


def _mailbox(issue: Issue, key: str) -> Mailbox:
    named = issue.sender if key == "sender" else issue.reply_to
    try:
        return Mailbox(named.name, named.email)
    except BadMailbox as error:
        hint = "an address of plain letters, as in news@example.org"
        raise InvalidInput([Finding("bad-header", str(error), hint, loc=sender_loc(issue, key))]) from None


def sender_loc(issue: Issue, key: str) -> Loc:
    """Where the ``sender`` or ``reply_to`` was written that the issue has."""
    for where in dict.fromkeys((key, "sender")):
        if getattr(issue.written, where):
            return (where, "email")
        if getattr(issue.newsletter, where):
            return ("newsletter", where, "email")
    return ()


def feedback_id(issue: Issue) -> str:
    """``issue:newsletter:newsletter:sender`` for Gmail: never unique to a message; sender 5 to 15 long."""
    issue_id, newsletter = (
        re.sub(r"[^A-Za-z0-9._-]", "-", part) for part in (issue.name, issue.newsletter_name)
    )
    sender = re.sub(r"[^a-z0-9]", "", (issue.network.short_name or issue.network.name).lower())
    return f"{issue_id}:{newsletter}:newsletter:{(sender + 'newsletters')[:15]}"
