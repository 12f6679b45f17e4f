"""Findings that are no rules of their own: reading and rendering report them when they come upon them.

Only those an issue can be sent with stand here; what stops a file from being read says itself what it needs.
"""

from typing import Final

REPORTED: Final = {
    "duplicate-slug": "two issues of a newsletter have one name in web addresses",
    "empty-mail": "no section is in the mail for these readers",
    "hidden-section": "only a segment's members see this section",
    "lost-emoji": "an emoji has no heading to stand before",
    "merge-default": "a merge field has no default, so not everybody can get the mail",
    "no-labels": "the mail's own words stay English in a language without labels",
    "pipeline-doctype": "rendering lost the doctype",
    "pipeline-important": "rendering lost an !important",
    "pipeline-mso-comments": "rendering changed what is meant for Outlook alone",
    "pipeline-style": "rendering lost a style element",
    "pipeline-tokens": "a word looks like an internal mark",
    "stray-file": "a file of the newsroom is none that lpdownload reads",
    "unused-waiver": "a waiver of the issue waives nothing",
}
"""By rule: what it says."""
