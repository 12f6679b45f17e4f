"""What `providers check` and `doctor` hear of an account, whichever provider it is with."""

from collections.abc import Iterator
from socket import socket

import pytest
from tests.providers.loopback import Answer, Loopback

from lpdownload.providers.account import example_variables
from lpdownload.providers.base import Check
from lpdownload.providers.registry import Account, check_account, settings_model
from lpdownload.settings import PROVIDERS, Provider

OURS = "LPDOWNLOAD_ACCOUNT_NY_MAIL_"
OVER_HTTP: list[Provider] = [name for name in PROVIDERS if name not in {"outbox", "smtp"}]
WITH_A_KEY: list[Provider] = [name for name in OVER_HTTP if name != "ses"]
KEY = "d3adb33f-us21"


def checked(name: Provider, address: str, seconds: float = 30.0) -> tuple[Check, ...]:
    """What is said of ny-mail, an account with the service at ``address``."""
    given = {variable: shown for variable, _, shown, must in example_variables(name) if must}
    values = {
        variable.removeprefix(f"LPDOWNLOAD_{name.upper()}_").lower(): given[variable] for variable in given
    }
    if name == "ses":
        values |= {"access_key_id": "AKIA", "secret_access_key": KEY, "endpoint_url": address}
    else:
        values |= {"api_key": KEY, "base_url": address}
    return check_account(Account("ny-mail", name, settings_model(name).model_validate(values)), seconds)


@pytest.fixture
def deaf() -> Iterator[str]:
    """An address that nobody listens at, and nobody else can."""
    with socket() as bound:
        bound.bind(("127.0.0.1", 0))
        yield f"http://127.0.0.1:{bound.getsockname()[1]}"


@pytest.mark.parametrize("name", OVER_HTTP)
def test_a_service_out_of_reach_is_unknown_with_the_account_s_variables_to_check(
    name: Provider, deaf: str
) -> None:
    checks = checked(name, deaf)
    assert {check.state for check in checks} == {"unknown"}
    assert OURS in checks[0].remedy
    assert "refuses connections" in checks[0].says


@pytest.mark.parametrize("name", WITH_A_KEY)
def test_a_key_that_is_not_accepted_is_never_well_and_never_shown(name: Provider) -> None:
    says = Answer.json({"message": f"{KEY} is wrong", "detail": KEY, "error": KEY}, 401)
    with Loopback(lambda _: says) as server:
        checks = checked(name, server.url)
    assert {check.state for check in checks} == ({"unknown"} if name == "mailgun" else {"error"})
    assert KEY not in str(checks)
    assert f"LPDOWNLOAD_{name.upper()}_" not in str(checks)


@pytest.mark.parametrize("name", ["mailchimp", "action_network", "everyaction"])
@pytest.mark.parametrize("answer", [Answer(500), Answer(200, b"<html>"), Answer(302), Answer(429)])
def test_an_answer_that_says_nothing_of_the_key_leaves_it_unknown(name: Provider, answer: Answer) -> None:
    with Loopback(lambda _: answer) as server:
        (found,) = checked(name, server.url)
    assert (found.what, found.state) == ("reachable", "unknown")


@pytest.mark.parametrize("name", ["mailchimp", "action_network", "everyaction"])
def test_an_answer_to_the_key_is_well(name: Provider) -> None:
    with Loopback(lambda _: Answer.json({})) as server:
        (found,) = checked(name, server.url)
    assert (found.what, found.state, found.remedy) == ("credentials", "ok", "")


def test_a_service_that_never_answers_is_not_waited_for() -> None:
    with Loopback(lambda _: Answer(breaks="silent")) as server:
        (found,) = checked("postmark", server.url, 0.2)
    assert (found.what, found.state) == ("reachable", "unknown")
    assert "no answer within" in found.says
