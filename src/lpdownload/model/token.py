"""Tokens in readers' links: signed, short, and without anything about the person.

32 bytes as 43 characters: the key's number, the purpose, the person's number, the newsletter's mark, and 18
bytes of keyed BLAKE2b (RFC 7693) over all of it. So it is bound to person, newsletter and purpose, cannot be
guessed, and needs no table. A newer key signs; older ones still verify.
"""

import base64
import binascii
import hashlib
import hmac
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Final, Literal, TypeAlias

Purpose: TypeAlias = Literal["unsubscribe", "preferences", "web"]

_PURPOSES: Final[tuple[Purpose, ...]] = ("unsubscribe", "preferences", "web")
_SIGNATURE: Final = 18
_URL_SAFE: Final = bytes.maketrans(b"+/", b"-_")
LENGTH: Final = 43
"""Characters of every token."""


@dataclass(frozen=True, slots=True)
class Claim:
    """What a good token says."""

    subscriber_id: int
    newsletter: str
    purpose: Purpose


@dataclass(frozen=True)
class Tokens:
    """Signs and reads tokens. ``keys``: secrets by number from 0 to 255; the highest signs."""

    keys: Mapping[int, bytes]

    def __post_init__(self) -> None:
        if not self.keys or any(not 0 <= number <= 255 for number in self.keys):
            raise ValueError("keys are numbered from 0 to 255, and there is at least one")
        if any(len(key) < 16 for key in self.keys.values()):
            raise ValueError("a key has 16 bytes at least")

    @cached_property
    def _newest(self) -> int:
        return max(self.keys)

    @cached_property
    def _secrets(self) -> dict[int, bytes]:
        """BLAKE2b takes keys of up to 64 bytes."""
        return {number: hashlib.blake2b(key, digest_size=32).digest() for number, key in self.keys.items()}

    def sign(self, subscriber_id: int, newsletter: str, purpose: Purpose) -> str:
        """A token of LENGTH letters, digits, ``-`` and ``_``. ``subscriber_id`` below 2^64."""
        return self.signer(newsletter, purpose)(subscriber_id)

    def signer(self, newsletter: str, purpose: Purpose) -> "Signer":
        """For many people at once: what is the same for all of them is done once."""
        number = self._newest
        return Signer(_keyed(self._secrets[number]), _head(number, purpose), mark(newsletter))

    def read(self, token: str, newsletters: Iterable[str]) -> Claim | None:
        """What the token says; None if it is not ours, whatever is wrong: the same work every time."""
        raw = _decoded(token)
        number, purpose_number = raw[0], raw[1]
        secret = self._secrets.get(number, bytes(32))
        good = hmac.compare_digest(raw[-_SIGNATURE:], _signature(secret, raw[:-_SIGNATURE]))
        newsletter = next((name for name in newsletters if mark(name) == raw[10:14]), None)
        known = number in self._secrets and purpose_number < len(_PURPOSES) and _encoded(raw) == token
        if not (good and known and newsletter is not None):
            return None
        return Claim(int.from_bytes(raw[2:10], "big"), newsletter, _PURPOSES[purpose_number])


@dataclass(frozen=True, slots=True)
class Signer:
    """Tokens of one newsletter and purpose."""

    keyed: "hashlib.blake2b"
    head: bytes
    mark: bytes

    def __call__(self, subscriber_id: int) -> str:
        signed = self.head + subscriber_id.to_bytes(8, "big") + self.mark
        begun = self.keyed.copy()  # the key is hashed once
        begun.update(signed)
        return _encoded(signed + begun.digest())


def mark(newsletter: str) -> bytes:
    """Four bytes that stand for a newsletter."""
    return hashlib.blake2b(newsletter.encode(), digest_size=4).digest()


def _head(number: int, purpose: Purpose) -> bytes:
    return bytes((number, _PURPOSES.index(purpose)))


def _signature(secret: bytes, signed: bytes) -> bytes:
    begun = _keyed(secret)
    begun.update(signed)
    return begun.digest()


def _keyed(secret: bytes) -> "hashlib.blake2b":
    return hashlib.blake2b(digest_size=_SIGNATURE, key=secret)


def _encoded(raw: bytes) -> str:
    return binascii.b2a_base64(raw, newline=False)[:LENGTH].translate(_URL_SAFE).decode("ascii")


def _decoded(token: str) -> bytes:
    """32 bytes, of whatever was given."""
    try:
        raw = base64.b64decode(
            token.encode("ascii", "replace")[:LENGTH] + b"=", altchars=b"-_", validate=True
        )
    except (binascii.Error, ValueError):
        raw = b""
    return raw if len(raw) == 32 else bytes(32)
