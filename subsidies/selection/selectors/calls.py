"""The list of selections: the calls that a committee reviews, and how far each is."""

from django.utils.translation import gettext as _

from portal.kernel.actor import Actor
from portal.kernel.transitions import State
from subsidies.models import Call
from subsidies.selection import policies, states
from subsidies.selection.models import Selection


def years(actor: Actor) -> list[int]:
    """The fiscal years of the calls, newest first."""
    rows = policies.visible_calls(actor).order_by().values_list("fiscal_year", flat=True)
    return sorted(set(rows), reverse=True)


def call_rows(actor: Actor, year: int | None) -> list[tuple[Call, State, Selection | None]]:
    """The calls of the year or of all, the newest first, each with its last selection. Two queries."""
    found = policies.visible_calls(actor).order_by("-fiscal_year", "-id")
    if year is not None:
        found = found.filter(fiscal_year=year)
    calls = list(found)
    runs: dict[int, Selection] = {}
    proposed = policies.visible_selections(actor).select_related("prepared_by", "approved_by")
    for run in proposed.filter(call__in=calls).order_by("id"):
        runs[run.call_id] = run
    return [(call, _standing(call, runs.get(call.pk)), runs.get(call.pk)) for call in calls]


def _standing(call: Call, run: Selection | None) -> State:
    if run is not None:
        return states.SELECTION.state(run.status)
    if call.review.revealed_at is None:
        return State("scoring", _("採点中"), tone="blue")
    return State("ready", _("起案できます"), tone="orange")
