"""職員と役割 to take away (CSV, XLSX), for the yearly confirmation and the change of staff."""

from collections.abc import Iterator, Sequence

from django.utils.translation import gettext_lazy as _

from portal.accounts import policies, selectors
from portal.exports.reports import Cell, Column, Params, Report, register
from portal.kernel import clock
from portal.kernel.actor import Actor

COLUMNS = (
    Column(_("氏名")),
    Column(_("メールアドレス")),
    Column(_("区")),
    Column(_("役割")),
    Column(_("始まり"), "date"),
    Column(_("終わり"), "date"),
    Column(_("最後の確認"), "date"),
    Column(_("いま使える")),
)


def _rows(actor: Actor, params: Params) -> Iterator[Sequence[Cell]]:
    found = selectors.people(actor, role=params.get("role", ""))
    for row in selectors.rows(found, today=clock.today()):
        held = row.assignment
        yield [
            held.user.name,
            held.user.email,
            row.place,
            row.role,
            held.valid_from,
            held.valid_to,
            held.confirmed_on,
            row.is_held and not row.is_asleep,
        ]


register(
    Report(
        code="people",
        title=_("職員と役割"),
        columns=COLUMNS,
        rows=_rows,
        count=lambda actor, params: selectors.people(actor, role=params.get("role", "")).count(),
        may=policies.may_manage_people,
        filters=("role",),
    )
)
