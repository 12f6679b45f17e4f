"""What all pages of the hub have in common: who publishes it, where it stands, its style."""

import hashlib
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from markupsafe import Markup

from lpdownload.content.library import Library
from lpdownload.content.references import unknown
from lpdownload.errors import InvalidInput
from lpdownload.model.network import Network
from lpdownload.model.theme import Theme
from lpdownload.render import dates
from lpdownload.render.environment import environment, labels, render_template
from lpdownload.render.html_context import COLORS
from lpdownload.render.markdown import Markdown
from lpdownload.site.entry import digest
from lpdownload.site.names import root_of

_MARKDOWN = Markdown()


@dataclass(frozen=True)
class Frame:
    """``home`` is the front page's address; ``style`` the path of the style sheet from there."""

    network: Network
    theme: Theme
    templates: tuple[Path, ...]
    language: str
    css: str
    search: bool = False

    @property
    def name(self) -> str:
        return self.network.name

    @property
    def home(self) -> str:
        return f"{self.network.public_url}/"

    @property
    def base_path(self) -> str:
        """``/``, or the folder of its host that the hub stands in."""
        return f"{urlsplit(self.network.public_url).path}/"

    @property
    def style(self) -> str:
        return f"assets/hub-{hashlib.sha256(self.css.encode()).hexdigest()[:12]}.css"

    @property
    def digest(self) -> str:
        """Of what newsletters and options change in it: a newsletter may have colours of its own."""
        return digest(self.style, self.language, str(self.search))


def make_frame(library: Library, *, search: bool = False) -> Frame:
    """Raises InvalidInput for a network, theme or template that cannot be read."""
    network = library.network
    theme = theme_of(library, network.theme)
    newsletters = {name: library.newsletter(name)[1] for name in library.newsletter_names}
    themes = {name: theme_of(library, one.theme or network.theme) for name, one in newsletters.items()}
    languages = [one.language for one in newsletters.values()] or ["en"]
    css = render_template(
        environment(library.templates, markup=False),
        "web/hub/hub.css.j2",
        {"theme": theme, "themes": themes, **COLORS},
    )
    language = max(dict.fromkeys(languages), key=languages.count)
    return Frame(network, theme, library.templates, language, css, search)


def theme_of(library: Library, named: str | Theme) -> Theme:
    """InvalidInput if there is none of that name."""
    try:
        return library.theme(named)
    except KeyError:
        raise InvalidInput([unknown("theme", str(named), library.theme_names)]) from None


def frame_values(
    frame: Frame, path: str, *, lang: str = "", root: str | None = None, script: bool = False
) -> dict[str, object]:
    """What the template around every page sees. ``path`` is the page's own, from the front page.

    ``root``: the way to the front page, where it is not that of the path; ``script``: the page runs its own.
    """
    network, language = frame.network, lang or frame.language
    said = labels(frame.templates, language)
    feeds = [
        (feed, said[f"hub_{feed.replace('-', '_')}"]) for feed in ("blog", "in-the-news", "press-releases")
    ]
    entities = [network.entities[network.default_entity]]
    entities += [one for one in network.entities.values() if one not in entities]
    return {
        "network": network,
        "theme": frame.theme,
        "labels": said,
        "lang": language,
        "dir": dates.direction(language),
        "root": root_of(path) if root is None else root,
        "path": path,
        "home": frame.home,
        "url_of_page": f"{frame.home}{path}",
        "style": frame.style,
        "search": frame.search,
        "policy": _policy(script=script),
        "feeds": feeds,
        "entities": entities,
        "about": _MARKDOWN.block(network.about, str) if network.about else Markup(),
        "hub_title": network.hub.title or said["hub_title"],
        "body_class": "",
        "og_type": "website",
        "page_picture": None,
        "linked_data": [],
        "feed_of": "",
        **COLORS,
    }


def _policy(*, script: bool) -> str:
    scripts = "script-src 'self' 'wasm-unsafe-eval'; connect-src 'self'; " if script else ""
    styles = "'self' 'unsafe-inline'" if script else "'self'"
    return (
        f"default-src 'none'; {scripts}style-src {styles}; img-src 'self' https: data:; "
        "base-uri 'none'; form-action 'none'"
    )
