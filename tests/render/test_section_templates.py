"""The mail's part of every section type: complete, well-formed, readable, in light and in dark."""

import re
from collections.abc import Iterator
from html import unescape
from itertools import pairwise
from pathlib import Path
from xml.etree.ElementTree import Element

import html5lib
import pytest
import yaml
from pydantic import BaseModel
from tests.render.newsrooms import draft_of, every_section, examples, least, sayings, squeezed

from lpdownload.content.library import Library
from lpdownload.model import theme as colours
from lpdownload.model.sections import SECTION_TYPES
from lpdownload.model.sections.base import walk_models
from lpdownload.model.theme import contrast
from lpdownload.packaged import packaged_templates
from lpdownload.render.draft import Draft
from lpdownload.render.html_context import COLORS
from lpdownload.render.render import write_html, write_mjml
from lpdownload.render.template_check import check_rendered, check_source

TEMPLATES = packaged_templates()
TYPES = sorted(SECTION_TYPES.keys() - {"shared"})
SECTIONS = every_section()
EXAMPLES = examples()
BARE = [least(section) for section in EXAMPLES]
HEADED = [{**section, "heading": f"Above a {section['type']}", "emoji": "🌻"} for section in EXAMPLES]
# Two sections of one id would be the author's mistake, not the templates'.
EVERYTHING = [*SECTIONS, *EXAMPLES, *BARE, *({k: v for k, v in s.items() if k != "id"} for s in HEADED)]
READER = {
    "unsubscribe_url": "https://news.example.org/u/1",
    "preferences_url": "https://news.example.org/p/1",
    "web_url": "https://news.example.org/w/1",
}


def by_type(section: dict[str, object]) -> str:
    return str(section["type"])


def mail(draft: Draft) -> str:
    return draft.fields.split(draft.marks.removed(write_html(draft, write_mjml(draft))), "html").fill(READER)


def parsed(html: str) -> Element:
    root: Element = html5lib.parse(html, namespaceHTMLElements=False)
    return root


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A mail of every section, with all its fields, with none, with and without a heading."""
    return mail(draft_of(tmp_path_factory.mktemp("whole"), EVERYTHING))


@pytest.mark.parametrize("kind", TYPES)
def test_every_type_has_a_template_and_an_example(kind: str) -> None:
    assert (TEMPLATES / "sections" / f"{kind}.mjml.j2").is_file()
    example = yaml.load((TEMPLATES / "examples" / f"{kind}.yaml").read_text("utf-8"), yaml.BaseLoader)
    assert example["type"] == kind
    SECTION_TYPES[kind].model_validate(example)


def test_the_examples_show_every_field(tmp_path: Path) -> None:
    draft = draft_of(tmp_path, EXAMPLES)
    shown: dict[type[BaseModel], set[str]] = {}
    for placed in draft.sections:
        for model, _ in walk_models(placed.section):
            shown.setdefault(type(model), set()).update(model.model_fields_set)
    common = {"id", "lang", "visible_to", "only", "topics", "entity", "emoji", "heading"}
    instead_of_another = {"venue", "to_be_announced", "decorative"}
    missing = {
        model.__name__: left
        for model, names in shown.items()
        if (left := model.model_fields.keys() - names - common - instead_of_another)
    }
    assert missing == {}
    assert set().union(*shown.values()) >= common - {"visible_to", "only"}


@pytest.mark.parametrize("section", [*SECTIONS, *EXAMPLES], ids=by_type)
def test_no_text_of_a_section_is_lost(section: dict[str, object], tmp_path: Path) -> None:
    draft = draft_of(tmp_path, [section])
    html = mail(draft)
    text = squeezed("".join(parsed(html).itertext()))
    attributes = unescape(html)
    # An html section's `text` is for the plain-text part alone.
    silent = frozenset({"text"}) if section["type"] == "html" else frozenset[str]()
    said = [draft.plain(words) for words in sayings(draft.sections[0].section, but=silent)]
    assert [words for words in said if squeezed(words) not in text and words not in attributes] == []


def test_the_footers_own_words_stand_in_the_footer(tmp_path: Path) -> None:
    own = yaml.load((TEMPLATES / "examples" / "footer.yaml").read_text("utf-8"), yaml.BaseLoader)
    text = squeezed("".join(parsed(mail(draft_of(tmp_path, [BARE[0], own]))).itertext()))
    for words in ("You get this because you follow the chapter", "Questions about your data", "our office"):
        assert words in str(own)
        assert squeezed(words) in text
    assert squeezed("We are local officials.") in text


@pytest.mark.parametrize("path", sorted(TEMPLATES.rglob("*.mjml.j2")), ids=lambda path: str(path.name))
def test_the_template_check_finds_nothing(path: Path) -> None:
    assert check_source(path.read_text("utf-8"), path.name) == ()


def test_the_mjml_of_every_section_is_what_the_compiler_understands(tmp_path: Path) -> None:
    assert check_rendered(write_mjml(draft_of(tmp_path, EVERYTHING)), "mail") == ()


def test_a_section_of_another_language_says_so_and_how_it_is_written(tmp_path: Path) -> None:
    for number, section in enumerate(HEADED):
        html = mail(draft_of(tmp_path / str(number), [{**section, "lang": "ar"}]))
        assert re.search(r'<h2 id="[^"]+" lang="ar" dir="rtl"', html), section["type"]
        speaks = section["type"] not in {"divider", "hero"}
        assert html.count('lang="ar" dir="rtl"') > speaks, section["type"]


def alignments(element: Element, inherited: str = "") -> Iterator[tuple[str, str]]:
    """Each piece of text and how it is aligned."""
    styled = re.search(r"text-align: ?(\w+)", element.get("style", ""))
    here = styled[1] if styled else element.get("align", inherited)
    if element.tag not in {"style", "title"} and element.text and element.text.strip():
        yield element.text, here
    for child in element:
        yield from alignments(child, here)


def test_a_mail_written_from_right_to_left_begins_at_the_right(tmp_path: Path) -> None:
    html = mail(draft_of(tmp_path, [*SECTIONS, *BARE], language="ar"))
    body = parsed(html).find("body")
    assert body is not None
    assert "direction:ltr" not in html
    assert "→" not in html
    found = list(alignments(body))
    assert len(found) > 100
    # The preheader is hidden; the period stands at the line's other end.
    assert {text for text, side in found if side == "left"} == {"سبتمبر 2024"}


def test_every_anchor_of_the_contents_leads_to_one_heading(whole: str) -> None:
    ids = [element.get("id") for element in parsed(whole).iter() if element.get("id")]
    targets = {href[1:] for href in re.findall(r'href="(#[^"]+)"', whole)}
    assert len(ids) == len(set(ids))
    assert targets
    assert targets <= set(ids)


@pytest.mark.parametrize("section", [*EXAMPLES, *BARE], ids=by_type)
def test_the_id_of_a_section_is_an_anchor_of_the_mail(section: dict[str, object], tmp_path: Path) -> None:
    if section["type"] in {"hero", "divider"}:  # nothing in them could be jumped to but their heading
        section = {**section, "heading": "A heading"}
    html = mail(draft_of(tmp_path, [{**section, "id": "right-here"}]))
    assert html.count('id="right-here"') == 1


def test_the_mail_is_valid_html(whole: str) -> None:
    parser = html5lib.HTMLParser()
    parser.parse(whole)
    assert [(place, code) for place, code, _ in parser.errors] == []


def test_every_picture_has_a_text_and_a_size(whole: str) -> None:
    pictures = list(parsed(whole).iter("img"))
    assert len(pictures) > 20
    assert [p.attrib for p in pictures if not {"alt", "width", "height"} <= p.attrib.keys()] == []


def test_no_text_is_smaller_than_14_pixels(whole: str) -> None:
    sizes = {float(size) for size in re.findall(r"font-size: ?([\d.]+)px", whole)}
    assert {size for size in sizes if 1 < size < 14} == set()  # 0 and 1 hold no text, but gaps shut


def test_tables_that_lay_out_say_so_and_tables_of_data_do_not(whole: str) -> None:
    tables = list(parsed(whole).iter("table"))
    data = [table for table in tables if table.get("role") != "presentation"]
    assert len(data) >= 2
    assert all(table.find(".//th") is not None and table.find(".//table") is None for table in data)
    assert all(table.find("./tbody/tr/th") is None for table in tables if table.get("role") == "presentation")


def test_headings_begin_at_one_and_never_skip_a_level(whole: str) -> None:
    tags = [str(element.tag) for element in parsed(whole).iter()]
    levels = [int(tag[1]) for tag in tags if re.fullmatch(r"h[1-6]", tag)]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))


def test_only_one_button_is_filled(whole: str) -> None:
    assert len(re.findall(r'class="primary"', whole)) == 1
    assert len(re.findall(r'class="secondary"', whole)) > 5


def test_the_style_block_is_small_enough_for_gmail(whole: str) -> None:
    blocks = re.findall(r"<style[^>]*>(.*?)</style>", whole, re.DOTALL)
    assert max(len(block.encode()) for block in blocks) < 12_000
    assert all(not re.search(r"@[^{}]*\{[^{}]*\{[^{}]*\}\s*@", block) for block in blocks)


def test_every_colour_on_the_card_is_another_in_the_dark(tmp_path: Path) -> None:
    html = mail(draft_of(tmp_path, EVERYTHING, newsletter={"theme": "plum"}))
    theme = Library(tmp_path).theme("plum")
    dark = html[html.index("@media (prefers-color-scheme: dark)") :]
    for role in ("dark_accent", "dark_deep"):
        assert f"color: {getattr(theme, role)} !important" in dark
    coloured = set(re.findall(r'class="([^"]+)"[^>]*(?:bgcolor=|background-color: ?#)', html))
    assert coloured > {"day", "month", "page"}
    light = [classes for classes in coloured if not any(f".{name}" in dark for name in classes.split())]
    assert light == []


@pytest.mark.parametrize("name", sorted(path.stem for path in (TEMPLATES / "themes").glob("*.yaml")))
def test_panels_can_be_read_in_every_theme(name: str, tmp_path: Path) -> None:
    theme = Library(tmp_path).theme(name)
    panel = COLORS["dark_panel"]
    pairs = [(theme.accent, theme.tint), (theme.deep, theme.tint), (colours.MUTED, theme.tint)]
    pairs += [(theme.dark_accent, panel), (theme.dark_deep, panel), (colours.DARK_MUTED, panel)]
    pairs += [("#ffffff", theme.accent), (colours.DARK_PAGE, theme.dark_accent)]
    assert [pair for pair in pairs if contrast(*pair) < 4.5] == []


def labels(language: str) -> dict[str, str]:
    path = TEMPLATES / "labels" / f"{language}.yaml"
    loaded: dict[str, str] = yaml.safe_load(path.read_text("utf-8"))
    return loaded


def test_every_language_has_the_same_labels() -> None:
    languages = {path.stem for path in (TEMPLATES / "labels").glob("*.yaml")}
    assert languages >= {"en", "es"}
    for language in languages:
        assert labels(language).keys() == labels("en").keys(), language
        assert all(type(words) is str and words.strip() for words in labels(language).values()), language


def test_a_spanish_mail_has_no_english_words_of_its_own(tmp_path: Path) -> None:
    english, spanish = labels("en"), labels("es")
    event: dict[str, object] = {
        "type": "event",
        "title": "X",
        "start": "2024-10-10 12:00",
        "timezone": "America/Denver",
        "to_be_announced": "true",
    }
    html = mail(draft_of(tmp_path, [event], language="es"))
    for key in [
        "where",
        "to_be_announced",
        "add_to_calendar",
        "unsubscribe",
        "preferences",
        "web_view",
        "reply",
    ]:
        assert spanish[key] in html
        assert f">{english[key]}<" not in html
