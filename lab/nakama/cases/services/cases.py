"""The case itself: written as a draft, opened, taken back, given up."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from lab.nakama.cases import policies, states
from lab.nakama.cases.models import (
    Case,
    CaseParty,
    CasePrivate,
    CaseStep,
    DrawingGrant,
    Invitation,
    Wave,
)
from lab.nakama.cases.rules import summary
from lab.nakama.cases.services import drawings, notices
from lab.nakama.cases.services.errors import Incomplete, Refused
from lab.nakama.cases.services.parts import writing
from lab.nakama.rules.certificates import code_of, codes_of
from portal.accounts.policies import person_id
from portal.kernel import audit, clock, numbering, transitions
from portal.kernel.actor import Actor
from portal.kernel.database import acting
from portal.kernel.texts import digits, plain
from programs.models import Firm, FirmWard

SERIES = "nakama"
MOST_DRAFTS = 20
_PRIVATE = ("customer", "contact", "delivery_address", "budget_yen", "note")
_TEXTS = {"title": 80, "summary": 2000, "material": 40}
_PRIVATE_TEXTS = {"customer": 200, "contact": 100, "delivery_address": 200, "note": 2000}


@dataclass(frozen=True, slots=True)
class Wanted:
    """A case as typed; a draft may lack anything. mm, µm, pieces, yen 税抜."""

    title: str = ""
    summary: str = ""
    material: str = ""
    material_code: str = ""
    size_mm: int | None = None
    tolerance_um: int | None = None
    lot: int | None = None
    due_on: dt.date | None = None
    certificates: Sequence[str] = field(default=())
    export_control: bool = False
    wave_hours: int = 48
    customer: str = ""
    contact: str = ""
    delivery_address: str = ""
    budget_yen: int | None = None
    note: str = ""


def draft_start(*, actor: Actor, wanted: Wanted) -> Case:
    """案件の下書き of the firm, with itself as buyer and, until another is named, as hub.

    Raises RoleMissing, Refused (no ward, too many drafts).
    """
    firm_id = policies.own_firm(actor)
    mine = policies.led_cases(actor).filter(firm_id=firm_id, status=states.DRAFT)
    if mine.count() >= MOST_DRAFTS:
        raise Refused(
            _("下書きは%(n)d件までです。使わない下書きを取り下げてください。") % {"n": MOST_DRAFTS}
        )
    with transaction.atomic(), acting(actor.elevated()):
        firm = Firm.objects.get(pk=firm_id)
        case = Case.objects.create(
            ward_id=_ward_of(firm), firm=firm, created_by_id=person_id(actor), **_public(wanted)
        )
        CasePrivate.objects.create(case=case, buyer_name=firm.name, **_private(wanted))
        CaseParty.objects.bulk_create(
            CaseParty(case=case, firm=firm, part=part, firm_name=firm.name)
            for part in (CaseParty.Part.BUYER, CaseParty.Part.HUB)
        )
        audit.record(actor=actor, action="cases.drafted", obj=case)
    return case


def draft_save(*, actor: Actor, case_id: int, wanted: Wanted) -> Case:
    """Keep what was typed. Raises Case.DoesNotExist, Refused once it is open."""
    seen = policies.get_led_case(actor, pk=case_id)
    with writing(actor, seen) as case:
        _require_buyer(actor, case)
        if case.status != states.DRAFT:
            raise Refused(_("出した案件の内容は変えられません。取り下げて、作り直してください。"))
        for name, value in _public(wanted).items():
            setattr(case, name, value)
        case.save()
        CasePrivate.objects.filter(case=case).update(**_private(wanted))
        return case


def case_publish(*, actor: Actor, case_id: int) -> Case:
    """案件を出す. Raises Incomplete with what is to be mended, StaleState, GuardFailed."""
    seen = policies.get_led_case(actor, pk=case_id)
    with writing(actor, seen) as case:
        if faults := publish_faults(case):
            raise Incomplete(faults)
        year = clock.fiscal_year(clock.today())
        last = numbering.next_number(
            series=SERIES, ward_id=case.ward_id, scheme="", fiscal_year=year
        )
        number = f"NK-{clock.fiscal_year_mark(year)}-{case.ward_id}-{last:04}"
        transitions.apply(
            table=states.CASE,
            instance=case,
            action="publish",
            actor=actor,
            payload=payload_of(case),
            fields={"number": number, "opened_at": clock.database_now()},
        )
        notices.opened(case)
        return case


def publish_faults(case: Case) -> dict[str, list[str]]:
    """What keeps the case from being opened, by field, in words. As the system."""
    private = CasePrivate.objects.get(case=case)
    told = summary.Summary(
        case.title, case.summary, case.material, case.size_mm, case.lot, case.due_on
    )
    words: dict[str, list[str]] = {}
    for fault in summary.faults(told, today=clock.today(), names=names_of(private)):
        words.setdefault(fault.field, []).append(fault_text(fault))
    for certificate in case.certificates:
        for fault in summary.telling("other_certificates", certificate, names_of(private)):
            words.setdefault(fault.field, []).append(fault_text(fault))
    # Steps may have been written while the draft named nobody yet.
    for step in CaseStep.objects.filter(case=case):
        for fault in summary.telling("steps", step.note, names_of(private)):
            words.setdefault("steps", []).append(step_fault(step.position, fault))
    if not private.delivery_address:
        words.setdefault("delivery_address", []).append(_("納品先の住所を入力してください。"))
    return words


def names_of(private: CasePrivate) -> list[str]:
    """Whom nothing that others read may name."""
    return [private.buyer_name, private.customer, private.contact]


def step_fault(position: int, fault: summary.Fault) -> str:
    """The same of the note on a step, which everybody asked reads."""
    return _("%(n)d番の工程の指示：%(fault)s") % {"n": position, "fault": fault_text(fault)}


def fault_text(fault: summary.Fault) -> str:
    """What is wrong, in words."""
    texts = {
        "missing": _("入力してください。仲間が、できるかどうかを判断するのに使います。"),
        "past": _("納期は明日以降の日にしてください。"),
        "far": _("納期は1年以内の日にしてください。"),
        "name": _("「%(name)s」と分かる言葉が入っています。名前を消してください。"),
        "contact": _("電話番号・メール・ウェブの住所が入っています。消してください。"),
    }
    text = texts[fault.kind]
    return text % {"name": fault.value} if fault.kind == "name" else text


def hub_name(
    *, actor: Actor, case_id: int, part: str, corporate_number: str, reason: str = ""
) -> Case:
    """Name the hub, or the second one (副ハブ). An empty number gives the part back to the buyer.

    Raises Refused (no such firm, the two are one, already inviting), RoleMissing.
    """
    seen = policies.get_led_case(actor, pk=case_id)
    with writing(actor, seen) as case:
        _require_lead(actor, case)
        if case.status not in {states.DRAFT, states.OPEN, states.INVITING}:
            raise Refused(_("発注の決定を待っている案件と、決まった案件のハブは変えられません。"))
        firm = _hub_firm(case, part, corporate_number)
        rows = CaseParty.objects.filter(case=case, part=part)
        before = list(rows.values_list("firm_id", flat=True))
        rows.delete()
        if firm is not None:
            other = {"hub": "delegate", "delegate": "hub"}[part]
            if CaseParty.objects.filter(case=case, part=other, firm=firm).exists():
                raise Refused(_("ハブ企業と副ハブ企業は、別の企業にしてください。"))
            CaseParty.objects.create(case=case, firm=firm, part=part, firm_name=firm.name)
            notices.hub_named(case, firm.pk, part)
        if policies.own_firm(actor) != case.firm_id:
            notices.hub_changed(case)
        audit.record(
            actor=actor,
            action="cases.hub_named",
            obj=case,
            changes={part: [before, firm.pk if firm else None]},
            reason=reason,
        )
        return case


def _hub_firm(case: Case, part: str, corporate_number: str) -> Firm | None:
    if not corporate_number:
        return case.firm if part == CaseParty.Part.HUB else None
    rows = Firm.objects.filter(is_active=True)
    found = rows.filter(corporate_number=digits(corporate_number) or "-").first()
    if found is None:
        raise Refused(
            _("この法人番号の企業は、ポータルに登録されていません。番号を確かめてください。")
        )
    return found


def case_withdraw(*, actor: Actor, case_id: int, reason: str) -> Case:
    """取り下げる. Raises ReasonMissing, StaleState, GuardFailed."""
    return _end(actor, case_id, "withdraw", reason)


def case_give_up(*, actor: Actor, case_id: int, reason: str) -> Case:
    """不成立にする, by the hub. Raises as above."""
    return _end(actor, case_id, "give_up", reason)


def case_reopen(*, actor: Actor, case_id: int, reason: str) -> Case:
    """仲間を探し直す: back from the offer. Raises as above."""
    seen = policies.get_led_case(actor, pk=case_id)
    with writing(actor, seen) as case:
        transitions.apply(
            table=states.CASE, instance=case, action="reopen", actor=actor, reason=reason
        )
        return case


def _end(actor: Actor, case_id: int, action: str, reason: str) -> Case:
    seen = policies.get_led_case(actor, pk=case_id)
    with writing(actor, seen) as case:
        before = case.status
        transitions.apply(
            table=states.CASE,
            instance=case,
            action=action,
            actor=actor,
            reason=reason,
            payload=payload_of(case),
            fields={"reason": plain(reason, 1000), "ended_at": clock.database_now()},
        )
        asking_over(actor, case)
        drawings.grants_end(actor, case)
        if before != states.DRAFT:
            notices.ended(case)
        return case


def asking_over(actor: Actor, case: Case) -> None:
    """Nobody is asked any more: open waves close, those who wait for an answer learn of it, and
    they look at no drawing any more.
    """
    now = clock.database_now()
    Wave.objects.filter(case=case, closed_at=None).update(closed_at=now)
    live = [states.WAITING, *states.ANSWERS]
    rows = Invitation.objects.select_for_update().filter(case=case, status__in=live)
    for row in rows.order_by("pk"):
        transitions.apply(table=states.INVITATION, instance=row, action="pass", actor=actor)
        leaves = DrawingGrant.objects.filter(case=case, firm_id=row.firm_id, step_id=row.step_id)
        leaves.filter(revoked_at=None).update(revoked_at=now)
        notices.passed(row)


def payload_of(case: Case) -> dict[str, Any]:
    """What the events of a case carry."""
    return {"case_id": case.pk, "ward_id": case.ward_id, "firm_id": case.firm_id}


def _require_buyer(actor: Actor, case: Case) -> None:
    policies.require(CaseParty.Part.BUYER in policies.parts(actor, case.pk))


def _require_lead(actor: Actor, case: Case) -> None:
    policies.require(bool(policies.parts(actor, case.pk) & policies.LEADS))


def _ward_of(firm: Firm) -> int:
    """The ward of the firm's first open site, or one that sees it. Raises Refused."""
    site = firm.sites.filter(closed_on=None).order_by("pk").first()
    if site is not None:
        return site.ward_id
    seen = FirmWard.objects.filter(firm=firm).order_by("since", "pk").first()
    if seen is None:
        raise Refused(_("企業の拠点（工場・事務所）を登録すると、案件を出せます。"))
    return seen.ward_id


def _public(wanted: Wanted) -> dict[str, Any]:
    values = {key: value for key, value in asdict(wanted).items() if key not in _PRIVATE}
    values |= {key: plain(values[key], most) for key, most in _TEXTS.items()}
    # One name for each: a second spelling of the same certificate says nothing more.
    names = {code_of(name): plain(name, 40) for name in reversed(wanted.certificates)}
    named = [names[code] for code in codes_of(wanted.certificates)]
    return values | {"certificates": named}


def _private(wanted: Wanted) -> dict[str, Any]:
    values = {key: getattr(wanted, key) for key in _PRIVATE}
    return values | {key: plain(values[key], most) for key, most in _PRIVATE_TEXTS.items()}
