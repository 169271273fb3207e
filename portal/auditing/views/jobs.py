"""The long work: a case's bundle, a recount; how far it is, cancelling, taking the file."""

import uuid

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from portal.auditing import policies, recount, reports, services
from portal.auditing.bundle.packing import verify_script
from portal.auditing.forms import RecountForm
from portal.auditing.models import Job
from portal.auditing.views.common import (
    FORM,
    REFRESH_SECONDS,
    auditors,
    crumbs,
    stated_purpose,
)
from portal.kernel.files import names
from portal.kernel.files.responses import file_response
from portal.ui.acts import form_page, found_or_404, trying
from portal.ui.markup import fiscal_year_text
from portal.ui.parts import Crumb, Row
from programs.selectors import ward_name

PER_PAGE = 20
# Differences on the page; all of them are in the file.
MOST_SHOWN = 100


@auditors
@require_POST
def order_bundle(request: HttpRequest, receipt_no: str) -> HttpResponse:
    """案件の一式を作る; the page of the case says for which purpose it is looked at."""
    case = found_or_404(policies.get_case, request.actor, receipt_no)
    purpose = request.POST.get("purpose", "") or stated_purpose(request)
    with trying(request):
        made = services.bundle_order(actor=request.actor, case=case, purpose=purpose)
        return redirect("auditing:job", made.public_id)
    back = request.POST.get("back", "")
    safe = url_has_allowed_host_and_scheme(back, allowed_hosts=None)
    return redirect(back if safe else reverse("auditing:case", args=[receipt_no]))


@auditors
@require_http_methods(FORM)
def recount_list(request: HttpRequest) -> HttpResponse:
    """金額の再計算: those done, and ordering one."""
    form = RecountForm(request.POST or None, initial={"purpose": stated_purpose(request)})
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        with trying(request, form):
            made = services.recount_order(
                actor=request.actor,
                year=given["year"],
                ward_id=given["ward"],
                purpose=given["purpose"],
            )
            return redirect("auditing:recount", made.public_id)
    rows = policies.visible_jobs(request.actor).filter(kind=Job.Kind.RECOUNT)
    ordered = rows.select_related("created_by").order_by("-created_at")
    page = Paginator(ordered, PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "form": form,
        "page": page,
        "rows": [(row, _title(row)) for row in page],
    }
    return form_page(request, "auditing/recounts.html", context)


@auditors
@require_safe
def job(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """Where it stands: progress, the file or the numbers, or why there is none."""
    found = _job(request, public_id)
    working = found.phase == Job.Phase.WORKING
    done, total = services.progress(found) if working else (found.done, found.total)
    context = {
        "job": found,
        "title": _title(found),
        "working": working,
        "done": done,
        "total": total,
        "facts": [Row(_("監査の目的"), found.purpose)],
        "differences": [],
        "breadcrumb": _crumbs(found),
    }
    if found.kind == Job.Kind.RECOUNT and found.phase == Job.Phase.DONE:
        rows = reports.differences(request.actor, {"job": str(found.public_id)})
        context["differences"] = [
            (row, recount.STEPS.get(row.step, row.step), ward_name(row.ward_id))
            for row in rows[:MOST_SHOWN]
        ]
        context["more"] = max(0, rows.count() - MOST_SHOWN)
        context["numbers"] = _numbers(found)
    response = TemplateResponse(request, "auditing/job.html", context)
    if working:
        response["Refresh"] = str(REFRESH_SECONDS)
    return response


@auditors
@require_POST
def cancel(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """Stop it."""
    found = _job(request, public_id)
    with trying(request):
        services.job_cancel(actor=request.actor, public_id=found.public_id)
        messages.success(request, _("作業を中止しました。"))
    page = "auditing:recount" if found.kind == Job.Kind.RECOUNT else "auditing:job"
    return redirect(page, found.public_id)


@auditors
@require_safe
def download(request: HttpRequest, public_id: uuid.UUID) -> HttpResponseBase:
    """The finished bundle, for whoever ordered it; taking it is recorded."""
    found = _job(request, public_id)
    with trying(request):
        try:
            opened, reader = services.open_bundle(actor=request.actor, public_id=public_id)
        except PermissionDenied as denied:
            raise Http404 from denied
        assert opened.stored_file is not None
        return file_response(opened.stored_file, reader)
    return redirect("auditing:job", found.public_id)


@auditors
@require_safe
def verify(request: HttpRequest) -> HttpResponse:
    """verify.py afresh, for whoever doubts the one in a bundle."""
    response = HttpResponse(verify_script(), content_type="text/x-python; charset=utf-8")
    response["Content-Disposition"] = names.content_disposition("verify.py")
    response["X-Content-Type-Options"] = "nosniff"
    return response


def _job(request: HttpRequest, public_id: uuid.UUID) -> Job:
    return found_or_404(policies.get_job, request.actor, public_id=public_id)


def _numbers(found: Job) -> list[Row]:
    """What the recount came to."""
    names = {
        "cases": _("案件"),
        "figures": _("計算し直した額"),
        "same": _("一致"),
        "told": _("理由のある減額"),
        "wrong": _("一致しません"),
    }
    return [Row(name, f"{found.result[code]:,}") for code, name in names.items()]


def _title(found: Job) -> str:
    if found.application is not None:
        return _("案件の一式 %(number)s") % {"number": found.application.receipt_no}
    place = ward_name(found.ward_id) if found.ward_id else _("すべての区")
    year = fiscal_year_text(found.fiscal_year or 0)
    return _("金額の再計算 %(year)s %(place)s") % {"year": year, "place": place}


def _crumbs(found: Job) -> list[Crumb]:
    if found.application is None:
        return crumbs((_("金額の再計算"), "auditing:recounts"), _title(found))
    number = found.application.receipt_no or ""
    return [
        Crumb(_("案件を探す"), reverse("auditing:cases")),
        Crumb(number, reverse("auditing:case", args=[number])),
        Crumb(_("案件の一式")),
    ]
