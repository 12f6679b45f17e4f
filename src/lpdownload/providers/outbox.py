"""The outbox: every message becomes a file in a folder, and nothing leaves this machine. The default.

FOLDER/REFERENCE.eml opens in any mail program; index.jsonl says which are there, without an address. The same
message again replaces its file and its line, so both stay true however often a batch is submitted.
"""

import fcntl
import json
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from typing import Final

from pydantic import BaseModel, ConfigDict, Field

from lpdownload.errors import Finding
from lpdownload.model.delivery import Accepted, Mail, Outcome, Recipient, Throttled
from lpdownload.providers.base import Batch, Capabilities, Check, Told
from lpdownload.providers.mime_batch import mime_batch, mime_refusals

CAPABILITIES: Final = Capabilities(
    title="Outbox (a folder)",
    family="messages",
    most_recipients=200,
    most_bytes=25_000_000,
    idempotency_hours=24,  # the same message again replaces its file
    delivers=False,
)

INDEX: Final = "index.jsonl"


class Settings(BaseModel):
    """Where the messages go."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    folder: Path = Field(Path("outbox"), description="Folder for the messages, which git should ignore.")


class Outbox:
    """Threads and processes may share the folder."""

    capabilities = CAPABILITIES

    def __init__(self, settings: Settings) -> None:
        self._folder = settings.folder.expanduser()

    def refusals(self, mail: Mail) -> Sequence[Finding]:
        return tuple(mime_refusals(mail))

    def build(self, mail: Mail, recipients: Sequence[Recipient], key: str) -> Batch:
        """A part is the line of the index, and the message behind it."""
        batch = mime_batch(mail, recipients, key, CAPABILITIES)
        values = {recipient.reference: recipient.values for recipient in recipients}
        parts = (
            _line(
                {
                    "reference": reference,
                    "subject": mail.content.subject.fill(values[reference]),
                    "bytes": len(message),
                    "issue": mail.issue,
                    "send": mail.send,
                }
            )
            + message
            for reference, message in zip(batch.references, batch.parts, strict=True)
        )
        return replace(batch, parts=tuple(parts))

    def submit(self, batch: Batch, *, told: Told | None = None) -> tuple[Outcome, ...]:
        del told  # the index settles the whole batch: after a crash the same bytes go the same way once more
        try:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            with _locked(self._folder):
                outcomes = self._written(batch)
        except OSError as error:
            outcomes = (_not_written(error),) * len(batch.references)
        return outcomes

    def check(self) -> Sequence[Check]:
        probe = self._folder / ".check.tmp"
        existed = self._folder.exists()
        try:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            _write(probe, b"")
            probe.unlink()
            if not existed:
                self._folder.rmdir()
        except OSError as error:
            remedy = "set LPDOWNLOAD_OUTBOX_FOLDER to a folder you may write into"
            return (Check("folder", "error", f"{self._folder}: {error.strerror}", remedy),)
        says = f"messages become files in {self._folder}; nothing is sent from this machine"
        return (Check("folder", "ok", says),)

    def close(self) -> None:
        """Nothing is open between two batches."""

    def _written(self, batch: Batch) -> tuple[Outcome, ...]:
        """Raises OSError if the index cannot be written; then no new message is left behind."""
        outcomes: list[Outcome] = []
        lines: dict[str, bytes] = {}
        created: list[Path] = []
        repeated = False
        for reference, part in zip(batch.references, batch.parts, strict=True):
            path = self._folder / f"{reference}.eml"
            line, _, message = part.partition(b"\n")
            existed = path.exists()
            try:
                _replace(path, message)
            except OSError as error:
                outcomes.append(_not_written(error))
                continue
            lines[reference] = line + b"\n"
            outcomes.append(Accepted(path.name))
            repeated = repeated or existed
            if not existed:
                created.append(path)
        try:
            self._list(lines, repeated)
        except OSError:
            for path in created:
                path.unlink(missing_ok=True)
            raise
        return tuple(outcomes)

    def _list(self, lines: dict[str, bytes], repeated: bool) -> None:
        index = self._folder / INDEX
        if repeated and index.exists():
            kept = [line for line in index.read_bytes().splitlines(True) if _reference(line) not in lines]
            _replace(index, b"".join((*kept, *lines.values())))
        else:
            _append(index, b"".join(lines.values()))


def open_provider(settings: BaseModel) -> Outbox:
    assert isinstance(settings, Settings)
    return Outbox(settings)


def _line(entry: dict[str, str | int]) -> bytes:
    # ASCII: no text can hold what some reader takes for the end of a line.
    return json.dumps(entry).encode("ascii") + b"\n"


def _reference(line: bytes) -> str:
    try:
        entry = json.loads(line)
    except ValueError:
        return ""
    return str(entry.get("reference", "")) if isinstance(entry, dict) else ""


def _not_written(error: OSError) -> Throttled:
    return Throttled(f"the outbox cannot be written: {error.strerror or type(error).__name__}")


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def _write(path: Path, octets: bytes) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW, 0o600)
    with open(descriptor, "wb") as file:  # noqa: PTH123  (of a descriptor, for its mode)
        file.write(octets)


def _replace(path: Path, octets: bytes) -> None:
    """Whole or not at all."""
    draft = path.with_name(f".{path.name}.tmp")
    try:
        _write(draft, octets)
        draft.replace(path)
    except OSError:
        with suppress(OSError):
            draft.unlink(missing_ok=True)
        raise


def _append(path: Path, octets: bytes) -> None:
    """Whole or not at all."""
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600)
    with open(descriptor, "r+b", buffering=0) as file:  # noqa: PTH123  (of a descriptor, for its mode)
        size = file.seek(0, os.SEEK_END)
        if size:
            file.seek(size - 1)
            if file.read(1) != b"\n":  # a crash tore the last line
                octets = b"\n" + octets
        try:
            written = 0
            while written < len(octets):
                written += file.write(octets[written:]) or 0
        except OSError:
            file.truncate(size)
            raise
