"""The rows of a file, some thousand at a time, by this process or by another."""

import io
import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from lpdownload.audience import rows_ahead
from lpdownload.audience.columns import plan_of
from lpdownload.audience.csv_file import CsvFile, Rejected, open_csv
from lpdownload.audience.rows import Row
from lpdownload.audience.rows_ahead import Chunk, chunks_of
from lpdownload.errors import InvalidInput
from lpdownload.model.subscriber import AttributeDeclaration

OWN = (AttributeDeclaration(name="ward"),)


def chunks(path: Path, encoding: str | None = None) -> Iterator[Chunk]:
    with open_csv(str(path), encoding=encoding) as file:
        yield from chunks_of(file, str(path), plan_of(file.header, OWN), OWN)


def rows(found: Iterator[Chunk]) -> list[Row | Rejected]:
    return [row for chunk, _ in found for row in chunk]


@pytest.fixture
def people(tmp_path: Path) -> Path:
    """Three hundred and two rows, two of them bad, with every kind of value."""
    path = tmp_path / "people.csv"
    lines = [f'p{n}@example.org,Zoë {n},"a, b",{n % 7},2024-01-02' for n in range(300)]
    lines[100:100] = ["nobody,x,,,", "p@example.org,short"]
    path.write_text("\n".join(["email,first_name,tags,ward,term_end", *lines]) + "\n", "utf-16")
    return path


@pytest.fixture
def worth_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every file is worth another process."""
    monkeypatch.setattr(rows_ahead, "WORTH_IT", 0)
    monkeypatch.setattr("os.cpu_count", lambda: 2)


def test_a_chunk_has_so_many_rows_and_says_how_far_it_is(
    people: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rows_ahead, "CHUNK", 100)
    found = list(chunks(people))
    assert [len(chunk) for chunk, _ in found] == [100, 100, 100, 2]
    assert found[-1][1] == people.stat().st_size


@pytest.mark.usefixtures("worth_it")
def test_another_process_gives_the_same_rows(people: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    there = rows(chunks(people))
    monkeypatch.setattr(rows_ahead, "WORTH_IT", 10**9)
    here = rows(chunks(people))
    assert there == here
    assert len(here) == 302
    assert [row.line for row in here if isinstance(row, Rejected)] == [102, 103]


@pytest.mark.usefixtures("worth_it")
def test_an_import_that_gives_up_ends_the_other_process(tmp_path: Path) -> None:
    from multiprocessing import active_children

    path = tmp_path / "large.csv"
    path.write_text("email\n" + "".join(f"p{n}@example.org\n" for n in range(60_000)), "utf-8")
    found = chunks(path)
    next(found)
    assert len(active_children()) == 1
    found.close()  # type: ignore[attr-defined]  # it is a generator
    assert active_children() == []


@pytest.mark.usefixtures("worth_it")
def test_a_process_that_is_killed_is_not_a_file_that_ends(tmp_path: Path) -> None:
    from multiprocessing import active_children

    path = tmp_path / "large.csv"
    path.write_text("email\n" + "".join(f"p{n}@example.org\n" for n in range(200_000)), "utf-8")
    found = chunks(path)
    next(found)
    (reader,) = active_children()
    assert reader.pid is not None
    os.kill(reader.pid, signal.SIGKILL)
    with pytest.raises(InvalidInput) as caught:
        list(found)
    assert [finding.rule for finding in caught.value.findings] == ["reader-died"]


@pytest.mark.usefixtures("worth_it")
def test_what_the_other_process_meets_is_raised_here(people: Path) -> None:
    with open_csv(str(people)) as file:
        plan = plan_of(file.header, OWN)
        people.unlink()
        with pytest.raises(InvalidInput) as caught:
            list(chunks_of(file, str(people), plan, OWN))
    assert [finding.rule for finding in caught.value.findings] == ["no-file"]


@pytest.mark.usefixtures("worth_it")
def test_standard_input_is_read_by_this_process() -> None:
    file = CsvFile(io.BytesIO(b"email\nana@example.org\n"), "standard input")
    (found,) = rows(chunks_of(file, "-", plan_of(file.header), ()))
    assert isinstance(found, Row)
    assert found.email == "ana@example.org"
