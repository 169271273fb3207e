"""Counts by ward, for officials and the policy office: no names, no papers, no bank."""

import datetime as dt
from collections import Counter
from dataclasses import dataclass

from django.db.models import Count, QuerySet

from lab.consortium import collab_states, referral_states
from lab.consortium.models import Collab, Project, Referral
from lab.consortium.selectors.projects import OVER
from portal.kernel.actor import Actor
from portal.kernel.database import acting


@dataclass(frozen=True, slots=True)
class WardLine:
    """One ward: problems that run, agreements counted this year, referrals, joint developments."""

    ward_id: int
    running: int
    agreed: int
    referred: int
    answered: int
    developed: int


def by_ward(actor: Actor, first: dt.date, last: dt.date) -> list[WardLine]:
    """All wards with something to count. Five queries."""
    with acting(actor.elevated()):
        running = _of(Project.objects.exclude(status__in=OVER).values_list("ward_id"))
        signed = Project.objects.filter(counted_on__range=(first, last))
        agreed = _of(signed.values_list("ward_id"))
        open_ = Referral.objects.filter(status__in=referral_states.SHOWN)
        referred = _of(open_.values_list("counted_ward_id"))
        over = Referral.objects.filter(
            status__in=[referral_states.DECIDED, referral_states.DECLINED]
        )
        answered = _of(over.values_list("counted_ward_id"))
        contracts = Collab.objects.filter(
            status__in=collab_states.COUNTED, contracted_on__range=(first, last)
        )
        developed = Counter(
            ward for wards in contracts.values_list("ward_ids", flat=True) for ward in wards
        )
    every = {*running, *agreed, *referred, *answered, *developed}
    return [
        WardLine(ward, running[ward], agreed[ward], referred[ward], answered[ward], developed[ward])
        for ward in sorted(every)
    ]


def _of(rows: QuerySet) -> Counter[int]:
    return Counter(dict(rows.annotate(n=Count("pk")).order_by()))
