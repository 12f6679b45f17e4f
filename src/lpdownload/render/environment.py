"""The Jinja environments: a newsroom's own templates first, then the packaged ones; sandboxed and strict.

A newsroom's template is somebody's own file: it is checked when it is loaded (template_check) and can reach
nothing but the values it is given.
"""

import traceback
from collections.abc import Callable, Mapping
from contextlib import suppress
from functools import lru_cache
from pathlib import Path

import yaml
from jinja2 import (
    BaseLoader,
    FileSystemBytecodeCache,
    FileSystemLoader,
    StrictUndefined,
    TemplateNotFound,
    TemplateSyntaxError,
)
from jinja2.bccache import Bucket
from jinja2.environment import Environment, TemplateModule
from jinja2.sandbox import ImmutableSandboxedEnvironment
from platformdirs import user_cache_path

from lpdownload.errors import Finding, InvalidInput, Loc, Place
from lpdownload.model.text import Value


class TemplateDirectories(BaseLoader):
    """Looks for a template in each directory in turn; all but the last are a newsroom's, hence checked."""

    def __init__(self, directories: tuple[Path, ...]) -> None:
        self._own = FileSystemLoader([str(directory) for directory in directories[:-1]])
        self._packaged = FileSystemLoader(str(directories[-1]))

    def get_source(
        self, environment: Environment, template: str
    ) -> tuple[str, str | None, Callable[[], bool] | None]:
        try:
            source, path, fresh = self._own.get_source(environment, template)
        except TemplateNotFound:
            return self._packaged.get_source(environment, template)
        except UnicodeDecodeError:
            raise InvalidInput(
                [Finding("template-encoding", f"template {template} is not UTF-8", "save it as UTF-8")]
            ) from None
        if template.endswith(".mjml.j2"):
            from lpdownload.render.template_check import check_source  # the packaged ones are tested instead

            inside = "mj-wrapper" if template.startswith("sections/") else ""
            findings = check_source(source, path, inside)
            if any(finding.severity == "error" for finding in findings):
                raise InvalidInput(findings)
        return source, path, fresh


class CompiledTemplates(FileSystemBytecodeCache):
    """Templates compiled by an earlier run: compiling those of one issue takes 0.1 s."""

    def dump_bytecode(self, bucket: Bucket) -> None:
        with suppress(OSError):  # a full or read-only disk only makes the next run slower
            super().dump_bytecode(bucket)


def _compiled(kind: str) -> CompiledTemplates | None:
    """In the user's own cache folder, closed to others: who can write there can run code. Else None."""
    folder = user_cache_path("lpdownload", appauthor=False) / "templates"
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError:
        return None
    return CompiledTemplates(str(folder), f"{kind}-%s")


class SandboxedEnvironment(ImmutableSandboxedEnvironment):
    """Jinja's sandbox, with a short way to what templates ask for most: fields of values, labels, macros."""

    def getattr(self, obj: object, attribute: str) -> object:
        kind = type(obj)
        if kind is dict:
            if attribute in obj:  # type: ignore[operator]  # kind says that it is a dict
                return obj[attribute]  # type: ignore[index]
        elif kind is TemplateModule or isinstance(obj, Value):
            if attribute in obj.__dict__:
                return obj.__dict__[attribute] if attribute[0] != "_" else super().getattr(obj, attribute)
            if attribute not in _declared(kind):  # a template for all sections asks each for many things
                return self.undefined(obj=obj, name=attribute)
        return super().getattr(obj, attribute)


_DECLARED: dict[type, frozenset[str]] = {}


def _declared(kind: type) -> frozenset[str]:
    """The names of all attributes that a class gives."""
    if kind not in _DECLARED:
        _DECLARED[kind] = frozenset(dir(kind))
    return _DECLARED[kind]


@lru_cache(maxsize=16)
def environment(directories: tuple[Path, ...], *, markup: bool) -> Environment:
    """For MJML and HTML (``markup``, everything escaped) or for plain text.

    A template is read once: who watches for changes calls ``environment.cache_clear()``.
    """
    return SandboxedEnvironment(
        loader=TemplateDirectories(directories),
        undefined=StrictUndefined,
        autoescape=markup,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=False,
        auto_reload=False,
        bytecode_cache=_compiled("markup" if markup else "plain"),
    )


_YAML = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
"""The one written in C, ten times as fast, where PyYAML was built with it."""


@lru_cache(maxsize=64)
def labels(directories: tuple[Path, ...], language: str) -> Mapping[str, str]:
    """The words templates write by themselves; English where a language has none."""
    labels: dict[str, str] = {}
    for directory in reversed(directories):
        for name in dict.fromkeys(("en", language.partition("-")[0], language)):
            path = directory / "labels" / f"{name}.yaml"
            if path.is_file():
                labels |= _read_labels(path)
    return labels


def _read_labels(path: Path) -> dict[str, str]:
    hint = "lines of key: words, as in the packaged labels/en.yaml"
    try:
        written = yaml.load(path.read_text("utf-8"), _YAML)
    except (UnicodeDecodeError, yaml.YAMLError) as error:
        mark = getattr(error, "problem_mark", None)
        place = Place(str(path), mark.line + 1, mark.column + 1) if mark else Place(str(path))
        raise InvalidInput([Finding("template-labels", "not YAML in UTF-8", hint, place=place)]) from None
    if not isinstance(written, dict):
        raise InvalidInput([Finding("template-labels", "no list of words", hint, place=Place(str(path)))])
    if wrong := [
        str(key) for key, words in written.items() if words is None or isinstance(words, list | dict)
    ]:
        message = f"no words, or more than words: {', '.join(wrong)}"
        raise InvalidInput([Finding("template-labels", message, hint, place=Place(str(path)))])
    return {str(key): str(words) for key, words in written.items()}


def has_labels(directories: tuple[Path, ...], language: str) -> bool:
    """Whether there are words in this language, or the one it is a kind of."""
    names = {language, language.partition("-")[0]}
    return any((folder / "labels" / f"{name}.yaml").is_file() for folder in directories for name in names)


def render_template(
    env: Environment, name: str, values: Mapping[str, object], *, where: str = "", loc: Loc = ()
) -> str:
    """The rendered template; InvalidInput names its file, its line and the section if it is broken."""
    inside = f" (in {where})" if where else ""
    try:
        return env.get_template(name).render(values)
    except InvalidInput:
        raise
    except TemplateNotFound as error:
        raise InvalidInput(
            [Finding("template-missing", f"there is no template {error.name}{inside}", "", loc=loc)]
        ) from None
    except TemplateSyntaxError as error:
        place = Place(error.filename or error.name or name, error.lineno)
        raise InvalidInput(
            [
                Finding(
                    "template-syntax", f"template {error.name}: {error.message}{inside}", loc=loc, place=place
                )
            ]
        ) from None
    except Exception as error:
        # Whatever a template's expression raises is the template's fault: name the line it stands on.
        frames = [
            frame for frame in traceback.extract_tb(error.__traceback__) if frame.filename.endswith(".j2")
        ]
        if not frames:
            raise
        place = Place(frames[-1].filename, frames[-1].lineno or 1)
        message = f"template {Path(place.file).name}: {error}{inside}"
        raise InvalidInput([Finding("template-error", message, loc=loc, place=place)]) from error
