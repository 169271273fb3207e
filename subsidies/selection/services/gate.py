"""採択 before 交付決定: in a scored call only who was selected may be granted, and no more than that.

Registered with the core, which asks at the proposal and again at the approval.
"""

from collections.abc import Sequence

from django.urls import reverse
from django.utils.translation import gettext as _

from subsidies import gate
from subsidies.gate import Standing
from subsidies.models import Application, Call
from subsidies.selection import states
from subsidies.selection.models import Choice


def is_selected_first(application: Application) -> bool:
    """Whether the application's call is decided by a selection: a round with a scoring sheet."""
    return application.call.mode == Call.Mode.ROUND and bool(
        application.version.rules.get("scoring")
    )


@gate.register
def standings(applications: Sequence[Application]) -> dict[int, Standing]:
    """What the approved selection says of those in scored calls. One query."""
    scored = [application for application in applications if is_selected_first(application)]
    if not scored:
        return {}
    rows = Choice.objects.filter(
        application__in=scored, selection__status=states.APPROVED
    ).select_related("selection")
    chosen = {row.application_id: row for row in rows}
    return {
        application.pk: _standing(chosen.get(application.pk), _ranking_url(application.call_id))
        for application in scored
    }


def _standing(choice: Choice | None, url: str) -> Standing:
    if choice is None:
        return Standing(
            _("この公募は、採択が決定した申請だけ交付を起案できます。採択の決裁を待ってください。"),
            url=url,
        )
    if choice.status == states.WAITING:
        return Standing(_("この申請は補欠です。繰り上がるまで、交付の起案はできません。"), url=url)
    if choice.status == states.NOT_SELECTED:
        reason = choice.reason or _("審査の結果、採択の対象とならなかったため。")
        return Standing(
            _("この申請は採択されませんでした。不交付を起案してください。"), refusal=reason, url=url
        )
    if choice.selection.is_separate and choice.quotes_checked_at is None:
        return Standing(_("採択した申請の見積を確認してから、交付を起案してください。"), url=url)
    return Standing(most_yen=choice.amount_yen, url=url)


def _ranking_url(call_id: int) -> str:
    return reverse("selection:ranking", args=[call_id])
