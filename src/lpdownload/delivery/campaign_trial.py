"""A campaign mailed to the newsroom's own people by the provider's call for tests.

It needs a campaign on their side, which stays there as a draft that says [TEST] in its subject: one for each
content, found again when the same is tried out once more. It is filled with what they know, not with ours.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime

from lpdownload.delivery.test_send import TestSent, marked
from lpdownload.errors import InvalidInput
from lpdownload.model.content import WEB_URL
from lpdownload.model.delivery import Accepted, Mail, Outcome, Refused
from lpdownload.providers.campaigns import CampaignFault, CampaignProvider, Target
from lpdownload.render.render import Rendering
from lpdownload.store import test_sends
from lpdownload.store.database import Database
from lpdownload.store.facts import ledger_name


def send_trial(
    rendering: Rendering,
    provider: CampaignProvider,
    database: Database,
    *,
    account: str,
    target: Target,
    addresses: Sequence[str],
) -> tuple[TestSent, ...]:
    """What became of each address, in order: one answer for all. Written down before it leaves.

    InvalidInput with all that the provider cannot carry; then nothing is made.
    """
    now = datetime.now(UTC)
    with database.writing() as connection:
        name = f"{ledger_name(connection)}-test-{rendering.content.digest[:12]}"
    content = marked(rendering.content).bind(**{WEB_URL: rendering.issue.url})
    mail = Mail(content, rendering.issue.key, name, date=now)
    if errors := [finding for finding in provider.refusals(mail) if finding.severity == "error"]:
        raise InvalidInput(errors)
    with database.writing() as connection:
        begun = test_sends.begin(connection, rendering.issue.key, account, addresses, now)
    outcome = _tried(provider, name, target, mail, addresses)
    sent = tuple(TestSent(address, outcome) for address in addresses)
    with database.writing() as connection:
        for number, one in zip(begun, sent, strict=True):
            test_sends.end(connection, number, one.word)
    return sent


def _tried(
    provider: CampaignProvider, name: str, target: Target, mail: Mail, addresses: Sequence[str]
) -> Outcome:
    try:
        campaign = provider.create(name, target, mail)
        if campaign.state != "draft":
            return Refused(f"{provider.capabilities.title} has the test's campaign as {campaign.state}")
        provider.set_content(campaign.id, mail)
        provider.test(campaign.id, addresses)
    except CampaignFault as fault:
        remedy = fault.findings[0].hint
        return replace(fault.outcome, reason=f"{fault.outcome.reason}{remedy and f'; {remedy}'}")
    return Accepted(campaign.id)
