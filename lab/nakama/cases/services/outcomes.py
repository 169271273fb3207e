"""成果の事実, written in the transaction of what they tell of (3-OC, 3-KGI)."""

from lab.nakama.cases.models import Award, Case, CaseParty, CaseStep, Outcome
from portal.kernel import clock, outbox
from portal.kernel.actor import Actor

Kind = Outcome.Kind


def awarded(actor: Actor, case: Case, award: Award) -> None:
    """マッチング成立; a joint order of two or more firms is a 共同受注 as well. As the system."""
    firms = _independent(case)
    if not firms - {case.firm_id}:
        return  # the firm does all of it itself: nobody was matched
    _write(case, Kind.MATCH, firms)
    if award.form == Award.Form.JOINT and len(firms) >= 2:
        _write(case, Kind.JOINT, firms)


def delivered(actor: Actor, case: Case) -> None:
    """納品・検収. As the system."""
    firms = _independent(case)
    if firms - {case.firm_id}:
        _write(case, Kind.DELIVERED, firms)


def _independent(case: Case) -> set[int]:
    """Firms that do work in the case."""
    rows = CaseParty.objects.filter(case=case, part=CaseParty.Part.MEMBER)
    return set(rows.values_list("firm_id", flat=True))


def _write(case: Case, kind: str, firms: set[int]) -> None:
    """With who works for whom, and what: by the group of the process ("cut" of "cut.lathe")."""
    steps = CaseStep.objects.filter(case=case).order_by("position")
    pairs = {
        (step.firm_id, step.process_code.partition(".")[0])
        for step in steps
        if step.firm_id not in {None, case.firm_id}
    }
    row = Outcome.objects.create(
        kind=kind,
        case=case,
        ward_id=case.ward_id,
        firms=len(firms),
        processes=sorted(set(steps.values_list("process_code", flat=True))),
        occurred_on=clock.today(),
    )
    outbox.publish(
        name=f"cases.{kind}",
        subject=row.pk,
        ward_id=case.ward_id,
        payload={
            "outcome_id": row.pk,
            "case_id": case.pk,
            "firms": len(firms),
            "firm_ids": sorted(firms),
            "buyer_id": case.firm_id,
            "pairs": sorted(pairs),
            "on": row.occurred_on.isoformat(),
        },
    )
