"""Whether somebody wrote nothing but that the mail is to stop, in English or Spanish.

Whole phrases only: who writes of a bus stop, or asks why nothing comes, stays. The greeting and what stands
below the sign-off count for nothing.
"""

import re
from typing import Final

_LONGEST: Final = 300
_ACCENTS: Final = str.maketrans("áéíóúüñ", "aeiouun")

_GREETING: Final = re.compile(
    r"(?:hi|hello|hey|dear|good (?:morning|afternoon|evening)"
    r"|hola|buen[oa]s(?: dias| tardes| noches)?|estimad[oa]s?)(?: [^,.!:;\n]{1,30})?\s*[,.!:;\n]\s*"
)
_SIGNED_OFF: Final = re.compile(
    r"\n\s*(?:(?:many )?thanks(?: you)?|thank you|thx|(?:best|kind|warm)(?: regards| wishes)?"
    r"|regards|sincerely|cheers|(?:muchas |mil )?gracias|(?:un |cordiales )?saludos?|atentamente)\b"
    r"[^\n]{0,30}(?:\n[^\n]{0,40}){0,4}\s*$"
)

_LIST: Final = (
    r"(?:(?:this|your|the|all|any|these|those) )*(?:(?:mailing|e ?mail|mail|distribution) )?"
    r"(?:lists?|newsletters?|e ?mails?|mails?|messages?|mailings?)"
)
_LISTA: Final = (
    r"(?:(?:la|sus?|est[ae]|el|l[oa]s|est[oa]s|mas) )?"
    r"(?:lista(?: de correos?)?|boletin(?:es)?|correos?|mensajes?|e ?mails?)"
)
_PHRASES: Final = (
    r"unsubscribe(?: me)?(?: (?:from|to) LIST)?",
    r"(?:remove|take|delete|get) me(?: (?:off|from|out of))?(?: (?:of )?LIST)?",
    r"remove(?: (?:my )?(?:e ?mail )?address)?(?: from LIST)?",
    r"stop(?: it| all| LIST)?|stopall",
    r"stop (?:sending|e ?mailing|mailing|writing|messaging|contacting)(?: to)?(?: me)?(?: any ?more)?"
    r"(?: LIST)?(?: to me)?",
    r"i (?:want|wish|would like|d like) (?:to )?(?:unsubscribe|opt out|be removed|be taken off|get off|leave)"
    r"(?: (?:from|of|off))*(?: LIST)?",
    r"i (?:do not|don ?t|no longer) (?:want|wish)(?: to)? (?:receive |get |have )?(?:more |any more )?LIST"
    r"(?: any ?more)?",
    r"opt ?(?:me )?out(?: (?:of|from) LIST)?",
    r"no more(?: LIST)?|end|quit",
    r"(?:quiero |quisiera |deseo |solicito |me gustaria )?(?:dar(?:me|se)?|denme|deme|dame) de baja"
    r"(?: (?:de|del) LA)?",
    r"(?:quiero |solicito )?(?:la |mi )?baja|alto|parar|paren?|basta",
    r"(?:quiero |quisiera |deseo )?(?:cancelar|cancelen|cancel[ea]) (?:la |mi |esta )?suscripcion"
    r"(?: (?:a|de|del) LA)?",
    r"(?:ya )?no (?:quiero|deseo|quisiera)(?: recibir)?(?: mas)? LA(?: mas)?",
    r"no (?:me )?(?:escriban|envien|manden|enviar|mandar) mas(?: LA)?|no mas(?: LA)?",
    r"(?:eliminar|elimin|borr|quit|saqu|sac)(?:arme|enme|eme|ame|me)(?: (?:de|del) LA)?",
    r"desuscrib(?:ir|irme|anme)",
)
_POLITE: Final = (
    r"(?:(?:please|kindly|can you|could you|would you|thanks|thank you|but|por favor|gracias|pero) )*"
)
_AT_LAST: Final = r"(?: (?:please|now|immediately|asap|thanks|thank you|por favor|ahora|ya|gracias))*"
_STOP: Final = re.compile(
    f"{_POLITE}(?:{'|'.join(_PHRASES)}){_AT_LAST}".replace("LIST", _LIST).replace("LA", _LISTA)
)


def says_stop(text: str) -> bool:
    """Whether somebody wrote nothing but that it is to stop."""
    if len(text) > _LONGEST:
        return False
    said = text.strip().lower().translate(_ACCENTS)
    said = _SIGNED_OFF.sub("", _GREETING.sub("", said, count=1) if _GREETING.match(said) else said)
    return bool(_STOP.fullmatch(" ".join(re.sub(r"[^a-z\s]", " ", said).split())))
