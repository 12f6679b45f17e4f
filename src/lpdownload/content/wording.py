"""pydantic's errors in an organiser's words: what is wrong, and what to write instead."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches
from typing import get_args

from pydantic_core import ErrorDetails
from pydantic_core.core_schema import ErrorType

_PYDANTIC_TYPES = frozenset(get_args(ErrorType))
_QUOTED = re.compile(r"'((?:[^'\\]|\\.)*)'")

_LIST = ("a list", "start each item on a line of its own with '- '")
_KEYS = ("a group of keys", "write lines of key: value, indented below it")
_WANTED = {
    "string": ("text", ""),
    "list": _LIST,
    "tuple": _LIST,
    "set": _LIST,
    "frozen_set": _LIST,
    "iterable": _LIST,
    "dict": _KEYS,
    "mapping": _KEYS,
    "model": _KEYS,
    "model_attributes": _KEYS,
    "dataclass": _KEYS,
    "int": ("a whole number", "write digits only, as in 300"),
    "float": ("a number", "as in 12.5"),
    "decimal": ("a number", "as in 12.5"),
    "bool": ("true or false", "write true or false, without quotes"),
    "date": ("a date", "year-month-day, as in 2024-10-10"),
    "datetime": ("a date and time", "year-month-day hour:minute, as in 2024-10-10 18:00"),
    "time": ("a time", "hour:minute, as in 18:30"),
    "url": ("a web address", "write it in full, as in https://example.org/page"),
}
_FAMILY = re.compile(rf"({'|'.join(_WANTED)})_(?:type|parsing|parsing_size|from_\w+|scheme|syntax_violation)")
_CONTAINERS = {"a list", "a group of keys"}
_LIMITS = {
    "greater_than": ("more than", "gt"),
    "greater_than_equal": ("at least", "ge"),
    "less_than": ("less than", "lt"),
    "less_than_equal": ("at most", "le"),
    "multiple_of": ("a multiple of", "multiple_of"),
}


@dataclass(frozen=True, slots=True)
class Words:
    """A finding without its place; ``wanted`` names the kind of value where a wrong kind is the trouble."""

    rule: str
    message: str
    hint: str = ""
    wanted: str = ""


def words_for(error: ErrorDetails) -> Words:
    """Plain words for any error but missing and unknown keys, which need to know the model."""
    kind, given, context = error["type"], error["input"], error.get("ctx", {})
    family = _FAMILY.fullmatch(kind)
    if family:
        return _wrong_kind(*_WANTED[family[1]], given)
    if kind in {"literal_error", "enum"}:
        return _not_a_choice(given, choices_in(str(context.get("expected", ""))))
    if kind in _LIMITS:
        words, name = _LIMITS[kind]
        return Words("bad-value", f"should be {words} {context.get(name)}, but is {shown(given)}")
    if kind in {"string_too_short", "too_short", "string_too_long", "too_long"}:
        return _wrong_size(kind, given, context)
    if kind == "string_pattern_mismatch":
        return Words(
            "bad-value", f"not in the right form: {shown(given)}", f"its pattern is {context.get('pattern')}"
        )
    message = error["msg"]
    for prefix in ("Value error, ", "Assertion failed, "):
        message = message.removeprefix(prefix)
    message = re.sub(r"^(?:Input|Value|Date|Datetime|Time) should", "should", message)
    hint = str(context.get("hint", ""))
    if not hint and "email address" in message:
        hint = "as in press@example.org"
    own = kind not in _PYDANTIC_TYPES and re.fullmatch(r"[a-z]+(?:-[a-z]+)*", kind)
    return Words(kind if own else "bad-value", message, hint)


def nearest(word: str, choices: Iterable[str]) -> str | None:
    """The choice that ``word`` was most likely meant to be, if one is near."""
    plain = {re.sub(r"[\s_-]+", "_", choice.lower()): choice for choice in choices}
    near = get_close_matches(re.sub(r"[\s_-]+", "_", word.strip().lower()), plain, 1, 0.6)
    return plain[near[0]] if near else None


def suggestion(word: object, choices: list[str], all_words: str) -> str:
    """``did you mean …``, where one is near, and then all choices."""
    near = nearest(word, choices) if isinstance(word, str) else None
    listed = f"{all_words} {', '.join(choices)}"
    return f"did you mean {near}? {listed[:1].upper()}{listed[1:]}" if near else listed


def choices_in(expected: str) -> list[str]:
    """pydantic's ``'a', 'b' or 'c'`` as a list."""
    return _QUOTED.findall(expected) or re.split(r", | or ", expected)


def shown(value: object) -> str:
    """A value as an organiser would recognise it, shortened."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return value if len(value) <= 60 else value[:57] + "..."
    return kind_of(value)


def kind_of(value: object) -> str:
    if value is None:
        return "nothing"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dict):
        return "a group of keys"
    if isinstance(value, list | tuple):
        return "a list"
    return "text" if isinstance(value, str) else str(value)


def empty(wanted: str, hint: str) -> Words:
    """A key with nothing after its colon."""
    return Words(
        "missing-value", "has no value", f"it should be {wanted}" + (f": {hint}" if hint else ""), wanted
    )


def _wrong_kind(wanted: str, hint: str, given: object) -> Words:
    if given is None:
        return empty(wanted, hint)
    if wanted == "text" and isinstance(given, bool):
        word = shown(given)
        return Words(
            "wrong-type", f"should be text, but {word} means yes or no", f'put it in quotes: "{word}"', wanted
        )
    if isinstance(given, str) and wanted not in _CONTAINERS:
        return Words("bad-value", f"should be {wanted}, but is {shown(given)}", hint)
    if isinstance(given, dict) and wanted not in _CONTAINERS:
        hint = f"write {wanted} after the colon, in quotes if it holds a colon or a bracket"
    elif isinstance(given, list) and wanted not in _CONTAINERS:
        hint = f"write {wanted} after the colon, without '- ' or brackets"
    elif isinstance(given, list):
        hint = "write its keys without '- ' before them"
    return Words("wrong-type", f"should be {wanted}, but is {kind_of(given)}", hint, wanted)


def _not_a_choice(given: object, choices: list[str]) -> Words:
    hint = suggestion(given, choices, "write one of" if len(choices) > 1 else "write")
    if given is None:
        return Words("missing-value", "has no value", hint)
    if isinstance(given, bool) and shown(given) in choices:
        return Words(
            "wrong-type", f"{shown(given)} without quotes means yes or no", f'write "{shown(given)}"'
        )
    if isinstance(given, dict | list):
        message = f"should be one of the words allowed here, but is {kind_of(given)}"
        return Words("wrong-type", message, hint, "one of the words allowed here")
    return Words("bad-value", f"not one of the words allowed here: {shown(given)}", hint)


def _wrong_size(kind: str, given: object, context: dict[str, object]) -> Words:
    is_text = kind.startswith("string")
    size = len(given) if isinstance(given, str | list | tuple | dict) else context.get("actual_length", 0)
    unit = "characters" if is_text else "entries"
    if kind.endswith("short"):
        if not size or (isinstance(given, str) and not given.strip()):
            return Words("missing-value", "is empty", "write something, or delete the key")
        least = context.get("min_length")
        return Words("bad-value", f"too short: {size} {unit}", f"it needs at least {least}")
    return Words("bad-value", f"too long: {size} {unit}", f"at most {context.get('max_length')} fit")
