"""The library: what a newsroom holds, and every way its files can be missing."""

import os
from pathlib import Path

import pytest
from tests.newsroom import NEWSLETTER, Newsroom, issue, spot

from lpdownload.content.library import Library, find_newsroom
from lpdownload.errors import InvalidInput
from lpdownload.settings import Settings


def test_newsletters_and_issues_are_listed_by_name(newsroom: Newsroom) -> None:
    newsroom.write("newsletters/alpha/newsletter.yaml", NEWSLETTER)
    newsroom.write_issue(path="newsletters/town/2024-08.yaml")
    newsroom.write_issue(path="newsletters/town/2024-09.es.yaml")
    assert newsroom.library.newsletter_names == ("alpha", "town")
    assert list(newsroom.library.issue_keys()) == ["town/2024-08", "town/2024-09", "town/2024-09.es"]


def test_folders_without_a_newsletter_file_and_the_shared_ones_are_no_newsletters(newsroom: Newsroom) -> None:
    newsroom.write("newsletters/shared/block.yaml", "owner: x\n")
    newsroom.write("newsletters/drafts/note.txt", "x")
    assert newsroom.library.newsletter_names == ("town",)
    assert newsroom.library.shared_names == ("block",)


def test_the_newsroom_is_found_from_any_folder_below_it(newsroom: Newsroom) -> None:
    deep = newsroom.root / "newsletters" / "town" / "images"
    deep.mkdir()
    assert (
        find_newsroom(deep) == find_newsroom(newsroom.root / "newsletters/town/2024-09.yaml") == newsroom.root
    )


def test_without_a_newsroom_one_is_told_how_to_make_one(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput) as caught:
        find_newsroom(tmp_path)
    (finding,) = caught.value.findings
    assert finding.rule == "no-newsroom"
    assert "lpdownload init" in finding.hint


def test_a_file_is_read_once(newsroom: Newsroom) -> None:
    library = newsroom.library
    first = library.network
    newsroom.change("newsletters/network.yaml", "name: Example Network", "name: Other")
    assert library.network is first
    assert newsroom.library.network.name == "Other"


def test_after_a_change_that_file_is_read_again_and_no_other(newsroom: Newsroom) -> None:
    library = newsroom.library
    network, newsletter = library.network, library.newsletter("town")[1]
    newsroom.change("newsletters/network.yaml", "name: Example Network", "name: Other")
    newsroom.write("newsletters/alpha/newsletter.yaml", NEWSLETTER)
    later = library.after({newsroom.root / "newsletters/network.yaml"})
    assert later.network.name == "Other"
    assert later.newsletter("town")[1] is newsletter
    assert later.newsletter_names == ("alpha", "town")
    assert library.network is network


def test_after_a_change_to_a_folder_all_below_it_is_read_again(newsroom: Newsroom) -> None:
    library = newsroom.library
    library.newsletter("town")
    newsroom.change("newsletters/town/newsletter.yaml", "name: Town Download\nkind", "name: Other\nkind")
    assert library.after({newsroom.root / "newsletters/town"}).newsletter("town")[1].name == "Other"


def test_a_missing_file_is_named(newsroom: Newsroom) -> None:
    (finding,) = newsroom.refused("town/2030-01")
    assert finding.rule == "missing-file"
    assert spot(finding) == ("2030-01.yaml", 1, 1)


def test_a_folder_named_like_an_issue_is_no_surprise(newsroom: Newsroom) -> None:
    (newsroom.root / "newsletters/town/2024-10.yaml").mkdir()
    (finding,) = newsroom.refused("town/2024-10")
    assert finding.rule == "missing-file"


def test_a_broken_newsletter_does_not_stop_another(newsroom: Newsroom) -> None:
    newsroom.write("newsletters/broken/newsletter.yaml", "name: [")
    newsroom.write("newsletters/broken/2024-09.yaml", issue())
    newsroom.write("newsletters/town/2024-08.yaml", "\x00")
    assert newsroom.load().issue.newsletter.name == "Town Download"
    assert newsroom.refused("broken/2024-09")[0].place is not None


def test_all_files_an_issue_needs_are_named_at_once(newsroom: Newsroom) -> None:
    newsroom.change("newsletters/network.yaml", "default_entity: action", "default_entity: nobody")
    newsroom.add("newsletters/town/newsletter.yaml", "colour: red\n")
    newsroom.write_issue("- type: stroy\n")
    files = [spot(finding)[0] for finding in newsroom.refused()]
    assert files == ["network.yaml", "newsletter.yaml", "2024-09.yaml"]


def test_settings_move_pages_and_pictures_to_a_staging_site(newsroom: Newsroom) -> None:
    settings = Settings(public_url="https://staging.example.org", log_dir=newsroom.root)
    network = Library(newsroom.root, settings).network
    assert network.public_url == "https://staging.example.org"
    assert network.asset_base == "https://staging.example.org/assets"


def test_a_theme_of_the_newsroom_wins_over_the_packaged_one(newsroom: Newsroom) -> None:
    newsroom.write(
        "templates/themes/deep-blue.yaml", 'accent: "#111111"\ndeep: "#222222"\npaper: "#ffffff"\n'
    )
    assert newsroom.load().issue.theme.accent == "#111111"


def test_an_unknown_theme_is_met_with_those_there_are(newsroom: Newsroom) -> None:
    newsroom.add("newsletters/town/newsletter.yaml", "theme: deep-blu\n")
    (finding,) = newsroom.refused()
    assert finding.rule == "unknown-theme"
    assert finding.hint.startswith("did you mean deep-blue? There are: deep-blue, ")
    assert spot(finding) == ("newsletter.yaml", 9, 8)


def test_an_unknown_theme_of_the_network_is_named_there(newsroom: Newsroom) -> None:
    newsroom.add("newsletters/network.yaml", "theme: nothing-like-it\n")
    (finding,) = newsroom.refused()
    assert spot(finding)[0] == "network.yaml"


def test_colours_may_stand_in_the_newsletter_itself(newsroom: Newsroom) -> None:
    newsroom.add(
        "newsletters/town/newsletter.yaml",
        'theme: {accent: "#1f4e9c", deep: "#12294f", paper: "#eef2f8"}\n',
    )
    assert newsroom.load().issue.theme.deep == "#12294f"


def test_colours_that_cannot_be_read_are_refused_at_their_place(newsroom: Newsroom) -> None:
    newsroom.add(
        "newsletters/town/newsletter.yaml",
        'theme:\n  accent: "#ffee00"\n  deep: "#12294f"\n  paper: "#eef2f8"\n',
    )
    (finding,) = newsroom.refused()
    assert finding.rule == "low-contrast"
    assert spot(finding) == ("newsletter.yaml", 10, 3)


def test_files_that_nothing_reads_are_warned_of(newsroom: Newsroom) -> None:
    newsroom.write("newsletters/town/2024-10.yml", "x: 1\n")
    newsroom.write("newsletters/twon/2024-10.yaml", "x: 1\n")
    newsroom.write("newsletters/netwrok.yaml", "x: 1\n")
    strays = newsroom.library.strays(newsroom.root)
    assert sorted(spot(finding)[0] for finding in strays) == ["2024-10.yaml", "2024-10.yml", "netwrok.yaml"]
    assert {finding.severity for finding in strays} == {"warning"}


def test_a_newsroom_without_newsletters_has_none(tmp_path: Path) -> None:
    library = Library(tmp_path)
    assert library.newsletter_names == ()
    assert library.strays(tmp_path) == ()


@pytest.mark.parametrize("name", ["Ünïcode und Leer", "a'b\"c", "-dash"])
def test_folders_may_have_any_name(tmp_path: Path, name: str) -> None:
    from tests.newsroom import make_newsroom

    newsroom = make_newsroom(tmp_path / name)
    assert newsroom.load().issue.key == "town/2024-09"


def test_a_first_key_that_was_deleted_is_told_from_a_document_s_end(newsroom: Newsroom) -> None:
    newsroom.write("newsletters/segments.yaml", "  office: school_board\nnew-york:\n  state: NY\n")
    with pytest.raises(InvalidInput, match="indented less than the first line"):
        _ = Library(newsroom.root).segments


def test_a_pipe_is_no_file_and_is_not_waited_for(newsroom: Newsroom) -> None:
    os.mkfifo(newsroom.root / "newsletters/town/2024-10.yaml")
    with pytest.raises(InvalidInput, match="it is a pipe or a device"):
        Library(newsroom.root).issue_file("town", "2024-10")
