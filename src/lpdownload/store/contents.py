"""The contents of a send: each variant as it was planned, which is what goes out."""

from collections.abc import Mapping

from sqlalchemy import Connection, insert, select

from lpdownload.model.content_document import Frozen
from lpdownload.store.bulk import framed
from lpdownload.store.tables import contents


def put(connection: Connection, send_id: int, variants: Mapping[int, tuple[Frozen, frozenset[str]]]) -> None:
    """By the variant's number: the content, and the segments of which it shows the sections."""
    rows = [
        {
            "send_id": send_id,
            "variant": number,
            "language": frozen.content.lang,
            "segments": framed(sorted(segments)),
            "digest": frozen.content.digest,
            "document": frozen.to_json(),
        }
        for number, (frozen, segments) in variants.items()
    ]
    if rows:
        connection.execute(insert(contents), rows)


def of_send(connection: Connection, send_id: int) -> dict[int, Frozen]:
    """By the variant's number."""
    rows = select(contents.c.variant, contents.c.document).where(contents.c.send_id == send_id)
    return {number: Frozen.from_json(document) for number, document in connection.execute(rows)}
