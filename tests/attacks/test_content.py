"""Requests that are well-formed and mean no good."""

import json
import re
from datetime import UTC, datetime, timedelta
from urllib.parse import quote, urlencode

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select
from tests.attacks.served import ANA, HOST, Answer, Served
from tests.tracking.reporting import SIGNED, knock

from lpdownload.settings import Provider
from lpdownload.store import subscribers as store
from lpdownload.store.tables import reports, subscribers

MARKUP = '"><script>alert(1)</script><img src=x onerror=alert(2)>'
SQL = (
    "' OR '1'='1",
    "1; DROP TABLE subscribers--",
    "x' UNION SELECT email FROM subscribers--",
    "%' --",
    "\\",
)
BAD = [MARKUP, "javascript:alert(1)//", "{{7*7}}", "${7*7}", "{% include 'x' %}", *SQL]
PART = b"--x\r\nContent-Disposition: form-data; "
NESTED = b"--x\r\nContent-Type: multipart/mixed; boundary=x\r\n\r\n"
ALWAYS = {
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
}


def has_its_headers(answer: Answer) -> None:
    assert {name: answer.headers.get(name) for name in ALWAYS} == ALWAYS
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "script-src" not in policy
    assert "frame-ancestors" in policy
    assert "server" not in answer.headers


def people(target: Served) -> int:
    with target.database.reading() as connection:
        return connection.execute(select(func.count()).select_from(subscribers)).scalar_one()


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/join/town", 200),
        ("GET", "/healthz", 200),
        ("GET", "/", 404),
        ("GET", "/u/x", 404),
        ("GET", "/metrics", 404),
        ("POST", "/u/x", 404),
        ("DELETE", "/u/x", 405),
        ("HEAD", "/join/town", 200),
        ("POST", "/webhooks/resend/resend", 400),
        ("GET", f"/u/{'a' * 17_000}", 431),
    ],
)
def test_every_answer_has_the_headers(target: Served, method: str, path: str, status: int) -> None:
    found = target.ask(method, path)
    if path.startswith("/webhooks"):
        assert 400 <= found.status < 405
    else:
        assert found.status == status
    has_its_headers(found)


@pytest.mark.parametrize("bad", BAD)
def test_nothing_of_a_request_comes_back_as_markup(target: Served, bad: str) -> None:
    form = dict.fromkeys(("address", "first_name", "lang", "consent", "language", "do", "shown", "text"), bad)
    body = urlencode(form).encode()
    answers = [
        target.ask("GET", f"/{path}{quote(bad, safe='')}?lang={quote(bad)}&{quote(bad)}=1")
        for path in ("u/", "preferences/", "join/", "confirm/", "")
    ]
    answers.append(
        target.ask("GET", f"/join/town?lang={quote(bad)}", {"Accept-Language": "xx;q=" + "9" * 50})
    )
    answers += [target.post(path, body) for path in ("/u/x", "/preferences/x", "/join/town", "/confirm/x")]
    answers.append(target.post(f"/preferences/{target.token(1, 'preferences')}", body))
    for answer in answers:
        assert answer.status < 500
        assert b"<script" not in answer.body
        assert b"onerror=alert" not in answer.body.replace(b"&lt;img src=x onerror=alert", b"")
        assert b"49" not in answer.body or b"7*7" in answer.body or bad[:1] not in "{$"
        has_its_headers(answer)
    assert people(target) == 1


def test_what_a_subscriber_is_called_is_text_on_every_page(target: Served) -> None:
    with target.database.writing() as connection:
        called: dict[str, str | tuple[str, ...]] = {
            "first_name": MARKUP,
            "interests": (MARKUP,),
            "language": MARKUP,
        }
        store.set_attributes(connection, 1, called)
    for path in (f"/u/{target.token()}", f"/preferences/{target.token(1, 'preferences')}"):
        found = target.ask("GET", path)
        assert found.status == 200
        assert b"<script" not in found.body
        assert b"<img" not in found.body


def test_tokens_are_for_one_purpose_and_cannot_be_changed(target: Served) -> None:
    good = target.token()
    assert re.fullmatch(r"[\w-]{43}", good)
    wrong = [
        good[:-1],
        good + "A",
        good[:20] + ("A" if good[20] != "A" else "B") + good[21:],
        good.swapcase(),
    ]
    wrong += [target.token(1, "preferences"), target.token(1, "web"), f"{good}%00", f"%20{good}"]
    wrong += ["A" * 43, "é" * 21, "..", "a" * 10_000]
    found = [target.post(f"/u/{quote(one, safe='%/')}", b"List-Unsubscribe=One-Click") for one in wrong]
    assert {answer.status for answer in found} == {404}
    assert len({answer.body for answer in found}) == 1
    assert target.post(f"/u/{good}/", b"List-Unsubscribe=One-Click").status == 404  # and no redirect
    assert target.state() == "active"


def test_one_click_is_the_same_the_hundredth_time(target: Served) -> None:
    token = target.token()
    found = [target.post(f"/u/{token}", b"List-Unsubscribe=One-Click") for _ in range(100)]
    assert {answer.status for answer in found} == {200}
    assert target.state() == "unsubscribed"
    target.again()


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
def test_another_site_s_form_changes_no_preferences(target: Served, site: str) -> None:
    path = f"/preferences/{target.token(1, 'preferences')}"
    found = target.post(path, b"do=everything", **{"Sec-Fetch-Site": site, "Origin": "https://evil.example"})
    assert found.status == 403
    assert target.state() == "active"


def test_a_mail_program_s_one_click_needs_no_origin_and_hears_any(target: Served) -> None:
    headers = {"Origin": "https://mail.example", "Sec-Fetch-Site": "cross-site", "Cookie": "a=b"}
    assert target.post(f"/u/{target.token()}", b"List-Unsubscribe=One-Click", **headers).status == 200
    assert target.state() == "unsubscribed"
    target.again()


def asked(target: Served, address: str, **more: str) -> Answer:
    """The sign-up form, filled in."""
    page = target.ask("GET", "/join/town?lang=en").body.decode()
    consent = re.search(r'name="consent" value="([^"]+)"', page)
    assert consent
    form = {"address": address, "first_name": "Bo", "lang": "en", "consent": consent[1]} | more
    return target.post("/join/town", urlencode(form).encode())


def test_nobody_learns_who_is_known(target: Served) -> None:
    found = [asked(target, address) for address in (ANA, "nobody@example.org", "ANA.RUIZ@EXAMPLE.ORG")]
    assert {answer.status for answer in found} == {200}
    assert len({answer.body for answer in found}) == 1
    same = [{name: value for name, value in answer.headers.items() if name != "date"} for answer in found]
    assert same[0] == same[1] == same[2]


@pytest.mark.parametrize(
    "given",
    [
        "bo@example.org\r\nBcc: all@example.org",
        "bo@example.org\nSubject: x",
        "bo@example.org,all@example.org",
        "<bo@example.org> all@example.org",
        '"a\r\nBcc: x@example.org"@example.org',
        "bo@example.org%0d%0aBcc:x@example.org",
        "a" * 300 + "@example.org",
        "bo@[127.0.0.1]",
        "bo@localhost",
    ],
)
def test_no_address_brings_a_header_or_a_second_reader(target: Served, given: str) -> None:
    before = people(target)
    assert asked(target, given).status == 422
    assert people(target) == before


def test_a_name_brings_no_header(target: Served) -> None:
    assert asked(target, "cy@example.org", first_name="Cy\r\nBcc: all@example.org").status == 200
    target.ask("GET", "/healthz")
    mails = [path.read_bytes() for path in target.root.rglob("*.eml")]
    assert not [mail for mail in mails if b"\nBcc:" in mail or b"all@example.org" in mail]


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("multipart/form-data", b"--x\r\n\r\n"),
        ("multipart/form-data; boundary=", b"----\r\n\r\n"),
        (
            "multipart/form-data; boundary=x",
            b"--x\r\nContent-Disposition: form-data; name=a\r\n\r\n1\r\n" * 1_500,
        ),
        ("multipart/form-data; boundary=x", b"--x\r\nX: " + b"a" * 60_000),
        ("multipart/form-data; boundary=" + "y" * 9_000, b"--x\r\n"),
        (
            "multipart/form-data; boundary=x",
            b"--x\r\nContent-Type: multipart/mixed; boundary=x\r\n\r\n" * 1_000,
        ),
        ("application/x-www-form-urlencoded", b"&".join(b"a%d=1" % number for number in range(8_000))),
        ("application/x-www-form-urlencoded", b"%" * 60_000),
        ("application/x-www-form-urlencoded; charset=utf-7", b"+ADw-script+AD4-"),
        ("text/plain", b"\xff" * 1_000),
        ("", b"List-Unsubscribe"),
    ],
)
def test_forms_that_are_none_are_survived(target: Served, kind: str, body: bytes) -> None:
    for path in ("/u/x", "/preferences/x", "/join/town"):
        assert target.ask("POST", path, {"Content-Type": kind}, body).status in {404, 413, 422}


def kept(target: Served) -> int:
    with target.database.reading() as connection:
        return connection.execute(select(func.count()).select_from(reports)).scalar_one()


@pytest.mark.parametrize("provider", [one for one in SIGNED if one != "ses"])
def test_reports_are_believed_as_they_were_signed_and_lately(target: Served, provider: Provider) -> None:
    path, now = f"/webhooks/{provider}/{provider}", datetime.now(UTC)
    headers, body = knock(provider, now, {"x": 1})
    changed = {name: f"{value[:-3]}AAA" for name, value in headers.items()}
    before = kept(target)
    refused = [target.ask("POST", path, changed if provider != "mailgun" else {}, body.replace(b"1", b"2"))]
    refused.append(target.ask("POST", path, {}, body if provider != "mailgun" else b"{}"))
    if provider != "postmark":
        old_headers, old = knock(provider, now - timedelta(days=30), {"x": 1})
        refused.append(target.ask("POST", path, old_headers, old))
    refused += [
        target.ask("POST", f"/webhooks/{provider}/{quote(account)}", headers, body)
        for account in ("nobody", "sendgrid'--", "..", "x" * 5_000)
    ]
    assert len({(answer.status, answer.body) for answer in refused}) == 1, refused
    assert 400 <= refused[0].status < 500
    assert kept(target) == before


def test_ten_thousand_events_in_one_body_are_taken(target: Served) -> None:
    events = [
        {"email": f"p{number}@example.org", "event": "delivered", "timestamp": 1, "sg_event_id": str(number)}
        for number in range(10_000)
    ]
    headers, body = knock("sendgrid", datetime.now(UTC), events)
    assert len(json.loads(body)) == 10_000
    before = kept(target)
    assert target.ask("POST", "/webhooks/sendgrid/sendgrid", headers, body).status == 200
    assert kept(target) == before + 1


ROUTES = ("/u/{}", "/preferences/{}", "/join/{}", "/join/{}/form", "/confirm/{}", "/webhooks/{}/x", "/{}")
TEXT = st.text(max_size=60) | st.sampled_from(BAD) | st.just("town")
FORMS = st.dictionaries(
    st.sampled_from(["address", "consent", "lang", "do", "newsletter", "topic", "List-Unsubscribe", "asked"])
    | st.text(max_size=10),
    TEXT,
    max_size=6,
)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.sampled_from(["GET", "POST", "HEAD", "PUT", "OPTIONS"]),
    st.sampled_from(ROUTES),
    TEXT | st.just("TOKEN"),
    FORMS,
    FORMS,
    st.sampled_from(
        ["application/x-www-form-urlencoded", "application/json", "multipart/form-data; boundary=b", ""]
    ),
)
def test_any_request_has_an_answer_that_is_no_fault_of_ours(
    target: Served, method: str, route: str, part: str, query: dict[str, str], form: dict[str, str], kind: str
) -> None:
    """As a fuzzer of a service's description would: every route, with whatever it says of its parameters."""
    where = target.token(1, "preferences") if part == "TOKEN" else part
    path = route.format(quote(where, safe="", errors="replace"))
    body = urlencode(form, errors="replace").encode() if method in {"POST", "PUT"} else b""
    found = target.ask(method, f"{path}?{urlencode(query, errors='replace')}", {"Content-Type": kind}, body)
    assert found.status < 500, (method, path, form)
    has_its_headers(found)
    if form.get("do") == "everything":
        target.again()


def test_nothing_that_is_secret_was_said(target: Served) -> None:
    token = target.token()
    target.post(f"/u/{token}", b"do=undo")
    target.ask("GET", f"/u/{token}?{ANA}", {"User-Agent": "x\r\n forged line".replace("\r\n", "\t")})
    said = b"".join(target.said)
    for secret in (token.encode(), ANA.encode(), b"the signing key", b"the password", HOST.encode() + b"/u/"):
        assert secret not in said
