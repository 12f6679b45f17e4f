"""Which issues a command means: NEWSLETTER/ISSUE, a file, a folder, or all."""

from pathlib import Path
from typing import TYPE_CHECKING

from lpdownload.errors import Finding, InvalidInput

if TYPE_CHECKING:
    from lpdownload.content.library import Library


def open_library(arguments: list[str]) -> "Library":
    """The newsroom the arguments are in, or the current folder's."""
    from lpdownload.content.library import Library, find_newsroom
    from lpdownload.settings import load_settings

    first = next((path for argument in arguments if (path := Path(argument)).exists()), None)
    root = find_newsroom(first or Path.cwd())
    return Library(root, load_settings(root))


def chosen(library: "Library", arguments: list[str], everything: bool) -> list[str]:
    """Keys of the issues meant, in order, each once. InvalidInput names those that do not exist."""
    if everything or not arguments:
        return list(library.issue_keys())
    findings: list[Finding] = []
    keys: dict[str, None] = {}
    for argument in arguments:
        found = _keys(library, argument)
        if not found and not _is_inside(library, argument):
            from difflib import get_close_matches

            known = list(library.issue_keys())
            near = get_close_matches(argument, known, 3, 0.5)
            hint = f"did you mean {' or '.join(near)}?" if near else "lpdownload list shows those there are"
            findings.append(Finding("unknown-issue", f"there is no issue {argument}", hint))
        keys |= dict.fromkeys(found)
    if findings:
        raise InvalidInput(findings)
    return list(keys)


def one(library: "Library", argument: str) -> str:
    """The issue that a command for a single one means."""
    keys = chosen(library, [argument], everything=False)
    if len(keys) != 1:
        message = f"{argument} is {len(keys)} issues, not one"
        raise InvalidInput([Finding("one-issue", message, "NEWSLETTER/ISSUE, as in lpny/2024-09")])
    return keys[0]


def _keys(library: "Library", argument: str) -> list[str]:
    known = list(library.issue_keys())
    name = argument.rstrip("/")
    if name in known:
        return [name]
    if name in library.newsletter_names:
        return [key for key in known if key.startswith(f"{name}/")]
    path = Path(argument).resolve()
    if not path.exists():
        return []
    paths = {library.issue_path(*key.split("/", 1)): key for key in known}
    return [key for issue, key in paths.items() if issue == path or issue.is_relative_to(path)]


def _is_inside(library: "Library", argument: str) -> bool:
    """Whether it names a file or folder of the newsletters that is no issue, such as network.yaml."""
    path = Path(argument).resolve()
    return path.exists() and (path.is_relative_to(library.folder) or library.folder.is_relative_to(path))
