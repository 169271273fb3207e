"""What the figures mean: definitions, and where the policy's own numbers do not fit together."""

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from kpi import selectors
from kpi.figures.definitions import sheet, sheets
from kpi.figures.notes import GRANTED, NOTES, SUBMITTED, implied_acceptance
from kpi.releases.selectors.targets import baselines
from kpi.views.common import staff_only
from portal.kernel import clock
from portal.ui.parts import Crumb


@login_not_required
@require_safe
def definitions(request: HttpRequest) -> HttpResponse:
    """All indicators with their targets; each leads to its definition."""
    return TemplateResponse(request, "kpi/definitions.html", {"sheets": sheets()})


@login_not_required
@require_safe
def definition(request: HttpRequest, code: str) -> HttpResponse:
    """What one figure means and how far it can be trusted."""
    found = sheet(code)
    if found is None:
        raise Http404
    crumbs = [Crumb(_("指標の定義"), reverse("kpi:definitions")), Crumb(str(found.name))]
    own = [row for row in baselines() if row.indicator == code]
    context = {"sheet": found, "baselines": own, "breadcrumb": crumbs}
    return TemplateResponse(request, "kpi/definition.html", context)


@staff_only
@require_safe
def notes(request: HttpRequest) -> HttpResponse:
    """The contradictions, with this year's applications and grants beside the first."""
    today = clock.today()
    year = clock.fiscal_year(today)
    results = selectors.progress(fiscal_year=year, as_of=today, ward_id=None)
    values = {item.indicator.code: item.value for item in results}
    submitted = values[SUBMITTED]
    granted = sum(values[code] for code in GRANTED)
    context = {
        "notes": NOTES,
        "implied": implied_acceptance(),
        "submitted": submitted,
        "granted": granted,
        "percent": round(100 * granted / submitted) if submitted else None,
        "year": year,
        "breadcrumb": [
            Crumb(_("ダッシュボード"), reverse("kpi:current")),
            Crumb(_("目標の読み方の注意")),
        ],
    }
    return TemplateResponse(request, "kpi/notes.html", context)
