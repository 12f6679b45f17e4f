"""Pictures of a mail as mail programs show it, in light and dark, at two widths; and a PDF of it."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from lpdownload.check.browser.page import MailPage
from lpdownload.check.browser.sheet import contact_sheet
from lpdownload.check.browser.views import DESK, PHONE, Mode, View
from lpdownload.render.output import write
from lpdownload.render.render import Rendering, fill_values
from lpdownload.render.web import render_web
from lpdownload.writable import writing_to

WEB: Final = "web"
"""Shot like a mail program: the issue's page on the web."""

WIDTHS: Final = (DESK, PHONE)

_ON_PAPER: Final = (
    "img, table table table, h1, h2, h3 { break-inside: avoid } h1, h2, h3 { break-after: avoid }"
)


@dataclass(frozen=True, slots=True)
class Shown:
    """The modes and widths in which a mail program shows something that is worth a picture."""

    modes: tuple[Mode, ...]
    widths: tuple[int, ...] = WIDTHS


CLIENTS: Final = {
    "apple-mail": Shown(("light", "dark", "forced")),
    "gmail-web": Shown(("light", "forced")),
    "gmail-imap": Shown(("light", "forced"), (PHONE,)),
    "outlook-word": Shown(("light",), (DESK,)),
    "outlook-app": Shown(("light", "dark")),
    WEB: Shown(("light", "dark")),
}
"""Gmail shows no dark design of the mail's own, its apps invert; another provider's mail is read in its app
alone, and Word on a desk alone. The dark of Outlook's app is an inversion already.
"""


@dataclass(frozen=True, slots=True)
class Shot:
    """A picture to take; its name is that of its file."""

    client: str
    view: View

    @property
    def name(self) -> str:
        return f"{self.client}-{self.view.width}-{self.view.mode}"


def shots(
    clients: Collection[str] = (), widths: Collection[int] = (), modes: Collection[str] = ()
) -> tuple[Shot, ...]:
    """Those of `CLIENTS` that were asked for, in its order; nothing asked for is everything."""
    return tuple(
        Shot(client, View(mode, width))
        for client, shown in CLIENTS.items()
        for mode in shown.modes
        for width in shown.widths
        if (not clients or client in clients)
        and (not modes or mode in modes)
        and (not widths or width in widths)
    )


def take(
    page: MailPage, rendering: Rendering, wanted: Iterable[Shot], folder: Path, *, pdf: bool
) -> dict[str, Path]:
    """Writes ``NAME.png`` for each shot, ``sheet.png`` of all, and ``mail.pdf``; each whole or not at all."""
    pictures = dict(_pictures(page, rendering, wanted))
    files = {f"{name}.png": data for name, data in pictures.items()}
    if pictures:
        files["sheet.png"] = contact_sheet(pictures)
    if pdf:
        files["mail.pdf"] = _pdf(page, rendering)
    with writing_to(folder, "choose another folder with --out"):
        for name, data in files.items():
            write(folder / name, data)
    return {name: folder / name for name in files}


def picture(page: MailPage, view: View) -> bytes:
    """The page that is shown, from top to bottom, as PNG."""
    page.turn_to(view)
    return page.page.screenshot(full_page=True, animations="disabled")


def _pictures(page: MailPage, rendering: Rendering, wanted: Iterable[Shot]) -> Iterator[tuple[str, bytes]]:
    from lpdownload.check.clients.see import see

    mail, assets, shown = _mail(rendering), _assets(rendering), ""
    for shot in wanted:
        if shot.client == WEB:
            html = render_web(rendering.draft)
        else:
            html = see(mail, client=shot.client, mode=shot.view.mode).html
        if html != shown:
            page.show(html, assets)
            shown = html
        yield shot.name, picture(page, shot.view)


def _pdf(page: MailPage, rendering: Rendering) -> bytes:
    """The mail on paper of US Letter size, in light."""
    page.show(_mail(rendering), _assets(rendering))
    page.turn_to(View("light", DESK))
    page.page.emulate_media(media="screen", color_scheme="light")
    page.page.add_style_tag(content=_ON_PAPER)
    try:
        return page.page.pdf(format="Letter", print_background=True, tagged=True, outline=True)
    finally:
        page.page.emulate_media(media="null")


def _mail(rendering: Rendering) -> str:
    return rendering.content.html.fill(fill_values(rendering, {}))


def _assets(rendering: Rendering) -> Mapping[str, bytes]:
    return {asset.name: asset.data for asset in rendering.assets}
