"""The sample newsroom: nine publications whose issues together use all that there is."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from lpdownload.content.issues import LoadedIssue, load_issue
from lpdownload.content.library import Library
from lpdownload.model.sections import SECTION_TYPES
from lpdownload.model.sections.base import Image, walk_models
from lpdownload.model.sections.events import Event
from lpdownload.model.sections.structure import Shared
from lpdownload.render.inline import inline, losses
from lpdownload.render.mjml import compile_mjml
from lpdownload.render.render import Rendering, fill_values, render_issue

ROOT = Path(__file__).parents[1]
LIBRARY = Library(ROOT)
KEYS = tuple(LIBRARY.issue_keys())

SUBJECTS = {
    "lp-network/2024-09": (
        "📬 LP Network Download | Anti-gentrification ordinance, abortion travel funds, environmental win"
        " & more! | Sept 2024"
    ),
    "federal-advocacy/2024-09": "📎 Federal Advocacy Roundup | Election resources | September 2024",
    "lpny/2024-09": (
        "LPNY State Download \U0001f6e3\ufe0f | Road to Good Cause, Organizing Committee / Strategy session,"
        " and more! | September 2024"
    ),
    "school-board/2024-09": (
        "LP School Board Download 📚 | Fully funding public education, sustainable school facilities,"
        " & a recap from our National Convening this summer! | September 2024"
    ),
    "lppa/2024-fall": "LPPA State Download 🌲| Your first Pennsylvania newsletter! | Fall 2024",
    "lpmn/2024-09": (
        "LPMN State Download 📣 | LPMN at the National Convening, Saint Paul climate action case study"
        " & more! | September 2024"
    ),
    "lptx/2024-09": (
        "LPTX State Download 📣 | Building community and fighting for a better Texas! | September 2024"
    ),
    "lpnc/2024-09": (
        "LPNC State Download 📣 | LPNC at the National Convening, recent policy wins & more! | September 2024"
    ),
    "lpco/2024-10": (
        "LPCO State Download | Collective bargaining for municipal workers, a workshop recap & more!"
        " | October 2024"
    ),
}
"""As on the organisation's news page, byte for byte; the last one by the same grammar."""

GMAIL_CLIP_WITH_ROOM = 90_000
READERS = {"everybody": frozenset[str](), "ny-education": frozenset({"ny-education"})}


@dataclass(frozen=True)
class Rendered:
    loaded: LoadedIssue
    rendering: Rendering

    @property
    def html(self) -> str:
        return self.rendering.content.html.fill(fill_values(self.rendering, {}))

    @property
    def text(self) -> str:
        return self.rendering.content.text.fill(fill_values(self.rendering, {}))


def render(key: str, readers: str = "everybody") -> Rendered:
    loaded = load_issue(LIBRARY, key)
    rendering = render_issue(
        loaded.issue, newsroom=LIBRARY.root, templates=LIBRARY.templates, variant=READERS[readers]
    )
    return Rendered(loaded, rendering)


@pytest.fixture(scope="module")
def samples() -> dict[str, Rendered]:
    return {key: render(key) for key in KEYS}


def written_sections() -> Iterator[tuple[str, object]]:
    for key in KEYS:
        newsletter, _, name = key.partition("/")
        for section in LIBRARY.issue_file(newsletter, name)[1].sections:
            yield key, section


def test_there_are_nine_newsletters_and_an_issue_of_each() -> None:
    assert len(LIBRARY.newsletter_names) == 9
    assert {key.partition("/")[0] for key in KEYS} == set(LIBRARY.newsletter_names)


@pytest.mark.parametrize("key", SUBJECTS)
def test_a_subject_is_the_one_of_the_news_page_to_the_byte(key: str, samples: dict[str, Rendered]) -> None:
    rendering = samples[key].rendering
    subject = rendering.content.subject.fill(fill_values(rendering, {}))
    assert subject.encode() == SUBJECTS[key].encode()


def test_together_they_use_every_section_type() -> None:
    used = {getattr(section, "type", "") for _, section in written_sections()}
    used |= {
        getattr(section, "type", "") for key in KEYS for section in load_issue(LIBRARY, key).issue.sections
    }
    assert used == SECTION_TYPES.keys()


def test_every_shared_block_is_used_and_one_stands_in_three_newsletters_or_more() -> None:
    shared = [(key, section) for key, section in written_sections() if isinstance(section, Shared)]
    newsletters = Counter(ref for _, ref in {(key.partition("/")[0], section.ref) for key, section in shared})
    assert newsletters.keys() == set(LIBRARY.shared_names)
    assert newsletters["federal-hr32"] >= 3
    assert any(section.overrides for _, section in shared)


def test_a_translation_knows_its_original_and_the_original_knows_it() -> None:
    spanish = load_issue(LIBRARY, "lpny/2024-09.es").issue
    english = load_issue(LIBRARY, "lpny/2024-09").issue
    assert spanish.language == "es"
    assert spanish.translations == (("en", english.slug),)
    assert english.translations == (("es", spanish.slug),)


def test_a_translation_has_the_sections_of_its_original_in_their_order() -> None:
    spanish = load_issue(LIBRARY, "lpny/2024-09.es").issue
    english = load_issue(LIBRARY, "lpny/2024-09").issue
    assert [type(section) for section in spanish.sections] == [type(section) for section in english.sections]
    assert [section.id for section in spanish.sections] == [section.id for section in english.sections]


@pytest.mark.parametrize("key", ["lpny/2024-09", "lpny/2024-09.es"])
def test_only_new_york_s_education_people_get_the_section_for_them(
    key: str, samples: dict[str, Rendered]
) -> None:
    for_them = "https://example.org/school-board-download"
    assert for_them not in samples[key].html + samples[key].text
    own = render(key, "ny-education")
    assert for_them in own.html
    assert for_them in own.text


def test_some_sections_are_for_one_medium_only() -> None:
    assert {getattr(section, "only", None) for _, section in written_sections()} == {None, "email", "web"}


def test_an_event_is_written_in_three_zones(samples: dict[str, Rendered]) -> None:
    events = [section for _, section in written_sections() if isinstance(section, Event)]
    assert any(len(event.display_zones) == 3 for event in events)
    words = " ".join(samples["school-board/2024-09"].text.split())
    assert "12pm–1pm PT / 2pm–3pm CT / 3pm–4pm ET" in words


def test_two_legal_entities_speak_in_the_network_s_issue(samples: dict[str, Rendered]) -> None:
    text = samples["lp-network/2024-09"].text
    assert "Local Progress, 501(c)(4)" in text
    assert "Local Progress Impact Lab, 501(c)(3)" in text


def test_no_two_preheaders_are_alike_and_each_fits_in_a_phone_s_inbox_row() -> None:
    preheaders = [load_issue(LIBRARY, key).issue.written.preheader for key in KEYS]
    assert len(set(preheaders)) == len(preheaders)
    assert max(map(len, preheaders)) <= 110


@pytest.mark.parametrize("key", KEYS)
def test_a_sample_has_no_finding_of_severity_error(key: str, samples: dict[str, Rendered]) -> None:
    sample = samples[key]
    findings = (*sample.loaded.findings, *sample.rendering.findings)
    assert [str(finding) for finding in findings if finding.severity == "error"] == []


@pytest.mark.parametrize("key", KEYS)
def test_a_sample_s_html_is_small_enough_for_gmail(key: str) -> None:
    assert len(render(key, "ny-education").html.encode()) <= GMAIL_CLIP_WITH_ROOM


@pytest.mark.parametrize("key", KEYS)
def test_a_second_render_gives_the_same_bytes(key: str, samples: dict[str, Rendered]) -> None:
    again = render(key).rendering
    assert again.content == samples[key].rendering.content
    assert again.assets == samples[key].rendering.assets


@pytest.mark.parametrize("key", KEYS)
def test_no_merge_token_and_no_merge_field_is_left_over(key: str, samples: dict[str, Rendered]) -> None:
    sample = samples[key]
    fields = sample.rendering.draft.fields
    whole = sample.html + sample.text
    assert fields.tokens_in(whole) == []
    assert "{{" not in whole


@pytest.mark.parametrize("key", KEYS)
def test_inlining_loses_no_conditional_comment_no_media_query_and_no_doctype(
    key: str, samples: dict[str, Rendered]
) -> None:
    compiled = compile_mjml(samples[key].rendering.mjml)
    inlined = inline(compiled, "a { color: #000000 }")
    assert losses(compiled, inlined) == []
    assert compiled.count("<!--[if") > 0


@pytest.mark.parametrize("key", KEYS)
def test_every_picture_is_described_and_credited_as_a_drawing(key: str) -> None:
    issue = load_issue(LIBRARY, key).issue
    images = [model for model, _ in walk_models((*issue.sections, issue.written)) if isinstance(model, Image)]
    for image in images:
        assert (image.alt or "").startswith(("Drawing: ", "Dibujo: "))
        assert "lpdownload" in (image.credit or "")
