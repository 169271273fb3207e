"""Which firms are within their first jobs, and what a case is too much for them. As the system."""

from collections.abc import Collection

from django.db.models import Count

from lab.nakama.cases import counted, states
from lab.nakama.cases.models import Case, CaseParty, CaseStep, FirstJobLift
from lab.nakama.cases.rules import first_jobs
from lab.nakama.models import Capability, CapabilityProfile
from lab.nakama.states import LISTED

_LEADS = (CaseParty.Part.BUYER, CaseParty.Part.HUB, CaseParty.Part.DELEGATE)
Limit = first_jobs.Limit


def limits(case: Case, yen: int | None = None) -> tuple[Limit, ...]:
    """What of the case (and of a price for a step) is too much for a first job."""
    job = first_jobs.Job(case.lot, case.tolerance_um, case.export_control, yen)
    return first_jobs.over(job)


def barred(case: Case) -> set[int]:
    """Listed firms for which the work itself is too much; nobody where it is small enough."""
    if not limits(case):
        return set()
    listed = CapabilityProfile.objects.filter(status__in=LISTED)
    return newcomers(case, set(listed.values_list("firm_id", flat=True)))


def newcomers(case: Case, firms: Collection[int]) -> set[int]:
    """Those of the firms that the limits bind in this case."""
    rows = CaseStep.objects.filter(firm_id__in=firms, case__status=states.CLOSED)
    done = counted.jobs_elsewhere(firms)
    done.update(dict(rows.values_list("firm_id").annotate(n=Count("case_id", distinct=True))))
    known = {firm for firm, jobs in done.items() if not first_jobs.is_new(jobs)}
    leads = CaseParty.objects.filter(case=case, part__in=_LEADS).values_list("firm_id", flat=True)
    lifted = FirstJobLift.objects.filter(case=case).values_list("firm_id", flat=True)
    return set(firms) - known - set(leads) - set(lifted)


def held_back(case: Case) -> dict[int, str]:
    """Firm → name of those that do one of the steps and are bound by the limits."""
    codes = CaseStep.objects.filter(case=case).values_list("process_code", flat=True)
    rows = Capability.objects.filter(process_id__in=set(codes), profile__status__in=LISTED)
    names = dict(rows.order_by("profile__firm_name").values_list(
        "profile__firm_id", "profile__firm_name"
    ))  # fmt: skip
    bound = newcomers(case, names.keys())
    return {firm: name for firm, name in names.items() if firm in bound}
