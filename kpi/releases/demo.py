"""The demonstration's releases: 速報 of every month, 確報 of the years that are over, a 改訂, an embargo.

Made by the room's services at watermarks of the past; what they would count once more is not counted,
because the facts of the past were written in one go.
"""

import datetime as dt
from collections.abc import Iterator, Sequence
from decimal import Decimal

from kpi.models import Fact, Quotient, Target
from kpi.releases.models import Baseline, Release
from kpi.releases.rules import Column, columns, final_due, preliminary_due
from kpi.releases.services import (
    Base,
    Goal,
    Wanted,
    baseline_set,
    release_approve,
    release_make,
    release_store,
    target_set,
    targets_adopt,
)
from kpi.releases.subjects import subject_of
from kpi.rules import Figure
from kpi.services import figures_at
from portal.accounts.models import Assignment
from portal.accounts.roles import Role
from portal.kernel import clock
from portal.kernel.actor import Actor, Hat
from programs.models import Firm

YEARS = 3
# The hours of the working day at which releases are made, approved and public.
MADE, APPROVED, PUBLIC = dt.time(10), dt.time(13), dt.time(14)
# 確報 is made some days before it is due. A statistic or survey is in a release a year after its period.
DAYS_BEFORE, LAG = 6, dt.timedelta(days=365)
# Shares of the year's target (%) due at the end of June, September and December.
PATHS = {"2-KSI": (10, 55, 80), "1-OP1": (20, 45, 75)}
BENCHMARK = Base(
    indicator="1-KSI",
    kind=Baseline.Kind.BENCHMARK,
    value=Decimal("42.0"),
    period="2024年（全国）",
    source="中小企業基盤整備機構「中小企業のDX推進に関する調査」。全国の中小企業で、取組済み・検討中の割合",
)


def load(*, firms: Sequence[Firm], now: dt.datetime, scale: float) -> str:
    """Releases of three fiscal years with their approvals; what was loaded, in words."""
    maker, approver = _people()
    targets = targets_adopt(actor=Actor.system("load_demo"), reason="はじめの目標")
    today = clock.to_date(now)
    paths = _paths(maker, today)
    if subject_of(BENCHMARK.indicator):
        baseline_set(actor=maker, base=BENCHMARK, reason="目標60%の背景となる全国の数値")
    late = list(Quotient.objects.order_by("indicator", "period", "ward_id"))
    rows = [
        _past(maker, approver, wanted, due, late) for due, wanted in sorted(_wanted(today), key=_at)
    ]
    revisions = _revise(maker, approver, rows, now)
    return (
        f"公表 {len(rows) + revisions}件（改訂 {revisions}件）、目標の版 {targets + paths:,}件、"
        f"数値 {sum(row.lines for row in rows):,}件"
    )


def _paths(maker: Actor, today: dt.date) -> int:
    """途中の目標 of the running year, where the year is known not to run evenly: calls open in summer, and
    courses end in autumn.
    """
    year = clock.fiscal_year(today)
    rows = Target.objects.filter(fiscal_year=year, indicator__in=PATHS, value__gte=1)
    goals = [
        Goal(
            indicator=row.indicator,
            ward_id=row.ward_id,
            fiscal_year=year,
            value=row.value,
            path=[row.value * share // 100 for share in PATHS[row.indicator]],
            basis=row.basis,
        )
        for row in rows.order_by("indicator", "ward_id")
    ]
    if not goals:
        return 0
    reason = "公募と講座の日程に合わせ、途中の目標を加える"
    return len(target_set(actor=maker, goals=goals, reason=reason))


def _people() -> tuple[Actor, Actor]:
    """Who makes and who approves; the system where the policy staff is one person."""
    held = Assignment.objects.filter(role=Role.POLICY, revoked_at=None)
    found = [
        Actor(row.user_id, row.user.name, Hat.POLICY, frozenset({Role.POLICY}))
        for row in held.select_related("user").order_by("pk")[:2]
    ]
    system = Actor.system("load_demo")
    return (*found, system, system)[0], (*found, system, system)[1]


def _wanted(today: dt.date) -> Iterator[tuple[dt.date, Wanted]]:
    """(day on which it is public, what) of all that is due by now."""
    first = clock.fiscal_year(today) - YEARS + 1
    end = clock.month_end(dt.date(first, 4, 1))
    while preliminary_due(end) <= today:
        yield preliminary_due(end), Wanted(Release.Kind.PRELIMINARY, end)
        end = clock.month_end(end + dt.timedelta(days=1))
    for year in range(first, first + YEARS):
        if final_due(year) <= today:
            last = clock.fiscal_year_bounds(year)[1]
            yield final_due(year), Wanted(Release.Kind.FINAL, last)


def _at(item: tuple[dt.date, Wanted]) -> tuple[dt.date, str]:
    return item[0], item[1].kind


def _past(
    maker: Actor, approver: Actor, wanted: Wanted, due: dt.date, late: Sequence[Quotient]
) -> Release:
    """One release of the past, approved and public on its day."""
    is_final = wanted.kind == Release.Kind.FINAL
    made_on = due - dt.timedelta(days=DAYS_BEFORE) if is_final else due
    watermark = _moment(made_on, MADE)
    found = figures_at(watermark=watermark, as_of=wanted.as_of)
    row = release_store(
        actor=maker,
        wanted=wanted,
        watermark=watermark,
        made_at=watermark,
        figures=_columns(found, late, wanted.as_of),
    )
    return release_approve(
        actor=approver,
        release_id=row.pk,
        public_from=_moment(due, PUBLIC),
        approved_at=_moment(made_on, APPROVED),
        recount=False,
    )


def _columns(found: Sequence[Figure], late: Sequence[Quotient], as_of: dt.date) -> list[Column]:
    """With statistics and surveys, which were written today, as they would have been known."""
    known = {figure.indicator for figure in found}
    told = [
        Figure(row.indicator, row.ward_id, row.period, row.numerator, row.denominator, row.n)
        for row in late
        if row.indicator not in known and row.period + LAG <= as_of
    ]
    return columns([*found, *told])


def _revise(maker: Actor, approver: Actor, rows: Sequence[Release], now: dt.datetime) -> int:
    """改訂 of the last 確報 whose year has grants that ended since; that of the 速報 waits for its hour."""
    finals = [row for row in rows if row.kind == Release.Kind.FINAL]
    changed = next((row for row in reversed(finals) if _has_ended(row)), None)
    if changed is None:
        return 0
    _approved(approver, _revised(maker, changed), None)
    preliminary = [row for row in rows if row.kind == Release.Kind.PRELIMINARY][-1]
    tomorrow = clock.to_date(now) + dt.timedelta(days=1)
    _approved(approver, _revised(maker, preliminary), _moment(tomorrow, PUBLIC))
    return 2


def _has_ended(row: Release) -> bool:
    """Whether a decision of that year was taken off after it (`kpi.demo` tells of them today)."""
    gone = Fact.objects.filter(event_type="grant.decided", reverses__isnull=False)
    year = clock.fiscal_year_bounds(row.fiscal_year)
    return gone.filter(recorded_at__gt=row.watermark, occurred_on__range=year).exists()


def _revised(maker: Actor, row: Release) -> Release:
    wanted = Wanted(
        kind=Release.Kind.REVISED,
        as_of=row.as_of,
        revises_id=row.pk,
        reason=Release.Reason.CANCELLED,
        note="公表のあとに取り消された交付決定を、決定した年度の件数から差し引きました。",
    )
    return release_make(actor=maker, wanted=wanted)


def _approved(approver: Actor, row: Release, hour: dt.datetime | None) -> None:
    release_approve(actor=approver, release_id=row.pk, public_from=hour)


def _moment(day: dt.date, hour: dt.time) -> dt.datetime:
    return dt.datetime.combine(day, hour, tzinfo=clock.TOKYO)
