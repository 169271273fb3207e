"""提出: a version is kept each time, and the course hears of a plan."""

from django.db import transaction
from django.utils.translation import gettext as _

from dojo.services.errors import Refused
from dojo.worksheets import policies, seats, states
from dojo.worksheets.models import Worksheet, WorksheetVersion
from dojo.worksheets.rules.building import built
from dojo.worksheets.rules.reading import problems
from dojo.worksheets.services import notices
from dojo.worksheets.sheets import PLAN, SHEETS
from portal.accounts.policies import person_id
from portal.kernel import clock, transitions
from portal.kernel.actor import Actor
from portal.kernel.transitions import RoleMissing


def worksheet_hand_in(*, actor: Actor, worksheet_id: int, revision: int | None) -> Worksheet:
    """講師に提出する. Raises Worksheet.DoesNotExist, RoleMissing, StaleState, Refused (unfinished, no course)."""
    with transaction.atomic():
        row = policies.visible_worksheets(actor).select_for_update().get(pk=worksheet_id)
        if not policies.is_own(actor, row):
            raise RoleMissing
        if row.enrolment_id is None:
            raise Refused(_("講座の期に結び付いていないワークシートは、提出できません。"))
        if not seats.own_seats(actor).filter(pk=row.enrolment_id).exists():
            raise Refused(_("この講座の受講は終わっているため、提出できません。"))
        if revision is not None and revision != row.revision:
            raise Refused(_("確認の後に内容が変わっています。もう一度確かめてください。"))
        found = problems(built(SHEETS[row.kind], row.content), row.content)
        if found:
            raise Refused(
                _("入力が残っています（%(count)d件）。直してから提出してください。")
                % {"count": len(found)}
            )
        version = WorksheetVersion.objects.create(
            worksheet=row,
            number=row.versions.count() + 1,
            content=row.content,
            confidential=row.confidential,
            handed_in_by_id=person_id(actor),
        )
        if row.kind == PLAN.code:
            seats.plan_is_handed_in(actor=actor, enrolment_id=row.enrolment_id, on=clock.today())
        notices.handed_in(actor, row, version)
        transitions.apply(
            table=states.WORKSHEET,
            instance=row,
            action="hand_in",
            actor=actor,
            detail={"version": version.number},
        )
        return row


def worksheet_reopen(*, actor: Actor, worksheet_id: int) -> Worksheet:
    """書き直す: what was handed in stays on record. Raises Worksheet.DoesNotExist, RoleMissing, StaleState."""
    with transaction.atomic():
        row = policies.visible_worksheets(actor).select_for_update().get(pk=worksheet_id)
        if not policies.is_own(actor, row):
            raise RoleMissing
        transitions.apply(table=states.WORKSHEET, instance=row, action="reopen", actor=actor)
        return row
