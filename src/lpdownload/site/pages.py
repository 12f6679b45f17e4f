"""The hub's own pages: each planned with the digest of all it is made of, and rendered only if need be."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from markupsafe import Markup

from lpdownload.model.newsletter import Newsletter
from lpdownload.render import dates
from lpdownload.render.environment import environment, labels, render_template
from lpdownload.render.linked_data import breadcrumbs, json_in_html
from lpdownload.render.markdown import Markdown
from lpdownload.site.entry import Entry, digest
from lpdownload.site.frame import Frame, frame_values
from lpdownload.site.shelves import Leaf, Shelf, leaves

_MARKDOWN = Markdown()

ON_FRONT = {"blog": 13, "in-the-news": 6, "press-releases": 6}
"""Cards of each feed on the front page."""


@dataclass(frozen=True)
class Planned:
    """A file of the hub; ``key`` is another one if it would be."""

    path: str
    key: str
    make: Callable[[], bytes]


@dataclass
class Pages:
    """What the hub's own pages are made of. ``cards``: the digest of each entry, by key."""

    frame: Frame
    digest: str
    cards: Mapping[str, str]
    feeds: Sequence[Shelf]
    newsletters: Sequence[Shelf]
    chapters: Sequence[Shelf]
    topics: Sequence[Shelf]
    known: Mapping[str, Newsletter]
    events: bool
    _drawn: dict[tuple[str, str, str], Markup] = field(default_factory=dict)

    def planned(self) -> Iterator[Planned]:
        """Every page but those of issues and news."""
        shown = (entry for shelf in self.feeds for entry in self._shown(shelf))
        yield self._page("", self._front, *shown, more=repr([len(shelf.entries) for shelf in self.feeds]))
        for shelf in (*self.feeds, *self.newsletters, *self.chapters, *self.topics):
            for leaf in leaves(shelf):
                more = repr((shelf.title, leaf.newer, leaf.older, leaf.number))
                yield self._page(leaf.path, self._of_leaf(shelf, leaf), *leaf.entries, more=more)
        yield self._page("newsletters/", self._browse, more=repr(self._counts()))
        yield self._page("404.html", self._not_found)
        if self.frame.search:
            yield self._page("search/", self._search)
        yield self.redirect("news/", "blog/")

    def redirect(self, path: str, to: str) -> Planned:
        """A page at an old address that leads on; ``to`` is a path from the front page."""

        def make() -> bytes:
            return self._render("web/hub/moved.html.j2", path, {"to": to})

        return Planned(_file(path), digest(self.digest, path, to), make)

    def _page(self, path: str, make: Callable[[], bytes], *entries: Entry, more: str = "") -> Planned:
        return Planned(
            _file(path), digest(self.digest, path, more, *(self.cards[one.key] for one in entries)), make
        )

    def _render(self, template: str, path: str, values: Mapping[str, object], **frame: object) -> bytes:
        root = frame.get("root")
        given = frame_values(
            self.frame, path, root=str(root) if root is not None else None, script=bool(frame.get("script"))
        )
        given |= {
            "events": self.events,
            "card": lambda entry, shape="": self._card(entry, given, shape),
            **values,
        }
        env = environment(self.frame.templates, markup=True)
        return (render_template(env, template, given) + "\n").encode()

    def _card(self, entry: Entry, values: Mapping[str, object], shape: str) -> Markup:
        """Drawn once for all pages that are as far from the front page."""
        root = str(values["root"])
        known = self._drawn.get((entry.key, root, shape))
        if known is None:
            env = environment(self.frame.templates, markup=True)
            own = {
                "entry": entry,
                "shape": shape,
                "date": dates.day(date.fromisoformat(entry.date), entry.lang) if entry.date else "",
                "entry_dir": dates.direction(entry.lang),
                **values,
            }
            known = Markup(render_template(env, "web/hub/card.html.j2", own))
            self._drawn[entry.key, root, shape] = known
        return known

    def _shown(self, shelf: Shelf) -> tuple[Entry, ...]:
        return shelf.entries[: ON_FRONT[shelf.name]]

    def _front(self) -> bytes:
        hub, network = self.frame.network.hub, self.frame.network
        words = {"in-the-news": hub.in_the_news, "press-releases": hub.press_releases}
        inquiry = hub.media_inquiry or network.about
        site = {
            "@context": "https://schema.org",
            "@type": "WebSite",
            "name": network.name,
            "url": self.frame.home,
            "inLanguage": self.frame.language,
            "publisher": {"@type": "Organization", "name": network.name, "url": self.frame.home},
        }
        return self._render(
            "web/hub/front.html.j2",
            "",
            {
                "title": network.name,
                "description": network.about or network.name,
                "shelves": [
                    (shelf, self._shown(shelf), _markdown(words.get(shelf.name))) for shelf in self.feeds
                ],
                "inquiry": _markdown(inquiry),
                "press_email": network.press_email,
                "linked_data": [Markup(json_in_html(site))],
            },
        )

    def _of_leaf(self, shelf: Shelf, leaf: Leaf) -> Callable[[], bytes]:
        def make() -> bytes:
            newsletter = self.known.get(shelf.name) if shelf.kind == "newsletter" else None
            said = labels(self.frame.templates, self.frame.language)
            kind = {"newsletter": "newsletters", "chapter": "chapters", "topic": "topics"}.get(shelf.kind)
            steps = [(self.frame.name, self.frame.home)]
            if kind:
                steps.append((said[f"hub_{kind}"], f"{self.frame.home}newsletters/"))
            steps.append((shelf.title, f"{self.frame.home}{shelf.path}"))
            hub = self.frame.network.hub
            words = {"in-the-news": hub.in_the_news, "press-releases": hub.press_releases}
            return self._render(
                "web/hub/shelf.html.j2",
                leaf.path,
                {
                    "title": shelf.title,
                    "description": f"{shelf.title} · {self.frame.name}",
                    "shelf": shelf,
                    "leaf": leaf,
                    "newsletter": newsletter,
                    "kicker": said[f"hub_{shelf.kind}"] if kind else "",
                    "intro": _markdown(words.get(shelf.name)) if shelf.kind == "feed" else Markup(),
                    "subscribe": f"{self.frame.home}join/{shelf.name}" if newsletter else "",
                    "body_class": f"n-{shelf.name}" if newsletter else "",
                    "feed_of": shelf.path,
                    "linked_data": [Markup(json_in_html(breadcrumbs(steps)))],
                },
            )

        return make

    def _browse(self) -> bytes:
        said = labels(self.frame.templates, self.frame.language)
        return self._render(
            "web/hub/browse.html.j2",
            "newsletters/",
            {
                "title": said["hub_browse"],
                "description": f"{said['hub_browse']} · {self.frame.name}",
                "newsletters": [(shelf, self.known[shelf.name]) for shelf in self.newsletters],
                "groups": [(said["hub_chapters"], self.chapters), (said["hub_topics"], self.topics)],
            },
        )

    def _counts(self) -> list[tuple[str, str, int, str]]:
        return [
            (shelf.path, shelf.title, len(shelf.entries), self.cards[shelf.entries[0].key])
            for shelf in (*self.newsletters, *self.chapters, *self.topics)
        ]

    def _not_found(self) -> bytes:
        """Shown at any depth, hence with addresses from the root of the host."""
        said = labels(self.frame.templates, self.frame.language)
        values = {"title": said["hub_not_found"], "description": said["hub_not_found"]}
        return self._render("web/hub/404.html.j2", "404.html", values, root=self.frame.base_path)

    def _search(self) -> bytes:
        said = labels(self.frame.templates, self.frame.language)
        values = {"title": said["hub_search"], "description": said["hub_search"]}
        return self._render("web/hub/search.html.j2", "search/", values, script=True)


def _markdown(text: str | None) -> Markup:
    return _MARKDOWN.block(text, str) if text else Markup()


def _file(path: str) -> str:
    return path if path.endswith(".html") else f"{path}index.html"
