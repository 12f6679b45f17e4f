"""docs/yaml.md: every kind of file and every field, from the models that read them."""

import re
from collections.abc import Iterator, Sequence
from types import UnionType
from typing import Annotated, Literal, Union, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from lpdownload.model.issue import IssueFile, SharedBlock
from lpdownload.model.network import Network
from lpdownload.model.news import NewsFile
from lpdownload.model.newsletter import Newsletter
from lpdownload.model.sections import SECTION_TYPES
from lpdownload.model.sections.base import Section
from lpdownload.model.segment import AllOf, AnyOf, Condition, Named, NotOf, Received, Subscribed, Tagged
from lpdownload.model.text import Value
from lpdownload.model.theme import Theme

FILES: dict[str, type[Value]] = {
    "newsletters/network.yaml": Network,
    "newsletters/NAME/newsletter.yaml": Newsletter,
    "newsletters/NAME/ISSUE.yaml": IssueFile,
    "newsletters/shared/NAME.yaml": SharedBlock,
    "newsletters/news/NAME.yaml": NewsFile,
    "templates/themes/NAME.yaml": Theme,
}
RULES: tuple[type[Value], ...] = (AllOf, AnyOf, NotOf, Named, Subscribed, Received, Tagged, Condition)
HEAD = "| Key | Holds | What it is |\n|---|---|---|"


def reference() -> str:
    """The whole page, Markdown."""
    parts = [
        "<!-- Written by tools/docs.py from the models: change those, then run `make docs`. -->",
        "# Every file and every key",
        "A key in bold must be there. One that is not listed is an error, which names the nearest right one.",
    ]
    for file, model in FILES.items():
        words = summary(model).removeprefix(file).strip(" ,;.")
        parts += [f"## {file}", *([f"{words[0].upper()}{words[1:]}."] if words else [])]
        parts.append(_table(model, _own(model)))
    parts += [
        "## newsletters/segments.yaml",
        "Each segment's name and its rule: a mapping with one of these keys, or an attribute and its "
        "condition; a list of rules stands for `all`, a bare word for the segment of that name.",
        "\n".join([HEAD, *(row for rule in RULES for row in _rows(rule, _own(rule)))]),
    ]
    parts += ["### Condition", *_model(Condition, _own(Condition))]
    parts += ["## Sections", "Keys that every section may have:", _table(Section, list(Section.model_fields))]
    for name, section in SECTION_TYPES.items():
        parts += [f"### {name}", *_model(section, own_fields(section))]
    parts += ["## Parts", "What keys of several files and sections hold."]
    for part in _parts():
        parts += [f"### {part.__name__}", *_model(part, _own(part))]
    return "\n\n".join(parts) + "\n"


def own_fields(section: type[Section]) -> list[str]:
    """A section's keys but ``type`` and those it shares with all, unless it says more about them."""
    return [
        name
        for name, field in section.model_fields.items()
        if name != "type" and (name not in Section.model_fields or field.is_required())
    ]


def summary(model: type[BaseModel]) -> str:
    """The first paragraph of its docstring, in one line."""
    return " ".join((model.__doc__ or "").strip().split("\n\n")[0].split())


def _own(model: type[BaseModel]) -> list[str]:
    return list(model.model_fields)


def _model(model: type[BaseModel], names: Sequence[str]) -> list[str]:
    return [summary(model), *([_table(model, names)] if names else [])]


def _table(model: type[BaseModel], names: Sequence[str]) -> str:
    return "\n".join([HEAD, *_rows(model, names)])


def _rows(model: type[BaseModel], names: Sequence[str]) -> Iterator[str]:
    for name in names:
        field = model.model_fields[name]
        key = f"`{field.alias or name}`"
        shown = f"**{key}**" if field.is_required() else key
        yield f"| {shown} | {_holds(field)} | {(field.description or '').replace('|', chr(92) + '|')} |"


def _holds(field: FieldInfo) -> str:
    """Choices, parts and lists; nothing for plain text, of which the description says what it is."""
    return " or ".join(dict.fromkeys(words for words in _words(field.annotation) if words))


def _words(kind: object) -> Iterator[str]:
    kind = _bare(kind)
    origin, arguments = get_origin(kind), get_args(kind)
    if origin is Literal:
        yield ", ".join(f"`{choice}`" for choice in arguments)
    elif kind is bool:
        yield "`true`, `false`"
    elif origin is tuple:
        inner = " or ".join(dict.fromkeys(word for word in _words(arguments[0]) if word))
        yield f"list of {inner}" if inner else "list"
    elif origin is dict:
        inner = " or ".join(dict.fromkeys(word for word in _words(arguments[1]) if word))
        yield f"mapping to {inner}" if inner else "mapping"
    elif origin in {Union, UnionType}:
        sections = [part for part in arguments if _is_section(part)]
        if sections:
            yield "[section](#sections)"
        else:
            for part in arguments:
                yield from _words(part)
    elif isinstance(kind, type) and issubclass(kind, Value):
        heading = next((file for file, model in FILES.items() if model is kind), kind.__name__)
        yield f"[{kind.__name__}](#{re.sub(r'[^a-z]', '', heading.lower())})"


def _bare(kind: object) -> object:
    while get_origin(kind) is Annotated:
        kind = get_args(kind)[0]
    return kind


def _is_section(kind: object) -> bool:
    return isinstance(kind, type) and issubclass(kind, Section)


def _parts() -> list[type[BaseModel]]:
    """Models within the models of files and sections, by name."""
    found: dict[type[BaseModel], None] = {}
    todo: list[type[BaseModel]] = [*FILES.values(), *SECTION_TYPES.values()]
    while todo:
        for field in todo.pop().model_fields.values():
            for inner in _models_in(field.annotation):
                if inner not in found:
                    found[inner] = None
                    todo.append(inner)
    return sorted(
        (part for part in found if not _is_section(part) and part not in FILES.values()),
        key=lambda part: part.__name__,
    )


def _models_in(kind: object) -> Iterator[type[BaseModel]]:
    kind = _bare(kind)
    if isinstance(kind, type) and issubclass(kind, Value):
        yield kind
    for part in get_args(kind):
        yield from _models_in(part)
