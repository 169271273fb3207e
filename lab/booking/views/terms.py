"""Pages on which staff keep a lab: opening hours and closures, prices, quotas and rules of use."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from lab.booking import policies
from lab.booking.forms.staff import FeesForm, HoursForm, ImportForm, QuotaForm, SpanForm, TextForm
from lab.booking.forms.walk_in import OverridesForm
from lab.booking.models import Closure, FeeTable, Lab, Machine, Quota
from lab.booking.rules.calendars import MOST_BYTES
from lab.booking.selectors.calendar import week_of
from lab.booking.services import firms, imports, keeping, office
from lab.booking.services.conditions import agreement_of
from lab.booking.views.common import (
    denied,
    own_lab,
    readers,
    staff_crumbs,
    staff_only,
    staff_tabs,
    told,
)
from portal.kernel import clock
from portal.kernel.transitions import TransitionRefused
from portal.ui.acts import form_page


@readers
@require_http_methods(["GET", "HEAD", "POST"])
def closures(request: HttpRequest, public_id: object) -> HttpResponse:
    """開館・休館: hours by weekday, closures to come, one more, or a whole calendar."""
    lab = own_lab(request, public_id)
    may = policies.may_run(request.actor, lab)
    if request.method == "POST" and not may:
        raise Http404
    step = request.POST.get("step", "")
    forms = {
        "hours": HoursForm(request.POST if step == "hours" else None, initial=_hours(lab)),
        "close": SpanForm(request.POST if step == "close" else None),
        "import": ImportForm(
            *((request.POST, request.FILES) if step == "import" else (None, None)),
            machines=Machine.objects.filter(lab=lab),
        ),
    }
    form = forms.get(step)
    if form is not None and form.is_valid():
        try:
            _keep_open(request, lab, step, form)
        except TransitionRefused as error:
            form.add_error(None, str(error))
            denied(request, error, lab, step)
        else:
            return redirect("booking:closures", public_id)
    ahead = Closure.objects.filter(lab=lab, ends_at__gt=clock.now()).order_by("starts_at")
    page = Paginator(ahead, 50).get_page(request.GET.get("page"))
    context = {
        "lab": lab,
        "page": page,
        "forms": forms,
        "form": form,
        "may_run": may,
        "tabs": staff_tabs(lab, "closures"),
        "breadcrumb": staff_crumbs(lab, _("開館・休館")),
    }
    return form_page(request, "booking/closures.html", context)


def _keep_open(request: HttpRequest, lab: Lab, step: str, form: Any) -> None:
    """Raises Refused."""
    actor = request.actor
    if step == "hours":
        keeping.hours_save(actor=actor, lab_id=lab.pk, week=form.week)
        messages.success(request, _("開館時間を保存しました。"))
    elif step == "close":
        reason = form.cleaned_data["reason"]
        told(
            request,
            office.closure_add(actor=actor, lab_id=lab.pk, span=form.span, reason=reason),
        )
    else:
        content = form.cleaned_data["file"].read(MOST_BYTES + 1)
        made = imports.calendar_import(
            actor=actor, lab_id=lab.pk, content=content, machine_id=form.cleaned_data["target"]
        )
        _say_imported(request, made)


def _say_imported(request: HttpRequest, made: imports.Imported) -> None:
    """What became of the file: how many are new, changed, as they were, gone, and left out with why."""
    messages.success(
        request,
        _(
            "カレンダーを取り込みました。新しい予定%(made)d件、直した予定%(moved)d件、変わらない予定%(same)d件。"
        )
        % {"made": made.made, "moved": made.moved, "same": made.same},
    )
    if made.gone:
        text = ngettext(
            "カレンダーからなくなった予定%(n)d件をやめました。",
            "カレンダーからなくなった予定%(n)d件をやめました。",
            made.gone,
        )
        messages.success(request, text % {"n": made.gone})
    for line, reason in made.left_out:
        messages.warning(request, _left_out(line, reason))
    if more := made.left_out_count - len(made.left_out):
        text = ngettext(
            "ほかに%(n)d件の予定を除きました。", "ほかに%(n)d件の予定を除きました。", more
        )
        messages.warning(request, text % {"n": more})
    if made.affected:
        told(request, made.affected)


def _left_out(line: int, reason: str) -> str:
    reasons = {
        "repeats": _("このくり返し方は読めません。1件ずつの予定に書き出してください。"),
        "cancelled": _("取り消された予定です。"),
        "start": _("始まりの日時がありません。"),
        "time": _("日時の書き方が読めません。"),
        "zone": _("知らない時間帯（TZID）です。"),
        "order": _("終わりが始まりより前です。"),
    }
    return _("%(line)d行目の予定を除きました：%(reason)s") % {
        "line": line,
        "reason": reasons[reason],
    }


@staff_only
@require_POST
def closure_remove(request: HttpRequest, closure_id: int) -> HttpResponse:
    """休館をやめる."""
    labs = policies.staff_labs(request.actor)
    row = get_object_or_404(Closure.objects.select_related("lab"), pk=closure_id, lab__in=labs)
    try:
        office.closure_remove(actor=request.actor, closure_id=row.pk)
    except TransitionRefused as error:
        denied(request, error, row, "closure_remove")
        messages.error(request, str(error))
    else:
        messages.success(request, _("休館をやめました。"))
    return redirect("booking:closures", row.lab.public_id)


@readers
@require_http_methods(["GET", "HEAD", "POST"])
def fees(request: HttpRequest, public_id: object) -> HttpResponse:
    """料金・規約: the table that holds, the next one, quotas, the rules of use."""
    lab = own_lab(request, public_id)
    may = policies.may_run(request.actor, lab)
    if request.method == "POST" and not may:
        raise Http404
    step = request.POST.get("step", "")
    tables = list(FeeTable.objects.filter(lab=lab).prefetch_related("lines__machine"))
    machines_ = Machine.objects.filter(lab=lab).order_by("is_accessory", "category", "name")
    newest = agreement_of(lab)
    quotas = {row.of: row.hours for row in Quota.objects.filter(lab=lab)}
    forms = {
        "fees": FeesForm(
            request.POST if step == "fees" else None,
            machines=machines_,
            initial=_fees(tables[0] if tables else None),
        ),
        "quota": QuotaForm(request.POST if step == "quota" else None, initial=quotas),
        "overrides": OverridesForm(
            request.POST if step == "overrides" else None, initial={"overrides": lab.overrides}
        ),
        "rules": TextForm(
            request.POST if step == "rules" else None,
            initial={"text": newest.text if newest else ""},
        ),
    }
    form = forms.get(step)
    if form is not None and form.is_valid():
        try:
            _keep_terms(request, lab, step, form)
        except TransitionRefused as error:
            form.add_error(None, str(error))
            denied(request, error, lab, step)
        else:
            messages.success(request, _("保存しました。"))
            return redirect("booking:fees", public_id)
    context = {
        "lab": lab,
        "tables": tables,
        "agreement": newest,
        "forms": forms,
        "form": form,
        "may_run": may,
        "tabs": staff_tabs(lab, "fees"),
        "breadcrumb": staff_crumbs(lab, _("料金・規約")),
    }
    return form_page(request, "booking/fees.html", context)


def _keep_terms(request: HttpRequest, lab: Lab, step: str, form: Any) -> None:
    """Raises Refused."""
    given = form.cleaned_data
    if step == "fees":
        keeping.fees_publish(
            actor=request.actor,
            lab_id=lab.pk,
            valid_from=given["valid_from"],
            discount_percent=given["discount_percent"],
            waives_first=given["waives_first"],
            lines=form.lines,
        )
    elif step == "quota":
        keeping.quota_save(actor=request.actor, lab_id=lab.pk, hours=given)
    elif step == "overrides":
        keeping.overrides_save(actor=request.actor, lab_id=lab.pk, codes=given["overrides"])
    else:
        firms.agreement_publish(actor=request.actor, lab_id=lab.pk, text=given["text"])


def _fees(table: FeeTable | None) -> dict[str, Any]:
    if table is None:
        return {"discount_percent": 0, "waives_first": True}
    lines = {f"fee_{line.machine_id}": line.amount_yen for line in table.lines.all()}
    return {
        "discount_percent": table.discount_percent,
        "waives_first": table.waives_first,
        **lines,
    }


def _hours(lab: Lab) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for day, hours in week_of(lab).items():
        found |= {f"opens_{day}": hours[0][0], f"closes_{day}": hours[-1][1]}
    return found
