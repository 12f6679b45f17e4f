"""Small newsrooms in a temporary folder, and what their sections say, for tests of whole renders."""

import re
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path

import yaml
from PIL import Image as Pillow

from lpdownload.content.issues import load_issue
from lpdownload.content.library import Library
from lpdownload.model.sections import SECTION_TYPES
from lpdownload.model.sections.base import Section, walk_models
from lpdownload.packaged import packaged_templates
from lpdownload.render import dates
from lpdownload.render.draft import Draft, begin
from lpdownload.render.markdown import block_tokens

SAMPLES = Path(__file__).parent / "samples"

NETWORK = {
    "name": "Local Network",
    "about": "We are *local* officials.",
    "entities": {
        "one": {
            "name": "Network One",
            "postal_address": ["1 Main St", "Denver, CO"],
            "disclaimer": "A sample.",
        },
        "local-progress": {"name": "Network Two", "postal_address": ["2 Main St"], "disclaimer": "Of two."},
        "impact-lab": {"name": "Network Lab", "postal_address": ["3 Main St"]},
    },
    "default_entity": "one",
    "public_url": "https://news.example.org",
    "unsubscribe_email": "stop@example.org",
    "social": [{"network": "Mastodon", "url": "https://example.org/@network"}],
}
NEWSLETTER = {
    "name": "LPXX Download",
    "kind": "chapter",
    "chapter": "XX",
    "topics": ["housing"],
    "emoji": "📣",
    "emoji_place": "trail",
    "cadence": "monthly",
    "timezone": "America/New_York",
    "sender": {"name": "LPXX", "email": "xx@example.org"},
    "why": "You signed up.",
}
ISSUE = {
    "period": "2024-09",
    "highlights": ["One road", "Two roads"],
    "more": True,
    "preheader": "What happened in September.",
    "date": "2024-09-18",
}


def every_section() -> list[dict[str, object]]:
    """One section of each type, every field filled in."""
    sections: list[dict[str, object]] = yaml.load(
        (SAMPLES / "every_section.yaml").read_text("utf-8"), yaml.BaseLoader
    )
    return sections


def examples() -> list[dict[str, object]]:
    """The examples that travel with the templates, for all readers and media; a shared block needs a file."""
    paths = sorted((packaged_templates() / "examples").glob("*.yaml"))
    read = (yaml.load(path.read_text("utf-8"), yaml.BaseLoader) for path in paths)
    return [
        {name: value for name, value in section.items() if name not in {"visible_to", "only"}}
        for section in read
        if section["type"] not in {"shared", "footer"}
    ]


def least(section: dict[str, object]) -> dict[str, object]:
    """The section without all that it need not have."""
    fields = SECTION_TYPES[str(section["type"])].model_fields
    required = {name for name, field in fields.items() if field.is_required()}
    return {name: value for name, value in section.items() if name in {*required, "type", "venue", "virtual"}}


# fmt: off
_SILENT = frozenset({
    "type", "id", "src", "kind", "position", "style", "timezone", "display_zones", "visible_to", "only",
    "entity", "topics", "lang", "columns", "calendar", "decorative", "utm", "to_be_announced",
    "width", "height", "start", "end",
})
# fmt: on


def sayings(section: Section, *, but: frozenset[str] = frozenset()) -> Iterator[str]:
    """Every text, address and date that a reader of the section must find, Markdown without its marks."""
    for model, _ in walk_models(section):
        for name, value in model.__dict__.items():
            if name in _SILENT | but:
                continue
            for part in value if isinstance(value, tuple) else (value,):
                if isinstance(part, str):
                    yield from [part] if part.startswith(("http", "mailto")) else _words(part)
                elif isinstance(part, date) and not isinstance(part, datetime):
                    yield dates.day(part, "en")
                elif isinstance(part, int) and not isinstance(part, bool):
                    yield str(part)


def _words(markdown: str) -> Iterator[str]:
    for token in block_tokens(re.sub(r"<[^>]*>", "\n\n", markdown)):
        for child in token.children or ():
            if child.type == "text":
                yield child.content
            elif child.type == "link_open":
                yield str(child.attrs["href"])


def squeezed(text: str) -> str:
    """Letters and digits alone, so that wrapping and marks do not matter."""
    return re.sub(r"[\W_]+", "", text).casefold()


def draft_of(
    root: Path,
    sections: list[dict[str, object]],
    *,
    network: dict[str, object] | None = None,
    newsletter: dict[str, object] | None = None,
    variant: frozenset[str] = frozenset(),
    **issue: object,
) -> Draft:
    """The draft of the one issue ``xx/2024-09`` of a newsroom made in ``root``."""
    folder = root / "newsletters" / "xx"
    folder.mkdir(parents=True, exist_ok=True)
    for name in ("skyline", "street", "houses"):
        Pillow.new("RGB", (1200, 675), "#446688").save(folder / f"{name}.png")
    _write(root / "newsletters" / "network.yaml", {**NETWORK, **(network or {})})
    _write(folder / "newsletter.yaml", {**NEWSLETTER, **(newsletter or {})})
    _write(folder / "2024-09.yaml", {**ISSUE, "sections": sections, **issue})
    _write(root / "newsletters" / "segments.yaml", {"members": {"role": "elected"}})
    library = Library(root)
    loaded = load_issue(library, "xx/2024-09")
    return begin(loaded.issue, library.root, library.templates, variant)


def _write(path: Path, value: object) -> None:
    path.write_text(yaml.safe_dump(value, allow_unicode=True, sort_keys=False), "utf-8")
