"""サイト内検索: everything that is public, for everybody."""

from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.utils.http import urlencode
from django.views.decorators.http import require_safe

from portal.kernel import clock
from portal.search.forms import SiteSearchForm
from portal.search.selectors import public as selectors
from portal.search.selectors.public import Found, Wish
from portal.ui.acts import form_page
from portal.ui.numbers import posted_number
from programs.selectors import ward_names

FARTHEST = selectors.LOOKED // selectors.PAGE


@login_not_required
@require_safe
def site(request: HttpRequest) -> HttpResponse:
    """The address holds what is asked. Nothing typed: only the form."""
    form = SiteSearchForm(request.GET)
    context: dict[str, Any] = {"form": form}
    if form.is_valid() and form.cleaned_data["q"]:
        told, now = form.cleaned_data, clock.now()
        number = posted_number(request.GET.get("page", "")) or 1
        wish = Wish(told["q"], told["kind"], told["ward"], min(number, FARTHEST))
        found = selectors.find(wish, now=now)
        context |= {
            "found": found,
            "rows": [selectors.shown(document, found) for document in found.hits],
            "now": now,
            "today": clock.to_date(now),
            "ward_names": ward_names(),
            "wider": _wider(wish, found),
        }
    return form_page(request, "search/site.html", context)


def _wider(wish: Wish, found: Found) -> dict[str, Any]:
    """Where nothing was found: the same without kind and ward, and each word by itself."""
    if found.total:
        return {}
    words = found.asked.written
    return {
        "everywhere": "?" + urlencode({"q": wish.text}) if wish.kind or wish.ward_id else "",
        "words": [(word, "?" + urlencode({"q": word})) for word in words if len(words) > 1],
    }
