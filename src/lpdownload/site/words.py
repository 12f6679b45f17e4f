"""The first words of a Markdown text, plain, for a card."""

from lpdownload.render.markdown import block_tokens

LONGEST = 280


def first_words(text: str) -> str:
    """Its first paragraph without marks of any kind, cut at a word after about ``LONGEST`` characters."""
    words = next((plain for token in block_tokens(text) if (plain := _plain(token.children or ()))), "")
    if len(words) <= LONGEST:
        return words
    return words[:LONGEST].rsplit(" ", 1)[0].rstrip(" ,;:–—") + " …"


def _plain(children: object) -> str:
    assert isinstance(children, list | tuple)
    shown = {"text", "code_inline"}
    parts = (
        child.content if child.type in shown else " " if child.type in {"softbreak", "hardbreak"} else ""
        for child in children
    )
    return " ".join("".join(parts).split())
