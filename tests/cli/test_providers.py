"""`lpdownload providers`: what each can carry, and whether it takes our credentials."""

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from socket import socket
from threading import Thread

import pytest
from tests.newsroom import Newsroom
from typer.testing import CliRunner, Result

from lpdownload.cli.providers import app
from lpdownload.errors import InvalidInput
from lpdownload.settings import PROVIDERS

Run = Callable[..., Result]


@pytest.fixture
def run(newsroom: Newsroom, monkeypatch: pytest.MonkeyPatch) -> Run:
    """A command given in the newsroom's folder; the exit code must be ``code``."""
    monkeypatch.chdir(newsroom.root)
    monkeypatch.setenv("COLUMNS", "200")
    monkeypatch.delenv("LPDOWNLOAD_PROVIDER", raising=False)

    def call(*words: str, code: int = 0) -> Result:
        result = CliRunner().invoke(app, list(words))
        if result.exception and not isinstance(result.exception, SystemExit | InvalidInput):
            raise result.exception
        assert result.exit_code == code, result.output or result.exception
        return result

    return call


class SendGrid(BaseHTTPRequestHandler):
    """Knows one key, and what it may do."""

    def do_GET(self) -> None:
        known = self.headers["Authorization"] == "Bearer SG.right"
        body = b'{"scopes":["mail.send"]}' if known else b'{"errors":[{"message":"not known"}]}'
        self.send_response(200 if known else 401)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Says nothing."""


@pytest.fixture
def sendgrid(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A SendGrid of this machine's, which both accounts use."""
    server = HTTPServer(("127.0.0.1", 0), SendGrid)
    thread = Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    address = f"http://127.0.0.1:{server.server_port}"
    monkeypatch.setenv("LPDOWNLOAD_SENDGRID_BASE_URL", address)
    monkeypatch.setenv("LPDOWNLOAD_ACCOUNT_NY_MAIL_BASE_URL", address)
    yield
    server.shutdown()
    thread.join()
    server.server_close()


def listed(result: Result) -> dict[str, dict[str, object]]:
    return {row["name"]: row for row in json.loads(result.stdout)}


def test_the_list_has_every_provider_and_says_which_is_set_up(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LPDOWNLOAD_SENDGRID_API_KEY", "hunter2")
    result = run("list", "--json")
    rows = listed(result)
    assert list(rows) == [*PROVIDERS]
    assert rows["outbox"]["chosen"] is rows["outbox"]["configured"] is True
    assert rows["outbox"]["delivers"] is False
    assert rows["sendgrid"]["configured"] is True
    assert rows["sendgrid"]["chosen"] is rows["resend"]["configured"] is False
    assert (rows["sendgrid"]["merging"], rows["sendgrid"]["most_recipients"]) == ("theirs", 1000)
    assert "hunter2" not in result.output


def test_the_list_has_the_accounts_of_the_network_too(
    newsroom: Newsroom, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    newsroom.add("newsletters/network.yaml", "accounts: {ny-mail: {provider: sendgrid}}\n")
    monkeypatch.setenv("LPDOWNLOAD_PROVIDER", "ny-mail")
    row = listed(run("list", "--json"))["ny-mail"]
    assert (row["provider"], row["configured"], row["chosen"]) == ("sendgrid", False, True)


def test_the_table_has_a_row_for_each_and_marks_the_chosen_one(run: Run) -> None:
    lines = run("list").stdout.splitlines()
    assert [line.split()[0] for line in lines[1 : len(PROVIDERS) + 1]] == [*PROVIDERS]
    assert next(line for line in lines if " * " in line).startswith("outbox * ")


def test_the_list_names_variables_that_mean_nothing(newsroom: Newsroom, run: Run) -> None:
    newsroom.write(".env", "LPDOWNLOAD_SENDGRID_API_KY=hunter2\n")
    result = run("list", "--json")
    assert "did you mean LPDOWNLOAD_SENDGRID_API_KEY?" in result.stderr
    assert "hunter2" not in result.output
    assert list(listed(result)) == [*PROVIDERS]


def test_a_chosen_provider_that_is_none_is_told_and_none_is_marked(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LPDOWNLOAD_PROVIDER", "sendgird")
    result = run("list", "--json")
    assert "did you mean sendgrid?" in result.stderr
    assert not any(row["chosen"] for row in listed(result).values())


@pytest.mark.parametrize(
    ("given", "says"),
    [("", "where a newsletter names no account"), ("outbox", "whatever a newsletter names")],
)
def test_the_list_says_whether_a_newsletters_own_account_counts(
    run: Run, monkeypatch: pytest.MonkeyPatch, given: str, says: str
) -> None:
    monkeypatch.setenv("LPDOWNLOAD_PROVIDER", given)
    assert says in run("list").stdout


def test_looking_at_the_outbox_leaves_no_folder(newsroom: Newsroom, run: Run) -> None:
    run("check", "outbox")
    assert not (newsroom.root / "outbox").exists()


def test_outside_of_a_newsroom_the_list_has_the_providers(
    tmp_path: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "nowhere").mkdir()
    monkeypatch.chdir(tmp_path / "nowhere")
    assert list(listed(run("list", "--json"))) == [*PROVIDERS]


@pytest.mark.usefixtures("sendgrid")
def test_credentials_that_are_accepted_are_said_to_be(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LPDOWNLOAD_SENDGRID_API_KEY", "SG.right")
    report = json.loads(run("check", "sendgrid", "--json").stdout)
    assert (report["account"], report["provider"]) == ("sendgrid", "sendgrid")
    assert {check["state"] for check in report["checks"]} == {"ok"}
    assert "ok      credentials: " in run("check", "sendgrid").stdout


@pytest.mark.usefixtures("sendgrid")
def test_credentials_that_are_not_accepted_end_in_an_error_and_no_other_account_s_variable(
    newsroom: Newsroom, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    newsroom.add("newsletters/network.yaml", "accounts: {ny-mail: {provider: sendgrid}}\n")
    monkeypatch.setenv("LPDOWNLOAD_ACCOUNT_NY_MAIL_API_KEY", "SG.wrong")
    result = run("check", "ny-mail", code=1)
    assert "error   credentials: " in result.stdout
    assert "API_KEY" in result.stdout
    assert "LPDOWNLOAD_SENDGRID_" not in result.stdout
    assert "SG.wrong" not in result.output


def test_a_service_that_cannot_be_reached_is_unknown_and_no_success(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    with socket() as deaf:
        deaf.bind(("127.0.0.1", 0))
        monkeypatch.setenv("LPDOWNLOAD_POSTMARK_API_KEY", "x")
        monkeypatch.setenv("LPDOWNLOAD_POSTMARK_BASE_URL", f"http://127.0.0.1:{deaf.getsockname()[1]}")
        assert run("check", "postmark", code=1).stdout.startswith("unknown reachable: ")
        report = json.loads(run("check", "postmark", "--json", code=1).stdout)
    assert [check["state"] for check in report["checks"]] == ["unknown"]
    assert "LPDOWNLOAD_POSTMARK_BASE_URL" in report["checks"][0]["remedy"]


@pytest.mark.usefixtures("sendgrid")
def test_the_check_without_a_name_is_of_the_chosen_provider(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LPDOWNLOAD_PROVIDER", "sendgrid")
    monkeypatch.setenv("LPDOWNLOAD_SENDGRID_API_KEY", "SG.right")
    assert json.loads(run("check", "--json").stdout)["account"] == "sendgrid"


def test_what_is_not_set_is_found_before_anything_is_asked(run: Run) -> None:
    error = run("check", "sendgrid", code=1).exception
    assert isinstance(error, InvalidInput)
    assert [finding.message for finding in error.findings] == ["LPDOWNLOAD_SENDGRID_API_KEY is not set"]


def test_the_check_of_nothing_there_is_names_what_there_is(run: Run) -> None:
    error = run("check", "sendgird", code=1).exception
    assert isinstance(error, InvalidInput)
    assert error.findings[0].hint.startswith("did you mean sendgrid?")


def test_the_program_knows_the_commands_and_imports_no_provider_for_their_help() -> None:
    code = (
        "import sys\nfrom typer.testing import CliRunner\nfrom lpdownload.cli.app import app\n"
        "print(CliRunner().invoke(app, ['providers', '--help']).output)\n"
        "print([name for name in ('httpx', 'lpdownload.providers') if name in sys.modules])"
    )
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert "check" in result.stdout
    assert result.stdout.splitlines()[-1] == "[]"
