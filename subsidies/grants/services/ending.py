"""What an accepted withdrawal and an approved cancellation do: the money goes back."""

from portal.kernel.actor import Actor
from subsidies.grants.kinds.ending import CANCELLATION, WITHDRAWAL
from subsidies.grants.models import Filing, Ruling
from subsidies.grants.services.filings import on_accept
from subsidies.grants.services.rulings import effect
from subsidies.models import BudgetEntry, Grant
from subsidies.services import budget
from subsidies.services.grants import grant_move


@on_accept(WITHDRAWAL)
def withdraw(actor: Actor, filing: Filing) -> None:
    """取下げの受理: the decision counts as never made, its money is free again."""
    _end(actor, filing.grant, "withdraw", str(filing.content["why"]))


@effect(CANCELLATION)
def cancel(actor: Actor, ruling: Ruling) -> None:
    """廃止の承認: nothing is paid, the decided amount is free again."""
    _end(actor, ruling.grant, "cancel", ruling.reason)


def _end(actor: Actor, grant: Grant, action: str, reason: str) -> None:
    budget.release(
        grant.application,
        # An advance that was paid has left this column; it is recovered.
        grant.decided_yen - grant.paid_yen,
        column=BudgetEntry.Column.DECIDED,
        kind="release",
    )
    grant_move(actor=actor, grant=grant, action=action, reason=reason)
