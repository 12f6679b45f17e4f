"""What is kept of readers' opens and clicks (network.yaml: tracking), and who they are taken to be by."""

from typing import Literal, TypeAlias

from pydantic import Field

from lpdownload.model.event import EventKind
from lpdownload.model.text import Value

By: TypeAlias = Literal["person", "machine"]
"""Who is taken to have opened or clicked: a reader, or a program on the way to one."""


class Tracking(Value):
    """Opens are mostly programs' and tell nobody's interest, so they are not kept unless somebody asks."""

    opens: bool = Field(False, description="Whether opens that a provider reports are kept.")
    clicks: bool = Field(True, description="Whether clicks that a provider reports are kept.")

    @property
    def untracked(self) -> frozenset[EventKind]:
        """The kinds of events that are thrown away as they come in."""
        off: dict[EventKind, bool] = {"opened": not self.opens, "clicked": not self.clicks}
        return frozenset(kind for kind, is_off in off.items() if is_off)
