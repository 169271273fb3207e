"""The public home page."""

import datetime as dt
from functools import lru_cache
from typing import Any

from django.apps import apps
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.decorators import method_decorator
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.views import View

from portal.kernel import clock
from subsidies import selectors
from subsidies.selectors import CallInBrief

SHOWN_CALLS = 6


@method_decorator(login_not_required, name="dispatch")
class HomeView(View):
    """What the portal is and where to begin. One query; reads no session for a visitor.

    What editors add is drawn once and remembered (portal.cms.front).
    """

    http_method_names = ["get", "head", "options"]

    def get(self, request: HttpRequest) -> HttpResponse:
        now = clock.now()
        calls = selectors.closing_soon(now, SHOWN_CALLS)
        drawn = calls_html(calls, clock.to_date(now), get_language())
        return render(request, "desk/home.html", {"calls": drawn, "front": _front()})


def _front() -> Any:
    """What editors add; nothing where the editor is not installed (a worker)."""
    if not apps.is_installed("portal.cms"):
        return None
    from portal.cms.front import front

    return front()


@lru_cache(maxsize=16)
def calls_html(calls: tuple[CallInBrief, ...], today: dt.date, language: str | None) -> SafeString:
    """The list of calls in the language of the page.

    Remembered by everything it is made of, so that it is never out of date; public, so that it may
    be shown to anybody.
    """
    return render_to_string("desk/home_calls.html", {"open_calls": calls, "today": today})
