"""The firm's own pages: which diagnoses there are, their results, risks to tick, throwing a draft away."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from portal.kernel import clock
from portal.kernel.transitions import TransitionRefused
from programs.diagnosis import policies, services, states, trying
from programs.diagnosis.forms import TicksForm
from programs.diagnosis.models import Diagnosis
from programs.diagnosis.risks import risks
from programs.diagnosis.rules.definition import built
from programs.diagnosis.selectors import own
from programs.diagnosis.selectors.steps import next_of
from programs.diagnosis.selectors.versions import in_force
from programs.diagnosis.views.common import firm_only, own_crumbs, refused, result_context, seen
from programs.diagnosis.views.pages import first_open


@firm_only
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """診断: what there is, what is begun, what came out so far."""
    sheets = in_force()
    rows = list(own.listed(request.actor)[: 10 * own.MOST_SHOWN])
    begun = {row.instrument: row for row in rows if row.status == states.DRAFT}
    latest: dict[str, Diagnosis] = {}
    for row in rows:
        if row.status == states.DONE:
            latest.setdefault(row.instrument, row)
    unfinished = next(iter(begun.values()), None)
    first = next((sheet for code, sheet in sheets.items() if code not in latest), None)
    context = {
        "sheets": [(sheet, begun.get(code), latest.get(code)) for code, sheet in sheets.items()],
        "unfinished": unfinished,
        "unfinished_name": sheets[unfinished.instrument].name if unfinished else "",
        "first": first,
        "trial": trying.current(request),
        "rows": [(row, sheets[row.instrument].name) for row in rows if row.status == states.DONE],
    }
    return TemplateResponse(request, "diagnosis/home.html", context)


@firm_only
@require_POST
def start(request: HttpRequest, instrument: str) -> HttpResponse:
    """始める, or go on."""
    try:
        row = services.diagnosis_start(actor=request.actor, instrument=instrument)
    except TransitionRefused as error:
        refused(request, error, None, "start")
        return redirect("diagnosis:home")
    return redirect("diagnosis:diagnosis", row.public_id)


@firm_only
@require_safe
def diagnosis(request: HttpRequest, public_id: object) -> HttpResponse:
    """The result; of a draft the first page that is not answered."""
    row = seen(request, public_id)
    if row.status == states.DRAFT:
        return redirect(first_open(row))
    context = result_context(request, row)
    sheet = context["told"].sheet
    actor = request.actor
    context |= {
        "steps": next_of(actor, sheet, row.result, clock.today()),
        "ticks": _ticks_form(row) if sheet.has_risks else None,
        "tick_count": len(row.ticks),
        "measure_count": sum(len(risk.measures) for risk in risks()),
        "consents": list(policies.visible_consents(actor).filter(diagnosis=row)),
        "may_share": policies.may_share(actor, row),
        "breadcrumb": own_crumbs(row, str(sheet.name)),
    }
    return TemplateResponse(request, "diagnosis/result.html", context)


@firm_only
@require_POST
def ticks(request: HttpRequest, public_id: object) -> HttpResponse:
    """備えを記録する."""
    row = seen(request, public_id)
    form = TicksForm(request.POST)
    if row.status == states.DONE and form.is_valid():
        services.ticks_save(actor=request.actor, diagnosis_id=row.pk, ticks=form.ticked())
        messages.success(request, _("備えを記録しました。"))
    return redirect(reverse("diagnosis:diagnosis", args=[public_id]) + "#risks")


@firm_only
@require_POST
def reminder(request: HttpRequest, public_id: object) -> HttpResponse:
    """1年後のお知らせを受け取る, or no longer."""
    row = seen(request, public_id)
    wanted = request.POST.get("wanted") == "yes"
    try:
        services.reminder_set(actor=request.actor, diagnosis_id=row.pk, wanted=wanted)
    except TransitionRefused as error:
        refused(request, error, row, "reminder")
    else:
        messages.success(
            request,
            _("1年後にお知らせします。") if wanted else _("1年後のお知らせをやめました。"),
        )
    return redirect(reverse("diagnosis:diagnosis", args=[public_id]) + "#again")


@firm_only
@require_http_methods(["GET", "HEAD", "POST"])
def discard(request: HttpRequest, public_id: object) -> HttpResponse:
    """入力を消す, after one question."""
    row = seen(request, public_id)
    name = str(built(row.questionnaire.definition).name)
    here = reverse("diagnosis:diagnosis", args=[public_id])
    if request.method == "POST":
        try:
            services.diagnosis_discard(actor=request.actor, diagnosis_id=row.pk)
        except TransitionRefused as error:
            refused(request, error, row, "discard")
            return redirect(here)
        messages.success(request, _("「%(name)s」の入力を消しました。") % {"name": name})
        return redirect("diagnosis:home")
    context = {
        "heading": _("「%(name)s」の入力を消しますか") % {"name": name},
        "text": _("入力した答えは元に戻せません。前に終えた診断の結果は残ります。"),
        "action_label": _("入力を消す"),
        "tone": "danger",
        "cancel_url": here,
        "breadcrumb": own_crumbs(row, name, _("入力を消す")),
    }
    return TemplateResponse(request, "ui/confirm.html", context)


def _ticks_form(row: Diagnosis) -> TicksForm:
    return TicksForm(
        initial={
            risk.code: [one.code for one in risk.measures if one.code in row.ticks]
            for risk in risks()
        }
    )
