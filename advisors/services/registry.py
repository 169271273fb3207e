"""The 名簿 of advisors and the 謝金表."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from advisors import codes, policies
from advisors.models import Advisor, FeeTable
from advisors.services.errors import Refused
from portal.accounts.models import Assignment
from portal.accounts.roles import Role
from portal.kernel import audit, clock
from portal.kernel.actor import Actor
from programs.wards import WARDS

_WARDS = {ward.code for ward in WARDS}
_LISTS: Mapping[str, codes.Words] = {
    "sides": codes.SIDES,
    "qualifications": codes.QUALIFICATIONS,
    "fields": codes.FIELDS,
    "languages": codes.LANGUAGES,
}


@dataclass(frozen=True, slots=True)
class Profile:
    """An entry as typed."""

    sides: tuple[str, ...]
    qualifications: tuple[str, ...]
    fields: tuple[str, ...]
    wards: tuple[int, ...]
    languages: tuple[str, ...]
    vendors: tuple[str, ...]
    capacity: int
    contract_from: dt.date
    contract_to: dt.date

    def columns(self) -> dict[str, Any]:
        return {
            "sides": list(self.sides),
            "qualifications": list(self.qualifications),
            "fields": list(self.fields),
            "wards": sorted(self.wards),
            "languages": list(self.languages),
            "vendors": list(self.vendors),
            "capacity": self.capacity,
            "contract_from": self.contract_from,
            "contract_to": self.contract_to,
        }


def advisor_add(*, actor: Actor, user_id: int, profile: Profile) -> Advisor:
    """Enter somebody who holds the role here. Raises Refused, RoleMissing."""
    policies.require(policies.may_keep_registry(actor))
    _check(profile)
    _require_anothers(actor, user_id)
    if not _holds_role(user_id, actor.ward_id):
        raise Refused(
            _("この人は、この区の相談員の役割を持っていません。先に役割を付けてください。")
        )
    try:
        with transaction.atomic():
            row = Advisor.objects.create(
                ward_id=policies.own_ward(actor), user_id=user_id, **profile.columns()
            )
    except IntegrityError as taken:
        raise Refused(_("この人は、すでに名簿に載っています。")) from taken
    audit.record(actor=actor, action="advisors.advisor_added", obj=row, detail=_told(profile))
    return row


def advisor_save(*, actor: Actor, advisor_id: int, profile: Profile, revision: int) -> Advisor:
    """Change an entry of the own ward. Raises Refused (another tab was quicker), RoleMissing."""
    policies.require(policies.may_keep_registry(actor))
    _check(profile)
    with transaction.atomic():
        row = policies.visible_advisors(actor).select_for_update(of=("self",)).get(pk=advisor_id)
        policies.require(row.ward_id == actor.ward_id)
        _require_anothers(actor, row.user_id)
        if row.revision != revision:
            raise Refused(
                _(
                    "ほかの画面でこの名簿が保存されています。内容を確かめて、もう一度保存してください。"
                )
            )
        columns = profile.columns()
        changes = {
            name: [_plain(getattr(row, name)), _plain(value)]
            for name, value in columns.items()
            if getattr(row, name) != value
        }
        for name, value in columns.items():
            setattr(row, name, value)
        row.revision += 1
        row.save()
        audit.record(actor=actor, action="advisors.advisor_saved", obj=row, changes=changes)
        return row


def fees_draft(
    *,
    actor: Actor,
    valid_from: dt.date,
    it_hour_yen: int,
    floor_hour_yen: int,
    most_minutes: int,
    most_travel_yen: int,
    most_visits: int,
    basis: str,
) -> FeeTable:
    """A new version of the ward's 謝金表, for another official to publish. Raises RoleMissing."""
    policies.require(policies.may_keep_registry(actor))
    with transaction.atomic():
        mine = FeeTable.objects.filter(ward_id=policies.own_ward(actor))
        list(mine.select_for_update())
        last = mine.aggregate(last=Max("number"))["last"] or 0
        row = FeeTable.objects.create(
            ward_id=policies.own_ward(actor),
            number=last + 1,
            valid_from=valid_from,
            it_hour_yen=it_hour_yen,
            floor_hour_yen=floor_hour_yen,
            most_minutes=most_minutes,
            most_travel_yen=most_travel_yen,
            most_visits=most_visits,
            basis=basis,
            drafted_by_id=policies.person(actor),
        )
        audit.record(
            actor=actor,
            action="advisors.fees_drafted",
            obj=row,
            detail={
                "valid_from": valid_from.isoformat(),
                "it": it_hour_yen,
                "floor": floor_hour_yen,
            },
        )
        return row


def fees_publish(*, actor: Actor, number: int) -> FeeTable:
    """謝金表の確定, by somebody who did not draft it. Raises Refused, RoleMissing, DoesNotExist."""
    policies.require(policies.may_approve(actor))
    with transaction.atomic():
        row = policies.visible_fees(actor).select_for_update().get(number=number)
        if row.published_at:
            raise Refused(_("この版は、もう確定しています。"))
        if row.drafted_by_id in actor.persons:
            raise Refused(_("自分が作った謝金表は確定できません。ほかの決裁者に頼んでください。"))
        if row.valid_from < clock.today():
            raise Refused(_("適用開始日が過ぎています。今日以降の日で作り直してください。"))
        row.published_by_id, row.published_at = policies.person(actor), clock.database_now()
        row.save()
        audit.record(
            actor=actor, action="advisors.fees_published", obj=row, detail=audit.behalf_of(actor)
        )
        return row


def fees_on(ward_id: int, day: dt.date) -> FeeTable | None:
    """The version that holds on a day: the newest published one that had begun."""
    rows = FeeTable.objects.filter(ward_id=ward_id, valid_from__lte=day).exclude(published_at=None)
    return rows.order_by("-valid_from", "-number").first()


def _require_anothers(actor: Actor, user_id: int) -> None:
    """Raises Refused: what somebody may do and sells for is written down by a colleague."""
    if user_id == actor.user_id:
        raise Refused(_("自分の登録は変えられません。ほかの職員に頼んでください。"))


def _check(profile: Profile) -> None:
    """Raises Refused."""
    for name, known in _LISTS.items():
        if not set(getattr(profile, name)) <= known.keys():
            raise Refused(_("一覧にない項目が選ばれています。選び直してください。"))
    if not profile.sides or not profile.wards or not set(profile.wards) <= _WARDS:
        raise Refused(_("担当できる役割と、訪問できる区を1つ以上選んでください。"))
    if profile.contract_to < profile.contract_from:
        raise Refused(_("契約の終了日は開始日以降にしてください。"))


def _holds_role(user_id: int, ward_id: int | None) -> bool:
    rows = Assignment.objects.live_on(clock.today()).filter(user_id=user_id, role=Role.ADVISOR)
    return any(row.ward_id in {None, ward_id} for row in rows)


def _told(profile: Profile) -> dict[str, Any]:
    return {name: _plain(value) for name, value in profile.columns().items()}


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, dt.date) else value
