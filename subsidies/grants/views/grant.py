"""交付決定後の手続: the firm's page of a grant, and where a filing begins."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from portal.kernel.transitions import TransitionRefused
from portal.ui.acts import found_or_404
from portal.ui.parts import Row
from subsidies import grant_states
from subsidies.grants import kinds, policies, progress, states
from subsidies.grants.kinds import Kind
from subsidies.grants.models import Filing
from subsidies.grants.selectors import GrantDetail
from subsidies.grants.services import filing_begin
from subsidies.grants.views.common import (
    firm_crumbs,
    firm_only,
    firm_url,
    grant_or_404,
    say,
)
from subsidies.models import Grant


@firm_only
@require_safe
def grant(request: HttpRequest, public_id: object) -> HttpResponse:
    """Where the grant stands, what comes next, what may be filed, what was filed, the letters."""
    detail = grant_or_404(request, application__public_id=public_id)
    found = detail.grant
    context = {
        "grant": found,
        "state": grant_states.GRANT.state(found.status),
        "steps": progress.steps(found),
        "next_step": progress.next_step(detail),
        "procedures": [_procedure(detail, kind) for kind in kinds.fileable(found)],
        "filed": [_filed(filing) for filing in detail.filings if filing.submitted_at],
        "timeline": progress.timeline(detail),
        "amounts": _amounts(found),
        "breadcrumb": firm_crumbs(found),
    }
    return TemplateResponse(request, "grants/grant.html", context)


@firm_only
@require_POST
def begin(request: HttpRequest, public_id: object, kind: str) -> HttpResponse:
    """Begin a filing of that kind, or go on with the one that is open."""
    found = found_or_404(policies.get_grant, request.actor, application__public_id=public_id)
    try:
        filing = filing_begin(actor=request.actor, grant_id=found.pk, kind=kind)
    except TransitionRefused as refused:
        say(request, refused)
        return redirect(firm_url(found))
    return redirect(progress.filing_url(filing))


def _procedure(detail: GrantDetail, kind: Kind) -> dict[str, object]:
    """A procedure that is open to the firm, with the draft that it has begun."""
    filings = (item for item in detail.filings if item.status in states.GOING)
    mine = [item for item in filings if item.kind == kind.code]
    return {
        "kind": kind,
        "filing": mine[0] if mine else None,
        "url": progress.filing_url(mine[0]) if mine else "",
        "state": states.FILING.state(mine[0].status) if mine else None,
        "editable": bool(mine) and mine[0].status in states.EDITABLE,
    }


def _filed(filing: Filing) -> dict[str, object]:
    return {
        "filing": filing,
        "name": kinds.get(filing.kind).name,
        "state": states.FILING.state(filing.status),
    }


def _amounts(found: Grant) -> list[Row]:
    rows = [Row(_("交付決定額"), found.decided_yen)]
    if found.final_yen is not None:
        rows.append(Row(_("確定額"), found.final_yen))
    if found.paid_yen:
        rows.append(Row(_("支払済額"), found.paid_yen))
    if orders := found.recovery_set.all():
        rows.append(Row(_("返還を命じられた額"), sum(order.principal_yen for order in orders)))
        returned = sum(paid.yen for order in orders for paid in order.payments.all())
        rows.append(Row(_("返還済額（違約加算金・延滞金を含む）"), returned))
    return rows
