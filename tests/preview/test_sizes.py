"""The size of a mail, and what each section takes of it."""

from pathlib import Path

import pytest
from tests.newsroom import KEY, Newsroom

from lpdownload.content.issues import load_issue
from lpdownload.content.library import Library
from lpdownload.preview.sizes import parts
from lpdownload.render.render import fill_values, render_issue

SAMPLES = Library(Path(__file__).parents[2])


@pytest.mark.parametrize("key", [*SAMPLES.issue_keys()])
def test_the_parts_of_a_sample_add_up_to_its_html(key: str) -> None:
    issue = load_issue(SAMPLES, key).issue
    rendering = render_issue(issue, newsroom=SAMPLES.root, templates=SAMPLES.templates)
    values = fill_values(rendering, {"first_name": "Åsa & <Bo>"})
    found = parts(rendering, values)
    assert sum(part.size for part in found) == len(rendering.content.html.fill(values).encode())
    assert len(found) == len(rendering.draft.visible("email")) + 2  # the masthead and the footer


def test_a_longer_text_makes_its_section_larger_and_no_other(newsroom: Newsroom) -> None:
    def sizes(words: str) -> dict[str, int]:
        newsroom.write_issue(
            f"- {{type: story, title: One, body: Short.}}\n- {{type: story, title: Two, body: {words}}}\n"
        )
        rendering = newsroom.render(KEY)
        return {part.title: part.size for part in parts(rendering, fill_values(rendering, {}))}

    short, long = sizes("Short."), sizes("Short." + "x" * 1000)
    assert long["Two"] - short["Two"] == 1000
    assert {name: size for name, size in short.items() if name != "Two"} == {
        name: size for name, size in long.items() if name != "Two"
    }
