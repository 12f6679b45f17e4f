"""What an issue waives, with a reason, and what it cannot."""

from pathlib import Path

from tests.newsroom import HEAD, KEY, STORY, Newsroom

from lpdownload.check.run import check_issue, check_variants

UNWRITTEN = "- {type: story, title: Replace this – the headline, body: Done.}\n"


def _waive(*waivers: str) -> str:
    return f"{HEAD}waive: [{', '.join(waivers)}]\n"


def test_a_waived_finding_is_kept_apart_with_its_reason(newsroom: Newsroom) -> None:
    newsroom.write_issue(UNWRITTEN, head=_waive("{rule: placeholder, reason: It is a template.}"))
    checked = check_variants(newsroom.library, KEY)
    assert checked.findings == ()
    assert [(each.finding.rule, each.reason) for each in checked.waived] == [
        ("placeholder", "It is a template.")
    ]


def test_rendering_knows_what_is_waived_too(newsroom: Newsroom) -> None:
    newsroom.write_issue(UNWRITTEN, head=_waive("{rule: placeholder, reason: It is a template.}"))
    assert check_issue(newsroom.library, KEY).findings == ()


def test_a_waiver_needs_a_reason(newsroom: Newsroom) -> None:
    newsroom.write_issue(STORY, head=_waive("{rule: placeholder}"))
    (finding,) = newsroom.refused()
    assert (finding.rule, finding.path) == ("missing-key", "waive[0].reason")


def test_an_unused_waiver_is_a_finding_at_its_line(newsroom: Newsroom) -> None:
    newsroom.write_issue(STORY, head=_waive("{rule: placeholder, reason: None.}"))
    (finding,) = check_variants(newsroom.library, KEY).findings
    assert (finding.rule, finding.severity, finding.path) == ("unused-waiver", "warning", "waive[0].rule")
    assert finding.place is not None
    assert (Path(finding.place.file).name, finding.place.line) == ("2024-09.yaml", 3)


def test_a_waiver_of_an_optional_check_is_not_unused_while_that_did_not_run(newsroom: Newsroom) -> None:
    newsroom.write_issue(STORY, head=_waive("{rule: axe-color-contrast, reason: A logo.}"))
    assert check_variants(newsroom.library, KEY).findings == ()


def test_a_waiver_of_no_rule_says_what_it_may_mean(newsroom: Newsroom) -> None:
    newsroom.write_issue(STORY, head=_waive("{rule: placeholdr, reason: None.}"))
    (finding,) = check_variants(newsroom.library, KEY).findings
    assert (finding.rule, finding.severity) == ("unknown-rule", "error")
    assert "did you mean placeholder?" in finding.hint


def test_the_same_waiver_twice_is_one_too_many(newsroom: Newsroom) -> None:
    twice = _waive("{rule: placeholder, reason: One.}", "{rule: placeholder, reason: Two.}")
    newsroom.write_issue(UNWRITTEN, head=twice)
    (finding,) = check_variants(newsroom.library, KEY).findings
    assert (finding.rule, finding.path) == ("unused-waiver", "waive[1].rule")
