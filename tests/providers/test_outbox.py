"""The outbox: files that say the truth, whatever happens to the disk."""

import email
import json
import stat
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from email.policy import default
from pathlib import Path

import pytest
from tests.providers.hostile import hostile_mail, person

from lpdownload.model.content import Pieces
from lpdownload.model.delivery import Accepted, Outcome, Throttled
from lpdownload.providers.outbox import INDEX, Outbox, Settings

MAIL = hostile_mail()


def outbox(folder: Path) -> Outbox:
    return Outbox(Settings(folder=folder))


def lines(folder: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in (folder / INDEX).read_bytes().splitlines()]


def files(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_each_message_becomes_a_file_that_reads_as_its_content(tmp_path: Path) -> None:
    folder = tmp_path / "deep" / "outbox"
    box = outbox(folder)
    ana = person("r-1", first_name="Ana")
    built = box.build(MAIL, [ana, person("r-2")], "k-1")
    assert box.submit(built) == (Accepted("r-1.eml"), Accepted("r-2.eml"))
    message = email.message_from_bytes((folder / "r-1.eml").read_bytes(), policy=default)
    html, text = message.get_body(("html",)), message.get_body(("plain",))
    assert html is not None
    assert text is not None
    assert html.get_content().replace("\r\n", "\n").rstrip("\n") == MAIL.content.html.fill(ana.values).rstrip(
        "\n"
    )
    assert text.get_content().replace("\r\n", "\n").rstrip("\n") == MAIL.content.text.fill(ana.values).rstrip(
        "\n"
    )
    assert message["Message-ID"] == "<r-1@example.org>"
    assert sorted(files(folder)) == [INDEX, "r-1.eml", "r-2.eml"]


def test_the_index_tells_of_each_message_without_its_address(tmp_path: Path) -> None:
    box = outbox(tmp_path)
    box.submit(box.build(MAIL, [person("r-1", first_name="Ana")], "k-1"))
    (entry,) = lines(tmp_path)
    assert entry == {
        "reference": "r-1",
        "subject": MAIL.content.subject.fill({"first_name": "Ana"}),
        "bytes": (tmp_path / "r-1.eml").stat().st_size,
        "issue": "lpny/2024-09",
        "send": "send-7",
    }
    assert b"r-1@example.org" not in (tmp_path / INDEX).read_bytes()
    assert b"r-1@example.org" in (tmp_path / "r-1.eml").read_bytes()


def test_only_its_owner_may_read_a_message(tmp_path: Path) -> None:
    folder = tmp_path / "outbox"
    box = outbox(folder)
    box.submit(box.build(MAIL, [person("r-1")], "k-1"))
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert {stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()} == {0o600}


def test_the_same_batch_again_leaves_the_same_files(tmp_path: Path) -> None:
    box = outbox(tmp_path)
    first = box.build(MAIL, [person("r-1"), person("r-2")], "k-1")
    box.submit(first)
    box.submit(box.build(MAIL, [person("r-3")], "k-2"))
    before = files(tmp_path)
    assert box.submit(first) == (Accepted("r-1.eml"), Accepted("r-2.eml"))
    after = files(tmp_path)
    assert sorted(after.pop(INDEX).splitlines()) == sorted(before.pop(INDEX).splitlines())
    assert after == before


def test_a_message_whose_line_got_lost_gets_it_back(tmp_path: Path) -> None:
    box = outbox(tmp_path)
    batch = box.build(MAIL, [person("r-1"), person("r-2")], "k-1")
    box.submit(batch)
    (tmp_path / INDEX).write_bytes((tmp_path / INDEX).read_bytes().splitlines(True)[0] + b"not json\n")
    box.submit(batch)
    assert (tmp_path / INDEX).read_bytes().count(b'"reference"') == 2


def test_a_line_torn_by_a_crash_harms_no_other(tmp_path: Path) -> None:
    (tmp_path / INDEX).write_bytes(b'{"reference": "r-')
    box = outbox(tmp_path)
    box.submit(box.build(MAIL, [person("r-1")], "k-1"))
    assert json.loads((tmp_path / INDEX).read_bytes().splitlines()[-1])["reference"] == "r-1"


def test_one_answer_settles_the_whole_batch(tmp_path: Path) -> None:
    told: dict[int, Outcome] = {}
    box = outbox(tmp_path)
    box.submit(box.build(MAIL, [person("r-1"), person("r-2")], "k-1"), told=told.__setitem__)
    assert told == {}


def test_an_empty_batch_writes_no_message(tmp_path: Path) -> None:
    box = outbox(tmp_path)
    assert box.submit(box.build(MAIL, [], "k-1")) == ()
    assert not list(tmp_path.glob("*.eml"))


def test_a_reference_leads_out_of_the_folder_nowhere(tmp_path: Path) -> None:
    built = outbox(tmp_path).build(MAIL, [replace(person("r-1"), reference="../r-1")], "k-1")
    assert built.references == ()
    assert [reference for reference, _ in built.unfit] == ["../r-1"]


@contextmanager
def largest_file(size: int) -> Iterator[None]:
    """No file may grow beyond that: writing fails as on a full disk, for any user."""
    import resource
    import signal

    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    before = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, limits[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
        signal.signal(signal.SIGXFSZ, before)


def test_a_message_that_cannot_be_written_whole_is_throttled_and_leaves_nothing(tmp_path: Path) -> None:
    box = outbox(tmp_path)
    wide = replace(MAIL, content=replace(MAIL.content, text=Pieces.of("wide " * 100_000)))
    large, small = (box.build(mail, [person(name)], name) for mail, name in ((wide, "r-1"), (MAIL, "r-2")))
    both = replace(large, references=("r-1", "r-2"), addresses=("", ""), parts=(*large.parts, *small.parts))
    with largest_file(50_000):
        first, second = box.submit(both)
    assert isinstance(first, Throttled)
    assert "cannot be written" in first.reason
    assert second == Accepted("r-2.eml")
    assert sorted(files(tmp_path)) == [INDEX, "r-2.eml"]
    assert [entry["reference"] for entry in lines(tmp_path)] == ["r-2"]


def test_an_index_that_cannot_be_written_takes_its_new_messages_back(tmp_path: Path) -> None:
    box = outbox(tmp_path)
    box.submit(box.build(MAIL, [person("r-0")], "k-0"))
    index = tmp_path / INDEX
    index.write_bytes(index.read_bytes() + b"{}\n" * 20_000)
    before = files(tmp_path)
    with largest_file(index.stat().st_size + 10):
        (outcome,) = box.submit(box.build(MAIL, [person("r-1")], "k-1"))
    assert isinstance(outcome, Throttled)
    assert files(tmp_path) == before


def test_a_folder_that_cannot_be_is_an_outcome_and_an_error_of_the_check(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    box = outbox(tmp_path / "file" / "outbox")
    (outcome,) = box.submit(box.build(MAIL, [person("r-1")], "k-1"))
    assert isinstance(outcome, Throttled)
    (check,) = box.check()
    assert (check.state, bool(check.remedy)) == ("error", True)


def test_a_check_writes_and_leaves_nothing(tmp_path: Path) -> None:
    (check,) = outbox(tmp_path).check()
    assert check.state == "ok"
    assert "nothing is sent" in check.says
    assert not any(tmp_path.iterdir())


def test_a_link_in_the_way_of_the_index_is_not_followed(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_bytes(b"mine")
    folder = tmp_path / "outbox"
    folder.mkdir()
    (folder / INDEX).symlink_to(secret)
    box = outbox(folder)
    (outcome,) = box.submit(box.build(MAIL, [person("r-1")], "k-1"))
    assert isinstance(outcome, Throttled)
    assert secret.read_bytes() == b"mine"
    assert [path.name for path in folder.iterdir()] == [INDEX]


def test_threads_share_a_folder_and_lose_no_line(tmp_path: Path) -> None:
    def work(number: int) -> None:
        box = outbox(tmp_path)
        for turn in range(5):
            batch = box.build(MAIL, [person(f"r-{number}-{turn}")], "k")
            box.submit(batch)
            box.submit(batch)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    found = [entry["reference"] for entry in lines(tmp_path)]
    assert sorted(map(str, found)) == sorted(f"r-{number}-{turn}" for number in range(4) for turn in range(5))


def test_what_no_message_can_carry_is_refused_before_anything_is_written(tmp_path: Path) -> None:
    bad = replace(MAIL.content, headers=(*MAIL.content.headers, ("X-News", Pieces.of("é"))))
    assert [finding.rule for finding in outbox(tmp_path).refusals(replace(MAIL, content=bad))] == [
        "bad-header"
    ]
    assert not outbox(tmp_path).refusals(MAIL)


@pytest.mark.parametrize("folder", ["~/outbox", "outbox"])
def test_the_folder_may_begin_in_a_home(folder: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    box = outbox(Path(folder))
    box.submit(box.build(MAIL, [person("r-1")], "k-1"))
    assert (tmp_path / "outbox" / "r-1.eml").exists()
