"""Whose turn it is in a case that runs: what the firm does next as buyer, hub, maker or receiver."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.db.models import QuerySet

from lab.nakama.cases import policies, states
from lab.nakama.cases.models import Case, CaseParty, CaseStep, Invitation
from portal.kernel.actor import Actor

# The buyer's award and acceptance are `cases.deciding`'s.
_GOING = (states.DRAFT, states.OPEN, states.INVITING, states.RUNNING)
_MAKER = {states.TODO: "start", states.DEFECT: "mend", states.WORKING: "inspect"}


@dataclass(frozen=True, slots=True)
class Turn:
    """What waits for the firm; `code` is put into words by the page (`words.TURNS`)."""

    code: str
    case: Case
    step: CaseStep | None = None


def going(actor: Actor) -> QuerySet[CaseParty]:
    """The firm's parts in cases in which something may wait for it."""
    return CaseParty.objects.filter(firm_id=policies.own_firm(actor), case__status__in=_GOING)


def turns(actor: Actor) -> list[Turn]:
    """The most urgent first: three queries, however many cases there are."""
    parts: dict[int, set[str]] = {}
    cases: dict[int, Case] = {}
    for row in going(actor).select_related("case"):
        parts.setdefault(row.case_id, set()).add(row.part)
        cases[row.case_id] = row.case
    steps: dict[int, list[CaseStep]] = {}
    for step in CaseStep.objects.filter(case__in=cases).order_by("position"):
        steps.setdefault(step.case_id, []).append(step)
    led = [key for key, case in cases.items() if case.status == states.INVITING]
    asked: dict[int, dict[int, set[str]]] = {}
    rows = Invitation.objects.filter(case__in=led) if led else Invitation.objects.none()
    for case_id, step_id, status in rows.values_list("case_id", "step_id", "status"):
        asked.setdefault(case_id, {}).setdefault(step_id, set()).add(status)
    found = [
        turn
        for key, case in cases.items()
        for turn in _of_case(actor, case, parts[key], steps.get(key, []), asked.get(key, {}))
    ]
    return sorted(found, key=lambda turn: (turn.case.due_on is None, turn.case.due_on or 0))


def _of_case(
    actor: Actor,
    case: Case,
    parts: set[str],
    steps: list[CaseStep],
    asked: dict[int, set[str]],
) -> Iterator[Turn]:
    is_hub = bool(parts & policies.HUBS)
    match case.status:
        case states.DRAFT if CaseParty.Part.BUYER in parts:
            yield Turn("publish", case)
        case states.OPEN if is_hub:
            yield Turn("plan", case)
        case states.INVITING if is_hub:
            if code := asking_code(asked.get(step.pk, set()) for step in steps):
                yield Turn(code, case)
        case states.RUNNING:
            yield from _making(actor, case, steps, is_lead=bool(parts & policies.LEADS))
            if is_hub and steps and all(step.status == states.HANDED for step in steps):
                yield Turn("deliver", case)


def asking_code(answers: Iterable[set[str]]) -> str:
    """What the hub does, from the answers to each step: a team to offer, one to choose, more to ask;
    "" while it waits for answers.
    """
    rows = list(answers)
    if rows and all(states.CHOSEN in row for row in rows):
        return "offer"
    left = [row for row in rows if states.CHOSEN not in row]
    if any(row & {states.CAN, states.CONDITIONAL} for row in left):
        return "choose"
    return "ask" if any(states.WAITING not in row for row in left) else ""


def _making(actor: Actor, case: Case, steps: list[CaseStep], *, is_lead: bool) -> Iterator[Turn]:
    """Of the maker in turn, and of whoever receives (services/parts.py)."""
    done = {step.position for step in steps if step.status == states.HANDED}
    for step in steps:
        if step.status == states.INSPECTING:
            after = {one.firm_id for one in steps if step.position in one.after}
            if actor.firm_id in after or (is_lead and not after):
                yield Turn("receive", case, step)
        elif step.firm_id == actor.firm_id and step.status in _MAKER and done >= set(step.after):
            yield Turn(_MAKER[step.status], case, step)
