"""Outlook on Windows with Word's engine: the code path it takes, not its pixels.

What is simulated: conditional comments (`conditions`), the CSS that Word knows (`outlook_css`), VML as boxes
(`vml`). What is not: Word's own line heights, fonts, table widths and its bugs.
"""

from collections.abc import Sequence
from typing import Final

from lpdownload.check.clients.conditions import outlook_branches
from lpdownload.check.clients.engine import styled
from lpdownload.check.clients.log import Log
from lpdownload.check.clients.markup import Token, joined
from lpdownload.check.clients.outlook_css import OUTLOOK_CSS, OUTLOOK_INLINE
from lpdownload.check.clients.removal import without_elements
from lpdownload.check.clients.vml import without_vml

_NOT_SHOWN: Final = frozenset({"svg", "video", "audio", "canvas", "source"})


def outlook_word(pieces: Sequence[Token], log: Log) -> list[Token]:
    """What Outlook reads of the mail, in HTML that a browser shows."""
    opened = outlook_branches(joined(pieces), log)
    shown = [piece for piece in opened if piece.name != "noscript"]
    drawn = without_vml(without_elements(shown, _NOT_SHOWN), log)
    return styled(drawn, OUTLOOK_CSS, log, inline=OUTLOOK_INLINE, by_tag=True)
