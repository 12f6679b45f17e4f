"""The Gmail app with an account of another provider (IMAP, POP): no style element at all.

Facts: https://www.caniemail.com/features/html-style/ (note 2, only with accounts of Google) and "GANGA" in
https://medium.com/emails-hteumeuleu/trying-to-make-sense-of-gmail-css-support-2019-edition-b7cc132ee226.
"""

from collections.abc import Sequence

from lpdownload.check.clients.engine import styled
from lpdownload.check.clients.gmail_css import GMAIL_CSS
from lpdownload.check.clients.log import Log, Loss
from lpdownload.check.clients.markup import Token
from lpdownload.check.clients.removal import without_links, without_styles


def gmail_imap(pieces: Sequence[Token], log: Log) -> list[Token]:
    """What is left when only style attributes count."""
    left, sizes = without_styles(pieces, lambda _: True)
    if sizes:
        what = f"{{n}} style block{{s}} of {sum(sizes):,} bytes"
        why = "with accounts of other providers Gmail reads none, so no layout for phones and no dark design"
        log.add(Loss(what, why), len(sizes))
    return styled(without_links(left, log), GMAIL_CSS, log)
