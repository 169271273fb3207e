"""Small steps that the services share."""

from typing import Any

from django.db import models

from portal.kernel import audit, outbox
from portal.kernel.texts import plain

LONGEST = 2000


def told(value: str, most: int = LONGEST) -> str:
    """Text as it is kept: without NUL, trimmed, no longer than the column's page allows."""
    return plain(value, most)


def tell(
    actor: Any,
    obj: models.Model,
    *,
    action: str,
    event: str,
    payload: dict[str, Any],
    detail: dict[str, Any] | None = None,
) -> None:
    """The event and the audit row of an act that moves no status."""
    outbox.publish(
        name=event, subject=obj.pk, ward_id=getattr(obj, "ward_id", None), payload=payload
    )
    audit.record(actor=actor, action=action, obj=obj, detail=detail)
