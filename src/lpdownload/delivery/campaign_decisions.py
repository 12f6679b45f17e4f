"""What people decide about a send through a campaign: theirs is told first, the ledger follows."""

from datetime import UTC, datetime

from lpdownload.audience.audience import ask, counted
from lpdownload.delivery.campaign import carry_on, judge_of
from lpdownload.delivery.campaign_gate import their_side
from lpdownload.delivery.campaign_services import CampaignServices
from lpdownload.delivery.campaign_step import keep_in_step
from lpdownload.errors import Finding, InvalidInput
from lpdownload.model.ledger import Send
from lpdownload.providers.campaigns import Campaign
from lpdownload.store import sends
from lpdownload.store.database import Database


def pause(database: Database, services: CampaignServices, send: Send, *, by: str, why: str) -> Send:
    """Takes it off their schedule. InvalidInput for one that is going out: that can only be ended."""
    provider = services.of(send.account)
    send, found = _settled(database, services, send)
    if found and found.state in {"sending", "sent"}:
        title = provider.capabilities.title
        message = f"{title} has it as {found.state}, which cannot be held and gone on with later"
        raise InvalidInput(
            [Finding("begun", message, f"lpdownload sends cancel {send.id} stops it for good")]
        )
    if found and found.state == "scheduled":
        provider.cancel(found.id)
    with database.writing() as connection:
        return sends.move(connection, send.id, "paused", by=by, why=why, now=datetime.now(UTC))


def cancel(database: Database, services: CampaignServices, send: Send, *, by: str, why: str) -> Send:
    """Ends it there and here; one that they have sent already is done."""
    provider = services.of(send.account)
    send, found = _settled(database, services, send)
    if found and found.state not in {"draft", "cancelled", "sent"}:
        provider.cancel(found.id)
        found = provider.status(found.id)
    if found and found.state in {"cancelled", "sent"}:
        return keep_in_step(database, services, send)[0]
    with database.writing() as connection:
        sends.cancel(connection, send.id, by=by, why=why, now=datetime.now(UTC))
        sends.change(connection, send.id, started_at=None)  # what is a draft there has gone to nobody
        return sends.find(connection, send.id)


def _settled(database: Database, services: CampaignServices, send: Send) -> tuple[Send, Campaign | None]:
    """In step; InvalidInput while another process may be telling them to send it."""
    send, found = keep_in_step(database, services, send)
    if send.state == "sending" and (found is None or found.state == "draft"):
        hint = f"wait some minutes: lpdownload sends show {send.id}"
        raise InvalidInput([Finding("handing-over", f"send {send.id} is being handed over", hint)])
    return send, found


def resume(
    database: Database,
    services: CampaignServices,
    send: Send,
    *,
    by: str,
    why: str,
    at: datetime | None = None,
) -> Send:
    """Follows their campaign if it is under way; else goes on with making it, for ``at``, or for its own time
    if that is not over, or at once. Of two who resume, the other is told that it is not paused any more.
    """
    provider = services.of(send.account)
    send, found = keep_in_step(database, services, send)
    if send.state != "paused":
        return send
    if found and found.state not in {"draft", "cancelled"}:
        message = f"{provider.capabilities.title} has it as {found.state}"
        raise InvalidInput([Finding("campaign-state", message, f"look at it there: {found.link}")])
    library = services.library
    theirs = their_side(library, provider, send.issue)
    with database.reading() as connection:
        asked = ask(library, connection, send.issue)
        said = {one.what for one in sends.decisions(connection, send.id)}
        judge = judge_of(asked, counted(connection, asked), "waived count" in said)
    if theirs.people is not None and (wrong := judge(theirs.people)):
        raise InvalidInput(wrong)
    with database.writing() as connection:
        now = datetime.now(UTC)
        sends.move(connection, send.id, "scheduled", by=by, why=why, now=now, what="resumed")
        sends.change(connection, send.id, starts_at=at or max(send.starts_at, now))
    return carry_on(database, provider, send.id, theirs, judge)


def reschedule(
    database: Database, services: CampaignServices, send: Send, at: datetime, *, by: str, why: str
) -> Send:
    """Takes it off their schedule, and puts it there at another time."""
    if send.state != "paused":
        send = pause(database, services, send, by=by, why=f"rescheduled to {at:%Y-%m-%dT%H:%M:%SZ}")
    return resume(database, services, send, by=by, why=why, at=at)
