"""Plain data to models, and pydantic's errors to findings at their places.

pydantic's ``loc`` mixes keys with union tags. Which is which is read off the data: a step that is no key
there is a tag; where a word is both, the value that pydantic complains about decides.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from types import UnionType
from typing import Annotated, Literal, TypeVar, Union, get_args, get_origin

from pydantic import BaseModel, ValidationError
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails

from lpdownload.content.located import Document
from lpdownload.content.wording import Words, choices_in, empty, nearest, shown, suggestion, words_for
from lpdownload.errors import Finding, InvalidInput, Loc

M = TypeVar("M", bound=BaseModel)


def validate(model: type[M], document: Document) -> M:
    """The document as a ``model``. Raises InvalidInput with a finding for everything that is wrong."""
    try:
        return model.model_validate(document.data)
    except ValidationError as error:
        raise InvalidInput(findings_of(error, document, kind=model)) from None


def findings_of(
    error: ValidationError, document: Document, prefix: Loc = (), *, kind: object = None
) -> tuple[Finding, ...]:
    """Findings in the order of the file, for a validation of the part of ``document`` at ``prefix``.

    ``kind`` is the model or annotation that was validated; without it unknown keys get no suggestion. What is
    not in the document, since defaults or overrides were merged in, is placed at its nearest parent.
    """
    data: object = document.data
    for step in prefix:
        data = _child(data, step)[1]
    problems = [_Problem.of(details, data, kind) for details in _flat(error)]
    problems = _without_echoes(problems)
    found = (_finding(problem, document, prefix) for problem in _merged(problems, 0))
    unique = dict.fromkeys(found)
    return tuple(sorted(unique, key=lambda f: (f.place.line, f.place.column) if f.place else (0, 0)))


@dataclass(frozen=True, slots=True)
class _Problem:
    """One error; ``loc`` has no tags, ``branches`` index the steps of ``raw`` that name a union's member."""

    raw: Loc
    loc: Loc
    branches: tuple[int, ...]
    words: Words
    value: object
    at_key: bool = False

    @classmethod
    def of(cls, error: ErrorDetails, data: object, kind: object) -> "_Problem":
        raw, what, given = error["loc"], error["type"], error["input"]
        context = error.get("ctx", {})
        steps = raw[:-1] if what == "missing" or raw[-1:] == ("[key]",) else raw
        kept, value = _resolve(data, steps, given)
        loc: Loc = tuple(raw[i] for i in kept)
        skipped = [i for i in range(len(steps)) if i not in kept and isinstance(raw[i], str)]
        branches = tuple(i for i in skipped if not _is_tag(data, raw, kept, i))
        at_key = raw[-1:] == ("[key]",)
        if what == "missing":
            loc = (*loc, raw[-1])
            words = _missing(str(raw[-1]), keys_at(kind, steps))
        elif what == "extra_forbidden":
            at_key, words = True, _unknown(str(raw[-1]), list(keys_at(kind, raw[:-1])))
        elif what in {"union_tag_invalid", "union_tag_not_found"} and isinstance(given, dict):
            tag = str(context.get("discriminator", "'type'")).strip("'")
            loc = (*loc, tag)
            words = _wrong_tag(tag, given, str(context.get("expected_tags", "")) or _tags_at(kind, raw, tag))
        else:
            words = words_for(error)
            keys = list(keys_at(kind, raw)) if words.wanted == "a group of keys" else []
            if keys and not isinstance(given, dict | list):
                listed = f"write lines of key: value, indented below it; the keys are {', '.join(keys)}"
                words = Words(words.rule, words.message, listed, words.wanted)
        return cls(raw, loc, branches, words, value, at_key)

    @property
    def is_wrong_kind(self) -> bool:
        return bool(self.words.wanted) and self.words.rule in {"wrong-type", "missing-value"}


def keys_at(kind: object, raw: Loc) -> dict[str, FieldInfo]:
    """The keys of the model at ``raw`` (tags included), by their names in YAML; none if there is not one."""
    models = [member for member in _members_at(kind, raw) if _is_model(member)]
    return _fields(models[0]) if len(models) == 1 else {}


def _members_at(kind: object, raw: Loc) -> list[object]:
    members = _members(kind)
    for step in raw:
        tagged = [member for member in members if isinstance(step, str) and _is_named(member, step)]
        inside = [part for member in members for part in _inside(member, step)]
        several = sum(_is_model(member) for member in members) > 1
        members = (tagged or inside) if several else (inside or tagged) or members
    return members


def _members(annotation: object) -> list[object]:
    """The members of a union, of a union in it, and so on, without Annotated and None."""
    origin = get_origin(annotation)
    if origin is Annotated:
        return _members(get_args(annotation)[0])
    if origin in {Union, UnionType}:
        return [m for part in get_args(annotation) if part is not type(None) for m in _members(part)]
    return [annotation]


def _inside(member: object, step: str | int) -> list[object]:
    if _is_model(member):
        field = _fields(member).get(str(step))
        return _members(field.annotation) if field else []
    arguments = [part for part in get_args(member) if part is not Ellipsis]
    if not arguments:
        return []
    return _members(arguments[-1]) if isinstance(step, int) or len(arguments) == 2 else []


def _is_model(member: object) -> bool:
    return isinstance(member, type) and issubclass(member, BaseModel)


def _fields(model: object) -> dict[str, FieldInfo]:
    assert isinstance(model, type)
    assert issubclass(model, BaseModel)
    return {
        field.validation_alias if isinstance(field.validation_alias, str) else name: field
        for name, field in model.model_fields.items()
    }


def _is_named(member: object, tag: str) -> bool:
    if not _is_model(member):
        return False
    literals = (f.annotation for f in _fields(member).values() if get_origin(f.annotation) is Literal)
    return getattr(member, "__name__", "") == tag or any(tag in get_args(literal) for literal in literals)


def _tags_at(kind: object, raw: Loc, discriminator: str) -> str:
    fields = [_fields(m).get(discriminator) for m in _members_at(kind, raw) if _is_model(m)]
    return ", ".join(repr(tag) for field in fields if field for tag in get_args(field.annotation))


def _flat(error: ValidationError, outer: Loc = ()) -> Iterator[ErrorDetails]:
    """The errors, with those of a ValidationError that a validator raised in its stead."""
    for details in error.errors(include_url=False):
        cause = details.get("ctx", {}).get("error")
        loc = (*outer, *details["loc"])
        if isinstance(cause, ValidationError):
            yield from _flat(cause, loc)
        elif not _is_follow_up(details):
            yield {**details, "loc": loc}


def _is_follow_up(details: ErrorDetails) -> bool:
    """pydantic counts only the entries that are right: a list of one wrong entry is "too short" as well."""
    given = details["input"]
    long_enough = isinstance(given, list | dict) and len(given) >= details.get("ctx", {}).get("min_length", 0)
    return details["type"] == "too_short" and long_enough


def _resolve(data: object, raw: Loc, given: object) -> tuple[tuple[int, ...], object]:
    """Which steps of ``raw`` are in ``data``, and the value they lead to: if possible ``given`` itself."""
    first: tuple[tuple[int, ...], object] | None = None
    for way in _ways(data, raw, 0):
        first = first or way
        if way[1] is given:
            return way
    assert first is not None
    return first


def _ways(value: object, raw: Loc, start: int) -> Iterator[tuple[tuple[int, ...], object]]:
    if start == len(raw):
        yield (), value
        return
    step = raw[start]
    present, child = _child(value, step)
    may_be_tag = not present or (isinstance(value, dict) and value.get("type") == step)
    if may_be_tag:
        yield from _ways(value, raw, start + 1)
    if present:
        for kept, last in _ways(child, raw, start + 1):
            yield (start, *kept), last


def _child(value: object, step: str | int) -> tuple[bool, object]:
    """Whether the step is in the data, and what it leads to."""
    if isinstance(value, dict):
        return step in value, value.get(step)
    if isinstance(value, list) and isinstance(step, int) and step < len(value):
        return True, value[step]
    return False, None


def _is_tag(data: object, raw: Loc, kept: tuple[int, ...], index: int) -> bool:
    """True if the step is the value of a key there, as a discriminator's is; else it names a member."""
    for i in kept:
        if i < index:
            data = _child(data, raw[i])[1]
    return isinstance(data, dict) and any(value == raw[index] for value in data.values())


def _merged(problems: list[_Problem], level: int) -> Iterator[_Problem]:
    """The problems, with those of all members of a union replaced by those of the likeliest."""
    unions: dict[Loc, dict[str | int, list[_Problem]]] = {}
    for problem in problems:
        if len(problem.branches) > level:
            at = problem.branches[level]
            unions.setdefault(problem.raw[:at], {}).setdefault(problem.raw[at], []).append(problem)
        else:
            yield problem
    for members in unions.values():
        yield from _likeliest([list(_merged(found, level + 1)) for found in members.values()])


def _likeliest(members: list[list[_Problem]]) -> list[_Problem]:
    fitting = [found for found in members if not any(p.is_wrong_kind and len(found) == 1 for p in found)]
    if len(members) == 1:
        return members[0]
    if not fitting:
        first = members[0][0]
        wanted = " or ".join(dict.fromkeys(found[0].words.wanted for found in members))
        hints = "; or ".join(dict.fromkeys(h for found in members if (h := found[0].words.hint)))
        words = first.words
        if words.rule == "missing-value":
            words = empty(wanted, "")
        else:
            message = words.message.replace(f"should be {words.wanted}", f"should be {wanted}", 1)
            words = Words(words.rule, message, hints, wanted)
        return [_Problem(first.raw, first.loc, (), words, first.value)]
    best = min(fitting, key=len)
    alike = [found[0] for found in fitting if len(found) == 1 and found[0].loc == best[0].loc]
    if len(best) == 1 and len(alike) > 1:
        hints = "; or ".join(dict.fromkeys(p.words.hint for p in alike if p.words.hint))
        words = Words(best[0].words.rule, best[0].words.message, hints)
        return [_Problem(best[0].raw, best[0].loc, (), words, best[0].value, best[0].at_key)]
    return best


def _finding(problem: _Problem, document: Document, prefix: Loc) -> Finding:
    loc = (*prefix, *problem.loc)
    words = problem.words
    return Finding(
        words.rule, words.message, words.hint, loc=loc, place=document.place(loc, key=problem.at_key)
    )


def _missing(key: str, keys: dict[str, FieldInfo]) -> Words:
    description = keys[key].description if key in keys else None
    hint = f"add a line {key}: with its value" + (f"; {description}" if description else "")
    return Words("missing-key", f"the key {key} is missing", hint.rstrip("."))


def _unknown(key: str, keys: list[str]) -> Words:
    near = nearest(key, keys)
    if near:
        hint = f"did you mean {near}?"
    else:
        hint = f"the keys here are {', '.join(keys)}" if keys else "correct its spelling, or delete it"
    return Words("unknown-key", f"there is no key {shown(key)} here", hint)


def _without_echoes(problems: list[_Problem]) -> list[_Problem]:
    """A mistyped key is one slip: not also a missing key, where the hint names the one that is meant."""
    meant = {
        (*problem.loc[:-1], problem.words.hint) for problem in problems if problem.words.rule == "unknown-key"
    }
    return [
        problem
        for problem in problems
        if problem.words.rule != "missing-key"
        or (*problem.loc[:-1], f"did you mean {problem.loc[-1]}?") not in meant
    ]


def _wrong_tag(tag: str, given: dict[str, object], expected: str) -> Words:
    choices = choices_in(expected) if expected else []
    if tag not in given:
        near = nearest(tag, given)
        hint = f"you wrote {near}" if near else suggestion(None, choices, "write one of")
        return Words("missing-key", f"the key {tag} is missing", hint)
    if given[tag] is None:
        return Words("missing-value", "has no value", suggestion(None, choices, "write one of"))
    hint = suggestion(given[tag], choices, f"the words for {tag} are")
    return Words("unknown-type", f"there is no {tag} {shown(given[tag])}", hint)
