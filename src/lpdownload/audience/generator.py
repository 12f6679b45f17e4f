"""A plausible list of subscribers, of people who do not exist.

Each name is a random pair of common ones, each place a compound of two plain words: nobody is meant. Only
`getrandbits` and `random` are asked, which give the same on every Python; values lie in decks whose size is a
power of two, so that to draw one is a mask and a look-up.
"""

from array import array
from collections.abc import Iterator, Sequence
from random import Random
from typing import Final, TypeVar

from lpdownload.audience import generator_words as words
from lpdownload.model.subscriber import ATTRIBUTES

T = TypeVar("T")

COLUMNS: Final = tuple(ATTRIBUTES)
"""The attributes of a subscriber, in the order of a row."""

_SMALL: Final = 256
_LARGE: Final = 1024

_Post = tuple[str, str, str | None, Sequence[str], Sequence[str]]
"""Role; office; what follows the place's name in the jurisdiction, None where there is none; days of joining;
days of the term's end.
"""


def people(count: int, seed: int) -> Iterator[tuple[str, ...]]:
    """Rows of ``COLUMNS``, the same for the same seed; the fewer are a beginning of the more.

    Addresses are unique, at example.org; lists are joined by "; ", dates are YYYY-MM-DD, what is missing is
    empty.
    """
    random = Random(seed)
    first_names, last_names = _names(words.FIRST_NAMES), _names(words.LAST_NAMES)
    first_plain, last_plain = [*map(_plain, first_names)], [*map(_plain, last_names)]
    firsts, lasts = _numbers(random, len(first_names)), _numbers(random, len(last_names))
    homes = _deck(_homes(), _LARGE)
    posts = _deck(_posts(random), _SMALL)
    starts, ends = words.PLACE_STARTS.split(), words.PLACE_ENDS.split()
    places = _deck([(start + end, 1) for start in starts for end in ends], _LARGE)
    languages = _deck(words.LANGUAGES, _SMALL)
    caucuses, committees, interests, tags = (
        _lists(random, choices, sizes, cards)
        for choices, sizes, cards in (
            (words.CAUCUSES, (60, 30, 10), _SMALL),
            (words.COMMITTEES, (45, 25, 20, 10), _LARGE),
            (words.INTERESTS, (15, 20, 30, 20, 15), _LARGE),
            (words.TAGS, (55, 30, 15), _SMALL),
        )
    )
    used = array("I", bytes(4 * len(first_names) * len(last_names)))
    width = len(last_names)
    bits = random.getrandbits
    for _ in range(count):
        draw = bits(30)
        one, two = firsts[draw & 1023], lasts[draw >> 10 & 1023]
        timezone, state, chapter = homes[draw >> 20]
        draw = bits(32)
        role, office, kind, joined, terms = posts[draw & 255]
        jurisdiction = "" if kind is None else places[draw >> 8 & 1023] + kind
        has_names = draw >> 18 & 63
        language = languages[draw >> 24]
        pair = one * width + two
        again = used[pair]
        used[pair] = again + 1
        draw = bits(28)
        more = bits(32)
        yield (
            f"{first_plain[one]}.{last_plain[two]}{again + 1 if again else ''}@example.org",
            first_names[one] if has_names else "",
            last_names[two] if has_names > 1 else "",
            language,
            timezone,
            state,
            chapter,
            office,
            jurisdiction,
            role,
            caucuses[draw & 255],
            committees[draw >> 8 & 1023],
            interests[draw >> 18],
            tags[more & 255],
            joined[more >> 8 & 1023],
            terms[more >> 24],
        )


def _deck(shares: Sequence[tuple[T, int]], size: int) -> list[T]:
    """``size`` cards, each value as often as its share says, within one card."""
    total = sum(share for _, share in shares)
    cards: list[T] = []
    reached = 0
    for value, share in shares:
        reached += share
        cards += [value] * (reached * size // total - len(cards))
    return cards


def _names(listed: str) -> list[str]:
    return [name.replace("_", " ") for name in listed.split()]


def _numbers(random: Random, names: int) -> list[int]:
    """Indexes of names, the earlier ones more often, as names are in life."""
    return [int(names * _early(random)) for _ in range(_LARGE)]


def _early(random: Random) -> float:
    """From 0 to 1, small ones more often. No power: its last bit differs between platforms."""
    number = random.random()
    return (number + number * number) / 2


def _plain(name: str) -> str:
    """A name as the local part of an address has it: ``Núñez`` as ``nunez``."""
    return name.translate(words.WITHOUT_ACCENTS).replace(" ", "").replace("'", "").replace("-", "").lower()


def _homes() -> list[tuple[tuple[str, str, str], int]]:
    """Time zone, state and chapter, with their shares; every tenth has no zone, every eighth no chapter."""
    homes = [(("", "", ""), 100 * 8 * 10)]
    for state, (share, zone) in words.STATES.items():
        chapter = state if state in words.CHAPTERS else ""
        for is_member, members in ((chapter, 7), ("", 1)):
            for known_zone, known in ((zone, 9), ("", 1)):
                homes.append(((known_zone, state, is_member), share * members * known))
    return homes


def _posts(random: Random) -> list[tuple[_Post, int]]:
    no_day = [""] * _LARGE
    joined = _days(random, range(2012, 2025), missing=0.15)
    ends = _ends(random, range(2024, 2029), missing=0.2)
    ended = _ends(random, range(2014, 2024), missing=0.3)
    posts: list[tuple[_Post, int]] = []
    for role, share in words.ROLES:
        if role not in {"elected", "former"}:
            posts.append(((role, "", None, joined if role == "prospective" else no_day, no_day), 100 * share))
            continue
        of_term = ends if role == "elected" else ended
        for office, kind, offices in words.OFFICES:
            posts.append(((role, office, kind, joined, of_term), share * offices))
    return posts


def _days(random: Random, years: Sequence[int], *, missing: float) -> list[str]:
    days = (
        f"{years[int(len(years) * random.random())]}-{1 + int(12 * random.random()):02}"
        f"-{1 + int(28 * random.random()):02}"
        for _ in range(_LARGE)
    )
    return [day if random.random() >= missing else "" for day in days]


def _ends(random: Random, years: Sequence[int], *, missing: float) -> list[str]:
    """Terms end with the year, and some, mostly of school boards, in June."""
    days = (
        f"{years[int(len(years) * random.random())]}-{'12-31' if random.random() < 0.8 else '06-30'}"
        for _ in range(_SMALL)
    )
    return [day if random.random() >= missing else "" for day in days]


def _lists(random: Random, choices: Sequence[str], sizes: Sequence[int], cards: int) -> list[str]:
    """Lists of some of the choices, in their order; ``sizes`` are the shares of those of 0, 1, 2… words."""
    lengths = _deck([(length, share) for length, share in enumerate(sizes)], 128)
    found = []
    for _ in range(cards):
        length = lengths[int(128 * random.random())]
        drawn: set[int] = set()
        while len(drawn) < length:
            drawn.add(int(len(choices) * _early(random)))
        found.append("; ".join(choices[number] for number in sorted(drawn)))
    return found
