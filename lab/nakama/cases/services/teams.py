"""Teams: proposed by the planner, kept with all that made them, chosen and edited by the hub."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from django.db.models import Max
from django.utils.translation import gettext as _

from lab.nakama.cases import market, policies, states
from lab.nakama.cases.models import Case, CaseStep, Proposal
from lab.nakama.cases.services.errors import Refused
from lab.nakama.cases.services.parts import writing
from lab.nakama.planning import periods
from lab.nakama.planning.diagnosis import able
from lab.nakama.planning.fitness import fits
from lab.nakama.planning.terms import Market, Order, PlanRefused, Relaxation, Step, Team
from portal.kernel import audit, clock
from portal.kernel.actor import Actor
from portal.kernel.texts import plain
from programs.models import Firm

ENGINE = "nakama.planning 1"
PLANNED_IN = frozenset({states.OPEN, states.INVITING})


def team_propose(*, actor: Actor, case_id: int) -> Proposal:
    """チームの案: of one or two steps a ranked list, else up to 5 alternatives; whoever was chosen kept,
    or what to relax when there is none.

    Raises Refused (no steps, not the hub's turn), RoleMissing.
    """
    from lab.nakama.planning.planner import propose

    seen = policies.get_led_case(actor, pk=case_id)
    with writing(actor, seen) as case:
        _require_hub(actor, case)
        if case.status not in PLANNED_IN:
            raise Refused(_("いまの状態では、チームの案を作れません。"))
        steps = list(CaseStep.objects.filter(case=case))
        if not steps:
            raise Refused(_("先に工程を入力してください。"))
        today = clock.today()
        order = market.order_of(case, steps, today=today)
        offers = market.market_of(case, [step.process_code for step in steps], today=today)
        held = market.held_of(case)
        try:
            found = propose(order, offers, held=held)
        except PlanRefused as refused:
            raise Refused(
                _("この工程の並びでは案を作れません。工程の順番を見直してください。")
            ) from refused
        names = {shop.code: shop.name for shop in offers.shops}
        row = Proposal.objects.create(
            case=case,
            number=_next(case),
            engine=ENGINE,
            inputs=_inputs(case, order, offers, [asdict(one) for one in held], today),
            weights=asdict(offers.weights),
            teams=[_team(team, names, today) for team in found.teams],
            relax=[_relax(one) for one in found.diagnosis.relaxations] if found.diagnosis else [],
            made_by_id=actor.user_id,
        )
        audit.record(
            actor=actor,
            action="cases.team_proposed",
            obj=row,
            ward_id=case.ward_id,
            detail={
                "case": case.number,
                "teams": len(row.teams),
                "weights": offers.weights.version,
            },
        )
        return row


def team_choose(
    *,
    actor: Actor,
    case_id: int,
    number: int,
    index: int,
    edits: Mapping[int, int] | None = None,
    reason: str = "",
) -> Proposal:
    """この案で声をかける. `edits` put another firm on a step (position → firm), with the reason.

    Raises Refused, RoleMissing.
    """
    seen = policies.get_led_case(actor, pk=case_id)
    with writing(actor, seen) as case:
        _require_hub(actor, case)
        if case.status not in PLANNED_IN:
            raise Refused(_("いまの状態では、チームの案を選べません。"))
        row = Proposal.objects.filter(case=case).order_by("-number").first()
        if row is None or row.number != number:
            raise Refused(_("新しい案が作られています。画面を開き直して選んでください。"))
        if not 0 <= index < len(row.teams):
            raise Refused(_("案を1つ選んでください。"))
        planned = {task["step"]: task["firm"] for task in row.teams[index]["tasks"]}
        changed = {
            position: firm
            for position, firm in (edits or {}).items()
            if planned.get(position) != firm
        }
        if changed and not reason.strip():
            raise Refused(_("案を変えた理由を入力してください。"))
        row.chosen, row.edit_reason = index, plain(reason, 300)
        row.edits = {
            str(position): _edited(case, position, firm) for position, firm in changed.items()
        }
        row.save(update_fields=["chosen", "edits", "edit_reason"])
        audit.record(
            actor=actor,
            action="cases.team_chosen",
            obj=row,
            ward_id=case.ward_id,
            reason=reason,
            detail={"case": case.number, "team": index + 1, "edited": sorted(changed)},
        )
        return row


def _edited(case: Case, position: int, firm_id: int) -> dict[str, Any]:
    step = CaseStep.objects.filter(case=case, position=position).first()
    if step is None or firm_id not in {shop["firm"] for shop in candidates(case, step)}:
        raise Refused(_("選んだ企業は、この工程の条件に合いません。"))
    return {"firm": firm_id, "name": Firm.objects.only("name").get(pk=firm_id).name}


def candidates(case: Case, step: CaseStep, *, today: dt.date | None = None) -> list[dict[str, Any]]:
    """Firms that meet every condition of the step, the best first. As the system.

    Ranked by processing cost and the rotation price; a firm in the chosen team comes before all.
    """
    from lab.nakama.planning.costs import cheapest, processing

    today = today or clock.today()
    order = market.order_of(case, [step], today=today, blocked=False)
    asked: Step = order.steps[0]
    offers = market.market_of(case, [step.process_code], today=today)
    first = preferred(case, step)
    found = []
    for shop in offers.shops:
        offer = cheapest(shop, asked)
        if (
            offer is None
            or shop.code in asked.excluded
            or not any(fits(one, asked) for one in shop.offers)
        ):
            continue
        yen = sum(processing(offer, step.minutes)) + offers.weights.rotation_yen * shop.jobs_won
        firm = int(shop.code)
        rank = first.index(firm) if firm in first else len(first)
        found.append({"firm": firm, "name": shop.name, "yen": yen, "rank": rank})
    return sorted(found, key=lambda row: (row["rank"], row["yen"], row["firm"]))


def preferred(case: Case, step: CaseStep) -> list[int]:
    """The firms that the chosen proposal has for a step: the edit, the chosen team, the others."""
    row = Proposal.objects.filter(case=case, chosen__isnull=False).order_by("-number").first()
    if row is None:
        return []
    found = []
    if edit := row.edits.get(str(step.position)):
        found.append(edit["firm"])
    teams = [row.teams[row.chosen or 0], *row.teams]
    for team in teams:
        found += [task["firm"] for task in team["tasks"] if task["step"] == step.position]
    return list(dict.fromkeys(found))


def _require_hub(actor: Actor, case: Case) -> None:
    policies.require(bool(policies.parts(actor, case.pk) & policies.HUBS))


def _next(case: Case) -> int:
    last = Proposal.objects.filter(case=case).aggregate(last=Max("number"))["last"]
    return (last or 0) + 1


def _inputs(
    case: Case, order: Order, offers: Market, held: list[Any], today: dt.date
) -> dict[str, Any]:
    """What the plan was made from; of the firms the codes and what was free, no hourly band."""
    return {
        "on": today.isoformat(),
        "due": order.due,
        "budget_yen": order.budget_yen,
        "steps": [
            {
                "step": step.code,
                "process": step.process,
                "minutes": step.minutes,
                "after": list(step.after),
                "materials": sorted(step.materials),
                "size_mm": step.size_mm,
                "tolerance_um": step.tolerance_um,
                "lot": step.lot,
                "certificates": sorted(step.certificates),
                "conditions": market.conditions_of(case, step.process),
                "excluded": len(step.excluded),
                "able": able(order, step, offers.shops),
            }
            for step in order.steps
        ],
        "held": held,
        "firms": [
            {"firm": int(shop.code), "jobs_won": shop.jobs_won, "free": sum(shop.free)}
            for shop in offers.shops
        ],
    }


def _team(team: Team, names: Mapping[str, str], today: dt.date) -> dict[str, Any]:
    lines: dict[str, int] = {}
    for task in team.tasks:
        for line in task.lines:
            lines[line.line.value] = lines.get(line.line.value, 0) + line.yen
    return {
        "cost_yen": team.cost_yen,
        "score_yen": team.score_yen,
        "ready_on": periods.last_day(team.finish, today).isoformat(),
        "lines": lines,
        "tasks": [
            {
                "step": int(task.step),
                "firm": int(task.shop),
                "name": names[task.shop],
                "from": periods.first_day(task.period, today).isoformat(),
                "yen": sum(line.yen for line in task.lines),
            }
            for task in team.tasks
        ],
    }


def _relax(one: Relaxation) -> dict[str, Any]:
    return {
        "step": int(one.step) if one.step else None,
        "conditions": [condition.value for condition in one.conditions],
        "adds": one.adds,
        "needed": one.needed,
    }
