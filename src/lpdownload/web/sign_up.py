"""`/join/NEWSLETTER` and `/confirm/TOKEN`: signing up, which counts once the link in a mail is followed.

The answer to an address is one and the same, at the same time after the request, whether the address is new,
known, suppressed or filled in by a program. Who is suppressed or gets the newsletter already is sent nothing
(delivery/confirmation.py), and the answer's page says so to everybody. The link's page changes nothing until
its button is pressed: scanners follow links.

The form may stand on other sites, framed (`/join/NEWSLETTER/form`, on those of LPDOWNLOAD_WEB_FRAMED_BY) or
as a copy: it says nothing about anybody, no cookie goes with it, and it acts on nothing but a mailbox that
has to agree; so nobody asks where it was sent from. What was agreed to is kept as it was shown: the box
that is ticked has the text's digest as its value, so an old copy of the form is shown anew.
"""

import asyncio
import logging
from collections.abc import Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from typing import Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from lpdownload.content.library import Library
from lpdownload.delivery import confirmation
from lpdownload.delivery.confirmation import Question, Wish
from lpdownload.errors import InvalidInput
from lpdownload.model.address import Address, BadAddress, address_of
from lpdownload.model.content import plain_text
from lpdownload.model.delivery import Outcome
from lpdownload.model.newsletter import Newsletter
from lpdownload.providers.registry import Account
from lpdownload.store.consent_texts import digest_of
from lpdownload.web.forms import Form, form_of
from lpdownload.web.public import Public
from lpdownload.web.rate import TooMany
from lpdownload.web.security import from_elsewhere

ANSWER_EVERY: Final = 0.5
"""Seconds: an answer comes at a multiple of it, so that the database's milliseconds tell nothing."""
TRAP: Final = "homepage"
"""A field that no person sees; a program that fills in forms fills it in too."""
_LONGEST_NAME: Final = 60
_NO_NAME: Final = frozenset("<>:/@\\{}")
_MAILING: Final = 2
"""Mails handed over at the same time."""

_LOG: Final = logging.getLogger("lpdownload.web")


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a form stands."""

    name: str
    """Of its newsletter."""
    newsletter: Newsletter
    language: str
    framed: bool


class SignUp:
    """The room, for the app's ``routes``; ``close`` it at the end."""

    def __init__(self, public: Public, library: Library) -> None:
        self._public = public
        self._library = library
        self._accounts = _accounts(library, public.pages.newsletters)
        self._mailing = ThreadPoolExecutor(_MAILING, "sign-up")

    @property
    def routes(self) -> list[Route]:
        found = []
        for path, framed in (("/join/{newsletter}", False), ("/join/{newsletter}/form", True)):
            found.append(Route(path, partial(self.look, framed=framed), methods=["GET"]))
            found.append(Route(path, partial(self.ask, framed=framed), methods=["POST"]))
        path = "/confirm/{token}"
        return [
            *found,
            Route(path, self.question, methods=["GET"]),
            Route(path, self.answer, methods=["POST"]),
        ]

    def close(self) -> None:
        """Waits for the mails that are being handed over."""
        self._mailing.shutdown()

    async def look(self, request: Request, *, framed: bool) -> Response:
        public = self._public
        public.rates.count("page", public.rates.range_of(request.scope))
        place = self._place(request, request.query_params.get("lang", ""), framed)
        if place is None:
            return public.pages.message(request, "missing", 404)
        return self._form(place)

    async def ask(self, request: Request, *, framed: bool) -> Response:
        public = self._public
        loop = asyncio.get_running_loop()
        begun = loop.time()
        public.rates.count("join", public.rates.range_of(request.scope))
        form = await form_of(request)
        place = self._place(request, form.first("lang"), framed)
        if place is None:
            return public.pages.message(request, "missing", 404)
        problems: dict[str, str] = {}
        try:
            address: Address | None = address_of(form.first("address"))
        except BadAddress:
            address = None
            problems["address"] = "join_bad_address"
        agreed = self._words(place)["join_consent"]
        if form.first("consent") != digest_of(place.language, agreed):
            problems["consent"] = "join_bad_consent"
        if problems or address is None:
            return self._form(place, form, problems)
        if not form.first(TRAP) and self._may_try(address):
            await self._wish(place, address, form, agreed)
        passed = loop.time() - begun
        await asyncio.sleep(-passed % ANSWER_EVERY if ANSWER_EVERY else 0)
        return self._page("joined.html.j2", place, {"state": "asked"})

    def _may_try(self, address: Address) -> bool:
        """Whoever asks too often for a mailbox hears what everybody hears."""
        try:
            self._public.rates.count("join_mailbox", address.mailbox or address.key)
        except TooMany:
            return False
        return True

    async def _wish(self, place: _Place, address: Address, form: Form, agreed: str) -> None:
        account = self._accounts[place.name]
        languages = self._languages(place.newsletter)
        chosen = form.first("language")
        wish = Wish(
            address,
            place.name,
            chosen if chosen in languages else place.newsletter.language,
            _first_name(form.first("first_name")),
            agreed,
            place.language,
            f"form /join/{place.name}{'/form' if place.framed else ''}",
        )
        now = self._public.now()
        question = await self._public.writer(lambda one: confirmation.ask(one, wish, account.name, now))
        if question is not None:
            self._mail(account, question)

    def _mail(self, account: Account, question: Question) -> None:
        """After the answer: how long a mail service takes would tell that a mail was sent."""
        mailed = self._mailing.submit(
            confirmation.mail, self._public.database, self._library, account, question
        )
        mailed.add_done_callback(partial(_log, question.newsletter))

    async def question(self, request: Request) -> Response:
        public = self._public
        public.rates.count("page", public.rates.range_of(request.scope))
        token, now = request.path_params["token"], public.now()
        name = await public.read(lambda one: confirmation.open_question(one, token, now))
        return self._answered(request, name, "confirm")

    async def answer(self, request: Request) -> Response:
        public = self._public
        public.rates.look("wrong", public.rates.range_of(request.scope))
        if from_elsewhere(request, public.host):
            return public.pages.message(request, "elsewhere", 403)
        token, now = request.path_params["token"], public.now()
        name = await public.writer(lambda one: confirmation.answer(one, token, now))
        return self._answered(request, name, "done")

    def _answered(self, request: Request, name: str | None, state: str) -> Response:
        public = self._public
        newsletter = public.pages.newsletters.get(name or "")
        if name is None or newsletter is None:
            public.rates.count("wrong", public.rates.range_of(request.scope))
            return public.pages.message(request, "over", 404, contact=True)
        language = public.pages.language(request, request.query_params.get("lang", ""))
        place = _Place(name, newsletter, language, False)
        return self._page("joined.html.j2", place, {"state": state})

    def _place(self, request: Request, language: str, framed: bool) -> _Place | None:
        """None where nobody can sign up: there is no such newsletter, or no account to ask through."""
        name = request.path_params["newsletter"]
        newsletter = self._public.pages.newsletters.get(name)
        if newsletter is None or name not in self._accounts:
            return None
        return _Place(name, newsletter, self._public.pages.language(request, language), framed)

    def _languages(self, newsletter: Newsletter) -> dict[str, str]:
        """Those that the newsletter comes in, by their own names."""
        comes_in = (newsletter.language, *newsletter.translated)
        names = self._public.pages.languages
        return {tag: names[tag] for tag in comes_in if tag in names}

    def _words(self, place: _Place) -> Mapping[str, str]:
        return confirmation.words_in(self._library, place.newsletter, place.language)

    def _form(
        self, place: _Place, form: Form | None = None, problems: Mapping[str, str] | None = None
    ) -> Response:
        agreed = self._words(place)["join_consent"]
        languages = self._languages(place.newsletter)
        chosen = form.first("language") if form else ""
        prefers = place.language if place.language in languages else place.newsletter.language
        values: dict[str, object] = {
            "problems": problems or {},
            "address": plain_text(form.first("address"))[:254] if form else "",
            "first_name": plain_text(form.first("first_name"))[:_LONGEST_NAME] if form else "",
            "languages": languages,
            "chosen": chosen if chosen in languages else prefers,
            "consent": digest_of(place.language, agreed),
            "trap": TRAP,
            "action": f"{self._public.pages.network.public_url}/join/{place.name}/form",
        }
        return self._page("join.html.j2", place, values, 422 if problems else 200)

    def _page(
        self, template: str, place: _Place, values: Mapping[str, object], status: int = 200
    ) -> Response:
        reply_to = place.newsletter.reply_to or place.newsletter.sender
        shown = {
            **values,
            "words": self._words(place),
            "newsletter": self._public.pages.newsletter(place.name, place.language),
            "framed": place.framed,
            "write_to": reply_to.email,
        }
        answer = self._public.pages.page(
            template, place.language, shown, newsletter=place.name, status=status
        )
        sites = self._public.settings.web_framed_by
        if place.framed and sites:
            policy = answer.headers["content-security-policy"]
            answer.headers["content-security-policy"] = policy.replace(
                "frame-ancestors 'none'", f"frame-ancestors {' '.join(sites)}"
            )
        return answer


def _accounts(library: Library, newsletters: Mapping[str, Newsletter]) -> dict[str, Account]:
    """By newsletter, of those that can ask by mail."""
    found: dict[str, Account] = {}
    for name, newsletter in newsletters.items():
        try:
            account = confirmation.account_of(library, newsletter)
        except InvalidInput as error:
            _LOG.warning("nobody can sign up for %s: %s", name, error.findings[0].message)
            continue
        if account is not None:
            found[name] = account
    return found


def _first_name(text: str) -> str:
    """Nothing, if it is no name: somebody else's mails will say it."""
    name = " ".join(plain_text(text).split())
    return "" if len(name) > _LONGEST_NAME or _NO_NAME & set(name) else name


def _log(newsletter: str, done: "Future[Outcome]") -> None:
    error = done.exception()
    if error is not None:
        _LOG.error("a mail that asks about %s failed: %s", newsletter, type(error).__name__)
