"""Making a release: all figures at a watermark, what is public of them, and the digests of both."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from kpi.releases import policies, states
from kpi.releases.models import Figures, PublicFigures, Release
from kpi.releases.rules import Column, Head, columns, digest, row_of, told
from kpi.releases.selectors.figures import columns_of, release_before, told_before
from kpi.releases.services.errors import Refused
from kpi.releases.subjects import GO_ON, SIDES, definitions
from kpi.services import figures_at
from portal.kernel import audit, clock
from portal.kernel.actor import Actor
from portal.kernel.database import acting

MOST_NOTE = 2_000


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which release to make. `as_of`: the month's last day, of 確報 31 March; of 改訂 the revised one's."""

    kind: str
    as_of: dt.date
    revises_id: int | None = None
    reason: str = ""
    note: str = ""


def release_make(*, actor: Actor, wanted: Wanted) -> Release:
    """Count everything as known now and keep it, for another person to approve.

    Raises RoleMissing, Refused (the period runs still, was made before, nothing to revise, no reason).
    """
    policies.require(policies.may_make(actor))
    with transaction.atomic(), acting(actor.elevated()):
        return release_store(actor=actor, wanted=wanted, watermark=clock.database_now())


def release_store(
    *,
    actor: Actor,
    wanted: Wanted,
    watermark: dt.datetime,
    made_at: dt.datetime | None = None,
    figures: Sequence[Column] | None = None,
) -> Release:
    """The same at a watermark of the past; runs with the system's rows.

    `figures` may be given where they are known. Raises Refused.
    """
    revised = _revised(wanted)
    _check(wanted, revised, watermark)
    before = revised or release_before(wanted.as_of)
    raw = (
        list(figures)
        if figures is not None
        else columns(figures_at(watermark=watermark, as_of=wanted.as_of))
    )
    public = _public(raw, before, holds=wanted.kind == Release.Kind.PRELIMINARY)
    row = _release(wanted, revised, watermark, raw, public)
    row.made_by_id = actor.user_id
    if made_at is not None:
        row.made_at = made_at
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError as twice:
        raise Refused(_made_before()) from twice
    _keep(row, raw, public)
    audit.record(
        actor=actor,
        action="releases.made",
        obj=row,
        reason=wanted.note.strip()[:200],
        detail={"digest": row.digest, "lines": row.lines, "watermark": watermark.isoformat()},
    )
    return row


def _release(
    wanted: Wanted,
    revised: Release | None,
    watermark: dt.datetime,
    raw: Sequence[Column],
    public: Sequence[Column],
) -> Release:
    """The row with both digests; not saved."""
    head = Head(
        code=_code(wanted, revised),
        kind=wanted.kind,
        as_of=wanted.as_of,
        watermark=watermark,
        reason=wanted.reason,
        revises=revised.digest if revised else "",
        definitions=definitions(),
    )
    public_head = replace(head, revises=revised.public_digest if revised else "")
    return Release(
        code=head.code,
        kind=wanted.kind,
        fiscal_year=clock.fiscal_year(wanted.as_of),
        as_of=wanted.as_of,
        watermark=watermark,
        reason=wanted.reason,
        note=wanted.note.strip(),
        revises=revised,
        definitions=dict(head.definitions),
        lines=sum(value is not None for column in raw for value in column.numerators),
        digest=digest(head, raw),
        public_digest=digest(public_head, public),
    )


def _keep(row: Release, raw: Sequence[Column], public: Sequence[Column]) -> None:
    Figures.objects.bulk_create(Figures(release=row, **_fields(column)) for column in raw)
    PublicFigures.objects.bulk_create(
        PublicFigures(release=row, hidden=list(column.hidden), **_fields(column))
        for column in public
    )


def _fields(column: Column) -> dict[str, Any]:
    """What both tables hold of a column."""
    return {
        "indicator": column.indicator,
        "period": column.period,
        "numerators": list(column.numerators),
        "denominators": None if column.denominators is None else list(column.denominators),
        "ns": list(column.ns),
    }


def _public(raw: Sequence[Column], before: Release | None, *, holds: bool) -> list[Column]:
    """What is public of it. A column that has not changed is told as it was told before; another beside all
    that was ever told of it. Parts and levels stand on the staff's pages alone.
    """
    shown = {row.key: row for row in columns_of(before, public=True)} if before else {}
    known = {row.key: row for row in columns_of(before)} if before else {}
    rows = [row for row in raw if "/" not in row.indicator or row.indicator in SIDES]
    changed = {row.key for row in rows if row.key not in shown or known.get(row.key) != row}
    earlier = told_before(changed, GO_ON)
    result = []
    for column in rows:
        if column.key not in changed:
            result.append(shown[column.key])
            continue
        line = earlier[column.indicator]
        past = [row for row in line if row.period <= column.period]
        later = [row for row in line if row.period > column.period]
        if column.indicator not in GO_ON:
            past, later = [row for row in past if row.period == column.period], []
        found = told(column, past, later, holds=holds).column
        result.append(found)
        earlier[column.indicator] = [*past, row_of(column, found.hidden), *later]
    return result


def _revised(wanted: Wanted) -> Release | None:
    """The public release to revise, locked. Raises Refused."""
    if wanted.kind != Release.Kind.REVISED:
        return None
    rows = policies.published().select_for_update(of=("self",))
    row = rows.filter(pk=wanted.revises_id or 0).first()
    if row is None:
        raise Refused(_("改訂できるのは、公表された速報・確報・改訂です。選び直してください。"))
    if row.revisions.exclude(status=states.DROPPED).exists():
        raise Refused(
            _("この公表には、もう改訂があります。いちばん新しい改訂をもとに作ってください。")
        )
    if wanted.reason not in Release.Reason.values:
        raise Refused(_("改訂の理由を選んでください。"))
    return row


def _check(wanted: Wanted, revised: Release | None, watermark: dt.datetime) -> None:
    """Raises Refused."""
    if wanted.kind not in Release.Kind.values:
        raise Refused(_("公表の種類を選んでください。"))
    if len(wanted.note.strip()) > MOST_NOTE:
        raise Refused(_("説明は2,000文字以内にしてください。"))
    if revised is not None:
        if wanted.as_of != revised.as_of:
            raise Refused(_("改訂は、もとの公表と同じ時点で作ります。"))
        return
    if wanted.as_of != clock.month_end(wanted.as_of):
        raise Refused(_("月末の日を選んでください。"))
    if wanted.kind == Release.Kind.FINAL and wanted.as_of.month != 3:
        raise Refused(_("確報は年度末（3月31日）の時点で作ります。"))
    if wanted.as_of >= clock.to_date(watermark):
        raise Refused(_("この月はまだ終わっていません。月が変わってから作ってください。"))


def _code(wanted: Wanted, revised: Release | None) -> str:
    if revised is not None:
        root, _dash, number = revised.code.partition("-r")
        return f"{root}-r{int(number or 0) + 1}"
    if wanted.kind == Release.Kind.FINAL:
        return f"fy{clock.fiscal_year(wanted.as_of)}"
    return f"{wanted.as_of:%Y-%m}"


def _made_before() -> str:
    return _("この時点の公表は、もう作られています。一覧から開いて確かめてください。")
