"""Recording an absence with its deputy, and ending it early."""

import datetime as dt
from collections.abc import Mapping

from django.db import transaction
from django.db.models.functions import Now
from django.urls import reverse
from django.utils.functional import Promise, lazy
from django.utils.translation import gettext_lazy as _

from portal.accounts.models import Assignment, User
from portal.accounts.policies import person_id
from portal.accounts.roles import WARD_ROLES
from portal.duty import policies
from portal.duty.models import Absence
from portal.duty.rules import absences as rules
from portal.duty.rules.absences import Period, Person, Refusal
from portal.duty.services.errors import Refused
from portal.kernel import audit, clock
from portal.kernel.actor import Actor
from portal.kernel.database import acting
from portal.kernel.texts import filled
from portal.kernel.transitions import RoleMissing
from portal.notices.services import notify
from portal.ui.markup import era_date

REFUSALS: Mapping[Refusal, object] = {
    Refusal.ORDER: _("最終日は初日以降の日にしてください。"),
    Refusal.PAST: _("過ぎた日の不在は登録できません。初日を今日以降の日にしてください。"),
    Refusal.LONG: _(
        "不在は1年までです。それより長いときは、引継ぎで担当をほかの職員に移してください。"
    ),
    Refusal.FAR: _("不在の初日は、今日から1年以内の日にしてください。年を確かめてください。"),
    Refusal.SELF: _("本人は代理になれません。同じ区のほかの職員を選んでください。"),
    Refusal.OVERLAP: _(
        "同じ日を含む不在がすでに登録されています。日を変えるか、先にそちらを取りやめてください。"
    ),
    Refusal.STANDS_IN: _(
        "この期間は、ほかの方の代理になっています。先にその方の代理を別の職員に替えてください。"
    ),
    Refusal.DEPUTY_AWAY: _(
        "選んだ代理の方も、この期間に不在の日があります。ほかの職員を選んでください。"
    ),
    Refusal.UNFIT: _(
        "選んだ方の役割では代理ができません。"
        "審査の担当者の代理は担当、決裁者の代理は担当か決裁者の役割が要ります。"
    ),
    Refusal.LEAVES: _(
        "選んだ代理の方の役割は、不在の最終日より前に終わります。"
        "期間を短くするか、ほかの職員を選んでください。"
    ),
    Refusal.NO_DECISIONS: _("代決を認められるのは、決裁者が不在のときだけです。"),
}
# What the two are told: subject, text.
RECORDED = (
    _("不在と代理が登録されました"),
    _("%(name)sさんの不在の間（%(first)sから%(last)sまで）、%(deputy)sさんが代理です。"),
)
ENDED = (
    _("不在と代理が終わりました"),
    _(
        "%(name)sさんの不在（%(first)sから%(last)sまで）は取りやめになり、%(deputy)sさんの代理も終わりました。"
    ),
)
# Written out in the reader's language.
_written = lazy(era_date, str)
# As with roles: nobody gives one to themself.
SELF_LENT = _(
    "ご自身に代決を認めることはできません。ほかの管理者に登録を頼むか、代決を認めずに登録してください。"
)


def absence_record(
    *,
    actor: Actor,
    user_id: int,
    deputy_id: int,
    from_on: dt.date,
    to_on: dt.date,
    may_decide: bool = False,
    reason: str = "",
) -> Absence:
    """Record that somebody is away, and tell the deputy. Raises RoleMissing, Refused."""
    if not policies.may_record_for(actor, user_id) or actor.ward_id is None:
        raise RoleMissing
    if may_decide and deputy_id == actor.user_id != user_id:
        raise Refused(SELF_LENT)
    today = clock.to_date(clock.database_now())
    days = Period(from_on, to_on)
    with transaction.atomic():
        # Two absences that would make a circle wait for each other here.
        list(User.objects.select_for_update().filter(pk__in=(user_id, deputy_id)).order_by("pk"))
        absent = _person(actor, user_id, max(from_on, today))
        deputy = _person(actor, deputy_id, max(from_on, today))
        if not absent.roles:
            raise Refused(_("不在にする方は、この区でいま役割のある職員から選んでください。"))
        why = rules.refusal(absent, deputy, days, may_decide=may_decide, today=today)
        if why is not None:
            raise Refused(REFUSALS[why])
        row = Absence.objects.create(
            ward_id=actor.ward_id,
            user_id=user_id,
            deputy_id=deputy_id,
            from_on=from_on,
            to_on=to_on,
            may_decide=may_decide,
            reason=reason.strip(),
            recorded_by_id=person_id(actor),
        )
        _tell(actor, row, "", *RECORDED)
        audit.record(
            actor=actor,
            action="duty.absence_recorded",
            obj=row,
            label=row.user.name,
            detail={
                "user": user_id,
                "deputy": deputy_id,
                "from": from_on,
                "to": to_on,
                "may_decide": may_decide,
            },
        )
        return row


def absence_end(*, actor: Actor, absence_id: int) -> Absence:
    """End it at once, or take back one that has not begun. Raises Absence.DoesNotExist, RoleMissing."""
    with transaction.atomic():
        rows = policies.visible_absences(actor).select_for_update(of=("self",))
        row = rows.select_related("user", "deputy").get(pk=absence_id)
        if not policies.may_record_for(actor, row.user_id):
            raise RoleMissing
        if row.ended_at is not None or row.to_on < clock.to_date(clock.database_now()):
            raise Refused(_("この不在はすでに終わっています。"))
        Absence.objects.filter(pk=row.pk).update(ended_at=Now(), ended_by_id=actor.user_id)
        _tell(actor, row, "ended", *ENDED)
        audit.record(actor=actor, action="duty.absence_ended", obj=row, label=row.user.name)
        return row


def _person(actor: Actor, user_id: int, day: dt.date) -> Person:
    """What the rules ask about an official: three queries."""
    held = Assignment.objects.live_on(day).filter(
        user_id=user_id, ward_id=actor.ward_id, role__in=WARD_ROLES, user__is_active=True
    )
    own = policies.visible_absences(actor).filter(ended_at=None)
    away = own.filter(user_id=user_id).values_list("from_on", "to_on")
    stands_in = own.filter(deputy_id=user_id).values_list("from_on", "to_on")
    return Person(
        user_id,
        dict(held.values_list("role", "valid_to")),
        [Period(*each) for each in away],
        [Period(*each) for each in stands_in],
    )


def _tell(
    actor: Actor, row: Absence, event: str, subject: str | Promise, body: str | Promise
) -> None:
    """A notice to the deputy, and to the absent person where another did it; each in their language."""
    with acting(actor.elevated()):
        notify(
            event_key=f"duty.absence:{row.pk}{event}",
            recipients={row.deputy_id, row.user_id} - {actor.user_id},
            subject=subject,
            body=filled(
                body,
                name=row.user.name,
                deputy=row.deputy.name,
                first=_written(row.from_on),
                last=_written(row.to_on),
            ),
            url=reverse("duty:absences"),
        )
