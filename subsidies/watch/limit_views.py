"""点検の基準: from where on the ward is told, who set it when and why."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from portal.accounts.access import hat_required, recent_authentication_required
from portal.kernel.actor import Hat
from portal.ui.acts import trying
from portal.ui.parts import Crumb
from subsidies.policies import CASE_ROLES
from subsidies.watch import policies, services
from subsidies.watch.limit_forms import LimitsForm
from subsidies.watch.models import Finding
from subsidies.watch.rules.limits import OF_KIND, STANDARD
from subsidies.watch.selectors.limits import as_limits, limits_of, limits_versions
from subsidies.watch.words import threshold, version_text

ward_only = hat_required(Hat.WARD, roles=CASE_ROLES)
MOST_VERSIONS = 50


@ward_only
@recent_authentication_required
@require_http_methods(["GET", "HEAD", "POST"])
def limits(request: HttpRequest) -> HttpResponse:
    """The ward's administrator sets them; other officials read them."""
    ward_id = request.actor.ward_id
    if ward_id is None:
        raise Http404
    now = limits_of([ward_id])[ward_id]
    may = policies.may_set_limits(request.actor)
    form = LimitsForm(request.POST or None, initial={**now.values(), "seen": now.number})
    if request.method == "POST":
        if not may:
            raise Http404
        if _saved(request, form):
            return redirect("watch:limits")
    context = {
        "rows": [(label, threshold(kind, now), threshold(kind, STANDARD)) for kind, label in KINDS],
        "version": version_text(now),
        "versions": [
            (row, [(label, threshold(kind, as_limits(row))) for kind, label in KINDS])
            for row in limits_versions(request.actor)[:MOST_VERSIONS]
        ],
        "form": form if may else None,
        "breadcrumb": [Crumb(_("気になる点"), reverse("watch:list")), Crumb(_("点検の基準"))],
    }
    status = 422 if form.errors else 200
    return TemplateResponse(request, "watch/limits.html", context, status=status)


KINDS: list[tuple[str, Any]] = [
    (code, label) for code, label in Finding.Kind.choices if code in OF_KIND
]


def _saved(request: HttpRequest, form: LimitsForm) -> bool:
    """Whether what was posted was taken; what was wrong stands on the form."""
    if not form.is_valid():
        return False
    with trying(request, form):
        services.limits_set(
            actor=request.actor,
            seen=form.cleaned_data["seen"],
            values=form.values,
            reason=form.cleaned_data["reason"],
        )
        messages.success(request, _("基準を変えました。これからの照合に使います。"))
        return True
    return False
