"""An effect report begins with the accounting year that the firm has entered already."""

from collections.abc import Mapping

from kpi.series import selectors
from kpi.series.models import Accounts
from portal.kernel import clock
from subsidies.grants.models import Filing
from subsidies.models import Grant
from subsidies.obligations import known
from subsidies.obligations.rules.effects import COMPONENTS
from subsidies.obligations.rules.plan import EFFECT_REPORT


@known.register
def of_accounts(grant: Grant) -> Mapping[str, str]:
    """The oldest year since the decision that no report of the grant has told; seen as the firm."""
    rows = Accounts.objects.filter(
        firm_id=grant.firm_id, period_end__gt=grant.decided_on, period_end__lte=clock.today()
    )
    told = {
        str(content.get("period_end", ""))
        for content in Filing.objects.filter(grant=grant, kind=EFFECT_REPORT).values_list(
            "content", flat=True
        )
    }
    open_years = [
        row
        for row in selectors.only_newest(rows.order_by("-period_end", "-number"))
        if row.months == selectors.FULL_YEAR
        and row.period_end.isoformat() not in told
        and row.source != Accounts.Source.EFFECT
    ]
    if not open_years:
        return {}
    row = open_years[-1]
    figures = selectors.figures_of(row)
    if "wages" in figures and "salaries" in figures:
        figures["labour"] = figures["wages"] + figures["salaries"]
    answers = {
        f"after_{item.code}": _typed(figures[item.code])
        for item in COMPONENTS
        if item.code in figures
    }
    return {"period_end": row.period_end.isoformat(), **answers}


def _typed(value: int) -> str:
    return f"△{-value:,}" if value < 0 else f"{value:,}"
