"""The auditors' part of the demonstration: samples with cases in every state, a recount, a bundle.

What the samples find is really there: late reports, cuts, reduced decisions and returns are the
demonstration's own. Everything goes through the services.
"""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from portal.accounts.demo import BY_KEY, SUMIDA
from portal.accounts.models import User
from portal.accounts.roles import Role
from portal.auditing import policies, services
from portal.auditing.models import Sample
from portal.auditing.selectors.population import PAID, Wanted, cases, years
from portal.auditing.selectors.scope import Scope
from portal.kernel import clock
from portal.kernel.actor import Actor, Hat
from portal.kernel.database import acting

PURPOSE = "令和8年度定期監査（補助金）"
SEED = 20260401
# What becomes of the first cases of a sample, one after the other.
COURSE = (
    (("begin", ""), ("clear", "申請・決定・確定・支払の額と日付を、書類と照らし合わせた。")),
    (("begin", ""), ("remark", "実績報告が期限の後に出ている。区に督促の記録を確かめる。")),
    (
        ("begin", ""),
        ("clear", "額は再計算と一致した。"),
        ("reopen", "検査の所見と写真の日付を、もう一度確かめる。"),
    ),
    (("begin", ""), ("clear", "起案と決裁は別の職員で、理由も記録されている。")),
    (("begin", ""),),
)


def load(*, firms: Sequence[Any], now: dt.datetime, scale: float) -> str:
    """Samples, a recount of a ward's year and a bundle; in words."""
    person = BY_KEY["auditor"]
    user = User.objects.get(email=person.email)
    actor = Actor(user.pk, user.name, Hat.AUDITOR, frozenset({Role.AUDITOR}))
    with acting(actor):
        found = years()
        # The last year whose grants have gone their whole way.
        year = next((each for each in found if each < clock.fiscal_year(clock.to_date(now))), None)
        made = [sample for sample in _samples(actor, year) if sample is not None]
        jobs = _jobs(actor, year)
    for job_id in jobs:
        services.WORK.run(job_id, clock.to_date(now))
    return f"監査の標本 {len(made):,}件、再計算と案件の一式 {len(jobs):,}件"


def _samples(actor: Actor, year: int | None) -> list[Sample | None]:
    whole = Scope(year=year)
    return [
        _draw(
            actor, "交付決定 層化20件", "stratified", Wanted(whole), 20, strata="amount", steps=5
        ),
        _draw(actor, "支払 金額単位12件", "monetary", Wanted(whole, base=PAID), 12, steps=1),
        _draw(actor, "遅れた実績報告", "all", Wanted(criterion="late"), None, steps=2),
        _draw(actor, "返還を命じた案件", "all", Wanted(criterion="repaid"), None, steps=0),
    ]


def _draw(
    actor: Actor,
    name: str,
    method: str,
    wanted: Wanted,
    size: int | None,
    *,
    strata: str = "",
    steps: int,
) -> Sample | None:
    """A sample with its first cases gone through; None where there is nothing to draw."""
    most = cases(actor, wanted).count()
    if not most:
        return None
    sample = services.sample_draw(
        actor=actor,
        name=name,
        purpose=PURPOSE,
        method=method,
        wanted=wanted,
        size=min(size, most) if size else None,
        seed=None if size is None else SEED,
        strata=strata,
    )
    items = policies.visible_items(actor).filter(sample=sample).order_by("position")
    for item, course in zip(items, COURSE[:steps], strict=False):
        for action, note in course:
            services.item_move(actor=actor, item_id=item.pk, action=action, note=note)
    return sample


def _jobs(actor: Actor, year: int | None) -> list[int]:
    """A recount of 墨田区's year, and the bundle of one of its paid cases."""
    wanted = Wanted(Scope(ward_id=SUMIDA), base=PAID)
    case = cases(actor, wanted).order_by("pk").first()
    found = []
    if year is not None:
        job = services.recount_order(actor=actor, year=year, ward_id=SUMIDA, purpose=PURPOSE)
        found.append(job.pk)
    if case is not None:
        found.append(services.bundle_order(actor=actor, case=case, purpose=PURPOSE).pk)
    return found
