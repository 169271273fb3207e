"""What would be proposed (起案) of each application: outcome, amount and reason, or why nothing.

In a scored call all three come from its approved selection (採択). Elsewhere a grant of the amount
that the rules give is proposed, with the reason typed for all.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import override

from portal.accounts.policies import person_id
from portal.kernel.actor import Actor
from programs.models import FirmMembership
from subsidies import states
from subsidies.bulk.services.drafts import Draft
from subsidies.models import Application, ApplicationVersion, Decision
from subsidies.selection import policies as selection_policies
from subsidies.selection import states as selection_states
from subsidies.selection.models import Choice
from subsidies.selection.services.gate import is_selected_first


@dataclass(frozen=True, slots=True)
class _Submitted:
    """The last submitted version: its number and the amount calculated for it (円)."""

    number: int
    yen: int


def drafts(actor: Actor, rows: Sequence[Application], reason: str) -> list[Draft]:
    """One for each application, in the same order. Four queries, however many there are."""
    own_firms = set(
        FirmMembership.objects.filter(user_id=person_id(actor)).values_list("firm_id", flat=True)
    )
    choices = {
        choice.application_id: choice
        for choice in selection_policies.visible_choices(actor)
        .filter(application__in=rows, selection__status=selection_states.APPROVED)
        .select_related("selection")
    }
    submitted = _submitted(rows)
    return [
        _draft(row, choices.get(row.pk), submitted[row.pk], reason, own=row.firm_id in own_firms)
        for row in rows
    ]


def _draft(
    application: Application, choice: Choice | None, last: _Submitted, reason: str, *, own: bool
) -> Draft:
    scored = choice is not None or is_selected_first(application)
    refusal = (
        _not_now(application, own=own)
        or (_not_selected_yet(choice) if scored else "")
        or (_("交付額が0円になります。1件ずつ起案してください。") if not last.yen else "")
    )
    if refusal:
        return Draft(application, reason=refusal)
    plan = _by_choice(choice) if choice else _plan(Decision.Outcome.GRANT, last.yen, reason)
    return Draft(application, seen=str(last.number), plan=plan)


def _plan(outcome: Decision.Outcome, yen: int, reason: str) -> dict[str, str | int]:
    return {"outcome": outcome.value, "amount_yen": yen, "reason": reason}


def _not_now(application: Application, *, own: bool) -> str:
    if application.status != states.REVIEWING:
        state = states.APPLICATION.state(application.status).label
        return _("審査中ではありません（%(state)s）。") % {"state": state}
    if own:
        return _("あなたが属する企業の申請です。ほかの職員に依頼してください。")
    return ""


def _not_selected_yet(choice: Choice | None) -> str:
    """Why a scored application cannot be proposed; "" for a selected and a rejected one."""
    if choice is None:
        return _("採択が決まっていません。順位を確かめ、採択の決裁を受けてください。")
    if choice.status == selection_states.WAITING:
        return _("補欠です。繰上げか補欠の終了を待ってください。")
    if (
        choice.status == selection_states.SELECTED
        and choice.selection.is_separate
        and choice.quotes_checked_at is None
    ):
        return _("見積の確認が済んでいません。採択の画面で確認してください。")
    return ""


def _by_choice(choice: Choice) -> dict[str, str | int]:
    """The selection's outcome. Japanese: the reason stands in the letter."""
    with override("ja"):
        if choice.status == selection_states.SELECTED:
            reason = choice.reason or _("審査の結果、採択されたため。")
            return _plan(Decision.Outcome.GRANT, choice.amount_yen, reason)
        reason = choice.reason or _("審査の結果、採択の対象とならなかったため。")
        return _plan(Decision.Outcome.REFUSE, 0, reason)


def _submitted(rows: Sequence[Application]) -> dict[int, _Submitted]:
    last = (
        ApplicationVersion.objects.filter(application__in=rows)
        .order_by("application_id", "-number")
        .distinct("application_id")
        .values_list("application_id", "number", "payload__calculation__subsidy_yen")
    )
    return {pk: _Submitted(number, int(yen)) for pk, number, yen in last}
