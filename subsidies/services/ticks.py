"""点検 by what the portal knows itself: an item of the check list ticked by a record, and undone.

An official's own verdict always stands: a tick neither replaces one nor outlives its record.
"""

import datetime as dt

from django.db import transaction

from portal.kernel import audit, clock
from portal.kernel.actor import Actor
from subsidies import policies, states
from subsidies.checks import check_lines
from subsidies.models import Application, DocumentCheck

# While the list is open to officials; a case in 補正 is ticked when the correction has come in.
OPEN_LIST = (states.SUBMITTED, states.CHECKING)
UNDONE_IN = (*OPEN_LIST, states.CORRECTION)


def check_item_tick(
    *, actor: Actor, application_id: int, item: str, note: str, by_id: int
) -> DocumentCheck | None:
    """適 for one item, in the name of who made the record; `note` cites it.

    None where the list is closed, has no such item, or an official has judged the item since the
    firm last mended it. `actor` sees the case (the system, or the official elevated).
    """
    with transaction.atomic():
        application = policies.get_application(actor, lock=True, pk=application_id)
        if application.status not in OPEN_LIST:
            return None
        lines = {line.item.code: line for line in check_lines(application)}
        line = lines.get(item)
        if line is None or (line.check is not None and not line.outdated):
            return None
        check, _created = DocumentCheck.objects.update_or_create(
            application=application,
            item=item,
            defaults={
                "verdict": DocumentCheck.Verdict.OK,
                "note": note[:300],
                "checked_by_id": by_id,
                "checked_at": clock.database_now(),
            },
        )
        _told(actor, application, "subsidies.document_ticked", item, note)
        return check


def check_item_untick(*, actor: Actor, check: DocumentCheck, ticked_at: dt.datetime) -> bool:
    """Take a tick back, because its record does not stand any more. Returns whether it went.

    It stays where an official has judged the item since, and where the list was completed: what a
    case has passed on is not rewritten.
    """
    with transaction.atomic():
        application = policies.get_application(actor, lock=True, pk=check.application_id)
        if application.status not in UNDONE_IN:
            return False
        rows = DocumentCheck.objects.filter(pk=check.pk, checked_at=ticked_at)
        gone, _by_model = rows.delete()
        if gone:
            _told(actor, application, "subsidies.document_unticked", check.item, check.note)
        return bool(gone)


def _told(actor: Actor, application: Application, action: str, item: str, note: str) -> None:
    audit.record(
        actor=actor,
        action=action,
        obj=application,
        ward_id=application.ward_id,
        detail={"item": item, "note": note},
    )
