"""One issue or piece of news, from its file to its record and its own page."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from itertools import chain

from lpdownload.content.issues import LoadedIssue, load_issue
from lpdownload.content.library import Library
from lpdownload.content.news import LoadedNews, load_news
from lpdownload.errors import InvalidInput
from lpdownload.model.issue import Issue
from lpdownload.model.news import Correction as Written
from lpdownload.model.news import News
from lpdownload.model.sections.base import Image, Section, walk_models, walk_texts
from lpdownload.model.sections.structure import Shared
from lpdownload.model.text import NEWS, PLACEHOLDER
from lpdownload.render.card import PICTURE_WIDTH, make_card, said
from lpdownload.render.draft import Draft, begin
from lpdownload.render.markdown import Markdown
from lpdownload.render.subject import name_with_emoji
from lpdownload.render.web import render_web
from lpdownload.render.web_context import own_name
from lpdownload.site import article
from lpdownload.site.digests import Digests
from lpdownload.site.entry import CardPicture, Correction, Entry, Hidden, Record, Translation, digest
from lpdownload.site.frame import Frame
from lpdownload.site.words import first_words

_MARKDOWN = Markdown()


@dataclass(frozen=True)
class Made:
    """A record and, if it is on the hub and has one, its page and the files that its page shows."""

    record: Record
    html: bytes = b""
    """In UTF-8: a page with an emoji takes four times as much as text."""
    assets: tuple[tuple[str, bytes], ...] = ()
    """Path from the hub's root, bytes."""


def gather(library: Library, digests: Digests, frame: Frame, key: str, as_of: date) -> Made:
    """The issue ``NEWSLETTER/NAME`` or the piece ``news/NAME``. InvalidInput says what is wrong with it.

    Of what is not yet to be seen nothing is rendered, and nothing of it is kept but its day.
    """
    folder, _, name = key.partition("/")
    if folder == "news":
        return _news(library, digests, frame, name, as_of)
    return _issue(library, digests, key, as_of)


def siblings(library: Library, key: str) -> tuple[str, ...]:
    """The names of the same issue's files in other languages, or of its original."""
    folder, _, name = key.partition("/")
    if folder == "news":
        return ()
    return _by_stem(tuple(library.issue_names(folder)))[name.partition(".")[0]]


@lru_cache(maxsize=64)
def _by_stem(names: tuple[str, ...]) -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for name in names:
        stem = name.partition(".")[0]
        found[stem] = (*found.get(stem, ()), name)
    return found


def _issue(library: Library, digests: Digests, key: str, as_of: date) -> Made:
    folder = key.partition("/")[0]
    own = [f"newsletters/{folder}/{other}.yaml" for other in siblings(library, key)]
    own.append(f"newsletters/{folder}/newsletter.yaml")
    for path in own:
        digests.of(path)  # before they are read: a file that changes in between is read again next time
    loaded = load_issue(library, key)
    issue = loaded.issue
    hidden = _hidden_issue(issue, as_of)
    refs = [part.ref for part in issue.written.sections if isinstance(part, Shared)]
    shared = [f"newsletters/{ref if ref.startswith(NEWS) else f'shared/{ref}'}.yaml" for ref in refs]
    pictures = _pictures((*issue.sections, *([issue.image] if issue.image else [])))
    record = Record(
        key=key,
        read=_digests(digests, [*own, *shared, *pictures]),
        siblings=siblings(library, key),
        slug=issue.slug,
        day=issue.date.isoformat(),
        hidden=hidden,
    )
    if hidden:
        return Made(record)
    others = [load_issue(library, f"{folder}/{name}").issue for name in record.siblings if name != issue.name]
    shown = {other.slug for other in others if not _hidden_issue(other, as_of)}
    translations = tuple((lang, slug) for lang, slug in issue.translations if slug in shown)
    issue = replace(issue, translations=translations)
    loaded = replace(loaded, issue=issue)
    record = replace_record(record, turns={one.date.isoformat(): one.date <= as_of for one in others})
    draft = begin(issue, library.root, library.templates, frozenset())
    assets = f"assets/{issue.newsletter_name}/{issue.slug}/"
    html = render_web(draft, f"../../{assets}", on_hub=True)
    return _made(
        replace_record(
            record,
            entry=_issue_entry(draft, loaded),
            content=_content(
                issue.written.subject or "", str(issue.written.highlights or ""), *issue.sections
            ),
            corrections=_corrections(issue.written.corrections),
            events=tuple(article.calendar_entries(draft)),
        ),
        draft,
        assets,
        html,
        loaded,
    )


def _issue_entry(draft: Draft, loaded: LoadedIssue) -> Entry:
    issue, card = loaded.issue, make_card(draft)
    original = issue.name.partition(".")[0] if "." in issue.name else ""
    home = f"{issue.network.public_url}/"
    named = card.highlights or (card.title if issue.written.subject else "")
    return Entry(
        key=issue.key,
        feed="blog",
        kicker=said(draft, name_with_emoji(issue)),
        title=named or card.period.label,
        period="" if issue.written.subject or not named else card.period.label,
        teaser=card.teaser,
        path=f"{issue.newsletter_name}/{issue.slug}/",
        outside="",
        source="",
        date=card.date,
        sort=card.date,
        lang=issue.language,
        newsletter=issue.newsletter_name,
        translation_of=f"{issue.newsletter_name}/{original}" if original else "",
        picture=_card_picture(draft, issue.image, f"assets/{issue.newsletter_name}/{issue.slug}/"),
        topics=card.topics,
        chapters=card.chapters,
        translations=tuple(
            Translation(lang=one.lang, name=own_name(one.lang), path=one.url.removeprefix(home))
            for one in card.translations
        ),
    )


def _news(library: Library, digests: Digests, frame: Frame, name: str, as_of: date) -> Made:
    path = f"newsletters/news/{name}.yaml"
    digests.of(path)
    loaded = load_news(library, name)
    news = loaded.news
    hidden = _hidden(news.date, as_of, news.written.published, (text for text, _ in walk_texts(news.written)))
    pictures = _pictures((news.written,))
    record = Record(
        key=news.key,
        read=_digests(digests, [path, *pictures]),
        siblings=(),
        slug=news.slug,
        day=news.date.isoformat(),
        hidden=hidden,
    )
    if hidden:
        return Made(record)
    draft = article.news_draft(news, library)
    assets = f"assets/news/{news.slug}/"
    html = "" if news.outside else article.render_article(news, draft, frame, f"../../{assets}")
    record = replace_record(
        record,
        entry=_news_entry(news, draft),
        content=_content(news.section),
        corrections=_corrections(news.written.corrections),
    )
    return _made(record, draft, assets, html, loaded)


def _news_entry(news: News, draft: Draft) -> Entry:
    written, shown = news.written, news.written.shown_date
    source = article.source_of(news)
    return Entry(
        key=news.key,
        feed=news.feed,
        kicker=article.kind_words(news, draft.labels()),
        title=said(draft, news.title),
        period="",
        teaser=said(draft, first_words(news.teaser)),
        path="" if news.outside else f"news/{news.slug}/",
        outside=news.outside or "",
        source=said(draft, source),
        date=shown.isoformat() if shown else "",
        sort=news.date.isoformat(),
        lang=written.language,
        newsletter="",
        translation_of="",
        picture=_card_picture(draft, news.image, f"assets/news/{news.slug}/"),
        topics=tuple(dict.fromkeys((*written.topics, *news.section.topics))),
        chapters=written.chapters,
        translations=(),
    )


def _made(record: Record, draft: Draft, assets: str, html: str, loaded: LoadedIssue | LoadedNews) -> Made:
    if errors := [finding for finding in draft.findings if finding.severity == "error"]:
        raise InvalidInput([loaded.placed(finding) for finding in errors])
    files = tuple((assets + asset.name, asset.data) for asset in draft.assets.values())
    paths = tuple(path for path, _ in files)
    record = replace_record(record, card=digest(record.entry.model_dump_json()) if record.entry else "")
    page = html.encode()
    return Made(replace_record(record, page=digest(page) if page else "", assets=paths), page, files)


def replace_record(record: Record, **changed: object) -> Record:
    return record.model_copy(update=changed)


def _hidden_issue(issue: Issue, as_of: date) -> Hidden:
    texts = chain(walk_texts(issue.written), *(walk_texts(section) for section in issue.sections))
    return _hidden(issue.date, as_of, issue.written.published, (text for text, _ in texts))


def _hidden(day: date, as_of: date, published: bool, texts: Iterable[str]) -> Hidden:
    if not published:
        return "kept-off"
    if day > as_of:
        return "not-yet"
    return "unwritten" if any(text.startswith(PLACEHOLDER) for text in texts) else ""


def _pictures(parts: Iterable[Section | Image | object]) -> list[str]:
    models = (model for part in parts for model, _ in walk_models(part))
    return [model.src for model in models if isinstance(model, Image) and not model.is_remote]


def _digests(digests: Digests, paths: Iterable[str]) -> dict[str, str]:
    return {path: digests.of(path) for path in paths}


def _card_picture(draft: Draft, image: Image | None, assets: str) -> CardPicture | None:
    if image is None:
        return None
    shown = draft.picture(image, PICTURE_WIDTH)
    return CardPicture(
        src=shown.src.replace(f"{draft.asset_base}/", assets),
        alt=said(draft, shown.alt),
        caption=said(draft, first_words(image.caption or "")),
        credit=said(draft, image.credit or ""),
        width=shown.width,
        height=shown.height,
    )


def _corrections(written: tuple[Written, ...]) -> tuple[Correction, ...]:
    return tuple(
        Correction(date=one.date.isoformat(), note=str(_MARKDOWN.block(one.note, lambda address: address)))
        for one in sorted(written, key=lambda one: one.date)
    )


def _content(*parts: str | Section) -> str:
    """Of what somebody wrote for everybody: with a later version of this program it is the same."""
    return digest(
        *(
            part if isinstance(part, str) else part.model_dump_json(exclude_unset=True)
            for part in parts
            if isinstance(part, str) or (part.only != "email" and part.visible_to is None)
        )
    )[:12]
