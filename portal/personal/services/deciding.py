"""削除の申出: asked by the person, checked and decided by an administrator."""

import datetime as dt
import uuid
from smtplib import SMTPException

from django.db import transaction
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override

from portal.accounts.models import Assignment, User
from portal.accounts.policies import person_id
from portal.accounts.roles import Role
from portal.kernel import clock, transitions
from portal.kernel.actor import Actor
from portal.kernel.audit import record
from portal.kernel.database import acting
from portal.kernel.texts import filled
from portal.notices.models import SentMail
from portal.notices.services import mail_subject, notify, post
from portal.notices.topics import PERSONAL_DATA
from portal.personal import policies, states
from portal.personal.models import DeletionRequest
from portal.personal.services import erasing
from portal.personal.services.copies import waiting_drop
from programs.models import Firm, FirmMembership, FirmWard


class Refused(Exception):
    """It cannot be done like this; the text says what to do."""

    def __init__(self, message: str | Promise) -> None:
        super().__init__(message)
        self.message = message


def hindrance(user_id: int, today: dt.date) -> str | Promise:
    """What the person has to settle first; "" where nothing stands in the way. As the system."""
    if Assignment.objects.filter(user_id=user_id).held_on(today).exists():
        return _("職員の役割があります。先に管理者に役割を終えてもらってください。")
    mine = FirmMembership.objects.filter(
        user_id=user_id, valid_to=None, role=FirmMembership.Role.OWNER
    )
    others = FirmMembership.objects.filter(
        firm__in=mine.values("firm_id"), valid_to=None, role=FirmMembership.Role.OWNER
    ).exclude(user_id=user_id)
    alone = mine.exclude(firm__in=others.values("firm_id")).values_list("firm_id", flat=True)
    firm = Firm.objects.filter(pk__in=list(alone)).first()
    if firm:
        return _("%(firm)sの代表者はあなただけです。先に、別の方に代表者を引き継いでください。") % {
            "firm": firm.name
        }
    return ""


def deletion_ask(*, actor: Actor, wish: str) -> DeletionRequest:
    """申出. Needs a fresh proof of identity (the view asks). Raises Refused, PermissionDenied."""
    user_id = person_id(actor)
    with acting(actor.elevated()):
        User.objects.select_for_update().get(pk=user_id)
        if DeletionRequest.objects.filter(person_id=user_id, status__in=states.OPEN).exists():
            raise Refused(_("削除の申出は、もう受け付けています。"))
        if why := hindrance(user_id, clock.today()):
            raise Refused(why)
        row = DeletionRequest.objects.create(
            person_id=user_id, ward_id=_ward_of(user_id), wish=wish[:1000]
        )
        record(actor=actor, action="personal.deletion_asked", obj=row, ward_id=row.ward_id)
        _tell_admins(row)
        return row


def _ward_of(user_id: int) -> int | None:
    """The ward of the person's firm that has known it longest; None without a firm."""
    firms = FirmMembership.objects.filter(user_id=user_id).values("firm_id")
    rows = FirmWard.objects.filter(firm__in=firms).order_by("since", "pk")
    return rows.values_list("ward_id", flat=True).first()


def _tell_admins(row: DeletionRequest) -> None:
    role = Role.SYSADMIN if row.ward_id is None else Role.WARD_ADMIN
    live = Assignment.objects.live_on(clock.today()).filter(role=role, user__is_active=True)
    if row.ward_id is not None:
        live = live.filter(ward_id=row.ward_id)
    notify(
        event_key=f"personal.asked.{row.pk}",
        recipients=live.values_list("user_id", flat=True),
        subject=gettext_lazy("個人情報の削除の申出がありました"),
        body=gettext_lazy("残すものを確かめ、削除するか、断るかを決めてください。"),
        url=reverse("personal:request", args=[row.public_id]),
        topic=PERSONAL_DATA,
    )


def deletion_withdraw(*, actor: Actor, public_id: uuid.UUID) -> DeletionRequest:
    """取下げ by the person. Raises DeletionRequest.DoesNotExist, StaleState."""
    user_id = person_id(actor)
    with acting(actor.elevated()):
        row = DeletionRequest.objects.select_for_update().get(
            public_id=public_id, person_id=user_id
        )
        _move(row, "withdraw", Actor.system("personal.deciding", ward_id=row.ward_id))
        record(actor=actor, action="personal.deletion_withdrawn", obj=row, ward_id=row.ward_id)
        return row


def deletion_check(*, actor: Actor, public_id: uuid.UUID) -> DeletionRequest:
    """確認を始める. Raises DeletionRequest.DoesNotExist, TransitionRefused."""
    row = policies.get_request(actor, public_id)
    with acting(actor.elevated()):
        row = DeletionRequest.objects.select_for_update().get(pk=row.pk)
        _move(row, "check", actor)
        return row


def deletion_refuse(*, actor: Actor, public_id: uuid.UUID, reason: str) -> DeletionRequest:
    """断る, with the reason that the person reads. Raises as `deletion_check`, and ReasonMissing."""
    row = policies.get_request(actor, public_id)
    with acting(actor.elevated()):
        row = DeletionRequest.objects.select_for_update().get(pk=row.pk)
        _move(row, "refuse", actor, reason=reason)
        notify(
            event_key=f"personal.refused.{row.pk}",
            recipients=[row.person_id],
            subject=gettext_lazy("個人情報の削除の申出について"),
            body=filled(
                gettext_lazy(
                    "削除の申出をお受けできませんでした。理由：%(reason)s　"
                    "納得できないときは、区の担当へご連絡ください。審査請求もできます。"
                ),
                reason=reason,
            ),
            url=reverse("personal:own"),
            topic=PERSONAL_DATA,
        )
        return row


def deletion_erase(*, actor: Actor, public_id: uuid.UUID) -> DeletionRequest:
    """Delete what may go. The person is told by the last mail to their address; a mail server that is
    down deletes nothing. Raises as `deletion_check`, Refused, OSError.
    """
    row = policies.get_request(actor, public_id)
    with acting(actor.elevated()), transaction.atomic():
        row = DeletionRequest.objects.select_for_update().get(pk=row.pk)
        # Before the person is locked: a copy that is being made needs them.
        waiting_drop(user_id=row.person_id)
        user = User.objects.select_for_update().get(pk=row.person_id)
        if row.person_id == actor.user_id:
            raise Refused(_("ご自身の申出は決められません。ほかの管理者に頼んでください。"))
        _firms_lock(user.pk)
        if why := hindrance(user.pk, clock.today()):
            raise Refused(why)
        address, language = user.email, user.language
        kept = erasing.erase(user)
        action = "erase_part" if kept else "erase"
        row.wish = ""
        row.save(update_fields=["wish"])
        _move(row, action, actor, kept=dict(kept))
        _last_mail(address, language, bool(kept))
        return row


def _firms_lock(user_id: int) -> None:
    """Changes of a firm's people wait for each other: of two owners who go, one is the last."""
    firms = FirmMembership.objects.filter(user_id=user_id, valid_to=None).values("firm_id")
    list(Firm.objects.select_for_update(of=("self",)).filter(pk__in=firms).order_by("pk"))


def _move(
    row: DeletionRequest,
    action: str,
    actor: Actor,
    *,
    reason: str = "",
    kept: dict[str, int] | None = None,
) -> None:
    decided = action not in {"check", "withdraw"}
    transitions.apply(
        table=states.DELETION,
        instance=row,
        action=action,
        actor=actor,
        reason=reason,
        detail={"kept": kept} if kept else None,
        fields={
            "reason": reason,
            "kept": kept or {},
            "decided_at": clock.now() if decided else None,
            "decided_by_id": actor.user_id if decided else None,
        },
    )


def _last_mail(address: str, language: str, part: bool) -> None:
    with override(language):
        body = _(
            "お申出のとおり、町工場DXポータルの個人情報を削除しました。サインインはできません。"
        )
        if part:
            body += "\n" + _(
                "監査記録、発行した通知書、保存期間の間にある手続の記録は、法令と規程により残ります。"
            )
        mail = SentMail(
            kind=SentMail.Kind.ACCOUNT,
            address=address,
            subject=mail_subject(_("個人情報を削除しました")),
            body=body + "\n",
            sent_at=clock.now(),
        )
    if post(mail, is_last=True).is_to_wait:
        raise SMTPException(mail.code)
