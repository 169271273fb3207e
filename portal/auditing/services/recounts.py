"""金額の再計算 over a ward or all, a fiscal year: every case worked out again, differences kept."""

from collections import Counter
from itertools import batched

from portal.auditing import policies, recount
from portal.auditing.models import Difference, Job
from portal.auditing.selectors import money
from portal.auditing.selectors.scope import Scope
from portal.auditing.services.jobs import WORK
from portal.kernel import audit
from portal.kernel.actor import Actor

BATCH = 100


def make_recount(actor: Actor, job: Job) -> None:
    """Work them all out; the job's result counts cases, amounts, yen and differences."""
    scope = Scope(ward_id=job.ward_id, year=job.fiscal_year)
    rows = policies.visible_cases(actor).filter(scope.on("")).order_by("pk")
    ids = list(rows.values_list("pk", flat=True))
    counts: Counter[str] = Counter(dict.fromkeys(("cases", "figures", "same", "told", "wrong"), 0))
    found: list[Difference] = []
    WORK.tick(job, (0, len(ids)))
    for batch in batched(ids, BATCH):
        for case in money.of(batch):
            counts["cases"] += 1
            found += _differences(job, case, counts)
        WORK.tick(job, (counts["cases"], len(ids)))
    Difference.objects.bulk_create(found, batch_size=500)
    WORK.finish(job, total=len(ids), done=counts["cases"], result=dict(counts))
    audit.record(
        actor=actor,
        action="auditing.recounted",
        obj=job,
        ward_id=job.ward_id,
        reason=job.purpose,
        detail={"year": job.fiscal_year, **counts},
    )


def _differences(job: Job, case: money.Money, counts: Counter[str]) -> list[Difference]:
    differ = []
    for figure in recount.figures(case):
        counts["figures"] += 1
        if figure.is_same:
            counts["same"] += 1
            continue
        counts["told" if figure.is_told else "wrong"] += 1
        differ.append(
            Difference(
                job=job,
                application=case.application,
                ward_id=case.application.ward_id,
                step=figure.step,
                stored_yen=figure.stored_yen,
                computed_yen=figure.computed_yen,
                is_told=figure.is_told,
                note=figure.note,
            )
        )
    return differ
