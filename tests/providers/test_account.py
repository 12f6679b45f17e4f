"""Which account a newsletter's mail goes out through, and its settings, read from their variables."""

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr
from tests.newsroom import Newsroom

from lpdownload.content.library import Library
from lpdownload.errors import Finding, InvalidInput
from lpdownload.providers.account import (
    account_for,
    account_named,
    env_example,
    example_variables,
    known_accounts,
    unknown_variables,
)
from lpdownload.providers.registry import Account
from lpdownload.settings import PROVIDERS, Provider, Settings, load_settings

KEYS = {"LPDOWNLOAD_SENDGRID_API_KEY": "SG.network", "LPDOWNLOAD_ACCOUNT_NY_MAIL_API_KEY": "SG.chapter"}
ACCOUNTS = "accounts: {ny-mail: {provider: sendgrid}, ny: {provider: resend}}\n"


@pytest.fixture
def two(newsroom: Newsroom) -> Library:
    """A newsroom with accounts ny-mail and ny; the newsletter town has ny-mail."""
    newsroom.add("newsletters/network.yaml", ACCOUNTS)
    newsroom.add("newsletters/town/newsletter.yaml", "account: ny-mail\n")
    return newsroom.library


def key_of(account: Account) -> str:
    key = dict(account.settings)["api_key"]
    assert isinstance(key, SecretStr)
    return key.get_secret_value()


def said(settings: Settings, name: Provider) -> str:
    """What is found wrong in a provider's settings."""
    try:
        account_named(settings, None, name)
    except InvalidInput as error:
        return str(error)
    return ""


def refused(call: Callable[[], object]) -> tuple[Finding, ...]:
    with pytest.raises(InvalidInput) as caught:
        call()
    return caught.value.findings


def test_a_newsletter_s_own_account_has_its_own_key(two: Library) -> None:
    settings = load_settings(None, {**KEYS, "LPDOWNLOAD_PROVIDER": "sendgrid"})
    account = account_for(settings, two.network, two.newsletter("town")[1])
    assert (account.name, account.provider, key_of(account)) == ("ny-mail", "sendgrid", "SG.chapter")


def test_without_an_account_of_its_own_a_newsletter_has_the_network_s(two: Library) -> None:
    settings = load_settings(None, {**KEYS, "LPDOWNLOAD_PROVIDER": "sendgrid"})
    account = account_for(settings, two.network)
    assert (account.name, account.provider, key_of(account)) == ("sendgrid", "sendgrid", "SG.network")


def test_the_provider_of_the_settings_may_be_an_account(two: Library) -> None:
    settings = load_settings(None, {**KEYS, "LPDOWNLOAD_PROVIDER": "ny-mail"})
    assert key_of(account_for(settings, two.network)) == "SG.chapter"


def test_an_account_that_a_command_names_comes_before_the_newsletter_s(two: Library) -> None:
    account = account_for(load_settings(None, KEYS), two.network, two.newsletter("town")[1], "sendgrid")
    assert key_of(account) == "SG.network"


@pytest.mark.parametrize("place", ["environment", ".env"])
def test_the_outbox_said_outright_comes_before_the_newsletter_s_but_not_before_a_command_s(
    newsroom: Newsroom, two: Library, place: str
) -> None:
    outright = {"LPDOWNLOAD_PROVIDER": "outbox"}
    if place == ".env":
        newsroom.write(".env", "LPDOWNLOAD_PROVIDER=outbox\n")
    settings = load_settings(newsroom.root, KEYS if place == ".env" else KEYS | outright)
    town = two.newsletter("town")[1]
    assert account_for(settings, two.network, town).name == "outbox"
    assert account_for(settings, two.network, town, "ny-mail").name == "ny-mail"


@pytest.mark.parametrize("given", [{}, {"LPDOWNLOAD_PROVIDER": ""}, {"LPDOWNLOAD_PROVIDER": "sendgrid"}])
def test_the_outbox_that_nobody_asked_for_does_not_hold_a_newsletter_s_mail_back(
    two: Library, given: dict[str, str]
) -> None:
    settings = load_settings(None, KEYS | given)
    assert account_for(settings, two.network, two.newsletter("town")[1]).name == "ny-mail"


def test_an_account_takes_nothing_from_another(two: Library) -> None:
    settings = load_settings(None, {"LPDOWNLOAD_SENDGRID_API_KEY": "SG.network"})
    (finding,) = refused(lambda: account_named(settings, two.network, "ny-mail"))
    assert finding.rule == "missing-setting"
    assert finding.message == "LPDOWNLOAD_ACCOUNT_NY_MAIL_API_KEY is not set"
    assert finding.hint


def test_an_empty_key_is_a_missing_one(two: Library) -> None:
    settings = load_settings(None, {"LPDOWNLOAD_SENDGRID_API_KEY": ""})
    (finding,) = refused(lambda: account_named(settings, two.network, "sendgrid"))
    assert finding.message == "LPDOWNLOAD_SENDGRID_API_KEY is not set"


def test_all_that_is_wrong_is_named_at_once_with_its_line_and_never_its_value(
    newsroom: Newsroom,
) -> None:
    newsroom.write(
        ".env",
        "LPDOWNLOAD_SENDGRID_API_KY=hunter2\nLPDOWNLOAD_SENDGRID_REGION=hunter3\n"
        "LPDOWNLOAD_SENDGRID_BASE_URL=hunter4\n",
    )
    settings = load_settings(newsroom.root)
    found = refused(lambda: account_named(settings, newsroom.library.network, "sendgrid"))
    assert {
        finding.message.partition(": ")[0]: finding.place and finding.place.line for finding in found
    } == {
        "there is no setting LPDOWNLOAD_SENDGRID_API_KY": 1,
        "LPDOWNLOAD_SENDGRID_API_KEY is not set": None,
        "LPDOWNLOAD_SENDGRID_REGION": 2,
        "LPDOWNLOAD_SENDGRID_BASE_URL": 3,
    }
    assert "did you mean LPDOWNLOAD_SENDGRID_API_KEY?" in str(found[0])
    assert "hunter" not in "".join(str(finding) for finding in found)


def test_a_remedy_names_the_account_s_own_variables(newsroom: Newsroom) -> None:
    newsroom.add("newsletters/network.yaml", "accounts: {ny-mail: {provider: smtp}}\n")
    prefix = "LPDOWNLOAD_ACCOUNT_NY_MAIL_"
    settings = load_settings(None, {f"{prefix}HOST": "mail.example.org", f"{prefix}USERNAME": "ana"})
    (finding,) = refused(lambda: account_named(settings, newsroom.library.network, "ny-mail"))
    assert finding.message == f"{prefix}…: a login needs a name and a password"
    assert finding.hint == f"set {prefix}PASSWORD, or neither"


@given(st.text(alphabet=st.characters(exclude_characters="\0")))
def test_no_value_of_any_provider_is_repeated_by_what_is_found_wrong_in_it(text: str) -> None:
    value = f"§{text}§"
    for name in PROVIDERS:
        settings = load_settings(None, {variable: value for variable, *_ in example_variables(name)})
        assert value not in said(settings, name)


@pytest.mark.parametrize(
    ("written", "meant"),
    [("", "outbox"), ("mails", "mails"), ("/var/mails", "/var/mails"), ("~/mails", "~/mails")],
)
def test_a_relative_path_starts_in_the_newsroom_wherever_the_command_is_given(
    newsroom: Newsroom, written: str, meant: str
) -> None:
    settings = load_settings(newsroom.root, {"LPDOWNLOAD_OUTBOX_FOLDER": written})
    folder = dict(account_for(settings, newsroom.library.network).settings)["folder"]
    assert folder == (Path(meant) if meant.startswith("~") else newsroom.root / meant)


def test_what_is_wrong_with_another_account_stops_nobody(newsroom: Newsroom) -> None:
    newsroom.write(".env", "LPDOWNLOAD_RESEND_API_KY=x\nLPDOWNLOAD_SENDGRID_API_KEY=SG.network\n")
    settings = load_settings(newsroom.root)
    assert key_of(account_named(settings, newsroom.library.network, "sendgrid")) == "SG.network"
    (finding,) = unknown_variables(settings, newsroom.library.network)
    assert finding.hint == "did you mean LPDOWNLOAD_RESEND_API_KEY?"


def test_a_name_that_is_no_account_is_met_with_the_nearest(two: Library) -> None:
    (finding,) = refused(lambda: account_named(Settings(), two.network, "ny-mial"))
    assert finding.rule == "unknown-account"
    assert finding.hint.startswith("did you mean ny-mail? There are: ny-mail, ny, outbox, smtp")


def test_variables_of_no_account_are_met_with_the_nearest(newsroom: Newsroom, two: Library) -> None:
    newsroom.write(".env", "LPDOWNLOAD_ACCOUNT_NX_MAIL_API_KEY=x\n")
    (finding,) = unknown_variables(load_settings(newsroom.root), two.network)
    assert finding.message == "LPDOWNLOAD_ACCOUNT_NX_MAIL_API_KEY is of no account in network.yaml"
    assert "LPDOWNLOAD_ACCOUNT_NY_MAIL_" in finding.hint
    assert finding.place is not None


def test_a_variable_that_could_be_of_two_accounts_is_the_longer_one_s(
    newsroom: Newsroom, two: Library
) -> None:
    newsroom.write(".env", "LPDOWNLOAD_ACCOUNT_NY_MAIL_API_KEY=x\nLPDOWNLOAD_ACCOUNT_NY_API_KEY=y\n")
    settings = load_settings(newsroom.root)
    assert unknown_variables(settings, two.network) == ()
    assert [key_of(account_named(settings, two.network, name)) for name in ("ny-mail", "ny")] == ["x", "y"]
    newsroom.write(".env", "LPDOWNLOAD_ACCOUNT_NY_MAIL_API_KY=x\n")
    (finding,) = unknown_variables(load_settings(newsroom.root), two.network)
    assert finding.hint == "did you mean LPDOWNLOAD_ACCOUNT_NY_MAIL_API_KEY?"


def test_every_provider_is_an_account_by_its_own_name(two: Library) -> None:
    accounts = known_accounts(two.network)
    assert list(accounts) == ["ny-mail", "ny", *PROVIDERS]
    assert known_accounts(None) == {name: name for name in PROVIDERS}


def test_a_pace_may_be_given_to_the_account_of_the_provider_s_name(newsroom: Newsroom) -> None:
    newsroom.add(
        "newsletters/network.yaml",
        "accounts: {sendgrid: {provider: sendgrid, pace: {recipients_per_day: 500}}}\n",
    )
    network = newsroom.library.network
    assert network.accounts["sendgrid"].pace.recipients_per_day == 500
    assert key_of(account_named(load_settings(None, KEYS), network, "sendgrid")) == "SG.network"


@pytest.mark.parametrize("name", PROVIDERS)
def test_the_example_of_every_provider_uncommented_means_something(name: Provider, tmp_path: Path) -> None:
    prefix = f"#LPDOWNLOAD_{name.upper()}_"
    lines = [line[1:] for line in env_example().splitlines() if line.startswith(prefix)]
    assert len(lines) == len([*example_variables(name)]) > 0
    (tmp_path / ".env").write_text("\n".join(lines), "utf-8")
    settings = load_settings(tmp_path)
    assert unknown_variables(settings, None) == ()
    assert account_named(settings, None, name).provider == name
