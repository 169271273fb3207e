"""Lists of the courses to take away (CSV, XLSX): the cohorts of a ward, the people of one cohort."""

from collections.abc import Iterator, Sequence

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from dojo import policies
from dojo.models import Cohort
from dojo.selectors import public, roster
from portal.exports.reports import Cell, Column, Params, Report, register
from portal.kernel import clock
from portal.kernel.actor import Actor, Hat
from programs.selectors import ward_names

COHORT_COLUMNS = (
    Column(_("年度"), "number"),
    Column(_("講座")),
    Column(_("期"), "number"),
    Column(_("開く区")),
    Column(_("状態")),
    Column(_("初回"), "date"),
    Column(_("最終回"), "date"),
    Column(_("募集の終わり"), "date"),
    Column(_("定員"), "number"),
    Column(_("受講者"), "number"),
    Column(_("補欠"), "number"),
)
PEOPLE_COLUMNS = (
    Column(_("受講者")),
    Column(_("企業")),
    Column(_("出席の回数"), "number"),
    Column(_("修了に要る回数"), "number"),
    Column(_("行動計画の提出日"), "date"),
    Column(_("修了の要件")),
    Column(_("修了")),
    Column(_("修了証の番号")),
)


def _may(actor: Actor) -> bool:
    return policies.is_office(actor) or actor.hat == Hat.AUDITOR


def _cohorts(actor: Actor, params: Params) -> Iterator[Sequence[Cell]]:
    names = ward_names()
    for row in public.results(actor):
        first, last = row.first_at, row.last_at
        yield [
            row.fiscal_year,
            row.course.display_name,
            row.number,
            names[row.ward_id],
            str(row.state.label),
            first and clock.to_date(first),
            last and clock.to_date(last),
            row.closes_on,
            row.capacity,
            row.taken,
            row.waiting,
        ]


def _people(actor: Actor, params: Params) -> Iterator[Sequence[Cell]]:
    for line in _lines(actor, params):
        graduation = line.graduation
        met = line.assessment.is_complete
        yield [
            line.enrolment.person_name,
            line.enrolment.firm_name,
            line.assessment.counted,
            line.assessment.needed,
            line.enrolment.plan_handed_in_on,
            str(_("満たしている") if met else _("まだ満たしていない")),
            str(graduation.state.label) if graduation else "",
            graduation.number if graduation else "",
        ]


def _lines(actor: Actor, params: Params) -> Sequence[roster.Line]:
    cohort = _cohort(actor, params)
    return roster.looked_for(actor, cohort, params.get("q", "")) if cohort else ()


def _cohort(actor: Actor, params: Params) -> Cohort | None:
    """The cohort of the address, None where there is none to see."""
    rows = policies.office_cohorts(actor).select_related("course")
    try:
        return rows.filter(public_id=params.get("cohort", "")).first()
    except ValidationError:
        return None


register(
    Report(
        code="cohorts",
        title=_("講座の期の一覧"),
        columns=COHORT_COLUMNS,
        rows=_cohorts,
        count=lambda actor, _params: len(public.results(actor)),
        may=_may,
    )
)
register(
    Report(
        code="participants",
        title=_("受講者の一覧"),
        columns=PEOPLE_COLUMNS,
        rows=_people,
        count=lambda actor, params: len(_lines(actor, params)),
        may=_may,
        filters=("cohort", "q"),
    )
)
