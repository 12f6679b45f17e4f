"""A reader's own page: newsletters, topics, language, a pause, or nothing any more."""

from datetime import timedelta

import httpx
import pytest
from lxml import html
from sqlalchemy import select
from tests.web.site import ANA, Site, field_of, just_mailed, words

from lpdownload.audience.choices import PAUSE
from lpdownload.store import suppressions
from lpdownload.store.consent_texts import text_of
from lpdownload.store.tables import consent


def page_of(site: Site, number: int) -> str:
    return f"/preferences/{site.token(number, 'preferences')}"


def choose(site: Site, number: int, **chosen: str | list[str]) -> httpx.Response:
    """Saves the page as it was shown, but for what is chosen here."""
    shown = site.get(page_of(site, number))
    offered = html.fromstring(shown.text).xpath("//input[@name='offered']/@value")
    form: dict[str, str | list[str]] = {"shown": field_of(shown, "shown"), "text": field_of(shown, "text")}
    return site.post(page_of(site, number), {**form, "offered": list(offered), "do": "save", **chosen})


def ticked(response: httpx.Response, name: str) -> set[str]:
    return set(html.fromstring(response.text).xpath(f"//input[@name='{name}'][@checked]/@value"))


def test_the_page_shows_what_there_is_and_no_address(app_site: Site) -> None:
    number = app_site.put(attributes={"interests": ("housing",), "language": "es"})
    shown = app_site.get(page_of(app_site, number), accept_language="en")
    assert ticked(shown, "newsletter") == {"town"}
    assert ticked(shown, "topic") == {"housing"}
    assert ticked(shown, "language") == {"es"}
    assert ANA not in shown.text
    assert "ruiz" not in shown.text.lower()
    assert "content-language" in shown.headers


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_looking_changes_nothing(app_site: Site, method: str) -> None:
    number = app_site.put()
    before = app_site.rows(number)
    assert app_site.request(method, page_of(app_site, number)).status_code == 200
    assert app_site.rows(number) == before


def test_what_is_ticked_is_what_comes_and_the_words_are_kept(app_site: Site) -> None:
    number = app_site.put()
    shown = app_site.get(page_of(app_site, number))
    saved = choose(app_site, number, newsletter=["lab"], topic=["housing"], language="es")
    assert saved.status_code == 200
    assert (app_site.state(number), app_site.state(number, "lab")) == ("unsubscribed", "active")
    person = app_site.person(number)
    assert person.attributes["interests"] == ("housing",)
    assert person.attributes["language"] == "es"
    assert ("lab", "chosen", "web") in app_site.consent(number)
    with app_site.database.reading() as connection:
        proof = connection.execute(select(consent.c.proof).where(consent.c.what == "chosen")).scalar_one()
        kept = text_of(connection, proof)
    assert kept is not None
    assert kept in words(shown)


def test_saving_what_is_there_already_writes_nothing(app_site: Site) -> None:
    number = app_site.put(attributes={"language": "en"})
    before = app_site.rows(number)
    choose(app_site, number, newsletter=["town"], language="en")
    assert app_site.rows(number) == before


def test_a_pause_lasts_three_months_and_ends_by_itself_or_at_a_word(app_site: Site) -> None:
    number = app_site.put()
    paused = app_site.post(page_of(app_site, number), {"do": "pause"})
    until = app_site.clock.now + PAUSE
    assert app_site.person(number).paused == {"town": until}
    assert app_site.state(number) == "active"
    assert str(until.year) in words(paused)
    app_site.clock.now += PAUSE + timedelta(seconds=1)
    assert "resume" not in app_site.get(page_of(app_site, number)).text
    app_site.clock.now -= timedelta(days=10)
    app_site.post(page_of(app_site, number), {"do": "resume"})
    assert app_site.person(number).paused == {}
    assert [what for _, what, _ in app_site.consent(number)][-2:] == ["paused", "resumed"]


def test_what_is_chosen_in_a_pause_comes_after_it(app_site: Site) -> None:
    number = app_site.put()
    app_site.post(page_of(app_site, number), {"do": "pause"})
    choose(app_site, number, newsletter=["town", "lab"])
    assert app_site.person(number).paused == dict.fromkeys(("town", "lab"), app_site.clock.now + PAUSE)
    app_site.post(page_of(app_site, number), {"do": "resume"})
    choose(app_site, number, newsletter=["town"])
    choose(app_site, number, newsletter=["town", "lab"])
    assert app_site.person(number).paused == {}


@pytest.mark.parametrize("do", ["pause", "everything"])
def test_so_soon_after_the_mail_a_button_that_ends_things_asks_once_more(app_site: Site, do: str) -> None:
    number = app_site.put()
    just_mailed(app_site, number, seconds=3)
    before = app_site.rows(number)
    again = app_site.post(page_of(app_site, number), {"do": do})
    assert "Please press it once more" in words(again)
    assert app_site.rows(number) == before
    app_site.clock.now += timedelta(seconds=2)
    app_site.post(page_of(app_site, number), {"do": do, "asked": field_of(again, "asked")})
    assert app_site.rows(number) != before


def test_who_gets_nothing_can_still_end_everything(app_site: Site) -> None:
    number = app_site.put(states={"town": "unsubscribed"})
    assert 'value="everything"' in app_site.get(page_of(app_site, number)).text
    gone = app_site.post(page_of(app_site, number), {"do": "everything"})
    assert app_site.person(number).suppressed == "unsubscribed"
    assert 'value="everything"' not in gone.text


@pytest.mark.parametrize("language", ["", "es-MX", "pt-BR", "es"])
def test_saving_a_page_as_it_was_shown_chooses_no_language(app_site: Site, language: str) -> None:
    number = app_site.put(attributes={"language": language} if language else {})
    before = app_site.rows(number)
    shown = app_site.get(page_of(app_site, number), accept_language="es")
    found = ticked(shown, "language")
    assert found == ({"es"} if language.startswith("es") else set())
    choose(app_site, number, newsletter=["town"], language=[*found])
    assert app_site.rows(number) == before


def test_everything_ends_all_and_keeps_imports_away_until_the_reader_comes_back(app_site: Site) -> None:
    number = app_site.put(states={"town": "active", "lab": "active"})
    app_site.post(page_of(app_site, number), {"do": "everything"})
    person = app_site.person(number)
    assert {state for state, _ in person.subscriptions.values()} == {"unsubscribed"}
    assert person.suppressed == "unsubscribed"
    choose(app_site, number, newsletter=["lab"])
    assert app_site.person(number).suppressed is None
    assert (app_site.state(number), app_site.state(number, "lab")) == ("unsubscribed", "active")


@pytest.mark.parametrize("reason", ["bounced", "complained"])
def test_an_address_that_bounced_or_complained_does_not_come_back_by_itself(
    app_site: Site, reason: str
) -> None:
    number = app_site.put(states={"town": "unsubscribed"})
    key = app_site.person(number).key
    with app_site.database.writing() as connection:
        suppressions.suppress(connection, key, reason, at=app_site.clock.now, source="x")  # type: ignore[arg-type]
    shown = app_site.get(page_of(app_site, number))
    form = {"shown": field_of(shown, "shown"), "text": field_of(shown, "text"), "do": "save"}
    app_site.post(page_of(app_site, number), {**form, "newsletter": ["town"], "offered": ["town"]})
    assert app_site.person(number).suppressed == reason
    assert app_site.state(number) == "unsubscribed"


@pytest.mark.parametrize(
    "headers",
    [{"sec_fetch_site": "cross-site"}, {"sec_fetch_site": "same-site"}, {"origin": "https://evil.example"}],
)
@pytest.mark.parametrize("do", ["save", "pause", "everything"])
def test_another_site_s_form_changes_nothing(app_site: Site, headers: dict[str, str], do: str) -> None:
    number = app_site.put()
    before = app_site.rows(number)
    answer = app_site.post(page_of(app_site, number), {"do": do, "newsletter": ["lab"]}, **headers)
    assert answer.status_code == 403
    assert app_site.rows(number) == before


def test_a_link_of_another_purpose_and_one_of_nobody_have_one_answer(app_site: Site) -> None:
    number = app_site.put()
    tokens = [
        app_site.token(number),
        app_site.token(number, "web"),
        app_site.token(999_999, "preferences"),
        app_site.token(number, "preferences")[:-1],
        "x" * 43,
    ]
    answers = [app_site.get(f"/preferences/{token}") for token in tokens]
    answers += [app_site.post(f"/preferences/{token}", {"do": "everything"}) for token in tokens]
    assert {answer.status_code for answer in answers} == {404}
    assert len({answer.text for answer in answers}) == 1
    assert app_site.state(number) == "active"


def test_what_was_not_on_the_page_is_not_chosen(app_site: Site) -> None:
    number = app_site.put()
    choose(
        app_site,
        number,
        newsletter=["town", "nowhere", "../lab"],
        offered=["town", "nowhere"],
        topic=["<script>", "x" * 1_000],
        language="tlh",
    )
    person = app_site.person(number)
    assert person.subscriptions.keys() == {"town"}
    assert not person.attributes.get("interests")
    assert "language" not in person.attributes


def test_words_that_were_not_read_are_not_agreed_to(app_site: Site) -> None:
    number = app_site.put(states={})
    form: dict[str, str | list[str]] = {"do": "save", "shown": "en", "text": "0" * 64}
    form |= {"newsletter": ["town"], "offered": ["town"]}
    app_site.post(page_of(app_site, number), form)
    assert app_site.state(number) is None


def test_one_person_s_page_is_not_posted_for_ever(app_site: Site) -> None:
    number = app_site.put()
    codes = {app_site.post(page_of(app_site, number), {"do": "look"}).status_code for _ in range(35)}
    assert codes == {200, 429}
