"""不在・代理: the ward's absences, recording one, ending one."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from portal.accounts.access import hat_required
from portal.accounts.roles import Role
from portal.duty import policies
from portal.duty.forms import AbsenceForm
from portal.duty.selectors import absences as selectors
from portal.duty.services.absences import absence_end, absence_record
from portal.kernel import clock
from portal.kernel.actor import Hat
from portal.ui.acts import form_page, found_or_404, trying
from portal.ui.parts import Crumb

officials_only = hat_required(Hat.WARD, roles=policies.OFFICIALS)


@officials_only
@require_safe
def absences(request: HttpRequest) -> HttpResponse:
    """Who is away now and soon, and what was decided on the reader's behalf."""
    today, actor = clock.today(), request.actor
    rows = selectors.absences(actor, today)
    context = {
        "today": today,
        "rows": [(row, policies.may_record_for(actor, row.user_id)) for row in rows],
        "decided": selectors.decided_for(actor, today),
        "form": None,
    }
    return form_page(request, "duty/absences.html", context)


@officials_only
@require_http_methods(["GET", "HEAD", "POST"])
def absence_new(request: HttpRequest) -> HttpResponse:
    """Record an absence: the own, or an administrator somebody's who is ill."""
    actor, today = request.actor, clock.today()
    people = [(person.pk, person.name) for person in selectors.colleagues(actor, today)]
    form = AbsenceForm(
        request.POST or None,
        people=people,
        may_choose=actor.has_role(Role.WARD_ADMIN),
        initial={"user": actor.user_id},
    )
    if request.method == "POST" and form.is_valid():
        given = dict(form.cleaned_data)
        with trying(request, form):
            row = absence_record(
                actor=actor,
                user_id=given.pop("user", actor.user_id),
                deputy_id=given.pop("deputy"),
                **given,
            )
            messages.success(
                request,
                _("%(name)sさんの不在を登録しました。代理は%(deputy)sさんです。")
                % {"name": row.user.name, "deputy": row.deputy.name},
            )
            return redirect("duty:absences")
    crumbs = [Crumb(_("不在と代理"), reverse("duty:absences")), Crumb(_("不在を登録する"))]
    return form_page(request, "duty/absence_new.html", {"form": form, "breadcrumb": crumbs})


@officials_only
@require_POST
def absence_stop(request: HttpRequest, absence_id: int) -> HttpResponse:
    """End it now."""
    with trying(request):
        found_or_404(absence_end, actor=request.actor, absence_id=absence_id)
        messages.success(request, _("不在を終わりにしました。代理もいま終わりました。"))
    return redirect("duty:absences")
