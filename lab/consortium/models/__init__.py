"""Tables of the room."""

from lab.consortium.models.collabs import Collab, CollabOrder, CollabParty
from lab.consortium.models.meetings import (
    Attendance,
    Document,
    DocumentReader,
    Meeting,
    MeetingAction,
    Minutes,
)
from lab.consortium.models.members import Contact, Member
from lab.consortium.models.projects import Project, ProjectAnswer, ProjectSide
from lab.consortium.models.referrals import Referral, ReferralItem, ReferralLook

__all__ = [
    "Attendance",
    "Collab",
    "CollabOrder",
    "CollabParty",
    "Contact",
    "Document",
    "DocumentReader",
    "Meeting",
    "MeetingAction",
    "Member",
    "Minutes",
    "Project",
    "ProjectAnswer",
    "ProjectSide",
    "Referral",
    "ReferralItem",
    "ReferralLook",
]
