"""A section to be written: an example's required keys, with words in them that tell what to write.

What must stand there is read off the JSON Schema, so that a new section type needs nothing here.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final, cast

import yaml

from lpdownload.content.schema import JsonSchema
from lpdownload.model.sections import SECTION_TYPES
from lpdownload.model.sections.base import Section
from lpdownload.model.text import PLACEHOLDER

PLACEHOLDER_URL: Final = "https://example.org/replace-this"

_SOON = timedelta(days=14)
_DAY = re.compile(r"(\d{4}-\d\d-\d\d)([ T]\d\d:\d\d)?")
_LONG = 500
_LOOKING_BACK = frozenset({"event_recap", "resource", "in_the_news", "press_release", "blog_post"})


@dataclass(frozen=True, slots=True)
class Facts:
    """What the newsletter knows already."""

    today: date
    timezone: str
    entity: str
    email: str


def placeholder(description: str) -> str:
    return f"{PLACEHOLDER} – {description[:1].lower()}{description[1:].rstrip('.')}"


def draft_section(
    kind: str, example: Mapping[str, object], definitions: Mapping[str, JsonSchema], facts: Facts
) -> str:
    """A section of type ``kind`` as lines of YAML, a list item: required keys, and the others as comments.

    ``example`` has all of the type's own keys; ``definitions`` are those of the issue's schema. Days keep
    their distance; the first is two weeks from now, or the last is today in a section that looks back.
    """
    model = SECTION_TYPES[kind]
    draft = _Draft(definitions, facts, _delay(kind, example, facts.today))
    schema = definitions[model.__name__]
    written = draft.mapping(schema, example)
    lines = [f"- type: {kind}", *_indented(to_yaml(written), "  ")]
    properties = cast(dict[str, JsonSchema], schema["properties"])
    for key in properties:
        if key not in written and key not in Section.model_fields and key in example and key != "type":
            optional = {key: draft.moved(example[key])}
            lines += _indented(to_yaml(optional), "  # ")
    return "\n".join(lines) + "\n"


@dataclass(frozen=True, slots=True)
class _Draft:
    definitions: Mapping[str, JsonSchema]
    facts: Facts
    delay: timedelta

    def mapping(self, schema: JsonSchema, example: Mapping[str, object]) -> dict[str, object]:
        """The required keys, and of keys that stand for each other the first that the example has."""
        properties = cast(dict[str, JsonSchema], schema["properties"])
        needed = {*cast(list[str], schema.get("required", []))} - {"type"}
        options = cast(list[dict[str, list[str]]], schema.get("anyOf", []))
        needed.update(*[option["required"] for option in options if option["required"][0] in example][:1])
        return {key: self.value(properties[key], example[key], key) for key in properties if key in needed}

    def value(self, schema: JsonSchema, example: object, key: str) -> object:
        described = str(schema.get("description", key))
        schema = self._inside(schema, example)
        if isinstance(example, Mapping):
            return self.mapping(schema, example)
        if isinstance(example, list):
            item = cast(JsonSchema, schema["items"])
            return [self.value({"description": described, **item}, example[0], key)]
        if key == "timezone":
            return self.facts.timezone
        if key == "entity":
            return self.facts.entity
        if schema.get("format") == "email":
            return self.facts.email
        text = str(example)
        if text.startswith("https://"):
            return PLACEHOLDER_URL + (".png" if key == "src" else "")
        if "const" in schema or "enum" in schema or _DAY.fullmatch(text) or "string" not in _types(schema):
            return self.moved(example)
        words = placeholder(described)
        # On a line of its own after |, where an author may write whatever they like without quotes.
        return words + "\n" if cast(int, schema.get("maxLength", 0)) > _LONG else words

    def moved(self, example: object) -> object:
        """The example with every day in it moved into the future."""
        if isinstance(example, Mapping):
            return {key: self.moved(part) for key, part in example.items()}
        if isinstance(example, list):
            return [self.moved(part) for part in example]
        if isinstance(example, str) and (day := _DAY.fullmatch(example)):
            return f"{date.fromisoformat(day[1]) + self.delay}{day[2] or ''}"
        return example

    def _inside(self, schema: JsonSchema, example: object) -> JsonSchema:
        """The schema behind a reference, and of several the one for this kind of value."""
        if "$ref" in schema:
            return self.definitions[str(schema["$ref"]).rpartition("/")[2]]
        if "anyOf" in schema and "properties" not in schema:
            options = [self._inside(option, example) for option in cast(list[JsonSchema], schema["anyOf"])]
            of_keys = "object" if isinstance(example, Mapping) else "string"
            wanted = "array" if isinstance(example, list) else of_keys
            return next(option for option in options if wanted in _types(option))
        return schema


def _types(schema: JsonSchema) -> list[str]:
    types = schema.get("type", [])
    return types if isinstance(types, list) else [str(types)]


def _delay(kind: str, example: object, today: date) -> timedelta:
    """How far to move an example's days."""
    days = sorted(_days(example))
    if not days:
        return timedelta()
    return today - days[-1] if kind in _LOOKING_BACK else today + _SOON - days[0]


def _days(example: object) -> list[date]:
    if isinstance(example, Mapping | list):
        parts = example.values() if isinstance(example, Mapping) else example
        return [day for part in parts for day in _days(part)]
    found = _DAY.fullmatch(example) if isinstance(example, str) else None
    return [date.fromisoformat(found[1])] if found else []


def _indented(text: str, prefix: str) -> list[str]:
    return [f"{prefix}{line}".rstrip() for line in text.splitlines()]


class _Dumper(yaml.SafeDumper):
    """Writes for our own reader, to which only true, false and null are more than text."""

    yaml_implicit_resolvers = {
        first: [(tag, pattern) for tag, pattern in resolvers if tag.rpartition(":")[2] in {"bool", "null"}]
        for first, resolvers in yaml.SafeDumper.yaml_implicit_resolvers.items()
    }

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:  # noqa: ARG002
        super().increase_indent(flow, False)


def _represent_text(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style="|" if "\n" in text else None)


_Dumper.add_representer(str, _represent_text)


def to_yaml(value: Mapping[str, object]) -> str:
    """Block YAML; texts of several lines after |."""
    if not value:
        return ""
    return yaml.dump(dict(value), Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=100)
