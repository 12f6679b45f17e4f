"""JSON Schemas of every kind of file, so that editors complete YAML and check it while it is written.

Draft-07, the newest that the YAML language server of VS Code and its like reads without loss. Wider than
pydantic's in one way: where a file's value is read as text, an editor may see a number (``title: 2024``).
"""

import json
import os
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Final, TypeAlias

from pydantic import BaseModel

from lpdownload.errors import Finding, InvalidInput, Place
from lpdownload.model.issue import IssueFile, SharedBlock
from lpdownload.model.network import Network
from lpdownload.model.news import NewsFile
from lpdownload.model.newsletter import Newsletter
from lpdownload.model.segment import (
    AllOf,
    AnyOf,
    Condition,
    Named,
    NotOf,
    Received,
    Segments,
    Subscribed,
    Tagged,
)
from lpdownload.model.subscriber import ATTRIBUTES
from lpdownload.model.theme import Theme

JsonSchema: TypeAlias = dict[str, object]

_MODELS: Final[dict[str, type[BaseModel]]] = {
    "network": Network,
    "newsletter": Newsletter,
    "issue": IssueFile,
    "shared": SharedBlock,
    "news": NewsFile,
    "segments": Segments,
    "theme": Theme,
}
"""The model by kind of file."""

_FILES: Final[dict[str, list[str]]] = {
    "network": ["newsletters/network.yaml"],
    "newsletter": ["newsletters/*/newsletter.yaml"],
    "issue": [
        "newsletters/*/*.yaml",
        "!newsletters/*/newsletter.yaml",
        "!newsletters/shared/*.yaml",
        "!newsletters/news/*.yaml",
    ],
    "shared": ["newsletters/shared/*.yaml"],
    "news": ["newsletters/news/*.yaml"],
    "segments": ["newsletters/segments.yaml"],
    "theme": ["templates/themes/*.yaml"],
}
"""Globs from the newsroom's folder, as the YAML language server reads them; ! takes files out."""

_DEFINITIONS = "#/definitions/"


def schemas() -> dict[str, JsonSchema]:
    """The schema by kind of file: network, newsletter, issue, shared, news, segments, theme."""
    return {kind: schema(kind) for kind in _MODELS}


@cache
def schema(kind: str) -> JsonSchema:
    """The schema of one kind of file; read only."""
    model = _MODELS[kind]
    written = model.model_json_schema(by_alias=True, ref_template=_DEFINITIONS + "{model}")
    definitions = written.pop("$defs", {})
    body = _segments() if model is Segments else _draft_07(written)
    if definitions and model is not Segments:
        body["definitions"] = {name: _draft_07(part) for name, part in sorted(definitions.items())}
    return {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "$id": f"urn:lpdownload:schema:{kind}",
        "title": f"lpdownload: {kind}",
        "description": _one_line(model.__doc__ or ""),
        **{key: part for key, part in body.items() if key not in {"title", "description"}},
    }


def write_schemas(folder: Path) -> list[Path]:
    """Write ``KIND.schema.json`` for every kind; files that would not change are left untouched.

    A reader sees an old file or a new one, never half of one. Raises InvalidInput if the folder cannot be
    written to.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        return [_write(folder / name, text) for name, text in schema_files().items()]
    except OSError as error:
        message = f"the schemas cannot be written: {error.strerror}"
        hint = "another folder, as in --out schema"
        raise InvalidInput([Finding("not-writable", message, hint, place=Place(str(folder)))]) from None


def schema_files() -> dict[str, str]:
    """File name to text."""
    return {
        f"{kind}.schema.json": json.dumps(written, ensure_ascii=False, indent=2) + "\n"
        for kind, written in schemas().items()
    }


def editor_settings() -> dict[str, object]:
    """What a newsroom's .vscode/settings.json says: which schema is for which files."""
    return {"yaml.schemas": {f"./schema/{kind}.schema.json": globs for kind, globs in _FILES.items()}}


def modeline(kind: str, folder: str) -> str:
    """The comment that tells an editor the schema of a YAML file in ``folder``, counted from the newsroom."""
    up = "../" * len(Path(folder).parts)
    return f"# yaml-language-server: $schema={up}schema/{kind}.schema.json"


def _write(path: Path, text: str) -> Path:
    data = text.encode()
    if not path.is_file() or path.read_bytes() != data:
        part = path.with_name(f".{path.name}.{os.getpid()}")
        try:
            part.write_bytes(data)
            part.replace(path)
        finally:
            part.unlink(missing_ok=True)
    return path


def _draft_07(written: object) -> JsonSchema:
    """A schema of pydantic's, and all inside it, for an editor."""
    assert isinstance(written, dict)
    schema: JsonSchema = {}
    for key, part in written.items():
        match key:
            case "title" | "discriminator" | "default":
                continue  # an editor would write defaults out
            case "description":
                schema[key] = _one_line(part)
            case "properties":
                schema[key] = _properties(part, written)
            case "patternProperties":
                schema[key] = {pattern: _draft_07(inner) for pattern, inner in part.items()}
                schema.setdefault("additionalProperties", False)
            case "items" | "additionalProperties" | "propertyNames" if isinstance(part, dict):
                schema[key] = _draft_07(part)
            case "anyOf" | "oneOf":
                schema["anyOf"] = [_draft_07(option) for option in part]
            case _:
                schema[key] = part
    return _nullable(_text_or_number(schema))


def _properties(written: Mapping[str, object], owner: Mapping[str, object]) -> JsonSchema:
    """``type`` first, described as its model is: an editor shows that beside the word it offers."""
    properties = {name: _draft_07(part) for name, part in written.items()}
    for name in ("type", *(name for name in written if name != "type")):
        if name in properties:
            properties[name] = properties.pop(name)
    kind = properties.get("type", {})
    if "const" in kind and "description" in owner:
        kind["description"] = _one_line(str(owner["description"]))
    return {**properties}


def _text_or_number(schema: JsonSchema) -> JsonSchema:
    """A number is text to our loader. Not where text has a form that no number has."""
    free = schema.get("type") == "string" and not schema.keys() & {"const", "enum", "pattern", "format"}
    return {**schema, "type": ["string", "number"]} if free else schema


def _nullable(schema: JsonSchema) -> JsonSchema:
    """``anyOf: [X, null]`` as X whose types include null, for editors offer what stands at the top."""
    options = schema.get("anyOf")
    if not isinstance(options, list) or len(options) != 2 or options[1] != {"type": "null"}:
        return schema
    inner = options[0]
    if "type" not in inner:
        return schema
    types = inner["type"] if isinstance(inner["type"], list) else [inner["type"]]
    rest = {key: part for key, part in schema.items() if key != "anyOf"}
    choices = {"enum": [*inner["enum"], None]} if "enum" in inner else {}
    return {**inner, "type": [*types, "null"], **choices, **rest}


def _one_line(text: str) -> str:
    return " ".join(text.split())


_RULES = (AllOf, AnyOf, NotOf, Named, Subscribed, Received, Tagged)


def _segments() -> JsonSchema:
    """Segments as they are written, shorthands included: model/segment.py unfolds them before it validates.

    Several keys all hold, so the object needs no ``oneOf``; a key that is none of ours is an attribute.
    """
    rule: JsonSchema = {"$ref": _DEFINITIONS + "Rule"}
    rules: JsonSchema = {"type": "array", "minItems": 1, "items": rule}
    condition: JsonSchema = {"$ref": _DEFINITIONS + "Condition"}
    keys: JsonSchema = {}
    for model in _RULES:
        ((name, field),) = model.model_fields.items()
        key = field.alias or name
        written = {"all": rules, "any": rules, "not": rule}.get(key) or _property(model, key)
        keys[key] = {**written, "description": field.description}
    for attribute, declared in ATTRIBUTES.items():
        choices: list[JsonSchema] = [{"enum": [*declared.choices]}] if declared.choices else []
        keys[attribute] = {
            "anyOf": [*choices, condition],
            "description": f"The subscriber's {attribute.replace('_', ' ')}.",
        }
    segment = _property(Named, "segment")
    word: JsonSchema = {"type": ["string", "number"], "minLength": 1}
    return {
        "type": "object",
        "propertyNames": {key: part for key, part in segment.items() if key != "description"},
        "additionalProperties": rule,
        "definitions": {
            "Rule": {
                "description": "Several keys or a list must all hold; a bare word is another segment's name.",
                "anyOf": [
                    {
                        "type": "object",
                        "minProperties": 1,
                        "properties": keys,
                        "propertyNames": {"minLength": 1},
                        "additionalProperties": condition,
                    },
                    {**segment, "description": "Another segment's name."},
                    rules,
                ],
            },
            "Condition": {
                "description": "What the attribute must be: a value, a list of values, or operators.",
                "anyOf": [
                    {"type": ["string", "number", "boolean"], "minLength": 1},
                    {"type": "array", "minItems": 1, "items": word},
                    {**_draft_07(Condition.model_json_schema(by_alias=True)), "minProperties": 1},
                ],
            },
        },
    }


def _property(model: type[BaseModel], key: str) -> JsonSchema:
    properties = _draft_07(model.model_json_schema(by_alias=True))["properties"]
    assert isinstance(properties, dict)
    return dict(properties[key])
