"""A small newsroom in a temporary folder, of which a test changes one file."""

import io
import textwrap
from dataclasses import dataclass
from pathlib import Path

from PIL import Image as Pillow

from lpdownload.check.run import Checked, check_issue
from lpdownload.content.issues import LoadedIssue, load_issue
from lpdownload.content.library import Library
from lpdownload.errors import Finding, InvalidInput
from lpdownload.render.render import Rendering, fill_values, render_issue

KEY = "town/2024-09"
ISSUE = "newsletters/town/2024-09.yaml"

NETWORK = """\
name: Example Network
short_name: EN
entities:
  action:
    name: Example Action
    legal_form: 501(c)(4)
    postal_address: [1 Sample Street, "Anytown, ST 00000"]
    disclaimer: Paid for by Example Action.
  lab:
    name: Example Lab
    legal_form: 501(c)(3)
    postal_address: [2 Other Road, "Elsewhere, ST 00001"]
    disclaimer: The lab endorses nobody.
default_entity: action
public_url: https://news.example.org
unsubscribe_email: unsubscribe@example.org
attributes:
  - name: ward
personas:
  ana: {first_name: Ana, state: NY, interests: [education, housing]}
  sam: {role: press}
"""

NEWSLETTER = """\
name: Town Download
kind: chapter
chapter: NY
emoji: 📣
cadence: monthly
timezone: America/New_York
sender: {name: Town Download, email: town@example.org}
why: You get this because you asked for it.
"""

SEGMENTS = """\
teachers:
  office: school_board
new-york:
  state: NY
"""

STORY = """\
  - type: story
    title: A river is clean again
    body: The town took thirty years, and today children swim in it.
"""

HEAD = """\
period: 2024-09
preheader: A river, a road and a vote.
"""


def issue(sections: str = STORY, head: str = HEAD) -> str:
    """The YAML of an issue; ``sections`` are indented as in a file or not at all."""
    return f"{head}sections:\n{textwrap.indent(textwrap.dedent(sections), '  ')}"


@dataclass(frozen=True)
class Newsroom:
    """Its folder, and what a test does with it."""

    root: Path

    def write(self, path: str, text: str | bytes) -> Path:
        file = self.root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(text.encode() if isinstance(text, str) else text)
        return file

    def change(self, path: str, old: str, new: str) -> None:
        """Replaces ``old``, which must stand there once."""
        text = (self.root / path).read_text("utf-8")
        assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times in {path}"
        self.write(path, text.replace(old, new))

    def add(self, path: str, text: str) -> None:
        self.write(path, (self.root / path).read_text("utf-8") + text)

    def write_issue(self, sections: str = STORY, head: str = HEAD, path: str = ISSUE) -> None:
        self.write(path, issue(sections, head))

    @property
    def library(self) -> Library:
        """A fresh one: a library reads each file once."""
        return Library(self.root)

    def load(self, key: str = KEY) -> LoadedIssue:
        return load_issue(self.library, key)

    def refused(self, key: str = KEY) -> tuple[Finding, ...]:
        """The errors for which the issue cannot be loaded."""
        try:
            self.load(key)
        except InvalidInput as error:
            return error.findings
        raise AssertionError(f"{key} was loaded")

    def check(self, key: str = KEY, *variant: str) -> Checked:
        return check_issue(self.library, key, frozenset(variant))

    def render(self, key: str = KEY, *variant: str) -> Rendering:
        library = self.library
        loaded = load_issue(library, key)
        return render_issue(
            loaded.issue, newsroom=library.root, templates=library.templates, variant=frozenset(variant)
        )

    def html(self, key: str = KEY, *variant: str, **values: str) -> str:
        rendering = self.render(key, *variant)
        return rendering.content.html.fill(fill_values(rendering, values))

    def text(self, key: str = KEY, *variant: str, **values: str) -> str:
        rendering = self.render(key, *variant)
        return rendering.content.text.fill(fill_values(rendering, values))


def make_newsroom(root: Path) -> Newsroom:
    """A newsroom with one newsletter and one issue that renders without a finding."""
    newsroom = Newsroom(root)
    newsroom.write("newsletters/network.yaml", NETWORK)
    newsroom.write("newsletters/segments.yaml", SEGMENTS)
    newsroom.write("newsletters/town/newsletter.yaml", NEWSLETTER)
    newsroom.write_issue()
    return newsroom


def drawing(
    width: int = 40, height: int = 20, kind: str = "PNG", mode: str = "RGB", **options: object
) -> bytes:
    """A picture file of that size, in two colours."""
    image = Pillow.new("RGB", (width, height), "#205080")
    image.paste("#e0b040", (0, 0, width // 2, height))
    out = io.BytesIO()
    image.convert(mode).save(out, kind, **options)
    return out.getvalue()


def spot(finding: Finding) -> tuple[str, int, int]:
    """File name, line and column."""
    assert finding.place is not None
    return Path(finding.place.file).name, finding.place.line, finding.place.column
