"""What an evaluation reads: grants, applications, scores, accounts, facts. Run as the system.

The rows name firms; what leaves this room does not.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator
from fractions import Fraction

from django.db.models import Min

from dojo import states as dojo
from dojo.models import Course, Enrolment, Graduation
from kpi.effect.rules.study import Candidate, Follower, Group, Line, Out, Year, size_class
from kpi.models import Fact
from kpi.series.models import Accounts
from kpi.series.selectors import consents, firm_years
from lab.booking import states as lab
from lab.booking.models import Reservation, Visit
from portal.kernel import clock
from programs.diagnosis import states as diagnosis
from programs.diagnosis.instruments import HEARING
from programs.diagnosis.models import Diagnosis
from programs.models import Firm
from subsidies import grant_states, states
from subsidies.models import Application, Grant
from subsidies.selection import states as selection
from subsidies.selection.models import Choice, Selection

# Accounting years before the first grant that are read.
YEARS_BEFORE = 4
A_YEAR = dt.timedelta(days=365)
BOUGHT = "grant.submitted"


def accounts(*, letter: str, as_of: dt.date) -> list[Year]:
    """付加価値額 by the letter of formula, of firms whose accounts may be used, up to the year that has ended."""
    began = Grant.objects.aggregate(first=Min("decided_on"))["first"] or as_of
    rows = firm_years(first=min(began, as_of).year - YEARS_BEFORE, last=as_of.year)
    return [
        Year(
            row.firm_id,
            row.ward_id,
            row.industry,
            row.year,
            row.employees,
            getattr(row, f"va_{letter.lower()}"),
        )
        for row in rows
    ]


def candidates(years: Iterable[Year]) -> list[Candidate]:
    """Every firm that applied or whose accounts are known, with its group and what keeps it out.

    A user's first grant that was settled counts; grants given up or revoked take the firm out, and
    those still running make it one that is not a user yet.
    """
    usable = {row.firm_id for row in years}
    said = consents()
    known = set(Accounts.objects.order_by().values_list("firm_id", flat=True).distinct())
    first, running, ended = _grants()
    applied = set(
        Application.objects.filter(submitted_at__isnull=False)
        .exclude(status=states.WITHDRAWN)
        .values_list("firm_id", flat=True)
    )
    refused = set(
        Application.objects.filter(status=states.REFUSED).values_list("firm_id", flat=True)
    ) | set(Choice.objects.filter(status=selection.NOT_SELECTED).values_list("firm_id", flat=True))
    scores = _scores([firm for firm, agreed in said.items() if agreed])
    found = []
    for firm in sorted(usable | known | applied):
        group, cohort = Group.NEVER, 0
        if firm in first:
            group, cohort = Group.USERS, first[firm] + 1
        elif firm in running:
            group = Group.WAITING
        elif firm in refused:
            group = Group.REJECTED
        out = None
        if firm not in first and firm not in running and firm in ended:
            out = Out.REVOKED
        elif firm not in usable:
            out = Out.NO_CONSENT if firm in known else Out.NO_YEARS
        score = _score_before(scores.get(firm, []), cohort)
        found.append(Candidate(firm, group, cohort, score, out))
    return found


def lines() -> list[Line]:
    """Applications of approved selections by how far they stand from the line of their call."""
    found = []
    for row in Selection.objects.filter(status=selection.APPROVED).order_by("pk"):
        assert row.approved_at is not None
        ranked = [
            (line["application_id"], line["firm_id"], Fraction(line["points"]))
            for line in row.result["lines"]
            if line["points"]
        ]
        chosen = {
            line["application_id"] for line in row.result["lines"] if line["outcome"] == "selected"
        }
        if not chosen or len(chosen) == len(ranked):
            continue
        edge = min(points for application, _firm, points in ranked if application in chosen)
        granted = set(
            Grant.objects.filter(application__in=[item[0] for item in ranked])
            .exclude(status__in=[grant_states.WITHDRAWN, grant_states.REVOKED])
            .values_list("application_id", flat=True)
        )
        found += [
            Line(firm, row.approved_at.year, float(points - edge), application in granted)
            for application, firm, points in ranked
        ]
    return found


def _grants() -> tuple[dict[int, int], set[int], set[int]]:
    """Firm → year of completion of the first settled grant; firms with one running; with one ended."""
    first: dict[int, int] = {}
    running, ended = set(), set()
    rows = Grant.objects.order_by("decided_on", "pk")
    for firm, status, completed, ends in rows.values_list(
        "firm_id", "status", "completed_on", "project_ends_on"
    ):
        if status in grant_states.SETTLED:
            first.setdefault(firm, (completed or ends).year)
        elif status in grant_states.HOLDING:
            running.add(firm)
        else:
            ended.add(firm)
    return first, running, ended


def _scores(firms: list[int]) -> dict[int, list[tuple[int, int]]]:
    """Firm → (year, score) of its diagnoses. Only of firms that agreed to being evaluated."""
    found: dict[int, list[tuple[int, int]]] = defaultdict(list)
    rows = Diagnosis.objects.filter(
        firm_id__in=firms, instrument=HEARING, status=diagnosis.DONE, score__isnull=False
    )
    for firm, finished, score in rows.order_by("finished_at").values_list(
        "firm_id", "finished_at", "score"
    ):
        if finished is not None and score is not None:
            found[firm].append((finished.year, score))
    return found


def _score_before(scores: list[tuple[int, int]], cohort: int) -> int | None:
    """The first score, for users from before the support."""
    return next((score for year, score in scores if not cohort or year < cohort - 1), None)


def dojo_followers(as_of: dt.date) -> list[Follower]:
    """Graduates of the Dojo from their graduation, applicants to it without a place from their application, a
    year on each. The leaders' course is no Dojo, and a graduation that was taken back is none.
    """
    rows = Graduation.objects.filter(course_code=Course.Code.DOJO, status=dojo.CONFIRMED)
    rows = rows.order_by("-confirmed_on")
    # The earliest is the last and stays.
    graduated = {firm: day for firm, day in rows.values_list("firm_id", "confirmed_on") if day}
    waiting: dict[int, dt.date] = {}
    unlucky = Enrolment.objects.filter(
        cohort__course__code=Course.Code.DOJO,
        status__in=[dojo.WAITING, dojo.DECLINED, dojo.LAPSED],
    )
    for firm, at in unlucky.order_by("-applied_at").values_list("firm_id", "applied_at"):
        if firm not in graduated:
            waiting[firm] = clock.to_date(at)
    return list(_followed(graduated, waiting, as_of))


def lab_followers(as_of: dt.date) -> list[Follower]:
    """Firms from their first visit, and those that reserved and never came from the day reserved for."""
    visits = Visit.objects.filter(firm__isnull=False, takes_back=None, taken_back=None)
    came = dict(visits.order_by("-day").values_list("firm_id", "day"))
    missed: dict[int, dt.date] = {}
    rows = Reservation.objects.filter(status__in=_NEVER_CAME).order_by("-starts_at")
    for firm, at in rows.values_list("firm_id", "starts_at"):
        if firm not in came:
            missed[firm] = clock.to_date(at)
    return list(_followed(came, missed, as_of))


_NEVER_CAME = (lab.CANCELLED, lab.CALLED_OFF, lab.LAPSED, lab.MISSED, lab.DECLINED)


def _followed(
    users: dict[int, dt.date], others: dict[int, dt.date], as_of: dt.date
) -> Iterator[Follower]:
    """Those whose year has passed. Bought: submitted an application for a grant, the one thing that is
    known of both sides alike (reported investments are asked of graduates alone)."""
    days: dict[int, list[dt.date]] = defaultdict(list)
    facts = Fact.objects.filter(event_type=BOUGHT, reverses=None, reversed_by=None)
    for firm, day in facts.values_list("firm_id", "occurred_on"):
        days[firm].append(day)
    sizes = dict(Firm.objects.filter(pk__in=[*users, *others]).values_list("pk", "employees"))
    for is_user, firms in ((True, users), (False, others)):
        for firm, day in sorted(firms.items()):
            if day + A_YEAR > as_of:
                continue
            yield Follower(
                firm,
                is_user,
                size_class(sizes.get(firm)),
                any(day - A_YEAR <= one < day for one in days[firm]),
                any(day <= one <= day + A_YEAR for one in days[firm]),
            )
