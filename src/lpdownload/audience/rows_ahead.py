"""Rows of a large file, made by a second process while the first one writes to the database.

Reading takes a quarter of an import's time, and Python runs one thread at a time: only another process helps.
The pipe between them holds a few chunks, so that neither runs far ahead.
"""

import os
import signal
from collections.abc import Iterator, Sequence
from contextlib import suppress
from itertools import islice
from multiprocessing import get_context
from multiprocessing.connection import Connection
from typing import Final, TypeAlias

from lpdownload.audience.columns import Plan
from lpdownload.audience.csv_file import CsvFile, Rejected, open_csv
from lpdownload.audience.rows import Row, RowMaker, rows_of
from lpdownload.errors import Finding, InvalidInput
from lpdownload.model.subscriber import AttributeDeclaration

CHUNK: Final = 10_000
WORTH_IT: Final = 8_000_000
"""Bytes: below, starting the other process takes longer than it saves."""

Chunk: TypeAlias = tuple[list[Row | Rejected], int]
"""Some rows, and how many bytes of the file have been read for them and those before."""


def chunks_of(file: CsvFile, path: str, plan: Plan, own: Sequence[AttributeDeclaration]) -> Iterator[Chunk]:
    """The rows of an open file, some thousand at a time."""
    # Standard input is only this process's.
    if path == "-" or file.size is None or file.size < WORTH_IT or (os.cpu_count() or 1) < 2:
        yield from _chunks(file, plan, own)
        return
    yield from _chunks_from_another_process(path, file.encoding, file.delimiter, plan, own)


def _chunks(file: CsvFile, plan: Plan, own: Sequence[AttributeDeclaration]) -> Iterator[Chunk]:
    rows = rows_of(file, RowMaker(plan, own))
    while chunk := list(islice(rows, CHUNK)):
        yield chunk, file.bytes_read


def _chunks_from_another_process(*about: object) -> Iterator[Chunk]:
    context = get_context("spawn")
    ours, theirs = context.Pipe(duplex=False)
    reader = context.Process(target=_send_chunks, args=(theirs, *about), daemon=True)
    reader.start()
    theirs.close()
    try:
        while chunk := _received(ours):
            yield chunk
    finally:
        ours.close()
        reader.terminate()
        reader.join()


def _received(pipe: Connection) -> Chunk | None:
    try:
        received: Chunk | Exception | None = pipe.recv()
    except (EOFError, OSError):  # between two chunks, or within one
        message = "the process that reads the file was ended; nothing was imported"
        raise InvalidInput(
            [Finding("reader-died", message, "is there memory left? then run it again")]
        ) from None
    if isinstance(received, Exception):
        raise received
    return received


def _send_chunks(
    pipe: Connection,
    path: str,
    encoding: str,
    delimiter: str,
    plan: Plan,
    own: Sequence[AttributeDeclaration],
) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C ends the import, which ends this
    with suppress(BrokenPipeError):
        try:
            with open_csv(path, encoding=encoding, delimiter=delimiter) as file:
                for chunk in _chunks(file, plan, own):
                    pipe.send(chunk)
            pipe.send(None)
        except Exception as error:  # noqa: BLE001 - whatever it is, the import must hear of it
            pipe.send(error)
