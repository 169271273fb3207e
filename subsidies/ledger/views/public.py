"""Open data for everybody: recipients of grants as CSV, calls as JSON in the shape of jGrants."""

import hashlib
import tempfile
from collections.abc import Iterator
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.db.models import Count, Max, Q, QuerySet
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import translation
from django.utils.cache import get_conditional_response
from django.utils.http import quote_etag
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from portal.exports import writers
from portal.exports.reports import Cell, Column
from portal.kernel import clock
from portal.ui.numbers import posted_number
from portal.ui.parts import Crumb
from portal.ui.templatetags.ui import wareki_year
from programs.selectors import ward_names
from subsidies.ledger import jgrants
from subsidies.ledger.models import PublishedGrant
from subsidies.ledger.recipients import ALL_SCHEMES, LEAST, area_code
from subsidies.models import Call
from subsidies.selectors.calls import calls

MAX_AGE_SECONDS = 300
LEAST_KEYWORD, MOST_KEYWORD = 2, 255
SORTS = {
    "created_date": "id",
    "acceptance_start_datetime": "opens_at",
    "acceptance_end_datetime": "closes_at",
}
ORDERS = {"ASC": "", "DESC": "-"}
COLUMNS = (
    Column(gettext_lazy("全国地方公共団体コード")),
    Column(gettext_lazy("都道府県名")),
    Column(gettext_lazy("市区町村名")),
    Column(gettext_lazy("年度"), "number"),
    Column(gettext_lazy("制度")),
    Column(gettext_lazy("交付先の区分")),
    Column(gettext_lazy("交付先")),
    Column(gettext_lazy("法人番号")),
    Column(gettext_lazy("交付決定日"), "date"),
    Column(gettext_lazy("件数"), "number"),
    Column(gettext_lazy("金額（円）"), "yen"),
    Column(gettext_lazy("金額の区分")),
    Column(gettext_lazy("備考")),
)


@login_not_required
@require_safe
def open_data(request: HttpRequest) -> HttpResponse:
    """What is published, by which rule, and the files of each ward and year."""
    cells = (
        PublishedGrant.objects.order_by("ward_id", "-fiscal_year")
        .values("ward_id", "fiscal_year")
        .annotate(lines=Count("id"))
    )
    context = {
        "files": [
            (
                ward_names()[cell["ward_id"]],
                wareki_year(cell["fiscal_year"]),
                cell["lines"],
                f"{reverse('ledger:grants_csv')}?ward={cell['ward_id']}&year={cell['fiscal_year']}",
            )
            for cell in cells
        ],
        "published_at": _published_at(),
        "least": LEAST,
        "credit": jgrants.CREDIT,
        "breadcrumb": [Crumb(_("オープンデータ"))],
    }
    return TemplateResponse(request, "ledger/open_data.html", context)


@login_not_required
@require_safe
def grants_csv(request: HttpRequest) -> HttpResponseBase:
    """交付先 as CSV: `?ward=13107&year=2026`, all of them without."""
    rows = PublishedGrant.objects.all()
    ward, year = (posted_number(request.GET.get(name, "")) for name in ("ward", "year"))
    if ward is not None:
        rows = rows.filter(ward_id=ward)
    if year is not None:
        rows = rows.filter(fiscal_year=year)
    at = _published_at()
    etag = quote_etag(f"{at.isoformat() if at else 'none'}-{ward}-{year}")
    answered = get_conditional_response(request, etag=etag)
    if answered:
        return answered
    stream = tempfile.TemporaryFile()  # noqa: SIM115 - the response closes it
    with translation.override("ja"):
        file = writers.writer(writers.CSV, stream, COLUMNS, "")
        for line in rows.iterator(chunk_size=2_000):
            file.row(list(_cells(line)))
        file.close()
    stream.seek(0)
    response = FileResponse(stream, content_type=writers.CONTENT_TYPES[writers.CSV])
    response["Content-Disposition"] = 'attachment; filename="subsidy-grants.csv"'
    return _cached(response, etag)


def _cells(line: PublishedGrant) -> Iterator[Cell]:
    yield area_code(line.ward_id)
    yield jgrants.PREFECTURE
    yield ward_names()[line.ward_id]
    yield line.fiscal_year
    yield _("複数の制度") if line.scheme_code == ALL_SCHEMES else line.scheme_name
    yield str(PublishedGrant.Kind(line.kind).label)
    yield line.name
    yield line.corporate_number
    yield line.decided_on
    yield line.recipients
    yield line.amount_yen
    yield str(PublishedGrant.Basis(line.basis).label)
    withheld = _("%(least)d人に満たないため秘匿") % {"least": LEAST}
    yield "" if line.amount_yen is not None else withheld


def _published_at() -> Any:
    return PublishedGrant.objects.aggregate(at=Max("published_at"))["at"]


@login_not_required
@require_safe
def call_list(request: HttpRequest) -> HttpResponseBase:
    """Calls as a list: keyword, sort, order, acceptance as at jGrants; `ward` by its code."""
    problem = _problem(request)
    if problem:
        return _refused(problem)
    rows = _matching(calls(), request).order_by(_order(request), "id")
    return _json(request, jgrants.envelope([jgrants.summary(call) for call in rows]))


@login_not_required
@require_safe
def call_detail(request: HttpRequest, call_id: str) -> HttpResponseBase:
    """One call by its id."""
    pk = jgrants.pk_of(call_id)
    call = calls().filter(pk=pk).first() if pk is not None else None
    if call is None or jgrants.call_id(call) != call_id:
        raise Http404
    url = request.build_absolute_uri(reverse("subsidies:call_detail", args=[call.pk]))
    return _json(request, jgrants.envelope([jgrants.detail(call, url=url)]))


def _problem(request: HttpRequest) -> str:
    """What is wrong with the parameters, in a sentence, "" where nothing is."""
    given = request.GET
    keyword = given.get("keyword", "")
    if keyword and not LEAST_KEYWORD <= len(keyword) <= MOST_KEYWORD:
        return _("keywordは2文字以上255文字以内にしてください。")
    for name, allowed in (
        ("sort", [*SORTS]),
        ("order", [*ORDERS]),
        ("acceptance", ["0", "1"]),
    ):
        if given.get(name) and given[name] not in allowed:
            return _("%(name)sは%(allowed)sのどれかにしてください。") % {
                "name": name,
                "allowed": _("、").join(allowed),
            }
    return ""


def _matching(rows: QuerySet[Call], request: HttpRequest) -> QuerySet[Call]:
    given = request.GET
    keyword = given.get("keyword", "").replace("\x00", "")
    if keyword:
        scheme = "version__scheme__"
        rows = rows.filter(
            Q(**{f"{scheme}name__icontains": keyword})
            | Q(**{f"{scheme}summary__icontains": keyword})
            | Q(ward__name__icontains=keyword)
        )
    if given.get("acceptance", "1") == "1":
        now = clock.now()
        rows = rows.filter(opens_at__lte=now, closes_at__gt=now)
    ward = posted_number(given.get("ward", ""))
    return rows if ward is None else rows.filter(ward_id=ward)


def _order(request: HttpRequest) -> str:
    sort = request.GET.get("sort") or "acceptance_end_datetime"
    return f"{ORDERS[request.GET.get('order') or 'ASC']}{SORTS[sort]}"


def _json(request: HttpRequest, content: dict[str, Any]) -> HttpResponseBase:
    """JSON with a strong ETag of its bytes: an unchanged answer costs 304."""

    response = JsonResponse(content, json_dumps_params={"ensure_ascii": False})
    etag = quote_etag(hashlib.sha256(response.content).hexdigest()[:32])
    answered = get_conditional_response(request, etag=etag)
    return _cached(answered or response, etag)


def _refused(problem: str) -> HttpResponse:
    return JsonResponse({"error": problem}, status=400, json_dumps_params={"ensure_ascii": False})


def _cached(response: HttpResponseBase, etag: str) -> HttpResponseBase:
    response["ETag"] = etag
    response["Cache-Control"] = f"public, max-age={MAX_AGE_SECONDS}"
    response["Access-Control-Allow-Origin"] = "*"
    return response
