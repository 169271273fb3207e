"""What waits in the figures, among firms that no mail reaches, and among the people of a ward."""

import datetime as dt

from django.db.models import QuerySet, Value
from django.utils.translation import gettext_lazy as _

from kpi.policy import policies as sheets
from kpi.policy import states as sheet_states
from kpi.releases import policies as releases
from kpi.releases import states as release_states
from kpi.surveys import policies as surveys
from kpi.surveys import states as survey_states
from portal.accounts import roles
from portal.accounts import selectors as accounts
from portal.accounts.roles import Role
from portal.duty.sources import FIGURES, FIRMS, PEOPLE, Source, day_of, register_source
from portal.kernel.actor import Actor
from portal.kernel.transitions import State
from portal.notices.topics import label_of
from programs import reaching

UNTOLD = State("untold", _("未伝達"), tone="red")
DEAD = State("dead", _("不達"), tone="orange")
ASLEEP = State("due", _("確認待ち"), tone="orange")
# A survey is shown from so many days before its last day.
AHEAD_DAYS = 21


def _waves(actor: Actor, today: dt.date) -> QuerySet:
    soon = today + dt.timedelta(days=AHEAD_DAYS)
    rows = surveys.visible_waves(actor)
    return rows.filter(status=survey_states.OPEN, ends_on__lte=soon)


register_source(
    Source(
        code="release",
        room=FIGURES,
        what=_("指標の公表を承認する"),
        url_name="releases:detail",
        rows=lambda actor, today: (
            releases.visible_releases(actor)
            .filter(status=release_states.MADE)
            .exclude(made_by_id=actor.user_id)
        ),
        states=release_states.RELEASE,
        roles={Role.POLICY},
        ref="pk",
        about="code",
        since="made_at",
    ),
    Source(
        code="wave",
        room=FIGURES,
        what=_("実態調査に未回答の企業へ連絡し、締め切る"),
        url_name="surveys:wave",
        rows=_waves,
        states=survey_states.WAVE,
        roles={Role.REVIEWER, Role.POLICY},
        about="name",
        due="ends_on",
        person="planned_by_id",
        since="opened_at",
    ),
    Source(
        code="sheet",
        room=FIGURES,
        what=_("事務事業評価の内容を確認して確定する"),
        url_name="policy:sheet",
        rows=lambda actor, today: (
            sheets.visible_sheets(actor)
            .filter(status=sheet_states.WAITING)
            .exclude(written_by_id=actor.user_id)
        ),
        states=sheet_states.SHEET,
        roles=sheet_states.CONFIRMERS,
        about="package",
        since="written_at",
    ),
    Source(
        code="unreached",
        room=FIRMS,
        what=_("メールで届かなかった通知を、電話か郵便で伝える"),
        url_name="programs:unreached",
        rows=lambda actor, today: reaching.untold(actor).select_related(None),
        states=UNTOLD,
        roles=reaching.ROLES,
        ref="",
        kind="topic",
        kinds=label_of,
        status=Value(UNTOLD.code),
        due=day_of("created_at", wait=reaching.TELL_WITHIN),
        since="created_at",
    ),
    Source(
        code="dead_address",
        room=FIRMS,
        what=_("届かないメールアドレスを企業に確かめる"),
        url_name="programs:unreached",
        rows=lambda actor, today: reaching.dead_firms(actor),
        states=DEAD,
        roles=reaching.ROLES,
        ref="",
        about="name",
        status=Value(DEAD.code),
        due=day_of("dead_at", wait=reaching.MEND_WITHIN),
        since="dead_at",
    ),
    Source(
        code="role",
        room=PEOPLE,
        what=_("職員の役割を年に一度確認する"),
        url_name="people:confirm",
        rows=accounts.to_confirm,
        states=ASLEEP,
        roles={Role.WARD_ADMIN},
        ref="",
        about="user__name",
        kind="role",
        kinds=roles.label,
        status=Value(ASLEEP.code),
        since="granted_at",
    ),
)
