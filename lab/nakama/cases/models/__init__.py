"""The tables of the room."""

from lab.nakama.cases.models.asking import Invitation, Quote, Reply, Wave
from lab.nakama.cases.models.awards import Award, Order, PriceTalk
from lab.nakama.cases.models.cases import Case, CaseParty, CasePrivate
from lab.nakama.cases.models.drawings import Drawing, DrawingGrant, DrawingLook, NdaAcceptance
from lab.nakama.cases.models.making import Outcome, Rating, StepRecord
from lab.nakama.cases.models.steps import CaseStep, HubTemplate, Proposal
from lab.nakama.cases.models.trust import FirstJobLift

__all__ = [
    "Award",
    "Case",
    "CaseParty",
    "CasePrivate",
    "CaseStep",
    "Drawing",
    "DrawingGrant",
    "DrawingLook",
    "FirstJobLift",
    "HubTemplate",
    "Invitation",
    "NdaAcceptance",
    "Order",
    "Outcome",
    "PriceTalk",
    "Proposal",
    "Quote",
    "Rating",
    "Reply",
    "StepRecord",
    "Wave",
]
