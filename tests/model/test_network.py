"""The network, its senders and readers; and values rewritten inside models."""

import pytest
import yaml
from pydantic import ValidationError
from tests.newsroom import NETWORK

from lpdownload.errors import Loc
from lpdownload.model.network import Network, Sender
from lpdownload.model.rewrite import rewrite
from lpdownload.model.sections.stories import Roundup, RoundupItem
from lpdownload.model.subscriber import ATTRIBUTES, MERGE_FIELDS


def network(**changes: object) -> Network:
    return Network.model_validate(yaml.load(NETWORK, yaml.BaseLoader) | changes)


def test_pictures_stand_beside_the_public_pages_unless_said_otherwise() -> None:
    assert network().asset_base == "https://news.example.org/assets"
    assert network(assets_url="https://cdn.example.org/").asset_base == "https://cdn.example.org"


def test_a_default_entity_that_is_not_there_is_refused_with_those_that_are() -> None:
    with pytest.raises(ValidationError) as caught:
        network(default_entity="labs")
    (error,) = caught.value.errors()
    assert error["msg"] == "default_entity labs is not among the entities"
    assert error["ctx"]["hint"] == "action, lab"


def test_one_person_approves_unless_it_says_another_number_up_to_five() -> None:
    assert network().approvals == 1
    assert network(approvals="0").approvals == 0
    for number in ("6", "-1", "some"):
        with pytest.raises(ValidationError):
            network(approvals=number)


def test_public_pages_must_be_https() -> None:
    with pytest.raises(ValidationError, match="public_url must be https"):
        network(public_url="http://news.example.org")


def test_accounts_whose_settings_would_have_the_same_names_are_refused() -> None:
    mail = {"provider": "smtp"}
    assert network(accounts={"ny-mail": mail, "ny": mail}).accounts["ny-mail"].provider == "smtp"
    with pytest.raises(ValidationError, match="LPDOWNLOAD_ACCOUNT_NY_MAIL_…"):
        network(accounts={"ny-mail": mail, "ny.mail": mail})


def test_an_account_with_the_name_of_a_provider_is_one_of_that_provider() -> None:
    assert network(accounts={"smtp": {"provider": "smtp"}}).accounts["smtp"].provider == "smtp"
    with pytest.raises(ValidationError, match="has another provider's name"):
        network(accounts={"ses": {"provider": "smtp"}})


def test_an_account_of_no_provider_is_refused() -> None:
    with pytest.raises(ValidationError, match="'outbox', 'smtp', 'ses'"):
        network(accounts={"ny-mail": {"provider": "sendmail"}})


@pytest.mark.parametrize("name", ["LPNY 🛣️", "📣", "Town → Download"])
def test_a_sender_s_name_holds_no_emoji(name: str) -> None:
    with pytest.raises(ValidationError, match="holds no emoji"):
        Sender(name=name, email="town@example.org")


@pytest.mark.parametrize("name", ["José Ñandú", "Café & Co.", "Łódź, Ltd", "地方進步", "محلي"])
def test_a_sender_s_name_may_be_in_any_script(name: str) -> None:
    assert Sender(name=name, email="town@example.org").name == name


def test_what_authors_may_merge_is_text_about_a_person_and_never_a_list_or_date() -> None:
    assert {"first_name", "email", "office"} <= set(MERGE_FIELDS)
    assert not {"tags", "term_end", "language", "timezone"} & set(MERGE_FIELDS)
    assert set(MERGE_FIELDS) <= ATTRIBUTES.keys()


ROUNDUP = Roundup(
    type="roundup", items=(RoundupItem(place="Here", body="one"), RoundupItem(place="There", body="two"))
)


def test_rewriting_tells_each_value_s_way_there() -> None:
    seen: list[Loc] = []

    def note(text: str, loc: Loc) -> str:
        seen.append(loc)
        return text

    assert rewrite(ROUNDUP, str, note, ("sections", 3)) is ROUNDUP
    assert ("sections", 3, "items", 1, "place") in seen


def test_rewriting_leaves_the_original_alone_and_shares_what_stays() -> None:
    changed = rewrite(ROUNDUP, str, lambda text, _: text.replace("two", "2"))
    assert [item.body for item in changed.items] == ["one", "2"]
    assert ROUNDUP.items[1].body == "two"
    assert changed.items[0] is ROUNDUP.items[0]


@pytest.mark.parametrize("end", ["/path?x=1", "#top"])
def test_nothing_follows_the_path_of_an_address_that_others_are_built_on(end: str) -> None:
    with pytest.raises(ValidationError, match="nothing may follow its path"):
        network(public_url=f"https://news.example.org{end}")


@pytest.mark.parametrize("field", ["name", "short_name", "about"])
def test_words_that_are_the_same_for_everybody_hold_no_merge_field(field: str) -> None:
    with pytest.raises(ValidationError, match="merge fields do not work here"):
        network(**{field: "Hi {{ first_name }}"})
