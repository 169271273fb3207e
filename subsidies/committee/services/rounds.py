"""Running a review: its terms, its members, opening and closing."""

import datetime as dt
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from portal.accounts.models import User
from portal.accounts.roles import Role
from portal.accounts.selectors import people_with_role
from portal.kernel import audit, clock, transitions
from portal.kernel.actor import Actor
from portal.kernel.transitions import RoleMissing
from subsidies.committee import policies, states
from subsidies.committee.models import Assignment, Exclusion, ReviewRound, RoundMember
from subsidies.contents import rules_of
from subsidies.models import Call
from subsidies.services import moves
from subsidies.services.errors import Refused

# A committee that can discuss (港区要領: 7人以内; domain.md A6).
MOST_MEMBERS = 7


def require_office(actor: Actor) -> None:
    """Only who runs reviews. Raises RoleMissing."""
    if states.OFFICE.isdisjoint(transitions.roles_of(actor)):
        raise RoleMissing


def round_create(
    *, actor: Actor, call_id: int, due_on: dt.date, per_case: int = 3, is_blind: bool | None = None
) -> ReviewRound:
    """A review of the call. `is_blind` None: as the scheme says.

    Raises Call.DoesNotExist, Refused (no scoring sheet, one exists, the day has passed), RoleMissing.
    """
    require_office(actor)
    if actor.ward_id is None:
        raise RoleMissing
    with transaction.atomic():
        call = Call.objects.select_related("version").get(pk=call_id, ward_id=actor.ward_id)
        rules = rules_of(call.version)
        if rules.scoring is None:
            raise Refused(
                _("この制度には採点表がありません。先に制度の規則で採点表を決めてください。")
            )
        if ReviewRound.objects.filter(call=call).exists():
            raise Refused(_("この公募の審査はすでにあります。"))
        _check_terms(due_on, per_case)
        round_ = ReviewRound.objects.create(
            call=call,
            ward_id=call.ward_id,
            version=call.version,
            due_on=due_on,
            per_case=per_case,
            is_blind=rules.blind_review if is_blind is None else is_blind,
            created_by_id=moves.person(actor),
        )
        audit.record(
            actor=actor,
            action="committee.round_created",
            obj=round_,
            detail={"due_on": due_on, "per_case": per_case, "is_blind": round_.is_blind},
        )
        return round_


def round_change(
    *,
    actor: Actor,
    round_id: int,
    due_on: dt.date,
    per_case: int | None = None,
    is_blind: bool | None = None,
) -> ReviewRound:
    """Other terms. Once opened only the day can be moved. Raises Refused, RoleMissing."""
    require_office(actor)
    with transaction.atomic():
        round_ = policies.get_round(actor, lock=True, pk=round_id)
        per_case = round_.per_case if per_case is None else per_case
        is_blind = round_.is_blind if is_blind is None else is_blind
        _check_terms(due_on, per_case)
        if round_.status == states.CLOSED:
            raise Refused(_("この審査は終わっています。"))
        if round_.status != states.PLANNED and (per_case, is_blind) != (
            round_.per_case,
            round_.is_blind,
        ):
            raise Refused(_("審査を始めたあとに変えられるのは、採点の期限だけです。"))
        before = {"due_on": round_.due_on, "per_case": round_.per_case, "is_blind": round_.is_blind}
        after = {"due_on": due_on, "per_case": per_case, "is_blind": is_blind}
        changes = {
            name: [before[name], after[name]] for name in after if before[name] != after[name]
        }
        if not changes:
            return round_
        for name, value in after.items():
            setattr(round_, name, value)
        round_.save(update_fields=list(after))
        audit.record(actor=actor, action="committee.round_changed", obj=round_, changes=changes)
        return round_


def member_add(
    *, actor: Actor, round_id: int, user_id: int, is_chair: bool = False, vendors: str = ""
) -> RoundMember:
    """Put a committee member of the ward on the review, or change what is known of them.

    Raises Refused (opened, too many, not of this ward's committee), RoleMissing.
    """
    require_office(actor)
    with transaction.atomic():
        round_ = planned(actor, round_id)
        members = {member.user_id: member for member in round_.members.select_for_update()}
        today = clock.today()
        if not _candidates(round_, today).filter(pk=user_id).exists():
            raise Refused(_("この人は、この区の審査委員ではありません。"))
        if user_id not in members and len(members) >= MOST_MEMBERS:
            raise Refused(_("審査委員は%(most)d人までです。") % {"most": MOST_MEMBERS})
        if is_chair:
            RoundMember.objects.filter(round=round_, is_chair=True).update(is_chair=False)
        number = max((member.number for member in members.values()), default=0) + 1
        member, created = RoundMember.objects.update_or_create(
            round=round_,
            user_id=user_id,
            defaults={"is_chair": is_chair, "vendors": vendors.strip()},
            create_defaults={
                "ward_id": round_.ward_id,
                "number": number,
                "is_chair": is_chair,
                "vendors": vendors.strip(),
            },
        )
        audit.record(
            actor=actor,
            action="committee.member_added" if created else "committee.member_changed",
            obj=round_,
            detail={"user_id": user_id, "is_chair": is_chair},
        )
        return member


def member_remove(*, actor: Actor, round_id: int, member_id: int) -> None:
    """Take a member off a review that has not begun; the draw has to be made again.

    Raises RoundMember.DoesNotExist, Refused, RoleMissing.
    """
    require_office(actor)
    with transaction.atomic():
        round_ = planned(actor, round_id)
        member = round_.members.get(pk=member_id)
        user_id = member.user_id
        Assignment.objects.filter(member=member)._raw_delete("default")
        Exclusion.objects.filter(member=member)._raw_delete("default")
        RoundMember.objects.filter(pk=member.pk)._raw_delete("default")
        audit.record(
            actor=actor,
            action="committee.member_removed",
            obj=round_,
            detail={"user_id": user_id},
        )


def round_open(*, actor: Actor, round_id: int) -> ReviewRound:
    """審査を始める: the members are told. Raises GuardFailed, StaleState, RoleMissing."""
    return _move(actor, round_id, "open", "opened_at")


def round_close(*, actor: Actor, round_id: int) -> ReviewRound:
    """審査を終える, once nobody owes a sheet. Raises GuardFailed, StaleState, RoleMissing."""
    return _move(actor, round_id, "close", "closed_at")


@states.ROUND.guard("ready_to_open")
def _ready_to_open(round_: ReviewRound, actor: Actor) -> str | None:
    cases = round_.cases.all()
    if not cases:
        return _("先に案件を取り込み、審査委員を割り当ててください。")
    if not round_.members.filter(is_chair=True).exists():
        return _("委員長を1人決めてください。")
    served = set(
        round_.assignments.filter(status__in=states.LIVE).values_list("case_id", flat=True)
    )
    if bare := [case.number for case in cases if case.pk not in served]:
        numbers = _("、").join(str(number) for number in bare)
        return _("審査委員のいない案件があります（案件%(numbers)s）。") % {"numbers": numbers}
    if round_.due_on < clock.today():
        return _("採点の期限が過ぎています。先に期限を変えてください。")
    return None


@states.ROUND.guard("all_have_submitted")
def _all_have_submitted(round_: ReviewRound, actor: Actor) -> str | None:
    waiting = round_.assignments.filter(status__in=states.WAITING).count()
    if waiting:
        return _("まだ提出されていない採点票が%(count)d件あります。") % {"count": waiting}
    return None


def _check_terms(due_on: dt.date, per_case: int) -> None:
    if due_on < clock.today():
        raise Refused(_("採点の期限は、今日より後の日にしてください。"))
    if not 1 <= per_case <= 7:
        raise Refused(_("1件あたりの審査委員数は、1人から7人までです。"))


def planned(actor: Actor, round_id: int) -> ReviewRound:
    """The review, locked, as long as it has not begun. Raises Refused."""
    round_ = policies.get_round(actor, lock=True, pk=round_id)
    if round_.status != states.PLANNED:
        raise Refused(_("審査が始まっているため、変更できません。"))
    return round_


def _move(actor: Actor, round_id: int, action: str, moment: str) -> ReviewRound:
    with transaction.atomic():
        round_ = policies.get_round(actor, lock=True, pk=round_id)
        transitions.apply(
            table=states.ROUND,
            instance=round_,
            action=action,
            actor=actor,
            payload={"round_id": round_.pk, "call_id": round_.call_id},
            fields={moment: clock.database_now()},
        )
        return round_


def candidates(round_: ReviewRound, today: dt.date) -> list[User]:
    """Who may be put on the review: the ward's committee members."""
    return list(_candidates(round_, today).order_by("name", "pk"))


def _candidates(round_: ReviewRound, today: dt.date) -> Any:
    return people_with_role(round_.ward_id, [Role.COMMITTEE], today)
