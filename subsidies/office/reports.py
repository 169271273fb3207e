"""The list of schemes to take away (CSV, XLSX), with what their newest version says of the money."""

from collections.abc import Iterator, Sequence

from django.utils.translation import gettext_lazy as _

from portal.exports.reports import Cell, Column, Params, Report, register
from portal.kernel.actor import Actor
from programs.selectors import ward_names
from subsidies.contents import rules_of
from subsidies.office import selectors
from subsidies.office.filters import SchemeFilter
from subsidies.office.selectors import SchemeRow
from subsidies.policies import reads_cases

COLUMNS = (
    Column(_("区")),
    Column(_("略号")),
    Column(_("制度")),
    Column(_("ステージ"), "number"),
    Column(_("いまの版"), "number"),
    Column(_("公開日時"), "moment"),
    Column(_("交付要綱")),
    Column(_("補助率")),
    Column(_("上限（円）"), "yen"),
    Column(_("下限（円）"), "yen"),
    Column(_("消費税")),
    Column(_("改正案")),
)
TAX = {"excluded": _("税抜"), "included": _("税込")}


def _cells(row: SchemeRow) -> Sequence[Cell]:
    scheme, version = row.scheme, row.version
    rules = rules_of(version) if version else None
    return [
        ward_names()[scheme.ward_id],
        scheme.code,
        scheme.display_name,
        scheme.stage,
        version.number if version else None,
        version.published_at if version else None,
        rules.guideline if rules else "",
        str(rules.rate) if rules else "",
        rules.cap_yen if rules else None,
        rules.floor_yen if rules else None,
        str(TAX[rules.tax_mode]) if rules else "",
        str(row.revision.get_status_display()) if row.revision else "",
    ]


def _found(actor: Actor, params: Params) -> list[SchemeRow]:
    return selectors.scheme_rows(actor, **SchemeFilter(params).wanted)


def _rows(actor: Actor, params: Params) -> Iterator[Sequence[Cell]]:
    return map(_cells, _found(actor, params))


register(
    Report(
        code="schemes",
        title=_("補助制度の一覧"),
        columns=COLUMNS,
        rows=_rows,
        count=lambda actor, params: len(_found(actor, params)),
        may=reads_cases,
        filters=("q", "stage", "revision"),
    )
)
