"""日付の順序: what stands in the wrong order, or too late, over all wards in one query.

Each rule is a SELECT of (application, the day that offends, the day it is held against). The list, the
lights of one case and the criteria of samples all ask these and nothing else. Source: domain.md A2
(契約・発注・支払は決定日以後; 実績報告・請求・支払の順), A1 (出納整理期間は5月31日まで).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, NamedTuple

from django.db.models import (
    BooleanField,
    CharField,
    DateField,
    F,
    Func,
    JSONField,
    Max,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
)
from django.db.models.fields.json import KeyTextTransform, KeyTransform
from django.db.models.functions import Cast, TruncDate
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from portal.auditing.selectors.scope import Scope
from subsidies.grants import states as grant_states
from subsidies.grants.kinds.claim import CLAIM
from subsidies.grants.kinds.completion import COMPLETION
from subsidies.grants.kinds.final_amount import FINAL_AMOUNT
from subsidies.grants.models import (
    FilingVersion,
    Inspection,
    Payment,
    RecoveryPayment,
    Ruling,
)
from subsidies.models import ApplicationVersion, Correction, Decision, Grant

# A payment entered so many days after it was made looks like one written down from memory.
ENTERED_WITHIN = timedelta(days=30)
_STEPS = ("order", "delivery", "acceptance", "payment")
_AFTER = " || ".join(f'@.step == "{step}"' for step in _STEPS)
_EARLY = f"$.record.lines[*].links[*] ? ({_AFTER}).on ? (@ < $day)"
_OUT = '$.record.lines[*].links[*] ? (@.step == "payment").on ? (@ > $day)'


class Violation(NamedTuple):
    """One thing in the wrong order: `on` offends, `limit` is the day it is held against."""

    rule: str
    application_id: int
    on: date
    limit: date


@dataclass(frozen=True, slots=True)
class Rule:
    """`title` says what is wrong; `on` and `limit` name the two days. `path` leads from a row to its
    application.
    """

    code: str
    title: str | Promise
    on: str | Promise
    limit: str | Promise
    rows: QuerySet
    path: str
    days: tuple[Any, Any]

    def found(self, scope: Scope) -> QuerySet:
        """The rule's rows as (rule, application, on, limit)."""
        named = self.rows.filter(scope.on(self.path)).annotate(
            rule=Value(self.code, output_field=CharField()),
            case=F(f"{self.path}pk"),
            day=Cast(self.days[0], DateField()),
            against=Cast(self.days[1], DateField()),
        )
        return named.order_by().values_list("rule", "case", "day", "against")


def _day(name: str) -> TruncDate:
    return TruncDate(name)


class _Link(Func):
    """The first day of a frozen report that the path finds, held against `$day`."""

    function = "jsonb_path_query_first"
    template = "(%(function)s(%(expressions)s) #>> '{}')::date"
    output_field = DateField()


class _HasLink(Func):
    function = "jsonb_path_exists"
    output_field = BooleanField()


def _against(path: str, field: str) -> tuple[Any, Any, Any]:
    """The arguments of a search along `path` with `$day` bound to the column."""
    bound = Func(
        Value("day"),
        Cast(F(field), CharField()),
        function="jsonb_build_object",
        output_field=JSONField(),
    )
    return F("payload"), Cast(Value(path), _JsonPath()), bound


class _JsonPath(CharField):
    def db_type(self, connection: Any) -> str:
        return "jsonpath"

    def cast_db_type(self, connection: Any) -> str:
        return "jsonpath"


def _reports() -> QuerySet:
    """The last version of every completion report."""
    last = (
        FilingVersion.objects.filter(filing=OuterRef("filing"))
        .order_by()
        .values("filing")
        .annotate(last=Max("number"))
        .values("last")[:1]
    )
    return FilingVersion.objects.filter(filing__kind=COMPLETION, number=Subquery(last))


def _ruled() -> QuerySet:
    return Ruling.objects.filter(status=grant_states.RULED)


def _final_days() -> Subquery:
    """The day of the 額の確定 of a payment's grant."""
    rows = _ruled().filter(grant=OuterRef("grant"), kind=FINAL_AMOUNT)
    return Subquery(rows.order_by("-id").values("ruled_on")[:1])


def _closing(field: str) -> Func:
    """出納閉鎖: 31 May after the fiscal year."""
    return Func(F(field) + 1, Value(5), Value(31), function="make_date", output_field=DateField())


def _submission() -> Iterator[Rule]:
    first = ApplicationVersion.objects.filter(number=1, submitted_at__gte=F("deadline"))
    yield Rule(
        "submitted_late",
        _("締切の後に受け付けた申請"),
        _("申請"),
        _("締切"),
        first,
        "application__",
        (_day("submitted_at"), _day("deadline")),
    )
    late = Correction.objects.annotate(day_answered=_day("answered_at"))
    yield Rule(
        "corrected_late",
        _("期限の後に出された補正"),
        _("補正"),
        _("期限"),
        late.filter(day_answered__gt=F("due_on")),
        "application__",
        (F("day_answered"), F("due_on")),
    )


def _deciding() -> Iterator[Rule]:
    decided = Decision.objects.filter(approved_at__isnull=False)
    arrived = decided.annotate(arrived=_day("application__submitted_at"))
    yield Rule(
        "decided_early",
        _("申請より前の日付の決定"),
        _("決定"),
        _("申請"),
        arrived.filter(decided_on__lt=F("arrived")),
        "application__",
        (F("decided_on"), F("arrived")),
    )
    yield Rule(
        "approved_early",
        _("起案より前の決裁"),
        _("決裁"),
        _("起案"),
        decided.filter(approved_at__lt=F("prepared_at")),
        "application__",
        (_day("approved_at"), _day("prepared_at")),
    )
    yield Rule(
        "ruled_early",
        _("交付決定後の起案より前の決裁"),
        _("決裁"),
        _("起案"),
        _ruled().filter(approved_at__lt=F("prepared_at")),
        "grant__application__",
        (_day("approved_at"), _day("prepared_at")),
    )


def _running() -> Iterator[Rule]:
    decided, ends = "filing__grant__decided_on", "filing__grant__project_ends_on"
    early = _reports().annotate(hit=_HasLink(*_against(_EARLY, decided)))
    yield Rule(
        "ordered_early",
        _("交付決定より前の発注・納品・支払"),
        _("発注・納品・支払"),
        _("交付決定"),
        early.filter(hit=True),
        "filing__grant__application__",
        (_Link(*_against(_EARLY, decided)), F(decided)),
    )
    late = _reports().annotate(hit=_HasLink(*_against(_OUT, ends)))
    yield Rule(
        "spent_late",
        _("事業の期限の後の支払（企業から発注先へ）"),
        _("支払"),
        _("事業の期限"),
        late.filter(hit=True),
        "filing__grant__application__",
        (_Link(*_against(_OUT, ends)), F(ends)),
    )
    yield Rule(
        "completed_late",
        _("事業の期限の後の完了"),
        _("完了"),
        _("事業の期限"),
        Grant.objects.filter(completed_on__gt=F("project_ends_on")),
        "application__",
        (F("completed_on"), F("project_ends_on")),
    )
    due = KeyTextTransform("due_on", KeyTransform("record", "payload"))
    yield Rule(
        "reported_late",
        _("期限の後に出された実績報告"),
        _("実績報告"),
        _("期限"),
        FilingVersion.objects.filter(filing__kind=COMPLETION, number=1, payload__record__late=True),
        "filing__grant__application__",
        (_day("submitted_at"), due),
    )


def _settling() -> Iterator[Rule]:
    inspected = Inspection.objects.annotate(filed=_day("version__submitted_at"))
    yield Rule(
        "inspected_early",
        _("実績報告より前の検査"),
        _("検査"),
        _("実績報告"),
        inspected.filter(inspected_on__lt=F("filed")),
        "grant__application__",
        (F("inspected_on"), F("filed")),
    )
    final = (
        _ruled()
        .filter(kind=FINAL_AMOUNT)
        .annotate(
            looked=Cast(
                KeyTextTransform("inspected_on", KeyTransform("inspection", "terms")), DateField()
            )
        )
    )
    yield Rule(
        "final_early",
        _("検査より前の額の確定"),
        _("額の確定"),
        _("検査"),
        final.filter(ruled_on__lt=F("looked")),
        "grant__application__",
        (F("ruled_on"), F("looked")),
    )


def _paying() -> Iterator[Rule]:
    paid = Payment.objects.annotate(
        claimed=_day("filing__submitted_at"), final=_final_days(), entered=_day("recorded_at")
    )
    path = "grant__application__"
    settled = paid.filter(kind=Payment.Kind.FINAL)
    yield Rule(
        "claimed_early",
        _("額の確定より前の請求"),
        _("請求"),
        _("額の確定"),
        settled.filter(filing__kind=CLAIM, claimed__lt=F("final")),
        path,
        (F("claimed"), F("final")),
    )
    yield Rule(
        "paid_unclaimed",
        _("請求より前の支払"),
        _("支払"),
        _("請求"),
        paid.filter(paid_on__lt=F("claimed")),
        path,
        (F("paid_on"), F("claimed")),
    )
    yield Rule(
        "paid_early",
        _("額の確定より前の支払（精算払）"),
        _("支払"),
        _("額の確定"),
        settled.filter(paid_on__lt=F("final")),
        path,
        (F("paid_on"), F("final")),
    )
    closed = paid.annotate(closing=_closing("grant__call__fiscal_year"))
    yield Rule(
        "paid_closed",
        _("出納閉鎖（5月31日）の後の支払"),
        _("支払"),
        _("出納閉鎖"),
        closed.filter(paid_on__gt=F("closing")),
        path,
        (F("paid_on"), F("closing")),
    )
    yield Rule(
        "entered_late",
        _("30日より後に入力された支払"),
        _("入力"),
        _("支払"),
        paid.filter(entered__gt=F("paid_on") + ENTERED_WITHIN),
        path,
        (F("entered"), F("paid_on")),
    )
    yield Rule(
        "returned_late",
        _("納期日の後の返納"),
        _("返納"),
        _("納期日"),
        RecoveryPayment.objects.filter(paid_on__gt=F("recovery__due_on")),
        "recovery__grant__application__",
        (F("paid_on"), F("recovery__due_on")),
    )


def rules() -> dict[str, Rule]:
    """Code → rule, in the order of a case's life."""
    found = [*_submission(), *_deciding(), *_running(), *_settling(), *_paying()]
    return {rule.code: rule for rule in found}


RULES = rules()


def rows(scope: Scope, rule: str = "") -> QuerySet:
    """What is found, the newest first; one rule or all. Runs as somebody who reads all wards."""
    parts = [RULES[rule]] if rule in RULES else list(RULES.values())
    first, *others = (part.found(scope) for part in parts)
    joined = first.union(*others, all=True) if others else first
    return joined.order_by("-day", "case", "rule")


def found(queryset: QuerySet) -> list[Violation]:
    """The rows of `rows()`, or of a page of it."""
    return [Violation(*row) for row in queryset]


def cases(scope: Scope, rule: str = "") -> Q:
    """The condition that an application is among them."""
    parts = [RULES[rule]] if rule in RULES else list(RULES.values())
    wanted = Q()
    for part in parts:
        wanted |= Q(pk__in=part.rows.filter(scope.on(part.path)).values(f"{part.path}pk"))
    return wanted
