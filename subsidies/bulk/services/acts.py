"""What a run does to one application: the service of the single act, with what was confirmed.

Each is called in a transaction of its own, in the name of who started the run, and raises what the
single act raises.
"""

from collections.abc import Callable

from django.utils.translation import gettext as _

from portal.kernel.actor import Actor
from portal.kernel.database import acting
from subsidies.bulk.models import BulkItem, BulkRun
from subsidies.bulk.services import paying
from subsidies.services import assign, check_finish, decision_approve, decision_propose
from subsidies.services.errors import Refused
from subsidies.services.papers import decision_letter_make

Kind = BulkRun.Kind
Act = Callable[[Actor, BulkRun, BulkItem], object]


def _case(item: BulkItem) -> int:
    assert item.application_id is not None
    return item.application_id


def _propose(actor: Actor, _run: BulkRun, item: BulkItem) -> None:
    decision_propose(
        actor=actor,
        application_id=_case(item),
        outcome=item.plan["outcome"],
        amount_yen=item.plan["amount_yen"] or None,
        reason=item.plan["reason"],
        seen=int(item.seen),
    )


def _approve(actor: Actor, _run: BulkRun, item: BulkItem) -> None:
    decision_approve(actor=actor, application_id=_case(item), seen=item.seen)


def _print(_actor: Actor, run: BulkRun, item: BulkItem) -> None:
    system = Actor.system("subsidies.bulk", ward_id=run.ward_id)
    with acting(system):
        decision_letter_make(actor=system, application_id=_case(item))


def _assign(actor: Actor, run: BulkRun, item: BulkItem) -> None:
    person = run.instructions["assignee_id"]
    result = assign(actor=actor, application_ids=[_case(item)], assignee_id=person)
    if result.skipped:
        raise Refused(result.skipped[0][1])


def _finish_check(actor: Actor, _run: BulkRun, item: BulkItem) -> None:
    check_finish(actor=actor, application_id=_case(item), seen=int(item.seen))


def _take(_actor: Actor, _run: BulkRun, item: BulkItem) -> None:
    """An issued letter is only put with the others; its file must still be there."""
    assert item.letter is not None
    if not item.letter.stored_file.is_available:
        raise Refused(_("保存期間が終わり、ファイルがありません。"))


ACTS: dict[BulkRun.Kind, Act] = {
    Kind.ASSIGN: _assign,
    Kind.FINISH_CHECK: _finish_check,
    Kind.PROPOSE: _propose,
    Kind.APPROVE: _approve,
    Kind.PRINT: _print,
    Kind.PAY: paying.pay,
    Kind.LETTERS: _take,
}
