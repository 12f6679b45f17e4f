"""The plain-text part of every section type: complete, in 72 columns, without holes."""

import re
from pathlib import Path

import pytest
from pydantic import BaseModel
from rich.cells import cell_len
from tests.render.newsrooms import draft_of, every_section, examples, least, sayings, squeezed

from lpdownload.model.sections import SECTION_TYPES
from lpdownload.model.sections.base import Section, walk_models
from lpdownload.packaged import packaged_templates
from lpdownload.render.draft import Draft
from lpdownload.render.render import write_text

SECTIONS = every_section()
BY_TYPE = {str(section["type"]): section for section in reversed(SECTIONS)}
READER = {
    "unsubscribe_url": "https://news.example.org/u/1",
    "preferences_url": "https://news.example.org/p/1",
    "web_url": "https://news.example.org/w/1",
}


def letter(draft: Draft) -> str:
    return draft.fields.split(write_text(draft), "text").fill(READER)


def test_every_type_has_a_text_template() -> None:
    found = {path.name.removesuffix(".txt.j2") for path in (packaged_templates() / "text").iterdir()}
    assert found >= SECTION_TYPES.keys() - {"shared"}


def test_the_samples_fill_every_field_of_every_type(tmp_path: Path) -> None:
    draft = draft_of(tmp_path, SECTIONS)
    filled: dict[type[BaseModel], set[str]] = {}
    for placed in draft.sections:
        for model, _ in walk_models(placed.section):
            filled.setdefault(type(model), set()).update(model.model_fields_set)
    assert {section["type"] for section in SECTIONS} == SECTION_TYPES.keys() - {"shared", "footer"}
    # What most sections leave to their defaults, or what only one of several may have.
    others = Section.model_fields.keys() | {"decorative", "to_be_announced", "utm", "width", "height"}
    others |= {"calendar", "style", "deadline", "link", "credit_url"}
    missing = {
        model.__name__: left
        for model, names in filled.items()
        if (left := model.model_fields.keys() - names - others)
    }
    assert missing == {}


@pytest.mark.parametrize("section", [*SECTIONS, *examples()], ids=lambda section: str(section["type"]))
def test_no_text_of_a_section_is_lost(section: dict[str, object], tmp_path: Path) -> None:
    draft = draft_of(tmp_path, [section])
    text = squeezed(letter(draft))
    lost = [
        words
        for words in sayings(draft.sections[0].section, but=frozenset({"html"}))
        if squeezed(draft.plain(words)) not in text
    ]
    assert lost == []


@pytest.mark.parametrize("section", [*SECTIONS, *examples()], ids=lambda section: str(section["type"]))
def test_lines_end_within_72_columns_unless_an_address_is_longer(
    section: dict[str, object], tmp_path: Path
) -> None:
    for line in letter(draft_of(tmp_path, [section])).split("\n"):
        assert cell_len(line) <= 72 or "://" in line


@pytest.mark.parametrize("section", BY_TYPE.values(), ids=BY_TYPE.keys())
def test_what_is_left_out_leaves_no_hole(section: dict[str, object], tmp_path: Path) -> None:
    text = letter(draft_of(tmp_path, [least(section)]))
    assert "\n\n\n" not in text
    assert "None" not in text
    assert not re.search(r"^ *[—\[\]·-] *$", text, re.MULTILINE)
    own = str(section)
    assert [line for line in re.findall(r"^(.*:)\n\n", text, re.MULTILINE) if line not in own] == []


def test_the_letter_begins_with_its_name_and_period_and_ends_with_the_way_out(tmp_path: Path) -> None:
    lines = letter(draft_of(tmp_path, [BY_TYPE["statistic"]])).split("\n")
    assert lines[0] == lines[3] == "-" * 72
    assert lines[1:3] == ["LPXX Download 📣", "Local Network · September 2024"]
    footer = "\n".join(lines[lines.index("-" * 72, 4) :])
    for words in (
        "Network One",
        "1 Main St",
        "You signed up.",
        "Unsubscribe:\n  https://news.example.org/u/1",
    ):
        assert words in footer


def test_a_section_without_a_heading_is_set_apart(tmp_path: Path) -> None:
    quote = least(BY_TYPE["quote"])
    text = letter(draft_of(tmp_path, [BY_TYPE["story"], quote, BY_TYPE["job"]]))
    assert text.count("\n* * *\n") == 1


def test_a_credit_that_says_what_it_is_stands_alone(tmp_path: Path) -> None:
    image = {"src": "street.png", "alt": "A street", "credit": "Photo courtesy of Sam"}
    text = letter(draft_of(tmp_path, [{"type": "hero", "image": image}]))
    assert "\nPhoto courtesy of Sam\n" in text


def test_a_decorative_picture_keeps_its_caption_and_credit(tmp_path: Path) -> None:
    image = {"src": "street.png", "decorative": "true", "caption": "Elm Street", "credit": "Ito"}
    text = letter(draft_of(tmp_path, [{"type": "hero", "image": image}]))
    assert "Elm Street\nCredit: Ito" in text or "Elm Street\nPicture: Ito" in text
    assert "[" not in text
