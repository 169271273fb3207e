"""Calls (公募) and their budgets, made and changed by the ward."""

import datetime as dt
from dataclasses import asdict, dataclass
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from portal.kernel import audit, clock, outbox
from portal.kernel.actor import Actor
from portal.kernel.money import format_yen
from portal.kernel.transitions import ReasonMissing, RoleMissing
from programs.models import Ward
from subsidies.contents import rules_of
from subsidies.models import Call, Scheme, SchemeVersion
from subsidies.office import policies
from subsidies.office.services.revisions import newest_version
from subsidies.services.errors import Refused
from subsidies.services.schemes import bonus_refusal


@dataclass(frozen=True, slots=True)
class CallPlan:
    """What a call says; times with their zone, yen."""

    fiscal_year: int
    round: int
    mode: str
    opens_at: dt.datetime
    closes_at: dt.datetime
    project_ends_on: dt.date
    contact: str
    budget_line: str = ""


def call_create(
    *, actor: Actor, scheme_id: int, plan: CallPlan, budget_yen: int, reserved_yen: int
) -> Call:
    """A call of an own scheme under its newest version; everybody sees it from then on.

    Raises Scheme.DoesNotExist, RoleMissing, Refused (dates, budget, bonus, a call of that round
    exists).
    """
    if not policies.may_budget(actor):
        raise RoleMissing
    with transaction.atomic():
        scheme = policies.visible_schemes(actor).get(pk=scheme_id)
        version = _published(scheme)
        _check_plan(plan)
        _check_budget(plan.mode, budget_yen, reserved_yen)
        if refusal := bonus_refusal(rules_of(version), plan.mode, reserved_yen):
            raise Refused(refusal)
        _check_free(scheme, plan, None)
        call = Call.objects.create(
            version=version,
            ward_id=scheme.ward_id,
            budget_yen=budget_yen,
            reserved_yen=reserved_yen,
            **asdict(plan),
        )
        audit.record(
            actor=actor,
            action="office.call_created",
            obj=call,
            detail={**_told(plan), "budget_yen": budget_yen, "reserved_yen": reserved_yen},
        )
        return call


def call_edit(*, actor: Actor, call_id: int, plan: CallPlan, reason: str) -> Call:
    """Change an own call, with a reason. Once it has opened only its closing time, the end of the
    project and the contact may change: applicants rely on the rest.

    Raises Call.DoesNotExist, RoleMissing, ReasonMissing, Refused.
    """
    if not policies.may_budget(actor):
        raise RoleMissing
    if not reason.strip():
        raise ReasonMissing
    with transaction.atomic():
        call = policies.visible_calls(actor).select_for_update(of=("self",)).get(pk=call_id)
        before = _plan_of(call)
        _check_plan(plan)
        if clock.database_now() >= call.opens_at:
            _check_opened(before, plan)
        if refusal := bonus_refusal(rules_of(call.version), plan.mode, call.reserved_yen):
            raise Refused(refusal)
        _check_budget(plan.mode, call.budget_yen, call.reserved_yen)
        _check_free(call.version.scheme, plan, call)
        for name, value in asdict(plan).items():
            setattr(call, name, value)
        call.save(update_fields=list(asdict(plan)))
        old, new = _told(before), _told(plan)
        audit.record(
            actor=actor,
            action="office.call_edited",
            obj=call,
            reason=reason.strip(),
            changes={name: [old[name], new[name]] for name in new if old[name] != new[name]},
        )
        return call


def call_change_budget(
    *, actor: Actor, call_id: int, budget_yen: int, reserved_yen: int, reason: str
) -> Call:
    """予算の変更（補正・流用）: never below what is committed, the graduates' share never below what
    others hold. Whoever waits for money hears of it where it reaches them now.

    Raises Call.DoesNotExist, RoleMissing, ReasonMissing, Refused.
    """
    if not policies.may_budget(actor):
        raise RoleMissing
    if not reason.strip():
        raise ReasonMissing
    with transaction.atomic():
        call = policies.visible_calls(actor).select_for_update(of=("self",)).get(pk=call_id)
        _check_budget(call.mode, budget_yen, reserved_yen)
        if refusal := bonus_refusal(rules_of(call.version), call.mode, reserved_yen):
            raise Refused(refusal)
        if budget_yen < call.committed_yen:
            text = _("すでに%(yen)sの交付を決定しています。それより小さい予算にはできません。")
            raise Refused(text % {"yen": format_yen(call.committed_yen)})
        others = call.committed_yen - call.graduate_yen
        if budget_yen - reserved_yen < others:
            text = _("修了者でない方に%(yen)sを決定しているため、修了者の枠は%(most)sまでです。")
            most = format_yen(max(0, budget_yen - others))
            raise Refused(text % {"yen": format_yen(others), "most": most})
        before = (call.budget_yen, call.reserved_yen)
        call.budget_yen, call.reserved_yen = budget_yen, reserved_yen
        call.save(update_fields=["budget_yen", "reserved_yen"])
        audit.record(
            actor=actor,
            action="subsidies.budget_changed",
            obj=call,
            reason=reason.strip(),
            changes={
                "budget_yen": [before[0], budget_yen],
                "reserved_yen": [before[1], reserved_yen],
            },
        )
        outbox.publish(
            name="subsidies.budget_changed",
            subject=call.pk,
            ward_id=call.ward_id,
            payload={"call_id": call.pk},
        )
        return call


def default_contact(ward_id: int) -> str:
    """問合せ先 of the ward's office."""
    ward = Ward.objects.get(pk=ward_id)
    return f"{ward.name}{ward.office}"


def _published(scheme: Scheme) -> SchemeVersion:
    """The rules a new call follows. Raises Refused for a scheme that was never published."""
    try:
        return newest_version(scheme)
    except SchemeVersion.DoesNotExist as missing:
        text = _("この制度には、公開した版がありません。先に改正案を公開してください。")
        raise Refused(text) from missing


def _plan_of(call: Call) -> CallPlan:
    return CallPlan(**{name: getattr(call, name) for name in CallPlan.__slots__})


def _check_plan(plan: CallPlan) -> None:
    if plan.closes_at <= plan.opens_at:
        raise Refused(_("受付終了は受付開始より後にしてください。"))
    if plan.project_ends_on <= clock.to_date(plan.opens_at):
        raise Refused(_("事業の期限は受付開始より後の日にしてください。"))
    first, last = clock.fiscal_year_bounds(plan.fiscal_year)
    if not first <= plan.project_ends_on <= last:
        text = _("事業の期限は、%(year)sの間（%(last)sまで）の日にしてください。")
        year = clock.wareki_fiscal_year(plan.fiscal_year)
        raise Refused(text % {"year": year, "last": clock.wareki(last)})


def _check_opened(before: CallPlan, plan: CallPlan) -> None:
    fixed = ("fiscal_year", "round", "mode", "opens_at")
    if any(getattr(before, name) != getattr(plan, name) for name in fixed):
        raise Refused(_("受付が始まった公募は、受付終了・事業の期限・問合せ先だけを変えられます。"))


def _check_budget(mode: str, budget_yen: int, reserved_yen: int) -> None:
    if reserved_yen > budget_yen:
        raise Refused(_("修了者の枠が予算額を超えています。"))
    if reserved_yen and mode != Call.Mode.FIRST_COME:
        raise Refused(
            _("修了者の枠は先着順の公募のためのものです。審査する公募では、加点を使ってください。")
        )


def _check_free(scheme: Scheme, plan: CallPlan, own: Call | None) -> None:
    """Raises Refused where the scheme has a call of that year and round, under any version."""
    others = Call.objects.filter(
        version__scheme=scheme, fiscal_year=plan.fiscal_year, round=plan.round
    )
    if own is not None:
        others = others.exclude(pk=own.pk)
    if others.exists():
        text = _("%(year)sの第%(round)d回は、すでにあります。回の番号を変えてください。")
        year = clock.wareki_fiscal_year(plan.fiscal_year)
        raise Refused(text % {"year": year, "round": plan.round})


def _told(plan: CallPlan) -> dict[str, Any]:
    """The plan as the audit row keeps it."""
    return {
        name: value.isoformat() if isinstance(value, dt.date) else value
        for name, value in asdict(plan).items()
    }
