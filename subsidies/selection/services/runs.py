"""採択: one official proposes the ranking as it stands, another approves exactly that."""

from collections.abc import Collection
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import override

from portal.accounts.models import User
from portal.kernel import clock, transitions
from portal.kernel.actor import Actor
from portal.kernel.transitions import GuardFailed, ReasonMissing, RoleMissing, StaleState
from programs.models import FirmMembership
from subsidies import states as application_states
from subsidies.models import Application, Call
from subsidies.rules import snapshot
from subsidies.rules.ranking import Outcome
from subsidies.selection import policies, selectors, states
from subsidies.selection.models import Choice, Mark, Minutes, Selection
from subsidies.selection.services import kept
from subsidies.services import moves, ward_rules
from subsidies.services.errors import Refused


def selection_propose(
    *, actor: Actor, call_id: int, reason: str, seen: str | None = None, is_separate: bool = True
) -> Selection:
    """起案: freeze the ranking as it is now, with its digest.

    `seen` is the digest of what the official has read; another one raises StaleState. Raises
    Refused (not all have scored, nobody can be selected, one exists), GuardFailed (own firm),
    ReasonMissing, RoleMissing.
    """
    if not policies.may_prepare(actor):
        raise RoleMissing
    if not reason.strip():
        raise ReasonMissing
    with transaction.atomic():
        call = policies.get_call(actor, lock=True, pk=call_id)
        if Selection.objects.filter(call=call).exclude(status=states.RETURNED).exists():
            raise Refused(_("この公募には、すでに採択の案があります。"))
        _check_minutes(call)
        content, found = frozen(call, actor)
        if _are_of_a_firm((actor.user_id or 0,), content["lines"]):
            raise GuardFailed(
                _("申請した企業に属する人は、採択を起案できません。ほかの職員に依頼してください。")
            )
        if not found.is_scored:
            raise Refused(_("まだ採点が終わっていません。全員の提出を待ってください。"))
        if seen is not None and seen != snapshot.digest(content):
            raise StaleState(
                _("画面を開いた後に順位か予算が変わっています。もう一度確かめてください。")
            )
        if not found.count(Outcome.SELECTED):
            raise Refused(_("採択できる申請がありません。条件と予算を確かめてください。"))
        row = Selection.objects.create(
            call=call,
            ward_id=call.ward_id,
            is_separate=is_separate,
            budget_yen=found.terms.budget_yen,
            result=content,
            sha256=snapshot.digest(content),
            reason=reason.strip(),
            prepared_by_id=moves.person(actor),
        )
        moves.tell(
            actor,
            row,
            action="selection.proposed",
            event="selection.proposed",
            payload={"selection_id": row.pk, "call_id": call.pk},
            reason=reason.strip(),
            detail={"sha256": row.sha256, "selected": found.count(Outcome.SELECTED)},
        )
        return row


def _check_minutes(call: Call) -> None:
    """Where the meeting is on record it must have carried the selection. Raises Refused."""
    minutes = Minutes.objects.filter(call=call).first()
    if minutes is not None and not minutes.is_carried:
        raise Refused(
            _("議事録では、採択の案が可決されていません（出席した委員の過半数の賛成が必要です）。")
        )


def selection_approve(
    *, actor: Actor, selection_id: int, seen: str | None = None, reason: str = ""
) -> Selection:
    """決裁: what was proposed becomes the result; never by the person who proposed.

    `seen` is the digest the approver has read. Raises GuardFailed (own proposal, own firm, an
    application has changed or withdrawn, the budget no longer reaches, the sum of the list is above
    the approver's 専決), StaleState, RoleMissing.
    """
    with transaction.atomic():
        row = policies.get_selection(actor, lock=True, pk=selection_id)
        if seen is not None and seen != row.sha256:
            raise StaleState
        if not states.SELECTION.transition("approve").open_to(transitions.roles_of(actor)):
            raise RoleMissing
        if row.status != states.PROPOSED:
            raise StaleState
        if refusal := states.SELECTION.refusal(row, "approve", actor):
            raise GuardFailed(refusal)
        if refusal := ward_rules.over_limit(
            row.ward_id, actor, row.amount_yen, but={row.prepared_by_id}
        ):
            raise GuardFailed(refusal)
        Choice.objects.bulk_create(_choices(row))
        approved_at = clock.database_now()
        transitions.apply(
            table=states.SELECTION,
            instance=row,
            action="approve",
            actor=actor,
            reason=reason,
            detail={"sha256": row.sha256},
            payload={"selection_id": row.pk, "call_id": row.call_id},
            fields={
                "approved_by": User.objects.only("id", "name").get(pk=moves.person(actor)),
                "approved_at": approved_at,
                "document_numbers": kept.numbers_take(row, clock.to_date(approved_at)),
            },
        )
        return row


def selection_return(*, actor: Actor, selection_id: int, reason: str) -> Selection:
    """差し戻し by the approver, or taken back by the preparer: a new one may be proposed.

    Raises ReasonMissing, StaleState, RoleMissing.
    """
    with transaction.atomic():
        row = policies.get_selection(actor, lock=True, pk=selection_id)
        transitions.apply(
            table=states.SELECTION,
            instance=row,
            action="return_proposal",
            actor=actor,
            reason=reason,
            payload={"selection_id": row.pk, "call_id": row.call_id},
        )
        return row


def frozen(call: Any, actor: Actor) -> tuple[dict[str, Any], selectors.Ranking]:
    """The ranking and its frozen form, in Japanese whatever the official reads."""
    with override("ja"):
        found = selectors.ranking(call, actor=actor)
        return selectors.result(found), found


@states.SELECTION.guard("approver_is_another")
def _approver_is_another(row: Selection, actor: Actor) -> str | None:
    if row.prepared_by_id == actor.user_id:
        return _("起案した人は決裁できません。ほかの決裁者に依頼してください。")
    lines = row.result["lines"]
    if _are_of_a_firm(actor.persons, lines):
        return _("申請した企業に属する人は、採択を決定できません。ほかの職員に依頼してください。")
    if snapshot.digest(row.result) != row.sha256:
        return _("採択の案が照合値と一致しません。差し戻して、作り直してください。")
    if changed := _changed(lines):
        return _("起案の後に状態が変わった申請があります（%(numbers)s）。差し戻してください。") % {
            "numbers": _("、").join(changed[:5])
        }
    if held := _held(lines):
        return _(
            "起案の後に採択の対象から外された申請があります（%(numbers)s）。差し戻してください。"
        ) % {"numbers": _("、").join(held[:5])}
    if row.amount_yen > row.call.left_yen:
        return _("予算の残額を超えています。差し戻して、作り直してください。")
    return None


def _are_of_a_firm(people: Collection[int], lines: list[dict[str, Any]]) -> bool:
    """Whether one of the people acts or has acted for a firm that applied (除斥)."""
    firms = {line["firm_id"] for line in lines}
    of_firms = FirmMembership.objects.filter(firm_id__in=firms, user_id__in=people)
    return bool(of_firms.exists())


def _changed(lines: list[dict[str, Any]]) -> list[str]:
    """Receipt numbers of selected or waiting applications that are no longer in review."""
    wanted = [line for line in lines if line["outcome"] != Outcome.NOT_SELECTED]
    standing = dict(
        Application.objects.filter(
            pk__in=[line["application_id"] for line in wanted],
            status=application_states.REVIEWING,
        ).values_list("pk", "requested_yen")
    )
    return [
        line["receipt_no"]
        for line in wanted
        if standing.get(line["application_id"]) != line["wanted_yen"]
    ]


def _held(lines: list[dict[str, Any]]) -> list[str]:
    """Receipt numbers of selected or waiting applications that a mark has taken out since."""
    wanted = {
        line["application_id"]: line["receipt_no"]
        for line in lines
        if line["outcome"] != Outcome.NOT_SELECTED
    }
    marks = Mark.objects.filter(application__in=wanted, is_held=True, lifted_at=None)
    return [wanted[pk] for pk in dict.fromkeys(marks.values_list("application_id", flat=True))]


def _choices(row: Selection) -> list[Choice]:
    return [
        Choice(
            selection=row,
            ward_id=row.ward_id,
            firm_id=line["firm_id"],
            application_id=line["application_id"],
            status=line["outcome"],
            rank=line["rank"],
            wanted_yen=line["wanted_yen"],
            amount_yen=line["amount_yen"],
            reason=line["reason"][:300],
        )
        for line in row.result["lines"]
    ]
