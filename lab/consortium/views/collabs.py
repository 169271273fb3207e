"""共同開発: the list, a new one, one with its parties, contract and orders; counts by ward."""

from functools import partial
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from lab.consortium import collab_states as states
from lab.consortium import policies, services
from lab.consortium.forms import collabs as forms
from lab.consortium.forms.parts import ReasonForm
from lab.consortium.models import Collab, CollabParty
from lab.consortium.selectors import collabs as find
from lab.consortium.selectors import counts as figures
from lab.consortium.views import common
from lab.consortium.views.common import Deed
from portal.accounts.access import hat_required
from portal.accounts.roles import FIRM_ROLES, Role
from portal.kernel import clock
from portal.kernel.actor import Hat
from portal.ui.acts import form_page, found_or_404
from portal.ui.numbers import posted_number
from portal.ui.parts import Crumb
from programs.selectors import ward_names

readers = hat_required(
    Hat.FIRM,
    Hat.SUPPORT,
    Hat.WARD,
    Hat.AUDITOR,
    roles={*FIRM_ROLES, Role.LAB_STAFF, *common.OFFICE, Role.AUDITOR},
)


@readers
@require_safe
def collabs(request: HttpRequest) -> HttpResponse:
    """Joint developments the actor may see, the latest first."""
    context = {
        "rows": find.listed(request.actor)[: find.SHOWN],
        "is_staff": policies.is_staff(request.actor),
        "reads_all": policies.reads_all(request.actor),
    }
    return TemplateResponse(request, "consortium/collabs.html", context)


@common.staff_only
@require_http_methods(["GET", "HEAD", "POST"])
def collab_new(request: HttpRequest) -> HttpResponse:
    """共同開発を登録する."""
    form = forms.CollabForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        done = _("登録しました。次は、参加する企業を加えます。")
        row = common.tried(request, form, services.collab_add, done, **form.cleaned_data)
        if row is not None:
            return redirect("consortium:collab", row.public_id)
    heading = _("共同開発を登録する")
    context = {"form": form, "heading": heading, "breadcrumb": [_first(), Crumb(heading)]}
    return form_page(request, "consortium/collab_new.html", context)


@readers
@require_http_methods(["GET", "HEAD", "POST"])
def collab(request: HttpRequest, public_id: object) -> HttpResponse:
    """One joint development."""
    row = found_or_404(policies.get_collab, request.actor, public_id=public_id)
    parties = list(row.parties.all())
    is_staff = policies.is_staff(request.actor)
    deeds = common.offered(request, _deeds(row, parties) if is_staff else [])
    if request.method == "POST":
        if not is_staff:
            raise Http404
        if _removed(request, row) or common.did(request, deeds, collab_id=row.pk):
            return redirect("consortium:collab", public_id)
    year = clock.fiscal_year(row.contracted_on) if row.contracted_on else None
    context = {
        "row": row,
        "parties": parties,
        "independent": find.firms_counted(parties),
        "orders": list(row.orders.all()),
        "deeds": deeds,
        "form": common.bound(deeds),
        "is_staff": is_staff,
        "may_read_paper": not policies.is_official(request.actor),
        "year": year if row.status in states.COUNTED else None,
        "breadcrumb": [_first(), Crumb(row.title)],
    }
    return common.page(request, "consortium/collab.html", context)


def _deeds(row: Collab, parties: list[CollabParty]) -> list[Deed]:
    if row.status == states.PLANNED:
        choices = [(one.pk, one.name) for one in parties]
        contract = Deed(
            "contract",
            services.collab_contract,
            gettext_lazy("契約を記録する"),
            gettext_lazy("契約を記録し、企業に知らせました。"),
            partial(forms.ContractForm, parties=choices),
            primary=len(parties) > 1,
        )
        return [PARTY, contract, DROP]
    if row.status == states.CONTRACTED:
        return [DELIVER, ORDER, CANCEL]
    return [ORDER] if row.status == states.DELIVERED else []


PARTY = Deed(
    "party",
    services.party_add,
    gettext_lazy("企業を加える"),
    gettext_lazy("企業を加えました。"),
    forms.PartyForm,
)
DROP = Deed(
    "drop",
    services.collab_drop,
    gettext_lazy("契約に至らなかった"),
    gettext_lazy("記録しました。"),
    ReasonForm,
)
DELIVER = Deed(
    "deliver",
    services.collab_deliver,
    gettext_lazy("初回の納品を記録する"),
    gettext_lazy("初回の納品を記録しました。"),
    forms.DeliveredForm,
    primary=True,
)
ORDER = Deed(
    "order",
    services.order_add,
    gettext_lazy("追加の注文を記録する"),
    gettext_lazy("追加の注文を記録しました。件数は増えません。"),
    forms.OrderForm,
)
CANCEL = Deed(
    "cancel",
    services.collab_cancel,
    gettext_lazy("初回納品前の取消しを記録する"),
    gettext_lazy("取消しを記録しました。件数からも除きました。"),
    ReasonForm,
    danger=True,
)


def _removed(request: HttpRequest, row: Collab) -> bool:
    party_id = posted_number(request.POST.get("remove", ""))
    if party_id is None:
        return False
    given = {"collab_id": row.pk, "party_id": party_id}
    common.tried(request, None, services.party_remove, _("企業を外しました。"), **given)
    return True


@readers
@require_safe
def collab_file(request: HttpRequest, public_id: object) -> HttpResponseBase:
    """The contract: for its firms, the secretariat, the auditor."""
    row = found_or_404(policies.get_collab, request.actor, public_id=public_id)
    if row.contract_id is None or policies.is_official(request.actor):
        raise Http404
    return common.paper(request, row.contract_id)


@common.counts_readers
@require_safe
def counts(request: HttpRequest) -> HttpResponse:
    """Counts by ward: no names."""
    first, last = clock.fiscal_year_bounds(clock.fiscal_year(clock.today()))
    names = ward_names()
    lines = figures.by_ward(request.actor, first, last)
    context: dict[str, Any] = {
        "lines": [(names[line.ward_id], line) for line in lines],
        "year": clock.fiscal_year(first),
    }
    return TemplateResponse(request, "consortium/counts.html", context)


def _first() -> Crumb:
    return Crumb(_("共同開発"), reverse("consortium:collabs"))
