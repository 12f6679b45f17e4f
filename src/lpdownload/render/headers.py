"""The headers of an issue's messages, all but those of a single message (To, Date, Message-ID)."""

import re
from urllib.parse import urlsplit

from lpdownload.model.content import Pieces
from lpdownload.model.issue import Issue
from lpdownload.model.mailbox import Mailbox
from lpdownload.model.mime import standard_headers


def issue_headers(issue: Issue) -> tuple[tuple[str, Pieces], ...]:
    """From, Reply-To, List-*, Feedback-ID, Content-Language, as facts of compliance ask."""
    network = issue.network
    domain = network.list_id_domain or f"list-id.{urlsplit(network.public_url).hostname}"
    return standard_headers(
        sender=Mailbox(issue.sender.name, issue.sender.email),
        reply_to=Mailbox(issue.reply_to.name, issue.reply_to.email),
        list_name=issue.newsletter.name,
        list_id=f"{issue.newsletter_name}.{domain}",
        help_url=network.help_url or network.public_url,
        archive_url=f"{network.public_url}/{issue.newsletter_name}/",
        feedback_id=feedback_id(issue),
        language=issue.language,
        public_url=network.public_url,
    )


def feedback_id(issue: Issue) -> str:
    """``issue:newsletter:newsletter:sender`` for Gmail: never unique to a message; sender 5 to 15 long."""
    issue_id, newsletter = (
        re.sub(r"[^A-Za-z0-9._-]", "-", part) for part in (issue.name, issue.newsletter_name)
    )
    sender = re.sub(r"[^a-z0-9]", "", (issue.network.short_name or issue.network.name).lower())
    return f"{issue_id}:{newsletter}:newsletter:{(sender + 'newsletters')[:15]}"
