"""派遣の依頼: sent by a firm or by the office for it, then taken, asked about or declined."""

from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from advisors import codes, policies, states
from advisors.models import Engagement, SupportRequest
from advisors.services import causes, moves
from advisors.services.errors import Refused
from portal.kernel import clock, transitions
from portal.kernel.actor import Actor
from programs import policies as programs
from programs.diagnosis import policies as diagnoses
from programs.diagnosis.models import Audience, Diagnosis
from programs.diagnosis.services import consent_give
from programs.models import Firm, FirmWard
from programs.services.firms import let_ward_see


@dataclass(frozen=True, slots=True)
class Wish:
    """A request as typed."""

    trouble: str
    wish: str
    times: str
    fields: Collection[str] = ()
    languages: Collection[str] = ("ja",)
    vendors: Collection[str] = field(default=())
    # The diagnosis it begins with; whether the firm lets ward and advisors see that, in which words.
    diagnosis_id: int | None = None
    lets_see: bool = False
    consent: str = ""


def wards_of(actor: Actor, firm: Firm) -> list[int]:
    """Where the firm may ask for help: the wards of its open sites and those that see it."""
    if policies.is_office(actor):
        return [actor.ward_id] if actor.ward_id else []
    sites = firm.sites.filter(closed_on=None).values_list("ward_id", flat=True)
    seen = FirmWard.objects.filter(firm=firm).values_list("ward_id", flat=True)
    return sorted({*sites, *seen})


def request_send(*, actor: Actor, firm_id: int, ward_id: int, wish: Wish) -> SupportRequest:
    """Ask for advisors. Raises Refused (one is open or running, another's firm), RoleMissing."""
    policies.require(policies.is_firm(actor) or policies.may_handle(actor))
    firm = programs.visible_firms(actor).filter(pk=firm_id).first()
    if firm is None or ward_id not in wards_of(actor, firm):
        raise Refused(_("この企業からこの区へは依頼できません。区を選び直してください。"))
    causes.require_others_firm(actor, firm.pk)
    if not wish.trouble.strip() or not wish.wish.strip() or not wish.times.strip():
        raise Refused(_("困っていること、どうなりたいか、訪問を受けられる時間を入力してください。"))
    running = Engagement.objects.filter(firm_id=firm_id, ward_id=ward_id, status__in=states.PHASES)
    if running.exists():
        raise Refused(_("この企業への支援は、いま続いています。終わってから依頼してください。"))
    with transaction.atomic():
        if policies.is_firm(actor):
            let_ward_see(
                firm_id=firm_id,
                ward_id=ward_id,
                basis=FirmWard.Basis.APPLICATION,
                today=clock.today(),
            )
        begun = _begun_with(actor, firm, wish)
        if begun is not None and wish.lets_see and policies.is_firm(actor):
            _let_see(actor, begun, ward_id, wish.consent)
        row = _create(actor, firm, ward_id, wish, begun)
        moves.tell(
            actor,
            row,
            action="advisors.request_sent",
            event="advisors.request_sent",
            payload=payload_of(row),
            detail={"by_office": row.by_office, "diagnosis": row.diagnosis_id},
        )
        return row


def _begun_with(actor: Actor, firm: Firm, wish: Wish) -> Diagnosis | None:
    """The diagnosis of the firm that the request names, as far as the actor sees it. Raises Refused."""
    if wish.diagnosis_id is None:
        return None
    seen = diagnoses.visible_diagnoses(actor).filter(firm_id=firm.pk, pk=wish.diagnosis_id)
    row = seen.exclude(finished_at=None).first()
    if row is None:
        raise Refused(_("この診断は、いまは使えません。画面を開き直してください。"))
    return row


def _let_see(actor: Actor, row: Diagnosis, ward_id: int, text: str) -> None:
    """The ward and the advisors who will come may read it; who was let in before stays so."""
    for audience in (Audience.WARD, Audience.ADVISOR):
        ward = ward_id if audience == Audience.WARD else row.ward_id
        running = row.consents.filter(audience=audience, ward_id=ward, ended_at=None)
        if not running.exists():
            consent_give(
                actor=actor,
                diagnosis_id=row.pk,
                audience=audience,
                ward_id=ward,
                agreed=True,
                text=text,
            )


def _create(
    actor: Actor, firm: Firm, ward_id: int, wish: Wish, begun: Diagnosis | None
) -> SupportRequest:
    try:
        with transaction.atomic():
            return SupportRequest.objects.create(
                ward_id=ward_id,
                firm=firm,
                firm_name=firm.name,
                trouble=moves.told(wish.trouble),
                wish=moves.told(wish.wish),
                times=moves.told(wish.times, 200),
                fields=[code for code in codes.FIELDS if code in wish.fields],
                languages=[code for code in codes.LANGUAGES if code in wish.languages] or ["ja"],
                vendors=[moves.told(name, 100) for name in wish.vendors],
                diagnosis=begun,
                barriers=list(begun.result.get("barriers", ())) if begun else [],
                by_office=policies.is_office(actor),
                sent_by_id=policies.person(actor),
            )
    except IntegrityError as twice:
        raise Refused(_("この区への依頼は、すでに届いています。返事をお待ちください。")) from twice


def request_take(*, actor: Actor, request_id: int) -> SupportRequest:
    """受け付ける: now a team is looked for. Raises StaleState, RoleMissing."""
    return _move(actor, request_id, "take")


def request_ask(*, actor: Actor, request_id: int, question: str) -> SupportRequest:
    """Ask the firm back. Raises ReasonMissing, StaleState, RoleMissing."""
    return _move(actor, request_id, "ask", reason=question, question=question)


def request_answer(*, actor: Actor, request_id: int, answer: str) -> SupportRequest:
    """The firm's answer. Raises Refused, StaleState, RoleMissing."""
    if not answer.strip():
        raise Refused(_("質問への答えを入力してください。"))
    return _move(actor, request_id, "answer", answer=answer)


def request_decline(*, actor: Actor, request_id: int, reason: str) -> SupportRequest:
    """断る, with the reason that the firm reads. Raises ReasonMissing, StaleState, RoleMissing."""
    return _move(actor, request_id, "decline", reason=reason, kept_reason=reason)


def request_withdraw(*, actor: Actor, request_id: int) -> SupportRequest:
    """取下げ by the firm. Raises StaleState, RoleMissing."""
    return _move(actor, request_id, "withdraw")


def _move(
    actor: Actor, request_id: int, action: str, reason: str = "", **columns: str
) -> SupportRequest:
    with transaction.atomic():
        row = policies.get_request(actor, lock=True, pk=request_id)
        causes.require_others_firm(actor, row.firm_id)
        names = {"kept_reason": "reason"}
        transitions.apply(
            table=states.REQUEST,
            instance=row,
            action=action,
            actor=actor,
            reason=reason,
            payload=payload_of(row),
            fields={names.get(key, key): moves.told(text) for key, text in columns.items()},
        )
        return row


def payload_of(row: SupportRequest) -> dict[str, Any]:
    """What the events of a request carry."""
    return {"request_id": row.pk, "ward_id": row.ward_id, "firm_id": row.firm_id}


__all__ = [
    "Wish",
    "payload_of",
    "request_answer",
    "request_ask",
    "request_decline",
    "request_send",
    "request_take",
    "request_withdraw",
    "wards_of",
]
