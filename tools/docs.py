"""Writes what the documentation says about the code, from the code: README's tables and sample mistake,
docs/yaml.md, docs/checks.md, the reasons in docs/audience.md, the services in docs/providers.md,
.env.example.

    python tools/docs.py           write
    python tools/docs.py --check   only say what differs; exit code 1 if something does
"""

import argparse
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import typer

from check_reference import check_reference
from lpdownload.cli.app import app
from lpdownload.content.scaffold import init_newsroom
from lpdownload.model.audience import EXCLUSIONS
from lpdownload.model.sections import SECTION_TYPES
from lpdownload.providers import account, matrix
from lpdownload.settings import PROVIDERS, env_example
from yaml_reference import own_fields, reference, summary

ROOT = Path(__file__).resolve().parent.parent
_BLOCK = re.compile(r"(<!-- generated:(\w+) -->\n).*?(<!-- /generated -->)", re.DOTALL)


def documents() -> dict[str, str]:
    """The text that each file should have, by its path from the top of the checkout."""
    return {
        "README.md": readme((ROOT / "README.md").read_text("utf-8")),
        "docs/yaml.md": reference(),
        "docs/checks.md": check_reference(),
        "docs/audience.md": audience((ROOT / "docs" / "audience.md").read_text("utf-8")),
        "docs/providers.md": providers((ROOT / "docs" / "providers.md").read_text("utf-8")),
        ".env.example": env_example() + account.env_example(),
    }


def readme(text: str) -> str:
    """README with its generated blocks as they should be."""
    blocks = {"commands": commands(), "sections": sections(), "mistake": mistake(text)}
    return _BLOCK.sub(lambda block: f"{block[1]}{blocks[block[2]]}\n{block[3]}", text)


def audience(text: str) -> str:
    """docs/audience.md with its generated block as it should be."""
    rows = ["| Reason | In words |", "|---|---|"]
    rows += [f"| `{reason}` | {words} |" for reason, words in EXCLUSIONS.items()]
    return _BLOCK.sub(lambda block: f"{block[1]}{chr(10).join(rows)}\n{block[3]}", text)


def providers(text: str) -> str:
    """docs/providers.md with its generated blocks as they should be."""
    blocks = {"providers": services(), "provider_settings": service_settings()}
    return _BLOCK.sub(lambda block: f"{block[1]}{blocks[block[2]]}\n{block[3]}", text)


def services() -> str:
    rows = [f"| Name | {' | '.join(matrix.COLUMNS)} |", "|---" * (len(matrix.COLUMNS) + 1) + "|"]
    rows += [f"| `{name}` | {' | '.join(matrix.cells(name))} |" for name in PROVIDERS]
    return "\n".join(rows)


def service_settings() -> str:
    parts: list[str] = []
    for name in PROVIDERS:
        rows = ["| Variable | What it is | As in |", "|---|---|---|"]
        for variable, description, example, required in account.example_variables(name):
            key = f"**`{variable}`**" if required else f"`{variable}`"
            rows.append(f"| {key} | {description} | {f'`{example}`' if example else ''} |")
        parts.append("\n".join([f"### {matrix.cells(name)[0]}", "", *rows]))
    return "\n" + "\n\n".join(parts) + "\n"


def commands() -> str:
    program = typer.main.get_command(app)
    assert isinstance(program, typer.core.TyperGroup)
    rows = ["| Command | What it does |", "|---|---|"]
    for words, command in _commands("lpdownload", program):
        told = " ".join((command.help or "").strip().partition("\n\n")[0].split())
        rows.append(f"| `{' '.join([words, *_parameters(command)])}` | {told} |")
    return "\n".join(rows)


def _commands(words: str, group: typer.core.TyperGroup) -> "Iterator[tuple[str, typer.core.TyperCommand]]":
    for name, command in group.commands.items():
        if isinstance(command, typer.core.TyperGroup):
            yield from _commands(f"{words} {name}", command)
        else:
            assert isinstance(command, typer.core.TyperCommand)
            yield f"{words} {name}", command


def _parameters(command: typer.core.TyperCommand) -> Iterator[str]:
    for parameter in command.params:
        metavar = (parameter.metavar or parameter.name or "").strip("[].…")
        # a choice of words is as it is typed; a bar would end the table's cell
        metavar = metavar.replace("|", "\\|") if "|" in metavar else metavar.upper()
        if isinstance(parameter, typer.core.TyperArgument):
            shown = metavar + ("…" if parameter.nargs == -1 else "")
            yield shown if parameter.required else f"[{shown}]"
        elif parameter.name != "help":
            option = max(parameter.opts, key=len)
            flag = isinstance(parameter, typer.core.TyperOption) and parameter.is_flag
            shown = option if flag else f"{option} {metavar}"
            yield shown if parameter.required else f"[{shown}]"


def sections() -> str:
    rows = ["| Type | What it is | Its own keys |", "|---|---|---|"]
    for name, model in SECTION_TYPES.items():
        keys = (
            f"**`{key}`**" if model.model_fields[key].is_required() else f"`{key}`"
            for key in own_fields(model)
        )
        rows.append(f"| `{name}` | {summary(model)} | {', '.join(keys)} |")
    return "\n".join(rows)


def mistake(text: str) -> str:
    """What the program says about README's issue with a key mistyped and a day that no calendar has."""
    (example,) = re.findall(r"```yaml\n(.*?)```", text, re.DOTALL)
    broken = example.replace("register_url:", "register_ulr:").replace(
        "deadline: 2024-10-01", "deadline: 2024-10-32"
    )
    assert all(slip in broken for slip in ("register_ulr", "2024-10-32"))
    with tempfile.TemporaryDirectory() as folder:
        newsroom = Path(folder) / "newsroom"
        init_newsroom(newsroom, today=date(2024, 9, 1))
        (newsroom / "newsletters" / "monthly" / "2024-09.yaml").write_text(broken, "utf-8")
        check = [sys.executable, "-m", "lpdownload.cli.app", "check", "monthly/2024-09"]
        result = subprocess.run(
            check, cwd=newsroom, capture_output=True, text=True, encoding="utf-8", check=False
        )
    assert result.returncode == 1, result.stdout + result.stderr
    *lines, _counts = result.stdout.splitlines()
    return "\n".join(["", *(f"    {line}" for line in lines), ""])


def main() -> None:
    parser = argparse.ArgumentParser(description="Writes what the documentation says about the code.")
    parser.add_argument(
        "--check", action="store_true", help="write nothing; exit code 1 if something differs"
    )
    check = parser.parse_args().check
    stale = []
    for name, wanted in documents().items():
        path = ROOT / name
        if not path.is_file() or path.read_text("utf-8") != wanted:
            stale.append(name)
            if not check:
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(wanted, "utf-8")
    if stale:
        print(f"{'differs from the code' if check else 'written'}: {', '.join(stale)}")
    else:
        print("the documentation says what the code does")
    if check and stale:
        sys.exit("run: make docs")


if __name__ == "__main__":
    main()
