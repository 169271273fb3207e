"""The list of consultations to take away (CSV, XLSX)."""

from collections.abc import Iterator, Sequence

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from portal.exports.reports import Cell, Column, Params, Report, register
from portal.kernel.actor import Actor
from subsidies.consultations import policies, selectors
from subsidies.consultations.filters import ConsultationFilter
from subsidies.consultations.models import Consultation
from subsidies.policies import is_office

CHUNK = 500
COLUMNS = (
    Column(_("相談日"), "date"),
    Column(_("企業")),
    Column(_("法人番号")),
    Column(_("制度")),
    Column(_("先に済ませること")),
    Column(_("相談の内容")),
    Column(_("相談を受けた人")),
    Column(_("記録日時"), "moment"),
    Column(_("取下げ日時"), "moment"),
    Column(_("取下げの理由")),
)


def _found(actor: Actor, params: Params) -> QuerySet[Consultation]:
    wanted = ConsultationFilter(params, schemes=policies.own_schemes(actor)).wanted
    return selectors.consultation_rows(actor, **wanted)


def _rows(actor: Actor, params: Params) -> Iterator[Sequence[Cell]]:
    needs = selectors.needs_of(policies.own_schemes(actor))
    for row in _found(actor, params).iterator(chunk_size=CHUNK):
        yield [
            row.held_on,
            row.firm.name,
            row.firm.corporate_number,
            row.scheme.display_name,
            needs.get(row.scheme_id, {}).get(row.need, row.need),
            row.note,
            row.met_by.name,
            row.recorded_at,
            row.withdrawn_at,
            row.withdrawn_reason,
        ]


register(
    Report(
        code="consultations",
        title=_("相談記録の一覧"),
        columns=COLUMNS,
        rows=_rows,
        count=lambda actor, params: _found(actor, params).count(),
        may=is_office,
        filters=("q", "scheme", "since", "until"),
    )
)
