"""Who is away, who stands in, and what was decided in somebody's absence."""

import datetime as dt
from collections.abc import Collection
from typing import Any

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Value

from portal.accounts.hats import NO_PLACE, OWN, PERHAPS
from portal.accounts.models import Assignment, User
from portal.accounts.roles import Role
from portal.duty import policies
from portal.duty.models import Absence
from portal.kernel import audit, clock
from portal.kernel.actor import Actor
from portal.kernel.models import AuditRow

SHOWN = 50


def stood_in_for(actor: Actor, today: dt.date) -> dict[int, str]:
    """Absent colleagues (key → name) for whom the actor stands in today: one query."""
    rows = policies.visible_absences(actor).live_on(today).filter(deputy_id=actor.user_id)
    return dict(rows.values_list("user_id", "user__name"))


def absences(actor: Actor, today: dt.date) -> list[Any]:
    """The ward's that run or are to come, the nearest first; `is_stood_in`: the deputy still fits."""
    fitting = Assignment.objects.live_on(today).filter(
        user_id=OuterRef("deputy_id"),
        ward_id=OuterRef("ward_id"),
        role__in=policies.OFFICIALS,
        user__is_active=True,
    )
    rows = policies.visible_absences(actor).filter(to_on__gte=today, ended_at=None)
    rows = rows.annotate(is_stood_in=Exists(fitting)).select_related("user", "deputy")
    return list(rows.order_by("from_on", "pk")[:SHOWN])


def colleagues(actor: Actor, today: dt.date) -> QuerySet[User]:
    """Officials of the actor's ward today, by reading of their names."""
    live = Assignment.objects.live_on(today).filter(
        ward_id=actor.ward_id, role__in=policies.OFFICIALS
    )
    found = User.objects.filter(pk__in=live.values("user_id"), is_active=True)
    return found.order_by("name_kana", "pk")


def decided_for(actor: Actor, today: dt.date) -> list[AuditRow]:
    """後閲: what deputies decided on the actor's behalf in the last year, the newest first."""
    if actor.user_id is None or actor.ward_id is None:
        return []
    mine = policies.visible_absences(actor).filter(user_id=actor.user_id, may_decide=True)
    first = mine.order_by("from_on").values_list("from_on", flat=True).first()
    if first is None:
        return []
    since = max(first, today - dt.timedelta(days=365))
    rows = AuditRow.objects.filter(chain=actor.ward_id, at__gte=clock.midnight(since))
    named = {f"detail__{audit.ON_BEHALF_OF}__contains": [{"id": actor.user_id}]}
    return list(rows.filter(**named).order_by("-at", "-pk")[:SHOWN])


def perhaps_lent(user_id: int, today: dt.date) -> QuerySet:
    """Whether the person stands in for anybody with 代決 today; `lent_roles` says if it counts."""
    rows = Absence.objects.live_on(today).filter(deputy_id=user_id, may_decide=True).order_by()
    return rows.values_list(Value(PERHAPS), "ward_id", NO_PLACE, Value(""), *OWN)


def lent_roles(user_id: int, today: dt.date) -> QuerySet:
    """A source of hats: the approver's role of those whom the person stands in for with 代決.

    Only while the absent person holds the role and the deputy is an official of the same ward
    who is not away: a deputy who leaves loses it the same day.
    """
    live = Assignment.objects.live_on(today)
    approver = live.filter(
        user_id=OuterRef("user_id"),
        ward_id=OuterRef("ward_id"),
        role=Role.APPROVER,
        user__is_active=True,
    )
    deputy = live.filter(
        user_id=OuterRef("deputy_id"),
        ward_id=OuterRef("ward_id"),
        role__in=(Role.REVIEWER, Role.APPROVER),
    )
    away = Absence.objects.live_on(today).filter(
        user_id=OuterRef("deputy_id"), ward_id=OuterRef("ward_id")
    )
    rows = Absence.objects.live_on(today).filter(deputy_id=user_id, may_decide=True)
    rows = rows.filter(Exists(approver), Exists(deputy), ~Exists(away)).order_by()
    return rows.values_list(
        Value(Role.APPROVER.value), "ward_id", NO_PLACE, Value(""), "user_id", F("user__name")
    )


def deputies_of(ward_id: int, people: Collection[int], today: dt.date) -> dict[int, int]:
    """For `portal.accounts.presence`: absent person → deputy, where that one still serves."""
    live = Assignment.objects.live_on(today).filter(
        user_id=OuterRef("deputy_id"), ward_id=ward_id, role__in=policies.OFFICIALS
    )
    rows = Absence.objects.live_on(today).filter(Q(ward_id=ward_id), user_id__in=list(people))
    return dict(rows.filter(Exists(live)).values_list("user_id", "deputy_id"))
