"""What editors are told about our files agrees with what we read."""

import re
from collections.abc import Iterator
from copy import deepcopy
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft7Validator
from pydantic import ValidationError

from lpdownload.content.schema import schemas, write_schemas
from lpdownload.errors import InvalidInput
from lpdownload.model.sections import SECTION_TYPES
from lpdownload.model.segment import Segments

ROOT = Path(__file__).parents[2]
SCHEMAS = schemas()
VALIDATORS = {kind: Draft7Validator(schema) for kind, schema in SCHEMAS.items()}


class EditorLoader(yaml.SafeLoader):
    """YAML 1.2 as editors read it: numbers are numbers, days are text."""

    yaml_implicit_resolvers = {}


for tag, pattern, first in (
    ("bool", r"true|false", "tf"),
    ("null", r"null|~|", "n~"),
    ("int", r"[-+]?[0-9]+", "-+0123456789"),
    ("float", r"[-+]?[0-9]+\.[0-9]+", "-+0123456789"),
):
    EditorLoader.add_implicit_resolver(f"tag:yaml.org,2002:{tag}", re.compile(f"^(?:{pattern})$"), [*first])
EditorLoader.add_implicit_resolver("tag:yaml.org,2002:null", re.compile("^$"), [""])


def as_editor(text: str) -> object:
    return yaml.load(text, EditorLoader)


def kind_of(path: Path) -> str:
    if path.parent.name in {"shared", "themes", "news"}:
        return {"themes": "theme"}.get(path.parent.name, path.parent.name)
    return path.stem if path.stem in SCHEMAS else "issue"


FILES = sorted((*(ROOT / "newsletters").rglob("*.yaml"), *(ROOT / "templates" / "themes").glob("*.yaml")))
FILES.remove(ROOT / "newsletters" / "published.yaml")  # no person writes it
EXAMPLES = {
    path.stem: as_editor(path.read_text(encoding="utf-8"))
    for path in sorted((ROOT / "templates" / "examples").glob("*.yaml"))
}

HEAD = "period: 2024-09\npreheader: A teaser.\n"
STORY = "sections:\n  - {type: story, title: A title, body: Words}\n"


def complaints(kind: str, data: object) -> list[str]:
    return [error.message for error in VALIDATORS[kind].iter_errors(data)]


def schemas_inside(schema: object) -> Iterator[dict[str, object]]:
    if isinstance(schema, dict):
        yield schema
        for key, part in schema.items():
            if key in {"properties", "definitions", "patternProperties"}:
                for inner in part.values():
                    yield from schemas_inside(inner)
            elif key not in {"enum", "const", "default"}:
                yield from schemas_inside(part)
    elif isinstance(schema, list):
        for part in schema:
            yield from schemas_inside(part)


@pytest.mark.parametrize("kind", SCHEMAS)
def test_a_schema_is_valid_draft_07_and_names_itself(kind: str) -> None:
    schema = SCHEMAS[kind]
    Draft7Validator.check_schema(schema)
    assert schema["$schema"] == "http://json-schema.org/draft-07/schema#"
    assert schema["$id"] == f"urn:lpdownload:schema:{kind}"
    assert schema["title"]
    assert schema["description"]


@pytest.mark.parametrize("kind", SCHEMAS)
def test_a_schema_uses_no_keyword_that_draft_07_does_not_know(kind: str) -> None:
    newer = {"$defs", "prefixItems", "discriminator", "unevaluatedProperties", "dependentRequired"}
    assert not [inner for inner in schemas_inside(SCHEMAS[kind]) if inner.keys() & newer]


@pytest.mark.parametrize("kind", SCHEMAS)
def test_every_key_is_described_in_one_line(kind: str) -> None:
    silent = [
        name
        for inner in schemas_inside(SCHEMAS[kind])
        if isinstance(properties := inner.get("properties"), dict)
        for name, part in properties.items()
        if not str(part.get("description", "")).strip() or "\n" in part["description"]
    ]
    assert silent == []


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_every_file_of_ours_validates(path: Path) -> None:
    assert complaints(kind_of(path), as_editor(path.read_text(encoding="utf-8"))) == []


@pytest.mark.parametrize("name", EXAMPLES)
def test_every_example_validates_in_an_issue_and_as_a_shared_block(name: str) -> None:
    assert complaints("issue", {"preheader": "A teaser.", "sections": [EXAMPLES[name]]}) == []
    assert complaints("shared", {"owner": "Ana", "section": EXAMPLES[name]}) == []


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("issue", f"{HEAD}titel: x\n{STORY}"),
        ("issue", f"period: 2024-09\n{STORY}"),
        ("issue", f"period: 2024-13\npreheader: x\n{STORY}"),
        ("issue", f"period: {{text: Special}}\npreheader: x\n{STORY}"),
        ("issue", f"{HEAD}highlights: []\n{STORY}"),
        ("issue", f"{HEAD}language: english\n{STORY}"),
        ("issue", f"{HEAD}sections: []\n"),
        ("issue", f"{HEAD}sections:\n  - {{type: stry, title: A title, body: Words}}\n"),
        ("issue", f"{HEAD}sections:\n  - {{title: A title, body: Words}}\n"),
        ("issue", f"{HEAD}sections:\n  - {{type: story, body: Words}}\n"),
        ("issue", f"{HEAD}sections:\n  - {{type: story, title: A title, body: Words, kickr: x}}\n"),
        ("issue", f"{HEAD}sections:\n  - {{type: hero, image: {{src: a.png}}}}\n"),
        (
            "issue",
            f"{HEAD}sections:\n  - {{type: event, title: x, start: 2024-10-10 12:00, timezone: UTC}}\n",
        ),
        (
            "issue",
            f"{HEAD}sections:\n  - {{type: resource, kind: book, title: x, url: 'https://example.org'}}\n",
        ),
        ("issue", f"{HEAD}sections:\n  - {{type: blog_post, title: x, teaser: y, url: www.example.org}}\n"),
        ("shared", "section: {type: divider}\n"),
        ("network", "name: x\n"),
        ("newsletter", "name: x\ncadence: daily\n"),
        ("theme", 'accent: red\ndeep: "#112233"\npaper: "#ffffff"\n'),
        ("segments", "a: {all: []}\n"),
        ("segments", "a: {not: }\n"),
        ("segments", "a: {office: {eqals: mayor}}\n"),
        ("segments", "a: {}\n"),
        ("segments", "a: {all: {office: mayor}}\n"),
        ("segments", "A Segment: {office: mayor}\n"),
    ],
)
def test_a_broken_file_does_not_validate(kind: str, text: str) -> None:
    assert complaints(kind, as_editor(text))


@pytest.mark.parametrize(
    "line",
    [
        "highlights: 2024",
        "subject: 1.10",
        "topics: [2024, housing]",
        "topics: housing",
        "date: 2024-09-18",
        "emoji:",
    ],
)
def test_what_our_reader_takes_as_text_an_editor_may_see_as_a_number_a_day_or_nothing(line: str) -> None:
    assert complaints("issue", as_editor(f"{HEAD}{line}\n{STORY}")) == []


@pytest.mark.parametrize(
    "period",
    [
        "2024-09",
        "2024-fall",
        "Fall 2024",
        "winter-2024",
        "{year: 2024, month: 9}",
        "{text: Special, sort: 2024-07-01}",
    ],
)
def test_every_form_of_a_period_validates(period: str) -> None:
    assert complaints("issue", as_editor(f"period: {period}\npreheader: x\n{STORY}")) == []


def test_an_editor_offers_every_section_type() -> None:
    definitions = SCHEMAS["issue"]["definitions"]
    assert isinstance(definitions, dict)
    kinds = {part.get("properties", {}).get("type", {}).get("const") for part in definitions.values()}
    assert kinds - {None} == {*SECTION_TYPES}


@given(st.data())
def test_a_section_validates_if_we_can_read_it(data: st.DataObject) -> None:
    name = data.draw(st.sampled_from(sorted(EXAMPLES)))
    section = deepcopy(EXAMPLES[name])
    assert isinstance(section, dict)
    for key in data.draw(st.sets(st.sampled_from(sorted(section.keys() - {"type"}) or ["type"]))) - {"type"}:
        del section[key]
    for key in data.draw(st.sets(st.sampled_from(["heading", "title", "topics", "bogus"]), max_size=1)):
        section[key] = data.draw(st.sampled_from(["words", None, ["words"], {"words": "x"}]))
    try:
        SECTION_TYPES[name].model_validate(
            yaml.load(yaml.safe_dump(section), yaml.BaseLoader) | nulls(section)
        )
    except ValidationError:
        readable = False
    else:
        readable = True
    if readable or "bogus" in section:
        assert (complaints("issue", {"preheader": "x", "sections": [section]}) == []) == readable


def nulls(section: dict[str, object]) -> dict[str, object]:
    return {key: None for key, value in section.items() if value is None}


WORDS = st.sampled_from(["mayor", "ny-members", "true", "2024-01-01"])
CONDITIONS = st.one_of(
    WORDS,
    st.booleans(),
    st.none(),
    st.lists(WORDS, max_size=2),
    st.dictionaries(st.sampled_from(["equals", "in", "has", "before", "not", "like"]), WORDS, max_size=2),
    st.fixed_dictionaries({"exists": st.booleans()}),
    st.fixed_dictionaries({"in": st.lists(WORDS, max_size=2)}),
)
RULES = st.recursive(
    st.one_of(
        WORDS,
        st.none(),
        st.dictionaries(
            st.sampled_from(["office", "state", "segment", "tag", "ward"]), CONDITIONS, max_size=2
        ),
        st.fixed_dictionaries({"subscribed": WORDS}),
        st.fixed_dictionaries({"received": WORDS}),
    ),
    lambda rules: st.one_of(
        st.lists(rules, max_size=3),
        st.dictionaries(
            st.sampled_from(["all", "any", "not"]), rules | st.lists(rules, max_size=2), max_size=2
        ),
    ),
    max_leaves=6,
)


@given(RULES)
def test_a_segment_validates_exactly_if_we_can_read_it(rule: object) -> None:
    try:
        Segments.model_validate({"a-segment": rule})
    except ValidationError:
        readable = False
    else:
        readable = True
    assert (complaints("segments", {"a-segment": rule}) == []) == readable


def test_a_file_is_written_for_every_kind(tmp_path: Path) -> None:
    paths = write_schemas(tmp_path / "deep" / "schema")
    assert [path.name for path in paths] == [f"{kind}.schema.json" for kind in SCHEMAS]
    assert sorted(paths) == sorted((tmp_path / "deep" / "schema").iterdir())
    assert yaml.safe_load(paths[0].read_text(encoding="utf-8")) == SCHEMAS["network"]


def test_only_files_that_change_are_written_again(tmp_path: Path) -> None:
    paths = write_schemas(tmp_path)
    paths[0].write_text("old", encoding="utf-8")
    before = {path: path.stat() for path in paths}
    assert write_schemas(tmp_path) == paths
    replaced = [path for path in paths if path.stat().st_ino != before[path].st_ino]
    touched = [path for path in paths if path.stat().st_mtime_ns != before[path].st_mtime_ns]
    assert touched == replaced == paths[:1]
    assert len([*tmp_path.iterdir()]) == len(paths)


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "schema").write_text("a file", encoding="utf-8")
    with pytest.raises(InvalidInput, match="the schemas cannot be written"):
        write_schemas(tmp_path / "schema")
