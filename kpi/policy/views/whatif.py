"""試算: a GET form, so that the address carries everything; nothing is stored."""

from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_safe

from kpi import selectors
from kpi.figures.scope import Scope
from kpi.policy import outlook
from kpi.policy.forms import WhatIfForm
from kpi.policy.selectors.inputs import given
from kpi.policy.views.common import asked_year, shown_ward, staff, years
from portal.kernel import clock
from portal.ui.acts import form_page
from portal.ui.parts import Crumb
from programs.selectors import ward_names


@staff
@require_safe
def whatif(request: HttpRequest) -> HttpResponse:
    """Today and what is asked for, side by side."""
    year, ward, names = asked_year(request), shown_ward(request), ward_names()
    own, everywhere = given(request.actor, first=year - outlook.YEARS, last=year, ward_id=ward)
    known = outlook.Known(year, own, everywhere, is_ward=ward is not None)
    today = outlook.defaults(known)
    form, values = _asked(request, today)
    as_of = min(clock.today(), clock.fiscal_year_bounds(year)[1])
    progress = selectors.progress(fiscal_year=year, as_of=as_of, ward_id=ward)
    lines = outlook.lines(known, today, values, progress)
    context = {
        "form": form,
        "lines": lines,
        "is_changed": any(values[name] != value for name, value in today.items())
        or any(values[f"share_{stage}"] for stage in (1, 2, 3)),
        "assumptions": list(outlook.assumptions()),
        "year": year,
        "years": years(),
        "ward_id": ward,
        "wards": names,
        "place": names[ward] if ward else _("23区"),
        "address": request.build_absolute_uri(
            f"{reverse('policy:whatif')}?{_query(year, ward, values)}"
        ),
        "breadcrumb": [
            Crumb(_("ダッシュボード"), Scope(year, ward).home()),
            Crumb(pgettext("what if", "試算")),
        ],
        "clear": f"{reverse('policy:whatif')}?year={year}&ward={ward or ''}",
    }
    return form_page(request, "policy/whatif.html", context)


def _asked(
    request: HttpRequest, today: dict[str, int]
) -> tuple[WhatIfForm, dict[str, int | str | None]]:
    """The form, and its values: what is empty, missing or cannot be read stays as it is today."""
    shown = {name: f"{value:,}" for name, value in today.items()}
    given_here = {name: request.GET[name] for name in WhatIfForm.base_fields if name in request.GET}
    form = WhatIfForm({**shown, **given_here})
    form.is_valid()
    values: dict[str, int | str | None] = {**today}
    for name in WhatIfForm.base_fields:
        value = form.cleaned_data.get(name)
        if name not in today or value is not None:
            values[name] = value
    return form, values


def _query(year: int, ward: int | None, values: dict[str, int | str | None]) -> str:
    """Every condition by name, so that whoever opens the address sees the same."""
    return urlencode(
        {
            "year": year,
            "ward": ward or "",
            **{n: v for n, v in values.items() if v not in ("", None)},
        }
    )
