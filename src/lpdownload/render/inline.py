"""CSS into style attributes through premailer, and the proof that nothing of the MJML output was lost.

The CSS to inline stands in a file of its own; every style element in the document stays as it is (media
queries, dark mode, client hacks), every conditional comment too. Premailer is imported by the first call.
"""

import re
from threading import Lock

from lpdownload.errors import Finding, LpdownloadError

DOCTYPE = "<!DOCTYPE html>"
_MARK = ' data-premailer="ignore"'
_DOCTYPE = re.compile(r"\s*<!doctype html>", re.IGNORECASE)
_COMMENT_OR_STYLE = re.compile(r"<!--.*?-->|<style(?=[\s>])", re.DOTALL)
_KEPT = re.compile(r"<!--.*?-->|<style\b[^>]*>(.*?)</style>", re.DOTALL)
_one_at_a_time = Lock()  # the index of selectors is one document's at a time


class InlineCssError(LpdownloadError):
    """A style sheet of which a part would be lost when inlined."""


def inline(html: str, css: str) -> str:
    """The document with ``css`` in its style attributes, doctype upper case, non-ASCII as characters.

    A style attribute that is already there wins over ``css``. ``css`` holds plain rules only (no at-rules, no
    ``*``, no pseudo-class but first-child and last-child), else InlineCssError says which is not.
    """
    from lpdownload.render.premailer_once import PremailerOnce

    marked = _COMMENT_OR_STYLE.sub(_marked, _DOCTYPE.sub(DOCTYPE, html, count=1))
    with _one_at_a_time:
        result: str = PremailerOnce(marked, css).transform(pretty_print=False)
    # Premailer takes its marker off except where a media attribute makes it skip the element sooner.
    return result.replace(_MARK, "")


def losses(before: str, after: str) -> list[Finding]:
    """What of ``before`` (compiled MJML) is missing in ``after`` (inlined); an empty list for all is well."""
    findings = []
    if not after.startswith(DOCTYPE):
        findings.append(
            Finding("pipeline-doctype", "the doctype was lost", "without it browsers use quirks mode")
        )
    comments_before, styles_before = _kept(before)
    comments_after, styles_after = _kept(after)
    if comments_before != comments_after:
        findings.append(
            Finding(
                "pipeline-mso-comments",
                f"conditional comments changed: {len(comments_before)} became {len(comments_after)}",
                "Outlook for Windows needs each of them",
            )
        )
    if styles_before != styles_after:
        findings.append(
            Finding(
                "pipeline-style",
                f"style elements changed: {len(styles_before)} became {len(styles_after)}",
            )
        )
    important_before, important_after = (
        sum(style.count("!important") for style in styles) for styles in (styles_before, styles_after)
    )
    if important_after < important_before:
        findings.append(
            Finding(
                "pipeline-important",
                f"of {important_before} !important in style elements {important_after} are left",
                "columns on phones and dark mode need them",
            )
        )
    return findings


def _marked(match: re.Match[str]) -> str:
    return match[0] if match[0].startswith("<!--") else match[0] + _MARK


def _kept(html: str) -> tuple[list[str], list[str]]:
    """Comments as they stand, and the content of the style elements outside of comments."""
    comments: list[str] = []
    styles: list[str] = []
    for match in _KEPT.finditer(html):
        if match[1] is None:
            comments.append(match[0])
        else:
            styles.append(match[1])
    return comments, styles
