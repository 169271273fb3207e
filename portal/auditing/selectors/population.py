"""Which cases there are to look at: by scope, by what happened to them, by their amount."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db.models import BigIntegerField, Exists, F, OuterRef, Q, QuerySet, Value
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast, Coalesce
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from portal.auditing import policies
from portal.auditing.selectors import overrides, violations
from portal.auditing.selectors.scope import Scope
from portal.kernel.actor import Actor
from subsidies import grant_states
from subsidies.grants import states as filing_states
from subsidies.grants.kinds.revocation import REVOCATION
from subsidies.grants.models import Payment, Recovery, Ruling
from subsidies.grants.plan import CHANGE
from subsidies.models import Application, Decision, Grant
from subsidies.watch import states as watch_states
from subsidies.watch.models import Finding

# 上限に近い: the decision reaches this part of the cap.
NEAR_CAP_PERCENT = 95
SUBMITTED, GRANTED, PAID = "submitted", "granted", "paid"
BASES: dict[str, str | Promise] = {
    GRANTED: _("交付決定（決定額）"),
    PAID: _("支払（支払済額）"),
    SUBMITTED: _("申請（交付申請額）"),
}


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is looked for. `base` says which cases count and by which amount."""

    scope: Scope = field(default_factory=Scope)
    base: str = GRANTED
    criterion: str = ""
    least_yen: int | None = None
    most_yen: int | None = None
    query: str = ""


def _decided() -> QuerySet:
    return Decision.objects.filter(
        application=OuterRef("pk"), outcome=Decision.Outcome.GRANT, approved_at__isnull=False
    )


def _near_cap() -> Q:
    rows = _decided().annotate(
        cap=Cast(KeyTextTransform("cap_yen", "conditions"), BigIntegerField())
    )
    return Q(Exists(rows.filter(cap__gt=0, amount_yen__gte=F("cap") * NEAR_CAP_PERCENT / 100)))


def _ruled(kind: str) -> Q:
    return Q(
        Exists(
            Ruling.objects.filter(
                grant__application=OuterRef("pk"),
                kind=kind,
                status=filing_states.RULED,
                outcome=Ruling.Outcome.APPROVE,
            )
        )
    )


def _found(**wanted: Any) -> Q:
    return Q(Exists(Finding.objects.filter(application=OuterRef("pk"), **wanted)))


# Code → (name, condition on the application within a scope).
CRITERIA: dict[str, tuple[str | Promise, Callable[[Scope], Q]]] = {
    "violation": (_("日付の順序に問題がある"), violations.cases),
    "override": (_("裁量・例外がある"), overrides.cases),
    "reduced": (
        _("計算した額より少なく決定した"),
        lambda scope: Q(
            pk__in=overrides.KINDS["reduced"]
            .rows.filter(scope.on("application__"))
            .values("application")
        ),
    ),
    "late": (
        _("実績報告が遅れた"),
        lambda scope: violations.cases(scope, "reported_late"),
    ),
    "near_cap": (_("決定額が上限に近い"), lambda _scope: _near_cap()),
    "changed": (_("計画を変更した"), lambda _scope: _ruled(CHANGE)),
    "advance": (
        _("概算払を受けた"),
        lambda _scope: Q(
            Exists(
                Payment.objects.filter(grant__application=OuterRef("pk"), kind=Payment.Kind.ADVANCE)
            )
        ),
    ),
    "revoked": (
        _("交付決定を取り消した"),
        lambda _scope: _ruled(REVOCATION) | Q(grant__status=grant_states.REVOKED),
    ),
    "repaid": (
        _("返還を命じた"),
        lambda _scope: Q(Exists(Recovery.objects.filter(grant__application=OuterRef("pk")))),
    ),
    "vendor": (
        _("発注先が集中している"),
        lambda _scope: _found(kind__in=[Finding.Kind.VENDOR, Finding.Kind.RING]),
    ),
    "finding": (_("気になる点が見つかった"), lambda _scope: _found()),
    "open_finding": (
        _("気になる点の対応が済んでいない"),
        lambda _scope: _found(status__in=watch_states.WAITING),
    ),
}


def cases(actor: Actor, wanted: Wanted) -> QuerySet[Any]:
    """The cases with `book_yen`, the newest first."""
    rows: QuerySet[Any] = policies.visible_cases(actor).filter(wanted.scope.on(""))
    rows = _with_base(rows, wanted.base)
    if wanted.criterion in CRITERIA:
        rows = rows.filter(CRITERIA[wanted.criterion][1](wanted.scope))
    if wanted.least_yen is not None:
        rows = rows.filter(book_yen__gte=wanted.least_yen)
    if wanted.most_yen is not None:
        rows = rows.filter(book_yen__lte=wanted.most_yen)
    if words := wanted.query.strip():
        rows = rows.filter(Q(receipt_no__icontains=words) | Q(firm_name__icontains=words))
    heavy = ("eligibility", "answers", "expense_input", "history")
    return rows.select_related("grant").defer(*heavy).order_by("-submitted_at", "-id")


def _with_base(rows: QuerySet[Any], base: str) -> QuerySet[Any]:
    if base == SUBMITTED:
        return rows.annotate(book_yen=Coalesce(F("requested_yen"), Value(0)))
    if base == PAID:
        return rows.filter(grant__paid_yen__gt=0).annotate(book_yen=F("grant__paid_yen"))
    return rows.filter(Exists(_decided())).annotate(book_yen=F("decision__amount_yen"))


def years() -> list[int]:
    """Fiscal years that have calls with grants, the newest first."""
    found = Grant.objects.order_by().values_list("call__fiscal_year", flat=True).distinct()
    return sorted(found, reverse=True)


def named(ids: Iterable[int | None]) -> dict[int, Application]:
    """The cases of these ids with what lists show of them: one query."""
    wanted = {number for number in ids if number is not None}
    names = ("receipt_no", "firm_name", "scheme_name", "ward_id", "stage", "title")
    return Application.objects.only(*names).in_bulk(wanted)
