"""What of another chapter's newsletter was left in this one."""

from tests.newsroom import KEY, NEWSLETTER, STORY, Newsroom

from lpdownload.check.run import check_variants
from lpdownload.errors import Finding

CHAPTER = NEWSLETTER.replace("Town Download", "LPMN Download").replace("chapter: NY", "chapter: MN")
DATED = "date: 2024-09-18\npreheader: A river, a road and a vote.\n"


def found(newsroom: Newsroom) -> list[Finding]:
    return [
        finding
        for finding in check_variants(newsroom.library, KEY).findings
        if finding.rule == "other-chapter"
    ]


def test_a_chapter_that_the_issue_concerns_may_stand_anywhere(newsroom: Newsroom) -> None:
    newsroom.write("newsletters/lpmn/newsletter.yaml", CHAPTER)
    body = "- {type: intro, body: Welcome to LPMN.}\n"
    newsroom.write_issue(body, DATED)
    assert len(found(newsroom)) == 1
    newsroom.write_issue(body, f"{DATED}chapters: [MN]\n")
    assert found(newsroom) == []


def test_a_subject_may_name_a_chapter_that_a_section_tells_of(newsroom: Newsroom) -> None:
    newsroom.write("newsletters/lpmn/newsletter.yaml", CHAPTER)
    head = "date: 2024-09-18\nhighlights: What LPMN did\npreheader: A river, a road and a vote.\n"
    newsroom.write_issue(STORY, head)
    assert len(found(newsroom)) == 1
    newsroom.write_issue("- {type: story, title: A lake, body: LPMN wrote a plan.}\n", head)
    assert found(newsroom) == []


def test_only_a_chapter_s_issue_is_looked_at_for_other_chapters(newsroom: Newsroom) -> None:
    newsroom.write("newsletters/lpmn/newsletter.yaml", CHAPTER)
    newsroom.change("newsletters/town/newsletter.yaml", "kind: chapter", "kind: topic")
    newsroom.write_issue("- {type: intro, body: Welcome to LPMN.}\n", DATED)
    assert found(newsroom) == []


def test_a_mail_address_that_chapters_share_belongs_to_none_of_them(newsroom: Newsroom) -> None:
    newsroom.write("newsletters/lpmn/newsletter.yaml", CHAPTER)  # both are sent from town@example.org
    newsroom.write_issue("- {type: text, body: 'Write to <mailto:town@example.org>.'}\n", DATED)
    assert found(newsroom) == []


def test_a_newsletter_that_cannot_be_read_stops_nothing(newsroom: Newsroom) -> None:
    newsroom.write("newsletters/lpmn/newsletter.yaml", "name: [\n")
    assert newsroom.check().findings == ()
