"""Content as one JSON text and back: what was approved is kept with the send and goes out, not its files."""

import json
from collections.abc import Sequence
from dataclasses import dataclass

from lpdownload.model.content import Content, Pieces, Slot


@dataclass(frozen=True)
class Frozen:
    """A variant as it was planned, with the addresses that readers' links begin with."""

    content: Content
    public_url: str
    unsubscribe_email: str

    def to_json(self) -> str:
        content = self.content
        bodies = (content.subject, content.preheader, content.html, content.text)
        document = {
            "bodies": [_written(pieces) for pieces in bodies],
            "headers": [[name, _written(pieces)] for name, pieces in content.headers],
            "variant": content.variant,
            "lang": content.lang,
            "links": [self.public_url, self.unsubscribe_email],
        }
        return json.dumps(document, ensure_ascii=False, separators=(",", ":"))

    @classmethod
    def from_json(cls, text: str) -> "Frozen":
        """Of what ``to_json`` wrote."""
        document = json.loads(text)
        subject, preheader, html, text_ = map(_read, document["bodies"])
        content = Content(
            subject=subject,
            preheader=preheader,
            html=html,
            text=text_,
            headers=tuple((name, _read(pieces)) for name, pieces in document["headers"]),
            variant=document["variant"],
            lang=document["lang"],
        )
        return cls(content, *document["links"])


def _written(pieces: Pieces) -> tuple[Sequence[str], list[tuple[str, str | None, str]]]:
    return pieces.literals, [(slot.field, slot.default, slot.context) for slot in pieces.slots]


def _read(written: Sequence[list[list[str]]]) -> Pieces:
    literals, slots = written
    return Pieces(tuple(map(str, literals)), tuple(Slot(*slot) for slot in slots))  # type: ignore[arg-type]
