"""What is shipped of caniemail.com's data, and the script that makes it."""

import gzip
import json
from typing import get_args

import pytest

from lpdownload.check.caniemail.effects import BASELINE, EFFECTS, MOOT
from lpdownload.check.caniemail.support import DATA, PLATFORMS, TITLES, caniemail
from lpdownload.model.mail_client import DEFAULT_CLIENTS, MailClient
from renew_caniemail import Caniemail, Feature, packed, trimmed


def feature(slug: str, stats: dict[str, dict[str, dict[str, str]]], **notes: str) -> Feature:
    return {
        "slug": slug,
        "title": f" {slug} ",
        "last_test_date": "2024-5-1",
        "stats": stats,
        "notes_by_num": {mark.removeprefix("n"): note for mark, note in notes.items()} or None,
    }


SOURCE: Caniemail = {
    "last_update_date": "2026-05-13 14:45:41 +0000",
    "data": [
        feature("newer-last", {"outlook": {"macos": {"2011": "n", "2016": "n", "16.80": "y"}}}),
        feature(
            "with-notes",
            {"gmail": {"ios": {"2019": "y", "2022": "a #1 #3"}}},
            n1="Partial. Not `em`.",
            n3="See [a test](https://example.org).",
        ),
    ],
}


def support_of(slug: str, platform: str) -> str:
    document = json.loads(gzip.decompress(packed(trimmed(SOURCE, "2.0.2"))))
    letters = document["features"][slug]["support"]
    return str(letters[document["platforms"].index(platform)])


def test_the_last_version_in_the_document_counts_not_the_one_that_sorts_last() -> None:
    assert support_of("newer-last", "outlook.macos") == "y"
    assert support_of("with-notes", "gmail.ios") == "a"


def test_a_platform_that_was_not_tested_is_unknown() -> None:
    assert support_of("with-notes", "outlook.windows") == "u"


def test_notes_of_partial_support_are_plain_words() -> None:
    document = json.loads(gzip.decompress(packed(trimmed(SOURCE, "2.0.2"))))
    assert document["features"]["with-notes"]["notes"] == {"gmail.ios": "Not em. See a test."}
    assert document["features"]["with-notes"]["tested"] == "2024-05-01"


def test_the_same_input_gives_the_same_bytes_whenever_it_is_packed() -> None:
    data = packed(trimmed(SOURCE, "2.0.2"))
    assert data == packed(trimmed(SOURCE, "2.0.2"))
    assert data[4:8] == bytes(4)  # gzip's time


def test_what_is_shipped_is_packed_as_the_script_packs() -> None:
    data = DATA.read_bytes()
    assert packed(json.loads(gzip.decompress(data))) == data


def test_what_is_shipped_names_its_source_and_its_day_in_the_notice() -> None:
    notice = (DATA.parent / "NOTICE").read_text("utf-8")
    assert caniemail().date in notice
    assert caniemail().source in notice
    assert "MIT License" in notice


def test_every_client_has_a_title_and_platforms_of_which_something_is_known() -> None:
    assert set(PLATFORMS) == set(TITLES) == set(get_args(MailClient))
    assert set(DEFAULT_CLIENTS) <= set(PLATFORMS)
    for client, platforms in PLATFORMS.items():
        for platform in platforms:
            known = [one for one in caniemail().features.values() if one.letters[platform] != "u"]
            assert known, f"{client}: nothing is known of {platform}"


def test_every_feature_the_table_speaks_of_is_in_the_data() -> None:
    assert {*EFFECTS, *MOOT, *MOOT.values(), *BASELINE} <= set(caniemail().features)


@pytest.mark.parametrize("slug", sorted(EFFECTS))
def test_every_feature_in_the_table_is_lacking_somewhere(slug: str) -> None:
    assert any(caniemail().features[slug].support(client) != "yes" for client in PLATFORMS)


def test_a_program_is_as_good_as_the_worst_of_its_platforms() -> None:
    flex = caniemail().features["css-display-flex"]
    assert flex.support("outlook-windows") == "no"
    assert flex.support("apple-mail") == "yes"
    assert flex.support("gmail") == "partly"
    assert "Google" in flex.note("gmail")
