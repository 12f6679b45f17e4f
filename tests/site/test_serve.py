"""`lpdownload site preview`: the hub on this machine, built anew when a page is loaded."""

import http.client
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from threading import Thread

import pytest
from tests.newsroom import make_newsroom
from tests.site.hub import DAY, Hub

from lpdownload.errors import InvalidInput
from lpdownload.site import serve
from lpdownload.site.build import Options
from lpdownload.site.serve import Preview, listening


@dataclass
class Answer:
    status: int
    headers: dict[str, str]
    body: str


Get = Callable[..., Answer]


@dataclass
class Shown:
    hub: Hub
    port: int
    told: list[InvalidInput]

    def get(self, path: str, host: str = "", method: str = "GET") -> Answer:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        try:
            connection.putrequest(method, path, skip_host=True)
            connection.putheader("Host", host or f"localhost:{self.port}")
            connection.endheaders()
            found = connection.getresponse()
            return Answer(
                found.status,
                {name.lower(): value for name, value in found.getheaders()},
                found.read().decode("utf-8", "replace"),
            )
        finally:
            connection.close()


@pytest.fixture(scope="module")
def shown(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shown]:
    root = tmp_path_factory.mktemp("preview")
    hub = Hub(make_newsroom(root / "newsroom"), root / "out")
    told: list[InvalidInput] = []
    options = Options(DAY, record=False, search=False, processes=1)
    servers: list[serve._Server] = []
    with listening(0) as made:
        preview = Preview(hub.newsroom.library, hub.out, options, told.append)
        preview.build()
        kept = serve._Server.serve_forever

        def serving(server: serve._Server, poll_interval: float = 0.01) -> None:
            servers.append(server)
            kept(server, min(poll_interval, 0.01))

        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(serve._Server, "serve_forever", serving)
            thread = Thread(target=preview.serve, args=(made,), daemon=True)
            port = made.getsockname()[1]
            thread.start()
            yield Shown(hub, port, told)
            servers[0].shutdown()
            thread.join(10)


def test_a_page_is_shown_as_it_is_written_now(shown: Shown) -> None:
    assert "A river is clean again" in shown.get("/town/2024-09/").body
    shown.hub.newsroom.change("newsletters/town/2024-09.yaml", "A river is", "Two rivers are")
    found = shown.get("/town/2024-09/")
    assert "Two rivers are clean again" in found.body
    assert found.headers["content-type"] == "text/html; charset=utf-8"
    assert found.headers["cache-control"] == "no-store"


def test_a_mistake_is_told_and_the_page_stays_as_it_was(shown: Shown) -> None:
    before = shown.get("/").body
    shown.hub.newsroom.change("newsletters/town/2024-09.yaml", "preheader:", "preheadr:")
    assert shown.get("/").body == before
    (error,) = shown.told
    assert error.findings[0].place is not None
    shown.hub.newsroom.change("newsletters/town/2024-09.yaml", "preheadr:", "preheader:")
    assert shown.get("/").status == 200


def test_it_publishes_nothing(shown: Shown) -> None:
    assert not shown.hub.newsroom.library.published_path.exists()


@pytest.mark.parametrize("host", ["news.example.org", "localhost", "localhost:1", "evil.test:8426"])
def test_a_name_that_is_not_ours_gets_no_answer(shown: Shown, host: str) -> None:
    found = shown.get("/", host)
    assert found.status == 421
    assert "river" not in found.body


@pytest.mark.parametrize(
    "path",
    [
        "/../newsroom/newsletters/network.yaml",
        "/%2e%2e/newsroom/newsletters/network.yaml",
        "/no",
        "/town/no/",
    ],
)
def test_what_is_not_there_is_the_404_page(shown: Shown, path: str) -> None:
    found = shown.get(path)
    assert found.status == 404
    assert "There is no such page" in found.body


def test_what_the_hub_keeps_for_itself_is_not_shown(shown: Shown) -> None:
    assert shown.get("/.lpdownload.json").status == 404


def test_a_folder_s_name_leads_into_it(shown: Shown) -> None:
    found = shown.get("/town")
    assert (found.status, found.headers["location"]) == (301, "/town/")


def test_feeds_are_what_they_are(shown: Shown) -> None:
    assert shown.get("/feed.xml").headers["content-type"] == "application/xml; charset=utf-8"
    assert shown.get("/feed.xml", method="HEAD").body == ""


def test_a_taken_port_is_named(shown: Shown) -> None:
    with pytest.raises(InvalidInput) as caught:
        listening(shown.port)
    assert caught.value.findings[0].rule == "port-in-use"
