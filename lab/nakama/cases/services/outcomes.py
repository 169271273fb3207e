"""成果の事実, written in the transaction of what they tell of (3-OC, 3-KGI)."""

from collections.abc import Mapping

from lab.nakama.cases.models import Award, Case, CaseParty, CaseStep, Outcome
from portal.kernel import clock, outbox
from portal.kernel.actor import Actor
from programs.groups import groups_of

Kind = Outcome.Kind


def awarded(actor: Actor, case: Case, award: Award) -> None:
    """マッチング成立; a joint order of two or more independent firms is a 共同受注 as well. As the system."""
    firms = _members(case)
    groups = groups_of(firms | {case.firm_id})
    # Firms that belong together with the buyer were not matched, nor the buyer with itself.
    others = {firm for firm in firms if groups[firm] != groups[case.firm_id]}
    if not others:
        return
    _write(case, Kind.MATCH, firms, groups, others)
    if award.form == Award.Form.JOINT and _number(firms, groups) >= 2:
        _write(case, Kind.JOINT, firms, groups, others)


def delivered(actor: Actor, case: Case) -> None:
    """納品・検収. As the system."""
    firms = _members(case)
    groups = groups_of(firms | {case.firm_id})
    if others := {firm for firm in firms if groups[firm] != groups[case.firm_id]}:
        _write(case, Kind.DELIVERED, firms, groups, others)


def _members(case: Case) -> set[int]:
    """Firms that do work in the case."""
    rows = CaseParty.objects.filter(case=case, part=CaseParty.Part.MEMBER)
    return set(rows.values_list("firm_id", flat=True))


def _number(firms: set[int], groups: Mapping[int, str]) -> int:
    """How many firms, those that belong together as one."""
    return len({groups[firm] for firm in firms})


def _write(
    case: Case, kind: str, firms: set[int], groups: Mapping[int, str], others: set[int]
) -> None:
    """With who works for whom, and what: by the group of the process ("cut" of "cut.lathe").
    `others` are those who do not belong together with the buyer.
    """
    steps = CaseStep.objects.filter(case=case).order_by("position")
    pairs = {
        (step.firm_id, step.process_code.partition(".")[0])
        for step in steps
        if step.firm_id in others
    }
    row = Outcome.objects.create(
        kind=kind,
        case=case,
        ward_id=case.ward_id,
        firms=_number(firms, groups),
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
            "firms": row.firms,
            "firm_ids": sorted(firms),
            "independent": row.firms,
            "buyer_id": case.firm_id,
            "pairs": sorted(pairs),
            "processes": row.processes,
            "on": row.occurred_on.isoformat(),
        },
    )
