"""年次の権限確認: who still needs which role, decided for several at once."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from portal.accounts import hats, policies, selectors, services
from portal.accounts.access import recent_authentication_to_post
from portal.accounts.forms import ConfirmationForm
from portal.accounts.models import AssignmentQuerySet
from portal.accounts.views.people import PAGE_SIZE, managers_only
from portal.kernel import audit, clock

ALL = "all"


@managers_only
@recent_authentication_to_post
@require_http_methods(["GET", "POST"])
def confirm(request: HttpRequest) -> HttpResponse:
    """The roles that wait for a confirmation, or (show=all) every role here.

    What is shown comes with the POST as well, not with its address: one that was put aside until
    the person has proven who they are is carried out only at an address without a query.
    """
    everything = selectors.held(request.actor, clock.today())
    form = ConfirmationForm(
        request.POST if request.method == "POST" else None,
        choices=everything,
        ending="end" in request.POST,
    )
    if form.is_bound and form.is_valid() and _decided(request, form):
        query = {"show": ALL} if _shows_all(request) else None
        return redirect(reverse("people:confirm", query=query))
    return render(request, "accounts/confirm.html", _context(request, form, everything))


def _decided(request: HttpRequest, form: ConfirmationForm) -> bool:
    """Confirm or end what was ticked; a refusal is added to the form."""
    chosen = [assignment.pk for assignment in form.cleaned_data["roles"]]
    acts = {"actor": request.actor, "assignment_ids": chosen, "now": clock.now()}
    try:
        if form.ending:
            services.assignments_revoke(reason=form.cleaned_data["reason"], **acts)
        else:
            services.assignments_confirm(**acts)
    except services.Refused as refused:
        if isinstance(refused, services.OwnRole):
            # Who tries to decide on an own role is what auditors look for.
            audit.record(
                actor=request.actor, action="accounts.own_role_denied", reason=str(refused.message)
            )
        form.add_error(None, str(refused.message))
        return False
    messages.success(request, _done(len(chosen), ending=form.ending))
    return True


def _done(count: int, *, ending: bool) -> str:
    if ending:
        text = ngettext(
            "%(count)d件の役割を終了しました。", "%(count)d件の役割を終了しました。", count
        )
    else:
        text = ngettext(
            "%(count)d件の役割を確認しました。", "%(count)d件の役割を確認しました。", count
        )
    return text % {"count": count}


def _shows_all(request: HttpRequest) -> bool:
    return _shown(request).get("show") == ALL


def _shown(request: HttpRequest) -> dict[str, str]:
    return request.POST if request.method == "POST" else request.GET


def _context(
    request: HttpRequest, form: ConfirmationForm, everything: AssignmentQuerySet
) -> dict[str, object]:
    today = clock.today()
    waiting = selectors.to_confirm(request.actor, today)
    shown = everything if _shows_all(request) else waiting
    page = Paginator(shown, PAGE_SIZE).get_page(_shown(request).get("page"))
    return {
        "breadcrumb": [
            {"label": _("職員と役割"), "url": reverse("people:list")},
            {"label": _("年次の権限確認")},
        ],
        "form": form,
        "page": page,
        "rows": selectors.rows(page.object_list, today=today),
        "today": today,
        "show_all": shown is everything,
        "waiting": waiting.count(),
        "everything": everything.count(),
        "own": selectors.own_due(policies.person_id(request.actor), today),
        "place": request.actor.ward_id and hats.ward_name(request.actor.ward_id),
    }
