"""The call's money (予算): three columns that grants move through, and the ledger behind them.

決定 → 確定 → 支払. Every movement is one conditional UPDATE of the call, with a CHECK behind it, and
one ledger row per column touched. Called inside the transaction of the act that causes it.
"""

from django.db.models import F

from subsidies.models import Application, BudgetEntry, Call
from subsidies.services.errors import BudgetExceeded

Column = BudgetEntry.Column


def commit(application: Application, yen: int, *, kind: str = "grant") -> None:
    """Take `yen` from the call's budget into 決定. Raises BudgetExceeded with what is left."""
    rows = Call.objects.filter(pk=application.call_id, committed_yen__lte=F("budget_yen") - yen)
    if rows.update(committed_yen=F("committed_yen") + yen, decided_yen=F("decided_yen") + yen) != 1:
        raise BudgetExceeded(Call.objects.get(pk=application.call_id).left_yen)
    _record(application, kind, {Column.DECIDED: yen})


def release(application: Application, yen: int, *, column: Column, kind: str) -> None:
    """Give `yen` of a column back to the budget (変更減, 取下げ, 廃止, 取消)."""
    field = _field(column)
    Call.objects.filter(pk=application.call_id).update(
        **{"committed_yen": F("committed_yen") - yen, field: F(field) - yen}
    )
    _record(application, kind, {column: -yen})


def move(application: Application, yen: int, *, source: Column, target: Column, kind: str) -> None:
    """Move `yen` on to the next column (額の確定, 支払)."""
    source_field, target_field = _field(source), _field(target)
    Call.objects.filter(pk=application.call_id).update(
        **{source_field: F(source_field) - yen, target_field: F(target_field) + yen}
    )
    _record(application, kind, {source: -yen, target: yen})


def _field(column: Column) -> str:
    return f"{column.value}_yen"


def _record(application: Application, kind: str, amounts: dict[Column, int]) -> None:
    BudgetEntry.objects.bulk_create(
        BudgetEntry(
            call_id=application.call_id,
            application=application,
            column=column,
            amount_yen=yen,
            kind=kind,
        )
        for column, yen in amounts.items()
        if yen
    )
