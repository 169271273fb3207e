"""What firms have in hand from cases that are being made: it comes off what their weeks leave.

Read as the system: a firm's work in one case is nobody's business in another.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from lab.nakama.cases import states
from lab.nakama.cases.models import CaseStep, Proposal, Quote
from lab.nakama.planning import periods

# Once inspected it is done; a defect is to be made again.
_TO_DO = (states.TODO, states.WORKING, states.DEFECT)


@dataclass(frozen=True, slots=True)
class Job:
    """A step in hand: from which half-week on, and how many minutes."""

    start: int
    minutes: int


def in_hand(firms: Collection[int], today: dt.date) -> dict[int, list[Job]]:
    """Firm → the steps awarded to it and not made yet, the earliest first.

    A step begins in the half-week of the team's plan, else in that in which it was promised to be
    ready; one whose time has passed is done from now on.
    """
    steps = list(
        CaseStep.objects.filter(
            firm_id__in=firms, case__status=states.RUNNING, status__in=_TO_DO
        ).order_by("pk")
    )
    planned, promised = _planned({step.case_id for step in steps}), _promised(steps)
    now = periods.half_week(today, today)
    found: dict[int, list[Job]] = defaultdict(list)
    for step in steps:
        day = planned.get((step.case_id, step.position)) or promised.get(step.pk) or today
        start = max(now, periods.half_week(day, today))
        if step.firm_id is not None:
            found[step.firm_id].append(Job(start, step.minutes))
    return {firm: sorted(jobs, key=lambda job: job.start) for firm, jobs in found.items()}


def _planned(cases: Collection[int]) -> dict[tuple[int, int], dt.date]:
    """(case, position) → the first day of the half-week that the chosen team's plan has for it."""
    rows = Proposal.objects.filter(case_id__in=cases, chosen__isnull=False).order_by("number")
    return {
        (case, task["step"]): dt.date.fromisoformat(task["from"])
        for case, teams, chosen in rows.values_list("case_id", "teams", "chosen")
        for task in teams[chosen]["tasks"]
    }


def _promised(steps: Collection[CaseStep]) -> dict[int, dt.date]:
    """Step → the day on which its firm hands over."""
    rows = Quote.objects.filter(invitation__step__in=steps, invitation__status=states.CHOSEN)
    return {step: day for step, day in rows.values_list("invitation__step_id", "ready_on") if day}


def left_of(free: Collection[int], jobs: Collection[Job]) -> tuple[int, ...]:
    """Minutes per half-week that the jobs leave; what does not fit into one goes on in the next."""
    left = list(free)
    for job in jobs:
        rest = job.minutes
        for period in range(job.start, len(left)):
            taken = min(rest, left[period])
            left[period] -= taken
            rest -= taken
    return tuple(left)


def without(
    free: Mapping[int, tuple[int, ...]], firm_of: Mapping[int, int], today: dt.date
) -> dict[int, tuple[int, ...]]:
    """The free minutes of profiles less what their firms (`firm_of`) have in hand."""
    jobs = in_hand(set(firm_of.values()), today)
    return {pk: left_of(minutes, jobs.get(firm_of[pk], ())) for pk, minutes in free.items()}
