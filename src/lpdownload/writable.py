"""Files and folders that somebody asked for: what keeps them from being written is no surprise."""

import errno
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from lpdownload.errors import Finding, InvalidInput


@contextmanager
def writing_to(path: Path, hint: str) -> Iterator[None]:
    """An OSError within becomes InvalidInput with the path and the reason; ``hint``: what else to do."""
    try:
        yield
    except OSError as error:
        message = f"cannot write to {path}: {error.strerror or error}"
        raise InvalidInput([Finding("output", message, hint)]) from None


def part_of(path: Path) -> Path:
    """The temporary file beside ``path`` that becomes it. OSError if no file can be there."""
    if not path.name or path.is_dir():
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
    return path.with_name(f".{path.name}.{os.getpid()}")


def require_folder(path: Path) -> None:
    """OSError if no folder can be there that may be written to, as far as looking shows."""
    for folder in (path, *path.absolute().parents):
        try:
            mode = folder.stat().st_mode
        except FileNotFoundError:  # it would be made
            continue
        if not stat.S_ISDIR(mode):
            raise NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR))
        if not os.access(folder, os.W_OK | os.X_OK):
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
        return
