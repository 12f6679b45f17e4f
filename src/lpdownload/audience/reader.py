"""A reader made up for a rendering: from a persona of network.yaml, from KEY=VALUE pairs, or both."""

from collections.abc import Collection
from difflib import get_close_matches

from lpdownload.errors import Finding, InvalidInput
from lpdownload.model.network import Network
from lpdownload.model.subscriber import ATTRIBUTES


def reader_of(network: Network, pairs: list[str], persona: str | None) -> dict[str, str | tuple[str, ...]]:
    """Attributes by name; a key given twice, or an attribute that is a list, holds several values.

    Each of ``pairs`` is ``KEY=VALUE`` or several of them with commas between. InvalidInput for unknown names.
    """
    declared = ATTRIBUTES | {attribute.name: attribute for attribute in network.attributes}
    known = {*declared, "subscribed", "received"}
    findings: list[Finding] = []
    several: dict[str, list[str]] = {}
    if persona is not None:
        if persona not in network.personas:
            listed = ", ".join(network.personas) or "none yet: add some under personas in network.yaml"
            raise InvalidInput(
                [Finding("unknown-persona", f"there is no persona {persona}", f"there are: {listed}")]
            )
        for name, value in network.personas[persona].items():
            if name not in known:
                findings.append(_unknown(name, known, f" (persona {persona} in network.yaml)"))
            several[name] = [value] if isinstance(value, str) else list(value)
    given: dict[str, list[str]] = {}
    for pair in (part for text in pairs for part in _split(text)):
        name, equals, value = pair.partition("=")
        name = name.strip()
        if not equals:
            findings.append(
                Finding("bad-reader", f"{pair!r} is not KEY=VALUE", "--as first_name=Ana,state=NY")
            )
        elif name not in known:
            findings.append(_unknown(name, known))
        else:
            given.setdefault(name, []).append(value)
    if findings:
        raise InvalidInput(findings)
    several |= given
    lists = {name for name, attribute in declared.items() if attribute.type == "list"} | {
        "subscribed",
        "received",
    }
    return {
        name: tuple(values) if name in lists or len(values) > 1 else values[0]
        for name, values in several.items()
    }


def _unknown(name: str, known: Collection[str], where: str = "") -> Finding:
    near = get_close_matches(name, known, 1)
    hint = f"did you mean {near[0]}?" if near else f"there are: {', '.join(sorted(known))}"
    return Finding("unknown-attribute", f"there is no attribute {name}{where}", hint)


def _split(text: str) -> list[str]:
    """At commas, but a part without = belongs to the value before it: office=Mayor, acting."""
    parts: list[str] = []
    for part in text.split(","):
        if "=" in part or not parts:
            parts.append(part)
        else:
            parts[-1] += f",{part}"
    return parts
