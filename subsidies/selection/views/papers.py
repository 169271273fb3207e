"""Downloads of the selection's papers; each leaves an audit row."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.http import require_safe

from portal.accounts.access import hat_required
from portal.kernel import audit
from portal.kernel.actor import Hat
from portal.kernel.files import names
from portal.letters.services import PDF
from subsidies import packages
from subsidies.selection import package, policies, services, states
from subsidies.selection.models import Selection
from subsidies.selection.services.kept import PAPERS, XLSX_TYPE
from subsidies.selection.views.pages import call_or_404

PACKAGE = "package.zip"
PACKAGE_NAME = "採択_決裁資料.zip"


@hat_required(Hat.WARD, Hat.AUDITOR)
@require_safe
def paper(request: HttpRequest, call_id: int, name: str) -> HttpResponseBase:
    """One paper of the call's proposed or approved selection; an approved one is the kept one."""
    call = call_or_404(request, call_id)
    run = (
        policies.visible_selections(request.actor)
        .select_related("call__version__scheme", "call__review", "prepared_by", "approved_by")
        .filter(call=call)
        .exclude(status=states.RETURNED)
        .first()
    )
    if run is None or name not in {*PAPERS, PACKAGE}:
        raise Http404
    try:
        with override("ja"):
            found = services.contents(actor=request.actor, run=run)
            if name != PACKAGE and name not in found:
                raise Http404
            answer = _answer(request, run, found, name)
    except FileNotFoundError:
        messages.error(request, _("この書類は、保存期間が終わったため開けません。"))
        return redirect("selection:ranking", call.pk)
    audit.record(
        actor=request.actor,
        action="selection.package_taken" if name == PACKAGE else "selection.results_exported",
        obj=run,
        detail={"paper": name, "sha256": run.sha256},
    )
    return answer


def _answer(
    request: HttpRequest, run: Selection, found: dict[str, bytes], name: str
) -> HttpResponse:
    if name == PACKAGE:
        content = package.package_zip(run, found, actor=request.actor)
        return packages.answer(content, PACKAGE_NAME)
    content_type = XLSX_TYPE if name.endswith(".xlsx") else PDF
    response = HttpResponse(found[name], content_type=content_type)
    response["Content-Disposition"] = names.content_disposition(PAPERS[name].file_name)
    response["Cache-Control"] = "private, no-store"
    return response
