"""目標値 and 基準値: every change is a new version with its reason; the dashboard reads the newest."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from decimal import Decimal
from typing import Any

from django.db import connection, transaction
from django.utils.translation import gettext as _

from kpi.indicators import BY_CODE
from kpi.models import Target
from kpi.releases import policies
from kpi.releases.models import Baseline, TargetVersion
from kpi.releases.services.errors import Refused
from kpi.releases.subjects import subject_of
from portal.kernel import audit
from portal.kernel.actor import Actor
from portal.kernel.database import acting

MOST_TARGET = 1_000_000
_LOCK_CLASS = 473


@dataclass(frozen=True, slots=True)
class Goal:
    """A target to set. `path`: totals due at the end of June, September and December, or empty."""

    indicator: str
    ward_id: int
    fiscal_year: int
    value: int
    path: Sequence[int] = ()
    basis: str = ""


@dataclass(frozen=True, slots=True)
class Base:
    """A baseline or benchmark to set."""

    indicator: str
    kind: str
    value: Decimal
    period: str
    source: str


def target_set(*, actor: Actor, goals: Sequence[Goal], reason: str) -> list[TargetVersion]:
    """Set these targets, all or none; those that change nothing are left out.

    Raises RoleMissing (another ward's), Refused (unknown, no reason or basis, a path that falls).
    """
    for goal in goals:
        policies.require(policies.may_set_target(actor, goal.ward_id))
        _check(goal)
    if not reason.strip():
        raise Refused(_("目標を変える理由を入力してください。"))
    with transaction.atomic(), acting(actor.elevated()):
        written = [row for goal in goals if (row := _set(actor, goal, reason.strip())) is not None]
        if not written:
            raise Refused(_("どの目標も変わっていません。値を変えてから保存してください。"))
        audit.record(
            actor=actor,
            action="releases.targets_set",
            reason=reason.strip(),
            ward_id=actor.ward_id,
            detail={"targets": [str(row) for row in written][:100], "count": len(written)},
        )
    return written


def targets_adopt(*, actor: Actor, reason: str) -> int:
    """A first version of every target that stands without one; returns how many. As the system."""
    known = set(TargetVersion.objects.values_list("indicator", "ward_id", "fiscal_year"))
    rows = [
        TargetVersion(
            indicator=row.indicator,
            ward_id=row.ward_id,
            fiscal_year=row.fiscal_year,
            value=row.value,
            path=row.path,
            basis=row.basis,
            reason=reason,
            set_by_id=actor.user_id,
        )
        for row in Target.objects.order_by("fiscal_year", "indicator", "ward_id")
        if (row.indicator, row.ward_id, row.fiscal_year) not in known
    ]
    return len(TargetVersion.objects.bulk_create(rows))


def baseline_set(*, actor: Actor, base: Base, reason: str) -> Baseline:
    """A new version of an indicator's baseline. Raises RoleMissing, Refused."""
    policies.require(policies.may_make(actor))
    if subject_of(base.indicator) is None or base.kind not in Baseline.Kind.values:
        raise Refused(_("指標と種類を選んでください。"))
    if not base.source.strip() or not base.period.strip():
        raise Refused(_("いつの数値か（時点）と、出典を入力してください。"))
    if not reason.strip():
        raise Refused(_("基準値を変える理由を入力してください。"))
    with transaction.atomic(), acting(actor.elevated()):
        values = asdict(base) | {"source": base.source.strip(), "period": base.period.strip()}
        row = Baseline.objects.create(reason=reason.strip(), set_by_id=actor.user_id, **values)
        audit.record(
            actor=actor,
            action="releases.baseline_set",
            obj=row,
            reason=reason.strip(),
            detail={"value": str(base.value), "source": base.source.strip()},
        )
    return row


def _check(goal: Goal) -> None:
    """Raises Refused."""
    if goal.indicator not in BY_CODE:
        raise Refused(_("この指標の目標は、区ごとには決めません。"))
    if not 0 <= goal.value <= MOST_TARGET:
        raise Refused(_("目標は0から1,000,000までにしてください。"))
    if not goal.basis.strip():
        raise Refused(_("根拠を入力してください。例：支援策②の目標を区内の工場数で按分"))
    steps = [*goal.path, goal.value]
    if goal.path and (len(goal.path) != 3 or steps != sorted(steps)):
        raise Refused(
            _(
                "途中の目標は、6月末・9月末・12月末の累計を小さい順に、年度末の目標以下で入れてください。"
            )
        )


def _set(actor: Actor, goal: Goal, reason: str) -> TargetVersion | None:
    """The new version; None where nothing changes. Waits for others who set the same target."""
    place: dict[str, Any] = {
        "indicator": goal.indicator,
        "ward_id": goal.ward_id,
        "fiscal_year": goal.fiscal_year,
    }
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock(%s, hashtext(%s))",
            [_LOCK_CLASS, f"{goal.indicator}:{goal.ward_id}:{goal.fiscal_year}"],
        )
    newest = TargetVersion.objects.filter(**place).order_by("-pk").first()
    values: dict[str, Any] = {
        "value": goal.value,
        "path": list(goal.path),
        "basis": goal.basis.strip(),
    }
    if newest is not None and all(getattr(newest, name) == told for name, told in values.items()):
        return None
    Target.objects.update_or_create(**place, defaults=values)
    return TargetVersion.objects.create(**place, **values, reason=reason, set_by_id=actor.user_id)
