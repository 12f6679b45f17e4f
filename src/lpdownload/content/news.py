"""Pieces of news read whole: pictures found, names checked, all with places."""

from dataclasses import dataclass, replace

from lpdownload.content.library import Library
from lpdownload.content.located import Document
from lpdownload.content.pictures import located_pictures
from lpdownload.content.reading import Reading
from lpdownload.errors import Finding, InvalidInput, Loc
from lpdownload.model.news import News
from lpdownload.model.text import is_slug


@dataclass(frozen=True)
class LoadedNews:
    """A piece of news, and the findings about it that do not stop it."""

    news: News
    document: Document
    findings: tuple[Finding, ...] = ()

    def placed(self, finding: Finding) -> Finding:
        """The finding with its place in the YAML, if it has none: it is of an issue of this one section."""
        if finding.place:
            return finding
        loc: Loc = ("section", *finding.loc[2:]) if finding.loc[:1] == ("sections",) else finding.loc
        return replace(finding, loc=loc, place=self.document.place(loc))


def load_news(library: Library, name: str) -> LoadedNews:
    """The piece ``newsletters/news/NAME.yaml``. InvalidInput carries all that is wrong with it."""
    document, written = library.news(name)
    reading = Reading(library, "news", name, document, [])
    if not is_slug(name.lower()):
        hint = "letters, digits and dashes, as in road-to-good-cause"
        reading.find("bad-slug", f"the file's name is not a short name: {name}", hint, ())
    entities = library.network.entities
    if written.section.entity and written.section.entity not in entities:
        reading.find_unknown("entity", written.section.entity, entities, ("section", "entity"))
    if written.section.visible_to:
        message = "the news page is for everybody, so a piece of news cannot be for some only"
        hint = "leave it out here; an issue that names the piece may say it"
        reading.find("bad-news", message, hint, ("section", "visible_to"))
    news = News(name, located_pictures(reading, written, ()))
    if any(finding.severity == "error" for finding in reading.findings):
        raise InvalidInput(reading.findings)
    return LoadedNews(news, document, tuple(reading.findings))
