"""Words that `lpdownload new` left for the author to write over."""

from lpdownload.errors import Finding
from lpdownload.model.issue import Issue
from lpdownload.model.sections.base import walk_texts
from lpdownload.model.text import PLACEHOLDER


def placeholder_findings(issue: Issue) -> tuple[Finding, ...]:
    """A warning for each text that still begins as the program wrote it."""
    texts = (*walk_texts(issue.written, ()), *walk_texts(issue.sections, ("sections",)))
    locs = dict.fromkeys(loc for text, loc in texts if text.startswith(PLACEHOLDER))
    message = f"still says “{PLACEHOLDER}”"
    return tuple(Finding("placeholder", message, "write your own words", "warning", loc) for loc in locs)
