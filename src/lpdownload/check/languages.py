"""Which language a text is certainly in: by its script, or by the small words that every sentence has."""

import re

ENOUGH_WORDS = 20
"""A shorter text may be a name, a title or a quotation."""

# The commonest short words of each, as far as the others have few of them; "de" and "la" are no sign of any.
_WORDS = {
    "en": "the and of to is that with for this are was have you your our from will by they we it not be",
    "es": "el los las una que para con por del está esta este como más su sus pero también nuestra y en se",
    "fr": "le les des une que pour avec par du est cette ce plus son ses mais aussi notre nos et dans au aux",
    "pt": "o os as uma que para com por do da está esta este mais seu mas também nossa nosso e em ao na no",
    "ht": "nan ak yo pou ki sa nou li se pa gen sou ou tout moun ki kap yon",
    "vi": "và của là có cho không được những trong với các một để người này khi đã về chúng",
    "tl": "ang ng mga sa na ay at para kung ito siya hindi namin natin kayo din rin",
    "de": "der die das und ist nicht mit für von den dem ein eine zu auf wir sie auch werden im",
    "so": "iyo waa in oo ku ka ay ah soo la waxaa si uu ayaa",
}
_SETS = {language: frozenset(words.split()) for language, words in _WORDS.items()}

_SCRIPTS = {
    "Cyrillic": ("\u0400-\u052f", {"ru", "uk", "be", "bg", "sr", "mk", "kk", "ky", "mn", "tg"}),
    "Greek": ("\u0370-\u03ff", {"el"}),
    "Hebrew": ("\u0590-\u05ff", {"he", "yi"}),
    "Arabic": ("\u0600-\u06ff", {"ar", "fa", "ur", "ps", "ku", "ug", "sd"}),
    "Devanagari": ("\u0900-\u097f", {"hi", "mr", "ne", "sa"}),
    "Bengali": ("\u0980-\u09ff", {"bn", "as"}),
    "Thai": ("\u0e00-\u0e7f", {"th"}),
    "Armenian": ("\u0530-\u058f", {"hy"}),
    "Ethiopic": ("\u1200-\u137f", {"am", "ti"}),
    "Hangul": ("\uac00-\ud7af", {"ko"}),
    "Chinese or Japanese": ("\u3040-\u30ff\u4e00-\u9fff", {"zh", "yue", "ja"}),
}
_LETTERS = {name: re.compile(f"[{letters}]") for name, (letters, _) in _SCRIPTS.items()}
_NOT_LATIN = re.compile(f"[{''.join(letters for letters, _ in _SCRIPTS.values())}]")
_ENOUGH_LETTERS = 20
_LATIN = re.compile(r"[A-Za-z]")
_WORD = re.compile(r"[^\W\d_]+")


def other_language(text: str, declared: str) -> str:
    """The language or script of ``text``, if that is certain and not ``declared``; else nothing."""
    base = declared.partition("-")[0]
    if _NOT_LATIN.search(text) and (script := _other_script(text, base)):
        return script
    if text.count(" ") < ENOUGH_WORDS or base not in _SETS:
        return ""
    words = [word.lower() for word in _WORD.findall(text)]
    own = sum(word in _SETS[base] for word in words) / max(1, len(words))
    if own > 0.05 or len(words) < ENOUGH_WORDS:
        return ""
    shares = {other: sum(word in known for word in words) / len(words) for other, known in _SETS.items()}
    best = max(shares, key=lambda other: shares[other])
    return best if shares[best] >= 0.25 else ""


def _other_script(text: str, base: str) -> str:
    latin = len(_LATIN.findall(text))
    for name, (_, languages) in _SCRIPTS.items():
        count = len(_LETTERS[name].findall(text))
        if count >= _ENOUGH_LETTERS and count > 4 * latin and base not in languages:
            return next(iter(languages)) if len(languages) == 1 else f"{name} script"
    return ""
