"""相談員の名簿 to take away (CSV, XLSX)."""

from collections.abc import Iterator, Sequence

from django.utils.translation import gettext_lazy as _

from advisors import policies
from advisors.selectors.registry import load_of
from portal.exports.reports import Cell, Column, Params, Report, register
from portal.kernel.actor import Actor, Hat

COLUMNS = (
    Column(_("氏名")),
    Column(_("役割")),
    Column(_("資格・経験")),
    Column(_("得意な分野")),
    Column(_("支援中の企業"), "number"),
    Column(_("1か月に訪問できる回数"), "number"),
    Column(_("契約の開始日"), "date"),
    Column(_("契約の終了日"), "date"),
)


def _rows(actor: Actor, params: Params) -> Iterator[Sequence[Cell]]:
    rows = list(policies.visible_advisors(actor).order_by("user__name_kana", "pk"))
    load = load_of(actor, rows)
    for row in rows:
        yield [
            row.user.name,
            row.side_words,
            row.qualification_words,
            row.field_words,
            load[row.user_id],
            row.capacity,
            row.contract_from,
            row.contract_to,
        ]


register(
    Report(
        code="advisors",
        title=_("相談員の名簿"),
        columns=COLUMNS,
        rows=_rows,
        count=lambda actor, _params: policies.visible_advisors(actor).count(),
        may=lambda actor: policies.is_office(actor) or actor.hat == Hat.AUDITOR,
    )
)
