"""What becomes of a file's columns, and how a person says otherwise."""

import pytest

from lpdownload.audience.columns import Plan, plan_of
from lpdownload.errors import Finding, InvalidInput
from lpdownload.model.subscriber import AttributeDeclaration

WARD = AttributeDeclaration(name="ward")
TOPICS = AttributeDeclaration(name="topics", type="list")


def becomes(plan: Plan) -> dict[str, str | None]:
    return {column.header: column.becomes for column in plan.columns}


def refused(header: str, *maps: str) -> tuple[Finding, ...]:
    with pytest.raises(InvalidInput) as caught:
        plan_of(header.split(","), [WARD, TOPICS], maps)
    return caught.value.findings


def test_names_are_compared_without_case_spaces_and_punctuation() -> None:
    plan = plan_of(["E-Mail Address", "First_Name", "LASTNAME", "Member Since", "Home phone", ""])
    assert becomes(plan) == {
        "E-Mail Address": "email",
        "First_Name": "first_name",
        "LASTNAME": "last_name",
        "Member Since": "member_since",
        "Home phone": None,
        "": None,
    }
    assert plan.left_out == ("Home phone", "")


def test_the_newsroom_s_own_attributes_are_known() -> None:
    plan = plan_of(["email", "Ward", "topics"], [WARD, TOPICS])
    assert becomes(plan) == {"email": "email", "Ward": "ward", "topics": "topics"}


def test_a_column_may_be_mapped_by_hand() -> None:
    plan = plan_of(
        ["Correo", "Nombre", "status", "Estado"], [WARD], ["Correo=email", "nombre=ward", "status=-"]
    )
    assert becomes(plan) == {"Correo": "email", "Nombre": "ward", "status": None, "Estado": None}


def test_a_column_of_statuses_may_be_mapped_by_hand() -> None:
    plan = plan_of(["email", "Estado"], [], ["Estado=status"])
    assert becomes(plan)["Estado"] == "status of the subscription"


def test_a_mapped_column_wins_over_the_one_that_would_have_been_taken() -> None:
    plan = plan_of(["email", "work mail"], [], ["work mail=email"])
    assert becomes(plan) == {"email": None, "work mail": "email"}


def test_a_column_name_may_hold_an_equals_sign() -> None:
    assert becomes(plan_of(["email", "a=b"], [], ["a=b=tags"]))["a=b"] == "tags"


def test_of_several_columns_the_surest_is_taken() -> None:
    plan = plan_of(["Contact email", "Email address", "email", "State", "primary state"])
    assert becomes(plan) == {
        "Contact email": None,
        "Email address": None,
        "email": "email",
        "State": "state",
        "primary state": None,
    }


def test_several_columns_may_hold_one_list() -> None:
    plan = plan_of(["email", "tags", "labels", "More"], [], ["More=tags"])
    assert [column.header for column in plan.holding("tags")] == ["tags", "labels", "More"]


def test_a_file_without_addresses_is_met_with_its_columns_and_the_way_out() -> None:
    (finding,) = refused("Correo,Nombre")
    assert finding.message == "no column is known to hold mail addresses; there are: Correo, Nombre"
    assert finding.hint == '--map "COLUMN=email"'


def test_every_wrong_map_is_named_with_the_nearest() -> None:
    near_column, near_field, no_map, far = refused(
        "email,Nombre,Ciudad", "Nombr=ward", "Nombre=first_nam", "Nombre", "Ciudad=zzz"
    )
    assert (near_column.message, near_column.hint) == ("the file has no column Nombr", "did you mean Nombre?")
    assert (near_field.message, near_field.hint) == (
        "there is no attribute first_nam",
        "did you mean first_name?",
    )
    assert no_map.message == "'Nombre' is not COLUMN=FIELD"
    assert "ward" in far.hint


def test_two_columns_cannot_become_one_attribute_that_is_no_list() -> None:
    (finding,) = refused("email,a,b", "a=ward", "b=ward")
    assert finding.message == "only one column can become ward, not a and b"


def test_one_column_cannot_become_two_attributes() -> None:
    (finding,) = refused("email,a", "a=ward", "a=state")
    assert finding.message == "the column a cannot be both ward and state"


def test_two_columns_of_one_name_that_matters_are_refused() -> None:
    assert refused("email,State,state")[0].message == "two columns are named State"
    assert refused("email,Email")[0].rule == "two-columns"
    assert refused("email,a,a", "a=ward")[0].message == "two columns are named a"


def test_two_columns_of_one_name_that_nobody_needs_do_no_harm() -> None:
    assert plan_of(["email", "Note", "Note", "", ""]).left_out == ("Note", "Note", "", "")
    assert becomes(plan_of(["email", "tags", "tags"], [], ["tags=-"])) == {"email": "email", "tags": None}
