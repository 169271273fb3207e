"""What the planner is told of a case and of the firms, from profiles and from cases past.

Read as the system: hourly bands are private and go into the planner alone.
"""

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterable
from itertools import pairwise
from typing import Any

from django.db.models import Q, QuerySet

from lab.nakama.cases import probation, states, workload
from lab.nakama.cases.models import Case, CaseParty, CasePrivate, CaseStep, Invitation
from lab.nakama.cases.rules.order import in_order
from lab.nakama.models import (
    Capability,
    CapabilityProfile,
    HourlyBand,
    ProfileCertificate,
    ToleranceStep,
    WeekCapacity,
)
from lab.nakama.planning import periods
from lab.nakama.planning.terms import Held, Market, Offer, Order, Place, Shop, Step
from lab.nakama.rules import materials, ranking
from lab.nakama.rules.certificates import codes_of
from lab.nakama.selectors.lexicon import lexicon
from lab.nakama.taxonomy.conditions import asked_of

# Degrees of the wards' offices: a ward is all that is known of a place before the award.
PLACES = {
    13101: (35.694, 139.754),
    13102: (35.671, 139.772),
    13103: (35.658, 139.752),
    13104: (35.694, 139.703),
    13105: (35.708, 139.752),
    13106: (35.713, 139.780),
    13107: (35.711, 139.802),
    13108: (35.673, 139.817),
    13109: (35.609, 139.730),
    13110: (35.641, 139.698),
    13111: (35.561, 139.716),
    13112: (35.646, 139.653),
    13113: (35.664, 139.698),
    13114: (35.707, 139.664),
    13115: (35.700, 139.636),
    13116: (35.726, 139.716),
    13117: (35.753, 139.734),
    13118: (35.736, 139.783),
    13119: (35.751, 139.709),
    13120: (35.736, 139.652),
    13121: (35.775, 139.804),
    13122: (35.743, 139.847),
    13123: (35.707, 139.868),
}
# A half-week of one machine; what a △ and silence leave of it.
FREE_MINUTES = {"open": 1200, "some": 600, "full": 0, "": 600}
# 円 an hour (税抜) where a firm keeps its band to itself, and what setting up costs in hours.
USUAL_HOURLY = 6000
SETUP_MINUTES = 30
LONGEST_HALF_WEEKS = 52
A_YEAR = dt.timedelta(days=365)
_LISTED = ("prefilled", "confirmed")


def place_of(ward_id: int | None) -> Place:
    """Where a ward is."""
    return Place(*PLACES.get(ward_id or 13101, PLACES[13101]))


def horizon(case: Case, today: dt.date) -> int:
    """Index of the half-week in which the goods are due, from today's week."""
    assert case.due_on is not None
    return max(0, min(periods.half_week(case.due_on, today), LONGEST_HALF_WEEKS))


def order_of(
    case: Case, steps: Iterable[CaseStep], *, today: dt.date, blocked: bool = True
) -> Order:
    """The case as the planner reads it. Firms that said no to a step are not asked for it again.

    Each step asks for those of the case's conditions that concern its process (taxonomy/conditions.list).
    """
    budget = CasePrivate.objects.values_list("budget_yen", flat=True).get(case=case)
    steps = list(steps)
    wanted = _wanted(case)
    no = _refusals(case) if blocked else {}
    barred = {str(firm) for firm in probation.barred(case)}
    only = _willing(case) if blocked else {}
    everybody = set()
    if only:
        everybody = {str(pk) for pk in _listed().values_list("firm_id", flat=True)}
    return Order(
        code=str(case.pk),
        steps=tuple(
            Step(
                code=str(step.position),
                process=step.process_code,
                minutes=step.minutes,
                after=tuple(str(number) for number in step.after),
                excluded=frozenset(
                    barred
                    | ((everybody - only[step.pk]) if step.pk in only else no.get(step.pk, set()))
                ),
                **_asked(wanted, conditions_of(case, step.process_code)),
            )
            for step in steps
        ),
        due=horizon(case, today),
        place=place_of(case.ward_id),
        budget_yen=budget,
        not_before=periods.half_week(today, today),
    )


def conditions_of(case: Case, process: str) -> list[str]:
    """Names of the conditions that a step of the process is asked for in this case."""
    told = {
        ranking.MATERIAL: case.material_code or case.material or None,
        ranking.SIZE: case.size_mm,
        ranking.TOLERANCE: case.tolerance_um,
        ranking.LOT: case.lot,
        ranking.CERTIFICATE: case.certificates or None,
    }
    return [name for name in asked_of(process) if told[name] is not None]


def _wanted(case: Case) -> dict[str, dict[str, Any]]:
    """Condition → its field of Step."""
    return {
        ranking.MATERIAL: {"materials": _material(case)},
        ranking.SIZE: {"size_mm": case.size_mm},
        ranking.TOLERANCE: {"tolerance_um": case.tolerance_um},
        ranking.LOT: {"lot": case.lot},
        ranking.CERTIFICATE: {"certificates": frozenset(codes_of(case.certificates))},
    }


def _asked(wanted: dict[str, dict[str, Any]], names: Iterable[str]) -> dict[str, Any]:
    return {field: value for name in names for field, value in wanted[name].items()}


def _material(case: Case) -> frozenset[str]:
    """Marks of which a firm must carry one, as the search has them; a word that is in no list too."""
    if case.material_code:
        return frozenset(materials.wanted_code(case.material_code))
    return frozenset(materials.wanted(case.material, lexicon()) if case.material else ())


def held_of(case: Case) -> list[Held]:
    """Who has been chosen stays."""
    rows = Invitation.objects.filter(case=case, status=states.CHOSEN)
    return [
        Held(step=str(position), shop=str(firm))
        for position, firm in rows.values_list("step__position", "firm_id")
    ]


def _refusals(case: Case) -> dict[int, set[str]]:
    gone = [states.CANNOT, states.NOT_NOW, states.PASSED, states.LAPSED]
    found: dict[int, set[str]] = defaultdict(set)
    rows = Invitation.objects.filter(case=case, status__in=gone)
    for step, firm in rows.values_list("step_id", "firm_id"):
        found[step].add(str(firm))
    return found


def _willing(case: Case) -> dict[int, set[str]]:
    found: dict[int, set[str]] = defaultdict(set)
    rows = Invitation.objects.filter(case=case, status__in=states.WILLING)
    for step, firm in rows.values_list("step_id", "firm_id"):
        found[step].add(str(firm))
    return found


def _listed() -> QuerySet[CapabilityProfile]:
    return CapabilityProfile.objects.filter(status__in=_LISTED)


def market_of(case: Case, codes: Iterable[str], *, today: dt.date) -> Market:
    """Every listed firm with one of the processes; the buyer too: it may do a step itself."""
    wanted = set(codes)
    rows = Capability.objects.filter(process_id__in=wanted, profile__status__in=_LISTED)
    offers = list(rows.select_related("profile").order_by("pk"))
    profiles = {row.profile_id: row.profile for row in offers}
    firm_of = {pk: profile.firm_id for pk, profile in profiles.items()}
    firm_ids = list(firm_of.values())
    bands = {
        firm: (low + high) // 2
        for firm, low, high in HourlyBand.objects.filter(firm_id__in=firm_ids).values_list(
            "firm_id", "low_yen", "high_yen"
        )
    }
    tolerances = _tolerances([row.pk for row in offers], case.size_mm)
    certificates = _certificates(profiles, today)
    by_profile: dict[int, list[Offer]] = defaultdict(list)
    for row in offers:
        hourly = bands.get(row.profile.firm_id, USUAL_HOURLY)
        by_profile[row.profile_id].append(
            Offer(
                process=row.process_id,
                setup_yen=hourly * SETUP_MINUTES // 60,
                yen_per_hour=hourly,
                risk_permille=_risk(row.profile),
                materials=frozenset(row.profile.materials),
                max_size_mm=row.reach_mm,
                tolerance_um=tolerances.get(row.pk),
                lot_min=row.lot_min,
                lot_max=row.lot_max,
                certificates=frozenset(certificates[row.profile_id]),
            )
        )
    won = _jobs_won(firm_ids, today)
    free = workload.without(_free(list(profiles), horizon(case, today), today), firm_of, today)
    shops = tuple(
        Shop(
            code=str(profile.firm_id),
            place=place_of(profile.ward_id),
            offers=tuple(by_profile[pk]),
            free=free[pk],
            jobs_won=won[profile.firm_id],
            name=profile.firm_name,
        )
        for pk, profile in sorted(profiles.items())
    )
    return Market(shops=shops, worked_together=_together())


def _certificates(profiles: Iterable[int], today: dt.date) -> dict[int, set[str]]:
    """Codes of what each holds today; what has lapsed counts no more (as in the search)."""
    found: dict[int, set[str]] = defaultdict(set)
    rows = ProfileCertificate.objects.filter(profile_id__in=profiles)
    holding = rows.filter(Q(valid_until=None) | Q(valid_until__gte=today))
    for profile, code in holding.values_list("profile_id", "code"):
        found[profile].add(code)
    return found


def _tolerances(capabilities: list[int], size_mm: int | None) -> dict[int, int]:
    """The tolerance (µm) that each holds at that size."""
    found: dict[int, tuple[float, int]] = {}
    rows = ToleranceStep.objects.filter(capability_id__in=capabilities)
    for capability, up_to, tolerance in rows.values_list(
        "capability_id", "up_to_mm", "tolerance_um"
    ):
        bound = float("inf") if up_to is None else float(up_to)
        if bound < (size_mm or 0):
            continue
        if capability not in found or bound < found[capability][0]:
            found[capability] = (bound, tolerance)
    return {capability: tolerance for capability, (_bound, tolerance) in found.items()}


def _risk(profile: CapabilityProfile) -> int:
    """Expected rework in thousandths: of a firm whose quality nobody knows, 30."""
    if profile.ratings < 3:
        return 30
    return max(0, 60 - 12 * profile.quality_sum // profile.ratings)


def _jobs_won(firm_ids: list[int], today: dt.date) -> Counter[int]:
    rows = CaseStep.objects.filter(
        firm_id__in=firm_ids, case__award__awarded_at__date__gt=today - A_YEAR
    )
    return Counter(rows.values_list("firm_id", flat=True))


def _free(profiles: list[int], due: int, today: dt.date) -> dict[int, tuple[int, ...]]:
    first = periods.monday_of(today)
    marks = {
        (profile, week): mark
        for profile, week, mark in WeekCapacity.objects.filter(
            profile_id__in=profiles, week__gte=first
        ).values_list("profile_id", "week", "mark")
    }
    weeks = [first + dt.timedelta(days=7 * (index // 2)) for index in range(due + 1)]
    return {
        profile: tuple(FREE_MINUTES[marks.get((profile, week), "")] for week in weeks)
        for profile in profiles
    }


def _together() -> frozenset[tuple[str, str]]:
    """Pairs that have handed work to each other in a case that was delivered."""
    rows = CaseStep.objects.filter(case__status=states.CLOSED, firm__isnull=False)
    cases: dict[int, list[tuple[int, int]]] = defaultdict(list)
    for case, position, firm in rows.values_list("case_id", "position", "firm_id"):
        cases[case].append((position, firm))
    pairs = set()
    for steps in cases.values():
        firms = [firm for _position, firm in sorted(steps)]
        pairs |= {tuple(sorted((str(a), str(b)))) for a, b in pairwise(firms) if a != b}
    return frozenset(pairs)  # type: ignore[arg-type]


def steps_in_order(steps: Iterable[CaseStep]) -> list[CaseStep]:
    """Each after all before it."""
    found = {step.position: step for step in steps}
    return [found[position] for position in in_order({p: s.after for p, s in found.items()})]


def lead_firms(case: Case) -> set[int]:
    """Buyer and hubs."""
    return set(CaseParty.objects.filter(case=case).values_list("firm_id", flat=True))
