"""Opens and clicks told apart: persons' and programs'."""

from dataclasses import replace
from datetime import timedelta
from itertools import permutations
from time import monotonic

import pytest
from sqlalchemy import Connection, select
from tests.people import NOW
from tests.tracking.mailed import ANA, BO, HOUR, Mailed, mailed

from lpdownload.model.event import Event, EventKind
from lpdownload.settings import PROVIDERS
from lpdownload.store.database import Database
from lpdownload.store.events import Seen
from lpdownload.store.tables import events
from lpdownload.tracking.machines import AGENTS, MARKS, RULES, by, by_time, rule_of

PHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 Mobile/15E148"
GMAIL = "Mozilla/5.0 (Windows NT 5.1; rv:11.0) Gecko Firefox/11.0 (via ggpht.com GoogleImageProxy)"
SECOND = timedelta(seconds=1)


def told(kind: EventKind, provider: str = "sendgrid", **raw: object) -> Event:
    return Event(
        kind=kind, recipient=ANA, reference=None, send=None, at=NOW, provider=provider, detail="x", raw=raw
    )


@pytest.mark.parametrize(
    ("event", "rule"),
    [
        (told("opened", useragent=PHONE), None),
        (told("opened", useragent=GMAIL), None),
        (told("opened", useragent="Mozilla/5.0"), "apple-privacy"),
        (told("clicked", useragent="Mozilla/5.0"), None),
        (told("opened", useragent=PHONE, sg_machine_open=True), "marked"),
        (told("opened", useragent=PHONE, sg_machine_open=False), None),
        (told("clicked", useragent="Mozilla/5.0 (compatible; BarracudaSentinel/1.0)"), "scanner"),
        (told("clicked", useragent="python-requests/2.31.0"), "program"),
        (told("clicked", useragent="Mozilla/5.0 (compatible; bingbot/2.0)"), "program"),
        (told("clicked", useragent="Mozilla/5.0 (Linux; Android 9; CUBOT X19)"), None),
        (told("clicked", useragent=" "), "nameless"),
        (told("clicked"), None),
        (told("clicked", useragent=["curl/8"]), None),
        (
            told("opened", "mailgun", **{"client-info": {"bot": "apple", "user-agent": "Mozilla/5.0"}}),
            "marked",
        ),
        (told("opened", "mailgun", **{"client-info": {"bot": "", "user-agent": PHONE}}), None),
        (told("clicked", "postmark", UserAgent="curl/8.5.0"), "program"),
        (told("clicked", "resend", data={"click": {"userAgent": "Mimecast"}}), "scanner"),
        (told("opened", "resend", data={"open": {"userAgent": "Mozilla/5.0"}}), "apple-privacy"),
        (told("clicked", "ses", click={"userAgent": "Go-http-client/1.1"}), "program"),
        (told("opened", "ses", open={"userAgent": PHONE}), None),
        (told("delivered", useragent="curl/8"), None),
    ],
)
def test_a_report_tells_by_which_rule_it_is_a_program_s(event: Event, rule: str | None) -> None:
    assert rule_of(event) == rule


def test_only_opens_and_clicks_are_anybody_s() -> None:
    assert (by(told("delivered")), by(told("opened"))) == (None, "person")


def test_rules_have_names_of_their_own_and_tables_name_providers() -> None:
    assert len({rule.name for rule in RULES}) == len(RULES)
    assert {*AGENTS, *MARKS} <= {*PROVIDERS}


def whose(connection: Connection) -> dict[tuple[str, str], str | None]:
    """By kind and link."""
    rows = connection.execute(select(events.c.kind, events.c.detail, events.c.by))
    return {(kind, detail): by for kind, detail, by in rows}


def clicked(sent: Mailed, link: str, after: timedelta, email: str = ANA) -> Event:
    return replace(sent.event("clicked", email, NOW + HOUR + after, detail=link), raw={"useragent": PHONE})


def test_a_click_as_soon_as_it_is_delivered_is_a_program_s_whatever_comes_first(database: Database) -> None:
    for number, order in enumerate(permutations(range(3))):
        with database.writing() as connection:
            sent = mailed(connection, *([] if number else [ANA]), issue=f"town/{number}")
            found = [sent.event("delivered"), clicked(sent, "soon", 9 * SECOND), clicked(sent, "late", HOUR)]
            for index in order:
                sent.apply(found[index])
            mine = connection.execute(
                select(events.c.detail, events.c.by).where(events.c.send_id == sent.send.id)
            )
            assert dict(tuple(row) for row in mine) == {"": None, "soon": "machine", "late": "person"}


def test_two_links_in_a_second_are_a_program_s_and_one_link_twice_is_not(database: Database) -> None:
    with database.writing() as connection:
        sent = mailed(connection, ANA, BO)
        sent.apply(sent.event("delivered", at=NOW), sent.event("delivered", BO, at=NOW))
        sent.apply(clicked(sent, "a", SECOND))
        sent.apply(clicked(sent, "b", 2 * SECOND), clicked(sent, "c", 4 * SECOND))
        sent.apply(clicked(sent, "same", SECOND, BO), clicked(sent, "same", 2 * SECOND, BO))
        found = whose(connection)
    assert {link: who for (kind, link), who in found.items() if kind == "clicked"} == {
        "a": "machine",
        "b": "machine",
        "c": "person",
        "same": "person",
    }


@pytest.mark.parametrize(
    ("clicks", "machines"),
    [
        ([("a", 0.0), ("a", 0.5), ("b", 0.9)], {0, 1, 2}),
        ([("a", 0.0), ("a", 0.5), ("b", 1.2)], {1, 2}),
        ([("a", 0.0), ("b", 1.0), ("a", 2.0), ("b", 3.1)], {0, 1, 2}),
        ([("a", 0.0), ("a", 0.1), ("a", 0.2)], set()),
        ([("a", 0.0), ("a", 0.4), ("a", 0.8), ("b", 1.0), ("c", 5.0)], {0, 1, 2, 3}),
        ([("b", 0.0), ("a", 2.0), ("a", 2.5), ("b", 4.0)], set()),
    ],
)
def test_clicks_on_the_same_link_hide_no_second_one(
    clicks: list[tuple[str, float]], machines: set[int]
) -> None:
    seen = [
        Seen(str(index), "clicked", NOW + seconds * SECOND, link)
        for index, (link, seconds) in enumerate(clicks)
    ]
    assert by_time(seen) == {str(index) for index in machines}
    assert by_time(seen[::-1]) == by_time(seen)


def test_ten_thousand_clicks_of_one_copy_are_judged_soon() -> None:
    for links in (1, 2):
        seen = [Seen(str(n), "clicked", NOW, f"{n % links}") for n in range(10_000)]
        begun = monotonic()
        assert len(by_time(seen)) == (10_000 if links == 2 else 0)
        assert monotonic() - begun < 2


def test_what_one_reader_does_says_nothing_of_another(database: Database) -> None:
    with database.writing() as connection:
        sent = mailed(connection, ANA, BO)
        sent.apply(sent.event("delivered", BO, NOW + HOUR))
        sent.apply(clicked(sent, "a", SECOND), clicked(sent, "b", SECOND, BO))
        assert whose(connection)["clicked", "a"] == "person"
        assert whose(connection)["clicked", "b"] == "machine"


def test_untracked_kinds_are_never_written_down(database: Database) -> None:
    from lpdownload.tracking.apply import apply_events

    with database.writing() as connection:
        sent = mailed(connection, ANA)
        some = [sent.event("opened"), sent.event("delivered"), clicked(sent, "a", HOUR)]
        applied = apply_events(connection, some, NOW + 2 * HOUR, untracked=frozenset({"opened"}))
        assert (applied.new, applied.ignored) == (2, 0)
        assert {kind for kind, _ in whose(connection)} == {"delivered", "clicked"}


def test_a_click_from_before_links_were_told_apart_is_known_again(database: Database) -> None:
    with database.writing() as connection:
        sent = mailed(connection, ANA)
        first, second = clicked(sent, "a", HOUR), clicked(sent, "b", HOUR)
        sent.apply(first)
        connection.execute(events.update().values(identity=first.identity_without_link))
        applied = sent.apply(first, second, second)
        assert (applied.new, applied.again) == (1, 2)
        assert {link for _, link in whose(connection)} == {"a", "b"}
