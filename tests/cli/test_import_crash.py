"""An import that is killed, runs out of disk, or meets another: all of it is there afterwards, or nothing."""

import resource
import signal
import subprocess

import pytest
from tests.desk import Desk

from lpdownload.store.database import FILE

ONE_WRITES = """
from lpdownload.audience import import_people
take = import_people._Import.take

def stop(work, chunk):
    take(work, chunk)
    print("wrote", work.counts["added"], flush=True)
    input()

import_people._Import.take = stop
"""
"""An import that says when it has written some, and waits for a word to go on."""

SMALL_CHUNKS = "from lpdownload.audience import rows_ahead\nrows_ahead.CHUNK = 200\n"

A_READER_THAT_DIES = """
import os
from lpdownload.audience import rows_ahead
rows_ahead.CHUNK = 100
rows_ahead.WORTH_IT = 1
os.cpu_count = lambda: 2
send = rows_ahead._send_chunks

def die(pipe, *about):
    made = rows_ahead._chunks

    def some(*about):
        for number, chunk in enumerate(made(*about)):
            if number == 3:
                os.kill(os.getpid(), 9)
            yield chunk

    rows_ahead._chunks = some
    send(pipe, *about)

die.__module__, die.__qualname__ = "__mp_main__" if __name__ == "__mp_main__" else "__main__", "die"
rows_ahead._send_chunks = die
"""


def import_words(desk: Desk, count: int = 1_000, seed: int = 7) -> tuple[str, ...]:
    return ("subscribers", "import", desk.list_of(count, f"people-{seed}.csv", seed), "--newsletter", "town")


def go_on(process: subprocess.Popen[str]) -> None:
    assert process.stdin is not None
    process.stdin.write("\n" * 100)
    process.stdin.flush()


def written(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    return process.stdout.readline()


def test_of_an_import_that_is_killed_nothing_is_there(desk: Desk) -> None:
    words = import_words(desk)
    before = desk.rows()
    with desk.process(*words, prelude=SMALL_CHUNKS + ONE_WRITES) as process:
        assert written(process) == "wrote 200\n"
        go_on(process)
        assert written(process) == "wrote 400\n"
        process.kill()
    assert process.returncode == -signal.SIGKILL
    assert desk.rows() == before
    report = desk.json(*words)
    assert (report["added"], report["subscribed"]) == (1_000, 1_000)


def test_an_import_that_is_interrupted_leaves_nothing_either(desk: Desk) -> None:
    words = import_words(desk)
    before = desk.rows()
    with desk.process(*words, prelude=SMALL_CHUNKS + ONE_WRITES) as process:
        assert written(process) == "wrote 200\n"
        process.send_signal(signal.SIGINT)
        process.wait()
    assert process.returncode == 130
    assert desk.rows() == before


def test_of_an_import_whose_reader_dies_nothing_is_there(desk: Desk) -> None:
    words = import_words(desk)
    before = desk.rows()
    logs = str(desk.root.parent / "logs")
    with desk.process(*words, prelude=A_READER_THAT_DIES, LPDOWNLOAD_LOG_DIR=logs) as process:
        _, said = process.communicate()
    assert process.returncode == 1, said
    assert "the process that reads the file was ended; nothing was imported" in said
    assert desk.rows() == before


def test_of_two_imports_at_once_the_second_waits_and_nobody_comes_twice(desk: Desk) -> None:
    words = import_words(desk, 600)
    first = desk.process(*words, "--json", prelude=ONE_WRITES)
    assert written(first) == "wrote 600\n"
    second = desk.process(*words, "--json")
    assert second.stderr is not None
    assert "waiting until it has finished" in second.stderr.readline()
    go_on(first)
    first.communicate()
    said, _ = second.communicate()
    assert (first.returncode, second.returncode) == (0, 0)
    assert '"unchanged": 600' in said
    stats = desk.json("subscribers", "stats")
    assert (stats["people"], stats["subscriptions"]) == (600, {"town": {"active": 600}})


def no_more_than(size: int) -> str:
    """A process that may write no larger file: as on a full disk, for root too."""
    return (
        "import resource, signal\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        f"resource.setrlimit(resource.RLIMIT_FSIZE, ({size}, resource.RLIM_INFINITY))\n"
    )


def test_on_a_disk_that_fills_up_nothing_is_imported(file_desk: Desk) -> None:
    assert resource.getrlimit(resource.RLIMIT_FSIZE)[1] == resource.RLIM_INFINITY
    file_desk.add("ana@example.org", "town")
    words = import_words(file_desk, 3_000)
    before = file_desk.rows()
    with file_desk.process(*words, prelude=SMALL_CHUNKS + no_more_than(300_000)) as process:
        _, said = process.communicate()
    assert process.returncode == 1, said
    assert f"{FILE}: the disk" in said
    assert "Traceback" not in said
    assert file_desk.rows() == before
    assert file_desk.json(*words)["added"] == 3_000


@pytest.mark.parametrize("command", [("subscribers", "stats"), ("subscribers", "show", "ana@example.org")])
def test_while_an_import_runs_others_read_what_was_there(desk: Desk, command: tuple[str, ...]) -> None:
    desk.add("ana@example.org", "town")
    before = desk.json(*command)
    with desk.process(*import_words(desk, 300), prelude=ONE_WRITES) as process:
        assert written(process) == "wrote 300\n"
        assert desk.json(*command) == before
        go_on(process)
        process.communicate()
    assert process.returncode == 0
