"""The preview's web application: its pages, and what they ask for."""

import json
from base64 import b64encode
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from typing import Final

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route

from lpdownload.errors import InvalidInput
from lpdownload.preview import against, sending, tabs
from lpdownload.preview.against import CannotCompare
from lpdownload.preview.hub import event
from lpdownload.preview.live import Live
from lpdownload.preview.pictures import TYPES
from lpdownload.preview.pixels import has_browser, pixel_difference
from lpdownload.preview.report import WIDTHS
from lpdownload.preview.safety import Guard, Hosts, mail_policy
from lpdownload.preview.session import Session
from lpdownload.preview.shapes import Json
from lpdownload.preview.view import BadView, View, view_of

STATIC: Final = Path(__file__).parent / "static"

_STATIC_TYPES: Final = {
    ".css": "text/css; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".woff2": "font/woff2",
}
_MOST_BODY: Final = 10_000
"""Bytes of a request."""


class NotThere(Exception):
    """An address that leads nowhere."""


def make_app(
    session: Session,
    hosts: Hosts,
    *,
    started: Callable[[], None] = lambda: None,
    tidy: Callable[[], None] = lambda: None,
) -> Starlette:
    """The application; its ``state.live`` is there while it runs.

    Calls ``started`` when it can answer, and ``tidy`` whenever there is nothing left to do.
    """
    pages = _Pages(session)

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        live = app.state.live = pages.live = Live(session, tidy)
        await live.start()
        started()
        try:
            yield
        finally:
            await live.stop()

    issue = "/{newsletter}/{issue}"
    return Starlette(
        routes=[
            Route("/", pages.home),
            Route("/static/{name}", pages.static),
            Route("/api/library", pages.library),
            Route("/api/events", pages.events),
            Route(f"/api/view{issue}", pages.view),
            Route(f"/api/lines{issue}", pages.lines),
            Route(f"/api/tab/{{tab}}{issue}", pages.tab),
            Route(f"/api/compare{issue}", pages.compare),
            Route(f"/api/pixels{issue}", pages.pixels),
            Route(f"/api/test-send{issue}", pages.test_send, methods=["POST"]),
            Route(f"/mail{issue}", pages.mail),
            Route(f"/assets{issue}/{{name}}", pages.asset),
            Route(f"/download{issue}.eml", pages.download),
            Route("/{newsletter}", pages.newsletter),
            Route(issue, pages.issue),
        ],
        middleware=[Middleware(Guard, hosts=hosts)],
        exception_handlers={
            NotThere: _not_there,
            404: _not_there,
            BadView: _bad_view,
            InvalidInput: pages.invalid,
        },
        lifespan=lifespan,
    )


class _Pages:
    """What each address answers."""

    live: Live

    def __init__(self, session: Session) -> None:
        self._session = session

    async def home(self, _: Request) -> Response:
        return _file("index.html")

    async def newsletter(self, request: Request) -> Response:
        known = request.path_params["newsletter"] in self._session.library.newsletter_names
        return _file("index.html", 200 if known else 404)

    async def issue(self, request: Request) -> Response:
        return _file("index.html", 200 if self._session.knows(_key(request)) else 404)

    async def static(self, request: Request) -> Response:
        return _file(request.path_params["name"])

    async def library(self, _: Request) -> Response:
        report = partial(self.live.report.library, self.live.epoch, browser=has_browser())
        return JSONResponse(await self.live.run(report))

    async def events(self, request: Request) -> Response:
        key = request.query_params.get("key", "")
        view = view_of(key, request.query_params) if key else None
        version: Json = None
        if view is not None and self._session.knows(key):
            version = (await self.live.run(lambda: self._session.open(key))).version
        hello = event("hello", {"epoch": self.live.epoch, "version": version})

        def heard() -> None:
            """What was found after the page asked for its view, and before it listened, is told again."""
            if version is not None:
                self.live.want_findings(key)

        stream = self.live.hub.listen(view, hello, heard)
        return StreamingResponse(stream, media_type="text/event-stream")

    async def view(self, request: Request) -> Response:
        view = self._view(request)
        with_html = request.query_params.get("html") == "1"

        def report() -> dict[str, Json]:
            return self.live.report.view(self.live.show(view), html=with_html)

        said = await self.live.run(report)
        if said["findings"] is None:
            self.live.want_findings(view.key)
        return JSONResponse(said)

    async def lines(self, request: Request) -> Response:
        view = self._view(request)
        loc, finding = request.query_params.get("loc", ""), request.query_params.get("finding", "")
        report = self.live.report
        return JSONResponse(await self.live.run(lambda: report.lines(self.live.show(view), loc, finding)))

    async def mail(self, request: Request) -> Response:
        view = self._view(request)
        plain = request.query_params.get("plain") == "1"
        shown = await self.live.run(lambda: self.live.show(view, plain=plain))
        policy = {"content-security-policy": mail_policy(remote=view.remote)}
        return Response(shown.html, media_type="text/html; charset=utf-8", headers=policy)

    async def asset(self, request: Request) -> Response:
        key, name = _key(request), request.path_params["name"]
        media_type = TYPES.get(name.rpartition(".")[2])
        if media_type is None or not self._session.knows(key):
            raise NotThere
        data = await self.live.run(lambda: self._session.open(key).asset(name))
        if data is None:
            raise NotThere
        return Response(
            data, media_type=media_type, headers={"content-security-policy": "default-src 'none'"}
        )

    async def tab(self, request: Request) -> Response:
        view, name = self._view(request), request.path_params["tab"]
        if name == "matrix":
            return JSONResponse(
                await self.live.run(lambda: tabs.matrix(self._session, view, request.query_params))
            )
        make = tabs.TABS.get(name)
        if make is None:
            raise NotThere
        return JSONResponse(await self.live.run(lambda: make(self.live.show(view, plain=True))))

    async def download(self, request: Request) -> Response:
        view = self._view(request)
        octets = await self.live.run(lambda: tabs.eml(self.live.show(view, plain=True)))
        name = view.key.replace("/", "-")
        headers = {"content-disposition": f'attachment; filename="{name}.eml"'}
        return Response(octets, media_type="message/rfc822", headers=headers)

    async def compare(self, request: Request) -> Response:
        view, wanted = self._view(request), request.query_params.get("against", "")
        return JSONResponse(await self.live.run(lambda: tabs.comparison(self._session, view, wanted)))

    async def pixels(self, request: Request) -> Response:
        view, wanted = self._view(request), request.query_params.get("against", "")
        written = request.query_params.get("width", "600")
        width = int(written) if written.isdigit() and WIDTHS[0] <= int(written) <= 1600 else 600
        try:
            old, new = await self.live.run(
                lambda: (
                    against.other_side(self._session, view, wanted),
                    against.this_side(self._session, view),
                )
            )
            found = await run_in_threadpool(pixel_difference, old, new, view, width)
        except CannotCompare as error:
            return JSONResponse({"error": str(error)}, 400)
        except InvalidInput as error:
            first = error.findings[0]
            return JSONResponse({"error": f"{first.message}: {first.hint}"}, 501)
        pictures = {"old": found.old, "new": found.new, "diff": found.difference}
        return JSONResponse(
            {
                "share": round(found.share, 5),
                "width": found.width,
                "height": found.height,
                **{
                    name: f"data:image/png;base64,{b64encode(png).decode()}" for name, png in pictures.items()
                },
            }
        )

    async def test_send(self, request: Request) -> Response:
        view = self._view(request)
        to = await _recipients(request)
        sent = await self.live.run(lambda: sending.send_test(self._session, view, to))
        rows = [{"address": one.address, "outcome": one.outcome, "file": one.file} for one in sent]
        return JSONResponse({"sent": rows})

    async def invalid(self, _: Request, error: Exception) -> Response:
        assert isinstance(error, InvalidInput)
        findings = self.live.report.places.findings(error.findings)
        first = error.findings[0].message if error.findings else "it cannot be done"
        return JSONResponse({"error": first, "findings": findings}, 400)

    def _view(self, request: Request) -> View:
        key = _key(request)
        if not self._session.knows(key):
            raise NotThere
        return view_of(key, request.query_params)


async def _recipients(request: Request) -> list[str]:
    """The addresses in the body of a request. Raises BadView."""
    body = b""
    async for part in request.stream():
        body += part
        if len(body) > _MOST_BODY:
            raise BadView("that is too long")
    try:
        to = json.loads(body or b"{}").get("to", [])
    except (ValueError, AttributeError, RecursionError):
        to = None
    if not isinstance(to, list) or not all(isinstance(one, str) for one in to):
        raise BadView('a body such as {"to": ["seed@example.org"]}')
    return to


def _key(request: Request) -> str:
    return f"{request.path_params['newsletter']}/{request.path_params['issue']}"


def _file(name: str, status: int = 200) -> Response:
    """One of the page's own files; nothing else is ever read by a name that somebody asks for."""
    known = {path.name: path for path in STATIC.iterdir() if path.suffix in _STATIC_TYPES}
    if name not in known:
        raise NotThere
    path = known[name]
    return Response(path.read_bytes(), status, headers={"content-type": _STATIC_TYPES[path.suffix]})


async def _not_there(_: Request, __: Exception) -> Response:
    return JSONResponse({"error": "there is nothing of that name"}, 404)


async def _bad_view(_: Request, error: Exception) -> Response:
    return JSONResponse({"error": str(error)}, 400)
