"""Lists of the follow-up to take away (CSV, XLSX): the surveys of a cohort or of all, the investments."""

from collections.abc import Iterator, Sequence

from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from dojo import policies as courses
from dojo.followup import policies, selectors, states
from dojo.followup.models import Survey
from dojo.words import cohort_name
from portal.exports.reports import Cell, Column, Params, Report, register
from portal.kernel import clock
from portal.kernel.actor import Actor, Hat

SURVEY_COLUMNS = (
    Column(_("年度"), "number"),
    Column(_("期")),
    Column(_("修了者")),
    Column(_("企業")),
    Column(_("修了からの月数"), "number"),
    Column(_("調査の日"), "date"),
    Column(_("締切"), "date"),
    Column(_("状態")),
    Column(_("回答")),
    Column(_("回答日"), "date"),
    Column(_("督促の回数"), "number"),
)
INVESTMENT_COLUMNS = (
    Column(_("企業")),
    Column(_("何に投資したか")),
    Column(_("投資の種類")),
    Column(_("お金の出どころ")),
    Column(_("補助金を出した機関と制度の名称")),
    Column(_("発注・契約の日"), "date"),
    Column(_("金額（税抜・円）"), "yen"),
    Column(_("状態")),
    Column(_("報告日"), "date"),
)


def _may(actor: Actor) -> bool:
    return courses.is_office(actor) or actor.hat == Hat.AUDITOR


def _found(actor: Actor, params: Params) -> QuerySet[Survey]:
    """The surveys of the address's cohort, or all that the actor sees."""
    rows = policies.visible_surveys(actor).exclude(status=states.VOID)
    wanted = params.get("cohort", "")
    if not wanted:
        return rows
    try:
        return rows.filter(cohort__public_id=wanted)
    except ValidationError:
        return rows.none()


def _surveys(actor: Actor, params: Params) -> Iterator[Sequence[Cell]]:
    rows = _found(actor, params).select_related("cohort__course")
    for row in rows.order_by("cohort_id", "person_name", "graduation_id", "months"):
        yield [
            row.cohort.fiscal_year,
            cohort_name(row.cohort),
            row.person_name,
            row.firm_name,
            row.months,
            row.due_on,
            row.closes_on,
            str(row.state.label),
            str(row.get_choice_display()),
            row.answered_at and clock.to_date(row.answered_at),
            row.reminders,
        ]


def _investments(actor: Actor, params: Params) -> Iterator[Sequence[Cell]]:
    for row in selectors.investments(actor, status=params.get("status", "")):
        yield [
            row.firm_name,
            row.what,
            str(row.get_kind_display()),
            str(row.get_source_display()),
            row.funder,
            row.invested_on,
            row.amount_yen,
            str(row.state.label),
            clock.to_date(row.reported_at),
        ]


register(
    Report(
        code="surveys",
        title=_("修了後の調査の一覧"),
        columns=SURVEY_COLUMNS,
        rows=_surveys,
        count=lambda actor, params: _found(actor, params).count(),
        may=_may,
        filters=("cohort",),
    )
)
register(
    Report(
        code="investments",
        title=_("投資の報告の一覧"),
        columns=INVESTMENT_COLUMNS,
        rows=_investments,
        count=lambda actor, params: selectors.investments(
            actor, status=params.get("status", "")
        ).count(),
        may=_may,
        filters=("status",),
    )
)
