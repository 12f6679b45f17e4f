"""An issue rendered: who sees which section, whose footer it bears, what merge fields become."""

import email
import email.policy

import html5lib
import pytest
from tests.newsroom import HEAD, STORY, Newsroom

from lpdownload.errors import InvalidInput
from lpdownload.model.content import MissingValue
from lpdownload.render.output import message
from lpdownload.render.render import fill_values

THREE = """\
- {type: story, title: For all, body: One.}
- {type: story, title: For teachers, body: Two., visible_to: teachers}
- {type: story, title: For New Yorkers, body: Three., visible_to: new-york}
"""


def titles(newsroom: Newsroom, *variant: str) -> list[str]:
    html, text = newsroom.html("town/2024-09", *variant), newsroom.text("town/2024-09", *variant)
    shown = [title for title in ("For all", "For teachers", "For New Yorkers") if title in html]
    assert shown == [title for title in ("For all", "For teachers", "For New Yorkers") if title in text]
    return shown


@pytest.mark.parametrize(
    ("variant", "shown"),
    [
        ((), ["For all"]),
        (("teachers",), ["For all", "For teachers"]),
        (("new-york",), ["For all", "For New Yorkers"]),
        (("teachers", "new-york"), ["For all", "For teachers", "For New Yorkers"]),
    ],
)
def test_a_variant_shows_the_sections_of_its_segments(
    newsroom: Newsroom, variant: tuple[str, ...], shown: list[str]
) -> None:
    newsroom.write_issue(THREE)
    assert titles(newsroom, *variant) == shown


def test_a_variant_is_named_in_its_content(newsroom: Newsroom) -> None:
    newsroom.write_issue(THREE)
    assert newsroom.render("town/2024-09", "teachers", "new-york").content.variant == "new-york,teachers"


def test_a_section_for_the_web_is_left_out_of_mail_and_text(newsroom: Newsroom) -> None:
    newsroom.write_issue(f"{STORY}  - {{type: story, title: Long read, body: B, only: web}}\n")
    assert "Long read" not in newsroom.html()
    assert "Long read" not in newsroom.text()


def test_a_section_for_the_mail_is_in_mail_and_text(newsroom: Newsroom) -> None:
    newsroom.write_issue(f"{STORY}  - {{type: story, title: Short read, body: B, only: email}}\n")
    assert "Short read" in newsroom.html()
    assert "Short read" in newsroom.text()


def test_the_footer_bears_the_name_address_and_disclaimer_of_the_entity(newsroom: Newsroom) -> None:
    for part in (newsroom.html(), newsroom.text()):
        assert "Example Action" in part
        assert "1 Sample Street" in part
        assert "Paid for by Example Action." in part
        assert "You get this because you asked for it." in part
        assert "Example Lab" not in part


def test_the_footer_follows_the_newsletter_s_entity_and_that_gives_way_to_the_issue_s(
    newsroom: Newsroom,
) -> None:
    newsroom.add("newsletters/town/newsletter.yaml", "entity: lab\n")
    assert "2 Other Road" in newsroom.html()
    newsroom.write_issue(head=f"{HEAD}entity: action\n")
    assert "2 Other Road" not in newsroom.html()
    assert "1 Sample Street" in newsroom.html()


def test_a_section_in_which_another_entity_speaks_says_so_below_it(newsroom: Newsroom) -> None:
    newsroom.write_issue(STORY + "    entity: lab\n")
    for part in (newsroom.html(), newsroom.text()):
        assert "Example Lab, 501(c)(3). The lab endorses nobody." in " ".join(part.split())
        assert "2 Other Road" not in part


def test_a_section_of_the_issue_s_own_entity_says_nothing_more(newsroom: Newsroom) -> None:
    newsroom.write_issue(STORY + "    entity: action\n")
    assert newsroom.html().count("Paid for by Example Action.") == 1


def test_a_footer_section_speaks_in_the_footer(newsroom: Newsroom) -> None:
    newsroom.write_issue(f"{STORY}  - {{type: footer, why: You signed up., note: Thank you.}}\n")
    for part in (newsroom.html(), newsroom.text()):
        assert "You signed up." in part
        assert "Thank you." in part
        assert "because you asked for it" not in part


def test_the_way_out_is_in_every_mail(newsroom: Newsroom) -> None:
    rendering = newsroom.render()
    values = fill_values(rendering, {}) | {"unsubscribe_url": "https://news.example.org/u/abc"}
    assert 'href="https://news.example.org/u/abc"' in rendering.content.html.fill(values)
    assert "https://news.example.org/u/abc" in rendering.content.text.fill(values)


# Merge fields


GREETING = '- {type: story, title: "Hi {{ first_name | default(\\"friend\\") }}", body: B}\n'


@pytest.mark.parametrize(
    ("name", "in_html", "in_text"),
    [
        ("Ana", "Hi Ana", "Hi Ana"),
        ("", "Hi friend", "Hi friend"),
        ("<b>&'\"", "Hi &lt;b&gt;&amp;&#x27;&quot;", "Hi <b>&'\""),
        ("{{ first_name }}", "Hi {{ first_name }}", "Hi {{ first_name }}"),
    ],
)
def test_a_merge_field_is_filled_and_escaped_for_its_place(
    newsroom: Newsroom, name: str, in_html: str, in_text: str
) -> None:
    newsroom.write_issue(GREETING)
    assert in_html in newsroom.html(first_name=name)
    assert in_text in newsroom.text(first_name=name)


def test_a_field_without_default_has_no_value_for_a_recipient_who_gives_none(newsroom: Newsroom) -> None:
    newsroom.write_issue("- {type: story, title: 'Hi {{ first_name }}', body: B}\n")
    with pytest.raises(MissingValue):
        newsroom.render().content.html.fill({})
    assert "Hi friend" in newsroom.html()
    assert "Hi Ana" in newsroom.html(first_name="Ana")


def test_a_newsroom_s_own_attribute_is_a_merge_field(newsroom: Newsroom) -> None:
    newsroom.write_issue("- {type: story, title: 'Ward {{ ward }}', body: B}\n")
    assert "Ward 7" in newsroom.html(ward="7")


def test_a_merge_field_in_a_link_is_percent_encoded(newsroom: Newsroom) -> None:
    newsroom.write_issue(
        "- {type: story, title: A, body: B,\n"
        "   read_more: {label: L, url: 'https://example.org/?s={{ state | default(\"NY\") }}'}}\n"
    )
    assert "https://example.org/?s=N%20%26%22&amp;utm_source" in newsroom.html(state='N &"')


def test_an_address_that_is_a_merge_field_is_used_as_it_is(newsroom: Newsroom) -> None:
    newsroom.write_issue("- {type: story, title: A, body: B, read_more: {label: L, url: '{{ web_url }}'}}\n")
    assert 'href="https://news.example.org/town/2024-09/"' in newsroom.html()


def test_previews_have_dead_addresses_and_no_living_token(newsroom: Newsroom) -> None:
    values = fill_values(newsroom.render(), {"first_name": "Ana"})
    assert values["first_name"] == "Ana"
    assert values["unsubscribe_url"] == "https://news.example.org/u/preview"
    assert values["unsubscribe_mailto"] == "unsubscribe@example.org?subject=preview"
    assert values["web_url"] == "https://news.example.org/town/2024-09/"


# The whole


def test_two_renders_give_the_same_content(newsroom: Newsroom) -> None:
    assert newsroom.render().content == newsroom.render().content


def test_the_preheader_stands_first_in_the_mail_and_not_as_markdown(newsroom: Newsroom) -> None:
    newsroom.write_issue(head="period: 2024-09\npreheader: A *river* & <b>road</b>\n")
    tree = html5lib.parse(newsroom.html(), namespaceHTMLElements=False)
    body = tree.find("body")
    assert body is not None
    assert "".join(body.itertext()).strip().startswith("A *river* & <b>road</b>")


def test_the_message_has_the_subject_both_parts_and_the_list_headers(newsroom: Newsroom) -> None:
    rendering = newsroom.render()
    data = message(rendering, fill_values(rendering, {"first_name": "Ana", "email": "ana@example.org"}))
    found = email.message_from_bytes(data, policy=email.policy.default)
    assert found["subject"] == "📣 Town Download | September 2024"
    assert found["to"] == "Ana <ana@example.org>"
    assert found["from"] == "Town Download <town@example.org>"
    assert found["list-unsubscribe-post"] == "List-Unsubscribe=One-Click"
    assert found["date"].datetime.isoformat() == "2024-09-01T12:00:00-04:00"
    assert [part.get_content_type() for part in found.walk()] == [
        "multipart/alternative",
        "text/plain",
        "text/html",
    ]


def test_all_wrong_merge_fields_are_told_at_once(newsroom: Newsroom) -> None:
    newsroom.write_issue(
        "- {type: story, title: '{{ a }}', body: '{{ b }}'}\n", "period: 2024-09\npreheader: '{{ c }}'\n"
    )
    with pytest.raises(InvalidInput) as caught:
        newsroom.render()
    assert [finding.path for finding in caught.value.findings] == [
        "preheader",
        "sections[0].title",
        "sections[0].body",
    ]


def test_a_language_from_right_to_left_says_so_on_every_level(newsroom: Newsroom) -> None:
    newsroom.write_issue(head=f"{HEAD}language: ar\n")
    assert 'lang="ar" dir="rtl"' in newsroom.html()
