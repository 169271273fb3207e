"""現地調査: planned, carried out, followed up. Every step is the ward's."""

import datetime as dt
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.translation import gettext as _

from portal.kernel import clock, transitions
from portal.kernel.actor import Actor
from portal.kernel.files import services as files
from portal.kernel.files.rules import PHOTOS
from subsidies import grant_states
from subsidies.grants import policies, states
from subsidies.grants.models import SiteVisit, VisitPhoto
from subsidies.services import moves
from subsidies.services.errors import Refused

PURPOSE = "site_visit"
# A site is looked at while the project runs and, for what was bought, afterwards.
VISITABLE = grant_states.HOLDING


def visit_plan(
    *, actor: Actor, grant_id: int, planned_on: dt.date, visitors: str, purpose: str
) -> SiteVisit:
    """Plan a visit; the firm is told. Raises Refused, RoleMissing."""
    with transaction.atomic():
        grant = policies.get_grant(actor, lock=True, pk=grant_id)
        if states.REVIEWER.isdisjoint(transitions.roles_of(actor)):
            raise transitions.RoleMissing
        if grant.status not in VISITABLE:
            raise Refused(_("この補助事業は終わっているため、現地調査を予定できません。"))
        if not visitors.strip() or not purpose.strip():
            raise Refused(_("調査する人と調査の内容を入力してください。"))
        if planned_on < clock.today():
            raise Refused(_("調査の日は今日以降の日付にしてください。"))
        visit = SiteVisit.objects.create(
            grant=grant,
            ward_id=grant.ward_id,
            firm_id=grant.firm_id,
            planned_on=planned_on,
            visitors=visitors.strip(),
            purpose=purpose.strip(),
            created_by_id=moves.person(actor),
        )
        moves.tell(
            actor,
            visit,
            action="grants.visit_planned",
            event="grants.visit_planned",
            detail={"planned_on": planned_on.isoformat()},
            payload=_payload(visit),
        )
        return visit


def visit_record(
    *,
    actor: Actor,
    visit_id: int,
    visited_on: dt.date,
    findings: str,
    instruction: str = "",
    follow_up_on: dt.date | None = None,
) -> SiteVisit:
    """What was found; with an instruction the firm has to follow it up until its day.

    Raises Refused, StaleState, RoleMissing.
    """
    with transaction.atomic():
        visit = _locked(actor, visit_id)
        if visited_on > clock.today():
            raise Refused(_("調査した日は今日以前の日付にしてください。"))
        if not findings.strip():
            raise Refused(_("調査の結果を入力してください。"))
        told = instruction.strip()
        if told and (follow_up_on is None or follow_up_on <= clock.today()):
            raise Refused(_("指示するときは、対応の期日を明日以降の日付で入力してください。"))
        fields = {
            "visited_on": visited_on,
            "findings": findings.strip(),
            "instruction": told,
            "follow_up_on": follow_up_on if told else None,
        }
        _apply(actor, visit, "instruct" if told else "conclude", fields=fields)
        return visit


def visit_settle(*, actor: Actor, visit_id: int, outcome: str) -> SiteVisit:
    """The firm has done what it was told. Raises ReasonMissing, StaleState, RoleMissing."""
    with transaction.atomic():
        visit = _locked(actor, visit_id)
        _apply(actor, visit, "settle", reason=outcome, fields={"outcome": outcome.strip()})
        return visit


def visit_call_off(*, actor: Actor, visit_id: int, reason: str) -> SiteVisit:
    """取りやめ. Raises ReasonMissing, StaleState, RoleMissing."""
    with transaction.atomic():
        visit = _locked(actor, visit_id)
        _apply(actor, visit, "call_off", reason=reason, fields={"outcome": reason.strip()})
        return visit


def visit_photo_add(*, actor: Actor, visit_id: int, uploaded: UploadedFile) -> VisitPhoto:
    """A photo of the visit. Raises UploadRefused, Refused for one that was called off, RoleMissing."""
    visit = policies.visible_visits(actor).get(pk=visit_id)
    _require_open_to_photos(actor, visit)
    # Outside the transaction below: a refused file leaves its row, and inspecting takes a while.
    stored = files.store_upload(
        actor=actor,
        uploaded=uploaded,
        purpose=PURPOSE,
        ward_id=visit.ward_id,
        firm_id=None,
        rules=PHOTOS,
    )
    with transaction.atomic():
        visit = _locked(actor, visit_id)
        _require_open_to_photos(actor, visit)
        return VisitPhoto.objects.create(visit=visit, stored_file=stored)


def _require_open_to_photos(actor: Actor, visit: SiteVisit) -> None:
    if states.REVIEWER.isdisjoint(transitions.roles_of(actor)):
        raise transitions.RoleMissing
    if visit.status == states.CALLED_OFF:
        raise Refused(_("取りやめた調査には写真を加えられません。"))


def _locked(actor: Actor, visit_id: int) -> SiteVisit:
    rows = policies.visible_visits(actor).select_related("grant")
    return rows.select_for_update(of=("self",)).get(pk=visit_id)


def _apply(actor: Actor, visit: SiteVisit, action: str, **kwargs: Any) -> None:
    transitions.apply(
        table=states.VISIT,
        instance=visit,
        action=action,
        actor=actor,
        payload=_payload(visit),
        **kwargs,
    )


def _payload(visit: SiteVisit) -> dict[str, int]:
    return {
        "visit_id": visit.pk,
        "grant_id": visit.grant_id,
        "ward_id": visit.ward_id,
        "firm_id": visit.firm_id,
    }
