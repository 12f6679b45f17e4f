"""The kinds of text: what each takes, and what it says to write instead."""

from datetime import datetime
from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from lpdownload.model import text
from lpdownload.model.sections.base import Image, Link

ADAPTERS: dict[str, TypeAdapter[object]] = {
    name: TypeAdapter(getattr(text, name))
    for name in (
        "Line",
        "MarkdownText",
        "Url",
        "WebUrl",
        "BaseUrl",
        "Slug",
        "Email",
        "Language",
        "Zone",
        "Day",
        "LocalTime",
    )
}


def taken(kind: str, written: object) -> object:
    return ADAPTERS[kind].validate_python(written)


def refused(kind: str, written: object) -> tuple[str, str]:
    """What is wrong and the hint, if it has one."""
    with pytest.raises(ValidationError) as caught:
        taken(kind, written)
    error = caught.value.errors()[0]
    return error["msg"], error.get("ctx", {}).get("hint", "")


@pytest.mark.parametrize(
    "address",
    [
        "https://example.org",
        "http://example.org/a?b=c#d",
        "HTTPS://EXAMPLE.ORG",
        "mailto:press@example.org?subject=Hi",
        "tel:+12025550123",
        "https://exämple.org/straße",
        "https://[2001:db8::1]/",
        "{{ web_url }}",
        'https://example.org/{{ state | default("NY") }}',
    ],
)
def test_an_address_one_can_click_on_is_taken_as_written(address: str) -> None:
    assert taken("Url", address) == address


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("example.org", "not an address that starts with http, https, mailto, tel"),
        ("www.example.org/a", "not an address that starts with"),
        ("javascript:alert(1)", "not an address that starts with"),
        ("JaVaScRiPt:alert(1)", "not an address that starts with"),
        ("data:text/html,x", "not an address that starts with"),
        ("ftp://example.org", "not an address that starts with"),
        ("//example.org", "not an address that starts with"),
        ("https://", "the address has no host"),
        ("https:///path", "the address has no host"),
        ("mailto:", "nothing follows mailto:"),
        ("tel:", "nothing follows tel:"),
        ("https://example.org/a b", "may not hold spaces"),
        ('https://example.org/"x', "may not hold spaces, quotes"),
        ("https://example.org/<b>", "may not hold spaces"),
        ("https://example.org:99999", "not a valid address"),
        ("https://example.org:port", "not a valid address"),
        ("https://[::1", "not a valid address"),
        ("https://example.org/\x07", "character U+0007 cannot be mailed"),
        ("{{ web_url }}{{ state }}", "not an address that starts with"),
        ("", "not an address"),
    ],
)
def test_an_address_that_would_not_work_is_refused(address: str, said: str) -> None:
    assert said in refused("Url", address)[0]


def test_a_web_address_is_http_and_nothing_else() -> None:
    assert "starts with http, https" in refused("WebUrl", "mailto:a@example.org")[0]


def test_a_base_address_loses_its_slash() -> None:
    assert taken("BaseUrl", "https://example.org/news/") == "https://example.org/news"


@pytest.mark.parametrize(
    "character", ["\x00", "\x08", "\x1b", "\x7f", "\x85", "\ufdd0", "\uffff", "\U0001fffe"]
)
@pytest.mark.parametrize("kind", ["Line", "MarkdownText"])
def test_a_character_that_no_html_can_carry_is_named(kind: str, character: str) -> None:
    assert refused(kind, f"a{character}b") == (
        f"character U+{ord(character):04X} cannot be mailed",
        "delete it",
    )


def test_a_line_break_in_a_line_becomes_a_space() -> None:
    assert taken("Line", "two\nlines") == "two lines"


def test_markdown_keeps_its_lines() -> None:
    assert taken("MarkdownText", "two\n\nparagraphs") == "two\n\nparagraphs"


@pytest.mark.parametrize("blank", ["", "  ", "\n", "\t"])
def test_blanks_are_no_text(blank: str) -> None:
    with pytest.raises(ValidationError):
        Link.model_validate({"label": blank, "url": "https://example.org"})


@pytest.mark.parametrize("kind", ["Line", "MarkdownText"])
@pytest.mark.parametrize("unseen", ["\u200b", "\u200f \u00ad", "\u2028", "\ufeff"])
def test_text_of_which_nothing_can_be_seen_is_refused(kind: str, unseen: str) -> None:
    assert refused(kind, unseen)[0] == "nothing of this text can be seen"


@pytest.mark.parametrize("slug", ["road-to-good-cause", "2024-09.es", "a", "a_b.c-d"])
def test_a_slug_is_small_letters_digits_and_single_marks(slug: str) -> None:
    assert taken("Slug", slug) == slug


@pytest.mark.parametrize("slug", ["Road", "a b", "-a", "a-", "a--b", "ünter", "../a", "a/b", "", "a\n"])
def test_what_would_not_do_as_a_folder_or_in_an_address_is_no_slug(slug: str) -> None:
    assert refused("Slug", slug)[1] == "lower-case letters, digits and dashes, as in road-to-good-cause"


@pytest.mark.parametrize("email", ["press@example.org", "a.b+c@sub.example.org", "press@exämple.org"])
def test_a_mail_address_is_taken(email: str) -> None:
    assert taken("Email", email) == email


@pytest.mark.parametrize(
    "email",
    [
        "press",
        "press@",
        "@example.org",
        "a b@example.org",
        "a@b@c.org",
        "Press <a@example.org>",
        "a@x\r\nBcc: b",
    ],
)
def test_what_is_no_mail_address_is_refused_with_an_example(email: str) -> None:
    message, hint = refused("Email", email)
    assert message.startswith("not a mail address")
    assert hint == "press@example.org"


@pytest.mark.parametrize("language", ["en", "es", "pt-BR", "zh-Hant", "zh-Hant-TW", "haw"])
def test_a_language_is_a_bcp_47_tag(language: str) -> None:
    assert taken("Language", language) == language


@pytest.mark.parametrize("language", ["english", "EN", "en_US", "e", "en-us", '"><script>', ""])
def test_what_is_no_language_is_refused(language: str) -> None:
    assert refused("Language", language)[0].startswith("not a language")


def test_a_mistyped_zone_is_met_with_the_nearest() -> None:
    assert refused("Zone", "America/New_Yrok") == ("not a time zone: America/New_Yrok", "America/New_York")


@pytest.mark.parametrize(
    "zone", ["EST5", "../etc/passwd", "/etc/localtime", "America", "", "a\x00b", "Mars/Phobos"]
)
def test_what_is_no_zone_is_refused(zone: str) -> None:
    assert refused("Zone", zone)[0].startswith("not a time zone")


@pytest.mark.parametrize(
    "written", ["10/10/2024", "2024-1-1", "Oct 10", "1728518400", "2024-10-10T12:00", ""]
)
def test_a_day_is_year_month_and_day(written: str) -> None:
    assert refused("Day", written) == (f"not a date: {written}", "year-month-day, as in 2024-10-10")


@pytest.mark.parametrize("written", ["2024-02-30", "2024-13-01", "0000-01-01"])
def test_a_day_that_no_calendar_has_is_refused(written: str) -> None:
    refused("Day", written)


@pytest.mark.parametrize("written", ["2024-10-10 18:00", "2024-10-10T18:00", " 2024-10-10 18:00 "])
def test_a_local_time_is_a_day_an_hour_and_a_minute(written: str) -> None:
    assert taken("LocalTime", written) == datetime(2024, 10, 10, 18)  # noqa: DTZ001 - a wall clock's time


@pytest.mark.parametrize(
    "written",
    [
        "2024-10-10",
        "6pm",
        "2024-10-10 18:00:30",
        "2024-10-10 18:00Z",
        "2024-10-10 18:00+02:00",
        "2024-10-10 25:00",
    ],
)
def test_a_local_time_with_seconds_zone_or_a_25th_hour_is_refused(written: str) -> None:
    refused("LocalTime", written)


@given(st.sampled_from(sorted(ADAPTERS)), st.text(max_size=60))
def test_any_text_is_taken_or_refused(kind: str, written: str) -> None:
    try:
        value = taken(kind, written)
    except ValidationError:
        return
    if kind in {"Line", "MarkdownText"}:
        assert text.FORBIDDEN.search(str(value)) is None


@given(st.text(st.sampled_from("htps:/.a[]@?#%{} \n\\0１"), max_size=24).map("https://{}".format))
def test_an_address_that_is_taken_can_be_taken_apart(written: str) -> None:
    try:
        value = str(taken("WebUrl", written))
    except ValidationError:
        return
    assert urlsplit(text.MERGE_FIELD.sub("x", value)).hostname


@pytest.mark.parametrize("src", ["https://example.org/a.svg", "https://example.org/a.WEBP?x=1"])
def test_a_picture_on_the_web_that_no_mail_program_shows_is_refused(src: str) -> None:
    with pytest.raises(ValidationError, match="mail programs do not show"):
        Image.model_validate({"src": src, "alt": "A"})
