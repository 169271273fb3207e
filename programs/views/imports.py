"""Importing a ward's register of firms: upload, look, confirm."""

import uuid
from functools import partial

from django.contrib import messages
from django.core.paginator import Paginator
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from portal.accounts.access import hat_required
from portal.kernel import clock
from portal.kernel.actor import Hat
from portal.kernel.files.services import UploadRefused
from portal.ui.parts import Crumb, Tab
from programs import tasks
from programs.forms import ImportForm
from programs.importing import workbook
from programs.models import ImportJob, ImportRow
from programs.policies import IMPORT_ROLES, visible_imports
from programs.services import imports
from programs.services.errors import Refused
from programs.views.rows import change_lines, row_lines

ROWS_PER_PAGE = 50
RECENT = 10
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
REFRESH_SECONDS = 3
Phase = ImportJob.Phase


@hat_required(Hat.WARD, roles=IMPORT_ROLES)
@require_http_methods(["GET", "POST"])
def start(request: HttpRequest) -> HttpResponse:
    """Take a workbook in and begin to read it."""
    form = ImportForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            job = imports.import_upload(actor=request.actor, uploaded=form.cleaned_data["file"])
        except UploadRefused as refusal:
            form.add_error("file", refusal.reason)
        else:
            _read(request, job)
            return redirect("programs:firm_import_job", job.public_id)
    recent = visible_imports(request.actor).select_related("created_by").order_by("-created_at")
    return TemplateResponse(
        request,
        "programs/firm_import.html",
        {"form": form, "recent": recent[:RECENT], "breadcrumb": _crumbs()},
    )


@hat_required(Hat.WARD, roles=IMPORT_ROLES)
@require_safe
def template(request: HttpRequest) -> HttpResponse:
    """The empty workbook to fill in."""
    response = HttpResponse(workbook.template(), content_type=XLSX)
    response["Content-Disposition"] = 'attachment; filename="firms.xlsx"'
    return response


@hat_required(Hat.WARD, roles=IMPORT_ROLES)
@require_safe
def job(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """Where the import stands: progress, preview, result."""
    found = _job(request, public_id)
    running = found.phase in {Phase.READING, Phase.IMPORTING}
    context = {
        "job": found,
        "running": running,
        "done": imports.progress(found) if running else 0,
        "breadcrumb": _crumbs(found.file_name),
    }
    if found.read_at:
        context |= _preview(request, found)
    response = TemplateResponse(request, "programs/firm_import_job.html", context)
    if running:
        response["Refresh"] = str(REFRESH_SECONDS)
    return response


@hat_required(Hat.WARD, roles=IMPORT_ROLES)
@require_POST
def confirm(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """Import exactly what was shown."""
    found = _job(request, public_id)
    try:
        imports.import_confirm(actor=request.actor, job_id=found.pk)
        _apply(request, found)
    except Refused as refusal:
        messages.error(request, refusal.message)
    return redirect("programs:firm_import_job", found.public_id)


@hat_required(Hat.WARD, roles=IMPORT_ROLES)
@require_POST
def cancel(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """Stop: before the import nothing has changed, in the middle of it nothing remains."""
    found = _job(request, public_id)
    try:
        imports.import_cancel(actor=request.actor, job_id=found.pk)
        messages.success(request, _("取込を中止しました。企業の登録内容は変わっていません。"))
    except Refused as refusal:
        messages.error(request, refusal.message)
    return redirect("programs:firm_import_job", found.public_id)


def _read(request: HttpRequest, job: ImportJob) -> None:
    """Read a small sheet now, have a large one read by a worker."""
    actor = request.actor
    if imports.may_read_at_once(job):
        work = partial(imports.import_read, actor=actor, job_id=job.pk)
        imports.settle(work, actor=actor, job_id=job.pk)
    else:
        transaction.on_commit(lambda: tasks.import_read.apply_async((job.pk,), actor=actor))


def _apply(request: HttpRequest, job: ImportJob) -> None:
    """Import a small sheet now, have a large one imported by a worker."""
    actor = request.actor
    if imports.is_small(job):
        work = partial(imports.import_apply, actor=actor, job_id=job.pk, today=clock.today())
        imports.settle(work, actor=actor, job_id=job.pk)
    else:
        transaction.on_commit(lambda: tasks.import_apply.apply_async((job.pk,), actor=actor))


def _job(request: HttpRequest, public_id: uuid.UUID) -> ImportJob:
    jobs = visible_imports(request.actor).select_related("created_by", "ward")
    found = jobs.filter(public_id=public_id).first()
    if found is None:
        raise Http404
    return found


def _preview(request: HttpRequest, found: ImportJob) -> dict[str, object]:
    """The rows of one outcome, the wrong ones first when there are any."""
    counts = found.counts
    present = [outcome for outcome in _ORDER if counts.get(outcome)]
    wanted = request.GET.get("outcome")
    shown = wanted if wanted in present else present[0]
    tabs = [
        Tab(
            label=str(outcome.label),
            url=f"?outcome={outcome.value}",
            count=counts[outcome],
            current=outcome == shown,
        )
        for outcome in present
    ]
    rows = found.rows.filter(outcome=shown)
    page = Paginator(rows, ROWS_PER_PAGE).get_page(request.GET.get("page"))
    for row in page:
        if not row.errors:
            row.described = change_lines(row.changes) or row_lines(row.values)
    return {
        "tabs": tabs,
        "outcome": shown,
        "query": f"job={found.public_id}&outcome={shown}",
        "page": page,
        "errors": counts.get(ImportRow.Outcome.ERROR, 0),
        "to_import": counts.get(ImportRow.Outcome.NEW, 0)
        + counts.get(ImportRow.Outcome.CHANGED, 0),
    }


_ORDER = (
    ImportRow.Outcome.ERROR,
    ImportRow.Outcome.NEW,
    ImportRow.Outcome.CHANGED,
    ImportRow.Outcome.KEPT,
    ImportRow.Outcome.ELSEWHERE,
    ImportRow.Outcome.SAME,
)


def _crumbs(last: str = "") -> list[Crumb]:
    crumbs = [Crumb(_("企業"), reverse("programs:firm_list"))]
    if not last:
        return [*crumbs, Crumb(_("企業名簿の取込"))]
    return [*crumbs, Crumb(_("企業名簿の取込"), reverse("programs:firm_import")), Crumb(last)]
