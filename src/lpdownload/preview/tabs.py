"""What the tabs of an issue show: text, sources, headers, the message, several clients, a comparison."""

from collections.abc import Callable, Mapping
from email import message_from_bytes, policy
from typing import Final

from lpdownload.check.clients.see import CLIENTS, MODES
from lpdownload.errors import InvalidInput
from lpdownload.preview import against
from lpdownload.preview.against import CannotCompare
from lpdownload.preview.compare import Block, Link, Side, link_difference, text_difference
from lpdownload.preview.opened import Rendered
from lpdownload.preview.report import WIDTHS, frames
from lpdownload.preview.session import Session, Shown
from lpdownload.preview.shapes import Json
from lpdownload.preview.view import BadView, View, mode_of
from lpdownload.render.output import message

_MOST_FRAMES: Final = 60


def text(shown: Shown) -> dict[str, Json]:
    written = _good(shown).rendering.content.text.fill(shown.values)
    return {"text": written, "bytes": len(written.encode())}


def mjml(shown: Shown) -> dict[str, Json]:
    """With merge fields as for nobody in particular."""
    rendering = _good(shown).rendering
    return {"text": rendering.draft.plain(rendering.mjml)}


def html(shown: Shown) -> dict[str, Json]:
    """As it is sent, to the byte."""
    written = _good(shown).rendering.content.html.fill(shown.values)
    return {"text": written, "bytes": len(written.encode())}


def headers(shown: Shown) -> dict[str, Json]:
    """Those of the message, decoded, in their order."""
    parsed = message_from_bytes(eml(shown), policy=policy.default)
    return {"headers": [[name, str(value)] for name, value in parsed.items()]}


def eml(shown: Shown) -> bytes:
    """The complete message. InvalidInput if there is none."""
    return message(_good(shown).rendering, shown.values)


TABS: Final[Mapping[str, Callable[[Shown], dict[str, Json]]]] = {
    "text": text,
    "mjml": mjml,
    "html": html,
    "headers": headers,
}


def matrix(session: Session, view: View, query: Mapping[str, str]) -> dict[str, Json]:
    """Frames for the clients, modes and widths of the query; without, each client in light at one width."""
    clients = _listed(query.get("clients", ""), tuple(CLIENTS), tuple(CLIENTS))
    modes = [mode_of(one) for one in _listed(query.get("modes", ""), MODES, ("light",))]
    widths = [int(one) for one in _listed(query.get("widths", ""), tuple(map(str, WIDTHS)), ("375",))]
    if len(clients) * len(modes) * len(widths) > _MOST_FRAMES:
        raise BadView(f"at most {_MOST_FRAMES} at once")
    return {"cells": frames(view, clients, modes, widths), "version": session.open(view.key).version}


def _listed(written: str, known: tuple[str, ...], usual: tuple[str, ...]) -> list[str]:
    words = [word for word in written.split(",") if word] or [*usual]
    if unknown := [word for word in words if word not in known]:
        raise BadView(f"there is no {unknown[0]!r}; there are {', '.join(known)}")
    return list(dict.fromkeys(words))


def comparison(session: Session, view: View, wanted: str) -> dict[str, Json]:
    """The differences to what is ``wanted``; without it, what there is to choose from."""
    shown = session.show(view, plain=True)
    choices = against.choices(session, shown)
    listed: list[Json] = [
        {"value": one.value, "title": one.title, "possible": one.possible} for one in choices
    ]
    said: dict[str, Json] = {"against": wanted, "choices": listed, "problem": ""}
    if not wanted:
        return said
    said["title"] = next((one.title for one in choices if one.value == wanted), wanted)
    try:
        new = against.this_side(session, view)
        old = against.other_side(session, view, wanted)
    except CannotCompare as error:
        return said | {"problem": str(error), "same": False, "text": []}
    return said | _differences(old, new)


def _differences(old: Side, new: Side) -> dict[str, Json]:
    links = link_difference(old.html, new.html)
    return {
        "same": old.html == new.html and old.text == new.text and old.subject == new.subject,
        "text": [_block(block) for block in text_difference(old.text, new.text)],
        "links": {
            "added": [_link(link) for link in links.added],
            "removed": [_link(link) for link in links.removed],
            "changed": [
                {"words": before.words, "old": before.url, "new": after.url}
                for before, after in links.changed
            ],
        },
        "subject": {"old": old.subject, "new": new.subject},
        "sizes": {"old": len(old.html.encode()), "new": len(new.html.encode())},
    }


def _block(block: Block) -> dict[str, Json]:
    return {"kind": block.kind, "lines": [*block.lines]}


def _link(link: Link) -> dict[str, Json]:
    return {"words": link.words, "url": link.url}


def _good(shown: Shown) -> Rendered:
    """The rendering that is shown. InvalidInput with what is wrong, if there is none."""
    if shown.rendered is None or not shown.values:
        raise InvalidInput(shown.errors)
    return shown.rendered
