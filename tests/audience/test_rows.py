"""Rows of an import: what is cleaned, what is left out and told, what is rejected."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lpdownload.audience.columns import plan_of
from lpdownload.audience.rows import ORDER, Rejected, Row, RowMaker
from lpdownload.model.subscriber import ATTRIBUTES, AttributeDeclaration
from lpdownload.store.tables import ATTRIBUTE_COLUMNS

OWN = (
    AttributeDeclaration(name="ward"),
    AttributeDeclaration(name="topics", type="list"),
    AttributeDeclaration(name="party", type="choice", choices=("Working Families", "none")),
    AttributeDeclaration(name="sworn_in", type="date"),
)


def made(header: str, *cells: str) -> Row | Rejected:
    names = ["email", *header.split(",")]
    return RowMaker(plan_of(names, OWN), OWN)(2, ["ana@example.org", *cells])


def row(header: str, *cells: str) -> Row:
    found = made(header, *cells)
    assert isinstance(found, Row)
    return found


def one(attribute: str, cell: str) -> str | None:
    return row(attribute, cell).attributes[ORDER.index(attribute)]


def why_not(header: str, *cells: str) -> str:
    found = made(header, *cells)
    assert isinstance(found, Rejected)
    assert found.fields == ("ana@example.org", *cells)
    return found.reason


def test_attributes_stand_in_the_order_of_the_table() -> None:
    assert ORDER == ATTRIBUTE_COLUMNS


def test_a_row_holds_the_person_and_says_it_is_active() -> None:
    maker = RowMaker(plan_of(["Last name", "Email", "tags"]))
    found = maker(7, ["Díaz", " A.na+x@GMail.com ", ""])
    assert isinstance(found, Row)
    assert (found.line, found.email, found.address_key, found.mailbox_key) == (
        7,
        "A.na+x@gmail.com",
        "a.na+x@gmail.com",
        "ana@gmail.com",
    )
    assert found.attributes == (None, "Díaz", *[None] * 13)
    assert (found.own, found.state, found.at, found.proof, found.left_out) == (None, "active", None, None, ())


def test_spaces_are_trimmed_and_collapsed() -> None:
    assert one("last_name", " \u00a0van  der\tBerg\ufeff\n") == "van der Berg"
    assert one("last_name", " \u200b ") is None


def test_accents_are_composed() -> None:
    assert one("first_name", "Jose\u0301") == "José"


@pytest.mark.parametrize("cell", ["City Council", "city_council", " CITY-COUNCIL", "CityCouncil"])
def test_choices_are_found_in_any_spelling(cell: str) -> None:
    assert one("office", cell) == "city_council"


def test_a_value_that_is_not_understood_is_left_out_and_told() -> None:
    found = row("office,Role", "Wizard", "elected")
    assert found.attributes[ORDER.index("office")] is None
    assert found.attributes[ORDER.index("role")] == "elected"
    choices = ", ".join(ATTRIBUTES["office"].choices)
    assert found.left_out == (f"office: none of {choices}",)


def test_what_was_left_out_of_one_row_is_not_told_of_the_next() -> None:
    maker = RowMaker(plan_of(["email", "office"]))
    for cell, told in (("Wizard", 1), ("mayor", 0), ("Wizard", 1)):
        found = maker(2, ["ana@example.org", cell])
        assert isinstance(found, Row)
        assert len(found.left_out) == told
    assert isinstance(maker(3, ["bad", "Wizard"]), Rejected)
    found = maker(4, ["ana@example.org", "mayor"])
    assert isinstance(found, Row)
    assert found.left_out == ()


@pytest.mark.parametrize(
    ("cell", "iso"),
    [
        ("2024-03-04", "2024-03-04"),
        ("2024-3-4", "2024-03-04"),
        ("2024/03/04", "2024-03-04"),
        ("2024-03-04 10:00:00", "2024-03-04"),
        ("2024-03-04T10:00:00Z", "2024-03-04"),
        ("12/31/2024", "2024-12-31"),
        ("31/12/2024", "2024-12-31"),
        ("31.12.2024", "2024-12-31"),
        ("03/03/2024", "2024-03-03"),
        ("March 4, 2024", "2024-03-04"),
        ("4 Mar 2024", "2024-03-04"),
        ("Sept. 1st, 2024", "2024-09-01"),
        ("03/04/2024", None),
        ("2024-02-30", None),
        ("3/4/24", None),
        ("2024", None),
        ("0001-01-01", None),
        ("soon", None),
        ("20240304", None),
    ],
)
def test_dates_are_iso_or_left_out_where_they_can_be_read_in_two_ways(cell: str, iso: str | None) -> None:
    assert one("member_since", cell) == iso
    assert bool(row("member_since", cell).left_out) == (iso is None)


@pytest.mark.parametrize(
    ("cell", "state"),
    [
        ("ny", "NY"),
        ("N.Y.", "NY"),
        ("New York", "NY"),
        ("NORTH  CAROLINA", "NC"),
        ("West Virginia", "WV"),
        ("puerto rico", "PR"),
        ("Ontario", "Ontario"),
    ],
)
def test_states_become_two_letters(cell: str, state: str) -> None:
    assert one("state", cell) == state


@pytest.mark.parametrize(
    ("cell", "tag"),
    [
        ("en", "en"),
        ("ES", "es"),
        ("es_MX", "es-MX"),
        ("zh-hant-tw", "zh-Hant-TW"),
        ("Spanish", "es"),
        ("Español", "es"),
        ("inglés", "en"),
        ("Spanish (Mexico)", "es"),
        ("français", "fr"),
        ("Haitian Creole", "ht"),
        ("Elvish", None),
        ("xx", None),
    ],
)
def test_languages_become_tags(cell: str, tag: str | None) -> None:
    assert one("language", cell) == tag


@pytest.mark.parametrize(
    ("cell", "zone"),
    [
        ("America/New_York", "America/New_York"),
        ("america/new york", "America/New_York"),
        ("EST time", None),
        ("../etc/passwd", None),
    ],
)
def test_time_zones_are_iana_names(cell: str, zone: str | None) -> None:
    assert one("timezone", cell) == zone


def test_lists_hold_each_word_once() -> None:
    assert one("tags", "b, a;b | c,,") == "\nb\na\nc\n"
    assert one("tags", " , ;") is None


def test_lists_in_several_columns_are_joined() -> None:
    found = row("tags,labels,tag list", "a; b", "", "b, c")
    assert found.attributes[ORDER.index("tags")] == "\na\nb\nc\n"
    assert row("tags,labels", "", "").attributes[ORDER.index("tags")] is None


def test_the_newsroom_s_own_attributes_are_cleaned_by_their_kind() -> None:
    found = row("ward,topics,Party,sworn in", " 7 ", "x, y", "working families", "12/31/2024")
    assert found.own == {
        "ward": "7",
        "topics": "\nx\ny\n",
        "party": "Working Families",
        "sworn_in": "2024-12-31",
    }
    assert row("ward,topics", "", "").own is None


@pytest.mark.parametrize(
    "address", ["", "  ", "ana", "ana@example", "a@b@example.org", "ana\x00@example.org"]
)
def test_a_bad_address_rejects_its_row(address: str) -> None:
    found = RowMaker(plan_of(["E-mail", "name"]))(3, [address, "Ana"])
    assert isinstance(found, Rejected)
    assert (found.line, found.fields) == (3, (address, "Ana"))
    assert found.reason.startswith("E-mail: ")


@pytest.mark.parametrize(
    ("cell", "reason"),
    [
        ("Ana\nBcc: bo@example.org", "First name: a line break"),
        ("Ana\r\nBcc: bo@example.org", "First name: a line break"),
        ("Ana\u2028Bcc: x", "First name: a line break"),
        ("Ana\x85x", "First name: a line break"),
        ("Ana\x00", "First name: the control character U+0000"),
        ("A\x1bna", "First name: the control character U+001B"),
        ("Ana\udc80", "First name: the control character U+DC80"),
        ("x" * 501, "First name: more than 500 characters"),
    ],
)
def test_what_could_break_a_header_rejects_its_row(cell: str, reason: str) -> None:
    assert why_not("First name", cell) == reason
    assert why_not("First name,state", cell, "NY") == reason


@pytest.mark.parametrize("column", [*ORDER, "ward", "topics"])
def test_no_attribute_may_hold_a_line_break(column: str) -> None:
    assert why_not(column, "a\nb") == f"{column}: a line break"


def test_a_long_list_is_kept_if_its_words_are_short() -> None:
    words = [f"tag {number}" for number in range(500)]
    assert one("tags", ", ".join(words)) == "\n" + "\n".join(words) + "\n"
    assert why_not("tags", "x" * 501) == "tags: a word of more than 500 characters"
    assert why_not("tags", "x," * 20_000) == "tags: more than 20,000 characters"


def test_a_column_that_is_left_out_may_hold_anything() -> None:
    assert row("Home address,notes", "1 Main St\nTroy\x00", "x" * 5000).attributes == (None,) * 15


def test_a_proof_never_holds_an_address() -> None:
    assert row("signup ip", "192.0.2.1").proof == "signup ip 192.0.2.1"
    assert row("signup ip", "bo@example.org").proof is None
    assert row("signup ip", "x\ny").proof is None


def test_the_earliest_moment_of_consent_counts() -> None:
    found = row("opt in time,subscribed at", "2021-01-01 00:00:00", "2020-01-01T00:00:00-05:00")
    assert found.at == 1577854800


@given(st.lists(st.text(max_size=30), min_size=len(ORDER) + 4, max_size=len(ORDER) + 4))
def test_any_cells_make_a_row_that_can_be_mailed_or_a_reason(cells: list[str]) -> None:
    header = [*ORDER, "ward", "topics", "status", "unsubscribed_at"]
    found = MAKER(2, ["ana@example.org", *cells])
    if isinstance(found, Rejected):
        assert found.reason.partition(":")[0] in header
        return
    lists = {name for name, declared in ATTRIBUTES.items() if declared.type == "list"}
    for name, text in zip(ORDER, found.attributes, strict=True):
        if text is None:
            continue
        assert text.strip()
        assert ("\n" in text) == (name in lists)
        assert not {"\x00", "\r"} & set(text)


MAKER = RowMaker(plan_of(["email", *ORDER, "ward", "topics", "status", "unsubscribed_at"], OWN), OWN)


def test_a_list_with_choices_holds_nothing_else() -> None:
    declared = AttributeDeclaration(name="boards", type="list", choices=("Parks", "Water works"))
    make = RowMaker(plan_of(["email", "boards"], [declared]), [declared])
    row = make(2, ["ana@example.org", "water-works; parks"])
    assert isinstance(row, Row)
    assert row.own == {"boards": "\nWater works\nParks\n"}
    other = make(3, ["bo@example.org", "Parks, Roads"])
    assert isinstance(other, Row)
    assert (other.own, other.left_out) == (
        None,
        ("boards: a word that is none of Parks, Water works",),
    )
