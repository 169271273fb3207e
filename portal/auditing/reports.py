"""Lists to take away (CSV, XLSX): cases, a sample, dates out of order, overrides, differences."""

import uuid
from collections.abc import Iterator, Sequence

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from portal.accounts.models import User
from portal.auditing import policies, recount, states
from portal.auditing.filters import CaseFilter, OverrideFilter, ViolationFilter
from portal.auditing.models import Difference, SampleItem
from portal.auditing.selectors import overrides, population, trace, violations
from portal.exports.reports import Cell, Column, Params, Report, register
from portal.kernel import clock
from portal.kernel.actor import Actor
from programs.selectors import ward_names

BATCH = 500
SCOPE = ("ward", "year", "stage")
CASE = (Column(_("区")), Column(_("受付番号")), Column(_("申請者")), Column(_("制度")))


def _cases(actor: Actor, params: Params) -> Iterator[Sequence[Cell]]:
    for row in population.cases(actor, CaseFilter(params).wanted).iterator(chunk_size=BATCH):
        yield [
            ward_names()[row.ward_id],
            row.receipt_no,
            row.firm_name,
            row.scheme_name,
            row.stage,
            clock.to_date(row.submitted_at) if row.submitted_at else None,
            row.book_yen,
            trace.state_text(row),
        ]


register(
    Report(
        code="audit-cases",
        title=_("監査の対象の案件"),
        columns=(
            *CASE,
            Column(_("ステージ"), "number"),
            Column(_("申請日"), "date"),
            Column(_("額（円）"), "yen"),
            Column(_("状態")),
        ),
        rows=_cases,
        count=lambda actor, params: population.cases(actor, CaseFilter(params).wanted).count(),
        may=policies.is_auditor,
        filters=(*SCOPE, "q", "criterion", "base", "least_yen", "most_yen"),
    )
)


def _named(params: Params, name: str) -> uuid.UUID | None:
    """The public id in the address; None, which no row has, where there is none."""
    try:
        return uuid.UUID(params.get(name, ""))
    except ValueError:
        return None


def sample_items(actor: Actor, params: Params) -> QuerySet[SampleItem]:
    """The cases of the sample that the address names; none where it names none."""
    rows = policies.visible_items(actor).select_related("application", "checked_by")
    return rows.filter(sample__public_id=_named(params, "sample"))


def _items(actor: Actor, params: Params) -> Iterator[Sequence[Cell]]:
    for item in sample_items(actor, params):
        case = item.application
        yield [
            item.position,
            ward_names()[item.ward_id],
            case.receipt_no,
            case.firm_name,
            case.scheme_name,
            item.stratum,
            item.book_yen,
            item.hits,
            str(states.ITEM.state(item.status).label),
            item.note,
            item.checked_by.name if item.checked_by else "",
            item.checked_at,
        ]


register(
    Report(
        code="audit-sample",
        title=_("監査の標本"),
        columns=(
            Column(_("番号"), "number"),
            *CASE,
            Column(_("層")),
            Column(_("額（円）"), "yen"),
            Column(_("当たり"), "number"),
            Column(_("状態")),
            Column(_("所見")),
            Column(_("確認した人")),
            Column(_("記録した日時"), "moment"),
        ),
        rows=_items,
        count=lambda actor, params: sample_items(actor, params).count(),
        may=policies.is_auditor,
        filters=("sample",),
    )
)


def _violations(actor: Actor, params: Params) -> Iterator[Sequence[Cell]]:
    conditions = ViolationFilter(params)
    found = violations.found(violations.rows(conditions.scope, conditions.chosen))
    cases = population.named(item.application_id for item in found)
    for item in found:
        rule, case = violations.RULES[item.rule], cases[item.application_id]
        yield [
            ward_names()[case.ward_id],
            case.receipt_no,
            case.firm_name,
            case.scheme_name,
            str(rule.title),
            str(rule.on),
            item.on,
            str(rule.limit),
            item.limit,
            abs((item.on - item.limit).days),
        ]


register(
    Report(
        code="audit-violations",
        title=_("日付の順序の問題"),
        columns=(
            *CASE,
            Column(_("問題")),
            Column(_("問題の日の種類")),
            Column(_("問題の日"), "date"),
            Column(_("比べた日の種類")),
            Column(_("比べた日"), "date"),
            Column(_("日数"), "number"),
        ),
        rows=_violations,
        count=lambda actor, params: violations.rows(
            ViolationFilter(params).scope, ViolationFilter(params).chosen
        ).count(),
        may=policies.is_auditor,
        filters=(*SCOPE, "rule"),
    )
)


def people(found: Sequence[overrides.Override]) -> dict[int, str]:
    """The names of those who did it: one query."""
    wanted = {item.person_id for item in found if item.person_id is not None}
    return dict(User.objects.filter(pk__in=wanted).values_list("pk", "name"))


def override_rows(params: Params) -> QuerySet:
    """The overrides of an address."""
    conditions = OverrideFilter(params)
    kind, bare = conditions.wanted
    return overrides.rows(conditions.scope, kind, without_reason=bare)


def _overrides(actor: Actor, params: Params) -> Iterator[Sequence[Cell]]:
    found = overrides.found(override_rows(params))
    cases, names = population.named(item.application_id for item in found), people(found)
    for item in found:
        case = cases.get(item.application_id or 0)
        yield [
            ward_names().get(item.ward_id or 0, ""),
            item.label,
            case.firm_name if case else "",
            case.scheme_name if case else "",
            str(overrides.KINDS[item.kind].title),
            item.at,
            names.get(item.person_id or 0, ""),
            item.reason,
        ]


register(
    Report(
        code="audit-overrides",
        title=_("裁量と例外"),
        columns=(
            Column(_("区")),
            Column(_("受付番号・対象")),
            Column(_("申請者")),
            Column(_("制度")),
            Column(_("種類")),
            Column(_("日時"), "moment"),
            Column(_("行った人")),
            Column(_("理由")),
        ),
        rows=_overrides,
        count=lambda _actor, params: override_rows(params).count(),
        may=policies.is_auditor,
        filters=(*SCOPE, "kind", "reason"),
    )
)


def differences(actor: Actor, params: Params) -> QuerySet[Difference]:
    """What the recount found that the address names."""
    rows = Difference.objects.filter(job__in=policies.visible_jobs(actor))
    return rows.filter(job__public_id=_named(params, "job")).select_related("application")


def _differences(actor: Actor, params: Params) -> Iterator[Sequence[Cell]]:
    for item in differences(actor, params):
        case = item.application
        yield [
            ward_names()[item.ward_id],
            case.receipt_no,
            case.firm_name,
            case.scheme_name,
            str(recount.STEPS.get(item.step, item.step)),
            item.stored_yen,
            item.computed_yen,
            item.stored_yen - item.computed_yen,
            item.is_told,
            item.note,
        ]


register(
    Report(
        code="audit-differences",
        title=_("再計算の差"),
        columns=(
            *CASE,
            Column(_("額")),
            Column(_("記録の額（円）"), "yen"),
            Column(_("計算し直した額（円）"), "yen"),
            Column(_("差（円）"), "yen"),
            Column(_("理由のある減額")),
            Column(_("説明")),
        ),
        rows=_differences,
        count=lambda actor, params: differences(actor, params).count(),
        may=policies.is_auditor,
        filters=("job",),
    )
)
