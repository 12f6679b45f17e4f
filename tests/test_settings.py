"""Settings come from the environment and the newsroom's .env, and what is wrong is named."""

import contextlib
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lpdownload.errors import Finding, InvalidInput
from lpdownload.settings import PROVIDERS, Settings, env_example, load_settings, variable

OWN = {variable(field) for field in Settings.model_fields.keys() - {"newsroom"} if field[:9] != "accounts_"}
"""Variables that are no provider's."""


def at(folder: Path) -> Settings:
    """The settings of that newsroom if nothing is said."""
    return load_settings(None, {}).model_copy(update={"newsroom": folder})


def newsroom(folder: Path, dotenv: str) -> Path:
    (folder / ".env").write_text(dotenv, encoding="utf-8")
    return folder


def findings(folder: Path | None, environ: dict[str, str]) -> tuple[Finding, ...]:
    with pytest.raises(InvalidInput) as caught:
        load_settings(folder, environ)
    return caught.value.findings


def test_without_a_newsroom_or_variables_every_setting_has_its_default() -> None:
    settings = load_settings(None, {})
    assert settings.public_url is None
    assert settings.assets_url is None
    assert settings.log_dir.is_absolute()
    assert "lpdownload" in settings.log_dir.parts


def test_a_newsroom_without_dotenv_is_fine(tmp_path: Path) -> None:
    assert load_settings(tmp_path, {}) == at(tmp_path)


def test_dotenv_may_hold_comments_quotes_exports_and_other_programs_variables(tmp_path: Path) -> None:
    folder = newsroom(
        tmp_path,
        '# staging\nexport LPDOWNLOAD_PUBLIC_URL="https://staging.example.org/"\nDATABASE_URL=x\n'
        "LPDOWNLOAD_LOG_DIR='/var/log/l p'\n",
    )
    settings = load_settings(folder, {})
    assert settings.public_url == "https://staging.example.org"
    assert settings.log_dir == Path("/var/log/l p")


def test_the_environment_wins_over_dotenv_even_over_a_wrong_line_there(tmp_path: Path) -> None:
    folder = newsroom(tmp_path, "LPDOWNLOAD_PUBLIC_URL=nonsense\n")
    settings = load_settings(folder, {"LPDOWNLOAD_PUBLIC_URL": "https://example.org"})
    assert settings.public_url == "https://example.org"


def test_an_empty_variable_is_not_given(tmp_path: Path) -> None:
    folder = newsroom(tmp_path, "LPDOWNLOAD_ASSETS_URL=\nLPDOWNLOAD_LOG_DIR\n")
    assert load_settings(folder, {"LPDOWNLOAD_PUBLIC_URL": ""}).public_url is None
    assert load_settings(folder, {"LPDOWNLOAD_PUBLIC_URL": ""}).log_dir == at(folder).log_dir


def test_a_tilde_is_the_home_folder(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", "/home/ana")
    assert load_settings(None, {"LPDOWNLOAD_LOG_DIR": "~/logs"}).log_dir == Path("/home/ana/logs")


def test_the_home_of_nobody_is_refused_by_name() -> None:
    (finding,) = findings(None, {"LPDOWNLOAD_LOG_DIR": "~no-such-user/logs"})
    assert finding.message.startswith("LPDOWNLOAD_LOG_DIR: ")


@pytest.mark.parametrize(
    "address",
    [
        "example.org",
        "http://example.org",
        "https://",
        "https://example.org?x=1",
        "https://example.org/#top",
        "https://exa mple.org",
        "https://example.org:port",
        "https://[::1",
    ],
)
def test_an_address_that_is_not_an_https_base_is_refused_by_name(address: str) -> None:
    (finding,) = findings(None, {"LPDOWNLOAD_PUBLIC_URL": address})
    assert finding.message.startswith("LPDOWNLOAD_PUBLIC_URL: ")
    assert "https://" in finding.hint
    assert finding.place is None


def test_all_that_is_wrong_in_dotenv_is_named_at_once_with_its_line(tmp_path: Path) -> None:
    folder = newsroom(
        tmp_path,
        "# staging\n\nLPDOWNLOAD_ASSET_URL=https://a.org\nfoo bar\n\n\n"
        "LPDOWNLOAD_PUBLIC_URL=x\nLPDOWNLOAD_XYZ=1\n",
    )
    found = {
        finding.place.line: str(finding) for finding in findings(folder, {}) if finding.place is not None
    }
    assert found.keys() == {3, 4, 7, 8}
    assert "did you mean LPDOWNLOAD_ASSETS_URL?" in found[3]
    assert "LPDOWNLOAD_NAME=value" in found[4]
    assert found[7].startswith(f"{tmp_path}/.env:7:1: LPDOWNLOAD_PUBLIC_URL: ")
    assert all(name in found[8] for name in OWN)


@pytest.mark.parametrize(
    "site",
    ["https://a.example; script-src *", "'self'", "www.example.org", "https://a.example/path", "https:"],
)
def test_what_would_change_a_pages_policy_is_no_site(site: str) -> None:
    with pytest.raises(InvalidInput):
        load_settings(None, {"LPDOWNLOAD_WEB_FRAMED_BY": f"https://www.example.org, {site}"})


def test_an_unknown_variable_of_the_environment_is_left_to_others() -> None:
    assert load_settings(None, {"LPDOWNLOAD_HOST": "ci-7"}) == load_settings(None, {})


def test_a_dotenv_that_is_not_text_is_a_finding(tmp_path: Path) -> None:
    (tmp_path / ".env").write_bytes(b"LPDOWNLOAD_LOG_DIR=\xff\xfe\n")
    (finding,) = findings(tmp_path, {})
    assert "UTF-8" in finding.message


def test_the_example_uncommented_is_a_dotenv_that_loads(tmp_path: Path) -> None:
    lines = [line.removeprefix("#") for line in env_example().splitlines() if line.startswith("#LPDOWNLOAD_")]
    settings = load_settings(newsroom(tmp_path, "\n".join(lines)), {})
    assert settings.model_fields_set == Settings.model_fields.keys()


@given(st.text(), st.text())
def test_any_dotenv_and_value_gives_settings_or_findings(dotenv: str, value: str) -> None:
    with TemporaryDirectory() as folder:
        Path(folder, ".env").write_text(dotenv, encoding="utf-8", errors="replace")
        with contextlib.suppress(InvalidInput):
            load_settings(Path(folder), {"LPDOWNLOAD_PUBLIC_URL": value, "LPDOWNLOAD_LOG_DIR": value})


def test_a_refused_value_is_not_repeated(tmp_path: Path) -> None:
    folder = newsroom(tmp_path, "LPDOWNLOAD_PUBLIC_URL=hunter2\n")
    assert "hunter2" not in str(findings(folder, {}))


def test_what_is_given_for_providers_is_kept_by_variable_and_the_environment_wins(tmp_path: Path) -> None:
    folder = newsroom(
        tmp_path,
        "LPDOWNLOAD_SMTP_HOST=mail.example.org\nLPDOWNLOAD_SMTP_USERNAME=ana\n"
        "LPDOWNLOAD_ACCOUNT_NY_MAIL_API_KEY=x\nLPDOWNLOAD_SES_REGION=\n",
    )
    settings = load_settings(folder, {"LPDOWNLOAD_SMTP_USERNAME": "bo", "LPDOWNLOAD_RESEND_API_KEY": "y"})
    assert {name: secret.get_secret_value() for name, secret in settings.accounts_raw.items()} == {
        "LPDOWNLOAD_SMTP_HOST": "mail.example.org",
        "LPDOWNLOAD_SMTP_USERNAME": "bo",
        "LPDOWNLOAD_ACCOUNT_NY_MAIL_API_KEY": "x",
        "LPDOWNLOAD_RESEND_API_KEY": "y",
    }
    lines = {name: place.line for name, place in settings.accounts_places.items()}
    assert lines == {
        "LPDOWNLOAD_SMTP_HOST": 1,
        "LPDOWNLOAD_ACCOUNT_NY_MAIL_API_KEY": 3,
        "LPDOWNLOAD_SES_REGION": 4,
    }


def test_an_empty_variable_of_the_environment_takes_away_what_dotenv_gives_a_provider(tmp_path: Path) -> None:
    folder = newsroom(tmp_path, "LPDOWNLOAD_SMTP_USERNAME=ana\n")
    assert load_settings(folder, {"LPDOWNLOAD_SMTP_USERNAME": ""}).accounts_raw == {}


@pytest.mark.parametrize("name", PROVIDERS)
def test_the_variables_of_every_provider_are_known_by_how_they_begin(tmp_path: Path, name: str) -> None:
    key = f"LPDOWNLOAD_{name.upper()}_XYZ"
    assert key in load_settings(newsroom(tmp_path, f"{key}=1\n"), {}).accounts_raw


def test_what_is_given_for_providers_is_shown_nowhere() -> None:
    settings = load_settings(None, {"LPDOWNLOAD_RESEND_API_KEY": "hunter2"})
    assert "hunter2" not in f"{settings!r} {settings} {settings.model_dump()} {settings.model_dump_json()}"


def test_the_outbox_is_the_provider_if_nothing_is_said(tmp_path: Path) -> None:
    assert load_settings(tmp_path, {"LPDOWNLOAD_PROVIDER": ""}).provider == "outbox"
    assert load_settings(newsroom(tmp_path, "LPDOWNLOAD_PROVIDER=smtp\n"), {}).provider == "smtp"


def test_a_provider_s_name_mistyped_in_a_variable_is_met_with_the_nearest(tmp_path: Path) -> None:
    (finding,) = findings(newsroom(tmp_path, "LPDOWNLOAD_SENDGIRD_API_KEY=hunter2\n"), {})
    assert finding.hint == "did you mean LPDOWNLOAD_SENDGRID_…?"
    assert "hunter2" not in str(finding)


def test_whoever_approves_is_named_in_plain_words() -> None:
    assert load_settings(None, {}).approver is None
    assert load_settings(None, {"LPDOWNLOAD_APPROVER": " Ana  Reyes\t"}).approver == "Ana Reyes"
    for nobody in (" ", "An\x1ba"):
        (finding,) = findings(None, {"LPDOWNLOAD_APPROVER": nobody})
        assert finding.message == "LPDOWNLOAD_APPROVER: not a person's name or address"


@pytest.mark.parametrize(
    "address",
    ["vscode://file/{file}:{line}:{column}", "idea://open?file={file}&line={line}", "x-mine:{file}"],
)
def test_an_editor_is_opened_by_an_address_of_its_own(address: str) -> None:
    assert load_settings(None, {"LPDOWNLOAD_EDITOR_URL": address}).editor_url == address


@pytest.mark.parametrize(
    "address",
    [
        "vscode",
        "vscode://file",
        "javascript:alert('{file}')",
        "JavaScript:{file}",
        "data:,{file}",
        "a b:{file}",
    ],
)
def test_an_address_that_opens_no_file_or_runs_in_the_page_is_refused(address: str) -> None:
    with pytest.raises(InvalidInput, match="LPDOWNLOAD_EDITOR_URL"):
        load_settings(None, {"LPDOWNLOAD_EDITOR_URL": address})
