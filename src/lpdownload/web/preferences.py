"""`/preferences/TOKEN`: what a reader gets: newsletters, topics, language, a pause, or nothing any more.

The token in the path is the authority: whoever holds the mail may choose, without a login. A form that
another site sends is refused all the same, where the browser says so.
"""

from dataclasses import dataclass
from typing import Final

from sqlalchemy import Connection
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from lpdownload.audience import choices
from lpdownload.model.subscriber import Subscriber
from lpdownload.model.subscription import Evidence
from lpdownload.model.token import Claim
from lpdownload.store import subscribers
from lpdownload.store.consent_texts import digest_of
from lpdownload.web.click_guard import ClickGuard
from lpdownload.web.forms import Form, form_of
from lpdownload.web.pages import masked
from lpdownload.web.public import Public
from lpdownload.web.security import from_elsewhere
from lpdownload.web.unsubscribe import NOBODY

_DONE: Final = {"save": "saved", "pause": "", "resume": "saved", "everything": "gone"}
"""What is said after each button; the page says by itself that there is a pause."""
_HELD: Final = frozenset({"pause", "everything"})
"""What a program that presses buttons must not do. Saving what is ticked changes nothing by itself."""


@dataclass(frozen=True, slots=True)
class _Line:
    """A newsletter on the page."""

    name: str
    shown: str
    about: str
    ticked: bool


class Preferences:
    """The room, for the app's ``routes``."""

    def __init__(self, public: Public) -> None:
        self._public = public
        self._guard = ClickGuard(public)

    @property
    def routes(self) -> list[Route]:
        path = "/preferences/{token}"
        return [Route(path, self.look, methods=["GET"]), Route(path, self.change, methods=["POST"])]

    async def look(self, request: Request) -> Response:
        public = self._public
        public.rates.count("page", public.rates.range_of(request.scope))
        claim = await public.claim(request.path_params["token"], "preferences")
        person = await self._person(claim or NOBODY)
        if claim is None or person is None:
            return await public.refused(request)
        return self._page(request, claim, person)

    async def change(self, request: Request) -> Response:
        public = self._public
        claim = await public.claim(request.path_params["token"], "preferences")
        if claim is None:
            public.rates.look("wrong", public.rates.range_of(request.scope))
        else:
            public.rates.count("change", str(claim.subscriber_id))
        form = await form_of(request)
        person = await self._person(claim or NOBODY)
        if claim is None or person is None:
            return await public.refused(request)
        if from_elsewhere(request, public.host):
            return public.pages.message(request, "elsewhere", 403)
        said = self._agreement(form.first("shown"))
        do = form.first("do")
        if do == "save" and form.first("text") != digest_of(said.language, said.text):
            return self._page(request, claim, person, "changed")  # other words than those that were read
        if do not in _DONE:
            return self._page(request, claim, person)
        if do in _HELD and await self._guard.holds(claim, form):
            return self._page(request, claim, person, "again", self._guard.mark())

        def carry_out(connection: Connection) -> Subscriber | None:
            found = subscribers.with_number(connection, claim.subscriber_id)
            if found is None:
                return None
            self._carry_out(connection, found, do, form, said)
            return subscribers.with_number(connection, claim.subscriber_id)

        after = await public.writer(carry_out)
        if after is None:
            return await public.refused(request)
        return self._page(request, claim, after, _DONE[do])

    def _carry_out(
        self, connection: Connection, person: Subscriber, do: str, form: Form, said: choices.Agreement
    ) -> None:
        at = Evidence(self._public.now(), choices.SOURCE)
        match do:
            case "everything":
                choices.leave_everything(connection, person, at)
            case "pause":
                choices.pause(connection, person, at)
            case "resume":
                choices.go_on(connection, person, at)
            case _:
                choices.choose(connection, person, self._chosen(form, person), at, said)

    def _chosen(self, form: Form, person: Subscriber) -> choices.Choices:
        """Of what was ticked, what there is."""
        names = {line.name for line in self._lines(person, "en")}
        topics = self._topics(person)
        language = form.first("language")
        if language == _base(_language_of(person)):  # es of es-MX: as it was
            language = ""
        return choices.Choices(
            newsletters=form.every("newsletter") & names,
            offered=form.every("offered") & names,
            interests=frozenset(form.every("topic") & set(topics)) if topics else None,
            language=language if language in self._public.pages.languages else None,
        )

    def _agreement(self, language: str) -> choices.Agreement:
        pages = self._public.pages
        known = language if language in pages.languages else "en"
        return choices.Agreement(known, pages.labels(known)["web_consent"].format(network=pages.network.name))

    def _lines(self, person: Subscriber, language: str) -> list[_Line]:
        """All newsletters; those that are no more only for those who get them."""
        pages = self._public.pages
        active = {name for name, (state, _) in person.subscriptions.items() if state == "active"}
        ticked = frozenset[str]() if person.suppressed else active
        names = [*pages.newsletters, *sorted(active - pages.newsletters.keys())]
        found = []
        for name in names:
            newsletter = pages.newsletter(name, language)
            about = (newsletter.subtitle or "") if newsletter else ""
            found.append(_Line(name, pages.name(name), about, name in ticked))
        return found

    def _topics(self, person: Subscriber) -> tuple[str, ...]:
        return tuple(sorted({*self._public.pages.topics, *choices.interests_of(person)}))

    async def _person(self, claim: Claim) -> Subscriber | None:
        return await self._public.read(lambda one: subscribers.with_number(one, claim.subscriber_id))

    def _page(
        self, request: Request, claim: Claim, person: Subscriber, done: str = "", mark: int | None = None
    ) -> Response:
        """``done``: what is to be said of it: saved, gone, changed or again. ``mark``: the guard's."""
        pages, now = self._public.pages, self._public.now()
        theirs = _language_of(person)
        own = pages.newsletters.get(claim.newsletter)
        language = pages.language(request, theirs, otherwise=own and own.language)
        said = self._agreement(language)
        pauses = [until for until in person.paused.values() if until > now]
        lines = self._lines(person, language)
        values: dict[str, object] = {
            "done": done,
            "email": masked(person.email),
            "lines": lines,
            "gets": any(line.ticked for line in lines),
            "topics": [
                (name, _in_words(name), name in choices.interests_of(person)) for name in self._topics(person)
            ],
            "languages": pages.languages,
            "language": theirs if theirs in pages.languages else _base(theirs),
            "paused_until": max(pauses).date() if pauses else None,
            "resumes_on": (now + choices.PAUSE).date(),
            "blocked": not choices.may_come_back(person),
            "reachable": person.suppressed is None,
            "mark": mark,
            "consent": said.text,
            "shown": language,
            "text": digest_of(said.language, said.text),
        }
        return pages.page("preferences.html.j2", language, values)


def _language_of(person: Subscriber) -> str:
    """Empty if none was chosen."""
    return str(person.attributes.get("language") or "")


def _base(language: str) -> str:
    return language.partition("-")[0]


def _in_words(topic: str) -> str:
    """``school-funding`` as School funding."""
    words = topic.replace("-", " ").replace("_", " ")
    return words[:1].upper() + words[1:]
