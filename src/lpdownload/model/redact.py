"""Mail addresses made unreadable, for samples and logs."""

import re
from typing import Final

_EDGE: Final = r"\s<>()\[\]{},;:@\"'"
# A run is tried from its first character only: no text takes more than one pass.
_ADDRESS: Final = re.compile(
    rf'(?:(?<![^{_EDGE}])[^{_EDGE}%]*(?:%(?!40)[^{_EDGE}%]*)*|"[^"\n]{{0,100}}")(?:@|%40)[\w-]+(?:\.[\w-]+)*'
)


def redacted(email: str) -> str:
    """``ana.ruiz@example.org`` as ``a…@e…e.org``."""
    local, _, domain = email.rpartition("@")
    name, _, top = domain.rpartition(".")
    return f"{local[:1]}…@{name[:1]}…{name[-1:]}.{top}"


def redact_text(text: str) -> str:
    """The text with every mail address in it redacted."""
    return _ADDRESS.sub(lambda found: redacted(found.group().replace("%40", "@")), text)
