"""Which account a newsletter's mail goes out through, and its settings, read from their variables.

An account takes nothing from another, not even its provider's own: where a key of a chapter's account is
forgotten, the chapter's mail must not leave through the network's.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from difflib import get_close_matches
from functools import partial
from pathlib import Path
from typing import get_args

from pydantic import BaseModel, ValidationError
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails

from lpdownload.errors import Finding, InvalidInput
from lpdownload.model.account import ProviderAccount, account_prefix
from lpdownload.model.network import Network
from lpdownload.model.newsletter import Newsletter
from lpdownload.providers.registry import Account, capabilities_of, settings_model
from lpdownload.settings import ACCOUNT_PREFIX, PROVIDERS, Provider, Settings


def account_for(
    settings: Settings, network: Network, newsletter: Newsletter | None = None, name: str | None = None
) -> Account:
    """The one of that name, else the newsletter's.

    InvalidInput names each variable that is missing, wrong or unknown, never its value.
    """
    return account_named(settings, network, name or account_name(settings, newsletter))


def account_name(settings: Settings, newsletter: Newsletter | None) -> str:
    """The outbox where LPDOWNLOAD_PROVIDER says so, else the newsletter's own, else that variable's."""
    own = newsletter.account if newsletter and not settings.stays_here else None
    return own or settings.provider


def account_named(settings: Settings, network: Network | None, name: str) -> Account:
    """An account of network.yaml, or a provider's own; InvalidInput as of ``account_for``."""
    accounts = known_accounts(network)
    if name not in accounts:
        raise InvalidInput([no_account(name, accounts)])
    provider, prefix = accounts[name], account_prefix(name)
    theirs = account_prefix(provider)
    findings = [finding for about, finding in _unknown(settings, accounts) if about == name]
    model = settings_model(provider)
    start = settings.newsroom or Path.cwd()
    raw = {
        field: secret.get_secret_value()
        for field in model.model_fields
        if (secret := settings.accounts_raw.get(prefix + field.upper()))
    }
    for field in filter(partial(_is_path, model), model.model_fields):
        if path := raw.get(field) or _default(model.model_fields[field]):
            raw[field] = path if path.startswith("~") else str(start / path)
    try:
        read = model.model_validate(raw)
    except ValidationError as error:
        problems = error.errors(include_url=False)
        wrong = [_finding(problem, prefix, model, raw, settings) for problem in problems]
        findings += [replace(finding, hint=finding.hint.replace(theirs, prefix)) for finding in wrong]
    if findings:
        raise InvalidInput(findings)
    return Account(name, provider, read)


def known_accounts(network: Network | None) -> dict[str, Provider]:
    """The provider of each account by its name: network.yaml's first, then each provider's own."""
    written: Mapping[str, ProviderAccount] = network.accounts if network else {}
    return {name: account.provider for name, account in written.items()} | {name: name for name in PROVIDERS}


def unknown_variables(settings: Settings, network: Network | None) -> tuple[Finding, ...]:
    """Variables in ``.env`` that begin as a provider's or an account's do, and mean nothing."""
    return tuple(finding for _, finding in _unknown(settings, known_accounts(network)))


def example_variables(name: Provider) -> Iterator[tuple[str, str, str, bool]]:
    """Each variable of a provider's own account, what it is, an example, and whether it must be given."""
    for field, info in settings_model(name).model_fields.items():
        shown = str(info.examples[0]) if info.examples else _default(info)
        yield account_prefix(name) + field.upper(), info.description or "", shown, info.is_required()


def env_example() -> str:
    """What ``.env.example`` says about providers: every setting, described, commented out."""
    lines: list[str] = []
    for name in PROVIDERS:
        lines += ["", f"# --- {capabilities_of(name).title}"]
        for key, description, example, required in example_variables(name):
            must = " Required." if required else ""
            lines += ["", f"# {description}{must}", f"#{key}={example}"]
    return "\n".join(lines) + "\n"


def _default(info: FieldInfo) -> str:
    """As a variable would say it; empty if it cannot."""
    if isinstance(info.default, bool):
        return str(info.default).lower()
    return str(info.default) if isinstance(info.default, str | int | float | Path) else ""


def _is_path(model: type[BaseModel], field: str) -> bool:
    """Whether it holds a path, or none, with or without annotations."""
    todo: list[object] = [model.model_fields[field].annotation]
    while todo:
        kind = todo.pop()
        if kind is Path:
            return True
        todo += get_args(kind)
    return False


def no_account(name: str, accounts: Mapping[str, Provider]) -> Finding:
    """For a name that is none of ``accounts``."""
    near = get_close_matches(name, accounts, 1)
    there_are = ", ".join(accounts)
    hint = f"did you mean {near[0]}? There are: {there_are}" if near else f"there are: {there_are}"
    message = f"there is no provider, and no account in network.yaml, of the name {name}"
    return Finding("unknown-account", message, hint)


def _finding(
    problem: ErrorDetails, prefix: str, model: type[BaseModel], raw: Mapping[str, str], settings: Settings
) -> Finding:
    """Without the value: it may be a secret."""
    loc = problem["loc"]
    field = str(loc[0]) if loc else ""
    name = prefix + (field.upper() or "…")
    if problem["type"] == "missing":
        return Finding("missing-setting", f"{name} is not set", model.model_fields[field].description or "")
    message, hint = problem["msg"], str(problem.get("ctx", {}).get("hint", ""))
    for value in raw.values():
        if len(value) > 2:
            message, hint = message.replace(value, "…"), hint.replace(value, "…")
    return Finding("bad-setting", f"{name}: {message}", hint, place=settings.accounts_places.get(name))


def _unknown(settings: Settings, accounts: Mapping[str, Provider]) -> Iterator[tuple[str, Finding]]:
    """With the account that the variable seems to be of; empty if there is none."""
    prefixes = {account_prefix(name): name for name in accounts}
    for key, place in settings.accounts_places.items():
        owners = [prefix for prefix in prefixes if key.startswith(prefix)]
        known = {
            prefix: [
                prefix + field.upper() for field in settings_model(accounts[prefixes[prefix]]).model_fields
            ]
            for prefix in owners
        }
        if any(key in variables for variables in known.values()):
            continue
        if owners:
            owner = max(owners, key=len)
            there_are = known[owner]
            about, message = prefixes[owner], f"there is no setting {key}"
        else:
            there_are = [prefix for prefix in prefixes if prefix.startswith(ACCOUNT_PREFIX)]
            about, message = "", f"{key} is of no account in network.yaml"
        near = get_close_matches(key, there_are, 1)
        hint = f"did you mean {near[0]}?" if near else f"there are {', '.join(there_are) or 'none yet'}"
        yield about, Finding("unknown-setting", message, hint, place=place)
