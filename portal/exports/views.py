"""Taking lists away: the stable address of a list's file, and the person's own exports."""

import uuid
from urllib.parse import urlencode

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from portal.accounts.access import hat_required, refuse
from portal.exports import policies, reports, services, work, writers
from portal.exports.models import ExportJob
from portal.kernel.files import names
from portal.kernel.files.responses import file_response
from portal.ui.acts import found_or_404
from portal.ui.parts import Crumb, Row

PER_PAGE = 20
REFRESH_SECONDS = 3


@require_http_methods(["GET", "HEAD", "POST"])
def file(request: HttpRequest, code: str, file_format: str) -> HttpResponseBase:
    """A small list at once; for a large one a page that asks, and its POST that orders it."""
    report = reports.find(code)
    if report is None or file_format not in writers.CONTENT_TYPES:
        raise Http404
    if not report.may(request.actor):
        return refuse(request)
    params = report.params(request.GET.dict())
    if request.method == "POST":
        return _order(request, report, params, file_format)
    try:
        services.require_ready(request.actor, report, params, file_format)
    except services.Refused as refusal:
        messages.error(request, str(refusal.message))
        return redirect("exports:list")
    total = report.count(request.actor, params)
    if total > services.ROWS_AT_ONCE:
        return TemplateResponse(
            request,
            "exports/order.html",
            {
                "report": report,
                "total": total,
                "file_format": file_format.upper(),
                "days": work.KEPT.days,
                "here": request.get_full_path(),
                "breadcrumb": _crumbs(str(report.title)),
            },
        )
    stream, name = services.take(
        actor=request.actor, report=report, params=params, file_format=file_format
    )
    response = FileResponse(stream, content_type=writers.CONTENT_TYPES[file_format])
    response["Content-Disposition"] = names.content_disposition(name)
    response["Cache-Control"] = "private, no-store"
    return response


def _order(
    request: HttpRequest, report: reports.Report, params: dict[str, str], file_format: str
) -> HttpResponse:
    try:
        made = services.export_order(
            actor=request.actor, code=report.code, params=params, file_format=file_format
        )
    except services.Refused as refusal:
        messages.error(request, str(refusal.message))
        return redirect("exports:list")
    return redirect("exports:job", made.public_id)


@hat_required(*policies.HATS)
@require_safe
def job_list(request: HttpRequest) -> HttpResponse:
    """The person's own exports, newest first."""
    rows = policies.visible_jobs(request.actor).order_by("-created_at")
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    entries = [(found, _title(found)) for found in page]
    return TemplateResponse(
        request, "exports/list.html", {"page": page, "entries": entries, "breadcrumb": _crumbs()}
    )


@hat_required(*policies.HATS)
@require_safe
def job(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """Where the export stands: progress, the file, or why there is none."""
    found = _job(request, public_id)
    working = found.phase == ExportJob.Phase.WORKING
    context = {
        "job": found,
        "title": _title(found),
        "rows": [Row(name, value) for name, value in found.params.items()],
        "working": working,
        "done": services.progress(found) if working else found.done,
        "again": _address(found),
        "breadcrumb": _crumbs(_title(found)),
    }
    response = TemplateResponse(request, "exports/job.html", context)
    if working:
        response["Refresh"] = str(REFRESH_SECONDS)
    return response


@hat_required(*policies.HATS)
@require_POST
def cancel(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """Stop it."""
    found = _job(request, public_id)
    try:
        services.export_cancel(actor=request.actor, public_id=found.public_id)
        messages.success(request, _("書き出しを中止しました。"))
    except services.Refused as refusal:
        messages.error(request, str(refusal.message))
    return redirect("exports:job", found.public_id)


@hat_required(*policies.HATS)
@require_safe
def download(request: HttpRequest, public_id: uuid.UUID) -> HttpResponseBase:
    """The finished file; each opening is recorded."""
    found = _job(request, public_id)
    try:
        opened, reader = services.open_file(actor=request.actor, public_id=found.public_id)
    except services.Refused as refusal:
        messages.error(request, str(refusal.message))
        return redirect("exports:job", found.public_id)
    assert opened.stored_file is not None
    return file_response(opened.stored_file, reader)


def _job(request: HttpRequest, public_id: uuid.UUID) -> ExportJob:
    return found_or_404(policies.get_job, request.actor, public_id=public_id)


def _title(found: ExportJob) -> str:
    report = reports.find(found.report)
    return str(report.title) if report else found.report


def _address(found: ExportJob) -> str:
    """Where the same list can be had again."""
    if reports.find(found.report) is None:
        return ""
    base = reverse("exports:file", args=[found.report, found.file_format])
    return f"{base}?{urlencode(found.params)}" if found.params else base


def _crumbs(last: str = "") -> list[Crumb]:
    if not last:
        return [Crumb(_("書き出し"))]
    return [Crumb(_("書き出し"), reverse("exports:list")), Crumb(last)]
