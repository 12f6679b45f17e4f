"""Size: the longest reader counts, the heaviest sections are named, Gmail's limits on styles are seen."""

import pytest
from tests.newsroom import KEY, Newsroom

from lpdownload.check import size
from lpdownload.check.run import check_variants
from lpdownload.errors import Finding

RULES = ("size-", "styles-", "characters-")


def found(newsroom: Newsroom) -> list[Finding]:
    findings = check_variants(newsroom.library, KEY).findings
    return [finding for finding in findings if finding.rule.startswith(RULES)]


def story(words: str, title: str = "A") -> str:
    return f"- type: story\n  title: {title}\n  body: {words}\n"


def test_the_reader_with_the_longest_name_and_address_counts(newsroom: Newsroom) -> None:
    newsroom.write_issue(story('Hi {{ first_name | default("you") }}, {{ email }}'))
    longest = size.longest(newsroom.render())
    assert "x" * size.LONGEST_VALUE in longest
    assert "x" * 254 in longest
    assert len(longest) > len(newsroom.html(first_name="Ana", email="ana@example.org"))


def test_a_default_that_is_longer_than_any_value_counts(newsroom: Newsroom) -> None:
    default = "you who read this " * 6
    newsroom.write_issue(story(f'Hi {{{{ first_name | default("{default}") }}}}.'))
    assert default in size.longest(newsroom.render())


def test_links_count_at_their_real_length(newsroom: Newsroom) -> None:
    longest = size.longest(newsroom.render())
    assert f"https://news.example.org/u/{'x' * 43}" in longest


def test_an_attribute_as_a_link_s_address_is_no_surprise(newsroom: Newsroom) -> None:
    newsroom.write_issue(story('See [this]({{ ward | default("https://example.org/") }}).'))
    assert size.longest(newsroom.render())


def test_merge_fields_alone_can_reach_the_clip(newsroom: Newsroom) -> None:
    names = "Hello " + '{{ first_name | default("x") }} ' * 700
    newsroom.write_issue(story(names) + story(names))
    assert len(newsroom.html().encode()) < size.CLIP_WARNING
    assert [finding.rule for finding in found(newsroom)] == ["size-clip"]


def test_the_three_heaviest_sections_are_named_and_the_heaviest_is_the_place(newsroom: Newsroom) -> None:
    sizes = (1_000, 45_000, 9_000, 40_000)
    newsroom.write_issue("".join(story("word " * (one // 5), f"Story {one}") for one in sizes))
    (finding,) = found(newsroom)
    assert finding.rule == "size-clip"
    assert finding.loc == ("sections", 1)
    assert "(most take story “Story 45000” 47 kB, story “Story 40000” 42 kB, story “Story 9000” 11 kB)" in (
        finding.message
    )


def test_characters_that_swell_on_the_way_count_as_the_message_carries_them(newsroom: Newsroom) -> None:
    newsroom.write_issue(story("слово " * 1_500) + story("слово " * 1_500))
    (finding,) = found(newsroom)
    assert finding.rule == "size-near-clip"
    assert "as the message carries it" in finding.message


@pytest.mark.parametrize(("rules", "says"), [(600, "Gmail will drop"), (700, "Gmail drops")])
def test_styles_are_counted_together_and_warned_of_before_gmail_drops_them(
    newsroom: Newsroom, rules: int, says: str
) -> None:
    newsroom.write("templates/media.css.j2", ".a { color: #ffffff; }\n" * rules)
    (finding,) = found(newsroom)
    assert finding.rule == "styles-large"
    assert says in finding.message


@pytest.mark.parametrize(
    ("css", "nested"),
    [
        ("@media screen { @font-face { font-family: A } }", ("@font-face in @media",)),
        (
            "@supports (a: b) { .x { color: red } @media print { a { color: red } } }",
            ("@media in @supports",),
        ),
        ("@media screen { a { color: red } } @media print { a { color: red } }", ()),
        ("@import url(a.css); @media screen { a { color: red } }", ()),
        ("/* @media { @media { */ a { content: '@media {' }", ()),
        ("} } @media screen {", ()),
    ],
)
def test_at_rules_within_at_rules_are_seen(css: str, nested: tuple[str, ...]) -> None:
    assert size.nested_at_rules(css) == nested


def test_styles_for_word_alone_are_not_gmail_s() -> None:
    html = "<head><style>a{}</style><!--[if mso]><style>b{}</style><![endif]--></head><body></body>"
    assert list(size.styles(html)) == ["a{}"]
    assert list(size.styles("<head></head><body><style>a{}</style></body>")) == ["a{}"]


@pytest.mark.parametrize(
    "words", ["itâ€™s open", "a cafÃ© by the river", "thirty Â°C", "ðŸ“£ News", "five â€“ six", "done â„¢"]
)
def test_remains_of_another_encoding_are_found(newsroom: Newsroom, words: str) -> None:
    newsroom.write_issue(story(words))
    (finding,) = found(newsroom)
    assert (finding.rule, finding.loc) == ("characters-garbled", ("sections", 0, "body"))


@pytest.mark.parametrize(
    "words",
    [
        "«Le CAFÉ»",
        "Sie sagte „Ä“ und „Ö“",
        "AMANHÃ” e “IRMÃ”",
        "Âge, château, pâté — 5 €",
        "Ða, ñandú, Łódź",
        "Привет, 你好",
        "30 °C · 5 £",
    ],
)
def test_words_of_other_languages_are_not(newsroom: Newsroom, words: str) -> None:
    newsroom.write_issue(story(words))
    assert found(newsroom) == []


def test_no_mail_is_taken_for_latin_1(newsroom: Newsroom) -> None:
    """SendGrid would declare iso-8859-1, and Gmail says “Message clipped” below it (sendgrid-nodejs#1231)."""
    newsroom.change("newsletters/town/newsletter.yaml", "emoji: 📣\n", "")
    newsroom.write_issue(story("A cafe."))
    assert max(newsroom.html()) > "\xff"
