"""What of an issue is looked at, and as whom: the query of a page's address, which is a link to just that."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from urllib.parse import urlencode

from lpdownload.check.clients.see import CLIENTS, MODES, Mode
from lpdownload.errors import LpdownloadError

ALL = "all"
NONE = "none"


class BadView(LpdownloadError):
    """A query that means nothing; its message says what there is instead."""


@dataclass(frozen=True, slots=True)
class View:
    """``variant`` are segments joined by commas, "all" for every section, "none" for everybody's; if it is
    empty, the persona's own. An empty ``persona`` is nobody in particular.
    """

    key: str
    client: str
    mode: Mode = "light"
    images: bool = True
    persona: str = ""
    variant: str = ""
    remote: bool = False

    @property
    def query(self) -> str:
        """As in an address; only what is not usual."""
        given = {
            "client": self.client,
            "mode": self.mode if self.mode != "light" else "",
            "images": "" if self.images else "off",
            "persona": self.persona,
            "variant": self.variant,
            "remote": "1" if self.remote else "",
        }
        return urlencode({name: value for name, value in given.items() if value})

    def of(self, key: str) -> "View":
        """The same of another issue."""
        return replace(self, key=key)


def view_of(key: str, query: Mapping[str, str]) -> View:
    """The view that a query means. Raises BadView for words that are not known."""
    return View(
        key,
        _one_of("client", query.get("client") or next(iter(CLIENTS)), CLIENTS),
        mode_of(query.get("mode") or "light"),
        _one_of("images", query.get("images") or "on", ("on", "off")) == "on",
        query.get("persona", ""),
        query.get("variant", ""),
        _one_of("remote", query.get("remote") or "0", ("0", "1")) == "1",
    )


def mode_of(written: str) -> Mode:
    """The mode of that name. Raises BadView."""
    _one_of("mode", written, MODES)
    return next(mode for mode in MODES if mode == written)


def _one_of(name: str, given: str, known: Iterable[str]) -> str:
    known = tuple(known)
    if given not in known:
        raise BadView(f"there is no {name} {given!r}; there are {', '.join(known)}")
    return given
