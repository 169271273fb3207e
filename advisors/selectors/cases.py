"""One engagement as firm, advisor and ward see it: its time line, its visits, its promises."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

from django.db.models import Prefetch
from django.utils.translation import gettext as _

from advisors import policies, states
from advisors.models import Engagement, NextAction, TeamMember, Visit
from portal.kernel import clock
from portal.kernel.actor import Actor
from portal.kernel.transitions import State
from portal.ui.parts import Entry, Step, steps


@dataclass(frozen=True, slots=True)
class CaseView:
    """What a page of an engagement shows. `nth` is the day in six months, for a glance."""

    engagement: Engagement
    state: State
    steps: list[Step]
    visits: list[Visit]
    open_actions: list[NextAction]
    done_actions: list[NextAction]
    timeline: list[Entry]

    @property
    def recorded(self) -> list[Visit]:
        return [row for row in self.visits if row.recorded_at]

    @property
    def planned(self) -> list[Visit]:
        """What comes, the next first."""
        return sorted(
            (row for row in self.visits if row.status == states.PLANNED),
            key=lambda row: row.starts_at,
        )

    @property
    def confirmed(self) -> list[Visit]:
        """What the ward may accept, the oldest first."""
        rows = (row for row in self.visits if row.status == states.CONFIRMED)
        return sorted(rows, key=lambda row: row.starts_at)

    @property
    def accepted_minutes(self) -> int:
        return sum(row.minutes for row in self.visits if row.status == states.ACCEPTED)


def case_view(actor: Actor, engagement: Engagement) -> CaseView:
    """Three queries: visits with their photos, promises."""
    visits = list(
        policies.visible_visits(actor)
        .filter(engagement=engagement)
        .select_related("advisor")
        .prefetch_related(
            Prefetch("actions", queryset=NextAction.objects.order_by("due_on", "pk")), "photos"
        )
    )
    actions = [action for row in visits for action in row.actions.all()]
    for row in visits:
        for action in row.actions.all():
            action.visit = row
    return CaseView(
        engagement=engagement,
        state=states.ENGAGEMENT.state(engagement.status),
        steps=phase_steps(engagement),
        visits=visits,
        open_actions=sorted(
            (row for row in actions if row.done_on is None), key=lambda row: (row.due_on, row.pk)
        ),
        done_actions=[row for row in actions if row.done_on],
        timeline=sorted(_entries(engagement, visits), key=lambda entry: entry.at, reverse=True),
    )


def phase_steps(engagement: Engagement) -> list[Step]:
    """The five phases; an engagement that is over has gone through those that it reached."""
    labels = [str(states.ENGAGEMENT.state(code).label) for code in states.PHASES]
    if engagement.status in states.PHASES:
        return steps(labels, states.PHASES.index(engagement.status))
    return steps(labels, len(labels) if engagement.status == states.FINISHED else 0)


def members(engagement: Engagement) -> list[TeamMember]:
    """All places of the team, those of now first."""
    rows = engagement.members.select_related("advisor__user", "user", "chosen_by")
    return sorted(rows, key=lambda row: (row.until is not None, row.side != "it", row.pk))


def _entries(engagement: Engagement, visits: list[Visit]) -> Iterator[Entry]:
    begun = clock.midnight(engagement.starts_on)
    yield Entry(begun, _("支援を始めました"), engagement.team, is_day=True)
    for row in visits:
        state = states.VISIT.state(row.status)
        note = row.decisions or row.note
        text = _("%(way)s（%(state)s）") % {"way": row.get_way_display(), "state": state.label}
        yield Entry(row.starts_at, text, row.advisor.name, note, state.tone)
    if engagement.reported_at:
        yield Entry(engagement.reported_at, _("終了報告が届きました"), "", engagement.figures)
    if engagement.closed_on:
        yield Entry(
            clock.midnight(engagement.closed_on) + dt.timedelta(hours=23),
            str(states.ENGAGEMENT.state(engagement.status).label),
            "",
            engagement.close_reason,
            is_day=True,
        )
