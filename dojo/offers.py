"""Courses as next steps of a diagnosis, and which firms a lecturer teaches."""

import datetime as dt
from collections.abc import Collection, Iterator

from django.urls import reverse
from django.utils.translation import gettext as _

from dojo import policies, states
from portal.kernel.actor import Actor
from programs.diagnosis import offers, readers
from programs.diagnosis.models import Audience
from programs.diagnosis.offers import Offer
from programs.diagnosis.rules.steps import COURSE

MOST = 2


@offers.register
def open_cohorts(actor: Actor, wards: Collection[int], today: dt.date) -> Iterator[Offer]:
    """Cohorts of the firm's wards that may be applied for today, those that close first."""
    rows = policies.visible_cohorts(actor).filter(
        status=states.ANNOUNCED, opens_on__lte=today, closes_on__gte=today
    )
    mine = rows.filter(wards__ward_id__in=wards).values("pk")
    found = rows.filter(pk__in=mine).select_related("course").order_by("closes_on", "pk")
    for cohort in found[:MOST]:
        yield Offer(
            need=COURSE,
            title=_("%(course)s 第%(number)d期に申し込む")
            % {"course": cohort.course.display_name, "number": cohort.number},
            text=_("同じ立場の経営者・担当者と、少人数で学びます。"),
            url=reverse("dojo:cohort", args=[cohort.public_id]),
            until=cohort.closes_on,
        )


def taught_firms(actor: Actor) -> Collection[int]:
    """The firms with a seat in a cohort that the lecturer teaches."""
    if not policies.is_lecturer(actor):
        return ()
    rows = policies.visible_enrolments(actor).filter(status=states.ENROLLED)
    return set(rows.values_list("firm_id", flat=True))


readers.register(Audience.LECTURER, taught_firms)
