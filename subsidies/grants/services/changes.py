"""What an approved change of the plan does. A small one, accepted, only stands as the new plan."""

import datetime as dt

from django.utils.translation import gettext as _

from portal.kernel.actor import Actor
from portal.kernel.transitions import StaleState
from subsidies.contents import rules_of
from subsidies.grants.models import Filing, Ruling
from subsidies.grants.plan import CHANGE
from subsidies.grants.services.filings import on_accept
from subsidies.grants.services.rulings import effect
from subsidies.models import BudgetEntry, Grant
from subsidies.rules import due
from subsidies.services import budget
from subsidies.services.errors import Refused


@effect(CHANGE)
def change(actor: Actor, ruling: Ruling) -> None:
    """変更の承認: the amount may fall, never rise; dates move within the fiscal year.

    Raises StaleState when the grant is not what the proposal was worked out from.
    """
    filed = ruling.terms["change"]
    _check_basis(ruling.grant, filed["decided_yen"], filed["ends_on"])
    if filed["amount_yen"] < ruling.grant.paid_yen:
        raise Refused(_("概算払で支払った額より低くすることはできません。額の確定で精算します。"))
    less = filed["decided_yen"] - filed["amount_yen"]
    if less:
        budget.release(
            ruling.grant.application, less, column=BudgetEntry.Column.DECIDED, kind="change"
        )
    grant_replan(
        ruling.grant, yen=filed["amount_yen"], ends_on=dt.date.fromisoformat(filed["new_ends_on"])
    )


@on_accept(CHANGE)
def note(actor: Actor, filing: Filing) -> None:
    """軽微な変更の受理. Raises StaleState when it was small only against a plan that is gone."""
    filed = filing.versions.latest("number").payload["record"]
    _check_basis(filing.grant, filed["decided_yen"], filed["ends_on"])


def grant_replan(grant: Grant, *, yen: int, ends_on: dt.date) -> None:
    """Write amount (円) and dates that a ruling has settled."""
    rules = rules_of(grant.application.version)
    grant.decided_yen, grant.project_ends_on = yen, ends_on
    grant.report_due_on = due.report_due(
        ends_on, days=rules.report_days, latest=rules.report_latest
    )
    grant.save(update_fields=["decided_yen", "project_ends_on", "report_due_on"])


def _check_basis(grant: Grant, decided_yen: int, ends_on: str) -> None:
    if (grant.decided_yen, grant.project_ends_on.isoformat()) != (decided_yen, ends_on):
        raise StaleState
