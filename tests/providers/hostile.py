"""Mails and people whose text reads like the syntax of every provider, for tests of the merging ones."""

from dataclasses import replace
from datetime import UTC, datetime

from hypothesis import strategies as st

from lpdownload.model.content import (
    ONE_CLICK_URL,
    UNSUBSCRIBE_MAILTO,
    UNSUBSCRIBE_URL,
    Content,
    Context,
    Pieces,
    Slot,
)
from lpdownload.model.delivery import Mail, Recipient
from lpdownload.model.mailbox import Mailbox
from lpdownload.model.mime import standard_headers

NOW = datetime(2024, 9, 3, 12, 30, tzinfo=UTC)

HOSTILE = (
    'He said "hi" \\ 😀 José {{ name }} {{{x}}} *|FNAME|* -tag- [%x%] %name% <% body %> '
    "%recipient.first_name% 100% %recipient. %40 ${x} :x: lp0x0z </script> & '"
)
"""Without a word that a provider would put something of its own for."""

_FRAGMENTS = st.sampled_from(
    ["%", "%recipient.", "%recipient.a%", "recipient", ".", "-tag-", "{{a}}", "*|A|*", '"', "\\", "<%", "lp",
     "x0z", "é", "😀", "&", "<", "=?", "\u2028", " ", "--lpdownload-"]
)  # fmt: skip
hostile_texts = st.lists(_FRAGMENTS | st.text(max_size=5), max_size=6).map("".join)
_one_line = hostile_texts.map(lambda text: "".join(filter(str.isprintable, text)))
_no_break = hostile_texts.map(lambda text: text.translate({ord(sign): " " for sign in "\r\n\0"}))


def headers() -> tuple[tuple[str, Pieces], ...]:
    return standard_headers(
        sender=Mailbox("News, José", "news@example.org"),
        reply_to=Mailbox("", "reply@example.org"),
        list_name="News",
        list_id="news.example.org",
        help_url="https://example.org/help",
        archive_url=None,
        feedback_id="issue:news:newsletter:sender1",
        language="en",
        public_url="https://u.example.org",
    )


def links(reference: str) -> dict[str, str]:
    return {
        ONE_CLICK_URL: f"https://u.example.org/1/{reference}",
        UNSUBSCRIBE_URL: f"https://u.example.org/u/{reference}?a=1&b=%25",
        UNSUBSCRIBE_MAILTO: f"unsubscribe@example.org?subject={reference}",
    }


def person(reference: str, name: str = "Ana", **values: str) -> Recipient:
    return Recipient(reference, Mailbox(name, f"{reference}@example.org"), {**links(reference), **values})


def some(count: int) -> list[Recipient]:
    return [person(f"r-{number}", first_name="Ana") for number in range(count)]


def hostile_mail() -> Mail:
    """Hostile in every field, with a name in all contexts, and a link."""
    html = Pieces(
        (f"<p>{HOSTILE} Dear ", '</p><a href="', '">out</a>'),
        (Slot("first_name", "friend", "html"), Slot(UNSUBSCRIBE_URL, None, "html_url")),
    )
    text = Pieces(
        (f"{HOSTILE}\nDear ", "\n", "\n"),
        (Slot("first_name", "friend", "text"), Slot(UNSUBSCRIBE_URL, None, "url")),
    )
    subject = Pieces((f"{HOSTILE} for ", "!"), (Slot("first_name", "friend", "header"),))
    content = Content(subject=subject, preheader=Pieces.of(""), html=html, text=text, headers=headers())
    return Mail(content, "lpny/2024-09", "send-7", date=NOW)


def with_headers(*more: tuple[str, Pieces]) -> Mail:
    """The hostile mail with these as well."""
    mail = hostile_mail()
    return replace(mail, content=replace(mail.content, headers=(*mail.content.headers, *more)))


def filled(mail: Mail, recipient: Recipient) -> list[str]:
    """Subject, text and HTML as the person is to read them."""
    content = mail.content
    return [pieces.fill(recipient.values) for pieces in (content.subject, content.text, content.html)]


@st.composite
def _pieces(draw: st.DrawFn, contexts: tuple[Context, ...], literals: st.SearchStrategy[str]) -> Pieces:
    slots = st.builds(Slot, st.sampled_from("abc"), _one_line, st.sampled_from(contexts))
    chosen = draw(st.lists(slots, max_size=5))
    return Pieces(tuple(draw(literals) for _ in range(len(chosen) + 1)), tuple(chosen))


@st.composite
def mails(draw: st.DrawFn) -> Mail:
    body: tuple[Context, ...] = ("html", "text", "url_part", "url_rest")
    content = Content(
        subject=draw(_pieces(("header", "url_part"), _one_line)),
        preheader=Pieces.of(""),
        html=draw(_pieces(body, hostile_texts)),
        text=draw(_pieces(body, hostile_texts)),
        headers=headers(),
    )
    return Mail(content, "lpny/2024-09", "send-7", date=NOW)


people = st.lists(st.dictionaries(st.sampled_from("abc"), _no_break), min_size=1, max_size=3).map(
    lambda several: [person(f"r-{number}", **values) for number, values in enumerate(several)]
)
