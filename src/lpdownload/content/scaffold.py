"""New newsrooms and new issues, as text that loads and renders at once.

A newsroom's files are templates/newsroom/. In their names ``dot-`` stands for ``.``, so that our own git and
build do not obey them, and ``PERIOD`` for the issue's period. Those that end in ``.j2`` are Jinja, with
``<< >>`` because ``{{ }}`` are merge fields.
"""

import json
import os
from collections.abc import Iterator
from contextlib import suppress
from datetime import date, timedelta
from pathlib import Path

from lpdownload.content.library import Library
from lpdownload.content.located import parse
from lpdownload.content.next_issue import LastIssue, head, last_issue, next_name
from lpdownload.content.placeholders import Facts, draft_section, placeholder
from lpdownload.content.references import require
from lpdownload.content.schema import JsonSchema, editor_settings, modeline, schema, schema_files
from lpdownload.errors import Finding, InvalidInput, Place
from lpdownload.model.issue import IssueFile
from lpdownload.model.newsletter import Newsletter
from lpdownload.model.sections import SECTION_TYPES
from lpdownload.model.sections.structure import Shared
from lpdownload.model.text import PLACEHOLDER
from lpdownload.packaged import packaged_templates
from lpdownload.settings import env_example

_ONE_OFFS = frozenset({"in_memoriam"})
"""Sections that the next issue does not have because the last one had them."""

_COMMON = "heading, emoji, id, lang, entity, visible_to, only, topics"


def init_newsroom(folder: Path, *, today: date, name: str = "Example Network") -> list[Path]:
    """Make a newsroom in ``folder``, which may exist and hold other things. The files made, in order.

    Raises InvalidInput with a finding for each file that is there already, or if the folder cannot be written
    to; then nothing has been made.
    """
    files = {folder / path: data for path, data in _newsroom_files(name, today)}
    in_the_way = [finding for path in files if (finding := _obstacle(path, folder))]
    if in_the_way:
        raise InvalidInput(dict.fromkeys(in_the_way))
    made: list[Path] = []
    try:
        for path, data in files.items():
            _make_folder(path.parent, made)
            with path.open("xb") as file:
                made.append(path)
                file.write(data)
    except BaseException as error:
        for path in reversed(made):
            with suppress(OSError):
                path.rmdir() if path.is_dir() else path.unlink()
        if isinstance(error, OSError):
            message = f"the newsroom cannot be written: {error.strerror}"
            raise InvalidInput([Finding("not-writable", message, place=Place(str(folder)))]) from None
        raise
    return list(files)


def new_issue(library: Library, newsletter: str, *, today: date, name: str | None = None) -> Path:
    """Write the next issue of a newsletter, with its usual sections to be filled in; the file made.

    Raises InvalidInput if there is no such newsletter, if the name is no good or taken, and with everything
    that is wrong in network.yaml, newsletter.yaml and the shared blocks it would use.
    """
    require("newsletter", newsletter, library.newsletter_names)
    settings = library.newsletter(newsletter)[1]
    last = last_issue(library, newsletter, settings.cadence)
    name = name or next_name(settings.cadence, last.day if last else None, today)
    lines = head(name, today)
    text = "\n".join(
        [
            modeline("issue", f"newsletters/{newsletter}"),
            f'# Write over everything that says "{PLACEHOLDER}". What stands after # is not sent: take the #',
            f"# away from what you need. Then: lpdownload check {newsletter}/{name}",
            lines,
            *([] if "date:" in lines else ["# date: the day it goes out, as in 2024-10-16"]),
            *(["first_issue: true"] if last is None else []),
            "highlights:",
            f"  - {placeholder('what the subject line promises, in a few words')}",
            "# more: true",
            f"preheader: {placeholder('one short real sentence for inbox and news page')}",
            "",
            "sections:",
            f"  # Every section may also have: {_COMMON}.",
            *_sections(library, settings, last, today),
        ]
    )
    path = library.issue_path(newsletter, name)
    try:
        with path.open("x", encoding="utf-8", newline="\n") as file:
            file.write(text)
    except FileExistsError:
        hint = "give the new one another name: --name convening-special"
        raise InvalidInput(
            [Finding("file-exists", "this issue is there already", hint, place=Place(library.shown(path)))]
        ) from None
    return path


def _sections(library: Library, settings: Newsletter, last: LastIssue | None, today: date) -> Iterator[str]:
    network = library.network
    facts = Facts(
        today=today,
        timezone=settings.timezone,
        entity=settings.entity or network.default_entity,
        email=network.press_email or (settings.reply_to or settings.sender).email,
    )
    definitions = schema("issue")["definitions"]
    assert isinstance(definitions, dict)
    written = last.written if last else None
    blocks = _blocks(library, written, today)
    for kind in _kinds(settings, written):
        if kind != "shared":
            yield _indented(_section(kind, definitions, facts))
        elif block := next(blocks, None):
            yield _indented(f"- type: shared\n  ref: {block}\n")


def _kinds(settings: Newsletter, written: IssueFile | None) -> list[str]:
    """The newsletter's usual sections if it names them, or else those of its last issue."""
    if "usual_sections" in settings.model_fields_set or written is None:
        return [*settings.usual_sections]
    kind_of = {model: kind for kind, model in SECTION_TYPES.items() if kind not in _ONE_OFFS}
    return [kind_of[type(section)] for section in written.sections if type(section) in kind_of] or [
        *settings.usual_sections
    ]


def _blocks(library: Library, written: IssueFile | None, today: date) -> Iterator[str]:
    """Shared blocks that may still be used: those of the last issue in their order, and then the others."""
    used = [section.ref for section in written.sections if isinstance(section, Shared)] if written else []
    for name in dict.fromkeys([*used, *library.shared_names]):
        if name in library.shared_names and "." not in name:
            expires = library.shared(name)[1].expires
            if expires is None or expires > today:
                yield name


def _section(kind: str, definitions: dict[str, JsonSchema], facts: Facts) -> str:
    path = packaged_templates() / "examples" / f"{kind}.yaml"
    return draft_section(kind, parse(path.read_bytes(), str(path)).data, definitions, facts)


def _indented(text: str) -> str:
    return "".join(f"  {line}\n" for line in text.splitlines())


def _newsroom_files(name: str, today: date) -> Iterator[tuple[str, bytes]]:
    """Every file of a new newsroom: its path from the newsroom's folder, and what is in it."""
    from jinja2 import Environment, StrictUndefined

    environment = Environment(
        variable_start_string="<<",
        variable_end_string=">>",
        undefined=StrictUndefined,
        keep_trailing_newline=True,
        autoescape=False,
    )
    environment.filters["yaml"] = _quoted
    values = {"name": name, "period": f"{today:%Y-%m}", "event_day": f"{today + timedelta(days=21)}"}
    source = packaged_templates() / "newsroom"
    for path in sorted(path for path in source.rglob("*") if path.is_file()):
        target = path.relative_to(source).as_posix().replace("dot-", ".").replace("PERIOD", values["period"])
        if target.endswith(".j2"):
            text = environment.from_string(path.read_text(encoding="utf-8")).render(values)
            yield target.removesuffix(".j2"), text.encode()
        else:
            yield target, path.read_bytes()
    yield ".env.example", env_example().encode()
    yield ".vscode/settings.json", (json.dumps(editor_settings(), indent=2) + "\n").encode()
    for file, text in schema_files().items():
        yield f"schema/{file}", text.encode()


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def _obstacle(path: Path, folder: Path) -> Finding | None:
    """What is in the way of making the file at ``path``."""
    if os.path.lexists(path):
        hint = "move it away, or make the newsroom in another folder"
        return Finding("file-exists", "this file is there already", hint, place=Place(str(path)))
    for parent in (folder, *(folder / part for part in reversed(path.relative_to(folder).parents))):
        if os.path.lexists(parent) and not parent.is_dir():
            return Finding("file-exists", "this should be a folder, but is a file", place=Place(str(parent)))
    return None


def _make_folder(folder: Path, made: list[Path]) -> None:
    missing = [parent for parent in (folder, *folder.parents) if not parent.exists()]
    for parent in reversed(missing):
        parent.mkdir()
        made.append(parent)
