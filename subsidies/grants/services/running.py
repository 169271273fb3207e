"""遅延等への指示, 遂行状況報告の求め and their answers."""

import datetime as dt

from django.db import transaction
from django.utils.translation import gettext as _

from portal.kernel import clock, transitions
from portal.kernel.actor import Actor
from subsidies.grants import policies, states
from subsidies.grants.kinds import get
from subsidies.grants.kinds.running import DELAY, PROGRESS
from subsidies.grants.models import Filing, ProgressRequest, Ruling, open_request
from subsidies.grants.services.changes import grant_replan
from subsidies.grants.services.filings import on_submit
from subsidies.grants.services.rulings import effect
from subsidies.services import moves
from subsidies.services.errors import Refused


@effect(DELAY)
def instruct(actor: Actor, ruling: Ruling) -> None:
    """遅延の指示: a new end of the project moves the report's due day with it.

    Raises StaleState when the end has moved since the proposal.
    """
    if ruling.terms["ends_on"] != ruling.grant.project_ends_on.isoformat():
        raise transitions.StaleState
    if new := ruling.terms.get("new_ends_on"):
        grant_replan(ruling.grant, yen=ruling.grant.decided_yen, ends_on=dt.date.fromisoformat(new))


@on_submit(PROGRESS)
def answer(actor: Actor, filing: Filing) -> None:
    """The report answers the request that waits; a mended one answers nothing new."""
    request = open_request(filing.grant)
    if request is not None:
        _apply(actor, request, "answer", fields={"filing_id": filing.pk})


def progress_request(
    *, actor: Actor, grant_id: int, question: str, due_on: dt.date
) -> ProgressRequest:
    """遂行状況報告の求め. Raises Refused while one waits or when the day has gone, RoleMissing."""
    with transaction.atomic():
        grant = policies.get_grant(actor, lock=True, pk=grant_id)
        if states.REVIEWER.isdisjoint(transitions.roles_of(actor)):
            raise transitions.RoleMissing
        if grant.status not in get(PROGRESS).grant_states:
            raise Refused(_("いまの段階では、遂行状況の報告を求められません。"))
        if not question.strip():
            raise Refused(_("報告してほしいことを入力してください。"))
        if due_on <= clock.today():
            raise Refused(_("期日は明日以降の日付にしてください。"))
        going = [states.DRAFT, *states.OPEN]
        if open_request(grant) or grant.filings.filter(kind=PROGRESS, status__in=going).exists():
            raise Refused(_("前に求めた報告が終わっていません。先にそちらを終えてください。"))
        request = ProgressRequest.objects.create(
            grant=grant,
            ward_id=grant.ward_id,
            firm_id=grant.firm_id,
            question=question.strip(),
            due_on=due_on,
            requested_by_id=moves.person(actor),
        )
        moves.tell(
            actor,
            request,
            action="grants.progress_requested",
            event="grants.progress_requested",
            detail={"due_on": due_on.isoformat()},
            payload=_payload(request),
        )
        return request


def progress_request_recall(*, actor: Actor, request_id: int, reason: str) -> ProgressRequest:
    """取りやめ. Raises ReasonMissing, StaleState, RoleMissing."""
    with transaction.atomic():
        request = (
            policies.visible_requests(actor).select_for_update(of=("self",)).get(pk=request_id)
        )
        _apply(actor, request, "recall", reason=reason)
        return request


def _apply(actor: Actor, request: ProgressRequest, action: str, **kwargs: object) -> None:
    transitions.apply(
        table=states.REQUEST,
        instance=request,
        action=action,
        actor=actor,
        payload=_payload(request),
        **kwargs,  # type: ignore[arg-type]
    )


def _payload(request: ProgressRequest) -> dict[str, int]:
    return {
        "request_id": request.pk,
        "grant_id": request.grant_id,
        "ward_id": request.ward_id,
        "firm_id": request.firm_id,
    }
