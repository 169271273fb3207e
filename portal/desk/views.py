"""The public home page."""

import datetime as dt
from dataclasses import dataclass

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.decorators import method_decorator
from django.views import View


@dataclass(frozen=True, slots=True)
class OpenCall:
    """A call as the home page shows it. `terms` says rate and cap in words (補助率・上限額)."""

    title: str
    ward: str
    summary: str
    terms: str
    closes_on: dt.date
    url: str


@method_decorator(login_not_required, name="dispatch")
class HomeView(View):
    """What the portal is and where to begin. Reads no session for a visitor."""

    http_method_names = ["get", "head", "options"]

    def get(self, request: HttpRequest) -> HttpResponse:
        return render(request, "desk/home.html", {"open_calls": self.open_calls()})

    def open_calls(self) -> list[OpenCall]:
        """The calls that take applications now, soonest closing first."""
        return []
