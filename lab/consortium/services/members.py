"""Members of the consortium and the people who speak for them."""

import datetime as dt
from dataclasses import dataclass

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from lab.consortium import policies
from lab.consortium.codes import Kind
from lab.consortium.models import Contact, Member
from lab.consortium.services.errors import Refused
from lab.consortium.services.parts import writing
from portal.accounts.models import Assignment
from portal.accounts.roles import Role
from portal.kernel import audit, clock
from portal.kernel.actor import Actor
from portal.kernel.database import acting
from portal.kernel.texts import plain


@dataclass(frozen=True, slots=True)
class Entry:
    """A member as typed."""

    kind: str
    name: str
    joined_on: dt.date
    strengths: str = ""
    ward_id: int | None = None


def member_add(*, actor: Actor, given: Entry) -> Member:
    """A new member. Raises Refused (exists already, a day to come, no ward), RoleMissing."""
    policies.require(policies.is_staff(actor))
    if (given.kind == Kind.WARD) != (given.ward_id is not None):
        raise Refused(_("区を会員にするときは区を選び、ほかの種類のときは選ばないでください。"))
    if given.joined_on > clock.today():
        raise Refused(_("入会日は今日までの日にしてください。"))
    try:
        with transaction.atomic(), acting(actor.elevated()):
            row = Member.objects.create(
                kind=given.kind,
                name=plain(given.name, 100),
                strengths=plain(given.strengths, 300),
                ward_id=given.ward_id,
                joined_on=given.joined_on,
            )
            audit.record(actor=actor, action="consortium.member_added", obj=row)
            return row
    except IntegrityError as taken:
        raise Refused(_("この名称の会員は、すでに登録されています。")) from taken


def member_leave(*, actor: Actor, member_id: int, on: dt.date) -> Member:
    """退会: its people see nothing more. Raises Refused, RoleMissing."""
    policies.require(policies.is_staff(actor))
    seen = policies.get_member(actor, pk=member_id)
    with writing(actor, seen) as row:
        if row.left_on is not None:
            raise Refused(_("この会員は、すでに退会しています。"))
        if not row.joined_on <= on <= clock.today():
            raise Refused(_("退会日は、入会日から今日までの日にしてください。"))
        row.left_on = on
        row.save(update_fields=["left_on"])
        Contact.objects.filter(member=row, ended_at=None).update(ended_at=clock.now())
        audit.record(actor=actor, action="consortium.member_left", obj=row)
        return row


def contact_add(
    *,
    actor: Actor,
    member_id: int,
    name: str,
    post: str = "",
    email: str = "",
    phone: str = "",
    user_id: int | None = None,
) -> Contact:
    """Somebody of the member; with `user_id` the person signs in for it.

    Raises Refused (not a holder of the role, already somebody's, oneself), RoleMissing.
    """
    policies.require(policies.is_staff(actor))
    seen = policies.get_member(actor, pk=member_id)
    if user_id is not None:
        _check_person(actor, user_id)
    try:
        with writing(actor, seen) as member:
            if member.left_on is not None:
                raise Refused(_("退会した会員に、担当者は加えられません。"))
            row = Contact.objects.create(
                member=member,
                name=plain(name, 60),
                post=plain(post, 80),
                email=plain(email, 254),
                phone=plain(phone, 20),
                user_id=user_id,
            )
            audit.record(
                actor=actor,
                action="consortium.contact_added",
                obj=row,
                detail={"member": member.pk, "user": user_id},
            )
            return row
    except IntegrityError as taken:
        raise Refused(
            _("この人は、すでに会員の担当者です。先に、いまの会員の担当を終えてください。")
        ) from taken


def contact_end(*, actor: Actor, member_id: int, contact_id: int) -> Contact:
    """担当を終える: from now on the person reads nothing. Raises RoleMissing, DoesNotExist."""
    policies.require(policies.is_staff(actor))
    seen = Contact.objects.get(pk=contact_id, member_id=member_id, ended_at=None)
    with writing(actor, seen) as row:
        row.ended_at = clock.now()
        row.save(update_fields=["ended_at"])
        audit.record(actor=actor, action="consortium.contact_ended", obj=row)
        return row


def _check_person(actor: Actor, user_id: int) -> None:
    if user_id == actor.user_id:
        raise Refused(_("自分を会員の担当者にはできません。ほかの職員に頼んでください。"))
    held = Assignment.objects.live_on(clock.today()).filter(user_id=user_id)
    if held.filter(role=Role.LAB_STAFF).exists():
        raise Refused(
            _(
                "ラボ職員（事務局）は、会員の担当者を兼ねられません。会員のほかの方を選んでください。"
            )
        )
    if not held.filter(role=Role.PARTNER).exists():
        raise Refused(
            _(
                "この人は、コンソーシアム会員の役割を持っていません。先に、区の管理者が招待してください。"
            )
        )
