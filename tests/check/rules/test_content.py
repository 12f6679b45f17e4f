"""What issues say: beside the broken ones, what is found, and above all what is not."""

import pytest
from tests.newsroom import KEY, Newsroom

from lpdownload.check.run import check_variants
from lpdownload.errors import Finding

DATED = "date: 2024-09-18\npreheader: A river, a road and a vote.\n"


def found(newsroom: Newsroom, rule: str, key: str = KEY) -> list[Finding]:
    return [finding for finding in check_variants(newsroom.library, key).findings if finding.rule == rule]


def with_text(newsroom: Newsroom, text: str, head: str = DATED, language: str = "en") -> None:
    newsroom.write_issue(f"- type: text\n  lang: {language}\n  body: |\n    {text}\n", head)


def test_each_text_that_is_still_to_be_written_is_a_warning_at_its_place(newsroom: Newsroom) -> None:
    newsroom.write_issue(
        "- {type: story, title: Replace this – the headline, body: Done.}\n",
        head="period: 2024-09\npreheader: Replace this – one sentence\n",
    )
    assert [(finding.rule, finding.severity, finding.path) for finding in newsroom.check().findings] == [
        ("placeholder", "warning", "preheader"),
        ("placeholder", "warning", "sections[0].title"),
    ]


def test_an_issue_for_a_whole_period_is_not_told_of_the_days_within_it(newsroom: Newsroom) -> None:
    newsroom.write_issue(
        "- {type: deadline, program: Survey, date: 2024-09-02, body: Answer.}\n"
        "- {type: event_recap, title: Walk, date: 2024-09-20, body: It rained.}\n"
    )
    assert found(newsroom, "date-past") == found(newsroom, "recap-to-come") == []


@pytest.mark.parametrize(("at", "is_past"), [("17:00", False), ("19:00", True)])
def test_an_event_on_the_day_of_the_issue_counts_by_the_hour(
    newsroom: Newsroom, at: str, is_past: bool
) -> None:
    """17:30 in Chicago is 18:30 in New York, where the newsletter is."""
    newsroom.write_issue(
        "- type: event\n  title: Walk\n  start: 2024-09-18 17:30\n  timezone: America/Chicago\n"
        "  to_be_announced: true\n",
        DATED.replace("date: 2024-09-18", f"period: 2024-09\nsend_at: 2024-09-18 {at}"),
    )
    assert (found(newsroom, "date-past") != []) is is_past


def test_in_another_year_the_weekday_of_a_date_without_one_is_that_nearest_to_the_issue(
    newsroom: Newsroom,
) -> None:
    with_text(newsroom, "Come on Tuesday, January 14.", DATED.replace("2024-09", "2024-12"))
    assert found(newsroom, "weekday") == []
    with_text(newsroom, "Come on Sunday, January 14.", DATED.replace("2024-09", "2024-12"))
    (finding,) = found(newsroom, "weekday")
    assert "2025-01-14 is a Tuesday" in finding.message


def test_a_day_that_no_month_has_is_found(newsroom: Newsroom) -> None:
    with_text(newsroom, "Come on Monday, February 30.")
    (finding,) = found(newsroom, "weekday")
    assert "no such day" in finding.message


def test_a_zone_without_summer_time_is_right_all_year(newsroom: Newsroom) -> None:
    summer = DATED.replace("09-18", "06-18")
    with_text(newsroom, "The call is at 10am MST.", summer)
    assert len(found(newsroom, "time-zone")) == 1
    newsroom.change("newsletters/town/newsletter.yaml", "America/New_York", "America/Phoenix")
    assert found(newsroom, "time-zone") == []


def test_an_issue_shortly_before_the_clocks_change_may_name_either(newsroom: Newsroom) -> None:
    with_text(newsroom, "The call is at 10am EST.", DATED.replace("09-18", "10-20"))
    assert found(newsroom, "time-zone") == []


def test_the_language_of_the_section_says_which_words_may_stand_twice(newsroom: Newsroom) -> None:
    with_text(newsroom, "Ya ya viene el la la.", language="es")
    (finding,) = found(newsroom, "doubled-word")
    assert finding.message == "a word stands twice: “la la”"
    with_text(newsroom, "Sila ay ay tumatakbo.", language="tl")
    assert found(newsroom, "doubled-word") == []


@pytest.mark.parametrize("mark", ["Re:", "FWD:", "RV:", "Aw:", "re[2]:", "📣 Fw :"])
def test_a_subject_that_pretends_to_be_an_answer_is_an_error(newsroom: Newsroom, mark: str) -> None:
    newsroom.write_issue(head=f"{DATED}subject: '{mark} your vote'\n")
    (finding,) = found(newsroom, "subject-reply")
    assert finding.severity == "error"


@pytest.mark.parametrize(
    "subject", ["Reading: a river", "Research: rents", "A vote, re: the river", "Respond: now"]
)
def test_words_that_only_begin_so_are_no_answer(newsroom: Newsroom, subject: str) -> None:
    newsroom.write_issue(head=f"{DATED}subject: '{subject}'\n")
    assert found(newsroom, "subject-reply") == []


def test_without_highlights_a_long_name_is_not_told_of(newsroom: Newsroom) -> None:
    newsroom.change("newsletters/town/newsletter.yaml", "name: Town Download\n", f"name: {'Town ' * 9}\n")
    newsroom.write_issue(head="date: 2024-09-18\npreheader: A river, a road and a vote.\n")
    assert found(newsroom, "subject-phone") == []
