"""What the pages share: the year and ward of an address, refusals, crumbs."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from kpi import selectors
from kpi.policy import policies, states
from kpi.policy.models import Sheet
from kpi.views.common import YEARS, asked_ward, staff_only
from portal.accounts.access import hat_required
from portal.kernel import audit, clock
from portal.kernel.actor import Hat
from portal.kernel.transitions import TransitionRefused
from portal.ui.acts import found_or_404
from portal.ui.numbers import posted_number
from portal.ui.parts import Crumb

staff = staff_only
writers = hat_required(Hat.WARD, roles=states.WRITERS)
confirmers = hat_required(Hat.WARD, roles=states.CONFIRMERS)


def asked_year(request: HttpRequest) -> int:
    """The fiscal year of the address, else this one. Raises Http404 for what the calendar does not have."""
    given = request.GET.get("year", "")
    if not given:
        return clock.fiscal_year(clock.today())
    year = posted_number(given)
    if year not in YEARS:
        raise Http404
    return year


def shown_ward(request: HttpRequest) -> int | None:
    """The ward of the address; without one the own ward for officials, all wards for the others."""
    if "ward" not in request.GET and request.actor.hat == Hat.WARD:
        return request.actor.ward_id
    return asked_ward(request)


def years() -> list[int]:
    """The fiscal years with figures, this one first."""
    this_year = clock.fiscal_year(clock.today())
    first = selectors.coverage().first_year or this_year
    return list(range(this_year, min(first, this_year) - 1, -1))


def seen_sheet(request: HttpRequest, public_id: object) -> Sheet:
    """A visible sheet; 404 otherwise."""
    return found_or_404(policies.get_sheet, request.actor, public_id=public_id)


def refused(request: HttpRequest, error: TransitionRefused, obj: Any, act: str) -> None:
    """Say why above the page, and leave it in the audit trail."""
    messages.error(request, str(error))
    denied(request, error, obj, act)


def denied(request: HttpRequest, error: Exception, obj: Any, act: str) -> None:
    """Every refusal leaves its row."""
    audit.record(
        actor=request.actor,
        action="policy.refused",
        obj=obj,
        ward_id=request.actor.ward_id,
        reason=str(error),
        detail={"act": act},
    )


def crumbs(sheet: Sheet | None, here: str) -> list[Crumb]:
    found = [Crumb(_("事務事業評価"), reverse("policy:sheets"))]
    if sheet is not None:
        found.append(
            Crumb(sheet.get_package_display(), reverse("policy:sheet", args=[sheet.public_id]))
        )
    return [*found, Crumb(here)]


def file_response(content: bytes, content_type: str, name: str) -> HttpResponse:
    response = HttpResponse(content, content_type=content_type)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["Cache-Control"] = "private, no-store"
    return response
