"""これからの提出: what a firm still has to hand in, over all its grants."""

from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from portal.accounts.access import hat_required
from portal.kernel import clock
from portal.kernel.actor import Hat
from portal.ui.markup import due_html
from portal.ui.parts import Crumb
from subsidies.obligations.selectors.listing import firm_assets, firm_rows
from subsidies.selectors.names import scheme_label

SHOWN = 200


@hat_required(Hat.FIRM)
@require_safe
def mine(request: HttpRequest) -> HttpResponse:
    """Every submission to come, the nearest first, each with the way to it."""
    today = clock.today()
    rows = [
        {
            "row": row,
            "about": row.grant.title or scheme_label(row.grant.application.scheme_name),
            "due": due_html(row.due_on, today=today),
            "url": reverse("grants:grant", args=[row.grant.application.public_id]),
        }
        for row in firm_rows(request.actor)[:SHOWN]
    ]
    context = {
        "rows": rows,
        "assets": firm_assets(request.actor),
        "breadcrumb": [Crumb(_("マイページ"), reverse("desk:my")), Crumb(_("これからの提出"))],
    }
    return TemplateResponse(request, "obligations/mine.html", context)
