"""What an advisor sees: the day, the engagements, what came back."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db.models import QuerySet
from django.db.models.functions import Now

from advisors import policies, states
from advisors.models import Engagement, NextAction, TeamMember, Visit
from portal.kernel import clock
from portal.kernel.actor import Actor

SHOWN = 60


@dataclass(frozen=True, slots=True)
class DayVisit:
    """A visit with what was promised before it."""

    visit: Visit
    homework: tuple[NextAction, ...] = ()

    @property
    def is_planned(self) -> bool:
        return self.visit.status == states.PLANNED


@dataclass(frozen=True, slots=True)
class Day:
    """今日の訪問: today, what was planned and not recorded, what came back, what comes."""

    today: tuple[DayVisit, ...] = ()
    overdue: tuple[DayVisit, ...] = ()
    came_back: tuple[Visit, ...] = ()
    ahead: tuple[Visit, ...] = ()
    engagements: tuple[Engagement, ...] = ()
    homework: tuple[NextAction, ...] = field(default=())

    @property
    def next(self) -> DayVisit | None:
        """What to write down first."""
        return next((row for row in (*self.overdue, *self.today) if row.is_planned), None)


def day_of(actor: Actor, today: dt.date) -> Day:
    """Four queries, however many visits there are."""
    rows = policies.visible_visits(actor).filter(advisor_id=actor.user_id)
    open_ = rows.filter(status__in=(states.PLANNED, states.OBJECTED, states.RETURNED))
    of_today = rows.filter(
        starts_at__gte=clock.midnight(today),
        starts_at__lt=clock.midnight(today + dt.timedelta(days=1)),
    ).exclude(status=states.CANCELLED)
    found = list((open_ | of_today).select_related("engagement").order_by("starts_at")[:SHOWN])
    engagements = tuple(own_engagements(actor)[:SHOWN])
    homework = _homework({row.engagement_id for row in found} | {row.pk for row in engagements})
    days = {row.pk: clock.to_date(row.starts_at) for row in found}

    def with_homework(rows: Iterable[Visit]) -> tuple[DayVisit, ...]:
        return tuple(DayVisit(row, tuple(homework[row.engagement_id])) for row in rows)

    planned = [row for row in found if row.status == states.PLANNED]
    return Day(
        today=with_homework(row for row in found if days[row.pk] == today),
        overdue=with_homework(row for row in planned if days[row.pk] < today),
        came_back=tuple(row for row in found if row.status in (states.OBJECTED, states.RETURNED)),
        ahead=tuple(row for row in planned if days[row.pk] > today),
        engagements=engagements,
        homework=tuple(
            action
            for rows in homework.values()
            for action in rows
            if action.side == NextAction.Side.ADVISOR
        ),
    )


def own_engagements(actor: Actor) -> QuerySet[Engagement]:
    """Running ones in whose team the advisor is, those that end first on top."""
    rows = policies.visible_engagements(actor).filter(
        status__in=states.PHASES,
        pk__in=TeamMember.objects.filter(user_id=policies.person(actor), until=None).values(
            "engagement_id"
        ),
    )
    return rows.order_by("ends_on", "pk")


def past_engagements(actor: Actor) -> QuerySet[Engagement]:
    """What is over, or was handed over."""
    running = own_engagements(actor).values("pk")
    rows = policies.visible_engagements(actor).exclude(pk__in=running)
    return rows.order_by("-ends_on", "-pk")


def waiting(actor: Actor) -> QuerySet[Visit]:
    """For the menu: what came back, and plans that are past and not recorded."""
    rows = policies.visible_visits(actor).filter(advisor_id=actor.user_id)
    back = rows.filter(status__in=(states.OBJECTED, states.RETURNED))
    late = rows.filter(status=states.PLANNED, ends_at__lt=Now())
    return back | late


def _homework(engagements: Iterable[int]) -> dict[int, list[NextAction]]:
    rows = NextAction.objects.filter(engagement_id__in=list(engagements), done_on=None)
    found: dict[int, list[NextAction]] = defaultdict(list)
    for row in rows.select_related("visit", "engagement"):
        found[row.engagement_id].append(row)
    return found
