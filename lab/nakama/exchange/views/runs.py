"""The page of a long calculation: how far it is, cancelling it, what came out."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from lab.nakama.exchange import policies, services
from lab.nakama.exchange.models import Run
from lab.nakama.exchange.selectors import runs as selectors
from lab.nakama.exchange.views import common
from portal.ui.acts import found_or_404
from portal.ui.parts import Crumb

REFRESH_SECONDS = 3


@common.readers
@require_http_methods(["GET", "HEAD", "POST"])
def run(request: HttpRequest, public_id: object) -> HttpResponse:
    """計算のようす. Reloads itself while it runs, without a script."""
    row = found_or_404(policies.get_run, request.actor, public_id=public_id)
    if request.method == "POST":
        done = _("計算を中止しました。何も変わっていません。")
        common.tried(request, None, services.run_cancel, done, run_id=row.pk)
        return redirect("exchange:run", row.public_id)
    found = selectors.watched(request.actor, row)
    is_working = row.phase == Run.Phase.WORKING
    context = {
        "found": found,
        "row": row,
        "is_working": is_working,
        "may_cancel": policies.may_cancel(request.actor, row),
        "outcome": selectors.outcome(row) if row.phase == Run.Phase.DONE else "",
        "breadcrumb": [Crumb(found.name, found.url), Crumb(_("計算のようす"))],
    }
    response = TemplateResponse(request, "exchange/run.html", context)
    if is_working:
        response["Refresh"] = str(REFRESH_SECONDS)
    return response
