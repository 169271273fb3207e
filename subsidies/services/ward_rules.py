"""区の設定: the seal of a ward's letters, and up to which amount its approvers decide (専決)."""

from collections.abc import Collection

from django.db import transaction
from django.utils.translation import gettext as _

from portal.accounts.models import Assignment, User
from portal.accounts.roles import Role
from portal.kernel import audit, clock
from portal.kernel.actor import Actor, Hat
from portal.kernel.money import format_yen
from portal.kernel.transitions import RoleMissing
from subsidies import people
from subsidies.models import ApprovalLimit, WardRules
from subsidies.services.errors import Refused

LONGEST_SEAL = 16


def limit_of(ward_id: int, user_id: int | None, *, lock: bool = False) -> int | None:
    """The amount (円) up to which that person decides for the ward; None is any amount.

    `lock` holds the setting until the transaction ends, so that a lower limit set meanwhile counts.
    """
    general, own = WardRules.objects.filter(pk=ward_id), ApprovalLimit.objects.all()
    own = own.filter(ward_id=ward_id, user_id=user_id)
    if lock:
        general, own = general.select_for_update(), own.select_for_update()
    everybody = general.first()
    if (person := own.first()) is not None:
        return person.limit_yen
    return everybody.approval_limit_yen if everybody else None


def _limit_for(ward_id: int, actor: Actor, *, lock: bool) -> int | None:
    """The actor's own; a deputy's (代決) is that of the absent person, of several the highest."""
    people = [key for key, _name in actor.on_behalf_of] if actor.lent else [actor.user_id]
    limits = [limit_of(ward_id, person, lock=lock) for person in people]
    known = [limit for limit in limits if limit is not None]
    return max(known) if len(known) == len(limits) else None


def over_limit(
    ward_id: int,
    actor: Actor,
    yen: int | None,
    *,
    lock: bool = True,
    but: Collection[int] = (),
) -> str | None:
    """Why the actor may not decide that amount and who may, None where they may.

    `but`: people who may not decide it for another reason (who proposed it). Within a transaction.
    """
    limit = _limit_for(ward_id, actor, lock=lock)
    if limit is None or not yen or yen <= limit:
        return None
    text = _("この額（%(yen)s）は、あなたの専決の限度額（%(limit)s）を超えています。%(who)s")
    names = _("、").join(deciders_of(ward_id, yen, but={*but, actor.user_id or 0}))
    who = (
        _("この額を決裁できるのは、%(names)sです。依頼してください。") % {"names": names}
        if names
        else _(
            "この額を決裁できる人が、ほかにいません。区の管理者に、限度額の設定を依頼してください。"
        )
    )
    return text % {"yen": format_yen(yen), "limit": format_yen(limit), "who": who}


def deciders_of(ward_id: int, yen: int, *, but: Collection[int] = ()) -> list[str]:
    """Names of the ward's approvers of today who may decide that amount (円)."""
    approvers = set(people.ward_people(ward_id, {Role.APPROVER}, clock.today())) - set(but)
    general = WardRules.objects.filter(pk=ward_id).first()
    limits = dict.fromkeys(approvers, general.approval_limit_yen if general else None)
    own = ApprovalLimit.objects.filter(ward_id=ward_id, user__in=approvers)
    limits.update(own.values_list("user_id", "limit_yen"))
    able = [user for user, limit in limits.items() if limit is None or yen <= limit]
    return list(User.objects.filter(pk__in=able).order_by("pk").values_list("name", flat=True))


def ward_rules_save(
    *, actor: Actor, seal: str, seal_text: str, approval_limit_yen: int | None
) -> WardRules:
    """Set the seal of letters to come and the limit of all approvers. Raises Refused, RoleMissing."""
    ward_id = _own_ward(actor)
    text = "".join(seal_text.split())
    if seal not in WardRules.Seal.values:
        raise Refused(_("公印の扱いを選んでください。"))
    if seal == WardRules.Seal.ELECTRONIC and not 2 <= len(text) <= LONGEST_SEAL:
        raise Refused(
            _("電子公印の文字を2文字から%(most)d文字で入力してください。") % {"most": LONGEST_SEAL}
        )
    with transaction.atomic():
        before = WardRules.objects.select_for_update().filter(pk=ward_id).first()
        before = before or WardRules(ward_id=ward_id)
        if before.approval_limit_yen != approval_limit_yen:
            _check_not_ones_own(actor, ward_id)
        row, _created = WardRules.objects.update_or_create(
            ward_id=ward_id,
            defaults={"seal": seal, "seal_text": text, "approval_limit_yen": approval_limit_yen},
        )
        audit.record(
            actor=actor,
            action="subsidies.ward_rules_saved",
            obj=row,
            ward_id=ward_id,
            changes={
                name: [getattr(before, name), getattr(row, name)]
                for name in ("seal", "seal_text", "approval_limit_yen")
                if getattr(before, name) != getattr(row, name)
            },
        )
        return row


def approval_limit_set(*, actor: Actor, user_id: int, limit_yen: int | None) -> ApprovalLimit:
    """One approver's own limit (円), None for any amount. Raises Refused, RoleMissing."""
    ward_id = _own_ward(actor)
    with transaction.atomic():
        held = Assignment.objects.filter(ward_id=ward_id, user_id=user_id, role=Role.APPROVER)
        if not held.exists():
            raise Refused(_("この区の決裁者を選んでください。"))
        _check_another(actor, user_id)
        rows = ApprovalLimit.objects.select_for_update()
        before = rows.filter(ward_id=ward_id, user_id=user_id).first()
        row, _created = ApprovalLimit.objects.update_or_create(
            ward_id=ward_id, user_id=user_id, defaults={"limit_yen": limit_yen}
        )
        _told(actor, ward_id, user_id, before.limit_yen if before else "", limit_yen)
        return row


def approval_limit_clear(*, actor: Actor, user_id: int) -> None:
    """The ward's limit holds for that person again. Raises Refused, RoleMissing."""
    ward_id = _own_ward(actor)
    _check_another(actor, user_id)
    with transaction.atomic():
        rows = ApprovalLimit.objects.select_for_update().filter(ward_id=ward_id, user_id=user_id)
        for row in rows:
            row.delete()
            _told(actor, ward_id, user_id, row.limit_yen, "")


def may_set(actor: Actor) -> bool:
    """Whether the actor answers for the ward's settings."""
    return actor.hat == Hat.WARD and actor.has_role(Role.WARD_ADMIN)


def _check_another(actor: Actor, user_id: int) -> None:
    """Nobody says up to which amount they decide themselves. Raises Refused."""
    if user_id == actor.user_id:
        raise Refused(_("自分の専決の限度額は変えられません。ほかの管理者に依頼してください。"))


def _check_not_ones_own(actor: Actor, ward_id: int) -> None:
    """The ward's limit is an approver's own, unless somebody has set one for them. Raises Refused."""
    mine = Assignment.objects.filter(ward_id=ward_id, user_id=actor.user_id, role=Role.APPROVER)
    if not mine.exists():
        return
    if not ApprovalLimit.objects.filter(ward_id=ward_id, user_id=actor.user_id).exists():
        _check_another(actor, actor.user_id or 0)


def _own_ward(actor: Actor) -> int:
    if actor.ward_id is None or not may_set(actor):
        raise RoleMissing
    return actor.ward_id


def _told(actor: Actor, ward_id: int, user_id: int, before: object, after: object) -> None:
    audit.record(
        actor=actor,
        action="subsidies.approval_limit_set",
        ward_id=ward_id,
        detail={"user_id": user_id},
        changes={"limit_yen": [before, after]},
    )
