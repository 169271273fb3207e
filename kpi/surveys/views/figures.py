"""Results of a wave: the finding first, every share with its interval, who did not answer, CSV and XLSX."""

from collections.abc import Iterator, Sequence
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from kpi.indicators.ratios import DX_READY
from kpi.rules import tenths_text
from kpi.surveys import drawing, states
from kpi.surveys.benchmarks import NATIONAL
from kpi.surveys.rules.weights import FEWEST
from kpi.surveys.selectors.results import Line, Results, results_of
from kpi.surveys.views.common import crumbs, seen_wave, staff
from portal.exports import sheets
from portal.exports.cells import as_number
from portal.exports.reports import Cell, Column
from portal.ui import pictures
from programs.industry import SIZE_LABELS
from programs.selectors import ward_names


@staff
@require_safe
def results(request: HttpRequest, public_id: object) -> HttpResponse:
    """What the wave came to."""
    wave = seen_wave(request, public_id)
    if wave.status not in {states.OPEN, states.CLOSED}:
        raise Http404
    found = results_of(request.actor, wave)
    names = ward_names()
    context = {
        "wave": wave,
        "found": found,
        "headline": drawing.headline(found),
        "judged": drawing.judged(found.whole),
        "chart": drawing.wards(found),
        "barriers": drawing.barriers(found),
        "tables": [
            (title, head, lines, drawing.links(found, kind))
            for kind, title, head, lines in drawing.tables(found)
        ],
        "source": drawing.source(found),
        "cells": [
            (
                names[cell.ward_id],
                _("・").join(str(SIZE_LABELS[size]) for size in cell.sizes),
                tenths_text(cell.population),
                cell.answers,
                tenths_text(cell.weight),
            )
            for cell in found.cells
        ],
        "fewest": FEWEST,
        "national": NATIONAL,
        "target": DX_READY.target,
        "is_open": wave.status == states.OPEN,
        "breadcrumb": crumbs(wave, _("結果")),
    }
    return TemplateResponse(request, "surveys/results.html", context)


@staff
@require_safe
def results_file(request: HttpRequest, public_id: object, file_format: str) -> HttpResponse:
    """The tables as CSV or XLSX, as the page shows them."""
    wave = seen_wave(request, public_id)
    if wave.status not in {states.OPEN, states.CLOSED}:
        raise Http404
    return sheets.response(
        _columns(),
        _rows(results_of(request.actor, wave)),
        title=_("実態調査の結果"),
        name=f"1-ksi-{wave.starts_on:%Y%m%d}",
        form=file_format,
    )


@staff
@require_safe
def picture(request: HttpRequest, public_id: object, kind: str, form: str) -> HttpResponse:
    """A drawing or table of the results as PNG or SVG."""
    wave = seen_wave(request, public_id)
    if wave.status not in {states.OPEN, states.CLOSED}:
        raise Http404
    shown = drawing.picture(results_of(request.actor, wave), kind)
    return pictures.response(shown, name=f"1-ksi-{wave.starts_on:%Y%m%d}-{kind}", form=form)


def _columns() -> list[Column]:
    return [
        Column(_("分け方")),
        Column(_("区分")),
        Column(_("名簿の企業数"), "number"),
        Column(_("対象"), "number"),
        Column(_("回答"), "number"),
        Column(_("回答率（%）")),
        Column(_("有効回答"), "number"),
        Column(_("取組済み・検討中（%）")),
        Column(_("95%信頼区間の下限（%）")),
        Column(_("95%信頼区間の上限（%）")),
        Column(_("設計効果")),
        Column(_("前回との差（ポイント）")),
        Column(_("注")),
    ]


def _rows(found: Results) -> Iterator[Sequence[Cell]]:
    yield _row(_("全体"), found.whole)
    for name, lines in (
        (_("区"), found.wards),
        (_("規模"), found.sizes),
        (_("業種"), found.industries),
    ):
        for line in lines:
            yield _row(name, line)
    for code, name, share in found.barriers:
        yield [_("壁"), f"{code} {name}", *[""] * 5, as_number(tenths_text(share)), *[""] * 5]
    source = _("%(source)s。%(limits)s") % {"source": NATIONAL.source, "limits": NATIONAL.limits}
    yield [_("参考"), str(NATIONAL.name), *[""] * 5, str(NATIONAL.percent), *[""] * 4, source]


def _row(name: str, line: Line) -> list[Cell]:
    count: Any = line.group.count
    note = _("非公表") if line.is_untold else _("参考値") if line.is_small else ""
    return [
        name,
        line.label,
        count.population,
        line.group.eligible,
        count.answers,
        as_number(line.rate_text),
        line.n,
        as_number(line.share_text),
        as_number(line.low_text),
        as_number(line.high_text),
        as_number(line.effect_text),
        as_number(line.change_text),
        note,
    ]
