"""Results of a wave: the finding first, every share with its interval, who did not answer, CSV and XLSX."""

import io
from collections.abc import Iterator, Sequence
from fractions import Fraction
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from kpi.indicators.ratios import DX_READY
from kpi.rules import tenths_text
from kpi.surveys import states
from kpi.surveys.benchmarks import NATIONAL
from kpi.surveys.rules.weights import FEWEST
from kpi.surveys.selectors.results import Line, Results, results_of
from kpi.surveys.views.common import crumbs, seen_wave, staff
from portal.exports.reports import Cell, Column
from portal.exports.writers import CONTENT_TYPES, writer
from portal.ui import charts
from portal.ui.markup import era_date
from portal.ui.parts import Crumb
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
        "headline": headline(found),
        "judged": judged(found.whole),
        "chart": _chart(found),
        "barriers": _barriers(found),
        "tables": [
            (_("区ごと"), _("区"), found.wards),
            (_("規模ごと"), _("規模"), found.sizes),
            (_("業種ごと"), _("業種"), found.industries),
        ],
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
    if file_format not in CONTENT_TYPES or wave.status not in {states.OPEN, states.CLOSED}:
        raise Http404
    stream = io.BytesIO()
    made = writer(file_format, stream, _columns(), _("実態調査の結果"))
    for cells in _rows(results_of(request.actor, wave)):
        made.row(cells)
    made.close()
    answer = HttpResponse(stream.getvalue(), content_type=CONTENT_TYPES[file_format])
    name = f"1-ksi-{wave.starts_on:%Y%m%d}.{file_format}"
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def headline(found: Results) -> str:
    """The finding in one sentence."""
    whole = found.whole
    if whole.share is None:
        if whole.n:
            return _("有効な回答が少なすぎるため、割合は示しません")
        return _("有効な回答はまだありません")
    values = {"share": whole.share_text, "low": whole.low_text, "high": whole.high_text}
    if whole.is_small:
        text = _("参考値：取り組んでいるか検討している企業は%(share)s%%（%(low)s〜%(high)s%%）です")
    else:
        text = _("取り組んでいるか検討している企業は%(share)s%%（%(low)s〜%(high)s%%）です")
    return text % values


def judged(line: Line) -> tuple[str, str]:
    """(words, tone) about the target; few answers and an interval across it judge nothing."""
    target = DX_READY.target
    if line.bounds is None:
        return _("目標と比べられません"), ""
    if line.is_small:
        return _("参考値のため、目標とは比べません"), ""
    if line.bounds[0] >= target:
        return _("目標に達しています"), "green"
    if line.bounds[1] < target:
        return _("目標に届いていません"), "orange"
    return _("目標に達したかは、この回答数では言えません"), ""


def _chart(found: Results) -> charts.Intervals:
    lines = [line for line in found.wards if line.group.count.asked]
    caption = charts.Caption(
        key="wards",
        title=_wards_finding(lines),
        note=_(
            "点が割合、横の線が95%信頼区間です。線が大きく重なる区どうしの差は、偶然でも起きます。"
            "中が白い点は30社に満たない参考値です。"
        ),
        source=_("出典：%(name)s（%(day)sから）")
        % {
            "name": found.wave.name,
            "day": era_date(found.wave.starts_on),
        },
        links=(Crumb(_("CSVを保存"), reverse("surveys:file", args=[found.wave.public_id, "csv"])),),
    )
    return charts.intervals(
        caption,
        [_span(line) for line in lines],
        head=_("区"),
        value_head=_("割合と95%信頼区間"),
        marks=[
            (DX_READY.target, _("目標 %(target)s%%") % {"target": DX_READY.target}),
            (
                NATIONAL.percent,
                _("%(name)s %(percent)s%%") % {"name": NATIONAL.name, "percent": NATIONAL.percent},
            ),
        ],
    )


def _wards_finding(lines: list[Line]) -> str:
    """Of wards with enough answers alone: the highest of small samples is chance."""
    known = [line for line in lines if line.share is not None and not line.is_small]
    best = max(known, key=lambda line: (line.share or 0, line.label), default=None)
    if best is None:
        return _("30社以上が答えた区はまだなく、区どうしは比べられません")
    values = {"n": len(known), "ward": best.label, "share": best.share_text}
    if len(known) == 1:
        return _("30社以上が答えたのは%(ward)sだけで、%(share)s%%です") % values
    return _("30社以上が答えた%(n)s区で最も高いのは、%(ward)sの%(share)s%%です") % values


def _span(line: Line) -> charts.Span:
    if line.share is None or line.bounds is None:
        text = _("非公表") if line.is_untold else _("回答なし")
        return charts.Span(line.label, text)
    text = _("%(share)s%%（%(low)s〜%(high)s）") % {
        "share": line.share_text,
        "low": line.low_text,
        "high": line.high_text,
    }
    return charts.Span(line.label, text, line.share, *line.bounds, is_weak=line.is_small)


def _barriers(found: Results) -> charts.Bars | None:
    if not found.named_barriers:
        return None
    _code, name, share = max(found.named_barriers, key=lambda row: row[2])
    caption = charts.Caption(
        key="barriers",
        title=_("最も多い壁は「%(name)s」で、%(share)s%%の企業が挙げています")
        % {"name": name, "share": tenths_text(share)},
        note=_("1社が複数の壁を挙げることがあるため、合計は100%になりません。"),
    )
    return charts.bars(
        caption,
        [(name, Fraction(round(share * 10), 10)) for _code, name, share in found.barriers],
        head=_("壁の種類"),
        unit="%",
        strong=1,
    )


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
        yield [_("壁"), f"{code} {name}", *[""] * 5, tenths_text(share), *[""] * 5]
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
        line.rate_text,
        line.n,
        line.share_text,
        line.low_text,
        line.high_text,
        line.effect_text,
        line.change_text,
        note,
    ]
