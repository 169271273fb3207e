"""裁量と例外: where a person did otherwise than the rule or the system said, and the reason given.

One query over all wards. Each kind is a SELECT of (kind, case or none, ward, what, when, who, reason);
acts that leave no row of their own (a deadline moved, a budget changed) come from the audit trail.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from django.db.models import (
    BigIntegerField,
    CharField,
    DateTimeField,
    F,
    Func,
    IntegerField,
    JSONField,
    Q,
    QuerySet,
    TextField,
    Value,
)
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from advisors.models import EngagementChange, TeamMember
from portal.auditing.selectors.scope import Scope
from portal.kernel import clock
from portal.kernel.models import AuditRow
from subsidies.committee.models import Assignment
from subsidies.grants import states as grant_states
from subsidies.grants.kinds.recovery import RECOVERY
from subsidies.grants.models import Inspection, Ruling
from subsidies.models import Decision
from subsidies.obligations import states as obligation_states
from subsidies.obligations.models import Obligation
from subsidies.selection.models import Choice, Mark
from subsidies.watch import states as watch_states
from subsidies.watch.models import Finding

# Acts with a reason that only the audit trail tells of.
ACTS = {
    "subsidies.deadline_moved": _("公募の期限を変えた"),
    "subsidies.budget_changed": _("公募の予算を変えた"),
    "retention.held": _("廃棄を止めた"),
    "retention.released": _("廃棄の停止を解いた"),
    "obligations.moved": _("義務の期限を改めた"),
    "claims.corrected": _("支払が決まった謝金の明細を訂正した"),
    "booking.waived": _("ラボの料金を免除した"),
    "series.held_confirmed": _("桁の疑いのある数字を確認した"),
    "cases.first_job_lifted": _("初めての仕事の上限を外した"),
}


class Override(NamedTuple):
    """One of them. `application_id` is None where it concerns no case; `label` says what then."""

    kind: str
    application_id: int | None
    ward_id: int | None
    label: str
    at: datetime
    person_id: int | None
    reason: str


@dataclass(frozen=True, slots=True)
class Kind:
    """`path` leads from a row to its application, None where there is none (then `ward` is its own)."""

    code: str
    title: str | Promise
    rows: QuerySet
    path: str | None
    at: Any
    person: Any
    reason: Any
    ward: str = "ward_id"
    label: Any = ""
    year: bool = True

    def found(self, scope: Scope) -> QuerySet:
        """The kind's rows in the order of `Override`."""
        none = Value(None, output_field=BigIntegerField())
        rows = self.rows
        if self.path is not None:
            rows = rows.filter(scope.on(self.path))
            case: Any = F(f"{self.path}pk")
            ward: Any = F(f"{self.path}ward_id")
            label: Any = F(f"{self.path}receipt_no")
        else:
            if scope.ward_id is not None:
                rows = rows.filter(**{self.ward: scope.ward_id})
            if scope.stage is not None or scope.application_id is not None:
                rows = rows.none()
            if scope.year is not None:
                rows = rows.filter(_in_year(self.at, scope.year))
            case, ward = none, F(self.ward)
            label = F(self.label) if self.label else Value("")
        named = rows.annotate(
            o_kind=Value(self.code, output_field=CharField()),
            o_case=Cast(case, BigIntegerField()),
            o_ward=Cast(ward, IntegerField()),
            o_label=Cast(label, TextField()),
            o_at=Cast(F(self.at), DateTimeField()),
            o_person=Cast(F(self.person), BigIntegerField()),
            o_reason=Cast(self.reason, TextField()),
        )
        names = ("o_kind", "o_case", "o_ward", "o_label", "o_at", "o_person", "o_reason")
        return named.order_by().values_list(*names)


def _in_year(field: str, year: int) -> Q:
    first, _last = clock.fiscal_year_bounds(year)
    return Q(
        **{
            f"{field}__gte": clock.midnight(first),
            f"{field}__lt": clock.midnight(clock.fiscal_year_bounds(year + 1)[0]),
        }
    )


def _cases() -> Iterator[Kind]:
    less = Decision.objects.filter(outcome=Decision.Outcome.GRANT).annotate(
        worked_out=Cast(KeyTextTransform("subsidy_yen", "calculation"), BigIntegerField())
    )
    yield Kind(
        "reduced",
        _("計算した額より少ない交付決定"),
        less.filter(amount_yen__lt=F("worked_out")),
        "application__",
        "prepared_at",
        "prepared_by_id",
        F("reason"),
    )
    reasons = Func(
        F("cuts"),
        Value("$.*.reason"),
        function="jsonb_path_query_array",
        template="%(function)s(%(expressions)s::jsonpath)",
        output_field=JSONField(),
    )
    yield Kind(
        "cut",
        _("検査による減額"),
        Inspection.objects.exclude(cuts={}),
        "grant__application__",
        "saved_at",
        "inspected_by_id",
        reasons,
    )
    yield Kind(
        "free_of_charge",
        _("違約加算金を付けない返還命令"),
        Ruling.objects.filter(kind=RECOVERY, status=grant_states.RULED, terms__surcharged=False),
        "grant__application__",
        "prepared_at",
        "prepared_by_id",
        F("reason"),
    )


def _reviewing() -> Iterator[Kind]:
    yield Kind(
        "marked",
        _("申請に付けた注意"),
        Mark.objects.all(),
        "application__",
        "made_at",
        "made_by_id",
        F("reason"),
    )
    yield Kind(
        "lifted",
        _("解いた注意"),
        Mark.objects.filter(lifted_at__isnull=False),
        "application__",
        "lifted_at",
        "lifted_by_id",
        F("lifted_reason"),
    )
    yield Kind(
        "promoted",
        _("補欠の繰上げ"),
        Choice.objects.filter(promoted_at__isnull=False),
        "application__",
        "promoted_at",
        "selection__approved_by_id",
        F("reason"),
    )
    yield Kind(
        "assigned",
        _("職員による審査委員の割当て"),
        Assignment.objects.filter(basis=Assignment.Basis.MANUAL),
        "case__application__",
        "round__opened_at",
        "round__created_by_id",
        F("note"),
    )
    yield Kind(
        "settled",
        _("説明がついた・記録だけとした気になる点"),
        Finding.objects.filter(status__in=watch_states.SETTLED, handled_at__isnull=False),
        "application__",
        "handled_at",
        "handled_by_id",
        F("reason"),
    )
    yield Kind(
        "waived",
        _("免除した義務"),
        Obligation.objects.filter(
            status=obligation_states.WAIVED, settled_by__isnull=False, settled_at__isnull=False
        ),
        "grant__application__",
        "settled_at",
        "settled_by_id",
        F("reason"),
    )


def _elsewhere() -> Iterator[Kind]:
    yield Kind(
        "advisor",
        _("提案と違う相談員の選任"),
        TeamMember.objects.exclude(override=""),
        None,
        "since",
        "chosen_by_id",
        F("override"),
        label="engagement__firm_name",
    )
    yield Kind(
        "engagement",
        _("伴走支援の延長・相談員の交代"),
        EngagementChange.objects.filter(decided_at__isnull=False),
        None,
        "decided_at",
        "proposed_by_id",
        F("reason"),
        label="engagement__firm_name",
    )
    for action, title in ACTS.items():
        yield Kind(
            action,
            title,
            # What a program does by itself is nobody's discretion.
            AuditRow.objects.filter(action=action, actor_id__isnull=False),
            None,
            "at",
            "actor_id",
            F("reason"),
            ward="chain",
            label="object_label",
        )


KINDS = {kind.code: kind for kind in [*_cases(), *_reviewing(), *_elsewhere()]}


def rows(scope: Scope, kind: str = "", *, without_reason: bool = False) -> QuerySet:
    """What is found, the newest first. `without_reason`: only where nobody said why."""
    parts = [KINDS[kind]] if kind in KINDS else list(KINDS.values())
    queries = [part.found(scope) for part in parts]
    if without_reason:
        queries = [query.filter(o_reason__in=["", "[]"]) for query in queries]
    first, *others = queries
    joined = first.union(*others, all=True) if others else first
    return joined.order_by("-o_at", "o_case", "o_kind")


def found(queryset: QuerySet) -> list[Override]:
    """The rows of `rows()`, or of a page of it; several reasons of one row as one text."""
    rows = [Override(*row) for row in queryset]
    return [row._replace(reason=_text(row.reason or "")) for row in rows]


def cases(scope: Scope) -> Q:
    """The condition that an application is among them."""
    wanted = Q()
    for part in KINDS.values():
        if part.path is not None:
            wanted |= Q(pk__in=part.rows.filter(scope.on(part.path)).values(f"{part.path}pk"))
    return wanted


def _text(reason: str) -> str:
    if not reason.startswith('["'):
        return "" if reason == "[]" else reason
    return str(_("、")).join(json.loads(reason))
