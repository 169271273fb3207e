"""Projects as a firm, an institution and the secretariat see them."""

import datetime as dt
from collections.abc import Iterable

from django.db.models import Count, Q, QuerySet

from lab.consortium import policies, states
from lab.consortium.codes import INSTITUTIONS, ProjectKind
from lab.consortium.models import Member, Project, ProjectAnswer
from portal.kernel import clock
from portal.kernel.actor import Actor

SHOWN = 100
OVER = (states.DONE, states.WITHDRAWN, states.EXPIRED, states.ENDED)


def listed(actor: Actor, view: str) -> QuerySet[Project]:
    """Those that run, or all; with the number of answers, which a reader may count."""
    rows = policies.visible_projects(actor)
    if view != "all":
        rows = rows.exclude(status__in=OVER)
    rows = rows.annotate(answered=Count("answers", filter=Q(answers__withdrawn_at=None)))
    return rows.order_by("-offered_at", "-pk")


def running(actor: Actor) -> QuerySet[Project]:
    """Those that are not over."""
    return policies.visible_projects(actor).exclude(status__in=OVER)


def to_do(actor: Actor, today: dt.date) -> list[Project]:
    """Whose next step is the firm's: answers to choose from, an end to report, a result to use."""
    rows = running(actor).annotate(answered=Count("answers", filter=Q(answers__withdrawn_at=None)))
    return [row for row in rows[:SHOWN] if is_turn(row, row.answered, today)]


def is_turn(row: Project, answered: int, today: dt.date) -> bool:
    """Whether the firm has something to do."""
    if row.status == states.OFFERED:
        return answered > 0
    if row.status == states.RUNNING:
        return row.ends_on is not None and row.ends_on < today
    return row.status in (states.TALKING, states.AGREED, states.REPORTED)


def running_choices(actor: Actor) -> list[tuple[int, str]]:
    """A firm's projects an internship may belong to."""
    rows = policies.visible_projects(actor).filter(status__in=[states.AGREED, states.RUNNING])
    return list(rows.exclude(kind=ProjectKind.INTERNSHIP).values_list("pk", "title")[:SHOWN])


def institutions() -> list[tuple[int, str]]:
    """Members that may answer."""
    rows = Member.objects.filter(kind__in=INSTITUTIONS, left_on=None).order_by("name")
    return list(rows.values_list("pk", "name"))


def unanswered(actor: Actor, rows: Iterable[Project], today: dt.date) -> list[Project]:
    """Of these, what the actor's institution may still answer, the most urgent first; one query."""
    open_ones = [row for row in rows if row.status == states.OFFERED and row.open_until >= today]
    answered = set(
        ProjectAnswer.objects.filter(
            project__in=[row.pk for row in open_ones],
            member=policies.own_member(actor),
            withdrawn_at=None,
        ).values_list("project_id", flat=True)
    )
    return sorted(
        (row for row in open_ones if row.pk not in answered), key=lambda row: row.open_until
    )


def own_answer(actor: Actor, row: Project) -> ProjectAnswer | None:
    """What the actor's institution has answered."""
    member = policies.own_member(actor)
    if member is None:
        return None
    return policies.visible_answers(actor, row).filter(member=member).first()


def fiscal_year_of(day: dt.date | None) -> int | None:
    """The year in which an agreement counts."""
    return clock.fiscal_year(day) if day else None
