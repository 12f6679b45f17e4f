"""Pictures of a file: each path counted from the newsroom instead, and whether there is such a picture."""

from typing import Final, TypeVar

from pydantic import BaseModel

from lpdownload.content.reading import Reading
from lpdownload.errors import Loc
from lpdownload.model.rewrite import rewrite
from lpdownload.model.sections.base import Image

M = TypeVar("M", bound=BaseModel)

_PICTURES: Final = frozenset({".png", ".jpg", ".jpeg", ".gif"})


def located_pictures(reading: Reading, value: M, loc: Loc) -> M:
    """``value`` with each picture's path counted from the newsroom instead of from its file."""
    root = reading.library.root

    def located(image: Image, where: Loc) -> Image:
        if image.is_remote:
            return image
        where = (*where, "src")
        try:
            path = (reading.folder(where) / image.src).resolve()
            is_file = path.is_file()
        except (OSError, RuntimeError, ValueError):  # a name too long, or a loop of links
            path, is_file = root, False
        if not path.is_relative_to(root):
            hint = "a path from the folder of this file"
            reading.find("image-outside", f"{image.src} is outside of the newsroom", hint, where)
        elif not is_file:
            folder = path.parent
            files = folder.glob("*") if folder.is_dir() else ()
            near = [other.name for other in files if other.suffix.lower() in _PICTURES]
            reading.find_unknown("picture", image.src, near, where)
        else:
            return image.model_copy(update={"src": path.relative_to(root).as_posix()})
        return image

    return rewrite(value, Image, located, loc)
