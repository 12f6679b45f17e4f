"""Signing up by the form, the mail that asks, and the link in it."""

import re
from datetime import timedelta
from threading import Event

import pytest
from lxml import html
from sqlalchemy import func, select
from tests.newsroom import Newsroom
from tests.people import NOW
from tests.web.joining import BO, PATIENCE, Joining
from tests.web.site import ANA, field_of, running, words

from lpdownload.delivery import confirmation
from lpdownload.model.delivery import Accepted, InDoubt, Outcome, Throttled
from lpdownload.model.suppression import SuppressionReason
from lpdownload.providers import outbox
from lpdownload.providers.base import Batch
from lpdownload.store import consent_texts, subscribers, suppressions
from lpdownload.store.database import Database
from lpdownload.store.tables import confirmation_mails
from lpdownload.web import sign_up

one_database = pytest.mark.parametrize("database", ["sqlite"], indirect=True)
"""For what asks nothing of a database that the two could answer differently."""


def test_a_stranger_gets_the_newsletter_after_the_link_and_its_button_not_before(joining: Joining) -> None:
    assert "Look in your inbox" in words(joining.ask())
    link, number = joining.link(), joining.number()
    assert joining.site.state(number) == "pending"
    page = joining.site.get(link)
    assert "Do you want to get Town Download?" in words(page)
    assert joining.site.state(number) == "pending"
    assert "You are signed up" in words(joining.site.post(link))
    assert joining.site.state(number) == "active"
    assert joining.site.person(number).attributes == {"first_name": "Bo", "language": "en"}


def test_the_link_pressed_twice_says_the_same(joining: Joining) -> None:
    joining.ask()
    link = joining.link()
    assert words(joining.site.post(link)) == words(joining.site.post(link))
    assert [what for _, what, _ in joining.site.consent(joining.number())] == ["asked", "confirmed"]


def test_the_consent_record_names_the_words_exactly_as_they_were_shown(joining: Joining) -> None:
    shown = html.fromstring(joining.site.get("/join/town?lang=es").text)
    (said,) = shown.xpath("//input[@name='consent']/following-sibling::span/text()")
    joining.ask(lang="es")
    with joining.site.database.reading() as connection:
        (record,) = subscribers.consent_of(connection, joining.number())
        assert record.evidence.proof
        assert consent_texts.text_of(connection, record.evidence.proof) == said
    assert (record.what, record.evidence.source) == ("asked", "form /join/town")


@one_database
def test_words_that_were_not_shown_are_not_agreed_to(joining: Joining) -> None:
    for consent in ("", "on", "0" * 32):
        answer = joining.ask(consent=consent)
        assert answer.status_code == 422
        assert "tick that you agree" in words(answer)
    assert (joining.known(), joining.mails()) == (0, [])


def test_all_addresses_are_answered_alike_and_mailed_only_if_they_may_be(joining: Joining) -> None:
    joining.site.put(ANA)
    joining.site.put("left@example.org", states={"town": "unsubscribed"})
    answers = {words(joining.ask(email)) for email in (ANA, "new@example.org", "left@example.org")}
    with joining.site.database.writing() as connection:
        reasons: tuple[SuppressionReason, ...] = ("bounced", "complained", "unsubscribed", "erased", "staff")
        for reason in reasons:
            suppressions.suppress(connection, f"{reason}@example.org", reason, at=NOW, source="test")
    answers |= {words(joining.ask(f"{reason}@example.org")) for reason in reasons}
    assert len(answers) == 1
    assert sorted(re.findall(r"^To: (\S+)", "\n".join(joining.mails()), re.MULTILINE)) == [
        "left@example.org",
        "new@example.org",
    ]


def test_a_suppressed_address_leaves_no_trace_and_stays_suppressed(joining: Joining) -> None:
    with joining.site.database.writing() as connection:
        suppressions.suppress(connection, BO, "complained", at=NOW, source="test")
    joining.ask()
    assert (joining.known(), joining.mails()) == (0, [])


def test_a_link_does_not_lift_a_suppression_that_came_after_it(joining: Joining) -> None:
    joining.ask()
    link = joining.link()
    with joining.site.database.writing() as connection:
        suppressions.suppress(connection, BO, "complained", at=NOW, source="test")
    assert joining.site.get(link).status_code == joining.site.post(link).status_code == 404
    assert joining.site.state(joining.number()) == "pending"


def test_who_is_known_keeps_their_name_whatever_a_stranger_types(joining: Joining) -> None:
    number = joining.site.put(BO, attributes={"first_name": "Bo", "language": "es"}, states={"lab": "active"})
    joining.ask(first_name="Somebody else")
    assert joining.site.person(number).attributes == {"first_name": "Bo", "language": "es"}
    assert joining.site.state(number) == "pending"


@one_database
def test_nothing_that_was_typed_stands_in_the_mail(joining: Joining) -> None:
    joining.ask(first_name="Buy pills now")
    (mail,) = joining.mails()
    assert "pills" not in mail
    assert "Town Download" in mail
    assert "1 Sample Street" in mail
    assert "town@example.org" in mail
    assert "<img" not in mail


@one_database
@pytest.mark.parametrize("name", ["http://spam.example", "<b>Bo</b>", "a@b", "x" * 61, "Bo\x00\r\nBcc: a"])
def test_a_name_that_is_none_is_not_kept(joining: Joining, name: str) -> None:
    joining.ask(first_name=name)
    assert "first_name" not in joining.site.person(joining.number()).attributes


@one_database
def test_the_mail_and_its_page_come_in_the_language_that_was_chosen(
    newsroom: Newsroom, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sign_up, "ANSWER_EVERY", 0.0)
    newsroom.add("newsletters/town/newsletter.yaml", "translated: {es: {subtitle: El pueblo}}\n")
    with running(newsroom, database) as site:
        joining = Joining(site, newsroom.root)
        joining.ask(lang="es", language="es")
        (mail,) = joining.mails()
        assert "Subject: Por favor, confirme: Town Download" in mail
        assert "Content-Language: es" in mail
        assert joining.site.person(joining.number()).attributes["language"] == "es"
        page = site.get(joining.link(), accept_language="en")
        assert 'lang="es"' in page.text
        assert "¿Quiere recibir Town Download?" in words(page)


def test_one_mailbox_is_asked_once_in_fifteen_minutes_and_three_times_a_day(joining: Joining) -> None:
    sent = []
    for minutes in (0, 5, 10, 15, 30, 45, 60, 24 * 60 + 20):
        joining.site.clock.now = NOW + timedelta(minutes=minutes)
        assert "Look in your inbox" in words(joining.ask())
        sent.append(len(joining.mails()))
    assert sent == [1, 1, 1, 2, 3, 3, 3, 4]


def test_other_spellings_and_other_newsletters_do_not_fill_a_mailbox(joining: Joining) -> None:
    for number, email in enumerate(("bo.reyes@gmail.com", "boreyes@gmail.com", "b.oreyes+news@gmail.com")):
        joining.site.clock.now = NOW + timedelta(minutes=number)
        joining.ask(email)
    assert len(joining.mails()) == 1


def test_a_newer_mail_makes_the_older_link_void_and_time_every_link(joining: Joining) -> None:
    joining.ask()
    (old,) = joining.links()
    joining.site.clock.now = NOW + timedelta(minutes=20)
    joining.ask()
    (new,) = set(joining.links()) - {old}
    assert joining.site.post(old).status_code == 404
    joining.site.clock.now = NOW + timedelta(days=8)
    assert joining.site.get(new).status_code == joining.site.post(new).status_code == 404
    assert joining.site.state(joining.number()) == "pending"


@one_database
def test_a_program_that_fills_in_every_field_is_thanked_and_forgotten(joining: Joining) -> None:
    assert words(joining.ask(homepage="https://spam.example")) == words(joining.ask("other@example.org"))
    assert joining.known() == 1


@one_database
@pytest.mark.parametrize(
    "address", ["", "ana", "ana@", "ana@example.org\r\nBcc: b@example.org", "a b@example.org"]
)
def test_what_is_no_address_is_said_to_be_none(joining: Joining, address: str) -> None:
    answer = joining.ask(address)
    assert (answer.status_code, joining.known()) == (422, 0)
    assert "This is not a mail address" in words(answer)


@one_database
def test_what_was_typed_comes_back_harmless(joining: Joining) -> None:
    answer = joining.ask('"><script>alert(1)</script>', first_name="<img src=x onerror=alert(1)>")
    assert "<script>" not in answer.text
    assert "<img" not in answer.text


@one_database
def test_a_range_of_addresses_may_not_try_without_end(joining: Joining) -> None:
    codes = [joining.ask(f"p{number}@example.org").status_code for number in range(12)]
    assert codes == [200] * 10 + [429] * 2


def test_a_mailbox_that_is_tried_again_and_again_hears_the_same(joining: Joining) -> None:
    with joining.site.database.reading():
        answers = [joining.ask() for _ in range(10)]
    assert {answer.status_code for answer in answers} == {200}
    assert len(joining.mails()) == 1


@one_database
def test_a_newsletter_that_is_none_has_no_form(joining: Joining) -> None:
    for path in ("/join/nowhere", "/join/nowhere/form", "/join/..%2ftown", "/confirm/x"):
        assert joining.site.get(path).status_code == 404
        assert joining.site.post(path, {"address": BO}).status_code == 404


@one_database
def test_the_form_is_framed_by_the_sites_that_are_named_and_the_link_by_none(
    newsroom: Newsroom, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sign_up, "ANSWER_EVERY", 0.0)
    sites = "https://www.example.org, https://*.example.com:8443"
    with running(newsroom, database, {"LPDOWNLOAD_WEB_FRAMED_BY": sites}) as site:
        joining = Joining(site, newsroom.root)
        framed, alone = site.get("/join/town/form"), site.get("/join/town")
        expected = "frame-ancestors https://www.example.org https://*.example.com:8443"
        assert framed.headers["content-security-policy"].endswith(expected)
        assert "x-frame-options" not in framed.headers
        assert "frame-ancestors 'none'" in alone.headers["content-security-policy"]
        assert "<script" not in framed.text
        (action,) = html.fromstring(framed.text).xpath("//form/@action")
        assert action == "https://news.example.org/join/town/form"
        answer = joining.ask(path="/join/town/form")
        assert answer.headers["content-security-policy"].endswith(expected)
        link = joining.link()
        assert "frame-ancestors 'none'" in site.get(link).headers["content-security-policy"]


@one_database
def test_nobody_frames_the_form_where_no_site_is_named(joining: Joining) -> None:
    framed = joining.site.get("/join/town/form")
    assert "frame-ancestors 'none'" in framed.headers["content-security-policy"]
    assert framed.headers["x-frame-options"] == "DENY"


@one_database
def test_a_form_of_another_site_asks_and_none_of_another_site_answers(joining: Joining) -> None:
    digest = field_of(joining.site.get("/join/town?lang=en"), "consent")
    fields = {"address": BO, "lang": "en", "consent": digest}
    asked = joining.site.post(
        "/join/town", fields, origin="https://www.example.com", sec_fetch_site="cross-site"
    )
    assert "Look in your inbox" in words(asked)
    assert joining.site.post(joining.link(), sec_fetch_site="cross-site").status_code == 403
    assert joining.site.post(joining.link(), origin="https://www.example.com").status_code == 403
    assert joining.site.state(joining.number()) == "pending"


@one_database
def test_the_answer_does_not_wait_for_the_mail_service(
    joining: Joining, monkeypatch: pytest.MonkeyPatch
) -> None:
    answered, handed_over = Event(), Event()

    def slow(*_: object) -> None:
        if answered.wait(PATIENCE):
            handed_over.set()

    monkeypatch.setattr(confirmation, "mail", slow)
    assert joining.ask().status_code == 200
    assert not handed_over.is_set()
    answered.set()
    assert handed_over.wait(PATIENCE)


@one_database
def test_a_mail_that_the_service_takes_later_is_handed_over_again_and_one_in_doubt_is_not(
    joining: Joining, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(confirmation, "sleep", lambda _: None)
    says: list[Outcome] = [Throttled("busy", 5.0), Throttled("busy"), Accepted("1"), InDoubt("cut off")]
    monkeypatch.setattr(outbox.Outbox, "submit", lambda *_: [says.pop(0)])
    for email in (BO, ANA):
        joining.ask(email)
        joining.mails()
    with joining.site.database.reading() as connection:
        rows = select(confirmation_mails.c.outcome).order_by(confirmation_mails.c.id)
        assert list(connection.execute(rows).scalars()) == ["accepted", "in_doubt"]
    assert says == []


def test_a_row_stands_before_the_mail_leaves_and_says_how_it_ended(
    joining: Joining, monkeypatch: pytest.MonkeyPatch
) -> None:
    def rows() -> list[tuple[int, str, str | None]]:
        with joining.site.database.reading() as connection:
            found = connection.execute(select(confirmation_mails))
            return [(row.subscriber_id, row.newsletter, row.outcome) for row in found]

    at_the_door: list[tuple[int, str, str | None]] = []
    submit = outbox.Outbox.submit

    def looking(self: outbox.Outbox, batch: Batch) -> tuple[Outcome, ...]:
        at_the_door.extend(rows())
        return submit(self, batch)

    monkeypatch.setattr(outbox.Outbox, "submit", looking)
    joining.ask()
    joining.mails()
    assert at_the_door == [(joining.number(), "town", None)]
    assert rows() == [(joining.number(), "town", "accepted")]


def test_whoever_is_erased_takes_the_rows_of_their_mails_along(joining: Joining) -> None:
    joining.ask()
    joining.mails()
    with joining.site.database.writing() as connection:
        subscribers.erase(connection, BO, at=NOW, source="test")
        assert connection.execute(select(func.count()).select_from(confirmation_mails)).scalar_one() == 0
