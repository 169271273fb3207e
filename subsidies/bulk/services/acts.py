"""What a run does to one application: the service of the single act, with what was confirmed.

Each is called in a transaction of its own, in the name of who started the run, and raises what the
single act raises.
"""

from collections.abc import Callable

from portal.kernel.actor import Actor
from portal.kernel.database import acting
from subsidies.bulk.models import BulkItem, BulkRun
from subsidies.services import decision_approve, decision_propose
from subsidies.services.papers import decision_letter_make

Kind = BulkRun.Kind
Act = Callable[[Actor, BulkRun, BulkItem], object]


def _propose(actor: Actor, _run: BulkRun, item: BulkItem) -> None:
    decision_propose(
        actor=actor,
        application_id=item.application_id,
        outcome=item.plan["outcome"],
        amount_yen=item.plan["amount_yen"] or None,
        reason=item.plan["reason"],
        seen=int(item.seen),
    )


def _approve(actor: Actor, _run: BulkRun, item: BulkItem) -> None:
    decision_approve(actor=actor, application_id=item.application_id, seen=item.seen)


def _print(_actor: Actor, run: BulkRun, item: BulkItem) -> None:
    system = Actor.system("subsidies.bulk", ward_id=run.ward_id)
    with acting(system):
        decision_letter_make(actor=system, application_id=item.application_id)


ACTS: dict[BulkRun.Kind, Act] = {
    Kind.PROPOSE: _propose,
    Kind.APPROVE: _approve,
    Kind.PRINT: _print,
}
