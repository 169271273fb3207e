"""Approving with an embargo, or dropping; another person than the one who made it."""

import datetime as dt
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kpi.indicators import RATIOS
from kpi.indicators.ratios import FELT_EFFECT
from kpi.releases import policies, states
from kpi.releases.models import Release
from kpi.releases.rules import changes, columns
from kpi.releases.selectors.figures import columns_of
from kpi.releases.services.errors import Refused
from kpi.releases.services.verifying import verification
from kpi.services import figures_at
from portal.kernel import clock, transitions
from portal.kernel.actor import Actor
from portal.kernel.database import acting

MOST_DAYS = 90
# Written by their rooms and not to be had again at a watermark of the past.
_FROM_ROOMS = {ratio.code for ratio in RATIOS} - {FELT_EFFECT.code}


@states.RELEASE.guard("second_person")
def _second_person(row: Release, actor: Actor) -> Any:
    if row.made_by_id is not None and row.made_by_id == actor.user_id:
        return gettext_lazy("作った人は承認できません。ほかの政策担当に頼んでください。")
    return None


@states.RELEASE.guard("embargo_runs")
def _embargo_runs(row: Release, _actor: Actor) -> Any:
    if row.public_from is not None and row.public_from <= clock.database_now():
        return gettext_lazy(
            "もう公表されているので、取りやめられません。直すときは改訂を作ってください。"
        )
    return None


def release_approve(
    *,
    actor: Actor,
    release_id: int,
    public_from: dt.datetime | None,
    approved_at: dt.datetime | None = None,
    recount: bool = True,
) -> Release:
    """Public for everybody from `public_from` on (Asia/Tokyo), at once without. Counted once more before.

    Raises Release.DoesNotExist, RoleMissing, StaleState, GuardFailed, Refused (an hour that is past or
    too far away, a digest or a count that is another).
    """
    policies.require(policies.may_make(actor))
    with transaction.atomic(), acting(actor.elevated()):
        row = Release.objects.select_for_update(of=("self",)).get(pk=release_id)
        if refusal := states.RELEASE.refusal(row, "approve", actor):
            raise transitions.GuardFailed(refusal)
        if row.status != states.MADE:
            raise transitions.StaleState
        now = approved_at or clock.database_now()
        hour = public_from or now
        _check_hour(hour, now)
        if recount:
            _check_figures(row)
        transitions.apply(
            table=states.RELEASE,
            instance=row,
            action="approve",
            actor=actor,
            detail={"public_from": hour.isoformat(), "digest": row.digest},
            fields={
                "approved_by_id": actor.user_id,
                "approved_at": now,
                "public_from": hour,
            },
        )
    return row


def release_drop(*, actor: Actor, release_id: int, reason: str) -> Release:
    """Give a release up that nobody has approved. Raises as `release_approve`, and ReasonMissing."""
    return _end(actor, release_id, "drop", reason)


def release_withdraw(*, actor: Actor, release_id: int, reason: str) -> Release:
    """Give an approved one up while its embargo runs. Raises the same; GuardFailed once it is public."""
    return _end(actor, release_id, "withdraw", reason)


def _end(actor: Actor, release_id: int, action: str, reason: str) -> Release:
    policies.require(policies.may_make(actor))
    with transaction.atomic(), acting(actor.elevated()):
        row = Release.objects.select_for_update(of=("self",)).get(pk=release_id)
        transitions.apply(
            table=states.RELEASE, instance=row, action=action, actor=actor, reason=reason
        )
    return row


def _check_hour(public_from: dt.datetime, now: dt.datetime) -> None:
    """Raises Refused."""
    if public_from < now:
        raise Refused(_("公表日時が過ぎています。これからの日時にしてください。"))
    if public_from > now + dt.timedelta(days=MOST_DAYS):
        raise Refused(_("公表日時は90日以内にしてください。"))


def _check_figures(row: Release) -> None:
    """Raises Refused where the stored figures, or the facts beneath them, are not what was made."""
    if not verification(row).is_whole:
        raise Refused(
            _("保存した数値が、作ったときのものと一致しません。管理者に連絡してください。")
        )
    counted = columns(figures_at(watermark=row.watermark, as_of=row.as_of))
    stored = columns_of(row)
    differing = [
        change
        for change in changes(stored, counted)
        if change.indicator.split("/", maxsplit=1)[0] not in _FROM_ROOMS
    ]
    if differing:
        raise Refused(
            _(
                "作ったあとに、同じ時点の事実が加わりました（%(count)dか所）。取りやめて、"
                "もう一度作ってください。"
            )
            % {"count": len(differing)}
        )
