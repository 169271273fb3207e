"""Lists over all wards: dates out of order, overrides with their reasons."""

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.views.decorators.http import require_safe

from portal.auditing import reports
from portal.auditing.filters import OverrideFilter, ViolationFilter
from portal.auditing.selectors import overrides, population, violations
from portal.auditing.views.common import auditors
from programs.selectors import ward_names

PER_PAGE = 30


@auditors
@require_safe
def violation_list(request: HttpRequest) -> HttpResponse:
    """日付の順序: what stands in the wrong order, or too late."""
    conditions = ViolationFilter(request.GET)
    rows = violations.rows(conditions.scope, conditions.chosen)
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    found = violations.found(page.object_list)
    cases = population.named(item.application_id for item in found)
    context = {
        "filter": conditions,
        "query": request.GET.urlencode(),
        "page": page,
        "rows": [
            (item, violations.RULES[item.rule], cases[item.application_id], _ward(cases, item))
            for item in found
        ],
    }
    return TemplateResponse(request, "auditing/violations.html", context)


def _ward(cases: dict, item: violations.Violation) -> str:
    return ward_names()[cases[item.application_id].ward_id]


@auditors
@require_safe
def override_list(request: HttpRequest) -> HttpResponse:
    """裁量と例外: where a person did otherwise, and why."""
    rows = reports.override_rows(request.GET.dict())
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    found = overrides.found(page.object_list)
    cases = population.named(item.application_id for item in found)
    names = reports.people(found)
    context = {
        "filter": OverrideFilter(request.GET),
        "query": request.GET.urlencode(),
        "page": page,
        "rows": [
            {
                "item": item,
                "title": overrides.KINDS[item.kind].title,
                "case": cases.get(item.application_id or 0),
                "ward": ward_names().get(item.ward_id or 0, ""),
                "who": names.get(item.person_id or 0, ""),
            }
            for item in found
        ],
    }
    return TemplateResponse(request, "auditing/overrides.html", context)
