"""Whatever an author writes into a text field: a finding there, or it arrives in every part as written."""

import copy
import email
import email.policy
import json
import re
import unicodedata
from pathlib import Path
from typing import cast

import html5lib
import pytest
import yaml
from hypothesis import HealthCheck, assume, example, given, settings
from hypothesis import strategies as st
from tests.newsroom import HEAD, ISSUE, Newsroom, drawing, make_newsroom

from lpdownload.errors import InvalidInput, Loc
from lpdownload.render.card import card
from lpdownload.render.output import message
from lpdownload.render.render import Rendering, fill_values
from lpdownload.render.web import render_web

SECTIONS = cast(
    list[dict[str, object]],
    yaml.safe_load((Path(__file__).parent / "samples/every_section.yaml").read_text("utf-8")),
)
_LINE_KEYS = """\
heading title kicker greeting label name office speaker org location outlet headline subhead dateline status
program committee target bill person host alt credit value publisher commitment place address platform
"""
LINES = frozenset(_LINE_KEYS.split())
MARKDOWN = frozenset(["body", "intro", "teaser", "bio", "summary", "caption", "disclaimer", "boilerplate"])
"""Keys that hold one line as it is, and those that hold Markdown."""

_MARKS = """\
" ' < > & &amp; &#x41; &nbsp { } {{ }} {% %} {# #} \\ \\n $& %s %20 ${x} =3D = ?= =?utf-8?q?x?= . .. -- #
* _ ` | <b> </div> </td></table> <script>alert(1)</script> <!-- --> <![endif]--> ]]> <![CDATA[
<mj-text> </mj-text> <br/> <style>*{}</style> <img onerror=y>
word Word 1. - @ a@example.org www.example.org (c) ...
👩🏽‍🏫 🏳️‍🌈 🛣️ مرحبا שלום é ﬁ 漢字 ß mf3fa9c1n0000z"""
SIGNS = [
    "<!--[if mso]>",
    "[if mso]",
    "<img src=x onerror=y>",
    " ",
    "  ",
    "x" * 90,
    "e\u0301",
    "\u200f",
    "\u2066",
    "\u00a0",
    "\u200b",
    "\u200d",
    "\u00ad",
]
PIECES = st.sampled_from([*_MARKS.split(), *SIGNS])
PRINTABLE = st.characters(exclude_categories=["Cc", "Cs", "Cn", "Co"])
LINE = st.lists(PIECES | st.text(PRINTABLE, max_size=8), min_size=1, max_size=6).map("".join)
_PROSE_MARKS = """\
<b> </td> <!-- --> ]]> [if mso] {% %} {# }} \\ * _ ` | # “ ” ' " < > ~~ 👩🏽‍🏫 مرحبا é
word Straße 漢字 [label] (text) ! --- ===
"""
BLOCKS = [" ", "& ", "    ", "\n", "\n\n", "\n- ", "\n1. ", "\n> ", "\n# ", "\n|a|b|\n|-|-|\n|c|d|\n"]
PROSE = st.lists(st.sampled_from([*_PROSE_MARKS.split(), *BLOCKS]), min_size=1, max_size=12).map("".join)

Way = tuple[int, Loc]


def ways(tree: object, keys: frozenset[str], way: Loc = ()) -> list[Loc]:
    if isinstance(tree, dict):
        here = [(*way, key) for key, part in tree.items() if key in keys and isinstance(part, str)]
        return [*here, *(found for key, part in tree.items() for found in ways(part, keys, (*way, key)))]
    if isinstance(tree, list):
        return [found for index, part in enumerate(tree) for found in ways(part, keys, (*way, index))]
    return []


def fields(keys: frozenset[str]) -> st.SearchStrategy[Way]:
    """A section's number, and the way to one of its texts."""
    return st.sampled_from(
        [(index, way) for index, section in enumerate(SECTIONS) for way in ways(section, keys)]
    )


@pytest.fixture(scope="module")
def room(tmp_path_factory: pytest.TempPathFactory) -> Newsroom:
    newsroom = make_newsroom(tmp_path_factory.mktemp("any") / "newsroom")
    newsroom.change(
        "newsletters/network.yaml", "  lab:\n", "  local-progress: {name: LP, postal_address: [A]}\n  lab:\n"
    )
    for name in re.findall(
        r"src: (\S+\.\w+)", (Path(__file__).parent / "samples/every_section.yaml").read_text("utf-8")
    ):
        newsroom.write(f"newsletters/town/{name}", drawing())
    return newsroom


def rendered(newsroom: Newsroom, written: Way, text: str) -> Rendering | None:
    """The issue with this text in this field; None if it is refused there, and nowhere else."""
    index, way = written
    section = copy.deepcopy(SECTIONS[index])
    at: object = section
    for step in way[:-1]:
        at = at[step]  # type: ignore[index]
    at[way[-1]] = text  # type: ignore[index]
    newsroom.write(ISSUE, HEAD + yaml.safe_dump({"sections": [section]}, allow_unicode=True, sort_keys=False))
    checked = newsroom.check()
    if checked.rendering is not None:
        return checked.rendering
    errors = [finding for finding in checked.findings if finding.severity == "error"]
    assert errors
    assert {finding.loc for finding in errors} <= {(), ("sections", 0, *way), ("sections", 0, *way[:-1])}, (
        errors
    )
    return None


def squeezed(text: str) -> str:
    return "".join(text.split())


def letters(text: str) -> str:
    return "".join(char for char in text if unicodedata.category(char)[0] == "L")


def shown(html: str) -> str:
    """All that a reader of the page could see or hear, read as a browser does."""
    tree = html5lib.parse(html, namespaceHTMLElements=False)
    body = tree.find("body")
    assert body is not None
    for tag in ("style", "script"):
        for parent in body.iter():
            for child in parent.findall(tag):
                child.text = ""
    return "\n".join(["".join(body.itertext()), *(str(image.get("alt", "")) for image in body.iter("img"))])


TOKEN = re.compile(r"mf[0-9a-f]{8}n[0-9a-f]{4,}z")


def parts(rendering: Rendering) -> dict[str, str]:
    values = fill_values(rendering, {"first_name": "Ana", "state": "NY"})
    data = message(rendering, values)
    found = email.message_from_bytes(data, policy=email.policy.default)
    html, text = found.get_body(("html",)), found.get_body(("plain",))
    assert html is not None
    assert text is not None
    assert found["subject"] == rendering.content.subject.fill(values)
    assert all(len(line) <= 76 for line in data.partition(b"\r\n\r\n")[2].split(b"\r\n"))
    web = render_web(rendering.draft)
    whole = {"html": html.get_content(), "text": text.get_content(), "web": web}
    for part in whole.values():
        assert not TOKEN.search(part)
    return {"html": shown(whole["html"]), "text": whole["text"], "web": shown(web)}


def in_order(wanted: str, given: str) -> bool:
    rest = iter(given)
    return all(char in rest for char in wanted)


MANY = settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow])


@MANY
@given(field=fields(LINES), text=LINE)
def test_any_line_is_refused_at_its_field_or_arrives_as_written(
    room: Newsroom, field: Way, text: str
) -> None:
    rendering = rendered(room, field, text)
    if rendering is None:
        return
    for name, part in parts(rendering).items():
        assert squeezed(text) in squeezed(part), (name, field)


@MANY
@given(field=fields(MARKDOWN), text=PROSE)
def test_any_prose_is_refused_at_its_field_or_arrives_with_all_its_letters(
    room: Newsroom, field: Way, text: str
) -> None:
    assume(not re.search(r"```|~~~|\]\(|\]:|&\w", text))
    rendering = rendered(room, field, text)
    if rendering is None:
        return
    for name, part in parts(rendering).items():
        assert letters(text) in letters(part), (name, field)


@MANY
@example(text="📣 Ärger, “quoted” & <b>bold</b> | {% if %}")
@example(text="=?utf-8?q?x?= plain")
@example(text="x" * 300)
@given(text=LINE)
def test_any_subject_and_preheader_arrive_as_written(room: Newsroom, text: str) -> None:
    head = yaml.safe_dump({"period": "2024-09", "subject": text, "preheader": text}, allow_unicode=True)
    room.write_issue(head=head)
    checked = room.check()
    if checked.rendering is None:
        assert {finding.path for finding in checked.findings} <= {"subject", "preheader", ""}
        return
    subject = " ".join(text.split("\n")).strip()
    rendering = checked.rendering
    assert rendering.subject == subject
    found = email.message_from_bytes(
        message(rendering, fill_values(rendering, {})), policy=email.policy.default
    )
    assert found["subject"] == subject
    assert squeezed(subject) in squeezed(parts(rendering)["html"])
    assert card(rendering.draft)["title"] == subject
    assert json.loads(json.dumps(card(rendering.draft)))["teaser"] == subject


@MANY
@given(name=st.text(PRINTABLE | st.characters(), max_size=30))
def test_any_value_of_a_merge_field_is_text_and_nothing_else(room: Newsroom, name: str) -> None:
    room.write_issue(
        '- {type: story, title: "Hi {{ first_name | default(\\"friend\\") }}",\n'
        '   body: "**{{ first_name | default(\\"you\\") }}**"}\n'
    )
    rendering = room.render()
    values = fill_values(rendering, {"first_name": name or "x"})
    html, plain = (
        rendering.content.html.fill(values),
        rendering.content.html.fill(values | {"first_name": "Ana"}),
    )
    tags = [
        element.tag for element in html5lib.parse(plain, namespaceHTMLElements=False).iter() if element.tag
    ]
    assert [element.tag for element in html5lib.parse(html, namespaceHTMLElements=False).iter()] == tags


def test_a_list_of_broken_fields_names_each(room: Newsroom) -> None:
    room.write_issue("- {type: story, title: '{{ x', body: '{{ y }}', kicker: '{{ first_name | upper }}'}\n")
    with pytest.raises(InvalidInput) as caught:
        room.render()
    assert {finding.path for finding in caught.value.findings} == {
        "sections[0].title",
        "sections[0].body",
        "sections[0].kicker",
    }
