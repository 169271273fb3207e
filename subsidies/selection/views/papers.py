"""Downloads of the selection's papers; each leaves an audit row."""

from urllib.parse import quote

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import override
from django.views.decorators.http import require_safe

from portal.accounts.access import hat_required
from portal.exports.writers import CONTENT_TYPES, XLSX
from portal.kernel import audit
from portal.kernel.actor import Hat
from subsidies.selection import papers, policies, states
from subsidies.selection.models import Minutes, Selection
from subsidies.selection.views.pages import call_or_404

PDF = "application/pdf"
# The address's last part → its type and the name of the file.
NAMES = {
    "results.xlsx": (CONTENT_TYPES[XLSX], "審査結果一覧.xlsx"),
    "results.pdf": (PDF, "審査結果一覧.pdf"),
    "minutes.pdf": (PDF, "議事録.pdf"),
    "package.zip": ("application/zip", "採択_決裁資料.zip"),
}


@hat_required(Hat.WARD, Hat.AUDITOR)
@require_safe
def paper(request: HttpRequest, call_id: int, name: str) -> HttpResponse:
    """One paper of the call's proposed or approved selection."""
    call = call_or_404(request, call_id)
    run = (
        policies.visible_selections(request.actor)
        .select_related("call__version__scheme", "call__review", "prepared_by", "approved_by")
        .filter(call=call)
        .exclude(status=states.RETURNED)
        .first()
    )
    if run is None or name not in NAMES:
        raise Http404
    minutes = policies.visible_minutes(request.actor).filter(call=call).first()
    with override("ja"):
        content = _content(request, run, minutes, name)
    audit.record(
        actor=request.actor,
        action="selection.package_taken" if name == "package.zip" else "selection.results_exported",
        obj=run,
        detail={"paper": name, "sha256": run.sha256},
    )
    content_type, filename = NAMES[name]
    response = HttpResponse(content, content_type=content_type)
    response["Content-Disposition"] = (
        f"attachment; filename=\"{name}\"; filename*=UTF-8''{quote(filename)}"
    )
    return response


def _content(request: HttpRequest, run: Selection, minutes: Minutes | None, name: str) -> bytes:
    if name == "results.xlsx":
        return papers.results_xlsx(run)
    if name == "results.pdf":
        return papers.results_pdf(run)
    if name == "package.zip":
        return papers.package_zip(run, minutes, actor=request.actor)
    if minutes is None:
        raise Http404
    return papers.minutes_pdf(run, minutes)
