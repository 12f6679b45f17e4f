"""The public pages: templates in the reader's language and the newsletter's colours, with their policy."""

from collections.abc import Iterable, Mapping
from contextlib import suppress
from typing import Final

from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import HTMLResponse

from lpdownload.content.library import Library
from lpdownload.errors import InvalidInput
from lpdownload.model.localise import localised_newsletter
from lpdownload.model.newsletter import Newsletter
from lpdownload.model.segment import Attribute, walk
from lpdownload.model.theme import Theme
from lpdownload.render import dates
from lpdownload.render.environment import environment, has_labels, labels, render_template
from lpdownload.render.html_context import COLORS
from lpdownload.render.web_context import own_name
from lpdownload.web.security import page_policy

_PLAIN: Final = Theme(accent="#1f4e9c", deep="#12294f", paper="#eef2f8")
_KINDS: Final = ("network", "topic", "constituency", "chapter")
"""The order of newsletters: those for more people first."""
_MOST_LANGUAGES: Final = 10
"""Of those that a browser says it likes."""


class Pages:
    """Of one newsroom, as it was when the server started. For any number of threads."""

    def __init__(self, library: Library) -> None:
        """InvalidInput if network.yaml or the templates cannot be read."""
        self.network = library.network
        self.templates = library.templates
        self.languages = _languages(library)
        self.newsletters = _newsletters(library)
        self.topics = _topics(library, self.newsletters.values())
        self._styles = {name: self._style(library, one.theme) for name, one in self.newsletters.items()}
        self._styles[""] = self._style(library, None)

    def page(
        self,
        template: str,
        language: str,
        values: Mapping[str, object],
        *,
        newsletter: str = "",
        status: int = 200,
    ) -> HTMLResponse:
        """``template`` stands in templates/web/; the colours are the newsletter's, if there is one."""
        css = self._styles.get(newsletter, self._styles[""])
        shown = {
            **values,
            "lang": language,
            "dir": dates.direction(language),
            "labels": self.labels(language),
            "network": self.network,
            "css": Markup(css),
            "day": lambda moment: dates.day(moment, language),
        }
        text = render_template(environment(self.templates, markup=True), f"web/{template}", shown)
        # The style element of the page holds exactly this, with the line breaks around it.
        headers = {"content-security-policy": page_policy(f"\n{css}\n"), "content-language": language}
        return HTMLResponse(f"{text}\n", status, headers)

    def message(self, request: Request, key: str, status: int, *, contact: bool = False) -> HTMLResponse:
        """A page that says one thing, in the language the browser likes: labels web_KEY_title and _why."""
        return self.page(
            "message.html.j2", self.language(request), {"key": key, "contact": contact}, status=status
        )

    def labels(self, language: str) -> Mapping[str, str]:
        return labels(self.templates, language)

    def language(self, request: Request, *wanted: object, otherwise: object = None) -> str:
        """The first that we have words in: of ``wanted``, the browser's likings, ``otherwise``, English."""
        liked = _liked(request.headers.get("accept-language", ""))
        for one in [*(str(one) for one in wanted if one), *liked, str(otherwise or "en")]:
            for name in (one, one.partition("-")[0]):
                if name in self.languages:
                    return name
        return "en"

    def newsletter(self, name: str, language: str) -> Newsletter | None:
        """In the words of a language; None for one that is no more, or that cannot be read."""
        found = self.newsletters.get(name)
        return None if found is None else localised_newsletter(found, language)

    def name(self, newsletter: str) -> str:
        """Of a newsletter, for people."""
        found = self.newsletters.get(newsletter)
        return newsletter if found is None else found.name

    def _style(self, library: Library, named: str | Theme | None) -> str:
        try:
            theme = library.theme(named if named is not None else self.network.theme)
        except (KeyError, InvalidInput):
            theme = _PLAIN
        env = environment(self.templates, markup=False)
        css = render_template(env, "web/public.css.j2", {**COLORS, "theme": theme})
        return css.replace("<", "\\3c ")  # a theme's font is an author's text


def masked(email: str) -> str:
    """``a…@e…``: the person knows it again, and nobody else learns it."""
    local, _, domain = email.rpartition("@")
    return f"{local[:1]}…@{domain[:1]}…"


def _languages(library: Library) -> dict[str, str]:
    """Those that the templates have words in, each by its own name."""
    found = {path.stem for folder in library.templates for path in (folder / "labels").glob("*.yaml")}
    return {name: own_name(name) for name in sorted(found) if has_labels(library.templates, name)}


def _newsletters(library: Library) -> dict[str, Newsletter]:
    """One that cannot be read is passed over: its readers must be able to leave all the same."""
    found: dict[str, Newsletter] = {}
    for name in library.newsletter_names:
        with suppress(InvalidInput):
            found[name] = library.newsletter(name)[1]
    return dict(sorted(found.items(), key=lambda one: (_KINDS.index(one[1].kind), one[1].name)))


def _topics(library: Library, newsletters: Iterable[Newsletter]) -> tuple[str, ...]:
    """What a reader may be interested in: the newsletters' topics, and what segments ask for."""
    found = {topic for newsletter in newsletters for topic in newsletter.topics}
    with suppress(InvalidInput):  # segments that cannot be read are the newsroom's trouble, not a reader's
        for part in (part for rule in library.segments.root.values() for part in walk(rule)):
            if isinstance(part, Attribute) and part.name == "interests":
                found |= set(part.condition.words)
    return tuple(sorted(found))


def _liked(accept: str) -> list[str]:
    """The languages of an Accept-Language header, the best first."""
    found: list[tuple[float, str]] = []
    for part in accept.split(",")[:_MOST_LANGUAGES]:
        name, _, quality = part.partition(";")
        try:
            weight = float(quality.partition("=")[2] or 1)
        except ValueError:
            weight = 0.0
        if weight > 0 and name.strip():
            language, dash, rest = name.strip().partition("-")
            found.append((weight, f"{language.lower()}{dash}{rest.upper()}"))
    return [name for _, name in sorted(found, key=lambda one: -one[0])]
