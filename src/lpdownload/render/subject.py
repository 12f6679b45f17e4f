"""The subject line: ``[emoji ]newsletter[ emoji] | highlight, highlight & more! | period``."""

from collections.abc import Mapping

from lpdownload.model.issue import Issue
from lpdownload.render import dates


def name_with_emoji(issue: Issue) -> str:
    """The newsletter's name with its emoji where it belongs: lead or trail."""
    name, emoji = issue.newsletter.name, issue.written.emoji or issue.newsletter.emoji
    if not emoji:
        return name
    return f"{emoji} {name}" if issue.newsletter.emoji_place == "lead" else f"{name} {emoji}"


def highlights(issue: Issue, more: str) -> str:
    written = issue.written.highlights or ()
    listed = written if isinstance(written, str) else ", ".join(written)
    return f"{listed} {more}" if issue.written.more and listed else listed


def period_words(issue: Issue, seasons: Mapping[str, str]) -> str:
    if issue.written.period is None:
        return ""
    return dates.period(issue.written.period, issue.newsletter.period_style, issue.language, seasons)


def subject(issue: Issue, labels: Mapping[str, str], seasons: Mapping[str, str]) -> str:
    """As on the inbox row; ``subject:`` in the issue overrides the grammar."""
    if issue.written.subject:
        return issue.written.subject
    parts = [name_with_emoji(issue), highlights(issue, labels["and_more"]), period_words(issue, seasons)]
    line = " | ".join(part for part in parts if part)
    if issue.newsletter.emoji_place == "trail_tight":
        line = line.replace(f"{parts[0]} |", f"{parts[0]}|", 1)
    return line
