"""People as CSV and as JSON lines."""

import csv
import io
import json
from collections.abc import Mapping
from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from lpdownload.audience.columns import plan_of
from lpdownload.audience.csv_file import CsvFile
from lpdownload.audience.export import write_csv, write_json_lines
from lpdownload.audience.rows import ORDER, Row, RowMaker, rows_of
from lpdownload.audience.values import Refused, tidy
from lpdownload.model.subscriber import AttributeDeclaration, Subscriber
from lpdownload.model.subscription import SubscriptionState
from lpdownload.store.bulk import framed

NOW = datetime(2024, 9, 1, 12, 30, tzinfo=UTC)
OWN = (AttributeDeclaration(name="ward"), AttributeDeclaration(name="skills", type="list"))


def person(
    attributes: Mapping[str, str | tuple[str, ...]],
    email: str = "ana@example.org",
    **states: SubscriptionState,
) -> Subscriber:
    return Subscriber(
        1, email, email, attributes, NOW, {name: (state, NOW) for name, state in states.items()}
    )


def table(subscriber: Subscriber, newsletter: str | None = None) -> dict[str, str]:
    out = io.StringIO()
    assert write_csv(out, [subscriber], OWN, newsletter) == 1
    (row,) = csv.DictReader(io.StringIO(out.getvalue()))
    return row


def read_back(subscriber: Subscriber, newsletter: str | None) -> Row:
    """As an import reads what was exported."""
    out = io.StringIO()
    write_csv(out, [subscriber], OWN, newsletter)
    file = CsvFile(io.BytesIO(out.getvalue().encode()), "people.csv")
    plan = plan_of(file.header, OWN)
    assert plan.left_out == ()
    (row,) = rows_of(file, RowMaker(plan, OWN))
    assert isinstance(row, Row)
    assert row.left_out == ()
    return row


def is_clean(text: str) -> bool:
    """Whether an import or a command could have brought it."""
    try:
        return text != "" and tidy(text) == text
    except Refused:
        return False


texts = st.one_of(
    st.text(max_size=20), st.from_regex(r"[='+@;,\" -][='+@;,\" a-]{0,5}", fullmatch=True)
).filter(is_clean)
words = texts.filter(lambda text: ";" not in text)


@given(
    name=texts,
    ward=texts,
    tags=st.lists(words, max_size=3, unique_by=str.casefold).map(tuple),
    skills=st.lists(words, max_size=3, unique_by=str.casefold).map(tuple),
    state=st.sampled_from(("active", "pending", "unsubscribed")),
)
def test_an_import_reads_what_was_exported(
    name: str, ward: str, tags: tuple[str, ...], skills: tuple[str, ...], state: SubscriptionState
) -> None:
    attributes: dict[str, str | tuple[str, ...]] = {
        "first_name": name,
        "tags": tags,
        "ward": ward,
        "skills": skills,
    }
    row = read_back(person(attributes, town=state), "town")
    assert (row.email, row.state) == ("ana@example.org", state)
    values = dict(zip(ORDER, row.attributes, strict=True))
    assert values == dict.fromkeys(ORDER) | {"first_name": name, "tags": framed(tags)}
    own = {"ward": ward, "skills": framed(skills)}
    assert row.own == {key: value for key, value in own.items() if value}


@given(text=texts)
def test_no_cell_is_a_formula(text: str) -> None:
    for cell in table(person({"first_name": text, "tags": (text,), "ward": text})).values():
        assert not cell.startswith(("=", "+", "-", "@", "\t", "\r"))


def test_an_address_that_looks_like_a_formula_is_guarded_and_comes_back() -> None:
    guarded = person({}, "=ana@example.org", town="active")
    assert table(guarded)["email"] == "'=ana@example.org"
    assert read_back(guarded, "town").email == "=ana@example.org"


def test_nobody_is_subscribed_by_an_export_of_everybody() -> None:
    for states in ({}, {"town": "active"}, {"town": "unsubscribed"}):
        assert read_back(person({}, **states), None).state == "not_subscribed"  # type: ignore[arg-type]


def test_of_everybody_the_newsletters_they_get_are_named() -> None:
    found = table(person({}, lab="active", press="unsubscribed", town="active"))
    assert found["subscribed"] == "lab; town"


def test_json_lines_hold_everything() -> None:
    out = io.StringIO()
    people = [person({"first_name": "Zoë\u2028📣", "tags": ("a", "b")}, town="active"), person({})]
    assert write_json_lines(out, people) == 2
    first, second = (json.loads(line) for line in out.getvalue().rstrip("\n").split("\n"))
    assert first == {
        "email": "ana@example.org",
        "attributes": {"first_name": "Zoë\u2028📣", "tags": ["a", "b"]},
        "subscriptions": {"town": {"state": "active", "since": "2024-09-01T12:30:00Z"}},
    }
    assert second["attributes"] == {}
