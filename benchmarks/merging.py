"""One recipient: the joins that a send makes a million times."""

from collections.abc import Iterator
from datetime import UTC, datetime

from lpdownload.model.mailbox import Mailbox
from lpdownload.model.mime import mime_pieces
from lpdownload.model.wire import JsonPieces
from lpdownload.render.render import Rendering, fill_values
from measure import Timing, call_times, timing


def timings(rendering: Rendering) -> Iterator[Timing]:
    content = rendering.content
    values = fill_values(rendering, {"first_name": "Ana María", "last_name": "Núñez"})
    mime = mime_pieces(content)
    to = Mailbox("Ana María Núñez", "ana@example.org")
    moment = datetime(2024, 9, 3, 12, tzinfo=UTC)
    bodies = [JsonPieces.of(pieces) for pieces in (content.html, content.text, content.subject)]

    def fill() -> None:
        content.html.fill(values)
        content.text.fill(values)
        content.subject.fill(values)

    def message() -> None:
        mime.message(values, to=to, message_id="<0123456789abcdef@example.org>", date=moment)

    def as_json() -> None:
        for body in bodies:
            body.fill(values)

    slots = len(content.html.slots) + len(content.text.slots) + len(content.subject.slots)
    size = len(content.html.fill(values).encode())
    for name, work, target in (
        ("recipient: HTML, text, subject", fill, 15e-6),
        ("recipient: MIME message", message, 80e-6),
        ("recipient: JSON", as_json, 25e-6),
    ):
        note = f"{slots} slots, {size:,} bytes of HTML"
        yield timing(name, call_times(work, runs=200, each=100), target, note)
