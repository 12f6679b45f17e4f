"""The generated list: plausible, the same for the same seed, and of nobody."""

import csv
import hashlib
import io
import os
import subprocess
import sys
from collections import Counter
from datetime import date
from itertools import islice
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from email_validator import validate_email

from lpdownload.audience.generator import COLUMNS, people
from lpdownload.cli.console import EXIT_PIPE
from lpdownload.model.subscriber import ATTRIBUTES

COUNT = 20_000


@pytest.fixture(scope="module")
def rows() -> list[dict[str, str]]:
    return [dict(zip(COLUMNS, row, strict=True)) for row in people(COUNT, seed=7)]


def values(rows: list[dict[str, str]], column: str) -> set[str]:
    """The different values that are not missing; of a list, its words."""
    is_list = ATTRIBUTES[column].type == "list"
    found = {row[column] for row in rows} - {""}
    return {word for value in found for word in value.split("; ")} if is_list else found


def test_there_are_as_many_people_as_asked_for(rows: list[dict[str, str]]) -> None:
    assert len(rows) == COUNT
    assert list(people(1, seed=7)) == [tuple(rows[0].values())]


def test_the_same_seed_gives_the_same_list_on_every_machine() -> None:
    text = "\n".join("\t".join(row) for row in people(5_000, seed=7))
    assert (
        hashlib.sha256(text.encode()).hexdigest()
        == "64d9a501a5837b54511b5d325d2439f6fd74f687eec2e82a7e4dac660d8f28db"
    )


def test_another_seed_gives_another_list() -> None:
    assert list(people(100, seed=7)) != list(people(100, seed=8))


def test_a_shorter_list_is_the_beginning_of_a_longer_one() -> None:
    assert list(people(50, seed=3)) == list(islice(people(5_000, seed=3), 50))


def test_the_list_is_made_row_by_row() -> None:
    assert len(next(people(10**15, seed=0))) == len(COLUMNS)


def test_every_address_is_at_example_org_and_there_once() -> None:
    addresses = [row[0] for row in people(300_000, seed=1)]
    assert len({address.lower() for address in addresses}) == len(addresses)
    assert all(address.isascii() and address.endswith("@example.org") for address in addresses)


def test_the_addresses_are_valid_and_spelt_as_they_are_kept(rows: list[dict[str, str]]) -> None:
    for row in rows[:2_000]:
        found = validate_email(row["email"], check_deliverability=False)
        assert found.normalized == row["email"] == row["email"].lower()


@pytest.mark.parametrize("column", [name for name, one in ATTRIBUTES.items() if one.type == "choice"])
def test_a_choice_takes_every_one_of_its_words_and_no_other(column: str, rows: list[dict[str, str]]) -> None:
    assert values(rows, column) == set(ATTRIBUTES[column].choices)


def test_every_time_zone_exists(rows: list[dict[str, str]]) -> None:
    zones = values(rows, "timezone")
    assert len(zones) > 5
    assert {ZoneInfo(name).key for name in zones} == zones


def test_a_day_is_a_day_and_a_term_ends_in_a_post_that_has_one(rows: list[dict[str, str]]) -> None:
    for column in ("member_since", "term_end"):
        days = values(rows, column)
        assert {date.fromisoformat(day).isoformat() for day in days} == days
    assert {row["role"] for row in rows if row["term_end"]} == {"elected", "former"}
    assert max(row["term_end"] for row in rows if row["role"] == "former") < "2024"


def test_a_chapter_is_that_of_the_state(rows: list[dict[str, str]]) -> None:
    assert values(rows, "chapter") == {"NY", "PA", "MN", "TX", "NC", "CO"}
    assert all(row["chapter"] in {"", row["state"]} for row in rows)


def test_the_states_are_as_large_as_they_are(rows: list[dict[str, str]]) -> None:
    shares = Counter(row["state"] for row in rows)
    assert len(shares) == 52  # with the District of Columbia, and nowhere
    assert shares["CA"] > shares["TX"] > shares["NY"] > shares["CO"] > shares["WY"] > 0


@pytest.mark.parametrize("column", ["caucuses", "committees", "interests", "tags"])
def test_a_list_names_a_thing_once(column: str, rows: list[dict[str, str]]) -> None:
    lists = [row[column].split("; ") for row in rows]
    assert max(map(len, lists)) > 1
    assert all(len(set(words)) == len(words) for words in lists)


@pytest.mark.parametrize("column", [name for name in COLUMNS if name != "email"])
def test_some_values_are_missing_and_some_are_there(column: str, rows: list[dict[str, str]]) -> None:
    missing = sum(not row[column] for row in rows) / len(rows)
    assert 0.01 < missing < 0.85


def test_some_names_have_accents_and_most_people_read_english(rows: list[dict[str, str]]) -> None:
    assert {"José", "María"} & values(rows, "first_name")
    assert "Núñez" in values(rows, "last_name")
    languages = Counter(row["language"] for row in rows)
    assert [name for name, _ in languages.most_common(2)] == ["en", "es"]
    assert len(languages) > 5


DEMO = [sys.executable, "-c", "from lpdownload.cli import console, demo; console.run(demo.app)"]


def test_the_command_writes_csv_in_utf_8() -> None:
    command = [*DEMO, "subscribers", "500", "--seed", "7"]
    done = subprocess.run(command, capture_output=True, check=True, env={**os.environ, "PYTHONUTF8": "1"})
    assert b"\r" not in done.stdout
    header, *found = csv.reader(io.StringIO(done.stdout.decode("utf-8")))
    assert tuple(header) == COLUMNS
    assert [tuple(row) for row in found] == list(people(500, seed=7))


@pytest.mark.parametrize("count", ["0", "-1", "100000001", "many"])
def test_a_count_out_of_range_is_a_usage_error(count: str) -> None:
    done = subprocess.run([*DEMO, "subscribers", "--", count], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (2, "")
    assert "Invalid value for 'N'" in done.stderr


def test_a_reader_who_leaves_early_is_no_bug(tmp_path: Path) -> None:
    errors = tmp_path / "errors"
    with (
        errors.open("wb") as log,
        subprocess.Popen([*DEMO, "subscribers", "100000"], stdout=subprocess.PIPE, stderr=log) as process,
    ):
        assert process.stdout
        assert process.stdout.readline().startswith(b"email,")
        process.stdout.close()
        assert process.wait() == EXIT_PIPE
    assert "met a bug" not in errors.read_text("utf-8")
