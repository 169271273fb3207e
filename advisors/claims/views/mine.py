"""Pages of the advisor on a telephone: the months, and one month's report and claim."""

import datetime as dt
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from advisors.claims import months, services, states
from advisors.claims.forms import MonthForm
from advisors.claims.policies import serves, visible_claims
from advisors.claims.selectors.lines import sheet_now, sheet_of
from advisors.claims.selectors.mine import open_months, own_claims
from advisors.claims.views.common import sheet_context
from advisors.views.common import advisor_only, tried
from portal.kernel import clock
from portal.ui.acts import form_page
from portal.ui.markup import era_month
from portal.ui.numbers import posted_number
from portal.ui.parts import Crumb
from programs.selectors import ward_name, ward_names


@advisor_only
@require_safe
def claims(request: HttpRequest) -> HttpResponse:
    """月の報告と請求: what is to be written, and what became of the others."""
    found = open_months(request.actor, clock.today())
    ready = next((row for row in found if row.is_over), None)
    context = {
        "next": ready,
        "open": found,
        "sent": [
            (row, months.slug(row.month), ward_name(row.ward_id))
            for row in own_claims(request.actor)
            if row.is_frozen
        ],
    }
    return TemplateResponse(request, "claims/mine.html", context)


@advisor_only
@require_http_methods(["GET", "HEAD", "POST"])
def month(request: HttpRequest, ward_id: int, month: str) -> HttpResponse:
    """One month: visits with their yen, the report, and out with both."""
    first = _month(request, ward_id, month)
    row = visible_claims(request.actor).filter(ward_id=ward_id, month=first).first()
    initial = {
        name: getattr(row, name) if row else "" for name in ("done", "findings", "next_month")
    }
    form = MonthForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid() and _kept(request, ward_id, first, form):
        return redirect("claims:month", ward_id, month)
    actor, today = request.actor, clock.today()
    if row and row.is_frozen:
        sheet = sheet_of(row)
    else:
        sheet = sheet_now(actor, ward_id=ward_id, month=first, name=actor.name, today=today)
    context = {
        **sheet_context(sheet),
        "claim": row,
        "form": form,
        "month": first,
        "slug": month,
        "ward": ward_name(ward_id),
        # Whoever was refused for a stale tab has been told, and may press again.
        "revision": row.revision if row else 0,
        "is_over": first < months.month_of(today),
        "opens_on": months.next_month(first),
        "may_write": row is None or row.status in states.EDITABLE,
        "breadcrumb": [
            Crumb(_("月の報告と請求"), reverse("claims:mine")),
            Crumb(era_month(first)),
        ],
    }
    return form_page(request, "claims/month.html", context)


def _kept(request: HttpRequest, ward_id: int, first: dt.date, form: MonthForm) -> bool:
    """Save or send. False leaves the page with its errors and what was typed."""
    sends = "submit" in request.POST
    act: Any = services.claim_submit if sends else services.report_save
    return tried(
        request,
        form,
        act,
        _("報告と請求を区に出しました。") if sends else _("報告の下書きを保存しました。"),
        ward_id=ward_id,
        month=first,
        report=form.report(),
        revision=_posted_revision(request),
    )


def _posted_revision(request: HttpRequest) -> int:
    return posted_number(request.POST.get("revision", "")) or 0


def _month(request: HttpRequest, ward_id: int, month: str) -> dt.date:
    """The first day of the address's month, up to this one. Raises Http404."""
    first = months.parse(month)
    if first is None or first > clock.today() or ward_id not in ward_names():
        raise Http404
    if not serves(request.actor, ward_id):
        raise Http404
    return first
