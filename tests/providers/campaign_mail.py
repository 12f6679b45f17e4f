"""A mail for a provider that runs campaigns."""

from datetime import UTC, datetime

from lpdownload.model.content import PREFERENCES_URL, UNSUBSCRIBE_URL, WEB_URL, Content, Pieces, Slot
from lpdownload.model.delivery import Mail


def mail(
    *,
    html: Pieces | None = None,
    text: Pieces | None = None,
    subject: Pieces | None = None,
    reply_to: str = "news@example.org",
) -> Mail:
    """With a name, the links of a footer, and hostile literals around them."""
    name = Slot("first_name", "friend", "html")
    links = [Slot(field, None, "html_url") for field in (UNSUBSCRIBE_URL, PREFERENCES_URL, WEB_URL)]
    content = Content(
        subject=subject or Pieces(("The 🌊 issue",)),
        preheader=Pieces.of("Soon"),
        html=html
        or Pieces(("<p>Dear ", ', see <a href="', '">out</a> <a href="', '">, "', '"</p>'), (name, *links)),
        text=text or Pieces(("Out: ", ""), (Slot(UNSUBSCRIBE_URL, None, "url"),)),
        headers=(
            ("From", Pieces.of('"The Chapter" <news@example.org>')),
            ("Reply-To", Pieces.of(reply_to)),
            ("List-Id", Pieces.of("News <news.example.org>")),
        ),
    )
    return Mail(content, "lpny/2024-09", "send-1", date=datetime(2024, 9, 3, 12, 30, tzinfo=UTC))
