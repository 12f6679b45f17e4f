"""`/u/TOKEN`: leaving one newsletter, by one click of a mail program (RFC 8058) or by a page with a button.

Looking changes nothing, as scanners of mail follow every link. Some press buttons as well (click_guard.py):
so what takes a leaving back stands only on the page that answers it. A link that is no good and one of a
person who is erased take the same way, to the database and back, to the same answer.
"""

from typing import Final

from sqlalchemy import Connection
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from lpdownload.audience import choices
from lpdownload.model.subscriber import Subscriber
from lpdownload.model.subscription import Evidence
from lpdownload.model.token import Claim
from lpdownload.store import subscribers
from lpdownload.store.leaving import Leaving, leave_all
from lpdownload.web.click_guard import ClickGuard
from lpdownload.web.forms import form_of
from lpdownload.web.pages import masked
from lpdownload.web.public import Public
from lpdownload.web.security import from_elsewhere

NOBODY: Final = Claim(0, "", "unsubscribe")
"""Whom a bad token is looked up as: no person has this number."""


class Unsubscribe:
    """The room, for the app's ``routes``."""

    def __init__(self, public: Public) -> None:
        self._public = public
        self._guard = ClickGuard(public)

    @property
    def routes(self) -> list[Route]:
        path = "/u/{token}"
        return [Route(path, self.look, methods=["GET"]), Route(path, self.leave, methods=["POST"])]

    async def look(self, request: Request) -> Response:
        public = self._public
        public.rates.count("page", public.rates.range_of(request.scope))
        claim = await public.claim(request.path_params["token"], "unsubscribe")
        person = await self._person(claim or NOBODY)
        if claim is None or person is None:
            return await public.refused(request)
        gets = person.subscriptions.get(claim.newsletter, ("unsubscribed", None))[0] in {"active", "pending"}
        return self._page(request, "leave" if gets else "left", claim, person)

    async def leave(self, request: Request) -> Response:
        public = self._public
        claim = await public.claim(request.path_params["token"], "unsubscribe")
        if claim is None:
            public.rates.look("wrong", public.rates.range_of(request.scope))
        form = await form_of(request)
        if form.is_one_click:  # however often: it is always answered alike
            if await self._leaves(claim or NOBODY):
                return PlainTextResponse("Unsubscribed.\n")
            return await public.refused(request)
        if claim is not None:
            public.rates.count("change", str(claim.subscriber_id))
        person = await self._person(claim or NOBODY)
        if claim is None or person is None:
            return await public.refused(request)
        if form.first("do") == "undo":
            if from_elsewhere(request, public.host):
                return public.pages.message(request, "elsewhere", 403)
            if not self._guard.was_read(form.first("left")):
                return self._page(request, "left", claim, person, self._guard.mark())
            return await self._undo(request, claim, person)
        if await self._guard.holds(claim, form):
            return self._page(request, "leave", claim, person, self._guard.mark())
        await self._leaves(claim)
        return self._page(request, "left", claim, person, self._guard.mark())

    async def _leaves(self, claim: Claim) -> bool:
        """Whether the person is known."""
        evidence = Evidence(self._public.now(), choices.SOURCE)
        asked = Leaving(claim.subscriber_id, claim.newsletter, evidence)
        return await self._public.writer.alike(leave_all, asked)

    async def _undo(self, request: Request, claim: Claim, person: Subscriber) -> Response:
        language = self._language(request, claim, person)
        text = self._public.pages.labels(language)["web_undo_consent"]
        said = choices.Agreement(language, text.format(newsletter=self._public.pages.name(claim.newsletter)))
        at = Evidence(self._public.now(), choices.SOURCE)

        def back(connection: Connection) -> bool:
            found = subscribers.with_number(connection, claim.subscriber_id)
            return found is not None and choices.subscribe(connection, found, claim.newsletter, at, said)

        done = await self._public.writer(back)
        return self._page(request, "back" if done else "blocked", claim, person)

    async def _person(self, claim: Claim) -> Subscriber | None:
        return await self._public.read(lambda one: subscribers.with_number(one, claim.subscriber_id))

    def _language(self, request: Request, claim: Claim, person: Subscriber) -> str:
        found = self._public.pages.newsletters.get(claim.newsletter)
        theirs = person.attributes.get("language")
        return self._public.pages.language(request, theirs, otherwise=found and found.language)

    def _page(
        self,
        request: Request,
        state: str,
        claim: Claim,
        person: Subscriber,
        mark: int | None = None,
    ) -> Response:
        """``state``: leave, left, back or blocked. ``mark``: the guard's, of a page that answers a button."""
        values: dict[str, object] = {
            "state": state,
            "mark": mark,
            "newsletter": self._public.pages.name(claim.newsletter),
            "email": masked(person.email),
            "preferences": f"../preferences/{self._public.links.sign(claim, 'preferences')}",
        }
        language = self._language(request, claim, person)
        return self._public.pages.page("unsubscribe.html.j2", language, values, newsletter=claim.newsletter)
