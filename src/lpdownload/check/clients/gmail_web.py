"""Gmail on the web and its apps with a Google account.

Style elements in the head, together not over 16 KB: the one that reaches the limit goes, and all behind it
(https://github.com/hteumeuleu/caniemail/issues/144, by caniemail's author: "the `<style>` tags that reach
this overall limit will be removed"; https://github.com/hteumeuleu/email-bugs/issues/90). One report says that
all go (https://github.com/vivid-planet/dextinity/pull/6226); that is not shown. Those in the body go
(https://www.caniemail.com/features/html-style/, note 1).
"""

from collections.abc import Sequence
from typing import Final

from lpdownload.check.clients.engine import names, styled
from lpdownload.check.clients.gmail_css import GMAIL_CSS
from lpdownload.check.clients.log import Log, Loss
from lpdownload.check.clients.markup import Token
from lpdownload.check.clients.removal import css_bytes, without_elements, without_links, without_styles

MOST: Final = 16_384
"""Bytes of CSS in all style elements together."""

_IN_HEAD: Final = names("html head title meta link style base script noscript")
_NOT_SHOWN: Final = frozenset({"svg", "video", "audio", "source"})


def gmail_web(pieces: Sequence[Token], log: Log) -> list[Token]:
    """What Gmail's sanitiser leaves."""
    body = next(
        (at for at, piece in enumerate(pieces) if piece.kind == "start" and piece.name not in _IN_HEAD),
        len(pieces),
    )
    left, sizes = without_styles(pieces, lambda at: at >= body)
    if sizes:
        what = f"{{n}} style block{{s}} of {sum(sizes):,} bytes"
        log.add(Loss(what, "Gmail drops style blocks in the body"), len(sizes))
    total = 0

    def is_too_much(at: int) -> bool:
        nonlocal total
        total += css_bytes(left, at)
        return total > MOST

    fitting, sizes = without_styles(left, is_too_much)
    if sizes:
        what = f"{{n}} style block{{s}} of {sum(sizes):,} bytes"
        why = f"Gmail keeps 16 KB of CSS in all, and the mail has {total:,} bytes"
        log.add(Loss(what, why), len(sizes))
    shown = without_elements(fitting, _NOT_SHOWN)
    return styled(without_links(shown, log), GMAIL_CSS, log)
