"""The pictures of a mail in the preview: the newsroom's own come from memory, others only if asked for."""

import re
from typing import Final

from lpdownload.render.render import Rendering

_REMOTE: Final = re.compile(r"""<img\b[^>]*?\ssrc=["']?https?:|\burl\(\s*["']?https?:""", re.IGNORECASE)

TYPES: Final = {
    "gif": "image/gif",
    "ics": "text/calendar; charset=utf-8",
    "jpg": "image/jpeg",
    "png": "image/png",
}
"""Of the files that travel with an issue, by the end of their names."""


def with_own_pictures(html: str, rendering: Rendering, key: str) -> str:
    """The mail with the addresses of its assets in this server instead of the public one."""
    base = f"{rendering.draft.asset_base}/"
    for asset in rendering.assets:
        html = html.replace(base + asset.name, f"/assets/{key}/{asset.name}")
    return html


def remote_pictures(html: str) -> int:
    """How many pictures of the mail stand on other sites."""
    return len(_REMOTE.findall(html))
