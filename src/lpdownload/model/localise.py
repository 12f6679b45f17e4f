"""Words of newsletters, network and entities in the language of an issue."""

from lpdownload.model.network import Network
from lpdownload.model.newsletter import Newsletter
from lpdownload.model.text import Value


def localised_newsletter(newsletter: Newsletter, language: str) -> Newsletter:
    """``newsletter`` with its words in ``language``, as far as ``translated`` has them."""
    base = language.partition("-")[0]
    words = _words(newsletter.translated.get(language) or newsletter.translated.get(base))
    return newsletter.model_copy(update=words) if words else newsletter


def localised_network(network: Network, language: str) -> Network:
    """``network`` and its entities with their words in ``language``, as far as there are any."""
    base = language.partition("-")[0]
    entities = {
        name: entity.model_copy(update=_words(entity.translated.get(language) or entity.translated.get(base)))
        for name, entity in network.entities.items()
    }
    words = _words(network.translated.get(language) or network.translated.get(base))
    return network.model_copy(update={**words, "entities": entities})


def _words(words: Value | None) -> dict[str, object]:
    return {name: text for name, text in words.__dict__.items() if text is not None} if words else {}
