"""What the firms' pages show."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet

from lab.nakama.cases import policies, states
from lab.nakama.cases.models import (
    Case,
    CaseParty,
    CasePrivate,
    CaseStep,
    Drawing,
    DrawingLook,
    Invitation,
    Order,
    Proposal,
    Quote,
    Rating,
    StepRecord,
    Wave,
)
from lab.nakama.cases.rules.order import to_the_end
from lab.nakama.models import Material, Process
from portal.kernel import clock
from portal.kernel.actor import Actor
from portal.kernel.database import acting

SHOWN = 50
HALF_WEEK = dt.timedelta(days=4)
MAKING = (states.RUNNING, states.DELIVERED)
# An average of fewer than three says who rated.
FEWEST = 3


@dataclass(frozen=True, slots=True)
class Mine:
    """The firm's first page."""

    to_answer: list[Invitation]
    led: list[Case]
    asked: list[Invitation]
    making: list[Case]
    to_rate: list[Case]


def mine(actor: Actor) -> Mine:
    """Five queries, each with at most SHOWN rows."""
    led = list(policies.led_cases(actor).order_by("-pk")[:SHOWN])
    waiting = to_answer(actor)
    own = policies.own_invitations(actor).order_by("-pk")
    ids = {case.pk for case in led}
    member = policies.visible_cases(actor).filter(
        parties__firm_id=policies.own_firm(actor),
        parties__part=CaseParty.Part.MEMBER,
        status__in=states.AWARDED,
    )
    making = [case for case in member.order_by("-pk")[:SHOWN] if case.pk not in ids]
    closed = [case for case in (*led, *making) if case.status == states.CLOSED]
    return Mine(
        to_answer=waiting,
        led=led,
        asked=list(own.exclude(pk__in=[row.pk for row in waiting])[:SHOWN]),
        making=making,
        to_rate=_unrated(actor, closed),
    )


def _unrated(actor: Actor, closed: list[Case]) -> list[Case]:
    """Those with an order of the firm's whose other side it has not rated."""
    orders = Order.objects.filter(case__in=closed)
    sides: dict[int | None, set[int]] = {}
    for order in policies.visible_orders(actor).filter(pk__in=orders.values("pk")):
        other = order.contractor_id if order.orderer_id == actor.firm_id else order.orderer_id
        sides.setdefault(order.case_id, set()).add(other)
    given = Rating.objects.filter(case__in=closed, from_firm_id=policies.own_firm(actor))
    for case_id, firm in given.values_list("case_id", "to_firm_id"):
        sides.get(case_id, set()).discard(firm)
    return [case for case in closed if sides.get(case.pk)]


def waiting(actor: Actor) -> QuerySet[Any]:
    """For the menu: what waits for the firm, requests to answer and own cases to decide."""
    asked = Invitation.objects.filter(
        firm_id=policies.own_firm(actor), status=states.WAITING, case__status=states.INVITING
    )
    return asked.values("pk").union(deciding(actor).values("pk"), all=True)


def to_answer(actor: Actor) -> list[Invitation]:
    """Requests that wait for the firm's answer, the most urgent first."""
    rows = policies.own_invitations(actor).filter(
        status=states.WAITING, case__status=states.INVITING
    )
    return list(rows.order_by("closes_at", "pk")[:SHOWN])


def deciding(actor: Actor) -> QuerySet[Case]:
    """The firm's own cases in which it decides on the award or accepts the goods."""
    return Case.objects.filter(
        firm_id=policies.own_firm(actor), status__in=[states.OFFERED, states.DELIVERED]
    )


def to_decide(actor: Actor) -> list[Case]:
    """Of those the most urgent first."""
    return list(deciding(actor).order_by("due_on", "pk")[:SHOWN])


def running(actor: Actor, most: int) -> list[Case]:
    """Cases that the firm leads or makes a part of, those due next first."""
    firm = policies.own_firm(actor)
    own = CaseParty.objects.filter(case_id=OuterRef("pk"), firm_id=firm)
    rows = Case.objects.filter(Exists(own), status__in=[*states.ASKING, *MAKING])
    return list(rows.order_by("due_on", "pk")[:most])


def steps_of(case: Case) -> list[CaseStep]:
    """In their order."""
    return list(CaseStep.objects.filter(case=case).order_by("position"))


def private_of(case: Case) -> CasePrivate | None:
    """What buyer and hubs read; None for everybody else."""
    return CasePrivate.objects.filter(case=case).first()


def hub_names(actor: Actor, case: Case) -> dict[str, str]:
    """Names of hub and second hub, for those who take part or were asked. Read as the system."""
    with acting(actor.elevated()):
        rows = CaseParty.objects.filter(case=case, part__in=policies.HUBS)
        return dict(rows.values_list("part", "firm_name"))


def processes() -> list[tuple[str, list[tuple[str, str]]]]:
    """Choices by group, in the language of the page."""
    groups: dict[str, list[tuple[str, str]]] = {}
    names: dict[str, str] = {}
    for row in Process.objects.order_by("order"):
        names[row.code] = row.display_name
        if row.parent_id:
            groups.setdefault(row.parent_id, []).append((row.code, row.display_name))
    return [(names.get(code, code), rows) for code, rows in groups.items()]


def process_names() -> dict[str, str]:
    """Code → name in the language of the page."""
    return {row.code: row.display_name for row in Process.objects.all()}


def materials() -> dict[str, str]:
    """Code → name in the language of the page."""
    return {row.code: row.display_name for row in Material.objects.order_by("order")}


def latest_ends(case: Case) -> dict[int, dt.date]:
    """Position → the day by which it must be received so that each later step has a half-week."""
    later = to_the_end({step.position: step.after for step in steps_of(case)})
    due = case.due_on or clock.today()
    return {at: max(clock.today(), due - HALF_WEEK * n) for at, n in later.items()}


def drawings_of(actor: Actor, case: Case) -> list[Drawing]:
    """What the firm may see of the case's drawings; the leads see replaced revisions too."""
    rows = policies.visible_drawings(actor, case.pk).filter(purged_at=None)
    if not policies.parts(actor, case.pk) & policies.LEADS:
        rows = rows.filter(replaced_at=None)
    found = list(rows.order_by("name", "-revision"))
    with acting(actor.elevated()):
        rows = Drawing.objects.filter(pk__in=[row.pk for row in found])
        kinds = dict(rows.values_list("pk", "stored_file__extension"))
        waits = dict(rows.values_list("pk", "stored_file__state"))
    for row in found:
        row.extension = kinds[row.pk]  # type: ignore[attr-defined]
        row.is_ready = waits[row.pk] == "clean"  # type: ignore[attr-defined]
    return found


def looks_of(case: Case) -> QuerySet[DrawingLook]:
    """閲覧の記録, the newest first."""
    return DrawingLook.objects.filter(case=case).select_related("drawing").order_by("-pk")


@dataclass(frozen=True, slots=True)
class StepAsking:
    """A step with its waves and who said what at which price."""

    step: CaseStep
    waves: list[Wave]
    rows: list[tuple[Invitation, Quote | None]]
    chosen: Invitation | None
    open_wave: Wave | None


def asking_of(case: Case) -> list[StepAsking]:
    """Four queries, for the leads."""
    steps = steps_of(case)
    waves = list(Wave.objects.filter(case=case).order_by("step_id", "number"))
    quotes = {row.invitation_id: row for row in Quote.objects.filter(case=case)}
    rows = list(Invitation.objects.filter(case=case).order_by("pk"))
    return [
        StepAsking(
            step=step,
            waves=[wave for wave in waves if wave.step_id == step.pk],
            rows=[(row, quotes.get(row.pk)) for row in rows if row.step_id == step.pk],
            chosen=next(
                (row for row in rows if row.step_id == step.pk and row.status == states.CHOSEN),
                None,
            ),
            open_wave=next(
                (wave for wave in waves if wave.step_id == step.pk and wave.closed_at is None), None
            ),
        )
        for step in steps
    ]


def last_proposal(case: Case) -> Proposal | None:
    """The newest."""
    return Proposal.objects.filter(case=case).order_by("-number").first()


def records_of(case: Case) -> dict[int, list[StepRecord]]:
    """By step, the newest first."""
    found: dict[int, list[StepRecord]] = {}
    rows = StepRecord.objects.filter(case=case).select_related("responsible").order_by("-pk")
    for row in rows:
        found.setdefault(row.step_id, []).append(row)
    return found


@dataclass(frozen=True, slots=True)
class Marks:
    """Averages of a firm in tenths, only from three on."""

    n: int
    quality: int
    delivery: int
    manner: int


def marks_of(actor: Actor, firm_ids: list[int]) -> Mapping[int, Marks]:
    """Averages of firms with three ratings or more that are shown and not struck. As the system."""
    sums: dict[int, list[int]] = {}
    with acting(actor.elevated()):
        rows = Rating.objects.filter(to_firm_id__in=firm_ids, revealed_at__isnull=False)
        rows = rows.exclude(status=states.STRUCK)
        for firm, *marks in rows.values_list("to_firm_id", "quality", "delivery", "manner"):
            total = sums.setdefault(firm, [0, 0, 0, 0])
            for index, value in enumerate([1, *marks]):
                total[index] += value
    return {
        firm: Marks(n, *((10 * total + n // 2) // n for total in rest))
        for firm, (n, *rest) in sums.items()
        if n >= FEWEST
    }


def stuck(actor: Actor) -> QuerySet[Case]:
    """For the coordinator: cases that wait for help."""
    return policies.visible_cases(actor).filter(
        escalated_at__isnull=False, status__in=states.ASKING
    )


def escalated(actor: Actor) -> list[Case]:
    """Of those that wait for help, who has waited the longest."""
    return list(stuck(actor).order_by("escalated_at", "pk")[:SHOWN])


def next_of(case: Case, held: frozenset[Any], today: dt.date | None = None) -> str:
    """What comes next for the firm with these parts: a code that the page puts into words."""
    today = today or clock.today()
    buyer, hub = CaseParty.Part.BUYER in held, bool(held & policies.HUBS)
    match case.status:
        case states.DRAFT:
            return "publish" if buyer else "wait_buyer"
        case states.OPEN:
            return "plan" if hub else "wait_hub"
        case states.INVITING:
            return "watch" if hub else "wait_hub"
        case states.OFFERED:
            return "award" if buyer else "wait_buyer"
        case states.RUNNING:
            return "make"
        case states.DELIVERED:
            return "accept" if buyer else "wait_buyer"
        case states.CLOSED:
            return "rate"
    return "over"
