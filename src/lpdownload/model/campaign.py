"""A newsletter's readers on the list of a provider that holds it itself (newsletter.yaml: campaign)."""

from typing import Annotated

from pydantic import Field

from lpdownload.model.text import Slug, Value

TheirId = Annotated[str, Field(pattern=r"^[A-Za-z0-9-]{1,80}$")]


class CampaignList(Value):
    """Their list, and their segments for ours. The ids are the provider's."""

    audience: TheirId = Field(description="Their list: Mailchimp's audience ID; `group` at Action Network.")
    segment: TheirId | None = Field(
        None,
        description="Their segment, tag or query that holds this newsletter's readers; everybody on the "
        "list if not given.",
    )
    segments: dict[Slug, TheirId] = Field(
        {}, description="Their segments for ours, by our name: for issues that go to one of ours only."
    )
