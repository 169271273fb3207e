"""起案 and 決裁: one official proposes, another decides; the budget cannot be over-committed."""

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from portal.accounts.models import User
from portal.kernel import clock
from portal.kernel.actor import Actor
from portal.kernel.transitions import GuardFailed, StaleState
from programs.models import FirmMembership
from subsidies import gate, policies, states
from subsidies.contents import rules_for
from subsidies.models import Application, ApplicationVersion, Decision
from subsidies.rules import due, snapshot
from subsidies.rules.scheme.papers import GRANT, REFUSAL
from subsidies.services import budget, grants, moves, numbers, versions, ward_rules
from subsidies.services.errors import AmountTooHigh, Refused


def decision_propose(
    *,
    actor: Actor,
    application_id: int,
    outcome: str,
    amount_yen: int | None = None,
    reason: str,
    seen: int | None = None,
) -> Decision:
    """起案: freeze calculation, conditions and rules, and pass the case on to an approver.

    `amount_yen` None takes what the rules give for the last submitted version; less is allowed
    (減額), more raises AmountTooHigh. In a scored call the selection (採択) comes first and gives the
    most; without a `reason` a refusal takes that of the ranking. `seen` is the number of the version
    the preparer has read. Raises GuardFailed, NewerVersion, Refused, ReasonMissing, StaleState,
    RoleMissing.
    """
    with transaction.atomic():
        application = policies.get_application(actor, lock=True, pk=application_id)
        moves.check_version(application, seen)
        moves.require(actor, application, "propose")
        if refusal := own_cause(application, actor):
            raise GuardFailed(refusal)
        gate.require_open(application, outcome)
        standing = gate.standing(application)
        if outcome == Decision.Outcome.REFUSE:
            reason = reason.strip() or standing.refusal
        version = application.versions.latest("number")
        calculation = versions.official_calculation(rules_for(version), versions.items_of(version))
        yen = _amount(outcome, amount_yen, calculation.subsidy_yen, standing.most_yen)
        gate.require_open(application, outcome, yen)
        decision, _created = Decision.objects.update_or_create(
            application=application,
            defaults={
                "outcome": outcome,
                "amount_yen": yen,
                "reason": reason.strip(),
                "calculation": versions.calculation_record(calculation),
                "conditions": frozen_conditions(application, version, outcome),
                "prepared_by_id": moves.person(actor),
                "prepared_at": clock.database_now(),
            },
        )
        moves.apply(
            actor,
            application,
            "propose",
            reason=reason,
            detail={
                "outcome": outcome,
                "amount_yen": yen,
                "calculated_yen": calculation.subsidy_yen,
            },
            payload={"application_id": application.pk, "ward_id": application.ward_id},
        )
        return decision


def proposal_return(
    *, actor: Actor, application_id: int, reason: str, seen: str | None = None
) -> Application:
    """差し戻し: the approver sends the proposal back. `seen` as in `decision_approve`.

    Raises ReasonMissing, StaleState.
    """
    with transaction.atomic():
        application = policies.get_application(actor, lock=True, pk=application_id)
        moves.require(actor, application, "return_proposal")
        _check_seen(Decision.objects.get(application=application), seen)
        moves.apply(
            actor,
            application,
            "return_proposal",
            reason=reason,
            payload={"application_id": application.pk, "ward_id": application.ward_id},
        )
        return application


def decision_approve(
    *, actor: Actor, application_id: int, reason: str = "", seen: str | None = None
) -> Decision:
    """決裁: grant or refuse as proposed; never by the person who proposed, or one of the firm.

    `seen` is the `prepared_at` (ISO) of the proposal the approver has read: one that was returned
    and made anew meanwhile, perhaps with another amount, raises StaleState.

    A grant takes its amount from the call's budget by one conditional UPDATE (with a CHECK behind
    it) and writes the ledger. Raises BudgetExceeded (with what is left), GuardFailed (also above the
    approver's 専決), StaleState, RoleMissing.
    """
    with transaction.atomic():
        application = policies.get_application(actor, lock=True, pk=application_id)
        moves.require(actor, application, "grant")
        decision = Decision.objects.select_for_update().get(application=application)
        _check_seen(decision, seen)
        if refusal := states.APPLICATION.refusal(application, "grant", actor):
            raise GuardFailed(refusal)
        gate.require_open(application, decision.outcome, decision.amount_yen)
        if refusal := ward_rules.over_limit(
            application.ward_id, actor, decision.amount_yen, but={decision.prepared_by_id}
        ):
            raise GuardFailed(refusal)
        if decision.outcome == Decision.Outcome.GRANT:
            budget.commit(application, decision.amount_yen)
        _seal(actor, application, decision)
        if decision.outcome == Decision.Outcome.GRANT:
            grants.grant_begin(application, decision)
        moves.apply(
            actor,
            application,
            decision.outcome,
            reason=reason or decision.reason,
            detail={"amount_yen": decision.amount_yen, "document_no": decision.document_no},
            payload={
                "application_id": application.pk,
                "outcome": decision.outcome,
                "stage": application.stage,
                "amount_yen": decision.amount_yen,
                "decided_on": str(decision.decided_on),
                "firm_id": application.firm_id,
                "ward_id": application.ward_id,
            },
            fields={"due_on": None},
        )
        return decision


@states.APPLICATION.guard("approver_is_not_preparer")
def _approver_is_not_preparer(application: Application, actor: Actor) -> str | None:
    """The guard of grant and refuse. A CHECK of the database says the same of the preparer."""
    prepared = Decision.objects.filter(application=application, prepared_by_id__in=actor.persons)
    if prepared.exists():
        return _("起案した人は決裁できません。ほかの決裁者に依頼してください。")
    return own_cause(application, actor, decides=True)


def own_cause(application: Application, actor: Actor, *, decides: bool = False) -> str | None:
    """Why somebody who acts or has acted for the firm neither proposes nor decides (除斥).

    Nor does a deputy in such a person's place (代決): whoever `decides`, and a reviewer who is one
    only as a deputy.
    """
    in_their_place = decides or not states.REVIEWER.isdisjoint(actor.lent)
    people = actor.persons if in_their_place else (actor.user_id or 0,)
    rows = FirmMembership.objects.filter(firm_id=application.firm_id, user_id__in=people)
    barred = set(rows.values_list("user_id", flat=True))
    if actor.user_id in barred:
        return _("申請した企業に属する人は、起案も決裁もできません。ほかの職員に依頼してください。")
    if barred:
        return _(
            "申請した企業に属する人の代わりに、起案も決裁もできません。"
            "その人の代わりを務めていない、ほかの職員に依頼してください。"
        )
    return None


def require_others_cause(application: Application, actor: Actor) -> None:
    """As `own_cause`, for acts that are no proposal: receiving, paying, settling. Raises GuardFailed."""
    if own_cause(application, actor):
        raise GuardFailed(
            _(
                "申請した企業に属する人は、その企業の案件を処理できません。ほかの職員に依頼してください。"
            )
        )


def _check_seen(decision: Decision, seen: str | None) -> None:
    """Raises StaleState when the proposal is not the one that was read."""
    if seen is not None and seen != decision.prepared_at.isoformat():
        raise StaleState(
            _("起案の内容が変わっています。画面を開き直して、新しい内容を確かめてください。")
        )


def _amount(outcome: str, wanted: int | None, calculated: int, selected: int | None) -> int:
    """The amount to propose (円); `selected` is that of the 採択, if any.

    Raises Refused, AmountTooHigh.
    """
    if outcome == Decision.Outcome.REFUSE:
        return 0
    if outcome != Decision.Outcome.GRANT:
        raise Refused(_("交付か不交付かを選んでください。"))
    most = calculated if selected is None else min(calculated, selected)
    yen = most if wanted is None else wanted
    if yen > calculated:
        raise AmountTooHigh(calculated)
    if yen <= 0:
        raise Refused(_("交付額が0円になるため、交付の起案はできません。不交付を選んでください。"))
    return yen


def frozen_conditions(
    application: Application, version: ApplicationVersion, outcome: str
) -> dict[str, Any]:
    """What the decision binds the recipient to, frozen with the rules it was made under."""
    rules = rules_for(version)
    paper = rules.form(GRANT if outcome == Decision.Outcome.GRANT else REFUSAL)
    return {
        "scheme_version": application.version.number,
        "scheme_version_id": application.version_id,
        "guideline": rules.guideline,
        "rules_sha256": snapshot.digest(application.version.rules),
        "submitted_version": version.number,
        "submitted_sha256": version.sha256,
        "conditions": list(rules.conditions),
        "project_ends_on": application.call.project_ends_on.isoformat(),
        "withdrawal_days": rules.decline_days,
        "report_days": rules.report_days,
        "report_until": due.report_due(
            application.call.project_ends_on, days=rules.report_days, latest=rules.report_latest
        ).isoformat(),
        "rate": str(rules.rate),
        "cap_yen": rules.cap_yen,
        "appeal_text": rules.appeal,
        "letter_form_no": paper.number,
        "letter_title": paper.title,
    }


def _seal(actor: Actor, application: Application, decision: Decision) -> None:
    """Approver, day and 文書番号. The number comes late: its counter stays locked until the end."""
    now = clock.database_now()
    decision.approved_by = User.objects.only("id", "name").get(pk=moves.person(actor))
    decision.approved_at = now
    decision.decided_on = clock.to_date(now)
    decision.document_no = numbers.letter_number(application.ward_id, decision.decided_on)
    decision.save(update_fields=["approved_by", "approved_at", "decided_on", "document_no"])
