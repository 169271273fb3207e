"""What waits in a room that stands beside the inbox: requests to delete personal data."""

import datetime as dt

from django.utils.translation import gettext_lazy as _

from portal.accounts.roles import Role
from portal.duty.sources import PEOPLE, Source, day_of, register_source
from portal.personal import policies, states

# 個人情報の保護に関する法律 decides within thirty days (第94条・第102条 of the Act as of 2023).
DECIDED_WITHIN = dt.timedelta(days=30)

register_source(
    Source(
        code="deletion",
        room=PEOPLE,
        what={
            states.ASKED: _("個人情報の削除の申出を確かめる"),
            states.CHECKING: _("個人情報の削除を決める"),
        },
        url_name="personal:request",
        rows=lambda actor, today: policies.visible_requests(actor).filter(status__in=states.OPEN),
        states=states.DELETION,
        roles={Role.WARD_ADMIN},
        about="person__name",
        due=day_of("asked_at", wait=DECIDED_WITHIN),
        since="asked_at",
    )
)
