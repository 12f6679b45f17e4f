"""The providers there are: each has what the rest of the program asks of it."""

import re
import subprocess
import sys
from pathlib import Path
from socket import socket
from types import UnionType
from typing import Annotated, Literal, Union, get_args, get_origin

import pytest
from pydantic import SecretStr

from lpdownload.errors import InvalidInput
from lpdownload.providers import account, matrix, registry
from lpdownload.providers.base import Capabilities
from lpdownload.settings import PROVIDERS, Provider, load_settings

ROOT = Path(__file__).parent.parent.parent
PAGE = (ROOT / "docs" / "providers.md").read_text("utf-8")
SCALARS = {str, int, float, bool, SecretStr, Path, type(None)}


def scalars(kind: object) -> set[object]:
    """The types a field may hold, without their annotations."""
    if get_origin(kind) is Annotated:
        return scalars(get_args(kind)[0])
    if get_origin(kind) in {Union, UnionType}:
        return {inner for part in get_args(kind) for inner in scalars(part)}
    return {str} if get_origin(kind) is Literal else {kind}


def example(name: Provider) -> registry.Account:
    """An account whose settings are the examples of the documentation."""
    values = {variable: shown for variable, _, shown, _ in account.example_variables(name)}
    return account.account_named(load_settings(None, values), None, name)


@pytest.mark.parametrize("name", PROVIDERS)
def test_every_provider_has_capabilities_and_settings_that_never_change(name: Provider) -> None:
    assert isinstance(registry.capabilities_of(name), Capabilities)
    assert registry.settings_model(name).model_config.get("frozen")
    assert registry.settings_model(name).model_config.get("hide_input_in_errors")


@pytest.mark.parametrize("name", PROVIDERS)
def test_every_setting_is_described_and_can_be_a_variable(name: Provider) -> None:
    for field, info in registry.settings_model(name).model_fields.items():
        assert info.description, field
        assert info.alias is None, field
        assert scalars(info.annotation) <= SCALARS, field


@pytest.mark.parametrize("name", PROVIDERS)
def test_every_setting_that_is_called_a_key_or_password_is_a_secret(name: Provider) -> None:
    called = re.compile(r"(?<!public_)(key|token|password|secret)$")
    for field, info in registry.settings_model(name).model_fields.items():
        assert not called.search(field) or SecretStr in scalars(info.annotation), field


@pytest.mark.parametrize("name", PROVIDERS)
def test_every_provider_opens_without_a_connection_and_closes(name: Provider) -> None:
    registry.open_account(example(name)).close()


@pytest.mark.parametrize("name", PROVIDERS)
def test_an_account_shows_no_secret(name: Provider) -> None:
    found = example(name)
    secrets = [value for _, value in found.settings if isinstance(value, SecretStr)]
    shown = f"{found!r} {found.settings.model_dump()}"
    assert [secret for secret in secrets if secret.get_secret_value() in shown] == []


@pytest.mark.parametrize("name", [name for name in PROVIDERS if name not in {"mailchimp", "action_network"}])
def test_a_provider_that_takes_messages_is_one_and_the_others_are_not(name: Provider) -> None:
    if registry.capabilities_of(name).family == "messages":
        provider = registry.open_provider(example(name))
        assert provider.capabilities == registry.capabilities_of(name)
        provider.close()
    else:
        with pytest.raises(InvalidInput, match="takes no messages"):
            registry.open_provider(example(name))


def test_the_registry_imports_no_provider_before_it_is_asked_for() -> None:
    code = (
        "import sys, lpdownload.providers.registry as r\n"
        "print([n for n in r.PROVIDERS if r.MODULES[n] in sys.modules], 'httpx' in sys.modules)"
    )
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert result.stdout.strip() == "[] False"


def test_the_documentation_has_a_row_for_every_provider_and_every_setting() -> None:
    table = PAGE.partition("<!-- generated:providers -->")[2].partition("<!-- /generated -->")[0]
    assert re.findall(r"^\| `(\w+)` \|", table, re.MULTILINE) == [*PROVIDERS]
    for name in PROVIDERS:
        assert len(matrix.cells(name)) == len(matrix.COLUMNS)
        assert all(f"`{variable}`" in PAGE for variable, *_ in account.example_variables(name))


def test_every_sending_service_but_the_outbox_delivers() -> None:
    idle = [name for name in PROVIDERS if not registry.capabilities_of(name).delivers]
    assert idle[:1] == ["outbox"]
    assert all(registry.capabilities_of(name).family == "people" for name in idle[1:])


def test_what_a_check_advises_names_the_account_s_own_variables() -> None:
    with socket() as deaf:  # bound, so that nobody else is there; not listening, so that it refuses
        deaf.bind(("127.0.0.1", 0))
        base_url = f"http://127.0.0.1:{deaf.getsockname()[1]}"
        settings = registry.settings_model("postmark").model_validate({"api_key": "x", "base_url": base_url})
        checks = registry.check_account(registry.Account("ny-mail", "postmark", settings))
    assert "LPDOWNLOAD_ACCOUNT_NY_MAIL_BASE_URL" in checks[0].remedy
