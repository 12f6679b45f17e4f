"""Whether a stream of Postmark's lets our unsubscribe headers through.

https://postmarkapp.com/developer/api/message-streams-api#get-message-stream
"""

from typing import Final

from lpdownload.errors import Finding
from lpdownload.providers.answers import answered, part_in, quoted, why
from lpdownload.providers.http import Caller

UNKNOWN_STREAM: Final = "unknown-stream"
"""The rule of the one finding that is a warning: Postmark does not tell."""
_ANOTHER: Final = "set the account's MESSAGE_STREAM to a broadcast stream in use"


def stream_findings(caller: Caller, stream: str, secret: str) -> tuple[Finding, ...]:
    """What speaks against it; empty if nothing does."""
    exchange = caller.call("GET", f"/message-streams/{stream}", idempotent=True)
    answer = answered(exchange.body)
    kind = answer.get("MessageStreamType")
    name = f"the stream {stream} at Postmark"
    if exchange.status == 404 and "ErrorCode" in answer:
        return (Finding("wrong-stream", f"there is no stream {stream} at Postmark", _ANOTHER),)
    if exchange.status != 200 or not isinstance(kind, str):
        message = f"nothing is known of {name} ({why(exchange, secret)})"
        hint = "see in Postmark that it is a broadcast stream without Postmark's own unsubscribe link"
        return (Finding(UNKNOWN_STREAM, message, hint, "warning"),)
    if kind != "Broadcasts":
        return (
            Finding("wrong-stream", f"{name} is not for newsletters: its type is {quoted(kind)}", _ANOTHER),
        )
    if answer.get("ArchivedAt"):
        return (Finding("wrong-stream", f"{name} is archived", _ANOTHER),)
    if part_in(answer, "SubscriptionManagementConfiguration").get("UnsubscribeHandlingType") == "Postmark":
        message = f"{name} puts Postmark's unsubscribe link and headers in place of ours"
        hint = "have its support allow you to manage unsubscribes on your own, then set that in the stream"
        return (Finding("their-unsubscribe", message, hint),)
    return ()
