"""A suppression: an address never to be mailed, and why."""

from typing import Literal, TypeAlias

SuppressionReason: TypeAlias = Literal["bounced", "complained", "unsubscribed", "erased", "staff"]
"""unsubscribed: from everything. staff: somebody of the newsroom said so."""
