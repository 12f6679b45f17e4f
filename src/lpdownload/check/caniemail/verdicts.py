"""What the chosen mail programs make of a mail: features they lack, by what a reader loses."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from lpdownload.check.caniemail.effects import BASELINE, EFFECTS, MOOT, Effect, Kind
from lpdownload.check.caniemail.support import Feature, Support, caniemail
from lpdownload.check.caniemail.uses import Used, uses
from lpdownload.model.mail_client import MailClient

if TYPE_CHECKING:
    from lxml.html import HtmlElement


@dataclass(frozen=True, slots=True)
class Verdict:
    """A feature, the programs that lack it with the same effect, and where the mail uses it."""

    feature: Feature
    effect: Effect
    kind: Kind
    clients: tuple[MailClient, ...]
    used: tuple[Used, ...]

    @property
    def note(self) -> str:
        """What is supported partly only, if that is all that is wrong."""
        if self.kind == self.effect.kind:
            return ""
        return next((note for client in self.clients if (note := self.feature.note(client))), "")


def verdicts(tree: "HtmlElement", clients: Sequence[MailClient]) -> Iterator[Verdict]:
    """One for each feature and kind, in the order of the mail."""
    found: dict[str, list[Used]] = {}
    for used in uses(tree):
        if used.use.slug not in BASELINE:
            found.setdefault(used.use.slug, []).append(used)
    for slug, several in found.items():
        feature, effect = caniemail().features[slug], EFFECTS[slug]
        concerned: dict[Kind, tuple[list[MailClient], dict[Used, None]]] = {}
        for client in dict.fromkeys(clients):
            kind = _kind(feature.support(client), effect)
            mine = [used for used in several if _concerns(used, client)]
            if kind and mine:
                listed, where = concerned.setdefault(kind, ([], {}))
                listed.append(client)
                where.update(dict.fromkeys(mine))
        for kind, (listed, where) in concerned.items():
            yield Verdict(feature, effect, kind, tuple(listed), tuple(where))


def _kind(support: Support, effect: Effect) -> Kind | None:
    return {"yes": None, "partly": effect.partly, "no": effect.kind}[support]


def _concerns(used: Used, client: MailClient) -> bool:
    """Whether the program reads that part at all, and would apply the rule it stands in."""
    if used.readers != "all" and (used.readers == "word") != (client == "outlook-windows"):
        return False
    features = caniemail().features
    slug = used.use.slug
    if slug in MOOT and features[MOOT[slug]].support(client) == "no":
        return False
    return all(features[slug].support(client) != "no" for slug in used.use.within)
