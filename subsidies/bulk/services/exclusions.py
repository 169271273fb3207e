"""Why an application of the filter's matches is left out of a run, before anything is done.

The worker asks again, through the service of the single act: what was true when the run was
prepared may not be true any more.
"""

from collections.abc import Sequence

from django.utils.translation import gettext as _

from portal.kernel.actor import Actor
from portal.kernel.money import format_yen
from programs.models import FirmMembership
from subsidies import gate, states
from subsidies.checks import unchecked
from subsidies.models import Application, Call, Decision
from subsidies.rules.pools import Pools, fits
from subsidies.services import budget
from subsidies.services.turns import pools_of

Reasons = dict[int, str]


def of_approval(actor: Actor, rows: Sequence[Application]) -> Reasons:
    """Application → why it cannot be decided by this person now. `rows` in the order of arrival."""
    own_firms = set(
        FirmMembership.objects.filter(user_id__in=actor.persons).values_list("firm_id", flat=True)
    )
    money = _Money()
    standings = gate.standings(rows)
    found: Reasons = {}
    for application in rows:
        reason = (
            _approval(actor, application, own_firms)
            or _not_selected(application, standings[application.pk])
            or money.refusal(application)
        )
        if reason:
            found[application.pk] = reason
    return found


def of_printing(rows: Sequence[Application]) -> Reasons:
    """Application → why there is no letter to print."""
    return {
        application.pk: _("決定していないため、通知書がありません（%(state)s）。")
        % {"state": _state(application)}
        for application in rows
        if application.status not in states.DECIDED
    }


def _approval(actor: Actor, application: Application, own_firms: set[int]) -> str:
    if application.status != states.AWAITING_APPROVAL:
        return _("決裁待ちではありません（%(state)s）。") % {"state": _state(application)}
    if application.decision.prepared_by_id in actor.persons:
        return _("あなたが起案した申請です。ほかの決裁者に依頼してください。")
    if application.firm_id in own_firms:
        return _("あなたが属する企業の申請です。ほかの決裁者に依頼してください。")
    if open_items := unchecked(application):
        names = _("、").join(str(item.name) for item in open_items)
        return _("書類点検が済んでいません（%(items)s）。差し戻して点検してください。") % {
            "items": names
        }
    return ""


def _not_selected(application: Application, standing: gate.Standing) -> str:
    granting = application.decision.outcome == Decision.Outcome.GRANT
    return standing.closed if granting else ""


class _Money:
    """What the calls still have when the applications before this one are decided."""

    def __init__(self) -> None:
        self._calls: dict[int, Pools] = {}

    def refusal(self, application: Application) -> str:
        decision = application.decision
        if decision.outcome != Decision.Outcome.GRANT:
            return ""
        pools = self._calls.setdefault(application.call_id, pools_of(application.call))
        group, yen = application.applicant_class, decision.amount_yen
        if not fits(pools, group, yen, budget.ahead_of(application)):
            left = pools.budget_yen - pools.committed_yen
            return _("予算が足りません（この申請の前までで残り%(left)s）。") % {
                "left": format_yen(left)
            }
        if application.call.mode != Call.Mode.FIRST_COME:
            # In a first-come call those ahead are held by `ahead_of` already.
            self._calls[application.call_id] = pools.taken_by(group, yen)
        return ""


def _state(application: Application) -> str:
    return str(states.APPLICATION.state(application.status).label)
