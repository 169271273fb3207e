"""Who may open the pages, and where they stand."""

from typing import Any

from django.http import Http404, HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from advisors.adoption import policies
from advisors.adoption.models import Tool
from advisors.models import Engagement
from advisors.policies import OFFICE_ROLES
from advisors.views.common import figures_readers, looked, noted, office_or_auditor, tried
from portal.accounts.access import hat_required
from portal.accounts.roles import FIRM_ROLES, Role
from portal.kernel.actor import Hat
from portal.ui.acts import found_or_404
from portal.ui.parts import Crumb

__all__ = ["figures_readers", "looked", "noted", "office_or_auditor", "tried"]

writers = hat_required(Hat.FIRM, Hat.SUPPORT, roles={*FIRM_ROLES, Role.ADVISOR})
readers = hat_required(
    Hat.FIRM,
    Hat.SUPPORT,
    Hat.WARD,
    Hat.AUDITOR,
    roles={*FIRM_ROLES, Role.ADVISOR, *OFFICE_ROLES, Role.AUDITOR},
)


def tool_of(request: HttpRequest, public_id: object) -> Tool:
    """A tool that the actor reads, or 404. A look from outside the firm leaves an audit row."""
    row = found_or_404(policies.get_tool, request.actor, public_id=public_id)
    _look(request, row)
    return row


def own_tool(request: HttpRequest, public_id: object) -> Tool:
    """A tool that the actor writes, or 404. Its forms show what is recorded: a look as well."""
    row = found_or_404(policies.get_tool, request.actor, public_id=public_id)
    require_writer(request, row.engagement)
    _look(request, row)
    return row


def _look(request: HttpRequest, row: Tool) -> None:
    if request.method != "POST" and not policies.is_firm(request.actor):
        looked(request, "adoption.viewed", row)


def require_writer(request: HttpRequest, engagement: Engagement) -> None:
    if not policies.may_write(request.actor, engagement):
        raise Http404


def support_url(request: HttpRequest, engagement: Engagement) -> str:
    """The page of the engagement for this person."""
    if policies.is_firm(request.actor):
        page = "support"
    else:
        page = "case" if policies.is_advisor(request.actor) else "engagement"
    return reverse(f"advisors:{page}", args=[engagement.public_id])


def case_crumbs(request: HttpRequest, engagement: Engagement, here: bool = False) -> list[Any]:
    """From the list to the tools of one engagement."""
    is_staff = not (policies.is_firm(request.actor) or policies.is_advisor(request.actor))
    first = Crumb(_("導入したツール"), reverse(f"adoption:{'list' if is_staff else 'mine'}"))
    name = _("自社の支援") if policies.is_firm(request.actor) else engagement.firm_name
    url = "" if here else reverse("adoption:case", args=[engagement.public_id])
    return [first, Crumb(name, url)]


def tool_crumbs(request: HttpRequest, row: Tool, here: str = "") -> list[Any]:
    """From the list to a tool, or to a page below it."""
    crumbs = case_crumbs(request, row.engagement)
    if not here:
        return [*crumbs, Crumb(row.name)]
    return [*crumbs, Crumb(row.name, reverse("adoption:tool", args=[row.public_id])), Crumb(here)]
