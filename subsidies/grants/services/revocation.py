"""弁明の機会 and 取消: the firm is heard first, then one official proposes and another approves."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from django.utils.translation import override

from portal.kernel import clock, transitions
from portal.kernel.actor import Actor
from portal.kernel.transitions import StaleState
from portal.ui.markup import era_date
from subsidies import grant_states
from subsidies.contents import rules_of
from subsidies.grants import money_states, policies, states
from subsidies.grants.kinds import rulings
from subsidies.grants.kinds.revocation import GROUNDS, REVOCATION
from subsidies.grants.models import Hearing, Ruling
from subsidies.grants.services.rulings import effect, ruling_propose
from subsidies.models import BudgetEntry, Grant
from subsidies.services import budget, moves
from subsidies.services.errors import Refused
from subsidies.services.grants import grant_move

LONGEST = 4000


def hearing_ask(
    *, actor: Actor, grant_id: int, grounds: Sequence[str], facts: str, due_on: dt.date
) -> Hearing:
    """Tell the firm what is held against it and until when it may answer. Raises Refused."""
    with transaction.atomic():
        grant = policies.get_grant(actor, lock=True, pk=grant_id)
        if states.REVIEWER.isdisjoint(transitions.roles_of(actor)):
            raise transitions.RoleMissing
        if grant.status not in rulings.get(REVOCATION).grant_states:
            raise StaleState
        rules = rules_of(grant.application.version)
        if grant.status in grant_states.SETTLED and not rules.revoke_after_final:
            raise Refused(_("この制度では、額の確定のあとに交付決定を取り消すことはできません。"))
        if not grounds or not set(grounds) <= GROUNDS.keys():
            raise Refused(_("取消の事由を1つ以上選んでください。"))
        if not facts.strip():
            raise Refused(_("原因となる事実を入力してください。企業はこれを読んで弁明します。"))
        first = clock.today() + dt.timedelta(days=rules.hearing_days)
        if due_on < first:
            text = _("弁明の期日は%(first)s以後の日にしてください。")
            raise Refused(text % {"first": era_date(first)})
        try:
            with transaction.atomic():
                hearing = Hearing.objects.create(
                    grant=grant,
                    ward_id=grant.ward_id,
                    firm_id=grant.firm_id,
                    grounds=[code for code in GROUNDS if code in grounds],
                    facts=facts.strip(),
                    due_on=due_on,
                    asked_by_id=moves.person(actor),
                )
        except IntegrityError:
            raise Refused(_("前に設けた弁明の機会が終わっていません。")) from None
        moves.tell(
            actor,
            hearing,
            action="grants.hearing_asked",
            event="grants.hearing_asked",
            reason=facts,
            payload=_payload(hearing),
        )
        return hearing


def hearing_state(*, actor: Actor, hearing_id: int, statement: str) -> Hearing:
    """弁明書: the firm's answer, also after the day as long as the ward has not gone on.

    Raises Refused, StaleState, RoleMissing.
    """
    with transaction.atomic():
        hearing = policies.get_hearing(actor, lock=True, pk=hearing_id)
        text = statement.strip()
        if not text:
            raise Refused(_("弁明の内容を入力してください。"))
        if len(text) > LONGEST:
            raise Refused(_("%(most)d文字以内で入力してください。") % {"most": LONGEST})
        _apply(
            actor, hearing, "state", fields={"statement": text, "stated_at": clock.database_now()}
        )
        return hearing


def hearing_close(*, actor: Actor, hearing_id: int, reason: str) -> Hearing:
    """弁明なし, once the day has passed. Raises GuardFailed, ReasonMissing, StaleState."""
    with transaction.atomic():
        hearing = policies.get_hearing(actor, lock=True, pk=hearing_id)
        _apply(actor, hearing, "close", reason=reason)
        return hearing


@money_states.HEARING.guard("hearing_is_over")
def _hearing_is_over(hearing: Hearing, actor: Actor) -> str | None:
    if clock.today() > hearing.due_on:
        return None
    return _("弁明の期日（%(day)s）を過ぎるまで待ってください。") % {
        "day": era_date(hearing.due_on)
    }


def revocation_propose(
    *, actor: Actor, grant_id: int, hearing_id: int, kept_yen: int, reason: str
) -> Ruling:
    """起案 of a revocation after the hearing; `kept_yen` is what still stands, 0 for all of it.

    Raises Refused, and as `ruling_propose`.
    """
    with transaction.atomic():
        grant = policies.get_grant(actor, lock=True, pk=grant_id)
        hearing = policies.get_hearing(actor, pk=hearing_id, grant=grant)
        if hearing.status == money_states.ASKED:
            raise Refused(
                _("弁明の機会が終わっていません。弁明を受けるか、期日を過ぎてから起案します。")
            )
        if Ruling.objects.filter(
            grant=grant, kind=REVOCATION, status=states.RULED, terms__hearing_id=hearing.pk
        ).exists():
            raise Refused(
                _(
                    "この弁明の機会にもとづく取消は、すでに決定しています。"
                    "もう一度取り消すときは、改めて弁明の機会を設けてください。"
                )
            )
        standing = standing_yen(grant)
        if not 0 <= kept_yen < standing:
            raise Refused(_("取消後の額は、0円以上、いまの額より低くしてください。"))
        if 0 < kept_yen < grant.paid_yen and grant.status in grant_states.RUNNING:
            raise Refused(
                _("概算払で支払った額より低い一部取消はできません。額の確定で精算します。")
            )
        return ruling_propose(
            actor=actor,
            grant_id=grant.pk,
            kind=REVOCATION,
            reason=reason,
            amount_yen=standing - kept_yen,
            terms={
                "standing_yen": standing,
                "paid_yen": grant.paid_yen,
                "kept_yen": kept_yen,
                "revoked_yen": standing - kept_yen,
                "return_yen": max(0, grant.paid_yen - kept_yen),
                **_heard(hearing),
            },
        )


@override("ja")
def _heard(hearing: Hearing) -> dict[str, Any]:
    """What the letter says of the hearing, in Japanese whoever proposes."""
    return {
        "grounds": [str(GROUNDS[code]) for code in hearing.grounds],
        "facts": hearing.facts,
        "hearing_id": hearing.pk,
        "hearing": str(money_states.HEARING.state(hearing.status).label),
        "statement": hearing.statement,
    }


def standing_yen(grant: Grant) -> int:
    """What the grant amounts to now: the final amount, before it the decision, less what was
    revoked after the payment.
    """
    amount = grant.decided_yen if grant.final_yen is None else grant.final_yen
    if grant.status not in {grant_states.PAID, grant_states.CLOSED}:
        return amount
    last = Ruling.objects.filter(
        grant=grant, kind=REVOCATION, status=states.RULED, terms__paid_yen=grant.paid_yen
    ).last()
    return int(last.terms["kept_yen"]) if last else amount


@effect(REVOCATION)
def revoke(actor: Actor, ruling: Ruling) -> None:
    """取消: what was not paid returns to the budget; what was paid is for a 返還命令.

    Raises StaleState when the grant is not what the proposal was worked out from.
    """
    grant, terms = ruling.grant, ruling.terms
    if (terms["standing_yen"], terms["paid_yen"]) != (standing_yen(grant), grant.paid_yen):
        raise StaleState
    kept = terms["kept_yen"]
    if grant.status in grant_states.RUNNING:
        settled = grant.final_yen is not None
        column = BudgetEntry.Column.FINAL if settled else BudgetEntry.Column.DECIDED
        held = terms["standing_yen"] - grant.paid_yen
        if freed := min(held, terms["revoked_yen"]):
            budget.release(grant.application, freed, column=column, kind="revoke")
        if kept:
            name = "final_yen" if settled else "decided_yen"
            setattr(grant, name, kept)
            grant.save(update_fields=[name])
    if not kept:
        grant_move(actor=actor, grant=grant, action="revoke", reason=ruling.reason)


def _apply(actor: Actor, hearing: Hearing, action: str, **kwargs: Any) -> None:
    transitions.apply(
        table=money_states.HEARING,
        instance=hearing,
        action=action,
        actor=actor,
        payload=_payload(hearing),
        **kwargs,
    )


def _payload(hearing: Hearing) -> dict[str, Any]:
    return {
        "hearing_id": hearing.pk,
        "grant_id": hearing.grant_id,
        "application_id": hearing.grant.application_id,
        "ward_id": hearing.ward_id,
        "firm_id": hearing.firm_id,
    }
