"""What the page is told, as JSON: the list of issues, a view of one and its details."""

import re
from typing import Final
from urllib.parse import urlencode

from lpdownload.check.clients.see import CLIENTS, MODES, Mode
from lpdownload.check.size import CLIP, CLIP_WARNING
from lpdownload.errors import Finding, InvalidInput, Place
from lpdownload.preview import sizes
from lpdownload.preview.against import segments_of, translations
from lpdownload.preview.inbox import Row as InboxRow
from lpdownload.preview.inbox import on_desktop, on_phone
from lpdownload.preview.opened import Rendered
from lpdownload.preview.pictures import remote_pictures
from lpdownload.preview.rows import in_order
from lpdownload.preview.session import Session, Shown
from lpdownload.preview.shapes import Json, Places
from lpdownload.preview.view import View
from lpdownload.render.source_map import loc_of

WIDTHS: Final = (320, 375, 600, 800)
_LOCS: Final = re.compile(r'\bdata-lp="([^"]*)"')


class Report:
    """Writes down what a session holds."""

    def __init__(self, session: Session) -> None:
        self._session = session
        settings = session.library.settings
        self.places = Places(session.root, settings.editor_url if settings else None)

    def library(self, epoch: str, *, browser: bool) -> dict[str, Json]:
        session = self._session
        return {
            "newsroom": session.root.name,
            "epoch": epoch,
            "editor": session.library.settings is not None
            and session.library.settings.editor_url is not None,
            "browser": browser,
            "newsletters": self.newsletters(),
            "clients": [_client(name) for name in CLIENTS],
            "modes": [*MODES],
            "widths": [*WIDTHS],
            **session.people.json,
            "findings": self.newsroom_findings(),
        }

    def newsletters(self) -> list[Json]:
        """Each with its issues, the newest first."""
        rows = self._session.rows
        by_newsletter: dict[str, list[str]] = {}
        for key in in_order(rows):
            by_newsletter.setdefault(key.partition("/")[0], []).append(key)
        names = dict.fromkeys((*self._session.library.newsletter_names, *by_newsletter))
        return [
            {
                "name": name,
                "title": self._title(name),
                "issues": [rows[key].json for key in by_newsletter.get(name, ())],
            }
            for name in sorted(names)
        ]

    def titles(self) -> list[Json]:
        names = self._session.library.newsletter_names
        return [{"name": name, "title": self._title(name)} for name in names]

    def newsroom_findings(self) -> list[Json]:
        """What is wrong with files that are no issues, as far as they have been looked through."""
        return self.places.findings(self._session.newsroom_findings)

    def view(self, shown: Shown, *, html: bool) -> dict[str, Json]:
        """All that the page shows of an issue but its tabs."""
        session, view, rendered = self._session, shown.view, shown.rendered
        findings = session.findings(view.key)
        said: dict[str, Json] = {
            **self.head(shown),
            "newsletter": self._title(view.key.partition("/")[0]),
            "language": "",
            "date": "",
            "client": _client(view.client),
            "mode": view.mode,
            "images": "on" if view.images else "off",
            "remote": view.remote,
            "persona": view.persona,
            "variant": [],
            "segments": [*segments_of(shown)],
            "translations": [
                {"key": key, "language": language} for key, language in translations(session, view.key)
            ],
            "mail": mail_address(view),
            "remote_pictures": remote_pictures(shown.html),
            "taken": [{"what": one.what, "why": one.why, "count": one.count} for one in shown.taken],
            "places": {},
            "inbox": None,
            "size": None,
            "errors": self.places.findings(shown.errors),
            "findings": None if findings is None else self.places.findings(findings),
        }
        if rendered is not None and shown.values:
            issue = rendered.rendering.issue
            said |= {
                "language": issue.language,
                "date": issue.date.isoformat(),
                "variant": sorted(rendered.rendering.draft.variant),
                "places": self._places(shown, rendered),
                "inbox": _inbox(rendered, shown.values),
                "size": _size(rendered, shown.values),
            }
        return said | ({"html": shown.html} if html else {})

    def head(self, shown: Shown) -> dict[str, Json]:
        return {
            "key": shown.view.key,
            "version": shown.version,
            "state": shown.state,
            "stale": shown.stale,
        }

    def mail(self, shown: Shown, at: int) -> dict[str, Json]:
        """For repainting at once. ``at`` in milliseconds since 1970: when the change was seen."""
        subject = ""
        if shown.rendered is not None and shown.values:
            subject = shown.rendered.rendering.content.subject.fill(shown.values)
        return {**self.head(shown), "html": shown.html, "subject": subject, "at": at}

    def broken(self, shown: Shown) -> dict[str, Json]:
        return {**self.head(shown), "errors": self.places.findings(shown.errors)}

    def _title(self, newsletter: str) -> str:
        try:
            return self._session.library.newsletter(newsletter)[1].name
        except InvalidInput:
            return newsletter

    def _places(self, shown: Shown, rendered: Rendered) -> dict[str, Json]:
        loaded = rendered.loaded
        newsletter, _, name = shown.view.key.partition("/")
        file = Place(str(self._session.library.issue_path(newsletter, name)))
        found: dict[str, Json] = {"": self.places.place(file)}
        for written in dict.fromkeys(_LOCS.findall(shown.html)):
            if loc := loc_of(written):
                place = loaded.newsletter_place(loc[1:]) if loc[0] == "newsletter" else loaded.place(loc)
                found[written] = self.places.place(place)
        return found

    def lines(self, shown: Shown, loc: str, finding: str) -> dict[str, Json]:
        """The YAML around a value of the issue or a finding's place: two lines before, three after."""
        place = self._place_of(shown, loc, finding)
        none: dict[str, Json] = {"place": None, "start": 0, "lines": []}
        if place is None:
            return none
        path = self._session.library.root.joinpath(place.file).resolve()
        if not path.is_relative_to(self._session.root) or path.suffix not in {".yaml", ".j2"}:
            return none
        try:
            lines = path.read_text("utf-8", "replace").splitlines()
        except OSError:
            return none
        start = max(1, place.line - 2)
        return {
            "place": self.places.place(place),
            "start": start,
            "lines": [line[:400] for line in lines[start - 1 : place.line + 3]],
        }

    def _place_of(self, shown: Shown, loc: str, finding: str) -> Place | None:
        if finding:
            everything: tuple[Finding, ...] = (*shown.errors, *(self._session.findings(shown.view.key) or ()))
            same = (one for one in everything if self.places.finding(one)["id"] == finding)
            found = next(same, None)
            return found.place if found else None
        if shown.rendered is None:
            return None
        steps = loc_of(loc)
        loaded = shown.rendered.loaded
        return loaded.newsletter_place(steps[1:]) if steps[:1] == ("newsletter",) else loaded.place(steps)


def mail_address(view: View, **others: str) -> str:
    """Where the mail is for a frame."""
    query = "&".join(part for part in (view.query, urlencode(others)) if part)
    return f"/mail/{view.key}?{query}"


def frames(view: View, clients: list[str], modes: list[Mode], widths: list[int]) -> list[Json]:
    """A frame for each client, mode and width."""
    from dataclasses import replace

    return [
        {
            **_client(client),
            "client": client,
            "mode": mode,
            "images": "on" if view.images else "off",
            "width": width,
            "url": mail_address(replace(view, client=client, mode=mode)),
        }
        for client in clients
        for mode in modes
        for width in widths
    ]


def _client(name: str) -> dict[str, Json]:
    client = CLIENTS[name]
    return {"name": name, "title": client.title, "fidelity": client.fidelity, "note": client.note}


def _inbox(rendered: Rendered, values: dict[str, str]) -> dict[str, Json]:
    content, issue = rendered.rendering.content, rendered.rendering.issue
    subject, preheader = content.subject.fill(values), content.preheader.fill(values)
    return {
        "sender": issue.sender.name,
        "address": issue.sender.email,
        "date": issue.date.isoformat(),
        "language": issue.language,
        "subject": subject,
        "preheader": preheader,
        "phone": _row(on_phone(subject, preheader)),
        "desktop": _row(on_desktop(subject, preheader)),
    }


def _row(row: InboxRow) -> dict[str, Json]:
    return {
        "subject": row.subject,
        "preheader": row.preheader,
        "subject_cut": row.subject_cut,
        "preheader_cut": row.preheader_cut,
    }


def _size(rendered: Rendered, values: dict[str, str]) -> dict[str, Json]:
    found = sizes.parts(rendered.rendering, values)
    whole = sum(part.size for part in found)
    return {
        "bytes": whole,
        "clip": CLIP,
        "warn": CLIP_WARNING,
        "share": round(whole / CLIP, 4),
        "sections": [
            {
                "loc": ".".join(map(str, part.loc)),
                "title": part.title,
                "type": part.type,
                "bytes": part.size,
                "share": round(part.size / whole, 4) if whole else 0.0,
            }
            for part in found
        ],
    }
