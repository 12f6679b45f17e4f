"""Attributes that a command is given as KEY=VALUE, cleaned like the cells of an import."""

from lpdownload.audience import values
from lpdownload.content.references import unknown
from lpdownload.errors import Finding, InvalidInput
from lpdownload.model.network import Network
from lpdownload.model.subscriber import ATTRIBUTES


def attributes_given(network: Network, pairs: list[str]) -> dict[str, str | tuple[str, ...]]:
    """The attributes by name; an empty value takes one away. A list's words stand between ; or commas.

    InvalidInput with all that is wrong.
    """
    declared = ATTRIBUTES | {attribute.name: attribute for attribute in network.attributes}
    found: dict[str, str | tuple[str, ...]] = {}
    findings: list[Finding] = []
    for pair in pairs:
        name, equals, text = pair.partition("=")
        name = name.strip()
        if not equals:
            findings.append(Finding("bad-attribute", "an attribute is written KEY=VALUE", "as in state=NY"))
        elif name == "email":
            findings.append(
                Finding("bad-attribute", "the address cannot be set", "erase the person, and add them")
            )
        elif name not in declared:
            findings.append(unknown("attribute", name, declared))
        else:
            clean, unclear, longest = values.cleaner_of(declared[name], "any", us_dates=False)
            try:
                plain = values.tidy(text, longest)
                cleaned = clean(plain) if plain else ""
            except values.Refused as refused:
                findings.append(Finding("bad-attribute", f"{name}: {refused}"))
                continue
            if cleaned is None:
                findings.append(Finding("bad-attribute", f"{name}: {unclear}"))
            elif declared[name].type == "list":
                found[name] = tuple(cleaned.strip("\n").split("\n")) if cleaned else ()
            else:
                found[name] = cleaned
    if findings:
        raise InvalidInput(findings)
    return found
