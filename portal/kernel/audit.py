"""The audit trail (監査証跡): who did what, in which capacity, when and why; append-only.

Rows are chained by hash per ward. The database itself (triggers of migration 0002) gives each row
its place, its time and its digest, and refuses UPDATE, DELETE and TRUNCATE; `audit_verify` finds
what was altered, removed or reordered all the same. See docs/adr/0005-audit-chain.md.
"""

from collections.abc import Mapping
from typing import Any

from django.db import models

from portal.kernel.actor import Actor
from portal.kernel.database import insert_blind
from portal.kernel.models import AuditRow

# A chain for what belongs to no ward: sign-ins, settings.
NO_WARD = 0
# In a row's detail: for whom a deputy decided, as [{"id", "name"}] (代決).
ON_BEHALF_OF = "on_behalf_of"


def behalf_of(actor: Actor) -> dict[str, Any]:
    """The detail that names for whom a deputy decides (代決); empty for everybody else."""
    named = [{"id": key, "name": name} for key, name in actor.on_behalf_of]
    return {ON_BEHALF_OF: named} if named else {}


def record(
    *,
    actor: Actor,
    action: str,
    obj: models.Model | None = None,
    ward_id: int | None = None,
    from_state: str = "",
    to_state: str = "",
    reason: str = "",
    changes: Mapping[str, Any] | None = None,
    detail: Mapping[str, Any] | None = None,
    label: str = "",
) -> AuditRow:
    """Append one row to the chain of `ward_id` (of the object's or the actor's ward if not given).

    `changes` maps a field to [before, after]; neither it nor `detail` may hold personal secrets
    (passwords, account numbers): the chain cannot be erased. Values must fit JSON; dates may.

    Locks the ward's chain until the transaction ends: call it last. Returns the row as sent; its
    place in the chain and its digest are the database's and not read back, because not everybody
    who is recorded may read.
    """
    if ward_id is None:
        ward_id = getattr(obj, "ward_id", None) or actor.ward_id
    row = AuditRow(
        chain=ward_id or NO_WARD,
        action=action,
        actor_id=actor.user_id,
        actor_name=actor.name[:150],
        hat=actor.hat.value,
        roles=" ".join(sorted(actor.roles))[:200],
        firm_id=actor.firm_id,
        object_type=obj._meta.label_lower if obj is not None else "",
        object_id=str(obj.pk) if obj is not None else "",
        object_label=(label or (str(obj) if obj is not None else ""))[:200],
        from_state=from_state,
        to_state=to_state,
        reason=reason,
        changes=dict(changes or {}),
        detail=dict(detail or {}),
        request_id=actor.request_id,
    )
    insert_blind(row)
    return row
