"""Models with some of their values replaced; what does not change is shared with the original."""

from collections.abc import Callable
from typing import TypeVar

from pydantic import BaseModel

from lpdownload.errors import Loc

V = TypeVar("V")
K = TypeVar("K")


def rewrite(value: V, kind: type[K], change: Callable[[K, Loc], K], loc: Loc = ()) -> V:
    """``value`` with every ``kind`` inside it (models, tuples) replaced by ``change(it, its loc)``."""
    if isinstance(value, kind):
        return change(value, loc)  # type: ignore[return-value]
    if isinstance(value, BaseModel):
        changed = {}
        for name, part in value.__dict__.items():
            if part is not None and (new := rewrite(part, kind, change, (*loc, name))) is not part:
                changed[name] = new
        return value.model_copy(update=changed) if changed else value
    if isinstance(value, tuple):
        parts = [rewrite(part, kind, change, (*loc, index)) for index, part in enumerate(value)]
        if any(new is not old for new, old in zip(parts, value, strict=True)):
            return tuple(parts)  # type: ignore[return-value]
    return value
