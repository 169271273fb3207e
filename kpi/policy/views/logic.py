"""ロジックモデル: from input to impact, with the figures of a year and place."""

from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from kpi.figures import lights
from kpi.indicators import INDICATORS
from kpi.policy import drawing, papers
from kpi.policy.model import PACKAGES
from kpi.policy.selectors.inputs import given
from kpi.policy.views.common import asked_year, file_response, shown_ward, staff, years
from kpi.views.common import Figures, compute
from portal.exports import sheets
from portal.exports.reports import Column
from portal.exports.writers import CONTENT_TYPES
from portal.kernel import clock
from portal.ui import pictures
from portal.ui.numbers import posted_number
from portal.ui.parts import Crumb

TYPES = {"pdf": "application/pdf", "png": "image/png", "svg": "image/svg+xml"}


@staff
@require_safe
def model(request: HttpRequest) -> HttpResponse:
    """The three packages, drawn; each box leads to the records of its figure."""
    found, packages = _drawn(request)
    ward, query = found.scope.ward_id, _query(found)
    context = {
        "packages": packages,
        "across": drawing.across(),
        "lights": lights(found.cards),
        "year": found.scope.year,
        "years": years(),
        "ward_id": ward,
        "wards": found.names,
        "place": found.place or _("23区"),
        "as_of": found.as_of,
        "source": papers.source_of(found, found.place or _("23区")),
        "updated_at": found.coverage.computed_at,
        "files": [
            Crumb(label, f"{reverse('policy:model_file', args=[form])}{query}")
            for label, form in (
                (_("PDFを保存"), "pdf"),
                (_("CSVを保存"), "csv"),
                (_("Excelを保存"), "xlsx"),
            )
        ],
        "pictures": {number: _pictures(number, query) for number in PACKAGES},
        "query": query,
        "breadcrumb": [
            Crumb(_("ダッシュボード"), found.scope.home()),
            Crumb(_("ロジックモデル")),
        ],
    }
    return TemplateResponse(request, "policy/model.html", context)


@staff
@require_safe
def model_file(request: HttpRequest, form: str) -> HttpResponse:
    """A4 across: all packages as PDF, their boxes as CSV or XLSX, one package (`?package=`) as PNG or SVG."""
    if form not in TYPES and form not in CONTENT_TYPES:
        raise Http404
    found, packages = _drawn(request)
    chosen = posted_number(request.GET.get("package", ""))
    name = f"logic-model-{found.scope.year}-{found.scope.ward_id or 'all'}"
    if form in CONTENT_TYPES:
        rows = drawing.rows(packages)
        return sheets.response(_columns(), rows, title=_("ロジックモデル"), name=name, form=form)
    if form != "pdf":
        packages = [one for one in packages if one.package.number == chosen]
        if not packages:
            raise Http404
    place = found.place or _("23区")
    made_at = found.coverage.computed_at or clock.now()
    content = papers.model_paper(packages, found, place=place, form=form, made_at=made_at)
    return file_response(content, TYPES[form], f"{name}.{form}")


def _drawn(request: HttpRequest) -> tuple[Figures, list[drawing.Drawn]]:
    year, ward = asked_year(request), shown_ward(request)
    found = compute(year, ward, INDICATORS[0])
    own, _all = given(request.actor, first=year, last=year, ward_id=ward)
    return found, drawing.drawn(found.cards, own[year])


def _columns() -> list[Column]:
    return [
        Column(_("支援策")),
        Column(_("段階")),
        Column(_("箱")),
        Column(_("指標コード")),
        Column(_("値")),
        Column(_("判定")),
        Column(_("目標など")),
        Column(_("つぎにつながるもの")),
    ]


def _query(found: Figures) -> str:
    return f"?year={found.scope.year}&ward={found.scope.ward_id or ''}"


def _pictures(number: int, query: str) -> list[Crumb]:
    return list(
        pictures.links(
            lambda form: f"{reverse('policy:model_file', args=[form])}{query}&package={number}"
        )
    )
