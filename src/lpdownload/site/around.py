"""What surrounds a page: the issue before and after it, and what was put right since it was published."""

from collections.abc import Sequence
from datetime import date

from markupsafe import Markup

from lpdownload.render import dates
from lpdownload.render.environment import environment, labels, render_template
from lpdownload.render.web import AROUND, NOTES
from lpdownload.site.entry import Entry, Record
from lpdownload.site.frame import Frame

Around = tuple[Entry | None, Entry | None]
"""The next newer, the next older."""


class Neighbours:
    """Issues stand in their newsletter, by language; news in its feed."""

    def __init__(self, entries: Sequence[Entry]) -> None:
        self._around: dict[str, Around] = {}
        rows: dict[tuple[str, str], list[Entry]] = {}
        for entry in sorted(entries, key=lambda entry: (entry.sort, entry.key)):
            if entry.path:
                rows.setdefault((entry.newsletter or f" {entry.feed}", entry.lang), []).append(entry)
        for row in rows.values():
            padded: list[Entry | None] = [None, *row, None]
            for older, entry, newer in zip(padded, row, padded[2:], strict=False):
                self._around[entry.key] = (newer, older)

    def of(self, entry: Entry) -> Around:
        return self._around[entry.key]


def filled(html: str, frame: Frame, record: Record, entry: Entry, around: Around, edited: date | None) -> str:
    """The page with notes and neighbours in their places. A correction explains the edits up to its day."""
    env = environment(frame.templates, markup=True)
    said = labels(frame.templates, entry.lang)
    last = max((one.date for one in record.corrections), default="")
    updated = edited.isoformat() if edited and edited.isoformat() > last else ""
    notes = render_template(
        env,
        "web/hub/notes.html.j2",
        {
            "labels": said,
            "corrections": [{"date": one.date, "note": Markup(one.note)} for one in record.corrections],
            "updated": updated,
            "day": lambda text: dates.day(date.fromisoformat(text), entry.lang),
        },
    )
    newer, older = around
    name = entry.kicker if entry.newsletter else said[f"hub_{entry.feed.replace('-', '_')}"]
    values = {"labels": said, "newer": newer, "older": older, "name": name}
    nav = render_template(env, "web/hub/around.html.j2", values)
    return html.replace(NOTES, notes, 1).replace(AROUND, nav, 1)
