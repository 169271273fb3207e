"""資本関係: declared by the firm for itself, or by an official for a firm of the ward; ended with a reason."""

import uuid

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from portal.accounts.access import hat_required
from portal.kernel.actor import Hat
from portal.ui.parts import Crumb
from programs.models import Firm
from programs.policies import TIE_ROLES, may_declare_ties, visible_firms, visible_ties
from programs.services import ties
from programs.services.errors import Refused
from programs.tie_forms import EndForm, TieForm


@hat_required(Hat.FIRM)
@require_http_methods(["GET", "HEAD", "POST"])
def own_add(request: HttpRequest) -> HttpResponse:
    """The firm declares for itself."""
    return _add(request, get_object_or_404(visible_firms(request.actor)))


@hat_required(Hat.WARD, roles=TIE_ROLES)
@require_http_methods(["GET", "HEAD", "POST"])
def staff_add(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """An official declares for a firm of the ward."""
    return _add(request, get_object_or_404(visible_firms(request.actor), public_id=public_id))


@hat_required(Hat.FIRM, Hat.WARD)
@require_http_methods(["GET", "HEAD", "POST"])
def end(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """関係がなくなった."""
    rows = visible_ties(request.actor).filter(ended_on=None).select_related("firm")
    row = get_object_or_404(rows, public_id=public_id)
    if not may_declare_ties(request.actor, row.firm):
        raise Http404
    form = EndForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            ties.tie_end(actor=request.actor, tie_id=row.pk, **form.cleaned_data)
        except Refused as refused:
            form.add_error(None, str(refused.message))
        else:
            messages.success(request, _("資本関係がなくなったことを記録しました。"))
            return redirect(_home(request, row.firm))
    context = {
        "heading": _("資本関係がなくなったことを記録する"),
        "text": f"{row.get_kind_display()}　{row.other_name}",
        "submit": _("記録する"),
    }
    return _page(request, row.firm, form, context)


def _add(request: HttpRequest, firm: Firm) -> HttpResponse:
    form = TieForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            ties.tie_declare(actor=request.actor, firm_id=firm.pk, **form.cleaned_data)
        except Refused as refused:
            form.add_error(None, str(refused.message))
        else:
            messages.success(request, _("資本関係を記録しました。"))
            return redirect(_home(request, firm))
    context = {
        "heading": _("資本関係を申告する"),
        "text": _(
            "親会社・子会社や代表者が同じ企業は、取引の成立や共同受注の件数では、あわせて1社と数えます。"
            "互いを評価することもできません。"
        ),
        "submit": _("申告する"),
    }
    return _page(request, firm, form, context)


def _page(
    request: HttpRequest, firm: Firm, form: TieForm | EndForm, context: dict[str, object]
) -> HttpResponse:
    home = _home(request, firm)
    crumbs = [Crumb(_("企業情報"), home), Crumb(str(context["heading"]))]
    if request.actor.hat == Hat.WARD:
        crumbs = [
            Crumb(_("企業"), reverse("programs:firm_list")),
            Crumb(firm.name, reverse("programs:firm_card", args=[firm.public_id])),
            *crumbs,
        ]
    return TemplateResponse(
        request,
        "programs/tie_form.html",
        {"form": form, "firm": firm, "home": home, "breadcrumb": crumbs, **context},
        status=422 if form.errors else 200,
    )


def _home(request: HttpRequest, firm: Firm) -> str:
    if request.actor.hat == Hat.FIRM:
        return reverse("programs:firm_home")
    return reverse("programs:firm_profile", args=[firm.public_id])
