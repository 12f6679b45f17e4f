"""The files of a rendered issue, in OUT/NEWSLETTER/ISSUE/.

Each is written to a temporary file and renamed; one that would not change is left alone.
"""

import json
import os
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time
from pathlib import Path
from zoneinfo import ZoneInfo

from lpdownload.model.mailbox import Mailbox
from lpdownload.model.mime import mime_pieces
from lpdownload.render.card import card
from lpdownload.render.render import Rendering
from lpdownload.render.web import render_web


@dataclass(frozen=True, slots=True)
class Outputs:
    """The paths that were written, by name, and the bytes of HTML, text and message as sent."""

    files: Mapping[str, Path]
    html_bytes: int
    text_bytes: int
    eml_bytes: int


def write_outputs(rendering: Rendering, out: Path, values: Mapping[str, str]) -> Outputs:
    """Writes all files for a reader whose merge fields are ``values``. Raises MissingValue, UnsafeValue."""
    issue, content = rendering.issue, rendering.content
    folder = out / issue.newsletter_name / issue.name
    html, text = content.html.fill(values), content.text.fill(values)
    eml = message(rendering, values)
    base = rendering.draft.asset_base
    web = render_web(rendering.draft)
    files = {
        "email.html": html.replace(f'"{base}/', '"assets/').encode(),
        "email.txt": text.encode(),
        "message.eml": eml,
        "web.html": web.encode(),
        "card.json": (json.dumps(card(rendering.draft), ensure_ascii=False, indent=2) + "\n").encode(),
    }
    for asset in rendering.assets:
        write(folder / "assets" / asset.name, asset.data)
    for name, data in files.items():
        write(folder / name, data)
    _remove_stale(folder / "assets", {asset.name for asset in rendering.assets})
    paths = {name: folder / name for name in files}
    return Outputs(paths, len(html.encode()), len(text.encode()), len(eml))


def message(rendering: Rendering, values: Mapping[str, str]) -> bytes:
    """The complete message to one reader; dated noon of the issue's day in its newsletter's zone."""
    issue = rendering.issue
    moment = datetime.combine(issue.date, time(12), ZoneInfo(issue.newsletter.timezone))
    domain = issue.sender.email.rpartition("@")[2]
    name = " ".join(words for words in (values.get("first_name"), values.get("last_name")) if words)
    return mime_pieces(rendering.content).message(
        values,
        to=Mailbox(name, values.get("email") or "reader@example.org"),
        message_id=f"<{rendering.content.digest[:32]}@{domain}>",
        date=moment,
    )


def write(path: Path, data: bytes) -> None:
    """``data`` at ``path``, whole or not at all."""
    if path.is_file() and path.read_bytes() == data:
        return
    try:
        handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    except FileNotFoundError:  # rarely: looking first would cost more than the rest
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
        Path(temporary).chmod(0o644)
        Path(temporary).replace(path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise


def _remove_stale(folder: Path, wanted: set[str]) -> None:
    if folder.is_dir():
        for path in folder.iterdir():
            if path.name not in wanted:
                path.unlink()
