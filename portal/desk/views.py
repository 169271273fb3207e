"""The public home page."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.decorators import method_decorator
from django.views import View

from portal.kernel import clock
from subsidies import selectors

SHOWN_CALLS = 6


@method_decorator(login_not_required, name="dispatch")
class HomeView(View):
    """What the portal is and where to begin. One query; reads no session for a visitor."""

    http_method_names = ["get", "head", "options"]

    def get(self, request: HttpRequest) -> HttpResponse:
        now = clock.now()
        calls = selectors.open_calls(now).order_by("closes_at", "id")[:SHOWN_CALLS]
        context = {"open_calls": list(calls), "today": clock.to_date(now)}
        return render(request, "desk/home.html", context)
