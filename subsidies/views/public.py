"""Calls for everybody: what can be had, for whom, until when."""

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from portal.kernel import clock
from portal.kernel.actor import Hat
from portal.kernel.files.responses import file_response
from portal.kernel.files.services import FileUnavailable
from portal.ui.acts import found_or_404
from portal.ui.numbers import posted_number
from portal.ui.parts import Crumb
from programs import prefills
from programs.models import Ward
from subsidies import selectors
from subsidies.contents import rules_of
from subsidies.models import Call, DocumentTemplate, Scheme
from subsidies.rules import due
from subsidies.rules.scheme.papers import APPLICATION
from subsidies.services.templates import template_open


@login_not_required
@require_safe
def call_list(request: HttpRequest) -> HttpResponse:
    """使える支援を探す: open calls first, then those to come; filtered by ward and stage."""
    now = clock.now()
    ward = request.GET.get("ward", "")
    stage = request.GET.get("stage", "")
    calls = [
        call
        for call in selectors.open_calls(now, ward_id=posted_number(ward), coming=True)
        if posted_number(stage) in {None, call.version.scheme.stage}
    ]
    context = {
        "open_calls": [call for call in calls if call.opens_at <= now],
        "coming_calls": [call for call in calls if call.opens_at > now],
        "wards": Ward.objects.order_by("code"),
        "stages": Scheme.Stage.choices,
        "ward": ward,
        "stage": stage,
        "now": now,
    }
    return TemplateResponse(request, "subsidies/call_list.html", context)


@login_not_required
@require_safe
def call_detail(request: HttpRequest, call_id: int) -> HttpResponse:
    """One call: amount, dates, who may apply, what to prepare, how it goes."""
    call = found_or_404(selectors.call_detail, call_id)
    now, rules = clock.now(), rules_of(call.version)
    handed_out = selectors.handed_out(call.version.scheme_id)
    context = {
        "call": call,
        "breadcrumb": [
            Crumb(_("使える支援を探す"), reverse("subsidies:call_list")),
            Crumb(call.version.scheme.display_name),
        ],
        "scheme": call.version.scheme,
        "rules": rules,
        "application_form": rules.form(APPLICATION),
        "papers": [(item, item.code in handed_out) for item in rules.documents],
        "report_due": due.report_due(
            call.project_ends_on, days=rules.report_days, latest=rules.report_latest
        ),
        "is_open": call.opens_at <= now < call.closes_at,
        "is_coming": now < call.opens_at,
        "prefills": prefills.offers(request.actor) if request.actor.hat == Hat.FIRM else [],
    }
    return TemplateResponse(request, "subsidies/call_detail.html", context)


@login_not_required
@require_safe
def template(request: HttpRequest, call_id: int, code: str) -> HttpResponseBase:
    """ひな形 of a document that the call asks for, for everybody."""
    try:
        call = selectors.call_detail(call_id)
        stored, reader = template_open(scheme_id=call.version.scheme_id, code=code)
    except (Call.DoesNotExist, DocumentTemplate.DoesNotExist, FileUnavailable) as missing:
        raise Http404 from missing
    return file_response(stored, reader)
