"""引継ぎ: the preview, the one step, and the paper."""

import datetime as dt
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from portal.duty import policies
from portal.duty.forms import HandOverForm
from portal.duty.models import HandOver
from portal.duty.selectors.handovers import to_hand_over, visible_hand_overs
from portal.duty.services.handovers import hand_over
from portal.duty.views.absences import officials_only
from portal.kernel import clock
from portal.ui.acts import form_page, found_or_404, trying
from portal.ui.numbers import posted_number
from portal.ui.parts import Crumb
from subsidies.obligations.selectors.handover import owners

SHOWN = 20


@officials_only
@require_http_methods(["GET", "HEAD", "POST"])
def handovers(request: HttpRequest) -> HttpResponse:
    """Choose whose, see what, give it on."""
    today, actor = clock.today(), request.actor
    people = owners(actor, today)
    asked = posted_number(request.GET.get("person", ""))
    giver = next((user for user, _here in people if user.pk == asked), None)
    present = [(user.pk, user.name) for user, here in people if here and user != giver]
    form = HandOverForm(request.POST or None, people=present)
    if request.method == "POST" and giver and form.is_valid():
        with trying(request, form):
            row = hand_over(
                actor=actor,
                giver_id=giver.pk,
                taker_id=form.cleaned_data["taker"],
                reason=form.cleaned_data["reason"],
                notes=form.cleaned_data["notes"],
                today=today,
            )
            messages.success(
                request,
                _("%(giver)sさんの%(count)d件を%(taker)sさんに引き継ぎました。")
                % {"giver": row.giver.name, "count": len(row.lines), "taker": row.taker.name},
            )
            return redirect("duty:handover_sheet", row.pk)
    context = {
        "form": form,
        "people": people,
        "giver": giver,
        "lines": to_hand_over(actor, giver.pk, today=today) if giver else [],
        "today": today,
        "may": policies.may_hand_over(actor),
        "earlier": visible_hand_overs(actor)[:SHOWN],
    }
    return form_page(request, "duty/handovers.html", context)


@officials_only
@require_safe
def handover_sheet(request: HttpRequest, handover_id: int) -> HttpResponse:
    """引継書, to be printed."""
    row: HandOver = found_or_404(visible_hand_overs(request.actor).get, pk=handover_id)
    context = {
        "row": row,
        "lines": [{**line, "day": _day(line)} for line in row.lines],
        "breadcrumb": [Crumb(_("引継ぎ"), reverse("duty:handovers")), Crumb(_("引継書"))],
    }
    return TemplateResponse(request, "duty/handover_sheet.html", context)


def _day(line: dict[str, Any]) -> dt.date | None:
    return dt.date.fromisoformat(line["due"]) if line["due"] else None
