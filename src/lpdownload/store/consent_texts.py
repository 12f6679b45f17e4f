"""The words that people agreed to, as they were shown, once each; consent records name them by digest."""

import hashlib
import json

from sqlalchemy import Connection, select

from lpdownload.store.bulk import insert_if_new
from lpdownload.store.tables import consent_texts


def digest_of(language: str, text: str) -> str:
    """32 hex digits."""
    return hashlib.sha256(json.dumps([language, text]).encode()).hexdigest()[:32]


def keep(connection: Connection, language: str, text: str) -> str:
    """What a consent record's proof says about the text, as ``text DIGEST``; the text is kept."""
    digest = digest_of(language, text)
    insert_if_new(connection, consent_texts, {"digest": digest, "language": language, "text": text})
    return f"text {digest}"


def text_of(connection: Connection, proof: str) -> str | None:
    """The text that a proof names; None if it names none."""
    found = select(consent_texts.c.text).where(consent_texts.c.digest == proof.removeprefix("text "))
    text: str | None = connection.execute(found).scalar()
    return text
