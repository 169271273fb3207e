"""Tables of the room."""

from advisors.models.engagements import Engagement, EngagementChange, SupportRequest, TeamMember
from advisors.models.registry import Advisor, FeeTable
from advisors.models.visits import NextAction, Visit, VisitPhoto

__all__ = [
    "Advisor",
    "Engagement",
    "EngagementChange",
    "FeeTable",
    "NextAction",
    "SupportRequest",
    "TeamMember",
    "Visit",
    "VisitPhoto",
]
