"""New newsrooms and new issues load and render as they are made."""

import json
import re
import shutil
import subprocess
from datetime import date
from fnmatch import fnmatch
from pathlib import Path

import pytest
from pathspec import GitIgnoreSpec
from tests.newsroom import NEWSLETTER, Newsroom, make_newsroom

from lpdownload.content.issues import load_issue
from lpdownload.content.library import Library
from lpdownload.content.located import parse
from lpdownload.content.scaffold import init_newsroom, new_issue
from lpdownload.content.schema import schemas
from lpdownload.errors import InvalidInput
from lpdownload.model.period import Period
from lpdownload.model.sections import SECTION_TYPES
from lpdownload.model.sections.actions import Deadline
from lpdownload.model.sections.base import Section
from lpdownload.model.sections.events import Event, EventRecap
from lpdownload.model.sections.media import MediaContact
from lpdownload.model.text import PLACEHOLDER
from lpdownload.packaged import packaged_templates
from lpdownload.render.render import fill_values, render_issue
from lpdownload.settings import env_example

TODAY = date(2024, 9, 18)
SETTINGS = "newsletters/town/newsletter.yaml"
COMMON = Section.model_fields.keys()


@pytest.fixture
def made(tmp_path: Path) -> Path:
    init_newsroom(tmp_path / "news", today=TODAY)
    return tmp_path / "news"


@pytest.fixture
def newsroom(tmp_path: Path) -> Newsroom:
    return make_newsroom(tmp_path)


def rendered(library: Library, key: str) -> tuple[str, str]:
    """Subject and HTML; without a finding at error or warning."""
    loaded = load_issue(library, key)
    result = render_issue(loaded.issue, newsroom=library.root, templates=library.templates)
    assert [str(f) for f in (*loaded.findings, *result.findings) if f.severity != "info"] == []
    values = fill_values(result, {})
    return result.content.subject.fill(values), result.content.html.fill(values)


def modelines(root: Path) -> dict[Path, Path]:
    """Where the comment at the top of each YAML file leads."""
    found = {}
    for path in (root / "newsletters").rglob("*.yaml"):
        named = re.match(r"# yaml-language-server: \$schema=(\S+)\n", path.read_text(encoding="utf-8"))
        assert named, path
        found[path] = (path.parent / named[1]).resolve()
    return found


def test_a_new_newsroom_loads_and_renders_without_a_finding(made: Path) -> None:
    library = Library(made)
    assert [*library.issue_keys()] == ["monthly/2024-09"]
    assert library.strays(made) == ()
    assert load_issue(library, "monthly/2024-09").findings == ()
    subject, html = rendered(library, "monthly/2024-09")
    assert subject == "📬 Our Download | Hello from all of us, a date to save | September 2024"
    assert "<img" in html


def test_a_new_newsroom_has_all_that_one_needs(made: Path) -> None:
    names = {path.relative_to(made).as_posix() for path in made.rglob("*") if path.is_file()}
    assert names == {
        ".env.example",
        ".gitignore",
        ".vscode/extensions.json",
        ".vscode/settings.json",
        "README.md",
        "newsletters/monthly/2024-09.yaml",
        "newsletters/monthly/images/hills.png",
        "newsletters/monthly/newsletter.yaml",
        "newsletters/network.yaml",
        "newsletters/segments.yaml",
        "newsletters/shared/who-we-are.yaml",
        *(f"schema/{kind}.schema.json" for kind in schemas()),
    }
    assert (made / ".env.example").read_text(encoding="utf-8") == env_example()


def test_the_files_made_are_named(tmp_path: Path) -> None:
    paths = init_newsroom(tmp_path, today=TODAY)
    assert sorted(paths) == sorted(path for path in tmp_path.rglob("*") if path.is_file())


@pytest.mark.parametrize("name", ['A & B: the "best" #1', "Progreso\\Ñandú { x }", "yes"])
def test_any_name_can_be_that_of_a_network(tmp_path: Path, name: str) -> None:
    init_newsroom(tmp_path, today=TODAY, name=name)
    assert Library(tmp_path).network.name == name


def test_every_address_in_a_new_newsroom_is_a_sample(made: Path) -> None:
    text = "".join(path.read_text(encoding="utf-8") for path in made.rglob("*.yaml"))
    hosts = re.findall(r"(?:https://|\w@)([\w.-]+\w)", text)
    assert hosts
    assert {host for host in hosts if not host.endswith("example.org")} == set()


def test_every_file_in_a_new_newsroom_knows_its_schema(made: Path) -> None:
    library = Library(made)
    new_issue(library, "monthly", today=TODAY)
    leads = modelines(made)
    assert [path for path in leads.values() if not path.is_file()] == []
    kinds = {
        path.relative_to(made).as_posix(): schema.name.partition(".")[0] for path, schema in leads.items()
    }
    assert kinds == {
        "newsletters/monthly/2024-09.yaml": "issue",
        "newsletters/monthly/2024-10.yaml": "issue",
        "newsletters/monthly/newsletter.yaml": "newsletter",
        "newsletters/network.yaml": "network",
        "newsletters/segments.yaml": "segments",
        "newsletters/shared/who-we-are.yaml": "shared",
    }


def test_the_editor_s_settings_give_each_file_the_schema_that_its_comment_names(made: Path) -> None:
    settings = json.loads((made / ".vscode" / "settings.json").read_text(encoding="utf-8"))["yaml.schemas"]
    for path, schema in modelines(made).items():
        name = path.relative_to(made).as_posix()
        chosen = [
            (made / file).resolve()
            for file, globs in settings.items()
            if any(fnmatch(name, glob) for glob in globs if not glob.startswith("!"))
            and not any(fnmatch(name, glob[1:]) for glob in globs if glob.startswith("!"))
        ]
        assert chosen == [schema], name


@pytest.mark.parametrize(
    "private",
    [
        ".env",
        ".env.local",
        "members.csv",
        "lists/ny.xlsx",
        "news.db",
        "news.db-wal",
        "exports/a.json",
        "build/x",
    ],
)
def test_git_ignores_secrets_and_people_in_a_new_newsroom(made: Path, private: str) -> None:
    ignored = GitIgnoreSpec.from_lines((made / ".gitignore").read_text(encoding="utf-8").splitlines())
    assert ignored.match_file(private)
    files = [path.relative_to(made).as_posix() for path in made.rglob("*") if path.is_file()]
    assert [file for file in files if ignored.match_file(file)] == []


def test_a_newsroom_can_be_made_in_a_git_repository(tmp_path: Path) -> None:
    subprocess.run(["git", "init", "-q", tmp_path], check=True)
    before = {path: path.read_bytes() for path in (tmp_path / ".git").rglob("*") if path.is_file()}
    init_newsroom(tmp_path, today=TODAY)
    assert {path: path.read_bytes() for path in before} == before
    assert (tmp_path / "newsletters" / "network.yaml").is_file()


def test_nothing_is_overwritten_and_all_that_is_in_the_way_is_named(tmp_path: Path) -> None:
    (tmp_path / "newsletters").mkdir()
    (tmp_path / "newsletters" / "network.yaml").write_text("mine", encoding="utf-8")
    (tmp_path / "README.md").symlink_to("nowhere")
    with pytest.raises(InvalidInput) as refused:
        init_newsroom(tmp_path, today=TODAY)
    places = {finding.place.file for finding in refused.value.findings if finding.place}
    assert places == {str(tmp_path / "README.md"), str(tmp_path / "newsletters" / "network.yaml")}
    left = sorted(path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*"))
    assert left == ["README.md", "newsletters", "newsletters/network.yaml"]
    assert (tmp_path / "newsletters" / "network.yaml").read_text(encoding="utf-8") == "mine"


def test_a_second_newsroom_in_the_same_folder_is_refused(made: Path) -> None:
    with pytest.raises(InvalidInput, match="there already"):
        init_newsroom(made, today=TODAY)


@pytest.mark.parametrize("file", ["newsletters", "newsletters/monthly", "schema", ".vscode"])
def test_a_file_where_a_folder_belongs_is_named(tmp_path: Path, file: str) -> None:
    (tmp_path / file).parent.mkdir(exist_ok=True)
    (tmp_path / file).write_text("x", encoding="utf-8")
    with pytest.raises(InvalidInput) as refused:
        init_newsroom(tmp_path, today=TODAY)
    (finding,) = refused.value.findings
    assert finding.place
    assert finding.place.file == str(tmp_path / file)
    assert finding.message == "this should be a folder, but is a file"


def test_a_newsroom_that_cannot_be_finished_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make = Path.mkdir

    def mkdir(self: Path, mode: int = 0o777, parents: bool = False, exist_ok: bool = False) -> None:
        if self.name == "shared":
            raise OSError(28, "No space left on device")
        make(self, mode, parents, exist_ok)

    monkeypatch.setattr(Path, "mkdir", mkdir)
    with pytest.raises(InvalidInput, match="No space left on device"):
        init_newsroom(tmp_path / "a" / "b", today=TODAY)
    assert [*tmp_path.iterdir()] == []


@pytest.mark.parametrize("kind", sorted(SECTION_TYPES.keys() - {"shared"}))
def test_every_section_type_can_start_in_a_new_issue(newsroom: Newsroom, kind: str) -> None:
    newsroom.add(SETTINGS, f"usual_sections: [{kind}]\n")
    path = new_issue(newsroom.library, "town", today=TODAY)
    issue = newsroom.load(f"town/{path.stem}").issue
    assert [getattr(section, "type", "") for section in issue.sections] == [kind]
    render_issue(issue, newsroom=newsroom.root, templates=newsroom.library.templates)


@pytest.mark.parametrize("kind", sorted(SECTION_TYPES.keys() - {"shared"}))
def test_what_is_commented_out_can_be_taken_in(newsroom: Newsroom, kind: str) -> None:
    newsroom.add(SETTINGS, f"usual_sections: [{kind}]\n")
    path = new_issue(newsroom.library, "town", today=TODAY)
    text = path.read_text(encoding="utf-8").replace("\n    # ", "\n    ")
    path.write_text(text, encoding="utf-8")
    example = (packaged_templates() / "examples" / f"{kind}.yaml").read_bytes()
    (section,) = newsroom.load(f"town/{path.stem}").issue.sections
    assert section.model_fields_set - COMMON == parse(example, kind).data.keys() - COMMON


def test_a_new_issue_knows_what_the_newsletter_knows(newsroom: Newsroom) -> None:
    newsroom.add(SETTINGS, "usual_sections: [event, donate, media_contact, deadline, event_recap]\n")
    newsroom.change(SETTINGS, "America/New_York", "America/Denver")
    path = new_issue(newsroom.library, "town", today=TODAY)
    event, donate, contact, deadline, recap = newsroom.load(f"town/{path.stem}").issue.written.sections
    assert isinstance(event, Event)
    assert isinstance(contact, MediaContact)
    assert isinstance(deadline, Deadline)
    assert isinstance(recap, EventRecap)
    assert event.timezone == "America/Denver"
    assert donate.entity == "action"
    assert contact.email == "town@example.org"
    assert recap.date <= TODAY < min(event.start.date(), deadline.date)


def test_what_an_author_must_write_can_be_told_from_the_rest(newsroom: Newsroom) -> None:
    issue = newsroom.load(f"town/{new_issue(newsroom.library, 'town', today=TODAY).stem}").issue.written
    (story,) = issue.sections
    texts = [issue.preheader, *(issue.highlights or ()), story.title, story.body]  # type: ignore[union-attr]
    assert [text for text in texts if not text.startswith(PLACEHOLDER)] == []


@pytest.mark.parametrize(
    ("cadence", "last", "today", "expected"),
    [
        ("monthly", None, "2024-09-18", "2024-09"),
        ("monthly", "2024-09", "2024-09-18", "2024-10"),
        ("monthly", "2024-09", "2024-12-01", "2024-12"),
        ("monthly", "2024-12", "2024-12-20", "2025-01"),
        ("monthly", "2025-03", "2024-12-20", "2025-04"),
        ("quarterly", None, "2024-02-29", "2024-02"),
        ("quarterly", "2024-09", "2024-09-18", "2024-12"),
        ("quarterly", "2024-12", "2025-01-10", "2025-03"),
        ("quarterly", "2024-03", "2024-09-18", "2024-09"),
        ("seasonal", None, "2024-12-24", "2024-winter"),
        ("seasonal", None, "2025-01-10", "2024-winter"),
        ("seasonal", None, "2024-03-01", "2024-spring"),
        ("seasonal", "2024-spring", "2024-04-01", "2024-summer"),
        ("seasonal", "2024-summer", "2024-08-01", "2024-fall"),
        ("seasonal", "2024-fall", "2024-10-01", "2024-winter"),
        ("seasonal", "2024-winter", "2025-01-10", "2025-spring"),
        ("seasonal", "2023-fall", "2024-10-01", "2024-fall"),
        ("weekly", None, "2024-09-18", "2024-09-18"),
        ("weekly", "2024-09-18", "2024-09-19", "2024-09-25"),
        ("weekly", "2024-09-18", "2024-12-30", "2024-12-30"),
        ("irregular", None, "2024-09-18", "2024-09-18"),
        ("irregular", "2024-08-01", "2024-09-18", "2024-09-18"),
    ],
)
def test_the_next_issue_follows_the_cadence_and_never_lies_in_the_past(
    newsroom: Newsroom, cadence: str, last: str | None, today: str, expected: str
) -> None:
    newsroom.change(SETTINGS, "cadence: monthly", f"cadence: {cadence}")
    (newsroom.root / "newsletters/town/2024-09.yaml").unlink()
    if last:
        when = f"date: {last}" if len(last) == 10 else f"period: {last}"
        newsroom.write_issue(head=f"{when}\npreheader: x\n", path=f"newsletters/town/{last}.yaml")
    path = new_issue(newsroom.library, "town", today=date.fromisoformat(today))
    assert path.name == f"{expected}.yaml"
    written = newsroom.load(f"town/{expected}").issue.written
    if len(expected) == 10:
        assert (written.date, written.period) == (date.fromisoformat(expected), None)
    else:
        assert written.period == Period.parse(expected)
    assert written.first_issue is (last is None)


def test_each_new_issue_follows_the_one_before(newsroom: Newsroom) -> None:
    names = [new_issue(newsroom.library, "town", today=TODAY).stem for _ in range(5)]
    assert names == ["2024-10", "2024-11", "2024-12", "2025-01", "2025-02"]
    subject = newsroom.render("town/2025-02").content.subject.fill({})
    assert re.fullmatch(r"📣 Town Download \| Replace this .+ \| February 2025", subject)


def test_the_first_issue_of_a_newsletter_says_so_in_its_period_too(newsroom: Newsroom) -> None:
    newsroom.write("newsletters/new/newsletter.yaml", NEWSLETTER.replace("monthly", "seasonal"))
    path = new_issue(newsroom.library, "new", today=TODAY)
    assert newsroom.load("new/2024-fall").issue.written.first_issue
    assert newsroom.render("new/2024-fall").content.subject.fill({}).endswith(" | Fall 2024")
    assert path.parent.name == "new"


@pytest.mark.parametrize(
    ("name", "subject"),
    [
        ("2024-11", "November 2024"),
        ("spring-2025", "Spring 2025"),
        ("convening-special", "Convening special"),
    ],
)
def test_an_issue_may_be_given_a_name(newsroom: Newsroom, name: str, subject: str) -> None:
    assert new_issue(newsroom.library, "town", name=name, today=TODAY).name == f"{name}.yaml"
    assert newsroom.render(f"town/{name}").content.subject.fill({}).endswith(f" | {subject}")


@pytest.mark.parametrize(
    "name", ["../x", "a/b", "A", "2024-09.es", "newsletter", "x y", "-x", "2024-13", "2024-02-30"]
)
def test_a_name_that_would_not_do_is_refused(newsroom: Newsroom, name: str) -> None:
    before = sorted(newsroom.root.rglob("*"))
    with pytest.raises(InvalidInput):
        new_issue(newsroom.library, "town", name=name, today=TODAY)
    assert sorted(newsroom.root.rglob("*")) == before


def test_an_issue_that_is_there_is_not_overwritten(newsroom: Newsroom) -> None:
    before = (newsroom.root / "newsletters/town/2024-09.yaml").read_bytes()
    with pytest.raises(InvalidInput, match="there already"):
        new_issue(newsroom.library, "town", name="2024-09", today=TODAY)
    assert (newsroom.root / "newsletters/town/2024-09.yaml").read_bytes() == before


def test_an_unknown_newsletter_is_named_with_those_there_are(newsroom: Newsroom) -> None:
    with pytest.raises(InvalidInput, match=r"no newsletter twon .*town"):
        new_issue(newsroom.library, "twon", today=TODAY)


def test_without_usual_sections_the_last_issue_s_are_taken_but_its_one_offs(newsroom: Newsroom) -> None:
    newsroom.write_issue(
        """
        - {type: intro, body: Hello}
        - {type: in_memoriam, person: A. Example, body: We miss them.}
        - {type: shared, ref: second}
        - {type: quote, text: Words, speaker: A. Example}
        """
    )
    for name in ("first", "second"):
        newsroom.write(f"newsletters/shared/{name}.yaml", "owner: Ana\nsection: {type: divider}\n")
    path = new_issue(newsroom.library, "town", today=TODAY)
    written = newsroom.load(f"town/{path.stem}").issue.written
    assert [section.type for section in written.sections] == ["intro", "shared", "quote"]
    assert written.sections[1].ref == "second"  # type: ignore[union-attr]


def test_an_expired_shared_block_is_not_used_again(newsroom: Newsroom) -> None:
    newsroom.add(SETTINGS, "usual_sections: [story, shared]\n")
    newsroom.write(
        "newsletters/shared/old.yaml", "owner: Ana\nexpires: 2024-09-01\nsection: {type: divider}\n"
    )
    path = new_issue(newsroom.library, "town", today=TODAY)
    assert [section.type for section in newsroom.load(f"town/{path.stem}").issue.written.sections] == [
        "story"
    ]


def test_a_broken_last_issue_does_not_stop_the_next_one(newsroom: Newsroom) -> None:
    newsroom.write("newsletters/town/2024-11.yaml", "period: [")
    assert new_issue(newsroom.library, "town", today=TODAY).stem == "2024-12"


def test_translations_are_no_issues_of_their_own(newsroom: Newsroom) -> None:
    shutil.copy(
        newsroom.root / "newsletters/town/2024-09.yaml", newsroom.root / "newsletters/town/2024-12.es.yaml"
    )
    assert new_issue(newsroom.library, "town", today=TODAY).stem == "2024-10"


def test_the_themes_that_a_new_newsroom_offers_are_all_that_there_are(made: Path) -> None:
    text = (made / "newsletters" / "network.yaml").read_text(encoding="utf-8")
    (offered,) = re.findall(r"# A name from: (.+)\.\n", text)
    assert tuple(offered.split(", ")) == Library(made).theme_names
