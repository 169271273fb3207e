"""職員の検索: one box for firms, people and numbers, as far as the person may see them."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from portal.accounts.access import hat_required
from portal.kernel.actor import Hat
from portal.search import looks
from portal.search.forms import OfficeSearchForm
from portal.search.policies import OFFICE_ROLES
from portal.search.selectors import office as selectors
from portal.search.views.lines import lines
from portal.ui.acts import form_page


@hat_required(Hat.WARD, Hat.AUDITOR, Hat.SUPPORT, roles=OFFICE_ROLES)
@require_safe
def office(request: HttpRequest) -> HttpResponse:
    """What is found, group by group. A search that shows people leaves a row in the audit trail."""
    form = OfficeSearchForm(request.GET)
    context: dict[str, Any] = {"form": form, "is_ward": request.actor.hat == Hat.WARD}
    if form.is_valid() and form.cleaned_data["q"]:
        text = form.cleaned_data["q"]
        found = selectors.find(request.actor, text)
        if found.people.rows:
            looks.record(actor=request.actor, text=text, people=len(found.people.rows))
        context |= {"found": found, "text": text, "lines": lines(request.actor, found)}
    return form_page(request, "search/office.html", context)
