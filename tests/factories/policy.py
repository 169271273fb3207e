"""Evaluation sheets for tests."""

import datetime as dt

from kpi.policy.models import Sheet
from kpi.policy.services import TYPED
from portal.kernel import clock
from tests.factories.programs import SUMIDA

TEXTS = {
    **{name: f"試験の{name}" for name in TYPED},
    "need": "high",
    "effect": "middle",
    "efficiency": "low",
    "direction": "continue",
}
FIGURES = {
    "lines": [
        {"code": "2-OP1", "planned": "10", "actual": "8", "percent": 80, "year": None},
        {"code": "2-OC", "planned": "80", "actual": "—", "percent": None, "year": None},
    ],
    "costs": [
        {
            "key": "stage_1",
            "budget": 5_000_000,
            "decided": 4_000_000,
            "paid": 1_000_000,
            "count": 8,
            "each": 500_000,
        },
        {
            "key": "staff",
            "budget": None,
            "decided": None,
            "paid": None,
            "count": None,
            "each": None,
        },
    ],
}


def sheet(*, written_by, status="waiting", **fields):
    """A sheet of 墨田区 about the grants, handed over today."""
    values = {
        "ward_id": SUMIDA,
        "fiscal_year": clock.fiscal_year(clock.today()),
        "package": 2,
        "status": status,
        "figures": FIGURES,
        "as_of": clock.today() - dt.timedelta(days=1),
        "written_by_id": written_by,
        **TEXTS,
    }
    return Sheet.objects.create(**{**values, **fields})
