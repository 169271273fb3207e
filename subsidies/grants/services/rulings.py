"""起案 and 決裁 after the decision: one official proposes, another approves, then it takes effect.

What a ruling does is registered by its kind with `effect`; it runs in the approver's transaction.
"""

import datetime as dt
from collections.abc import Callable, Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from portal.accounts.models import User
from portal.kernel import clock, transitions
from portal.kernel.actor import Actor
from portal.kernel.transitions import GuardFailed, ReasonMissing, StaleState
from programs.models import Ward
from subsidies.contents import rules_of
from subsidies.grants import kinds, policies, states
from subsidies.grants.kinds import rulings
from subsidies.grants.kinds.changes import period_problem
from subsidies.grants.models import Filing, Ruling
from subsidies.models import Decision, Grant
from subsidies.rules.scheme import SchemeRules
from subsidies.selectors.wards import seal_of
from subsidies.services import moves, numbers, ward_rules
from subsidies.services.decision import own_cause
from subsidies.services.errors import Refused

# Applies an approved ruling; what it raises undoes the approval.
Effect = Callable[[Actor, Ruling], None]
_effects: dict[str, Effect] = {}


def effect(kind: str) -> Callable[[Effect], Effect]:
    """Decorator: what an approved ruling of this kind does. Raises ValueError when taken."""

    def register(function: Effect) -> Effect:
        if kind in _effects:
            raise ValueError(f"two effects of rulings are called {kind}")
        _effects[kind] = function
        return function

    return register


def ruling_propose(
    *,
    actor: Actor,
    grant_id: int,
    kind: str,
    outcome: str = Ruling.Outcome.APPROVE,
    reason: str,
    amount_yen: int | None = None,
    terms: Mapping[str, Any] | None = None,
    filing: Filing | None = None,
) -> Ruling:
    """起案. Raises Refused while another ruling of the grant waits, GuardFailed in one's own cause,
    ReasonMissing, RoleMissing.
    """
    with transaction.atomic():
        grant = policies.get_grant(actor, lock=True, pk=grant_id)
        if states.REVIEWER.isdisjoint(transitions.roles_of(actor)):
            raise transitions.RoleMissing
        _check_proposal(actor, grant, kind, outcome, reason)
        ruling = Ruling.objects.create(
            grant=grant,
            ward_id=grant.ward_id,
            firm_id=grant.firm_id,
            filing=filing,
            kind=kind,
            outcome=outcome,
            amount_yen=amount_yen,
            reason=reason.strip(),
            terms={**(terms or {}), "letter": _letter(grant, kind, outcome)},
            prepared_by_id=moves.person(actor),
            prepared_at=clock.database_now(),
        )
        moves.tell(
            actor,
            ruling,
            action="grants.ruling.propose",
            event="grants.ruling_proposed",
            reason=reason,
            detail={"kind": kind, "outcome": outcome, "amount_yen": amount_yen},
            payload=_payload(ruling),
        )
        return ruling


def filing_propose(
    *,
    actor: Actor,
    filing_id: int,
    outcome: str,
    reason: str,
    instruction: str = "",
    ends_on: dt.date | None = None,
) -> Ruling:
    """起案 on a filing that was submitted: its ruling's kind, amount (円) and terms follow from it.

    `instruction` and `ends_on` (a new end of the project) where the kind asks for them. Raises
    Refused, StaleState, and as `ruling_propose`.
    """
    with transaction.atomic():
        filing = policies.get_filing(actor, pk=filing_id)
        policies.get_grant(actor, lock=True, pk=filing.grant_id)
        filing = policies.get_filing(actor, lock=True, pk=filing_id)
        if filing.status != states.SUBMITTED:
            raise StaleState
        code = kinds.ruling_of(filing)
        if not code:
            raise Refused(_("この手続に決裁は要りません。受理してください。"))
        kind = rulings.get(code)
        terms = dict(kind.terms(filing)) if kind.terms else {}
        if "instruction" in kind.asks:
            terms["instruction"] = _needed_instruction(instruction)
        if "ends_on" in kind.asks and ends_on is not None:
            terms["new_ends_on"] = _needed_period(filing.grant, ends_on).isoformat()
        return ruling_propose(
            actor=actor,
            grant_id=filing.grant_id,
            kind=code,
            outcome=outcome,
            reason=reason,
            amount_yen=terms.get("amount_yen", terms.get("change", {}).get("amount_yen")),
            terms=terms,
            filing=filing,
        )


def ruling_send_back(
    *, actor: Actor, ruling_id: int, reason: str, seen: str | None = None
) -> Ruling:
    """差し戻し: the reviewer prepares another one. `seen` as in `ruling_approve`.

    Raises ReasonMissing, StaleState, RoleMissing.
    """
    with transaction.atomic():
        ruling = policies.get_ruling(actor, lock=True, pk=ruling_id)
        _check_seen(ruling, seen)
        _apply(actor, ruling, "send_back", reason=reason)
        return ruling


def ruling_approve(
    *, actor: Actor, ruling_id: int, reason: str = "", seen: str | None = None
) -> Ruling:
    """決裁: number, date and effect in one transaction; never by the person who proposed.

    `seen` is the `prepared_at` (ISO) of what the approver has read; another one raises StaleState.
    Raises GuardFailed (own proposal, own firm, above the approver's 専決), StaleState, RoleMissing,
    and what the effect raises.
    """
    with transaction.atomic():
        ruling = policies.get_ruling(actor, pk=ruling_id)
        # The grant first, then what hangs on it: the one order of locks.
        policies.get_grant(actor, lock=True, pk=ruling.grant_id)
        ruling = policies.get_ruling(actor, lock=True, pk=ruling_id)
        if ruling.status != states.PROPOSED:
            raise StaleState
        _check_seen(ruling, seen)
        _check_stage(ruling.grant, ruling.kind)
        if refusal := states.RULING.refusal(ruling, "approve", actor):
            raise GuardFailed(refusal)
        if refusal := ward_rules.over_limit(
            ruling.ward_id, actor, weight_yen(ruling), but={ruling.prepared_by_id}
        ):
            raise GuardFailed(refusal)
        _seal(actor, ruling)
        if ruling.outcome == Ruling.Outcome.APPROVE:
            _effects[ruling.kind](actor, ruling)
        _settle_filing(actor, ruling)
        _apply(
            actor,
            ruling,
            "approve",
            reason=reason or ruling.reason,
            fields={
                "approved_by_id": ruling.approved_by_id,
                "approved_at": ruling.approved_at,
                "ruled_on": ruling.ruled_on,
                "document_no": ruling.document_no,
            },
        )
        return ruling


@states.RULING.guard("approver_is_not_preparer")
def _approver_is_not_preparer(ruling: Ruling, actor: Actor) -> str | None:
    if ruling.prepared_by_id in actor.persons:
        return _("起案した人は決裁できません。ほかの決裁者に依頼してください。")
    return own_cause(ruling.grant.application, actor, decides=True)


def weight_yen(ruling: Ruling) -> int:
    """The amount (円) that 専決 is measured by: what is decided on, nothing for a refusal."""
    return (ruling.amount_yen or 0) if ruling.outcome == Ruling.Outcome.APPROVE else 0


def _check_proposal(actor: Actor, grant: Grant, kind: str, outcome: str, reason: str) -> None:
    if kind not in _effects or outcome not in Ruling.Outcome.values:
        raise Refused(_("この区分の起案はできません。"))
    kind_of_ruling = rulings.get(kind) if kind in rulings.codes() else None
    if kind_of_ruling and outcome != Ruling.Outcome.APPROVE and not kind_of_ruling.rejection:
        raise Refused(_("この区分では、不承認の起案はできません。"))
    _check_stage(grant, kind)
    if not reason.strip():
        raise ReasonMissing
    if refusal := own_cause(grant.application, actor):
        raise GuardFailed(refusal)
    if grant.rulings.filter(status=states.PROPOSED).exists():
        raise Refused(
            _("この補助事業には、決裁を待っている起案があります。先にそちらを終えてください。")
        )


def _check_stage(grant: Grant, kind: str) -> None:
    """Raises Refused when the grant has left the stage in which such a ruling makes sense."""
    if kind in rulings.codes() and grant.status not in rulings.get(kind).grant_states:
        raise Refused(_("補助事業の段階が進んだため、この起案はいま扱えません。"))


def _check_seen(ruling: Ruling, seen: str | None) -> None:
    if seen is not None and seen != ruling.prepared_at.isoformat():
        raise StaleState(
            _("起案の内容が変わっています。画面を開き直して、新しい内容を確かめてください。")
        )


def _needed_instruction(text: str) -> str:
    if not text.strip():
        raise Refused(_("「指示する事項」を入力してください。"))
    return text.strip()


def _needed_period(grant: Grant, ends_on: dt.date) -> dt.date:
    for problem in period_problem(grant, ends_on, ""):
        raise Refused(problem.text)
    return ends_on


def letter_frame(grant: Grant) -> dict[str, Any]:
    """Who writes to whom about what, frozen with the proposal: letters read nothing else."""
    return frame_with(
        grant,
        decision_no=Decision.objects.get(application_id=grant.application_id).document_no,
        firm=grant.application.versions.latest("number").payload["firm"],
        ward=Ward.objects.get(pk=grant.ward_id),
        seal=seal_of(grant.ward_id),
    )


def frame_with(
    grant: Grant,
    *,
    decision_no: str | None,
    firm: Mapping[str, Any],
    ward: Ward,
    seal: dict[str, str],
) -> dict[str, Any]:
    """The same with the rows at hand; `firm` is what the last version says of it."""
    version = grant.application.version
    return {
        "addressee_name": firm["name"],
        "addressee_person": firm["representative_name"] or "代表者",
        "issuer_office": ward.name,
        "issuer": ward.mayor_title,
        "seal": seal,
        "contact": grant.call.contact,
        "scheme": version.scheme.name,
        "guideline": rules_of(version).guideline,
        "receipt_no": grant.receipt_no,
        "title": grant.title,
        "decision_no": decision_no,
        "decided_on": grant.decided_on.isoformat(),
    }


def _letter(grant: Grant, code: str, outcome: str) -> dict[str, Any]:
    """The frame of the letter with its 様式 and 教示文."""
    rules = rules_of(grant.application.version)
    return {**paper_of(rules, code, outcome), **letter_frame(grant)}


def paper_of(rules: SchemeRules, code: str, outcome: str) -> dict[str, str]:
    """様式番号, title and 教示文 of the letter, as the scheme names them."""
    if code not in rulings.codes():
        return {}
    kind = rulings.get(code)
    form = rules.form(kind.paper if outcome == Ruling.Outcome.APPROVE else kind.rejection)
    return {
        "form_no": form.number,
        "paper": form.title,
        "appeal_text": rules.appeal if kind.appeals else "",
    }


def _settle_filing(actor: Actor, ruling: Ruling) -> None:
    """The filing that the ruling answers is approved or rejected with it."""
    if ruling.filing_id is None:
        return
    filing = Filing.objects.select_for_update().get(pk=ruling.filing_id)
    transitions.apply(
        table=states.FILING,
        instance=filing,
        action="approve" if ruling.outcome == Ruling.Outcome.APPROVE else "reject",
        actor=actor,
        reason=ruling.reason,
        detail={"kind": filing.kind, "number": filing.number},
        fields={"settled_at": ruling.approved_at},
    )


def _seal(actor: Actor, ruling: Ruling) -> None:
    """Approver, day and 文書番号 on the instance; `_apply` writes them."""
    now = clock.database_now()
    ruling.approved_by = User.objects.only("id", "name").get(pk=moves.person(actor))
    ruling.approved_at = now
    ruling.ruled_on = clock.to_date(now)
    ruling.document_no = numbers.letter_number(ruling.ward_id, ruling.ruled_on)


def _apply(actor: Actor, ruling: Ruling, action: str, **kwargs: Any) -> None:
    transitions.apply(
        table=states.RULING,
        instance=ruling,
        action=action,
        actor=actor,
        detail={"kind": ruling.kind, "amount_yen": ruling.amount_yen},
        payload=_payload(ruling),
        **kwargs,
    )


def _payload(ruling: Ruling) -> dict[str, Any]:
    return {
        "ruling_id": ruling.pk,
        "grant_id": ruling.grant_id,
        "application_id": ruling.grant.application_id,
        "kind": ruling.kind,
        "outcome": ruling.outcome,
        "amount_yen": ruling.amount_yen,
        "ward_id": ruling.ward_id,
        "firm_id": ruling.firm_id,
    }
