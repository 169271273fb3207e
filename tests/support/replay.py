"""The history of an object, folded: what its audit rows say it is now."""

from django.db.models import Model

from portal.kernel.models import AuditRow
from portal.kernel.transitions import TransitionTable


def replayed(table: TransitionTable, obj: Model) -> str:
    """The state that the audit rows lead to, step by step through the table from its first state.

    Every row has to leave the state that the one before it reached, by a transition of the table.
    """
    state = table.states[0].code
    rows = AuditRow.objects.filter(
        object_type=obj._meta.label_lower,
        object_id=str(obj.pk),
        action__startswith=f"{table.name}.",
    )
    for row in rows.exclude(to_state="").order_by("sequence"):
        move = table.transition(row.action.rpartition(".")[2])
        assert row.from_state == state, (obj, row.action, row.from_state, state)
        assert state in move.sources, (obj, row.action, state)
        assert row.to_state == move.target, (obj, row.action, row.to_state)
        assert row.reason or not move.needs_reason, (obj, row.action)
        state = row.to_state
    return state
