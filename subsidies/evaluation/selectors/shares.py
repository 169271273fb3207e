"""With whom a plan is shared, until when its evaluation is due, and what waits for an advisor."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q, QuerySet

from portal.kernel import clock
from portal.kernel.actor import Actor
from portal.kernel.database import acting
from portal.kernel.transitions import State
from subsidies import states as application_states
from subsidies.evaluation import policies, rules, states
from subsidies.evaluation.models import PlanEvaluation, PlanShare
from subsidies.evaluation.selectors.plans import is_changed
from subsidies.models import Application

SHOWN = 200


@dataclass(frozen=True, slots=True)
class SharedRow:
    """A line of the advisor's list. `waiting_since` None: the evaluation is handed over."""

    share: PlanShare
    application: Application
    evaluation: PlanEvaluation | None
    comments: int
    changed: bool

    @property
    def waiting_since(self) -> dt.datetime | None:
        done = self.evaluation is not None and self.evaluation.status == states.SUBMITTED
        return None if done else self.share.shared_at

    @property
    def days(self) -> int:
        """How long the firm has been waiting."""
        return (clock.today() - clock.to_date(self.share.shared_at)).days

    @property
    def due_on(self) -> dt.date:
        """By when the evaluation is handed over."""
        return due_of(self.share, self.application)

    @property
    def state(self) -> State:
        return state_of(self.evaluation, self.comments)


def due_of(share: PlanShare, application: Application) -> dt.date:
    """The last day for the evaluation; of a draft early enough before its call closes."""
    is_draft = application.status == application_states.DRAFT
    return rules.due_on(
        clock.to_date(share.shared_at),
        closes_on=clock.to_date(application.call.closes_at) if is_draft else None,
    )


def state_of(evaluation: PlanEvaluation | None, comments: int) -> State:
    """How far a shared plan is; before the evaluation begins by whether anything was said."""
    if evaluation is not None:
        return states.EVALUATION.state(evaluation.status)
    return states.COMMENTED if comments else states.UNREAD


def shared_rows(actor: Actor) -> list[SharedRow]:
    """What is shared with the advisor: what waits first, the longest wait on top."""
    shares = list(
        policies.visible_shares(actor)
        .select_related("evaluation")
        .annotate(said=Count("comments"))
        .order_by("-shared_at", "-id")[:SHOWN]
    )
    with acting(actor.elevated()):
        rows = Application.objects.select_related("call", "ward")
        found = rows.in_bulk([share.application_id for share in shares])
    listed = [_row(share, found[share.application_id]) for share in shares]
    return sorted(
        listed, key=lambda row: (row.waiting_since is None, row.share.shared_at, row.share.pk)
    )


def waiting(actor: Actor) -> QuerySet[PlanShare]:
    """Plans that wait for the advisor's evaluation."""
    return policies.visible_shares(actor).exclude(evaluation__status=states.SUBMITTED)


def _row(share: Any, application: Application) -> SharedRow:
    evaluation = getattr(share, "evaluation", None)
    changed = (
        evaluation is not None
        and evaluation.status == states.SUBMITTED
        and is_changed(evaluation, application)
    )
    return SharedRow(share, application, evaluation, share.said, changed)


def outdated_shares(application: Application) -> list[PlanShare]:
    """Open shares whose evaluation was handed over and is of another plan: they may be renewed."""
    rows = PlanShare.objects.filter(
        application=application, ended_at=None, evaluation__status=states.SUBMITTED
    ).select_related("evaluation")
    return [share for share in rows if is_changed(share.evaluation, application)]


def firm_shares(actor: Actor, application: Application) -> list[PlanShare]:
    """To whom the firm has shown the plan, those who still see it first."""
    rows = policies.visible_shares(actor).filter(application=application)
    return sorted(
        rows.select_related("advisor"), key=lambda share: (share.ended_at is not None, -share.pk)
    )


def evaluators(application_ids: Iterable[int]) -> dict[int, frozenset[int]]:
    """Application → who evaluated its plan, or is asked to as long as that is open."""
    rows = PlanShare.objects.filter(
        Q(ended_at=None) | Q(evaluation__status=states.SUBMITTED),
        application_id__in=list(application_ids),
    )
    found: dict[int, set[int]] = {}
    for application_id, user_id in rows.values_list("application_id", "advisor_id"):
        found.setdefault(application_id, set()).add(user_id)
    return {application_id: frozenset(users) for application_id, users in found.items()}
