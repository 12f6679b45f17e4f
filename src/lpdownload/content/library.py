"""The library: finds a newsroom's files and reads each once, with every problem at its place.

A file is read when something needs it, so that one chapter's slip never stops another chapter's issue.
"""

import errno
import stat
from collections.abc import Collection, Iterator
from functools import cached_property
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel

from lpdownload.content.located import Document, parse
from lpdownload.content.problems import validate
from lpdownload.content.segments import read_segments
from lpdownload.errors import Finding, InvalidInput, Place
from lpdownload.model.issue import IssueFile, SharedBlock
from lpdownload.model.network import Network
from lpdownload.model.news import NewsFile
from lpdownload.model.newsletter import Newsletter
from lpdownload.model.segment import Segments
from lpdownload.model.theme import Theme
from lpdownload.packaged import packaged_templates
from lpdownload.settings import Settings

M = TypeVar("M", bound=BaseModel)

NOT_NEWSLETTERS = frozenset({"shared", "news"})
PUBLISHED = "published.yaml"


class Library:
    """The files under one newsroom's ``newsletters/``."""

    def __init__(self, root: Path, settings: Settings | None = None) -> None:
        """``settings`` may move the public pages and the pictures to a staging site."""
        self.root = root.resolve()
        self.settings = settings
        self.folder = self.root / "newsletters"
        self._parsed: dict[Path, Document] = {}
        self._read: dict[Path, tuple[Document, BaseModel]] = {}
        self._issue_names: dict[str, tuple[str, ...]] = {}

    def after(self, changed: Collection[Path]) -> "Library":
        """The newsroom now that these files and folders may be others; the rest is not read again."""
        now = Library(self.root, self.settings)
        for path, document in self._parsed.items():
            if path not in changed and not any(folder in changed for folder in path.parents):
                now._parsed[path] = document
                if path in self._read:
                    now._read[path] = self._read[path]
        return now

    @cached_property
    def templates(self) -> tuple[Path, ...]:
        """Template directories: the newsroom's own, if it has one, before the packaged one."""
        own, packaged = self.root / "templates", packaged_templates()
        return (own, packaged) if own.is_dir() and own.resolve() != packaged.resolve() else (packaged,)

    def shown(self, path: Path) -> str:
        """A path as messages name it: from the folder the command was given in, if that is shorter."""
        try:
            return str(path.relative_to(Path.cwd()))
        except ValueError:
            return str(path)

    def parsed(self, path: Path) -> Document:
        """The file as plain data. InvalidInput if it is not there or no YAML."""
        if path not in self._parsed:
            try:
                text = _bytes_of(path)
            except OSError as error:
                reason = (
                    "there is no such file"
                    if isinstance(error, FileNotFoundError)
                    else f"the file cannot be read: {error.strerror}"
                )
                raise InvalidInput([Finding("missing-file", reason, place=Place(self.shown(path)))]) from None
            self._parsed[path] = parse(text, self.shown(path))
        return self._parsed[path]

    def read(self, path: Path, model: type[M]) -> tuple[Document, M]:
        """The file, parsed and validated. InvalidInput carries all that is wrong in it."""
        if path not in self._read:
            document = self.parsed(path)
            self._read[path] = document, validate(model, document)
        document, value = self._read[path]
        assert isinstance(value, model)
        return document, value

    @property
    def network(self) -> Network:
        network = self.read(self.folder / "network.yaml", Network)[1]
        if self.settings is None:
            return network
        moved = {name: url for name in ("public_url", "assets_url") if (url := getattr(self.settings, name))}
        return network.model_copy(update=moved) if moved else network

    @cached_property
    def segments(self) -> Segments:
        """newsletters/segments.yaml; empty if there is none. Unknown names and circles are findings."""
        return read_segments(self)

    @cached_property
    def words(self) -> frozenset[str]:
        """Words that are right here, by newsletters/words.txt: one a line, # before a comment."""
        try:
            lines = (self.folder / "words.txt").read_bytes().decode("utf-8-sig", "replace").splitlines()
        except OSError:
            return frozenset()
        return frozenset(word for line in lines if (word := line.partition("#")[0].strip()))

    @cached_property
    def newsletter_names(self) -> tuple[str, ...]:
        """Folders that are newsletters, in order of name."""
        if not self.folder.is_dir():
            return ()
        folders = (
            path for path in self.folder.iterdir() if path.is_dir() and path.name not in NOT_NEWSLETTERS
        )
        return tuple(sorted(path.name for path in folders if (path / "newsletter.yaml").is_file()))

    def newsletter(self, name: str) -> tuple[Document, Newsletter]:
        return self.read(self.folder / name / "newsletter.yaml", Newsletter)

    @cached_property
    def shared_names(self) -> tuple[str, ...]:
        return tuple(sorted(path.stem for path in (self.folder / "shared").glob("*.yaml")))

    def shared(self, name: str) -> tuple[Document, SharedBlock]:
        return self.read(self.folder / "shared" / f"{name}.yaml", SharedBlock)

    @cached_property
    def news_names(self) -> tuple[str, ...]:
        """Pieces of news for the news page, in order of file name."""
        return tuple(sorted(path.stem for path in (self.folder / "news").glob("*.yaml")))

    def news(self, name: str) -> tuple[Document, NewsFile]:
        return self.read(self.folder / "news" / f"{name}.yaml", NewsFile)

    @property
    def published_path(self) -> Path:
        """What the news page has published so far; `lpdownload site build` writes it."""
        return self.folder / PUBLISHED

    def issue_path(self, newsletter: str, name: str) -> Path:
        return self.folder / newsletter / f"{name}.yaml"

    def issue_file(self, newsletter: str, name: str) -> tuple[Document, IssueFile]:
        return self.read(self.issue_path(newsletter, name), IssueFile)

    def issue_names(self, newsletter: str) -> tuple[str, ...]:
        """The issues of a newsletter, translations among them, in order of file name; looked up once."""
        if newsletter not in self._issue_names:
            files = (self.folder / newsletter).glob("*.yaml")
            names = sorted(path.stem for path in files if path.name != "newsletter.yaml")
            self._issue_names[newsletter] = tuple(names)
        return self._issue_names[newsletter]

    def issue_keys(self) -> Iterator[str]:
        for newsletter in self.newsletter_names:
            yield from (f"{newsletter}/{name}" for name in self.issue_names(newsletter))

    def strays(self, under: Path) -> tuple[Finding, ...]:
        """YAML files below ``under`` that nothing reads: a slip of a name or folder."""
        if not self.folder.is_dir():
            return ()
        findings = []
        for path in sorted((*self.folder.rglob("*.yaml"), *self.folder.rglob("*.yml"))):
            folder, name = path.relative_to(self.folder).parent.as_posix(), path.name
            at_top = folder == "." and name in {"network.yaml", "segments.yaml", PUBLISHED}
            known = at_top or folder.partition("/")[0] in NOT_NEWSLETTERS or folder in self.newsletter_names
            if path.suffix == ".yml":
                findings.append(
                    _stray(self.shown(path), "files that end in .yml are not read", "rename it to .yaml")
                )
            elif not known:
                findings.append(
                    _stray(
                        self.shown(path),
                        "nothing reads this file",
                        "an issue stands in the folder of a newsletter, beside newsletter.yaml",
                    )
                )
        return tuple(
            finding
            for finding in findings
            if finding.place and Path(finding.place.file).resolve().is_relative_to(under)
        )

    def theme(self, named: str | Theme) -> Theme:
        """A theme by the name of its file under templates/themes/, or the colours themselves."""
        if isinstance(named, Theme):
            return named
        for directory in self.templates:
            if (path := directory / "themes" / f"{named}.yaml").is_file():
                return self.read(path, Theme)[1]
        raise KeyError(named)

    @cached_property
    def theme_names(self) -> tuple[str, ...]:
        return tuple(
            sorted(
                {path.stem for directory in self.templates for path in (directory / "themes").glob("*.yaml")}
            )
        )


def find_newsroom(start: Path) -> Path:
    """The nearest folder at or above ``start`` that is a newsroom; InvalidInput if there is none."""
    start = start.resolve()
    for folder in (start, *start.parents):
        if (folder / "newsletters" / "network.yaml").is_file():
            return folder
    message = f"there is no newsroom at or above {start}: no newsletters/network.yaml"
    raise InvalidInput(
        [Finding("no-newsroom", message, "go to your newsroom, or make one: lpdownload init DIR")]
    )


def _bytes_of(path: Path) -> bytes:
    """Of a file that has an end: a named pipe or a device may have none. OSError if it cannot be read."""
    mode = path.stat().st_mode
    if not stat.S_ISREG(mode) and not stat.S_ISDIR(mode):
        raise OSError(errno.EINVAL, "it is a pipe or a device")
    return path.read_bytes()


def _stray(file: str, message: str, hint: str) -> Finding:
    return Finding("stray-file", message, hint, "warning", place=Place(file))
