"""How late an issue may still go out when its time has passed while nothing was running."""

import re
from datetime import timedelta
from typing import Annotated, Final

from pydantic import BeforeValidator, WithJsonSchema

from lpdownload.model.text import refuse

ASK_AFTER: Final = timedelta(hours=1)
SKIP_AFTER: Final = timedelta(minutes=5)
"""More than a worker needs that is started anew every minute."""

_UNITS: Final = {"m": "minutes", "h": "hours", "d": "days"}
_WITHIN: Final = r"within +[1-9][0-9]{0,3} ?[mhd]"
_FORMS: Final = "ask, skip, or within 2h (also 90m, 1d)"


def _late(value: object) -> object:
    if not isinstance(value, str):
        return value
    text = value.strip(" ")
    if text in {"ask", "skip"}:
        return text
    if not re.fullmatch(_WITHIN, text):
        raise refuse("bad-late", f"not a rule for a late send: {text}", _FORMS)
    number = int(text.removeprefix("within")[:-1])
    return str(timedelta(**{_UNITS[text[-1]]: number}) // timedelta(seconds=1))


Late = Annotated[
    str,
    BeforeValidator(_late),
    WithJsonSchema({"type": "string", "pattern": rf"^ *(ask|skip|{_WITHIN}) *$"}),
]
"""ask, skip, or within 2h, 90m or 1d; kept as ask, skip, or seconds in digits, as the ledger has it."""


def most_late(late: str) -> timedelta:
    """How late a send may begin without a question. ValueError for what is no normal form of Late."""
    return {"ask": ASK_AFTER, "skip": SKIP_AFTER}.get(late) or timedelta(seconds=int(late))
