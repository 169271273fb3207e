"""実態調査 of a firm that is signed in: what it was asked, and the way in without the mail."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.views.decorators.http import require_POST, require_safe

from kpi.surveys import links
from kpi.surveys.selectors.board import own_asked
from kpi.surveys.views.common import firm_only, seen_asked


@firm_only
@require_safe
def mine(request: HttpRequest) -> HttpResponse:
    """The waves that asked the firm."""
    context = {"rows": list(own_asked(request.actor))}
    return TemplateResponse(request, "surveys/mine.html", context)


@firm_only
@require_POST
def answer(request: HttpRequest, public_id: object) -> HttpResponse:
    """The firm's own link, as its mail has it."""
    return redirect("surveys:link", links.secret_of(seen_asked(request, public_id)))
