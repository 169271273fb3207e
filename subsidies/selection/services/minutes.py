"""議事録: what the committee's meeting decided, with quorum and votes that add up."""

import datetime as dt
from collections.abc import Collection

from django.db import transaction
from django.utils.translation import gettext as _

from portal.kernel import audit, clock
from portal.kernel.actor import Actor
from portal.kernel.transitions import RoleMissing
from subsidies.selection import policies, rules, states
from subsidies.selection.models import Minutes, Selection
from subsidies.services import moves
from subsidies.services.errors import Refused


def minutes_keep(
    *,
    actor: Actor,
    call_id: int,
    held_on: dt.date,
    place: str,
    present: Collection[int],
    votes_for: int,
    votes_against: int,
    votes_abstained: int,
    remarks: str,
    chair_vote: str = "",
) -> Minutes:
    """Write or correct the minutes. `present` are members' numbers; `chair_vote` decides a tie.

    Raises Refused: no quorum (half of the members, 定足数), votes that are not those present, a tie
    that the chair has not decided (or was not there to), a casting vote without a tie, a day to
    come, or the selection is approved; RoleMissing.
    """
    if not policies.may_prepare(actor):
        raise RoleMissing
    if held_on > clock.today():
        raise Refused(_("開催日は今日までの日にしてください。"))
    if not place.strip() or not remarks.strip():
        raise Refused(_("場所と議事の要旨を入力してください。"))
    with transaction.atomic():
        call = policies.get_call(actor, lock=True, pk=call_id)
        if Selection.objects.filter(call=call, status=states.APPROVED).exists():
            raise Refused(_("採択が決定しているため、議事録は変更できません。"))
        members = dict(call.review.members.values_list("number", "is_chair"))
        there = sorted(set(present) & members.keys())
        if 2 * len(there) < len(members):
            raise Refused(
                _("定足数に足りません。委員%(all)d人の半数以上の出席が必要です。")
                % {"all": len(members)}
            )
        if votes_for + votes_against + votes_abstained != len(there):
            raise Refused(
                _("賛成・反対・棄権の合計を、出席した委員の数（%(count)d人）にしてください。")
                % {"count": len(there)}
            )
        is_there = any(members[number] for number in there)
        _check_vote(rules.vote(len(there), votes_for, votes_against), chair_vote, is_there)
        minutes, _created = Minutes.objects.update_or_create(
            call=call,
            defaults={
                "ward_id": call.ward_id,
                "held_on": held_on,
                "place": place.strip(),
                "present": there,
                "votes_for": votes_for,
                "votes_against": votes_against,
                "votes_abstained": votes_abstained,
                "chair_vote": chair_vote,
                "remarks": remarks.strip(),
                "kept_by_id": moves.person(actor),
                "kept_at": clock.database_now(),
            },
        )
        audit.record(
            actor=actor,
            action="selection.minutes_kept",
            obj=minutes,
            detail={"held_on": held_on.isoformat(), "present": len(there), "for": votes_for},
        )
        return minutes


def _check_vote(end: rules.Vote, chair_vote: str, is_there: bool) -> None:
    """The chair's casting vote belongs to a tie, and to no other vote. Raises Refused."""
    if chair_vote and end != rules.Vote.TIED:
        raise Refused(_("可否同数ではないため、委員長の決定は空欄にしてください。"))
    if end != rules.Vote.TIED:
        return
    if not is_there:
        raise Refused(_("可否同数ですが、委員長が出席していません。採決の記録を確かめてください。"))
    if chair_vote not in Minutes.ChairVote.values:
        raise Refused(_("可否同数です。委員長の決定を選んでください。"))
