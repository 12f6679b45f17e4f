"""Spelling: certain mistakes only, and the newsroom's own list of words."""

import pytest
from tests.newsroom import KEY, Newsroom

from lpdownload.check.run import check_files, check_variants
from lpdownload.errors import Finding


def found(newsroom: Newsroom, body: str, language: str = "en") -> list[Finding]:
    newsroom.write_issue(f"- type: text\n  lang: {language}\n  body: |\n    {body}\n")
    findings = check_variants(newsroom.library, KEY).findings
    return [finding for finding in findings if finding.rule == "misspelling"]


def test_a_mistake_is_told_with_the_word_that_was_meant(newsroom: Newsroom) -> None:
    (finding,) = found(newsroom, "The comittee met.")
    assert "comittee" in finding.message
    assert finding.hint.startswith("committee;")
    assert finding.place is not None
    assert (finding.place.line, finding.place.column) == (7, 11)


def test_the_newsroom_s_list_makes_a_word_right(newsroom: Newsroom) -> None:
    newsroom.write("newsletters/words.txt", "# ours\n\nComitee\nupzonign  # a joke\ncomittee\n")
    assert found(newsroom, "The comittee met.") == []
    assert check_files(newsroom.library, newsroom.root.resolve()) == ()


def test_a_word_listed_with_a_capital_is_right_with_the_capital_only(newsroom: Newsroom) -> None:
    newsroom.write("newsletters/words.txt", "Comittee\n")
    assert len(found(newsroom, "The comittee met.")) == 1


def test_a_list_that_is_no_text_stops_nothing(newsroom: Newsroom) -> None:
    newsroom.write("newsletters/words.txt", b"\xff\xfe\x00comittee\n")
    assert len(found(newsroom, "The comittee met.")) == 1


@pytest.mark.parametrize(
    "name", ["network.yaml:name: Example Network", "town/newsletter.yaml:name: Town Download"]
)
def test_words_of_the_newsroom_s_own_names_are_right(newsroom: Newsroom, name: str) -> None:
    path, _, line = name.partition(":")
    newsroom.change(f"newsletters/{path}", f"{line}\n", f"{line} Comunity\n")
    assert found(newsroom, "The comunity met.") == []


def test_what_has_a_capital_elsewhere_in_the_issue_is_a_name(newsroom: Newsroom) -> None:
    assert found(newsroom, "The comunity met. It is called Comunity.") == []


def test_merge_fields_addresses_and_code_are_no_words(newsroom: Newsroom) -> None:
    body = "See [it](https://example.org/comittee), `comittee`, #comittee, comittee@example.org,"
    assert found(newsroom, f"{body} {{{{ first_name }}}}.") == []


def test_a_section_in_a_language_without_a_list_is_left_alone(newsroom: Newsroom) -> None:
    assert found(newsroom, "La comittee se reunit.", "fr") == []


def test_a_paragraph_in_another_language_than_declared_is_left_alone(newsroom: Newsroom) -> None:
    assert found(newsroom, "Nou kontan ke rivyè a pwòp ankò, e timoun yo ap naje ladan l jodi a.") == []


def test_each_place_of_a_mistake_is_told(newsroom: Newsroom) -> None:
    newsroom.write_issue(
        "- {type: text, body: The comittee met.}\n- {type: text, body: The comittee met again.}\n"
    )
    findings = check_variants(newsroom.library, KEY).findings
    assert [finding.path for finding in findings if finding.rule == "misspelling"] == [
        "sections[0].body",
        "sections[1].body",
    ]


def test_the_place_is_that_of_the_word_and_not_of_one_that_holds_it(newsroom: Newsroom) -> None:
    (finding,) = found(newsroom, "Thierry said this:\n    the river and thier road.")
    assert finding.place is not None
    assert finding.place.line == 8
