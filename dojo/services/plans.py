"""行動計画の提出 by the firm itself, with its worksheet. Lecturers and the office: `teaching.plan_hand_in`."""

import datetime as dt

from django.db import transaction
from django.utils.translation import gettext as _

from dojo import policies, states
from dojo.models import Enrolment
from dojo.services.errors import Refused
from portal.kernel import audit
from portal.kernel.actor import Actor, Hat
from portal.kernel.database import acting
from portal.kernel.transitions import RoleMissing


def plan_give(*, actor: Actor, enrolment_id: int, on: dt.date) -> Enrolment:
    """The plan is there, since its first day. Raises Enrolment.DoesNotExist, RoleMissing, Refused."""
    if actor.hat != Hat.FIRM:
        raise RoleMissing
    seen = policies.visible_enrolments(actor).get(pk=enrolment_id)
    with transaction.atomic(), acting(actor.elevated()):
        row = Enrolment.objects.select_for_update().get(pk=seen.pk)
        if row.status != states.ENROLLED:
            raise Refused(_("受講が決まった方だけが提出できます。"))
        if row.plan_handed_in_on is None:
            row.plan_handed_in_on = on
            row.save(update_fields=["plan_handed_in_on"])
            audit.record(
                actor=actor,
                action="dojo.plan_handed_in",
                obj=row,
                changes={"on": ["", str(on)]},
            )
    return row
