"""What everybody reads, without signing in: released figures and nothing else.

Every page asks `policies.published()`, for staff too: what is under embargo has no address here.
"""

import hashlib
import json
from collections.abc import Callable
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import translation
from django.utils.cache import get_conditional_response
from django.utils.http import quote_etag
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from kpi.releases import board, policies, services, words
from kpi.releases.models import Release
from kpi.releases.rules import WARDS, lines
from kpi.releases.rules.canonical import ALL_WARDS
from kpi.releases.selectors.changes import breaks, predecessor
from kpi.releases.selectors.figures import columns_of, head_of
from kpi.releases.selectors.releases import public_releases
from kpi.releases.selectors.targets import baselines
from kpi.releases.subjects import Subject, subject_of, subjects
from kpi.rules.figure import plain
from portal.exports import sheets
from portal.exports.reports import Column
from portal.ui import pictures
from portal.ui.charts import TileMap
from portal.ui.exports import csv_response
from portal.ui.parts import Crumb
from programs.selectors import ward_names

MAX_AGE_SECONDS = 300
LICENCE = "CC BY 4.0"


@login_not_required
@require_safe
def newest(request: HttpRequest) -> HttpResponse:
    """The newest release; `?release=` (from the form) leads to another one."""
    rows = public_releases()
    chosen = request.GET.get("release", "")
    row = next((row for row in rows if row.code == chosen), None) if chosen else None
    if row is None and rows:
        row = rows[0]
    return _page(request, row, rows)


@login_not_required
@require_safe
def release(request: HttpRequest, code: str) -> HttpResponse:
    """One release under its lasting address."""
    rows = public_releases()
    row = next((row for row in rows if row.code == code), None)
    if row is None:
        raise Http404
    return _page(request, row, rows)


@login_not_required
@require_safe
def values_csv(request: HttpRequest, code: str) -> HttpResponseBase:
    """Every figure that is told, a line each."""
    row = _found(code)
    with translation.override("ja"):
        response = csv_response(
            filename=f"machikoba-kpi-{row.code}.csv",
            header=[column.label for column in _columns()],
            rows=_csv_rows(row),
        )
    return _cached(request, response, row)


@login_not_required
@require_safe
def values_xlsx(request: HttpRequest, code: str) -> HttpResponseBase:
    """The same lines for Excel, numbers as numbers."""
    row = _found(code)
    with translation.override("ja"):
        response = sheets.response(
            _columns(),
            _csv_rows(row),
            title=words.title(row),
            name=f"machikoba-kpi-{row.code}",
            form="xlsx",
        )
    return _cached(request, response, row)


@login_not_required
@require_safe
def picture(request: HttpRequest, code: str, kind: str, form: str) -> HttpResponse:
    """The map, the wards or the years of an indicator as PNG or SVG; drawn once, then kept for a while."""
    row = _found(code)
    found = board.Board(row, board.chosen(request.GET.get("indicator", "")))
    made: dict[str, Callable[[], TileMap | pictures.Table | None]] = {
        "tiles": lambda: found.tiles,
        "wards": lambda: found.ward_table,
        "years": lambda: found.year_table(public_releases()),
    }
    shown = made[kind]() if kind in made else None
    name = f"machikoba-kpi-{row.code}-{found.shown.code}-{kind}"
    return pictures.response(shown, name=name, form=form, kept_seconds=MAX_AGE_SECONDS)


@login_not_required
@require_safe
def values_json(request: HttpRequest, code: str) -> HttpResponseBase:
    """The same with what each indicator means and how far it can be trusted."""
    row = _found(code)
    with translation.override("ja"):
        text = json.dumps(_json_of(request, row), ensure_ascii=False)
    response = HttpResponse(text, content_type="application/json; charset=utf-8")
    return _cached(request, response, row)


@login_not_required
@require_safe
def canonical(request: HttpRequest, code: str) -> HttpResponseBase:
    """The canonical form of what is public: its SHA-256 is the release's public digest."""
    row = _found(code)
    text = "".join(
        f"{line}\n" for line in lines(head_of(row, public=True), columns_of(row, public=True))
    )
    response = HttpResponse(text, content_type="text/plain; charset=utf-8")
    return _cached(request, response, row)


@login_not_required
@require_safe
def verify(request: HttpRequest, code: str) -> HttpResponse:
    """検証: both digests counted anew, and how anybody counts the public one."""
    row = _found(code)
    context = {
        "row": row,
        "title": words.title(row),
        "found": services.verification(row),
        "breadcrumb": [
            Crumb(_("公表した指標"), reverse("releases:public")),
            Crumb(words.title(row), reverse("releases:release", args=[row.code])),
            Crumb(_("検証")),
        ],
    }
    return TemplateResponse(request, "releases/verify.html", context)


@login_not_required
@require_safe
def definitions(request: HttpRequest) -> HttpResponse:
    """What each figure means, with its version and the five fields of quality."""
    context = {
        "subjects": subjects(),
        "baselines": baselines(),
        "breadcrumb": [
            Crumb(_("公表した指標"), reverse("releases:public")),
            Crumb(_("指標の定義と品質")),
        ],
    }
    return TemplateResponse(request, "releases/definitions.html", context)


@login_not_required
@require_safe
def definitions_csv(_request: HttpRequest) -> HttpResponse:
    """Definitions and fields of quality, a line for each indicator."""
    with translation.override("ja"):
        return csv_response(
            filename="machikoba-kpi-definitions.csv",
            header=[
                _("指標コード"),
                _("指標"),
                _("版"),
                _("定義"),
                _("数え方の約束"),
                _("検証の方法"),
                _("データの出どころ"),
                _("必要な精度"),
                _("限界"),
                _("限界への手当て"),
            ],
            rows=[
                [
                    item.code,
                    str(item.name),
                    item.version,
                    *(str(text) for text in _told_of(item).values()),
                ]
                for item in subjects()
            ],
        )


def _page(request: HttpRequest, row: Release | None, rows: list[Release]) -> HttpResponse:
    shown = board.chosen(request.GET.get("indicator", ""))
    context: dict[str, Any] = {
        "row": row,
        "subjects": subjects(),
        "shown": shown,
        "releases": [(each, words.title(each)) for each in rows],
        "breadcrumb": [Crumb(_("公表した指標"))],
    }
    if row is not None:
        found = board.Board(row, shown)
        before = predecessor(row, public=True)
        context |= {
            "title": words.title(row),
            "tone": words.TONES[Release.Kind(row.kind)],
            "newer": rows[0] if rows[0].pk != row.pk else None,
            "revision": next((each for each in rows if each.revises_id == row.pk), None),
            "board": found,
            "years": [(*line[:3], words.title(line[3]), line[3]) for line in found.years(rows)],
            "restated": [(each, words.title(each.release)) for each in found.restated(rows)],
            "changed": board.changed_cells(row),
            "broken": [
                subject.name
                for code, _was, _now in (
                    breaks(before.definitions, row.definitions) if before else []
                )
                if (subject := subject_of(code))
            ],
        }
    return TemplateResponse(request, "releases/public.html", context)


def _columns() -> list[Column]:
    """Of the open data: a line is an indicator, period and area."""
    return [
        Column(_("公表")),
        Column(_("種類")),
        Column(_("時点")),
        Column(_("指標コード")),
        Column(_("指標")),
        Column(_("定義の版"), "number"),
        Column(_("期間の初日")),
        Column(_("全国地方公共団体コード"), "number"),
        Column(_("区")),
        Column(_("値")),
        Column(_("単位")),
        Column(_("分子")),
        Column(_("分母")),
        Column(_("もとになった数"), "number"),
        Column(_("備考")),
    ]


def _found(code: str) -> Release:
    row = policies.published().select_related("revises").filter(code=code).first()
    if row is None:
        raise Http404
    return row


def _csv_rows(row: Release) -> Any:
    for subject, period, ward, name, found in _values(row):
        yield [
            row.code,
            row.get_kind_display(),
            row.as_of.isoformat(),
            subject.code,
            str(subject.name),
            row.definitions.get(subject.code, ""),
            period.isoformat(),
            ward,
            name,
            "" if found.value is None else _number(found),
            subject.unit(2).strip(),
            plain(found.numerator),
            plain(found.denominator),
            "" if found.n is None else found.n,
            _("秘匿") if found.is_hidden else "" if found.value is not None else _("値なし"),
        ]


def _values(row: Release) -> Any:
    """(subject, period, area code, name, reading) of every place, all wards together last."""
    columns = {column.key: column for column in columns_of(row, public=True)}
    for subject in subjects():
        for period in subject.periods(columns):
            for place, ward in enumerate((*WARDS, ALL_WARDS)):
                name = _("23区") if ward == ALL_WARDS else ward_names()[ward]
                yield subject, period, ward, name, subject.reading(columns, period, place)


def _number(found: Any) -> str:
    """A ratio with four decimals, so that it can be rounded by whoever needs it."""
    return plain(found.value if found.kind.value == "count" else round(found.value, 4))


def _json_of(request: HttpRequest, row: Release) -> dict[str, Any]:
    values: dict[str, list[dict[str, Any]]] = {}
    for subject, period, ward, _name, found in _values(row):
        values.setdefault(subject.code, []).append(
            {
                "period": period.isoformat(),
                "area": ward,
                "value": None if found.value is None else float(_number(found)),
                "numerator": plain(found.numerator) or None,
                "denominator": plain(found.denominator) or None,
                "n": found.n,
                "status": "withheld" if found.is_hidden else "none" if found.value is None else "",
            }
        )
    assert row.public_from is not None
    return {
        "release": {
            "code": row.code,
            "kind": row.kind,
            "title": words.title(row),
            "as_of": row.as_of.isoformat(),
            "recorded_until": row.watermark.isoformat(),
            "published_at": row.public_from.isoformat(),
            "revises": row.revises.code if row.revises else None,
            "reason": row.reason or None,
            "note": row.note,
            # Never that of the full figures: a guess at what is withheld could be tried on it.
            "public_sha256": row.public_digest,
            "canonical": request.build_absolute_uri(reverse("releases:canonical", args=[row.code])),
            "licence": LICENCE,
        },
        "indicators": [
            {
                "code": item.code,
                "name": str(item.name),
                "unit": item.unit(2).strip(),
                "version": row.definitions.get(item.code),
                **_told_of(item),
                "values": values.get(item.code, []),
            }
            for item in subjects()
        ],
    }


def _told_of(item: Subject) -> dict[str, str]:
    """Definition, edge rules and the five fields of quality."""
    return {
        "definition": str(item.definition.definition),
        "edge_rules": str(item.definition.edge_rules),
        "verification": str(item.quality.verification),
        "source": str(item.quality.source),
        "accuracy": str(item.quality.accuracy),
        "limits": str(item.quality.limits),
        "compensation": str(item.quality.compensation),
    }


def _cached(request: HttpRequest, response: HttpResponse, row: Release) -> HttpResponseBase:
    """Kept for a while by whoever asked: it is public by now and will never be another."""
    etag = quote_etag(hashlib.sha256(response.content).hexdigest()[:32])
    answered = get_conditional_response(request, etag=etag) or response
    answered["ETag"] = etag
    answered["Cache-Control"] = f"public, max-age={MAX_AGE_SECONDS}"
    answered["Access-Control-Allow-Origin"] = "*"
    answered["X-Release"] = row.code
    return answered
