"""The hub's folder: whole or as it was, nobody else's files touched, little written twice."""

from datetime import date
from pathlib import Path

import pytest
from tests.newsroom import drawing
from tests.site.hub import PRESS, Hub

from lpdownload.errors import InvalidInput
from lpdownload.render.output import write
from lpdownload.site import output as at_work
from lpdownload.site.output import MANIFEST

ISSUE = "newsletters/town/2024-09.yaml"


def test_nothing_is_written_when_nothing_is_new(hub: Hub) -> None:
    first = hub.build()
    assert first.rendered == 1
    assert "town/2024-09/index.html" in first.written
    before = hub.files()
    again = hub.build()
    assert (again.rendered, again.written, again.removed) == (0, (), ())
    assert hub.files() == before


def test_an_edit_is_written_where_it_shows_and_nowhere_else(hub: Hub) -> None:
    hub.newsroom.write("newsletters/news/river.yaml", PRESS)
    hub.write_issue("2024-05", "May")
    hub.write_issue("2024-07", "July")
    hub.build()
    hub.newsroom.change("newsletters/town/2024-05.yaml", "Of May.", "Of May and June.")
    built = hub.build()
    assert built.rendered == 1
    assert set(built.written) == {"town/2024-05/index.html"}
    hub.newsroom.change("newsletters/town/2024-05.yaml", "A river, a road", "A road")
    pages = {path for path in hub.build().written if path.endswith(".html")}
    assert pages == {f"{path}index.html" for path in ("", "blog/", "chapters/ny/", "town/", "town/2024-05/")}


def test_it_is_the_same_as_if_it_were_built_from_nothing(hub: Hub) -> None:
    hub.newsroom.write("newsletters/news/river.yaml", PRESS)
    hub.build()
    hub.write_issue("2024-11", "November")
    hub.newsroom.change("newsletters/news/river.yaml", "Rivers", "Lakes")
    hub.build()
    built_on = hub.files()
    fresh = Hub(hub.newsroom, hub.out.with_name("fresh"))
    fresh.build()
    assert fresh.files() == built_on


@pytest.mark.parametrize("what", ["memory", "broken memory", "manifest", "broken manifest", "page"])
def test_whatever_is_lost_is_made_again(
    hub: Hub, what: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    hub.build()
    before = hub.files()
    (memory,) = (tmp_path / "cache").rglob("*.json")
    match what:
        case "memory":
            memory.unlink()
        case "broken memory":
            memory.write_bytes(b'{"frame": 1')
        case "manifest":
            (hub.out / MANIFEST).unlink()
        case "broken manifest":
            (hub.out / MANIFEST).write_bytes(b"[")
        case "page":
            (hub.out / "town/2024-09/index.html").write_bytes(b"")
    built = hub.build()
    assert hub.files() == before
    assert set(built.written) <= {"town/2024-09/index.html"}


@pytest.mark.parametrize("wrong", ["yaml", "template", "picture"])
def test_what_cannot_be_built_leaves_the_hub_as_it_was(hub: Hub, wrong: str) -> None:
    hub.build()
    before, record = hub.files(), hub.newsroom.library.published_path.read_bytes()
    hub.newsroom.write("newsletters/town/images/a.png", drawing())
    hub.write_issue("2024-10", "October")
    hub.newsroom.add("newsletters/town/2024-10.yaml", "image: {src: images/a.png, alt: A river}\n")
    match wrong:
        case "yaml":
            hub.newsroom.change(ISSUE, "preheader", "preheadr")
        case "template":
            hub.newsroom.write("templates/web/hub/front.html.j2", "{{ nothing.of_the_kind }}")
        case "picture":
            hub.newsroom.write("newsletters/town/images/a.png", b"no picture")
    (finding, *_) = hub.refused(date(2024, 12, 2))
    assert finding.place is not None
    assert finding.place.line >= 1
    assert {path: data for path, data in hub.files().items() if path in before} == before
    assert {path.rpartition("/")[0] for path in hub.files().keys() - before.keys()} <= {"assets/town/2024-10"}
    assert hub.newsroom.library.published_path.read_bytes() == record


def test_a_build_that_was_cut_off_is_finished_by_the_next(hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    hub.build()
    hub.newsroom.change("newsletters/network.yaml", "Example Network", "Another Network")
    fresh = Hub(hub.newsroom, hub.out.with_name("fresh"))
    fresh.build()
    left = [5]

    def breaking(path: Path, data: bytes) -> None:
        left[0] -= 1
        if left[0] < 0:
            raise OSError(28, "No space left on device")
        write(path, data)

    with monkeypatch.context() as patch:
        patch.setattr(at_work, "write", breaking)
        with pytest.raises(InvalidInput, match="No space"):
            hub.build()
    assert hub.files() != fresh.files()
    hub.build()
    assert hub.files() == fresh.files()


def test_files_of_somebody_else_stay(hub: Hub) -> None:
    hub.write_issue("2024-08", "August")
    hub.build()
    for path in ("CNAME", "town/2024-08/notes.txt", "assets/logo.svg"):
        (hub.out / path).write_text("ours")
    (hub.newsroom.root / "newsletters/town/2024-08.yaml").unlink()
    hub.build()
    for path in ("CNAME", "town/2024-08/notes.txt", "assets/logo.svg"):
        assert (hub.out / path).read_text() == "ours"
    assert not (hub.out / "town/2024-08/index.html").exists()


def test_a_page_of_somebody_else_is_not_written_over(hub: Hub) -> None:
    hub.out.mkdir()
    (hub.out / "index.html").write_text("Welcome to my site")
    (finding,) = hub.refused()
    assert finding.rule == "output"
    assert "index.html is there already" in finding.message
    assert list(hub.files()) == ["index.html"]


@pytest.mark.parametrize("path", ["../outside.txt", "/etc/none", "a/../../outside.txt"])
def test_a_list_that_was_tampered_with_removes_nothing_outside(hub: Hub, path: str) -> None:
    hub.build()
    outside = hub.out.parent / "outside.txt"
    outside.write_text("kept")
    text = hub.text(MANIFEST).replace("{", f'{{"{path}":["x",4],', 1)
    (hub.out / MANIFEST).write_text(text)
    assert hub.build().removed == ()
    assert outside.read_text() == "kept"


def test_a_trial_writes_nothing_and_says_what_it_would(hub: Hub) -> None:
    hub.build()
    before, record = hub.files(), hub.newsroom.library.published_path.read_bytes()
    hub.newsroom.change(ISSUE, "A river, a road and a vote", "A vote")
    built = hub.build(date(2024, 12, 3), dry=True)
    assert "town/2024-09/index.html" in built.written
    assert hub.files() == before
    assert hub.newsroom.library.published_path.read_bytes() == record
    hub.build(date(2024, 12, 3), record=False)
    assert hub.newsroom.library.published_path.read_bytes() == record
    assert hub.files() != before


def test_another_template_changes_every_page_it_makes(hub: Hub) -> None:
    hub.build()
    hub.newsroom.write("templates/labels/en.yaml", "hub_newsletters: Our letters\n")
    written = hub.build().written
    assert {"index.html", "404.html", "town/index.html"} <= set(written)
