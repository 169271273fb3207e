"""合併・統合 is recorded after a second look, and taken back with a reason; nothing else changes it."""

import datetime as dt
from dataclasses import dataclass

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.db.models import F
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from portal.kernel import audit, clock
from portal.kernel.actor import Actor
from portal.kernel.database import acting
from portal.kernel.outbox import publish
from portal.kernel.texts import plain
from portal.notices.services import notify
from programs.mergers import Effect, Stake, stakes_of
from programs.models import Firm, FirmMembership, FirmMerger
from programs.policies import may_record_mergers, may_take_back, visible_firms, visible_mergers
from programs.services.errors import Refused
from programs.topics import MERGER


@dataclass(frozen=True, slots=True)
class Plan:
    """A merger that may be recorded, and what it means; `stakes` are those of the firm that is no more."""

    gone: Firm
    into: Firm
    merged_on: dt.date
    reason: str
    stakes: list[Stake]


def merger_plan(
    *, actor: Actor, gone_id: int, into_id: int, merged_on: dt.date, reason: str
) -> Plan:
    """What would be recorded; nothing is. Both firms are of the actor's ward.

    Raises Refused (same firm, a day to come or before it was founded, no reason, merged already, in a
    circle, into a firm that is no more, something under way), PermissionDenied, Firm.DoesNotExist.
    """
    if not may_record_mergers(actor):
        raise PermissionDenied
    gone = visible_firms(actor).get(pk=gone_id)
    into = visible_firms(actor).get(pk=into_id)
    reason = plain(reason, 300)
    if gone.pk == into.pk:
        raise Refused(_("同じ企業です。統合後に残る、別の企業を選んでください。"))
    if merged_on > clock.today():
        raise Refused(
            _("合併・統合の日は、今日までの日にしてください。その日が来てから記録します。")
        )
    if gone.established_on and merged_on < gone.established_on:
        raise Refused(_("合併・統合の日が、企業の設立日より前です。日を確かめてください。"))
    if not reason:
        raise Refused(_("理由と根拠（登記事項証明書、合併契約書など）を入力してください。"))
    with acting(actor.elevated()):
        _check(gone, into)
        stakes = stakes_of(gone.pk)
    hindering = [stake for stake in stakes if stake.effect == Effect.HINDERS]
    if hindering:
        stake = hindering[0]
        raise Refused(
            format_lazy(
                "{}{}",
                _("「%(name)s」には%(what)sが%(count)s件あります。")
                % {"name": gone.name, "what": stake.what, "count": stake.count},
                stake.note,
            )
        )
    return Plan(gone, into, merged_on, reason, stakes)


def merger_record(
    *, actor: Actor, gone_id: int, into_id: int, merged_on: dt.date, reason: str
) -> FirmMerger:
    """Record it: the firm is closed, figures count both as one, people of both are told.

    Raises what `merger_plan` raises; whatever happened since the preview is looked at once more.
    """
    if actor.user_id is None or actor.ward_id is None:
        raise PermissionDenied
    try:
        with transaction.atomic():
            with acting(actor.elevated()):
                # In one order, so that two officials who merge crosswise wait for each other.
                list(
                    Firm.objects.filter(pk__in=(gone_id, into_id))
                    .order_by("pk")
                    .select_for_update()
                )
            plan = merger_plan(
                actor=actor, gone_id=gone_id, into_id=into_id, merged_on=merged_on, reason=reason
            )
            with acting(actor.elevated()):
                return _write(actor, plan)
    except IntegrityError as twice:
        raise Refused(_merged_already()) from twice


def merger_take_back(*, actor: Actor, merger_id: int, reason: str) -> FirmMerger:
    """It was recorded by mistake: both count for themselves again, in every figure from now on.

    Raises Refused (no reason, taken back already, another ward's), PermissionDenied,
    FirmMerger.DoesNotExist.
    """
    if not may_record_mergers(actor):
        raise PermissionDenied
    seen = visible_mergers(actor).get(pk=merger_id)
    reason = plain(reason, 300)
    if not reason:
        raise Refused(_("取り消す理由を入力してください。"))
    with transaction.atomic(), acting(actor.elevated()):
        row = FirmMerger.objects.select_for_update().select_related("gone").get(pk=seen.pk)
        if row.taken_back_on is not None:
            raise Refused(_("この合併・統合の記録は、すでに取り消されています。"))
        if not may_take_back(actor, row):
            raise Refused(
                _("ほかの区が記録した合併・統合は、取り消せません。その区に連絡してください。")
            )
        row.taken_back_on, row.taken_back_reason = clock.today(), reason
        row.save(update_fields=["taken_back_on", "taken_back_reason"])
        if row.was_active:
            _set_active(row.gone_id, is_active=True)
        publish(
            name="programs.firm_merger_taken_back",
            subject=row.pk,
            ward_id=row.ward_id,
            payload={"merger_id": row.pk},
        )
        _tell(
            row,
            "taken_back",
            _("合併・統合の記録が取り消されました"),
            format_lazy(
                _("「{gone}」と「{into}」は、これからは別の企業として数えます。理由：{reason}"),
                gone=row.gone_name,
                into=row.into_name,
                reason=reason,
            ),
        )
        _audited(actor, row, "firm.merger_taken_back", reason)
        return row


def _check(gone: Firm, into: Firm) -> None:
    """By the system, because one of them may have merged in another ward. Raises Refused."""
    live = dict(FirmMerger.objects.filter(taken_back_on=None).values_list("gone_id", "into_id"))
    if gone.pk in live:
        raise Refused(_merged_already())
    end = into.pk
    while end in live:
        end = live[end]
    if end == gone.pk:
        raise Refused(
            _(
                "「%(into)s」は「%(gone)s」に統合されたと記録されています。向きが逆でないか確かめ、"
                "誤りであれば先の記録を取り消してください。"
            )
            % {"into": into.name, "gone": gone.name}
        )
    if end != into.pk:
        raise Refused(
            _("「%(into)s」は、ほかの企業に統合されています。いま残っている企業を選んでください。")
            % {"into": into.name}
        )


def _merged_already() -> Promise:
    return _("この企業は、すでに統合されたと記録されています。企業情報のページで確かめてください。")


def _write(actor: Actor, plan: Plan) -> FirmMerger:
    assert actor.ward_id is not None
    assert actor.user_id is not None
    row = FirmMerger.objects.create(
        ward_id=actor.ward_id,
        gone=plan.gone,
        gone_name=plan.gone.name,
        into=plan.into,
        into_name=plan.into.name,
        merged_on=plan.merged_on,
        reason=plan.reason,
        was_active=plan.gone.is_active,
        recorded_by_id=actor.user_id,
    )
    if plan.gone.is_active:
        _set_active(plan.gone.pk, is_active=False)
    publish(
        name="programs.firm_merged",
        subject=row.pk,
        ward_id=row.ward_id,
        payload={
            "merger_id": row.pk,
            "gone_id": row.gone_id,
            "into_id": row.into_id,
            "on": row.merged_on.isoformat(),
        },
    )
    _tell(
        row,
        "recorded",
        _("合併・統合が記録されました"),
        format_lazy(
            _(
                "「{gone}」は「{into}」に統合されたと区が記録しました。これまでの記録はそれぞれの企業に残り、"
                "区の実績では1社と数えます。事実と違うときは、区に連絡してください。"
            ),
            gone=row.gone_name,
            into=row.into_name,
        ),
    )
    _audited(actor, row, "firm.merger_recorded", plan.reason)
    return row


def _set_active(firm_id: int, *, is_active: bool) -> None:
    """休廃業, or no more; the revision tells a form that was open meanwhile."""
    Firm.objects.filter(pk=firm_id).update(
        is_active=is_active, revision=F("revision") + 1, updated_at=clock.now()
    )


def _audited(actor: Actor, row: FirmMerger, action: str, reason: str) -> None:
    """Stands with both firms."""
    detail = {"gone": row.gone_id, "into": row.into_id, "on": row.merged_on.isoformat()}
    for firm_id, name in ((row.gone_id, row.gone_name), (row.into_id, row.into_name)):
        audit.record(
            actor=actor,
            action=action,
            obj=Firm(pk=firm_id),
            label=name,
            reason=reason,
            detail=detail,
        )


def _tell(row: FirmMerger, key: str, subject: str | Promise, body: str | Promise) -> None:
    """The people of both firms."""
    people = FirmMembership.objects.filter(
        firm_id__in=(row.gone_id, row.into_id), valid_to=None, user__is_active=True
    )
    notify(
        event_key=f"firm_merger.{row.public_id}.{key}",
        recipients=people.values_list("user_id", flat=True),
        subject=subject,
        body=body,
        url=reverse("programs:firm_home"),
        topic=MERGER,
    )
