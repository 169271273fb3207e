"""Officials and auditors look at firms."""

import uuid

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe
from django_tables2 import RequestConfig

from portal.accounts.access import hat_required
from portal.accounts.services import Refused as InvitationRefused
from portal.kernel import clock
from portal.kernel.actor import Hat
from portal.ui.parts import Crumb
from programs import reaching, selectors
from programs.filters import FirmFilter
from programs.forms import FirstOwnerForm
from programs.models import Firm
from programs.policies import (
    IMPORT_ROLES,
    Action,
    may,
    may_declare_ties,
    may_import,
    may_record_facts,
    may_record_mergers,
    visible_firms,
)
from programs.services import firms, people
from programs.tables import FirmTable
from programs.views.card import staff_tabs
from programs.views.rows import facts_with_state, firm_rows

ROWS_PER_PAGE = 25


@hat_required(Hat.WARD, Hat.AUDITOR)
@require_safe
def firm_list(request: HttpRequest) -> HttpResponse:
    """The firms of the ward; auditors see those of all wards."""
    across_wards = request.actor.hat == Hat.AUDITOR
    found = FirmFilter(request.GET or None, visible_firms(request.actor), across_wards=across_wards)
    listed = selectors.with_site_counts(found.qs, request.actor.ward_id)
    table = FirmTable(listed, today=clock.today())
    RequestConfig(request, paginate={"per_page": ROWS_PER_PAGE}).configure(table)
    return TemplateResponse(
        request,
        "programs/firm_list.html",
        {
            "filter": found,
            "query": request.GET.urlencode(),
            "table": table,
            "may_import": may_import(request.actor),
            "may_tell": reaching.may_tell(request.actor),
        },
    )


@hat_required(Hat.WARD, Hat.AUDITOR)
@require_safe
def firm_profile(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """企業情報: what the firm is and how to reach it. Looking at its contact data leaves a trace."""
    firm = _visible_firm(request, public_id)
    sites = selectors.open_sites(firm)
    if request.actor.hat == Hat.WARD:
        sites = sites.order_by("ward_id", "id")
    firms.record_view(actor=request.actor, firm=firm)
    return TemplateResponse(
        request,
        "programs/firm_profile.html",
        {
            "firm": firm,
            "tabs": staff_tabs(firm, "firm_profile"),
            "rows": firm_rows(firm),
            "sites": sites,
            "facts": facts_with_state(selectors.facts_of(request.actor, firm)),
            "may_record": may_record_facts(request.actor),
            "dead": reaching.dead_of(request.actor, firm),
            "ties": selectors.ties_of(request.actor, firm),
            "may_declare": may_declare_ties(request.actor, firm),
            "mergers": selectors.mergers_of(request.actor, firm),
            "may_merge": may_record_mergers(request.actor),
            "people_count": selectors.members(firm).count(),
            "may_invite": may(request.actor, Action.INVITE_FIRST_OWNER, firm),
            "breadcrumb": [
                Crumb(_("企業"), reverse("programs:firm_list")),
                Crumb(firm.name, reverse("programs:firm_card", args=[firm.public_id])),
                Crumb(_("企業情報・連絡先")),
            ],
        },
    )


@hat_required(Hat.WARD, roles=IMPORT_ROLES)
@require_http_methods(["GET", "POST"])
def first_owner(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """Invite the first owner of a firm that came from the ward's register."""
    firm = _visible_firm(request, public_id)
    if not may(request.actor, Action.INVITE_FIRST_OWNER, firm):
        raise Http404
    form = FirstOwnerForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            people.first_owner_invite(
                actor=request.actor,
                firm_id=firm.pk,
                email=form.cleaned_data["email"],
                now=clock.now(),
            )
        except (InvitationRefused, PermissionDenied):
            form.add_error(None, _("招待できませんでした。画面を開き直してください。"))
        else:
            messages.success(
                request,
                _("%(email)s に招待を送りました。72時間以内に受け取ってもらってください。")
                % form.cleaned_data,
            )
            return redirect("programs:firm_profile", firm.public_id)
    crumbs = [
        Crumb(_("企業"), reverse("programs:firm_list")),
        Crumb(firm.name, reverse("programs:firm_card", args=[firm.public_id])),
        Crumb(_("代表者の招待")),
    ]
    return TemplateResponse(
        request,
        "programs/firm_first_owner.html",
        {"form": form, "firm": firm, "breadcrumb": crumbs},
    )


def _visible_firm(request: HttpRequest, public_id: uuid.UUID) -> Firm:
    return get_object_or_404(visible_firms(request.actor), public_id=public_id)
