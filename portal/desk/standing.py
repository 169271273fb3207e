"""Where a firm stands, on its page: how far along the way, and the next dates of all rooms."""

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from advisors.policies import visible_visits
from advisors.states import PLANNED
from dojo.models import Session
from dojo.selectors import own as courses
from dojo.states import ENROLLED
from dojo.worksheets.models import Worksheet
from dojo.worksheets.selectors import own_sheets
from dojo.worksheets.states import RETURNED
from lab.booking.selectors import own as lab
from portal.kernel import clock
from portal.kernel.actor import Actor
from portal.ui.navigation import numbers
from programs.diagnosis import states as diagnosis_states
from programs.diagnosis.selectors import own as diagnoses
from subsidies import states
from subsidies.policies import visible_applications

# Days that the page looks ahead, and how many dates it shows.
AHEAD = dt.timedelta(days=60)
MOST_DATES = 6

Rows = Callable[[Actor], QuerySet]


def _diagnosed(actor: Actor) -> QuerySet:
    return diagnoses.listed(actor).order_by().exclude(status=diagnosis_states.DRAFT)


def _learned(actor: Actor) -> QuerySet:
    return courses.enrolments(actor).order_by().filter(status=ENROLLED)


def _visited(actor: Actor) -> QuerySet:
    return visible_visits(actor).order_by()


def _planned(actor: Actor) -> QuerySet:
    return visible_visits(actor).order_by().filter(status=PLANNED)


def _applied(actor: Actor) -> QuerySet:
    return visible_applications(actor).order_by().exclude(status=states.DRAFT)


def _granted(actor: Actor) -> QuerySet:
    return visible_applications(actor).order_by().filter(grant__isnull=False)


@dataclass(frozen=True, slots=True)
class Stage:
    """A part of the way: how often the firm has been through it, and where it begins."""

    label: str | Promise
    url_name: str
    rows: Rows


# From knowing where one stands to having done something about it. None needs the one before.
_STAGES = (
    Stage(_("診断で現在地を知る"), "diagnosis:home", _diagnosed),
    Stage(_("講座で学ぶ"), "dojo:courses", _learned),
    Stage(_("アドバイザーと進める"), "advisors:home", _visited),
    Stage(_("補助金を申請する"), "subsidies:call_list", _applied),
    Stage(_("交付を受けて導入する"), "subsidies:call_list", _granted),
)


@dataclass(frozen=True, slots=True)
class Reached:
    """A stage with its number; 0: not yet."""

    label: str | Promise
    url: str
    count: int


def stages(actor: Actor) -> list[Reached]:
    """All stages, in one statement."""
    counts = numbers(tuple(stage.rows for stage in _STAGES), actor)
    return [
        Reached(stage.label, reverse(stage.url_name), count)
        for stage, count in zip(_STAGES, counts, strict=True)
    ]


@dataclass(frozen=True, slots=True)
class Date:
    """A fixed moment of the firm."""

    at: dt.datetime
    what: str | Promise
    about: str
    url: str


def dates(actor: Actor) -> list[Date]:
    """What comes in the next weeks, the nearest first; four statements, one where nothing does."""
    now = clock.now()
    found = sorted(_dates(actor, now, now + AHEAD), key=lambda date: date.at)
    return found[:MOST_DATES]


def _dates(actor: Actor, now: dt.datetime, until: dt.datetime) -> Iterator[Date]:
    learns, is_visited, comes = numbers((_learned, _planned, lab.to_come), actor)
    within = {"starts_at__range": (now, until)}
    if learns:
        seats = Session.objects.filter(**within, cohort__in=_learned(actor).values("cohort_id"))
        seats = seats.select_related("cohort__course", "unit").order_by("starts_at", "pk")
        for row in seats[:MOST_DATES]:
            course = row.cohort.course.display_name
            yield Date(row.starts_at, _("講座"), course, reverse("dojo:mine"))
    if is_visited:
        visits = _planned(actor).filter(**within).select_related("advisor")
        for visit in visits.order_by("starts_at", "pk")[:MOST_DATES]:
            url = reverse("advisors:visit_firm", args=[visit.public_id])
            yield Date(visit.starts_at, _("アドバイザーの訪問"), visit.advisor.name, url)
    if comes:
        for booking in lab.coming(actor, MOST_DATES):
            url = reverse("booking:reservation", args=[booking.public_id])
            yield Date(booking.starts_at, _("ラボの予約"), booking.lab.name, url)


def returned_sheets(actor: Actor) -> QuerySet[Worksheet]:
    """Worksheets that the lecturer asks to think over."""
    return own_sheets(actor).filter(status=RETURNED, person_id=actor.user_id)
