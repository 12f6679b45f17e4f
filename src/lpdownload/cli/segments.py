"""`lpdownload segments`: who is in them, and why."""

from typing import TYPE_CHECKING, Annotated

import typer

from lpdownload.cli import console, issues, people

if TYPE_CHECKING:
    from lpdownload.audience.explain import Explained
    from lpdownload.content.library import Library
    from lpdownload.store.segments import Members

app = typer.Typer(help="Saved rules about subscribers: newsletters/segments.yaml.", no_args_is_help=True)

NamesArgument = Annotated[list[str] | None, typer.Argument(metavar="[NAME]…", help="All if not given.")]
JsonOption = Annotated[bool, typer.Option("--json", help="Print the report as JSON.")]


@app.command("list")
def list_segments(as_json: JsonOption = False) -> None:
    """List segments: their rules, how many people are in, where they are used."""
    from lpdownload.audience.explain import in_words
    from lpdownload.content.segment_uses import uses_of

    library = issues.open_library([])
    uses = uses_of(library)
    names = list(library.segments.root)
    counted = _counted(library, names) if _has_store(library) else {}
    if as_json:
        console.print_json(
            [
                {
                    "segment": name,
                    "rule": in_words(library.segments.root[name]),
                    "members": counted[name].people if name in counted else None,
                    "used_in": list(uses[name]),
                }
                for name in names
            ]
        )
        return
    columns = (
        console.Column("Segment"),
        console.Column("Rule", wide=True),
        console.Column("Members", right=True),
        console.Column("Used in", wide=True),
    )
    rows = (
        (
            name,
            in_words(library.segments.root[name]),
            f"{counted[name].people:,}" if name in counted else "–",
            ", ".join(uses[name]) or "–",
        )
        for name in names
    )
    console.print_table(columns, rows)


@app.command()
def count(names: NamesArgument = None, as_json: JsonOption = False) -> None:
    """Count members, and of them those who could be mailed: active in a newsletter, not suppressed."""
    library = issues.open_library([])
    counted = _counted(library, _chosen(library, names))
    if as_json:
        console.print_json(
            [
                {"segment": name, "members": found.people, "mailable": found.mailable}
                for name, found in counted.items()
            ]
        )
        return
    columns = [
        console.Column("Segment"),
        console.Column("Members", right=True),
        console.Column("Can be mailed", right=True),
    ]
    console.print_table(
        columns, [(name, f"{found.people:,}", f"{found.mailable:,}") for name, found in counted.items()]
    )


@app.command()
def explain(email: people.EmailArgument, names: NamesArgument = None, as_json: JsonOption = False) -> None:
    """Say for each segment whether a person is in, and why."""
    from lpdownload.audience import explain as explaining

    library = issues.open_library([])
    chosen = _chosen(library, names)
    address = people.address_given(email)
    with people.open_store(library) as database, database.reading() as connection:
        reader = people.known(connection, address).reader
    segments = library.segments
    explained = {name: explaining.explain(segments.root[name], reader, segments) for name in chosen}
    if as_json:
        console.print_json(
            [{"segment": name, "in": found.holds, "why": _branch(found)} for name, found in explained.items()]
        )
        return
    for name, found in explained.items():
        console.say(f"{_mark(found)} {name}")
        for line in _lines(found, "  "):
            console.say(line)


@app.command()
def sample(
    name: Annotated[str, typer.Argument(help="The segment.")],
    size: Annotated[int, typer.Option(min=1, max=100, help="How many people.")] = 5,
    as_json: JsonOption = False,
) -> None:
    """Show some members, others each time, without what would tell who they are."""
    from secrets import randbits

    from lpdownload.store import segments as stored

    library = issues.open_library([])
    (name,) = _chosen(library, [name])
    condition = stored.condition_of(library.segments.root[name], library.segments)
    with people.open_store(library) as database, database.reading() as connection:
        found = stored.sample(connection, condition, size, randbits(32))
    if as_json:
        console.print_json(found)
    elif found:
        columns = [console.Column(name.capitalize()) for name in stored.SAMPLED]
        console.print_table(columns, [[row[name] or "–" for name in stored.SAMPLED] for row in found])
    else:
        console.say("Nobody is in.")


def _chosen(library: "Library", names: list[str] | None) -> list[str]:
    """The segments meant, each once; InvalidInput for those that do not exist."""
    from lpdownload.content.references import unknown
    from lpdownload.errors import InvalidInput

    there_are = library.segments.root
    if wrong := [unknown("segment", name, there_are) for name in names or () if name not in there_are]:
        raise InvalidInput(wrong)
    return list(dict.fromkeys(names or there_are))


def _has_store(library: "Library") -> bool:
    """Whether there are subscribers yet: a list of rules is no reason to make a database."""
    from lpdownload.store.database import FILE

    moved = library.settings is not None and library.settings.database_url is not None
    return moved or (library.root / FILE).exists()


def _counted(library: "Library", names: list[str]) -> "dict[str, Members]":
    from lpdownload.store import segments as stored

    segments = library.segments
    conditions = {name: stored.condition_of(segments.root[name], segments) for name in names}
    with people.open_store(library) as database, database.reading() as connection:
        return {name: stored.members(connection, condition) for name, condition in conditions.items()}


def _branch(found: "Explained") -> dict[str, object]:
    """``has`` is missing where the rule looks at no value of the person."""
    branch: dict[str, object] = {"rule": found.rule, "holds": found.holds}
    if found.has is not None:
        branch["has"] = list(found.has)
    if found.parts:
        branch["parts"] = [_branch(part) for part in found.parts]
    return branch


def _lines(found: "Explained", indent: str) -> list[str]:
    has = "" if found.has is None else f"  – has {', '.join(found.has)}" if found.has else "  – no value"
    below = [line for part in found.parts for line in _lines(part, indent + "  ")]
    return [f"{indent}{_mark(found)} {found.rule}{has}", *below]


def _mark(found: "Explained") -> str:
    return "✓" if found.holds else "✗"
