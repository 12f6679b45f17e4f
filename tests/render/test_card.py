"""The card of an issue says what the news page needs, in plain words."""

import json
from pathlib import Path

from tests.render.newsrooms import draft_of

from lpdownload.model.card import Card
from lpdownload.render.card import card

TEXT: dict[str, object] = {"type": "text", "body": "Words.", "topics": ["wages", "housing"]}


def test_a_card_holds_what_the_news_page_shows(tmp_path: Path) -> None:
    image = {"src": "skyline.png", "alt": "A skyline", "credit": "Ana Silva"}
    found = card(draft_of(tmp_path, [TEXT], image=image, topics=["transit"], chapters=["YY", "XX"]))
    assert str(found.pop("image")).startswith("assets/")
    assert found == {
        "title": "LPXX Download 📣 | One road, Two roads & more! | September 2024",
        "name": "LPXX Download",
        "highlights": "One road, Two roads & more!",
        "slug": "2024-09",
        "url": "https://news.example.org/xx/2024-09/",
        "newsletter": "xx",
        "date": "2024-09-18",
        "period": {"label": "September 2024", "start": "2024-09-01"},
        "teaser": "What happened in September.",
        "alt": "A skyline",
        "credit": "Ana Silva",
        "topics": ["housing", "transit", "wages"],
        "chapters": ["XX", "YY"],
        "lang": "en",
        "translations": [],
    }


def test_it_survives_json(tmp_path: Path) -> None:
    found = card(draft_of(tmp_path, [TEXT]))
    assert Card.model_validate(json.loads(json.dumps(found))).model_dump(mode="json") == found


def test_its_picture_travels_with_the_issue(tmp_path: Path) -> None:
    draft = draft_of(tmp_path, [TEXT], image={"src": "skyline.png", "alt": "A skyline"})
    assert str(card(draft)["image"]).removeprefix("assets/") in draft.assets


def test_a_picture_on_the_web_keeps_its_address(tmp_path: Path) -> None:
    address = "https://example.org/a.png"
    assert card(draft_of(tmp_path, [TEXT], image={"src": address, "alt": "A"}))["image"] == address


def test_without_a_picture_there_is_none(tmp_path: Path) -> None:
    found = card(draft_of(tmp_path, [TEXT]))
    assert (found["image"], found["alt"], found["credit"]) == (None, "", "")


def test_merge_fields_give_way_to_their_defaults(tmp_path: Path) -> None:
    found = card(
        draft_of(tmp_path, [TEXT], preheader='Hi {{ first_name | default("neighbor") }} and {{ last_name }}.')
    )
    assert found["teaser"] == "Hi neighbor and friend."


def test_topics_of_sections_for_some_readers_stay_out(tmp_path: Path) -> None:
    hidden: dict[str, object] = {**TEXT, "visible_to": "members", "topics": ["secret"]}
    assert card(draft_of(tmp_path, [TEXT, hidden]))["topics"] == ["housing", "wages"]


def test_a_translation_is_named_with_its_page(tmp_path: Path) -> None:
    folder = tmp_path / "newsletters" / "xx"
    folder.mkdir(parents=True)
    (folder / "2024-09.es.yaml").write_text(
        "period: 2024-09\npreheader: x\nsections: [{type: divider}]\n", "utf-8"
    )
    found = card(draft_of(tmp_path, [TEXT]))
    assert found["translations"] == [{"lang": "es", "url": "https://news.example.org/xx/2024-09-es/"}]
