"""The hub of a small newsroom, built into a folder of its own, and what a test looks at."""

from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from urllib.parse import unquote, urljoin, urlsplit

from lxml import html
from tests.newsroom import HEAD, Newsroom

from lpdownload.errors import Finding, InvalidInput
from lpdownload.site.build import Built, Options, build
from lpdownload.site.entry import Entry, Record

DAY = date(2024, 12, 1)
PRESS = """\
date: 2024-09-20
topics: [Rivers]
section:
  type: press_release
  headline: The river is clean
  body: Children swim in it.
  url: https://example.org/river
"""


@dataclass(frozen=True)
class Hub:
    """Built from ``newsroom`` into ``out``."""

    newsroom: Newsroom
    out: Path

    def build(self, day: date = DAY, *, search: bool = False, **options: object) -> Built:
        made = replace(Options(day, search=search, processes=1), **options)  # type: ignore[arg-type]
        return build(self.newsroom.library, self.out, made)

    def refused(self, day: date = DAY, *, search: bool = False) -> tuple[Finding, ...]:
        """Why it is not built."""
        try:
            self.build(day, search=search)
        except InvalidInput as error:
            return error.findings
        raise AssertionError("it was built")

    def text(self, path: str) -> str:
        return (self.out / path).read_text("utf-8")

    def tree(self, path: str) -> html.HtmlElement:
        return tree(self.out, path)

    def words(self, path: str) -> str:
        """All that its main part says, in one line."""
        return " ".join(self.tree(path).xpath("string(//main | //article)").split())

    def cards(self, path: str) -> list[str]:
        """The headings of its cards, from top to bottom."""
        return [" ".join(card.text_content().split()) for card in self.tree(path).xpath("//h3//a")]

    def files(self) -> dict[str, bytes]:
        """All that is in its folder."""
        return files(self.out)

    def write_issue(self, name: str, title: str, head: str = "") -> None:
        """An issue of the newsletter town, with one story."""
        period = head or HEAD.replace("2024-09", name)
        text = f"{period}sections:\n  - {{type: story, title: {title}, body: Of {title}.}}\n"
        self.newsroom.write(f"newsletters/town/{name}.yaml", text)


ENTRY = Entry(
    key="town/2024-09",
    feed="blog",
    kicker="Town Download",
    title="A river",
    period="",
    teaser="It is clean.",
    path="town/2024-09/",
    outside="",
    source="",
    date="2024-09-01",
    sort="2024-09-01",
    lang="en",
    newsletter="town",
    translation_of="",
    picture=None,
    topics=(),
    chapters=(),
    translations=(),
)
RECORD = Record(
    key=ENTRY.key, read={}, siblings=(), slug="2024-09", day="2024-09-01", hidden="", entry=ENTRY, content="1"
)


def files(folder: Path) -> dict[str, bytes]:
    """Every file below it, by path."""
    found = (path for path in sorted(folder.rglob("*")) if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in found}


def tree(out: Path, path: str) -> html.HtmlElement:
    return html.fromstring((out / path).read_bytes())


def dead_links(out: Path, home: str) -> set[tuple[str, str]]:
    """Page and address of each link, picture and style that leads to nothing in the folder.

    ``home`` is the front page's own address: what is below it must be there, too.
    """
    dead: set[tuple[str, str]] = set()
    ids: dict[Path, set[str]] = {}
    for page in sorted(out.rglob("*.html")):
        path = page.relative_to(out).as_posix()
        own = home + path.removesuffix("index.html")
        for tag in tree(out, path).iter():
            for name in ("href", "src"):
                found = tag.get(name) if isinstance(tag.tag, str) else None
                if not found or found.startswith(("mailto:", "data:", "tel:")):
                    continue
                target = urljoin(own, found)
                if not target.startswith(home):
                    continue
                parts = urlsplit(target.removeprefix(home))
                file = out / unquote(parts.path)
                file = file / "index.html" if file.is_dir() else file
                if not file.is_file():
                    dead.add((path, found))
                elif parts.fragment and file.suffix == ".html":
                    if file not in ids:
                        whole = html.fromstring(file.read_bytes())
                        ids[file] = {str(one) for one in whole.xpath("//@id")}
                    if parts.fragment not in ids[file]:
                        dead.add((path, found))
    return dead
