"""Words that nobody has written yet."""

from tests.newsroom import Newsroom


def test_each_text_that_is_still_to_be_written_is_a_warning_at_its_place(newsroom: Newsroom) -> None:
    newsroom.write_issue(
        "- {type: story, title: Replace this – the headline, body: Done.}\n",
        head="period: 2024-09\npreheader: Replace this – one sentence\n",
    )
    found = [(f.rule, f.severity, f.path) for f in newsroom.check().findings]
    assert found == [
        ("placeholder", "warning", "preheader"),
        ("placeholder", "warning", "sections[0].title"),
    ]
