"""A send's contents in the database."""

from sqlalchemy import select

from lpdownload.model.content import Content, Pieces, Slot
from lpdownload.model.content_document import Frozen
from lpdownload.store.contents import of_send, put
from lpdownload.store.database import Database
from lpdownload.store.tables import contents


def content(subject: str, lang: str = "en") -> Frozen:
    pieces = Pieces((subject, "!"), (Slot("first_name", "friend", "header"),))
    body = Pieces.of("Grüße \x00 🗳")
    headers = (("List-Unsubscribe", Pieces.of("<https://example.org/u>")),)
    made = Content(pieces, body, body, body, headers, lang=lang)
    return Frozen(made, "https://example.org", "stop@example.org")


def test_each_send_has_its_own_variants_as_they_were_written(database: Database) -> None:
    english, spanish, other = content("Hello "), content("Hola ", "es"), content("Other ")
    with database.writing() as connection:
        put(connection, 1, {0: (english, frozenset()), 3: (spanish, frozenset({"ny", "press"}))})
        put(connection, 2, {0: (other, frozenset())})
    with database.reading() as connection:
        assert of_send(connection, 1) == {0: english, 3: spanish}
        assert of_send(connection, 2) == {0: other}
        assert of_send(connection, 3) == {}


def test_a_variant_names_its_language_segments_and_digest(database: Database) -> None:
    spanish = content("Hola ", "es")
    with database.writing() as connection:
        put(connection, 1, {0: (spanish, frozenset({"press", "ny"}))})
        row = connection.execute(select(contents)).one()
    assert (row.language, row.segments, row.digest) == ("es", "\nny\npress\n", spanish.content.digest)


def test_a_send_without_variants_has_no_contents(database: Database) -> None:
    with database.writing() as connection:
        put(connection, 1, {})
        assert of_send(connection, 1) == {}
