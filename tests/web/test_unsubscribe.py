"""Leaving a newsletter: by one click of a mail program, and by a page whose button posts."""

from datetime import timedelta
from itertools import count
from urllib.parse import quote

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select, update
from tests.newsroom import Newsroom
from tests.people import NOW, mail
from tests.web.site import ANA, ONE_CLICK, Site, field_of, just_mailed, running, words

from lpdownload.model.subscription import Evidence
from lpdownload.model.token import LENGTH, Tokens
from lpdownload.store import subscribers, subscriptions
from lpdownload.store.consent_texts import text_of
from lpdownload.store.database import Database
from lpdownload.store.suppressions import suppress
from lpdownload.store.tables import consent, facts
from lpdownload.store.tables import subscriptions as table
from lpdownload.web import links

ADDRESSES = (f"10.{number // 256}.{number % 256}.1" for number in count())
"""Each from another range."""
MULTIPART = b'--b0\r\nContent-Disposition: form-data; name="List-Unsubscribe"\r\n\r\nOne-Click\r\n--b0--\r\n'


def leave(site: Site, token: str) -> httpx.Response:
    return site.post(f"/u/{token}", ONE_CLICK)


def undo(site: Site, token: str, left: httpx.Response, **headers: str) -> httpx.Response:
    """The button of the page that answered, pressed by somebody who has read it."""
    fields = {"do": "undo", "left": field_of(left, "left")}
    site.clock.now += timedelta(seconds=2)
    return site.post(f"/u/{token}", fields, **headers)


def test_one_click_ends_that_subscription_at_once_and_no_other(app_site: Site) -> None:
    number = app_site.put(states={"town": "active", "lab": "active"})
    answer = leave(app_site, app_site.token(number))
    assert (answer.status_code, answer.text) == (200, "Unsubscribed.\n")
    assert "set-cookie" not in answer.headers
    assert (app_site.state(number), app_site.state(number, "lab")) == ("unsubscribed", "active")
    assert app_site.consent(number) == [("town", "unsubscribed", "web")]


def test_a_second_click_is_answered_alike_and_changes_nothing(app_site: Site) -> None:
    number = app_site.put()
    first = leave(app_site, app_site.token(number))
    before = app_site.rows(number)
    app_site.clock.now += timedelta(days=1)
    again = leave(app_site, app_site.token(number))
    assert (again.status_code, again.text, again.headers) == (200, first.text, first.headers)
    assert app_site.rows(number) == before


def test_a_mail_program_may_post_multipart(app_site: Site) -> None:
    number = app_site.put()
    headers = {"content-type": 'multipart/form-data; boundary="b0"'}
    answer = app_site.request("POST", f"/u/{app_site.token(number)}", headers, MULTIPART)
    assert answer.status_code == 200
    assert app_site.state(number) == "unsubscribed"


@pytest.mark.parametrize("method", ["GET", "HEAD"])
@pytest.mark.parametrize("purpose", [None, "prefetch", "prefetch;prerender"])
def test_looking_changes_nothing(app_site: Site, method: str, purpose: str | None) -> None:
    number = app_site.put()
    before = app_site.rows(number)
    headers = {"sec-purpose": purpose} if purpose else {}
    answer = app_site.request(method, f"/u/{app_site.token(number)}?List-Unsubscribe=One-Click", headers)
    assert answer.status_code == 200
    assert app_site.rows(number) == before


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "OPTIONS"])
def test_other_methods_are_refused_and_change_nothing(app_site: Site, method: str) -> None:
    number = app_site.put()
    assert app_site.request(method, f"/u/{app_site.token(number)}").status_code == 405
    assert app_site.state(number) == "active"


def test_the_page_asks_and_its_button_leaves(app_site: Site) -> None:
    number = app_site.put()
    path = f"/u/{app_site.token(number)}"
    asked = app_site.get(path)
    assert words(asked).startswith("Unsubscribe from Town Download? It will not come to a…@e… any more.")
    assert ANA not in asked.text
    answer = app_site.post(path, {"do": field_of(asked, "do")})
    assert answer.status_code == 200
    assert words(answer).startswith("You are unsubscribed Town Download will not come to a…@e… any more.")
    assert app_site.state(number) == "unsubscribed"
    assert words(app_site.get(path)).startswith("You are unsubscribed")


def test_a_form_without_fields_leaves_as_well(app_site: Site) -> None:
    number = app_site.put()
    assert app_site.post(f"/u/{app_site.token(number)}").status_code == 200
    assert app_site.state(number) == "unsubscribed"


def test_so_soon_after_the_mail_the_button_asks_once_more_and_then_leaves(app_site: Site) -> None:
    number = app_site.put()
    just_mailed(app_site, number, seconds=3)
    path = f"/u/{app_site.token(number)}"
    again = app_site.post(path, {"do": "leave"})
    assert words(again).startswith("Was it you?")
    assert app_site.state(number) == "active"
    fields = {"do": "leave", "asked": field_of(again, "asked")}
    assert words(app_site.post(path, fields)).startswith("Was it you?")  # nobody reads so fast
    app_site.clock.now += timedelta(seconds=2)
    assert words(app_site.post(path, fields)).startswith("You are unsubscribed")
    assert app_site.state(number) == "unsubscribed"


def test_one_click_does_not_wait_however_new_the_mail_is(app_site: Site) -> None:
    number = app_site.put()
    just_mailed(app_site, number, seconds=0)
    leave(app_site, app_site.token(number))
    assert app_site.state(number) == "unsubscribed"


@pytest.mark.parametrize(("seconds", "environ"), [(60, {}), (3, {"LPDOWNLOAD_WEB_CLICK_GUARD_SECONDS": "0"})])
def test_later_or_without_the_guard_the_button_asks_nothing(
    newsroom: Newsroom, database: Database, seconds: int, environ: dict[str, str]
) -> None:
    with running(newsroom, database, environ) as site:
        number = site.put()
        just_mailed(site, number, seconds)
        site.post(f"/u/{site.token(number)}", {"do": "leave"})
        assert site.state(number) == "unsubscribed"


def refused_ones(site: Site) -> dict[str, str]:
    """Tokens that are no good, by what is wrong with them."""
    number = site.put()
    good = site.token(number)
    gone = site.put("gone@example.org")
    with site.database.writing() as connection:
        subscribers.erase(connection, "gone@example.org", at=NOW, source="a letter")
    return {
        "forged": good[:-1] + ("A" if good[-1] != "A" else "E"),
        "truncated": good[:-1],
        "longer": f"{good}A",
        "empty of sense": "x",
        "another purpose": site.token(number, "preferences"),
        "another newsletter": site.token(number, newsletter="nowhere"),
        "another key": Tokens({1: bytes(32)}).sign(number, "town", "unsubscribe"),
        "a key that there is not": Tokens({9: bytes(32)}).sign(number, "town", "unsubscribe"),
        "erased": site.token(gone),
        "nobody": site.token(999_999),
    }


def test_whatever_is_wrong_with_a_link_the_answer_is_the_same(app_site: Site) -> None:
    found = refused_ones(app_site)
    for method, fields in (
        ("GET", None),
        ("POST", ONE_CLICK),
        ("POST", {"do": "leave"}),
        ("POST", {"do": "undo"}),
    ):
        answers = [
            app_site.get(f"/u/{token}") if method == "GET" else app_site.post(f"/u/{token}", fields)
            for token in found.values()
        ]
        assert {answer.status_code for answer in answers} == {404}
        assert len({(answer.text, tuple(sorted(answer.headers.items()))) for answer in answers}) == 1
        assert "This link does not work" in answers[0].text
        assert "mailto:unsubscribe@example.org" in answers[0].text
    assert app_site.state(1) == "active"


@settings(max_examples=50, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text("ABCxyz09-_.~!$&'()*+,;=:@ é\"<", min_size=1, max_size=2 * LENGTH))
def test_no_text_is_a_token(app_site: Site, token: str) -> None:
    answer = app_site.request("GET", f"/u/{quote(token, safe='')}", client=next(ADDRESSES))
    assert answer.status_code == 404


def test_a_newsletter_that_is_no_more_can_be_left_by_its_old_mails(
    newsroom: Newsroom, database: Database
) -> None:
    with database.writing() as connection:
        mail(connection, "old-news/2020-01", [])
    with running(newsroom, database) as site:
        number = site.put(states={"old-news": "active"})
        path = f"/u/{site.token(number, newsletter='old-news')}"
        assert words(site.get(path)).startswith("Unsubscribe from old-news?")
        assert site.post(path, ONE_CLICK).status_code == 200
        assert site.state(number, "old-news") == "unsubscribed"


def test_a_newsletter_whose_file_is_broken_can_be_left(newsroom: Newsroom, database: Database) -> None:
    newsroom.write("newsletters/town/newsletter.yaml", "name: [")
    with running(newsroom, database) as site:
        number = site.put()
        assert words(site.get(f"/u/{site.token(number)}")).startswith("Unsubscribe from town?")
        leave(site, site.token(number))
        assert site.state(number) == "unsubscribed"


def test_a_newer_key_is_learned_while_it_runs(app_site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    number = app_site.put()
    with app_site.database.writing() as connection:
        connection.execute(facts.insert().values(name="token key 2", value="ab" * 32))
    token = Tokens({2: bytes.fromhex("ab" * 32)}).sign(number, "town", "unsubscribe")
    monkeypatch.setattr(links, "RENEW_AFTER", 0.0)
    assert leave(app_site, token).status_code == 200
    assert app_site.state(number) == "unsubscribed"


def test_undoing_takes_it_back_with_its_words(app_site: Site) -> None:
    number = app_site.put()
    token = app_site.token(number)
    answer = undo(app_site, token, app_site.post(f"/u/{token}", {"do": "leave"}))
    assert words(answer).startswith("You keep getting it")
    assert app_site.state(number) == "active"
    assert app_site.consent(number)[-1] == ("town", "chosen", "web")
    with app_site.database.reading() as connection:
        last = subscribers.consent_of(connection, number)[-1]
        assert text_of(connection, last.evidence.proof or "") == "I want to keep getting Town Download."


def test_what_presses_every_button_it_finds_takes_no_leaving_back(app_site: Site) -> None:
    number = app_site.put()
    path = f"/u/{app_site.token(number)}"
    leave(app_site, app_site.token(number))
    assert 'name="do"' not in app_site.get(path).text
    app_site.post(path, {"do": "undo"})
    at_once = app_site.post(path, {"do": "leave"})
    app_site.post(path, {"do": "undo", "left": field_of(at_once, "left")})
    assert app_site.state(number) == "unsubscribed"


@pytest.mark.parametrize(
    "headers", [{"sec_fetch_site": "cross-site"}, {"origin": "https://evil.example.com"}]
)
def test_another_site_cannot_undo(app_site: Site, headers: dict[str, str]) -> None:
    number = app_site.put()
    token = app_site.token(number)
    left = app_site.post(f"/u/{token}", {"do": "leave"})
    assert undo(app_site, token, left, **headers).status_code == 403
    assert app_site.state(number) == "unsubscribed"


def test_undoing_does_not_bring_back_an_address_that_bounced(app_site: Site) -> None:
    number = app_site.put()
    token = app_site.token(number)
    left = app_site.post(f"/u/{token}", {"do": "leave"})
    with app_site.database.writing() as connection:
        suppress(connection, ANA, "bounced", at=NOW, source="report")
    assert words(undo(app_site, token, left)).startswith("We cannot mail this address")
    assert (app_site.state(number), app_site.person(number).suppressed) == ("unsubscribed", "bounced")


def test_a_complaint_stays_one(app_site: Site) -> None:
    number = app_site.put(states={"town": "complained"})
    assert leave(app_site, app_site.token(number)).status_code == 200
    assert app_site.state(number) == "complained"
    assert app_site.consent(number) == []


def test_who_had_no_subscription_has_an_ended_one_then(app_site: Site) -> None:
    number = app_site.put(states={"lab": "active"})
    assert leave(app_site, app_site.token(number)).status_code == 200
    assert app_site.state(number) == "unsubscribed"


def test_the_page_is_in_the_reader_s_language_else_in_what_the_browser_likes(app_site: Site) -> None:
    spanish = app_site.put("es@example.org", attributes={"language": "es-MX"})
    unknown = app_site.put("un@example.org")
    assert words(app_site.get(f"/u/{app_site.token(spanish)}")).startswith("¿Darse de baja de Town Download?")
    path = f"/u/{app_site.token(unknown)}"
    assert words(app_site.get(path, accept_language="fr, es;q=0.8, en;q=0.5")).startswith("¿Darse")
    assert words(app_site.get(path, accept_language="fr;q=x,,")).startswith("Unsubscribe from")


def test_one_click_is_answered_alike_however_often_it_comes(app_site: Site) -> None:
    number = app_site.put()
    assert {leave(app_site, app_site.token(number)).status_code for _ in range(70)} == {200}


def test_one_person_s_button_is_not_pressed_for_ever(app_site: Site) -> None:
    number, other = app_site.put(), app_site.put("bo@example.org")
    path = f"/u/{app_site.token(number)}"
    assert [app_site.post(path).status_code for _ in range(31)] == [200] * 30 + [429]
    assert app_site.post(f"/u/{app_site.token(other)}").status_code == 200
    assert leave(app_site, app_site.token(number)).status_code == 200


def test_who_guesses_tokens_is_soon_told_to_wait_and_readers_behind_the_same_range_are_not(
    app_site: Site,
) -> None:
    number = app_site.put()
    statuses = {leave(app_site, f"guess{at}").status_code for at in range(61)}
    assert statuses == {404, 429}
    late = leave(app_site, "another")
    assert late.status_code == 429
    assert int(late.headers["retry-after"]) > 0
    assert leave(app_site, app_site.token(number)).status_code == 200


def test_a_pause_ends_with_the_subscription_and_is_there_again_if_that_is_undone(app_site: Site) -> None:
    number = app_site.put()
    token, until = app_site.token(number), NOW + timedelta(days=90)
    with app_site.database.writing() as connection:
        subscriptions.pause(connection, number, until, Evidence(NOW, "web"))
    left = app_site.post(f"/u/{token}", {"do": "leave"})
    assert app_site.person(number).paused == {}
    undo(app_site, token, left)
    assert app_site.person(number).paused == {"town": until}


def test_an_import_s_undoing_no_longer_takes_a_leaving_back(app_site: Site) -> None:
    number = app_site.put(states={"town": "unsubscribed"})
    with app_site.database.writing() as connection:
        connection.execute(update(table).values(import_id=7))
    leave(app_site, app_site.token(number))
    with app_site.database.reading() as connection:
        assert connection.execute(select(table.c.import_id)).scalar() is None
        assert connection.execute(select(consent.c.id)).all() == []
