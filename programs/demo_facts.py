"""Invented facts for the demonstration: Dojo graduates of three years, declarations, edge cases."""

import datetime as dt
import random
from itertools import count

from portal.kernel.actor import Actor
from programs.demo_names import GIVEN, SURNAMES
from programs.models import Firm, FirmWard, Qualification
from programs.services.qualifications import qualification_grant, qualification_revoke

SEED = 61_121
GRADUATES = 60
VALID_YEARS = 3
_Kind = Qualification.Kind


def load_demo_facts(firms: list[Firm], *, actor: Actor, today: dt.date) -> int:
    """Some 60 graduates and as many declarations, once. Needs `acting(Actor.system(…))`.

    Through the services. Some have expired, the last graduate's is revoked.
    """
    if Qualification.objects.exists():
        return 0
    rng, numbers = random.Random(SEED), count(1)  # noqa: S311 (invented data)
    wards = dict(FirmWard.objects.order_by("-id").values_list("firm_id", "ward_id"))
    chosen = [firms[0], *rng.sample(firms[1:], min(GRADUATES, len(firms)) - 1)]
    last = None
    for index, firm in enumerate(chosen):
        day = _day(rng, today, index)
        last = qualification_grant(
            actor=actor,
            firm_id=firm.pk,
            ward_id=wards[firm.pk],
            kind=_Kind.LEADER_COURSE if index % 9 == 8 else _Kind.DOJO_GRADUATE,
            cohort=f"DX道場 第{_cohort(day, today)}期",
            number=f"D{day.year}-{next(numbers):04}",
            person_name=f"{rng.choice(SURNAMES)[0]} {rng.choice(GIVEN)}",
            granted_on=day,
            expires_on=_years_on(day),
            source="修了証",
        )
    if last is not None:
        qualification_revoke(
            actor=actor, qualification_id=last.pk, reason="受講記録の誤りが分かったため"
        )
    for firm in rng.sample(firms, min(40, len(firms))):
        kind = rng.choice([_Kind.SDGS, _Kind.WAGE_RAISE, _Kind.ADVISOR_SUPPORT])
        day = today - dt.timedelta(days=rng.randint(20, 500))
        qualification_grant(
            actor=actor,
            firm_id=firm.pk,
            ward_id=wards[firm.pk],
            kind=kind,
            granted_on=day,
            expires_on=day + dt.timedelta(days=365) if kind != _Kind.ADVISOR_SUPPORT else None,
            source="支援の記録" if kind == _Kind.ADVISOR_SUPPORT else "宣言書",
        )
    return Qualification.objects.count()


def _day(rng: random.Random, today: dt.date, index: int) -> dt.date:
    """Over three years and a little more, so that some have expired; the first one recently."""
    if index == 0:
        return min(dt.date(today.year, 9, 12), today)
    return today - dt.timedelta(days=rng.randint(30, VALID_YEARS * 365 + 120))


def _cohort(day: dt.date, today: dt.date) -> int:
    """One cohort a year; this year's is the third."""
    return max(1, 3 - (today - day).days // 365)


def _years_on(day: dt.date) -> dt.date:
    """The day before the same day three years later."""
    later = dt.date(day.year + VALID_YEARS, day.month, min(day.day, 28))
    return later - dt.timedelta(days=1)
