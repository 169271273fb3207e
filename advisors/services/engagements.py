"""伴走支援: goals, phases, report, the end, and changes that another person approves."""

import datetime as dt
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop

from advisors import codes, policies, states
from advisors.models import Engagement, EngagementChange
from advisors.services import causes, moves, teams
from advisors.services.errors import Refused
from advisors.services.teams import Choice
from advisors.services.visits import visits_call_off
from portal.kernel import audit, clock, transitions
from portal.kernel.actor import Actor

# 支援策① names six months; longer than a year in all is no accompaniment any more.
MOST_DAYS_IN_ALL = 366
# Kept with visits that are called off, which the firm reads.
CLOSED = gettext_noop("支援が終わったため、訪問しません。")
REPLACED = gettext_noop(
    "担当の相談員が替わったため、訪問しません。新しい担当者が日程を相談します。"
)


@states.ENGAGEMENT.guard("report_written")
def _report_written(engagement: Engagement, actor: Actor) -> Any:
    if engagement.reported_at is None:
        return gettext_lazy("相談員の終了報告がまだありません。報告を受けてから終えてください。")
    return None


@states.CHANGE.guard("approver_is_not_proposer")
def _approver_is_not_proposer(change: EngagementChange, actor: Actor) -> Any:
    if change.proposed_by_id == actor.user_id:
        return gettext_lazy("自分が起案した変更は承認できません。ほかの決裁者に頼んでください。")
    return None


def goals_save(*, actor: Actor, engagement_id: int, goals: str) -> Engagement:
    """目標, by the team or the office. Raises Refused, RoleMissing, DoesNotExist."""
    with transaction.atomic():
        row = _open(actor, engagement_id)
        if not goals.strip():
            raise Refused(
                _("目標を入力してください。何を、いつまでに、どの数字で確かめるかを書きます。")
            )
        before, row.goals = row.goals, moves.told(goals)
        row.save(update_fields=["goals"])
        audit.record(
            actor=actor,
            action="advisors.goals_saved",
            obj=row,
            changes={"goals": [before, row.goals]},
        )
        return row


def phase_move(*, actor: Actor, engagement_id: int, action: str, reason: str = "") -> Engagement:
    """The next phase, or back to an earlier one with a reason.

    Raises StaleState, ReasonMissing, RoleMissing, KeyError for an unknown action.
    """
    with transaction.atomic():
        row = policies.get_engagement(actor, lock=True, pk=engagement_id)
        move = states.ENGAGEMENT.transition(action)
        if move.target not in states.PHASES:
            raise transitions.StaleState
        if policies.is_advisor(actor):
            _require_in_team(actor, row)
        transitions.apply(
            table=states.ENGAGEMENT,
            instance=row,
            action=action,
            actor=actor,
            reason=reason,
        )
        return row


def report_save(
    *, actor: Actor, engagement_id: int, result: str, figures: str, left_over: str
) -> Engagement:
    """終了報告 by the team, from the last phase on. Raises Refused, RoleMissing."""
    policies.require(policies.is_advisor(actor))
    with transaction.atomic():
        row = _open(actor, engagement_id)
        if row.status != states.MEASURE:
            raise Refused(_("終了報告は、効果測定の段階に進んでから書いてください。"))
        if not result.strip() or not figures.strip() or not left_over.strip():
            raise Refused(_("できたこと、数字で見た効果、残った課題と次の一歩を入力してください。"))
        row.result, row.figures = moves.told(result), moves.told(figures)
        row.left_over, row.reported_at = moves.told(left_over), clock.database_now()
        row.save(update_fields=["result", "figures", "left_over", "reported_at"])
        audit.record(actor=actor, action="advisors.report_saved", obj=row)
        return row


def engagement_finish(*, actor: Actor, engagement_id: int) -> Engagement:
    """支援を終える, once the report is there. Raises GuardFailed, StaleState, RoleMissing."""
    return _close(actor, engagement_id, "finish", "")


def engagement_end(*, actor: Actor, engagement_id: int, reason: str) -> Engagement:
    """途中で終える: nothing more is paid, a reason is enough. Raises ReasonMissing, StaleState."""
    return _close(actor, engagement_id, "end", reason)


def change_propose(
    *,
    actor: Actor,
    engagement_id: int,
    kind: str,
    reason: str,
    ends_on: dt.date | None = None,
    side: str = "",
    advisor_id: int | None = None,
) -> EngagementChange:
    """延長 or 交代, for another official to approve. Raises Refused, ReasonMissing, RoleMissing."""
    policies.require(policies.may_handle(actor))
    if not reason.strip():
        raise transitions.ReasonMissing
    with transaction.atomic():
        row = _open(actor, engagement_id)
        causes.require_others_support(actor, row, newcomer=advisor_id)
        if kind == EngagementChange.Kind.EXTEND:
            _check_extension(row, ends_on)
            side, advisor_id = "", None
        else:
            _check_replacement(row, side, advisor_id)
            _judge(actor, row, side, advisor_id or 0, reason)
            ends_on = None
        change = _create(actor, row, kind, reason, ends_on, side, advisor_id)
        moves.tell(
            actor,
            change,
            action="advisors.change_proposed",
            event="advisors.change_proposed",
            payload=_payload(change),
            detail={"kind": kind, "reason": change.reason},
        )
        return change


def change_approve(*, actor: Actor, change_id: int) -> EngagementChange:
    """Approve and carry out. Raises GuardFailed (the own proposal), Refused, StaleState."""
    with transaction.atomic():
        change = _change(actor, change_id)
        engagement = policies.get_engagement(actor, lock=True, pk=change.engagement_id)
        if not policies.is_open(engagement):
            raise Refused(_("この支援はもう終わっています。"))
        causes.require_others_support(actor, engagement, newcomer=change.advisor_id)
        transitions.apply(
            table=states.CHANGE,
            instance=change,
            action="approve",
            actor=actor,
            payload=_payload(change),
            fields={
                "decided_by_id": policies.person(actor),
                "decided_at": clock.database_now(),
            },
        )
        _carry_out(actor, change, engagement)
        return change


def change_reject(*, actor: Actor, change_id: int, reason: str) -> EngagementChange:
    """差し戻す, with a reason. Raises Refused, ReasonMissing, StaleState, RoleMissing."""
    with transaction.atomic():
        change = _change(actor, change_id)
        causes.require_others_support(actor, change.engagement, newcomer=change.advisor_id)
        fields = {
            "answer": moves.told(reason),
            "decided_by_id": policies.person(actor),
            "decided_at": clock.database_now(),
        }
        if change.proposed_by_id == actor.user_id:
            raise Refused(_approver_is_not_proposer(change, actor))
        transitions.apply(
            table=states.CHANGE,
            instance=change,
            action="reject",
            actor=actor,
            reason=reason,
            fields=fields,
        )
        return change


def _carry_out(actor: Actor, change: EngagementChange, engagement: Engagement) -> None:
    if change.ends_on is not None:
        before, engagement.ends_on = engagement.ends_on, change.ends_on
        engagement.save(update_fields=["ends_on"])
        days = [before.isoformat(), engagement.ends_on.isoformat()]
        audit.record(
            actor=actor, action="advisors.extended", obj=engagement, changes={"ends_on": days}
        )
        return
    advisor_id = change.advisor_id or 0
    chosen, made = _judge(actor, engagement, change.side, advisor_id, change.reason)
    teams.replace(actor, engagement, chosen[0], made, change.reason, clock.today())
    team = engagement.members.filter(until=None).values_list("user_id", flat=True)
    visits_call_off(actor=actor, engagement=engagement, reason=REPLACED, but=list(team))
    audit.record(
        actor=actor,
        action="advisors.replaced",
        obj=engagement,
        reason=change.reason,
        detail={"side": change.side, "advisor": advisor_id},
    )


def _judge(actor: Actor, row: Engagement, side: str, advisor_id: int, reason: str) -> Any:
    """The rule's word on a new person in one place; the other place stays."""
    other = row.members.filter(until=None).exclude(side=side).first()
    kept = other.advisor_id if other else 0
    it, floor = (advisor_id, kept) if side == codes.IT else (kept, advisor_id)
    return teams.judged(
        actor,
        row.request,
        Choice(it, floor, reason),
        clock.today(),
        ends_on=row.ends_on,
        without=row.pk,
        only=side,
    )


def _check_extension(row: Engagement, ends_on: dt.date | None) -> None:
    if ends_on is None or ends_on <= row.ends_on:
        raise Refused(_("新しい終了日は、いまの終了日より後の日にしてください。"))
    if (ends_on - row.starts_on).days > MOST_DAYS_IN_ALL:
        raise Refused(_("延長しても、支援は開始から1年までです。"))


def _check_replacement(row: Engagement, side: str, advisor_id: int | None) -> None:
    if side not in codes.SIDES or advisor_id is None:
        raise Refused(_("交代する役割と、新しい相談員を選んでください。"))
    if row.members.filter(until=None, side=side, advisor_id=advisor_id).exists():
        raise Refused(_("この人は、いまその役割を担当しています。"))


def _create(
    actor: Actor,
    row: Engagement,
    kind: str,
    reason: str,
    ends_on: dt.date | None,
    side: str,
    advisor_id: int | None,
) -> EngagementChange:
    try:
        with transaction.atomic():
            return EngagementChange.objects.create(
                engagement=row,
                ward_id=row.ward_id,
                firm_id=row.firm_id,
                kind=kind,
                reason=moves.told(reason),
                ends_on=ends_on,
                side=side,
                advisor_id=advisor_id,
                proposed_by_id=policies.person(actor),
            )
    except IntegrityError as twice:
        raise Refused(_("決裁を待っている変更があります。先にそちらを決めてください。")) from twice


def _close(actor: Actor, engagement_id: int, action: str, reason: str) -> Engagement:
    # Whoever only reads may not lock either.
    policies.require(policies.is_office(actor))
    with transaction.atomic():
        row = policies.get_engagement(actor, lock=True, pk=engagement_id)
        causes.require_others_support(actor, row)
        transitions.apply(
            table=states.ENGAGEMENT,
            instance=row,
            action=action,
            actor=actor,
            reason=reason,
            payload=payload_of(row),
            fields={"closed_on": clock.today(), "close_reason": moves.told(reason)},
        )
        visits_call_off(actor=actor, engagement=row, reason=reason or CLOSED)
        return row


def _open(actor: Actor, engagement_id: int) -> Engagement:
    """The engagement, locked. Raises DoesNotExist, RoleMissing, Refused when it is over."""
    policies.require(policies.is_advisor(actor) or policies.may_handle(actor))
    row = policies.get_engagement(actor, lock=True, pk=engagement_id)
    if policies.is_advisor(actor):
        _require_in_team(actor, row)
    if not policies.is_open(row):
        raise Refused(_("この支援はもう終わっています。"))
    return row


def _require_in_team(actor: Actor, row: Engagement) -> None:
    """Raises Refused for somebody who has left the team."""
    if not row.members.filter(user_id=policies.person(actor), until=None).exists():
        raise Refused(_("この支援の担当は、ほかの人に替わっています。"))


def _change(actor: Actor, change_id: int) -> EngagementChange:
    policies.require(policies.may_approve(actor))
    rows = policies.visible_changes(actor)
    change: EngagementChange = rows.select_for_update().get(pk=change_id)
    return change


def payload_of(row: Engagement) -> dict[str, Any]:
    """What the events of an engagement carry."""
    return {"engagement_id": row.pk, "ward_id": row.ward_id, "firm_id": row.firm_id}


def _payload(change: EngagementChange) -> dict[str, Any]:
    return {
        "change_id": change.pk,
        "engagement_id": change.engagement_id,
        "ward_id": change.ward_id,
        "firm_id": change.firm_id,
    }
