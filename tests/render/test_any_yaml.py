"""Whatever a YAML file says: findings or a rendering, never a surprise (exit code 3)."""

import copy
from pathlib import Path
from typing import cast

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.newsroom import HEAD, ISSUE, KEY, Newsroom, drawing, make_newsroom

from lpdownload.check.run import check_files, check_issue
from lpdownload.errors import InvalidInput
from lpdownload.model.content import MissingValue, UnsafeValue
from lpdownload.model.mailbox import BadMailbox
from lpdownload.render.output import write_outputs
from lpdownload.render.render import fill_values

Tree = object
Path_ = tuple[str | int, ...]

SECTIONS = cast(
    list[dict[str, Tree]],
    yaml.safe_load((Path(__file__).parent / "samples/every_section.yaml").read_text("utf-8")),
)

WORDS = st.sampled_from(
    [
        "https://example.org/x",
        "mailto:a@example.org",
        "2024-10-10",
        "2024-10-10 12:00",
        "2024-11-03 01:30",
        "America/Denver",
        "en",
        "ar",
        "es",
        "web",
        "email",
        "teachers",
        "lab",
        "action",
        "news@example.org",
        "primary",
        "story",
        "shared",
        "housing",
        "true",
        "9",
        "-1",
        "{{ first_name }}",
        '{{ state | default("NY") }}',
        "{{ web_url }}",
        "{{",
        "<b>",
        "# ",
        "\n\n| a |\n|---|\n",
        "a.png",
        "..",
        "",
        " ",
    ]
)
SCALARS = (
    st.none()
    | st.booleans()
    | st.integers(-5, 10**9)
    | st.floats(allow_nan=True)
    | st.text(max_size=12)
    | WORDS
)
KEYS = st.sampled_from(
    [
        "type",
        "title",
        "body",
        "image",
        "src",
        "alt",
        "url",
        "label",
        "items",
        "ref",
        "overrides",
        "sections",
        "lang",
    ]
) | st.text(max_size=8)
TREES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS | st.integers(), inner, max_size=4),
    max_leaves=10,
)


@pytest.fixture(scope="module")
def room(tmp_path_factory: pytest.TempPathFactory) -> Newsroom:
    """One for all examples, with the pictures that the samples name and a shared block."""
    newsroom = make_newsroom(tmp_path_factory.mktemp("any") / "newsroom")
    newsroom.write("newsletters/shared/housing.yaml", "owner: A\nsection: {type: text, body: B}\n")
    newsroom.change(
        "newsletters/network.yaml", "  lab:\n", "  local-progress: {name: LP, postal_address: [A]}\n  lab:\n"
    )
    for name in [*_pictures(SECTIONS), "a.png"]:
        newsroom.write(f"newsletters/town/{name}", drawing())
    return newsroom


def _pictures(tree: Tree) -> set[str]:
    if isinstance(tree, dict):
        own = {str(tree["src"])} if "src" in tree else set()
        return own.union(*map(_pictures, tree.values()))
    return set().union(*map(_pictures, tree)) if isinstance(tree, list) else set()


def paths(tree: Tree, way: Path_ = ()) -> list[Path_]:
    """The ways to everything inside, from the outside in."""
    inside = tree.items() if isinstance(tree, dict) else enumerate(tree) if isinstance(tree, list) else ()
    return [way, *(path for step, part in inside for path in paths(part, (*way, step)))]


def replaced(tree: Tree, way: Path_, new: Tree) -> Tree:
    """A copy with ``new`` at the end of ``way``."""
    if not way:
        return new
    tree = copy.deepcopy(tree)
    at = tree
    for step in way[:-1]:
        at = at[step]  # type: ignore[index]
    assert isinstance(at, dict | list)
    at[way[-1]] = new  # type: ignore[index]
    return tree


COMMON: dict[str, list[Tree]] = {
    "id": ["a", "s1", "top"],
    "emoji": ["🛣️", "x"],
    "heading": ["A & <b>"],
    "lang": ["ar", "es", "xx", "zh-Hant"],
    "entity": ["lab", "action"],
    "visible_to": ["teachers", "new-york"],
    "only": ["web", "email"],
    "topics": ["one", ["a", "b"]],
}
READABLE = st.text(st.characters(exclude_categories=["Cc", "Cs", "Cn"]), min_size=1, max_size=40)


@st.composite
def altered_sections(draw: st.DrawFn) -> Tree:
    """A sample section, some of its texts replaced by others, more rarely a part of it by any tree."""
    section: Tree = draw(st.sampled_from(SECTIONS))
    for _ in range(draw(st.integers(0, 3))):
        texts = [
            way for way in paths(section) if way and isinstance(_at(section, way), str) and way != ("type",)
        ]
        if texts:
            section = replaced(section, draw(st.sampled_from(texts)), draw(READABLE | WORDS))
    assert isinstance(section, dict)
    for key in draw(st.lists(st.sampled_from(sorted(COMMON)), max_size=2)):
        section = {**section, key: draw(st.sampled_from(COMMON[key]))}
    if draw(st.integers(0, 3)) == 0:
        return replaced(section, draw(st.sampled_from(paths(section))), draw(TREES))
    return section


def _at(tree: Tree, way: Path_) -> Tree:
    for step in way:
        tree = tree[step]  # type: ignore[index]
    return tree


def rendered_or_refused(newsroom: Newsroom, document: str) -> None:
    """What `check` and `render` do with the file."""
    newsroom.write(ISSUE, document)
    library = newsroom.library
    for variant in (frozenset[str](), frozenset({"teachers", "new-york"})):
        checked = check_issue(library, KEY, variant)
        if checked.rendering is None:
            assert checked.has_errors
            assert all(finding.place for finding in checked.findings if finding.loc)
            continue
        try:
            outputs = write_outputs(
                checked.rendering,
                newsroom.root / "build",
                fill_values(checked.rendering, {"first_name": "Ana"}),
            )
        except (InvalidInput, MissingValue, UnsafeValue, BadMailbox):
            continue
        assert all(path.is_file() for path in outputs.files.values())


SLOW = settings(suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])


@SLOW
@given(tree=TREES)
def test_any_tree_as_a_whole_issue(room: Newsroom, tree: Tree) -> None:
    rendered_or_refused(room, yaml.safe_dump(tree, allow_unicode=True))


@SLOW
@given(
    sections=TREES,
    head=st.dictionaries(st.sampled_from(["period", "date", "subject", "highlights", "image"]), TREES),
)
def test_any_tree_as_sections(room: Newsroom, sections: Tree, head: dict[str, Tree]) -> None:
    tree = {"period": "2024-09", "preheader": "A teaser.", **head, "sections": sections}
    rendered_or_refused(room, yaml.safe_dump(tree, allow_unicode=True, sort_keys=False))


@settings(SLOW, max_examples=150)
@given(sections=st.lists(altered_sections(), min_size=1, max_size=2))
def test_any_section_with_a_part_replaced_by_any_tree(room: Newsroom, sections: list[Tree]) -> None:
    rendered_or_refused(
        room, HEAD + yaml.safe_dump({"sections": sections}, allow_unicode=True, sort_keys=False)
    )


@SLOW
@given(overrides=TREES, common=st.dictionaries(KEYS, TREES, max_size=2))
def test_any_tree_as_overrides_of_a_shared_block(
    room: Newsroom, overrides: Tree, common: dict[str, Tree]
) -> None:
    section = {**common, "type": "shared", "ref": "housing", "overrides": overrides}
    rendered_or_refused(
        room, HEAD + yaml.safe_dump({"sections": [section]}, allow_unicode=True, sort_keys=False)
    )


@SLOW
@given(
    path=st.sampled_from(
        [
            "network.yaml",
            "segments.yaml",
            "town/newsletter.yaml",
            "shared/housing.yaml",
            "../templates/themes/own.yaml",
        ]
    ),
    data=st.data(),
)
def test_any_tree_in_any_other_file(
    tmp_path_factory: pytest.TempPathFactory, path: str, data: st.DataObject
) -> None:
    newsroom = make_newsroom(tmp_path_factory.mktemp("other") / "newsroom")
    newsroom.write("newsletters/shared/housing.yaml", "owner: A\nsection: {type: text, body: B}\n")
    newsroom.write("templates/themes/own.yaml", 'accent: "#111111"\ndeep: "#222222"\npaper: "#ffffff"\n')
    newsroom.write_issue("- {type: shared, ref: housing, visible_to: teachers}\n")
    tree = yaml.safe_load((newsroom.root / "newsletters" / path).read_text("utf-8"))
    tree = replaced(tree, data.draw(st.sampled_from(paths(tree))), data.draw(TREES))
    newsroom.write(f"newsletters/{path}", yaml.safe_dump(tree, allow_unicode=True, sort_keys=False))
    check_files(newsroom.library, newsroom.root)
    check_issue(newsroom.library, KEY, frozenset({"teachers"}))
