"""Lists of the ward survey to take away (CSV, XLSX): the firms of one wave, without any answer."""

from collections.abc import Iterator, Sequence

from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from kpi.surveys import policies
from kpi.surveys.models import Asked
from kpi.surveys.selectors.board import firms_of
from portal.exports.reports import Cell, Column, Params, Report, register
from portal.kernel import clock
from portal.kernel.actor import Actor, Hat
from programs.industry import JSIC, SIZE_LABELS

COLUMNS = (
    Column(_("調査の名称")),
    Column(_("企業")),
    Column(_("規模")),
    Column(_("業種")),
    Column(_("状態")),
    Column(_("回答日"), "date"),
    Column(_("催促の回数"), "number"),
    Column(_("郵便番号")),
    Column(_("住所")),
    Column(_("電話番号")),
)
_INDUSTRIES = dict(JSIC)


def _may(actor: Actor) -> bool:
    return actor.hat in {Hat.WARD, Hat.AUDITOR}


def _found(actor: Actor, params: Params) -> QuerySet[Asked]:
    """The firms of the address's wave; of all waves without one."""
    rows = policies.visible_asked(actor)
    if wanted := params.get("wave", ""):
        try:
            rows = rows.filter(wave__public_id=wanted)
        except ValidationError:
            return rows.none()
    return firms_of(rows, status=params.get("status", ""), letter=params.get("letter", ""))


def _rows(actor: Actor, params: Params) -> Iterator[Sequence[Cell]]:
    for row in _found(actor, params).select_related("wave", "firm").order_by("firm_name", "pk"):
        yield [
            row.wave.name,
            row.firm_name,
            str(SIZE_LABELS[row.size]),
            str(_INDUSTRIES[row.jsic]),
            str(row.state.label),
            row.answered_at and clock.to_date(row.answered_at),
            row.reminders,
            row.firm.postal_code_display,
            row.firm.address,
            row.firm.phone,
        ]


register(
    Report(
        code="ward-survey",
        title=_("実態調査の対象企業の一覧"),
        columns=COLUMNS,
        rows=_rows,
        count=lambda actor, params: _found(actor, params).count(),
        may=_may,
        filters=("wave", "status", "letter"),
    )
)
