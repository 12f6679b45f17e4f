"""The pages behind an issue's links, on a server of this machine that plays the web."""

import ssl
import threading
import time
from collections import Counter
from collections.abc import Callable

import pytest
import trustme
from tests.check.rules.test_links import with_body, with_link
from tests.newsroom import Newsroom
from tests.providers.loopback import Answer, Asked, Loopback

from lpdownload.check.extras import RULES, Extra
from lpdownload.check.inspection import Inspection
from lpdownload.check.online.online import Limits, OnlineCheck
from lpdownload.check.online.public import NoSuchName
from lpdownload.errors import Finding

QUICK = Limits(seconds=5, altogether=20)


def resolver(host: str, seconds: float) -> list[str]:  # noqa: ARG001
    """Every name is this machine, but for one that does not exist and one of somebody's own network."""
    if host.startswith("nowhere."):
        raise NoSuchName(host)
    return ["10.0.0.1"] if host.startswith("inside.") else ["127.0.0.1"]


def online(limits: Limits = QUICK, certificates: ssl.SSLContext | None = None) -> OnlineCheck:
    return OnlineCheck(
        limits=limits,
        allowed=lambda address, _: address == "127.0.0.1",
        resolver=resolver,
        certificates=certificates,
    )


def inspection(newsroom: Newsroom) -> Inspection:
    return Inspection(newsroom.library, newsroom.load(), newsroom.render())


def look(newsroom: Newsroom, check: OnlineCheck | None = None) -> list[Finding]:
    return list((check or online()).look(inspection(newsroom)))


def only(newsroom: Newsroom, url: str, check: OnlineCheck | None = None) -> list[tuple[str, str]]:
    """Rule and severity of what is found about an issue that leads to ``url`` only."""
    newsroom.write_issue(with_link(url))
    return [(finding.rule, finding.severity) for finding in look(newsroom, check)]


def redirecting(to: str, status: int = 302) -> Answer:
    return Answer(status, headers={"Location": to})


def test_it_is_an_extra_and_finds_the_rules_announced() -> None:
    check: Extra = online()
    assert check.name in RULES


@pytest.mark.parametrize(
    ("status", "found"),
    [
        (200, []),
        (204, []),
        (304, []),
        (404, [("link-dead", "error")]),
        (410, [("link-dead", "error")]),
        (401, [("link-unchecked", "info")]),
        (403, [("link-unchecked", "info")]),
        (429, [("link-unchecked", "info")]),
        (999, [("link-unchecked", "info")]),
        (405, [("link-unchecked", "info")]),
        (500, [("link-unreachable", "warning")]),
        (503, [("link-unreachable", "warning")]),
    ],
)
def test_what_an_answer_means(newsroom: Newsroom, status: int, found: list[tuple[str, str]]) -> None:
    with Loopback(lambda _: Answer(status)) as server:
        assert only(newsroom, f"http://town.gov:{server.port}/river") == found
        methods = [asked.method for asked in server.asked]
    assert methods == (["HEAD"] if status < 400 else ["HEAD", "GET"])


def test_a_finding_stands_at_the_line_of_its_address(newsroom: Newsroom) -> None:
    with Loopback(lambda _: Answer(404)) as server:
        url = f"http://town.gov:{server.port}/river"
        newsroom.write_issue(with_body(f"See [it]({url}) now.") + with_link(f"{url}?utm_source=post#top"))
        findings = look(newsroom)
        assert len(server.asked) == 2  # HEAD and GET: one page, whatever its parameters for statistics
    assert [(finding.path, finding.place and finding.place.line) for finding in findings] == [
        ("sections[0].body", 7),
        ("sections[1].read_more.url", 14),
    ]


def test_a_server_that_knows_no_head_is_asked_by_get(newsroom: Newsroom) -> None:
    def respond(asked: Asked) -> Answer:
        return Answer(200 if asked.method == "GET" else 405)

    with Loopback(respond) as server:
        assert only(newsroom, f"http://town.gov:{server.port}/") == []


def test_nothing_is_told_but_who_asks(newsroom: Newsroom) -> None:
    cookie = {"Set-Cookie": "a=b; Path=/", "Location": "/next"}
    with Loopback(lambda asked: Answer(302, headers=cookie) if asked.path == "/" else Answer()) as server:
        only(newsroom, f"http://town.gov:{server.port}/?utm_source=x#top")
        first, second = server.asked
    assert (first.path, second.path) == ("/", "/next")
    assert first.headers == second.headers
    assert {*first.headers} == {"host", "user-agent", "accept", "accept-encoding", "connection"}
    assert first.headers["host"] == f"town.gov:{server.port}"
    assert first.headers["user-agent"].startswith("lpdownload/")


def test_no_proxy_of_the_environment_is_asked(newsroom: Newsroom, monkeypatch: pytest.MonkeyPatch) -> None:
    with Loopback() as proxy, Loopback() as server:
        for name in ("HTTP_PROXY", "ALL_PROXY", "http_proxy", "all_proxy"):
            monkeypatch.setenv(name, proxy.url)
        assert only(newsroom, f"http://town.gov:{server.port}/") == []
        assert (len(proxy.asked), len(server.asked)) == (0, 1)


def test_a_private_address_is_never_knocked_at(newsroom: Newsroom) -> None:
    with Loopback() as server:
        found = only(
            newsroom, f"http://town.gov:{server.port}/", OnlineCheck(resolver=resolver, limits=QUICK)
        )
        assert found == [("link-unreachable", "warning")]
        assert only(newsroom, f"http://127.0.0.1:{server.port}/", OnlineCheck(limits=QUICK)) == found
        assert server.connections == 0


@pytest.mark.parametrize(
    "to",
    [
        "http://inside.town.gov/",
        "http://10.0.0.1/",
        "http://169.254.169.254/latest/meta-data/",
        "http://[::1]/",
        "file:///etc/passwd",
        "gopher://town.gov/",
        "http://ana:secret@town.gov/",
    ],
)
def test_a_redirect_into_a_private_network_is_not_followed(newsroom: Newsroom, to: str) -> None:
    with Loopback(lambda _: redirecting(to)) as server:
        newsroom.write_issue(with_link(f"http://town.gov:{server.port}/"))
        (finding,) = look(newsroom)
        assert (finding.rule, finding.severity) == ("link-unreachable", "warning")
        assert len(server.asked) == 1


def test_five_redirects_are_followed_and_no_more(newsroom: Newsroom) -> None:
    def respond(asked: Asked) -> Answer:
        number = int(asked.path[1:])
        return redirecting(f"/{number - 1}") if number else Answer()

    with Loopback(respond) as server:
        assert only(newsroom, f"http://town.gov:{server.port}/5") == []
        assert only(newsroom, f"http://town.gov:{server.port}/6") == [("link-unreachable", "warning")]


def test_a_circle_of_redirects_ends(newsroom: Newsroom) -> None:
    with Loopback(lambda asked: redirecting(asked.path)) as server:
        assert only(newsroom, f"http://town.gov:{server.port}/") == [("link-unreachable", "warning")]
        assert len(server.asked) == 6


@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_another_domain_is_told_and_so_is_a_move_for_good(newsroom: Newsroom, status: int) -> None:
    with Loopback() as server:
        away = f"http://other.gov:{server.port}/b"
        here = f"http://www.town.gov:{server.port}/b"
        server.script.extend([redirecting(away, status), Answer(), redirecting(here, status), Answer()])
        newsroom.write_issue(with_link(f"http://town.gov:{server.port}/a"))
        (finding,) = look(newsroom)
        assert (finding.rule, finding.severity, away in finding.hint) == ("link-moved", "info", True)
        moved = look(newsroom)
    if status in {301, 308}:
        (finding,) = moved
        assert (finding.rule, here in finding.hint) == ("link-moved", True)
    else:
        assert moved == []


def test_a_page_that_is_gone_behind_a_redirect_is_dead(newsroom: Newsroom) -> None:
    with Loopback(lambda asked: redirecting("/b") if asked.path == "/a" else Answer(404)) as server:
        newsroom.write_issue(with_link(f"http://town.gov:{server.port}/a"))
        (finding,) = look(newsroom)
    assert (finding.rule, "/b" in finding.message) == ("link-dead", True)


def test_a_host_that_does_not_exist_is_dead(newsroom: Newsroom) -> None:
    assert only(newsroom, "https://nowhere.town.gov/") == [("link-dead", "error")]


def test_a_certificate_that_nobody_trusts_is_an_error_and_the_name_is_sent(newsroom: Newsroom) -> None:
    authority, theirs = trustme.CA(), ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("town.gov").configure_cert(theirs)
    names: list[str | None] = []
    theirs.sni_callback = lambda _, name, __: names.append(name)
    trusting = ssl.create_default_context()
    authority.configure_trust(trusting)
    with Loopback(tls=theirs) as server:
        url = f"https://town.gov:{server.port}/"
        assert only(newsroom, url) == [("link-certificate", "error")]
        assert only(newsroom, url, online(certificates=trusting)) == []
        other = url.replace("town.gov", "other.gov")
        assert only(newsroom, other, online(certificates=trusting)) == [("link-certificate", "error")]
    assert {*names} == {"town.gov", "other.gov"}


@pytest.mark.parametrize(
    "answer",
    [
        Answer(breaks="after the body"),
        Answer(raw=b"not http\r\n\r\n"),
        Answer(raw=b"HTTP/1.1 200 OK\r\n" + b"X-Long: " + b"a" * 200_000 + b"\r\n\r\n"),
        redirecting("http://[broken"),
        redirecting("http://town.gov:99999/"),
    ],
)
def test_a_server_that_talks_nonsense_is_unreachable(newsroom: Newsroom, answer: Answer) -> None:
    with Loopback(lambda _: answer) as server:
        assert only(newsroom, f"http://town.gov:{server.port}/") == [("link-unreachable", "warning")]


@pytest.mark.parametrize("answer", [Answer(breaks="silent"), Answer(drip=0.05)])
def test_a_server_that_takes_for_ever_is_left(newsroom: Newsroom, answer: Answer) -> None:
    with Loopback(lambda _: answer) as server:
        limits = Limits(seconds=0.3, altogether=20)
        assert only(newsroom, f"http://town.gov:{server.port}/", online(limits)) == [
            ("link-unreachable", "warning")
        ]


def test_no_body_is_read(newsroom: Newsroom) -> None:
    head = b"HTTP/1.1 404 Not Found\r\nContent-Length: 999999999\r\n\r\n"
    with Loopback(lambda _: Answer(raw=head + b"a" * 1000, breaks="stays open")) as server:
        assert only(newsroom, f"http://town.gov:{server.port}/") == [("link-dead", "error")]


def test_what_there_is_no_time_for_is_said(newsroom: Newsroom) -> None:
    with Loopback(lambda _: Answer(breaks="silent")) as server:
        found = only(newsroom, f"http://town.gov:{server.port}/", online(Limits(seconds=5, altogether=0.3)))
    assert found == [("link-unchecked", "info")]


def crowd(
    newsroom: Newsroom, urls: list[str], limits: Limits, respond: Callable[[Asked], None]
) -> list[Finding]:
    """What is found when all ``urls`` (with {port}) are links of one issue."""

    def answer(asked: Asked) -> Answer:
        respond(asked)
        return Answer()

    with Loopback(answer) as server:
        links = "".join(f" [n{n}]({url.format(port=server.port)})," for n, url in enumerate(urls))
        newsroom.write_issue(with_body(f"See{links} and more."))
        return look(newsroom, online(limits))


def test_no_host_is_asked_for_more_than_two_pages_at_once_and_none_waits_for_another(
    newsroom: Newsroom,
) -> None:
    lock = threading.Lock()
    running: Counter[str] = Counter()
    most: Counter[str] = Counter()

    def respond(asked: Asked) -> None:
        with lock:
            running[asked.headers["host"]] += 1
            running["all"] += 1
            for name, number in running.items():
                most[name] = max(most[name], number)
        time.sleep(0.05)
        with lock:
            running[asked.headers["host"]] -= 1
            running["all"] -= 1

    urls = [f"http://a{n // 8}.gov:{{port}}/{n}" for n in range(48)]
    assert crowd(newsroom, urls, Limits(seconds=10, altogether=30), respond) == []
    assert most.pop("all") <= 8
    assert max(most.values()) <= 2
    assert len(most) == 6


def test_each_page_is_asked_for_once_in_a_run(newsroom: Newsroom) -> None:
    with Loopback() as server:
        told: list[tuple[int, int]] = []
        check = online()
        check.progress = lambda done, of: told.append((done, of))
        url = f"http://town.gov:{server.port}/"
        assert only(newsroom, url, check) == []
        assert only(newsroom, url, check) == []
        assert len(server.asked) == 1
        assert told == [(1, 1)]


@pytest.mark.parametrize(
    "url",
    ["https://example.org/river", "mailto:ana@town.gov", "https://town.gov/{{ first_name | default('a') }}"],
)
def test_samples_mail_and_merge_fields_are_not_asked_for(newsroom: Newsroom, url: str) -> None:
    def nobody(host: str, seconds: float) -> list[str]:  # noqa: ARG001
        raise AssertionError(host)

    assert only(newsroom, url, OnlineCheck(resolver=nobody)) == []
