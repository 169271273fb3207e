"""The call's money (予算): three columns that grants move through, and the ledger behind them.

決定 → 確定 → 支払. Every movement is one conditional UPDATE of the call, with a CHECK behind it, and
one ledger row per column touched. Called inside the transaction of the act that causes it.

In a first-come call (先着順) a grant leaves what undecided applications ahead of it ask for, and the
part reserved for graduates (修了者の枠); the condition is that of `rules.pools.fits`, in SQL.
"""

from django.db import connection
from django.db.models import F, Q, QuerySet, Sum
from django.db.models.functions import Coalesce

from subsidies import states
from subsidies.models import Application, BudgetEntry, Call
from subsidies.rules.pools import Ahead
from subsidies.rules.scheme import GRADUATE
from subsidies.services.errors import BudgetExceeded

Column = BudgetEntry.Column
# Events of what frees money of a call's budget, before or after the decision, or adds to it.
FREEING = (
    "subsidies.budget_changed",
    "subsidies.application_withdrawn",
    "subsidies.application_decided",
    "subsidies.grant_withdrawn",
    "subsidies.grant_cancelled",
    "subsidies.grant_revoked",
    "subsidies.grant_finalised",
    # A change (変更) or a revocation of a part lowers what is decided; what comes back is free again.
    "grants.ruled",
    "grants.recovery_returned",
)


def commit(application: Application, yen: int, *, kind: str = "grant") -> None:
    """Take `yen` from the call's budget into 決定. Raises BudgetExceeded with what is left."""
    if not yen:
        return
    if not _take(application, yen, ahead_of(application), kind=kind):
        # Somebody ahead may have been decided since: asked again with the call locked.
        call = Call.objects.select_for_update().get(pk=application.call_id)
        ahead = ahead_of(application)
        if not _take(application, yen, ahead, kind=kind):
            in_turn = call.committed_yen + yen <= call.budget_yen
            raise BudgetExceeded(call.left_yen, in_turn=in_turn)


def ahead_of(application: Application) -> Ahead:
    """What undecided applications that arrived earlier ask for (円); nothing where a round decides.

    One whose decision is proposed holds the amount of the proposal.
    """
    if application.call.mode != Call.Mode.FIRST_COME or application.submitted_at is None:
        return Ahead()
    asked = Coalesce(F("decision__amount_yen"), F("requested_yen"), 0)
    graduate = Q(applicant_class=GRADUATE)
    sums = before(application).aggregate(
        general=Coalesce(Sum(asked, filter=~graduate), 0),
        graduate=Coalesce(Sum(asked, filter=graduate), 0),
    )
    return Ahead(sums["general"], sums["graduate"])


def before(application: Application) -> QuerySet[Application]:
    """The undecided applications of the same call that arrived earlier."""
    return Application.objects.filter(
        Q(submitted_at__lt=application.submitted_at)
        | Q(submitted_at=application.submitted_at, pk__lt=application.pk),
        call_id=application.call_id,
        status__in=states.OPEN,
    )


def release(application: Application, yen: int, *, column: Column, kind: str) -> None:
    """Give `yen` of a column back to the budget (変更減, 取下げ, 廃止, 取消)."""
    field = _field(column)
    back = {"committed_yen": F("committed_yen") - yen, field: F(field) - yen}
    if application.applicant_class == GRADUATE:
        back["graduate_yen"] = F("graduate_yen") - yen
    Call.objects.filter(pk=application.call_id).update(**back)
    _record(application, kind, {column: -yen})


def move(application: Application, yen: int, *, source: Column, target: Column, kind: str) -> None:
    """Move `yen` on to the next column (額の確定, 支払)."""
    source_field, target_field = _field(source), _field(target)
    Call.objects.filter(pk=application.call_id).update(
        **{source_field: F(source_field) - yen, target_field: F(target_field) + yen}
    )
    _record(application, kind, {source: -yen, target: yen})


# One statement, so that the call's row is locked for as short as can be while many decide at once.
# The condition is that of `rules.pools.fits`.
_TAKE = """
    WITH taken AS (
        UPDATE subsidies_call SET
            committed_yen = committed_yen + %(yen)s,
            decided_yen = decided_yen + %(yen)s,
            graduate_yen = graduate_yen + CASE WHEN %(graduate)s THEN %(yen)s ELSE 0 END
        WHERE id = %(call)s AND budget_yen >= %(yen)s + CASE
            WHEN %(graduate)s THEN committed_yen + %(graduates_ahead)s + LEAST(
                GREATEST(budget_yen - reserved_yen - committed_yen + graduate_yen, 0),
                %(general_ahead)s
            )
            ELSE committed_yen - graduate_yen + %(general_ahead)s
                + GREATEST(reserved_yen, graduate_yen + %(graduates_ahead)s)
        END
        RETURNING id
    )
    INSERT INTO subsidies_budgetentry (call_id, application_id, "column", amount_yen, kind)
    SELECT id, %(application)s, %(column)s, %(yen)s, %(kind)s FROM taken
"""


def _take(application: Application, yen: int, ahead: Ahead, *, kind: str) -> bool:
    """The conditional UPDATE with its ledger row; False when the money is not there."""
    with connection.cursor() as cursor:
        cursor.execute(
            _TAKE,
            {
                "yen": yen,
                "graduate": application.applicant_class == GRADUATE,
                "call": application.call_id,
                "general_ahead": ahead.general_yen,
                "graduates_ahead": ahead.graduate_yen,
                "application": application.pk,
                "column": Column.DECIDED.value,
                "kind": kind,
            },
        )
        return cursor.rowcount == 1


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
