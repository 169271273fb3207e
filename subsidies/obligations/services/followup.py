"""What an accepted 仕入控除税額報告 leads to: a proposal to order the amount back."""

from portal.kernel.actor import Actor
from subsidies.grants.models import Filing
from subsidies.grants.services.filings import on_accept
from subsidies.grants.services.recovery import recovery_propose
from subsidies.obligations.rules.plan import TAX_CREDIT

# Kept in the ruling and its letter, which are Japanese.
REASON = "補助金に係る消費税の仕入控除税額が確定したため。"


@on_accept(TAX_CREDIT)
def propose_return(actor: Actor, filing: Filing) -> None:
    """The official who accepts it proposes; another one rules. Nothing where the amount is 0円."""
    answers = filing.versions.latest("number").payload["answers"]
    if answers["return_yen"]:
        recovery_propose(
            actor=actor,
            grant_id=filing.grant_id,
            principal_yen=answers["return_yen"],
            surcharged=False,
            reason=REASON,
            cause=TAX_CREDIT,
        )
