"""Tables of the room: firms' yearly accounts, external series, what was handed in to be taken over."""

from kpi.series.models.accounts import Accounts, Consent
from kpi.series.models.deflators import Deflator, DeflatorYear
from kpi.series.models.intakes import Intake, IntakeRow
from kpi.series.models.statistics import Edition, Panel, Statistic

__all__ = [
    "Accounts",
    "Consent",
    "Deflator",
    "DeflatorYear",
    "Edition",
    "Intake",
    "IntakeRow",
    "Panel",
    "Statistic",
]
