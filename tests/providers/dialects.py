"""What each provider of family A says over HTTP, for the contract suite: one table, a line for each."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from pydantic import SecretStr
from tests.providers.loopback import Answer, Asked

from lpdownload.providers import mailgun, postmark, resend, sendgrid, ses
from lpdownload.providers.base import MessageProvider

SECRET: Final = "s3cr3t-k3y-of-a-test"


@dataclass(frozen=True)
class Dialect:
    """A provider, and what its service answers."""

    name: str
    opened: Callable[[str], MessageProvider]
    """At that address."""
    taken: Callable[[Asked], Answer]
    partly: Callable[[Asked], Answer] | None = None
    """A 200 in which the second recipient is refused."""
    doubled: Callable[[Asked], Answer] | None = None
    """A 200 that names everybody twice."""
    a_call_each: bool = False
    body_matters: bool = True
    """False if the status alone says that it was taken."""


def _items(asked: Asked) -> list[dict[str, object]]:
    found: list[dict[str, object]] = json.loads(asked.body)
    return found


def _resend_ids(count: int) -> list[dict[str, str]]:
    return [{"id": f"re-{number}"} for number in range(count)]


def _resend_partly(asked: Asked) -> Answer:
    errors = [{"index": 1, "message": f"ben@example.org is not valid, says {SECRET}"}]
    return Answer.json({"data": _resend_ids(len(_items(asked)) - 1), "errors": errors})


def _postmark_items(asked: Asked) -> list[dict[str, object]]:
    return [
        {"To": item["To"], "MessageID": f"pm-{number}", "ErrorCode": 0, "Message": "OK"}
        for number, item in enumerate(_items(asked))
    ]


def _postmark_partly(asked: Asked) -> Answer:
    items = _postmark_items(asked)
    items[1] = {"ErrorCode": 406, "Message": f"ben@example.org is inactive, says {SECRET}"}
    return Answer.json(items)


def _doubled(items: Sequence[object]) -> list[object]:
    return [*items, *items]


def _ses(url: str) -> MessageProvider:
    key = SecretStr(SECRET)
    return ses.open_provider(
        ses.Settings(region="us-east-1", access_key_id="AKID", secret_access_key=key, endpoint_url=url)
    )


DIALECTS: Final = (
    Dialect(
        "sendgrid",
        lambda url: sendgrid.open_provider(sendgrid.Settings(api_key=SecretStr(SECRET), base_url=url)),
        lambda _: Answer(202, headers={"X-Message-Id": "sg-1"}),
        body_matters=False,
    ),
    Dialect(
        "mailgun",
        lambda url: mailgun.open_provider(
            mailgun.Settings(api_key=SecretStr(SECRET), domain="news.example.org", base_url=url)
        ),
        lambda _: Answer.json({"id": "<mg-1@news.example.org>", "message": "Queued. Thank you."}),
    ),
    Dialect(
        "resend",
        lambda url: resend.open_provider(resend.Settings(api_key=SecretStr(SECRET), base_url=url)),
        lambda asked: Answer.json({"data": _resend_ids(len(_items(asked)))}),
        _resend_partly,
        lambda asked: Answer.json({"data": _doubled(_resend_ids(len(_items(asked))))}),
    ),
    Dialect(
        "postmark",
        lambda url: postmark.open_provider(postmark.Settings(api_key=SecretStr(SECRET), base_url=url)),
        lambda asked: Answer.json(_postmark_items(asked)),
        _postmark_partly,
        lambda asked: Answer.json(_doubled(_postmark_items(asked))),
    ),
    Dialect("ses", _ses, lambda _: Answer.json({"MessageId": "ses-1"}), a_call_each=True),
)
