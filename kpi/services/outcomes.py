"""1-OC: the cells of shares, which move with the facts and, as firms mature, with the calendar."""

import datetime as dt
from collections.abc import Collection

from django.db import connection, transaction
from django.db.models import QuerySet
from django.db.models.functions import Now

from kpi.models import Fact, OutcomeCell
from kpi.rules import STAGES, Completed, Followed, Invested, Share, follow, share
from kpi.services.counting import counting, next_month
from portal.kernel import clock

# What 1-OC is made of.
COMPLETED, REPLIED = "dojo.completed", "survey.answered"
INVESTED = ("grant.submitted", "investment.reported")  # of a stage; of none


def outcome_recompute(*, ward_id: int, month: dt.date, as_of: dt.date) -> None:
    """Count one cell of 1-OC anew, its lock first as for the others."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO kpi_outcomecell (ward_id, month, as_of, completed, matured, invested,"
            " invested_stage1, invested_stage2, invested_stage3, replied, invested_replied, lives)"
            " VALUES (%s, %s, %s, 0, 0, 0, 0, 0, 0, 0, 0, '[]')"
            " ON CONFLICT (month, ward_id) DO UPDATE SET as_of = kpi_outcomecell.as_of",
            [ward_id, month, as_of],
        )
        began = _facts([COMPLETED]).filter(
            ward_id=ward_id, occurred_on__gte=month, occurred_on__lt=next_month(month)
        )
        keys = {key for key in began.values_list("firm_id", flat=True) if key is not None}
        firms = followed(keys)
        found = share((firm for firm in firms if _cell_of(firm) == (ward_id, month)), as_of=as_of)
        OutcomeCell.objects.filter(ward_id=ward_id, month=month).update(
            **_columns(found), as_of=as_of, computed_at=Now()
        )


def outcomes_rebuild(*, as_of: dt.date) -> list[str]:
    """Count 1-OC anew as of a day and replace the table; returns the cells that had been wrong.

    Wrong is what differs from the facts as of the day it was counted: that firms have matured since
    is no mistake.
    """
    with transaction.atomic():
        before = {(cell.ward_id, cell.month): cell for cell in _locked_outcomes()}
        firms: dict[tuple[int, dt.date], list[Followed]] = {key: [] for key in before}
        for firm in followed(None):
            firms.setdefault(_cell_of(firm), []).append(firm)
        OutcomeCell.objects.all().delete()
        OutcomeCell.objects.bulk_create(
            OutcomeCell(
                ward_id=ward, month=month, as_of=as_of, **_columns(share(found, as_of=as_of))
            )
            for (ward, month), found in firms.items()
            if found
        )
    wrong = []
    for (ward, month), found in firms.items():
        cell = before.get((ward, month))
        should = _columns(share(found, as_of=cell.as_of if cell else as_of))
        was = {name: getattr(cell, name) for name in should} if cell else _columns(Share())
        if was != should:
            wrong.append(f"1-OC {ward} {month:%Y-%m}: {_text(was)} → {_text(should)}")
    return sorted(wrong)


def outcome_for(fact: Fact) -> None:
    """Recompute the cells of 1-OC that a fact about a firm may touch: those of its completions."""
    if fact.firm_id is None or fact.event_type not in {COMPLETED, REPLIED, *INVESTED}:
        return
    # Reversed ones too: the firm leaves their cell, and what follows may become the first.
    rows = Fact.objects.filter(event_type=COMPLETED, firm_id=fact.firm_id, reverses=None)
    touched = {
        (ward, day.replace(day=1)) for ward, day in rows.values_list("ward_id", "occurred_on")
    }
    today = clock.today()
    for ward, month in sorted(touched):
        outcome_recompute(ward_id=ward, month=month, as_of=today)


def followed(firm_ids: Collection[int] | None) -> list[Followed]:
    """These firms (all, where None) from their first completion on; three queries."""
    completions = _facts([COMPLETED], firm_ids).order_by("occurred_on", "pk")
    begun = [
        Completed(firm, ward, day)
        for firm, ward, day in completions.values_list("firm_id", "ward_id", "occurred_on")
        if firm is not None
    ]
    firms = {row.firm_id for row in begun} if firm_ids is None else firm_ids
    rows = _facts(INVESTED, firms).values_list("firm_id", "occurred_on", "stage")
    invested = (Invested(firm, day, stage) for firm, day, stage in rows if firm is not None)
    replied = _facts([REPLIED], firms).values_list("firm_id", flat=True)
    return follow(begun, invested, (firm for firm in replied if firm is not None))


def _facts(event_types: Collection[str], firm_ids: Collection[int] | None = None) -> QuerySet[Fact]:
    """Facts of these types that count (R2), of these firms where given."""
    rows = counting(event_types)
    return rows if firm_ids is None else rows.filter(firm_id__in=firm_ids)


def _cell_of(firm: Followed) -> tuple[int, dt.date]:
    return firm.ward_id, firm.completed_on.replace(day=1)


def _columns(found: Share) -> dict[str, object]:
    return {
        "completed": found.completed,
        "matured": found.matured,
        "invested": found.invested,
        **{f"invested_stage{n}": count for n, count in zip(STAGES, found.by_stage, strict=True)},
        "replied": found.replied,
        "invested_replied": found.invested_replied,
        "lives": [[day, *found.lives[day]] for day in sorted(found.lives)],
    }


def _text(columns: dict[str, object]) -> str:
    return f"{columns['invested']}/{columns['matured']}/{columns['completed']}"


def _locked_outcomes() -> QuerySet[OutcomeCell]:
    return OutcomeCell.objects.select_for_update()
