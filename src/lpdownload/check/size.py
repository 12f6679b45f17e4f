"""How large a mail may be: Gmail clips at about 102 KB and hides the footer with it."""

from lpdownload.errors import Finding
from lpdownload.model.content import interleaved
from lpdownload.render.render import Rendering

CLIP_WARNING = 90_000
CLIP = 102_000
"""Bytes of UTF-8 HTML after merging. Sources differ on whether Gmail counts these or the encoded message."""


def size_findings(rendering: Rendering) -> tuple[Finding, ...]:
    """An error above Gmail's clip, a warning shortly before it; merge fields as for nobody in particular."""
    pieces = rendering.content.html
    size = len("".join(interleaved(pieces.literals, [*map(rendering.draft.stand_in, pieces.slots)])).encode())
    if size < CLIP_WARNING:
        return ()
    hint = "shorten or drop sections, or let some stand on the web page only (only: web)"
    if size >= CLIP:
        message = (
            f"the HTML has {size:,} bytes: Gmail cuts it at about {CLIP:,}, footer and unsubscribe with it"
        )
        return (Finding("size-clip", message, hint),)
    return (
        Finding(
            "size-near-clip", f"the HTML has {size:,} bytes; Gmail cuts it at about {CLIP:,}", hint, "warning"
        ),
    )
