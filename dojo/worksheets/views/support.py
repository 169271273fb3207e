"""Pages of lecturers and advisors: lists, one sheet to read and comment, group work on the screen."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from dojo.worksheets import policies, seats, selectors, services, states
from dojo.worksheets.forms import MarkForm, RemarkForm
from dojo.worksheets.models import Worksheet
from dojo.worksheets.selectors import reading_of
from dojo.worksheets.services import sheet_read
from dojo.worksheets.sheets import SHEETS
from dojo.worksheets.views.common import (
    advisors,
    cohort_label,
    lecturers,
    outsiders,
    own_crumbs,
    readers,
    reading_context,
    refused,
    seen_sheet,
    shown,
)
from portal.kernel.actor import Hat
from portal.kernel.transitions import TransitionRefused
from portal.ui.numbers import posted_number
from portal.ui.parts import Crumb


@lecturers
@require_safe
def taught(request: HttpRequest) -> HttpResponse:
    """受講者のワークシート, those that wait for a word first."""
    cohorts = list(seats.taught(request.actor))
    asked = request.GET.get("cohort", "")
    chosen = next((item for item in cohorts if str(item.public_id) == asked), None)
    number = posted_number(request.GET.get("page", "")) or 1
    page = selectors.taught_page(request.actor, number, cohort_id=chosen.pk if chosen else None)
    context = {
        "cohorts": [
            (
                item,
                _("%(course)s 第%(number)d期")
                % {"course": item.course.display_name, "number": item.number},
            )
            for item in cohorts
        ],
        "chosen": chosen,
        "kinds": list(SHEETS.values()),
        "page": page,
        "rows": [(row, cohort_label(row)) for row in page],
        "waiting": selectors.waiting(request.actor).count(),
        "first": next((row for row in page if row.status == states.HANDED_IN), None),
    }
    return TemplateResponse(request, "worksheets/taught.html", context)


@advisors
@require_safe
def advised(request: HttpRequest) -> HttpResponse:
    """企業のワークシート: those of firms that let the advisor read."""
    page = selectors.advised_page(request.actor, posted_number(request.GET.get("page", "")) or 1)
    consents = {row.firm_id: row for row in policies.visible_consents(request.actor)}
    context = {"page": page, "rows": [(row, consents.get(row.firm_id)) for row in page]}
    return TemplateResponse(request, "worksheets/advised.html", context)


@outsiders
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def read(request: HttpRequest, public_id: object) -> HttpResponse:
    """One sheet; a comment, a mark or the wish to think again comes from the same page."""
    row = seen_sheet(request, public_id)
    kind = SHEETS[row.kind]
    act = request.POST.get("act", "")
    remark = RemarkForm(request.POST if act == "remark" else None, sheet=kind)
    mark = MarkForm(request.POST if act in {"mark", "return"} else None)
    if request.method == "POST" and _said(request, row, act, remark, mark):
        return redirect("worksheets:read", public_id)
    sheet_read(actor=request.actor, sheet=row)
    reading = shown(request, row)
    may_mark = policies.may_mark(request.actor, row)
    above = (
        Crumb(_("受講者のワークシート"), reverse("worksheets:taught"))
        if may_mark
        else Crumb(_("企業のワークシート"), reverse("worksheets:advised"))
    )
    is_auditor = request.actor.hat == Hat.AUDITOR
    context = {
        **reading_context(reading),
        "remark_form": remark,
        "mark_form": mark,
        "may_remark": policies.may_remark(request.actor, row),
        "may_mark": may_mark and row.status == states.HANDED_IN,
        "hides": bool(reading.hide),
        "remarks": [
            (said, str(step.title) if (step := kind.step(said.step)) else "")
            for said in policies.visible_remarks(request.actor).filter(worksheet=row)
        ],
        "versions": row.versions.all(),
        "breadcrumb": [Crumb(row.name)] if is_auditor else [above, Crumb(row.name)],
    }
    status = 422 if request.method == "POST" else 200
    return TemplateResponse(request, "worksheets/read.html", context, status=status)


def _said(
    request: HttpRequest, row: Worksheet, act: str, remark: RemarkForm, mark: MarkForm
) -> bool:
    """Whether what was said is on record now."""
    try:
        if act == "remark" and remark.is_valid():
            services.remark_write(
                actor=request.actor,
                worksheet_id=row.pk,
                step=remark.cleaned_data["step"],
                body=remark.cleaned_data["body"],
            )
            messages.success(request, _("コメントを残しました。"))
            return True
        if act == "mark" and mark.is_valid():
            services.worksheet_mark(
                actor=request.actor,
                worksheet_id=row.pk,
                grade=mark.cleaned_data["grade"],
                body=mark.cleaned_data["said"],
            )
            messages.success(request, _("講評を返しました。"))
            return True
        if act == "return" and mark.is_valid():
            services.worksheet_return(
                actor=request.actor, worksheet_id=row.pk, reason=mark.cleaned_data["said"]
            )
            messages.success(request, _("やり直しを頼みました。"))
            return True
    except TransitionRefused as error:
        refused(request, error, row, act)
    return False


@readers
@require_safe
def version(request: HttpRequest, public_id: object, number: int) -> HttpResponse:
    """A version as it was handed in."""
    row = seen_sheet(request, public_id)
    found = policies.visible_versions(request.actor).filter(worksheet=row, number=number).first()
    if found is None:
        raise Http404
    sheet_read(actor=request.actor, sheet=row, how=f"version {number}")
    hides = not policies.sees_figures(request.actor, row)
    row.content = found.content
    # What the firm keeps today stays kept in what it handed in before.
    kept = sorted({*found.confidential, *row.confidential})
    here = _("第%(number)d版") % {"number": number}
    own = policies.is_own(request.actor, row)
    above = Crumb(row.name, reverse("worksheets:read", args=[public_id]))
    context = {
        **reading_context(reading_of(row, hide=kept if hides else ())),
        "version": found,
        "breadcrumb": own_crumbs(row, here) if own else [above, Crumb(here)],
    }
    return TemplateResponse(request, "worksheets/version.html", context)


@lecturers
@never_cache
@require_safe
def group(request: HttpRequest, cohort_id: object, kind: str) -> HttpResponse:
    """グループワーク: one kind of a cohort for the screen in the room, without kept figures."""
    cohort = seats.taught(request.actor).filter(public_id=cohort_id).first()
    sheet = SHEETS.get(kind)
    if cohort is None or sheet is None:
        raise Http404
    rows = selectors.group_sheets(request.actor, cohort_id=cohort.pk, kind=kind)
    items = [
        reading_context(reading_of(row, hide=row.confidential))
        for row in rows.select_related("enrolment__cohort__course")
    ]
    services.group_read(
        actor=request.actor,
        cohort=cohort,
        kind=kind,
        sheet_ids=[item["row"].pk for item in items],
    )
    back = f"{reverse('worksheets:taught')}?cohort={cohort.public_id}"
    context = {
        "kind": sheet,
        "items": items,
        "breadcrumb": [Crumb(_("受講者のワークシート"), back), Crumb(_("グループワーク"))],
    }
    return TemplateResponse(request, "worksheets/group.html", context)
