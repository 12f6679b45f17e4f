"""Checking an issue and the files it stands on."""

import pytest
from tests.newsroom import HEAD, KEY, NEWSLETTER, STORY, Newsroom, drawing, spot

from lpdownload.check.run import check_files, check_variants
from lpdownload.errors import Finding, Place


def files(newsroom: Newsroom, under: str = ".") -> tuple[Finding, ...]:
    return check_files(newsroom.library, (newsroom.root / under).resolve())


def test_a_sound_newsroom_has_no_findings(newsroom: Newsroom) -> None:
    assert files(newsroom) == ()
    checked = newsroom.check()
    assert checked.findings == ()
    assert checked.rendering is not None


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("newsletters/network.yaml", "name: [\n"),
        ("newsletters/segments.yaml", "a: b\n"),
        ("newsletters/town/newsletter.yaml", f"{NEWSLETTER}colour: red\n"),
        ("newsletters/shared/block.yaml", "section: {type: divider}\n"),
        ("templates/themes/own.yaml", 'accent: "#ffffff"\ndeep: "#000000"\npaper: "#ffffff"\n'),
        ("newsletters/town/2024-10.yml", "x: 1\n"),
        ("newsletters/twon/2024-10.yaml", "x: 1\n"),
    ],
)
def test_breakage_in_every_kind_of_file_is_found_in_that_file(
    newsroom: Newsroom, path: str, text: str
) -> None:
    newsroom.write(path, text)
    found = files(newsroom)
    assert found
    assert {spot(finding)[0] for finding in found} == {path.rpartition("/")[2]}


@pytest.mark.parametrize("name", ["layout", "sections/story"])
def test_a_template_of_the_newsroom_s_own_that_is_broken_is_found(newsroom: Newsroom, name: str) -> None:
    newsroom.write(f"templates/{name}.mjml.j2", "{% if %}")
    (finding,) = newsroom.check().findings
    assert finding.rule == "template-syntax"


def test_only_the_files_below_the_folder_asked_for_are_looked_at(newsroom: Newsroom) -> None:
    newsroom.write("newsletters/segments.yaml", "a: b\n")
    assert files(newsroom, "newsletters/town") == ()
    assert files(newsroom, "newsletters/segments.yaml") != ()


def test_an_issue_that_cannot_be_read_has_findings_and_no_rendering(newsroom: Newsroom) -> None:
    newsroom.write_issue("- type: stroy\n")
    checked = newsroom.check()
    assert checked.has_errors
    assert (checked.loaded, checked.rendering) == (None, None)


def test_an_issue_that_cannot_be_rendered_has_findings_with_places(newsroom: Newsroom) -> None:
    newsroom.write_issue("- type: story\n  title: Hi {{ first_nam }}\n  body: B.\n")
    (finding,) = newsroom.check().findings
    assert finding.rule == "merge-field"
    assert spot(finding) == ("2024-09.yaml", 5, 12)


def test_a_missing_default_is_a_warning_and_the_issue_is_rendered(newsroom: Newsroom) -> None:
    newsroom.write_issue("- type: story\n  title: Hi {{ first_name }}\n  body: B.\n")
    checked = newsroom.check()
    assert [(finding.rule, finding.severity) for finding in checked.findings] == [
        ("merge-default", "warning")
    ]


def test_a_section_for_some_is_mentioned_where_it_is_left_out(newsroom: Newsroom) -> None:
    newsroom.write_issue(STORY + "    visible_to: teachers\n" + STORY)
    (finding,) = newsroom.check().findings
    assert (finding.rule, finding.severity) == ("hidden-section", "info")
    assert finding.hint == "lpdownload render town/2024-09 --variant teachers"
    assert spot(finding) == ("2024-09.yaml", 7, 17)
    assert newsroom.check("town/2024-09", "teachers").findings == ()


def test_a_mistake_in_a_section_for_some_is_found_although_nobody_asked_for_it(newsroom: Newsroom) -> None:
    newsroom.write("newsletters/town/river.png", b"no picture")
    newsroom.write_issue(f"{STORY}    visible_to: teachers\n    image: {{src: river.png, alt: A}}\n{STORY}")
    checked = check_variants(newsroom.library, "town/2024-09")
    assert "image-unreadable" in {finding.rule for finding in checked.findings}
    assert checked.rendering is None


def test_a_picture_that_mail_and_card_share_is_complained_of_once(newsroom: Newsroom) -> None:
    newsroom.write("newsletters/town/river.png", b"no picture")
    newsroom.write_issue(STORY + "    image: {src: river.png, alt: A}\n")
    assert len(newsroom.check().findings) == 1


def test_a_newsletter_s_text_with_a_broken_merge_field_is_a_finding(newsroom: Newsroom) -> None:
    newsroom.change("newsletters/town/newsletter.yaml", "why: You", "why: Dear {{ nobody }}, you")
    (finding,) = newsroom.check().findings
    assert (finding.rule, finding.path) == ("merge-field", "why")
    assert finding.place == Place(str(newsroom.root / "newsletters/town/newsletter.yaml"), 8, 6)


def test_a_newsletter_s_name_with_a_broken_merge_field_is_a_finding_there(newsroom: Newsroom) -> None:
    newsroom.change("newsletters/town/newsletter.yaml", "name: Town Download\n", "name: Town {{ nobody }}\n")
    finding = newsroom.check().findings[0]
    assert (finding.rule, finding.path) == ("merge-field", "name")
    assert finding.place == Place(str(newsroom.root / "newsletters/town/newsletter.yaml"), 1, 7)


def story_of(size: int) -> str:
    return f"- type: story\n  title: A\n  body: {'word ' * (size // 5)}\n"


def rules_for(newsroom: Newsroom, bytes_of_text: int) -> list[str]:
    stories = [story_of(45_000) for _ in range(bytes_of_text // 45_000)] + [story_of(bytes_of_text % 45_000)]
    newsroom.write_issue("".join(stories))
    return [finding.rule for finding in newsroom.check().findings]


def test_a_mail_near_gmail_s_clip_is_warned_of_and_one_beyond_is_refused(newsroom: Newsroom) -> None:
    base = len(newsroom.html().encode())
    assert rules_for(newsroom, 60_000) == []
    size = 94_000 - base
    assert rules_for(newsroom, size) == ["size-near-clip"]
    assert rules_for(newsroom, 102_000) == ["size-clip"]


def test_findings_are_each_told_once(newsroom: Newsroom) -> None:
    newsroom.write("newsletters/town/a.png", drawing())
    newsroom.write_issue(
        "- type: story\n  title: Hi {{ first_name }}\n  body: Hi {{ first_name }}\n", f"{HEAD}highlights: A\n"
    )
    findings = check_variants(newsroom.library, "town/2024-09").findings
    assert len(findings) == len(set(findings))


@pytest.mark.parametrize(
    ("contact", "rule", "path"),
    [
        ("{priority: [town, twon]}", "unknown-newsletter", "contact.priority[1]"),
        ("{priority: [town, town]}", "duplicate", "contact"),
        ("{quiet_hours: {begin: 9pm, end: 8:00}}", "bad-time", "contact.quiet_hours.begin"),
        ("{quiet_hours: {begin: 21:00, end: 21:00}}", "bad-time", "contact.quiet_hours"),
    ],
)
def test_the_rules_of_contact_are_checked_where_they_stand(
    newsroom: Newsroom, contact: str, rule: str, path: str
) -> None:
    newsroom.add("newsletters/network.yaml", f"contact: {contact}\n")
    (finding,) = files(newsroom)
    assert (finding.rule, finding.path) == (rule, path)
    name, line, _ = spot(finding)
    text = (newsroom.root / "newsletters/network.yaml").read_text("utf-8")
    assert (name, line) == ("network.yaml", text.count("\n"))


LONG = ("- {type: text, visible_to: teachers, body: " + "words and more of them " * 800 + "}\n") * 7


def test_a_mail_too_large_with_every_segment_s_sections_is_a_warning(newsroom: Newsroom) -> None:
    newsroom.write_issue("- {type: text, body: For everybody.}\n" + LONG)
    found = check_variants(newsroom.library, KEY).findings
    (size,) = (finding for finding in found if finding.rule == "size-clip")
    assert size.severity == "warning"
    assert size.message.startswith("with the sections of every segment, the HTML has ")


def test_a_mail_too_large_for_everybody_is_an_error_once(newsroom: Newsroom) -> None:
    more = "- {type: text, visible_to: teachers, body: More.}\n"
    newsroom.write_issue(LONG.replace("visible_to: teachers, ", "") + more)
    found = check_variants(newsroom.library, KEY).findings
    assert [finding.severity for finding in found if finding.rule == "size-clip"] == ["error"]
