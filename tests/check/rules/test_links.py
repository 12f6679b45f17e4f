"""Links: what is found, and above all what is not."""

import pytest
from tests.newsroom import KEY, Newsroom

from lpdownload.check.run import check_variants
from lpdownload.errors import Finding


def found(newsroom: Newsroom, rule: str = "link-") -> list[Finding]:
    """The findings of the rules whose names begin so."""
    findings = check_variants(newsroom.library, KEY).findings
    return [finding for finding in findings if finding.rule.startswith(rule)]


def rules_of(newsroom: Newsroom, sections: str) -> list[str]:
    newsroom.write_issue(sections)
    return [finding.rule for finding in found(newsroom)]


def with_body(body: str) -> str:
    return f"- type: story\n  title: A river is clean again\n  body: |\n    {body}\n"


def with_link(url: str, label: str = "Read about the river") -> str:
    return with_body("B.") + f'  read_more:\n    label: "{label}"\n    url: "{url}"\n'


@pytest.mark.parametrize(
    "url",
    [
        "https://example.org/river",
        "https://www.tiktok.com/@town",
        "https://en.wikipedia.org/wiki/River_(disambiguation)",
        "https://en.wikipedia.org/wiki/Robert_F._Kennedy_Jr.",
        "https://example.org/annual%20report.pdf",
        "https://example.org/l'avenir",
        "https://example.org/todo-sobre-el-rio",
        "https://müller.de/fluss",
        "https://xn--mller-kva.de/",
        "https://example.org:8443/a",
        "https://docs.google.com/document/d/1a/view",
        "https://docs.google.com/forms/d/e/1a/viewform",
        "https://town.us1.list-manage.com/subscribe?u=1",
        "https://youtu.be/abc",
        "https://maps.app.goo.gl/abc",
        "https://www.google.com/maps?q=Anytown",
        "https://zoom.us/j/123",
        "https://dev.to/post",
        "https://us02web.zoom.us/webinar/register/WN_a",
        "mailto:press@example.org?subject=The%20river",
        "mailto:a@example.org,b@example.org",
        "tel:+1-555-010-0100",
        "{{ web_url }}",
        "https://example.org/for?name={{ first_name | default('friend') }}",
    ],
)
def test_an_honest_address_is_no_finding(newsroom: Newsroom, url: str) -> None:
    assert rules_of(newsroom, with_link(url)) == []


@pytest.mark.parametrize(
    "url",
    [
        "https://https//example.org",
        "https://https%3A%2F%2Fexample.org",
        "http://http://example.org",
        "https://river/swim",
        "https://ana:secret@example.org",
        "https://example..org",
        "https://-example.org",
        "https://999.999.999.999/",
        "https://example.org/%20river",
        "https://example.org/river%20",
        "https://“example.org”/river",
        "https://example.org/“river”",
        "mailto:press",
        "mailto:press@",
        "tel:call-us",
    ],
)
def test_an_address_that_nobody_can_open_is_an_error(newsroom: Newsroom, url: str) -> None:
    newsroom.write_issue(with_link(url))
    (finding,) = found(newsroom, "link-syntax")
    assert (finding.severity, finding.path) == ("error", "sections[0].read_more.url")


@pytest.mark.parametrize("end", [".", ",", ";", ")", "!", "’", "%E2%80%9D", "…"])
def test_a_sentence_s_punctuation_at_the_end_of_an_address_is_found(newsroom: Newsroom, end: str) -> None:
    assert "link-punctuation" in rules_of(newsroom, with_link(f"https://example.org/river{end}"))


def test_samples_are_known_by_the_network_s_own_address(newsroom: Newsroom) -> None:
    newsroom.write_issue(with_link("https://example.org/river"))
    assert found(newsroom) == []
    newsroom.change("newsletters/network.yaml", "https://news.example.org", "https://news.town.gov")
    (finding,) = found(newsroom)
    assert (finding.rule, finding.severity) == ("link-placeholder", "error")


@pytest.mark.parametrize("path", ["TODO", "replace-this", "a?link=XXX", "your-link-here", "#TBD"])
def test_a_word_to_be_written_over_is_found_among_samples_too(newsroom: Newsroom, path: str) -> None:
    assert rules_of(newsroom, with_link(f"https://example.org/{path}")) == ["link-placeholder"]


@pytest.mark.parametrize(
    "url",
    [
        "https://mail.google.com/mail/u/0/#inbox/1",
        "https://docs.google.com/spreadsheets/d/1a/edit?usp=drive_link",
        "https://docs.google.com/forms/d/1a/edit",
        "https://10.0.0.7/river",
        "https://[::1]/river",
        "http://localhost:8425/",
        "https://staging.town.gov/river",
        "https://deploy-preview-12--town.netlify.app/",
        "https://town.gov/wp-admin/post.php?post=1",
        "https://town.gov/?p=12&preview=true",
        "https://us02web.zoom.us/s/123",
    ],
)
def test_what_only_its_owner_sees_is_found(newsroom: Newsroom, url: str) -> None:
    assert rules_of(newsroom, with_link(url)) == ["link-private"]


@pytest.mark.parametrize(
    ("url", "inside"),
    [
        (
            "https://nam02.safelinks.protection.outlook.com/?url=https%3A%2F%2Ftown.gov%2Fa&data=5",
            "town.gov/a",
        ),
        ("https://urldefense.com/v3/__https://town.gov/a_b__;!!x!y$", "town.gov/a_b"),
        ("https://urldefense.proofpoint.com/v2/url?u=https-3A__town.gov_a&d=D", "town.gov/a"),
        ("https://www.google.com/url?q=https://town.gov/a&sa=D", "town.gov/a"),
        ("https://l.facebook.com/l.php?u=https%3A%2F%2Ftown.gov%2Fa&h=A", "town.gov/a"),
        ("https://town.us1.list-manage.com/unsubscribe?u=1", None),
        ("https://u1.ct.sendgrid.net/ls/click?upn=abc", None),
        ("https://click.actionnetwork.org/ss/c/abc", None),
    ],
)
def test_an_address_out_of_another_mail_is_found_with_the_one_inside(
    newsroom: Newsroom, url: str, inside: str | None
) -> None:
    newsroom.write_issue(with_link(url))
    (finding,) = found(newsroom, "link-redirector")
    assert finding.hint == (
        f"write https://{inside}" if inside else "open it, and copy the address of the page it leads to"
    )


@pytest.mark.parametrize(
    ("query", "severity"),
    [
        ("mc_eid=1a2b", "warning"),
        ("email=ana@example.org", "warning"),
        ("utm_term=ana%40example.org", "warning"),
        ("who={{ email | default('nobody') }}", "warning"),
        ("fbclid=IwAR0", "info"),
    ],
)
def test_an_address_that_tells_who_somebody_is_is_found(
    newsroom: Newsroom, query: str, severity: str
) -> None:
    newsroom.write_issue(with_link(f"https://example.org/a?{query}"))
    (finding,) = found(newsroom)
    assert (finding.rule, finding.severity) == ("link-personal", severity)


@pytest.mark.parametrize("words", ["Click here", "here", "this link", "Haga clic aquí", "AQUÍ!"])
def test_words_that_say_nothing_are_found_in_every_sentence(newsroom: Newsroom, words: str) -> None:
    body = f"To see the river, [{words}](https://example.org/river)."
    assert rules_of(newsroom, with_body(body)) == ["link-words"]


@pytest.mark.parametrize("words", ["Read more", "Learn more", "Leer más"])
def test_words_that_say_little_are_accepted_below_a_title_only(newsroom: Newsroom, words: str) -> None:
    assert rules_of(newsroom, with_link("https://example.org/river", words)) == []
    untitled = f"- type: text\n  body: B.\n  actions: [{{label: {words}, url: https://example.org/river}}]\n"
    assert rules_of(newsroom, untitled) == ["link-words"]
    assert rules_of(newsroom, untitled + "  heading: The river\n") == []


def test_the_same_words_may_lead_to_the_same_page_twice(newsroom: Newsroom) -> None:
    once = with_link("https://example.org/river")
    assert rules_of(newsroom, once + once) == []
    assert rules_of(newsroom, once + with_link("https://example.org/road")) == ["link-same-words"]


def test_words_that_the_program_writes_are_not_the_author_s_fault(newsroom: Newsroom) -> None:
    def event(day: int) -> str:
        return (
            f"- type: event\n  title: Evening {day}\n  start: 2024-10-{day} 18:00\n"
            "  timezone: America/New_York\n"
            f"  to_be_announced: true\n  register_url: https://example.org/evening-{day}\n"
        )

    assert rules_of(newsroom, event(10) + event(11)) == []


@pytest.mark.parametrize(
    ("words", "url", "is_found"),
    [
        ("example.org/river", "https://www.example.org/river?x=1", False),
        ("https://town.gov", "https://vote.town.gov/", False),
        ("the BBC.co.uk", "https://example.org/", False),
        ("bbc.co.uk", "https://news.bbc.co.uk/a", False),
        ("Node.js", "https://example.org/", False),
        ("Town.gov", "https://town.gov.example.org/", True),
        ("bbc.co.uk", "https://guardian.co.uk/", True),
        ("Visit www.town.gov today", "https://example.org/", True),
        ("press@town.gov", "mailto:Press@town.gov", False),
        ("press@town.gov", "mailto:mayor@town.gov", True),
        ("press@town.gov", "https://town.gov/press", True),
        ("(555) 010-0100", "tel:+15550100100", False),
        ("(555) 010-0100", "tel:+15550100199", True),
        ("2024-09-12", "https://example.org/", False),
    ],
)
def test_words_that_name_a_place_lead_there(newsroom: Newsroom, words: str, url: str, is_found: bool) -> None:
    rules = rules_of(newsroom, with_body(f"See [{words}]({url}) about it."))
    assert rules == (["link-other-domain"] if is_found else [])


def test_a_link_that_a_merge_field_fills_is_compared_with_nothing(newsroom: Newsroom) -> None:
    assert rules_of(newsroom, with_link("{{ web_url }}", "town.gov/letter")) == []


def test_utm_parameters_make_no_difference_between_html_and_text(newsroom: Newsroom) -> None:
    newsroom.write_issue(with_link("https://example.org/river?a=b%20c&utm_medium=post"))
    assert "utm_source" in newsroom.html()
    assert found(newsroom) == []


def test_a_picture_s_link_that_the_text_lacks_is_found(newsroom: Newsroom) -> None:
    picture = '<img src="https://example.org/a.png" alt="A" width="9">'
    html = f'<p>Look: <a href="https://example.org/a">{picture}</a></p>'
    newsroom.write_issue(f"- type: html\n  html: '{html}'\n  text: Look.\n")
    (finding,) = found(newsroom)
    assert (finding.rule, finding.message) == ("link-not-in-text", "“A” is a link in the HTML only")


def test_an_anchor_is_there_if_any_section_shown_has_it(newsroom: Newsroom) -> None:
    river = with_body("More on [the road](#road) below.")
    road = "- type: story\n  id: road\n  title: A road is mended\n  body: B.\n"
    assert rules_of(newsroom, river + road) == []
    assert rules_of(newsroom, river + road + "  only: web\n") == ["link-anchor"]


@pytest.mark.parametrize(
    "body",
    [
        "See <https://example.org/river> for more.",
        "See `https://example.org/river` for more.",
        "See [https://example.org/river](https://example.org/river).",
        "See example.org/river for more.",
    ],
)
def test_an_address_that_is_a_link_or_is_shown_on_purpose_is_not_bare(newsroom: Newsroom, body: str) -> None:
    assert rules_of(newsroom, with_body(body)) == []


def test_a_bare_address_is_found_without_the_sentence_s_full_stop(newsroom: Newsroom) -> None:
    newsroom.write_issue(with_body("All of it stands on www.example.org/river."))
    (finding,) = found(newsroom)
    assert finding.message == "www.example.org/river is no link"


def test_a_hidden_section_s_addresses_are_looked_at_too(newsroom: Newsroom) -> None:
    web = with_link("http://example.org/river") + "  only: web\n"
    assert rules_of(newsroom, with_body("B.") + web) == ["link-insecure"]


def test_the_newsletter_s_own_texts_have_their_places(newsroom: Newsroom) -> None:
    newsroom.change(
        "newsletters/town/newsletter.yaml", "why: You get", "why: You, [see](http://example.org/why), get"
    )
    (finding,) = found(newsroom)
    assert finding.place is not None
    assert (finding.rule, finding.path) == ("link-insecure", "why")
    assert finding.place.file.endswith("newsletter.yaml")
