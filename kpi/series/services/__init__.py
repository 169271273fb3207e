"""Everything that writes in the room."""

from kpi.series.services.accounts import (
    accounts_listed,
    accounts_save,
    accounts_viewed,
    consent_say,
    report_take,
)
from kpi.series.services.errors import Held, Misfit, Refused, Stale
from kpi.series.services.growth import growth_write
from kpi.series.services.panel import panel_refresh, productivity_write

__all__ = [
    "Held",
    "Misfit",
    "Refused",
    "Stale",
    "accounts_listed",
    "accounts_save",
    "accounts_viewed",
    "consent_say",
    "growth_write",
    "panel_refresh",
    "productivity_write",
    "report_take",
]
