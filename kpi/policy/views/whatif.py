"""試算: a GET form, so that the address carries everything; nothing is stored."""

import datetime as dt
from dataclasses import dataclass
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
from portal.exports import sheets
from portal.exports.reports import Column
from portal.exports.writers import CONTENT_TYPES
from portal.kernel import clock
from portal.ui import pictures
from portal.ui.acts import form_page
from portal.ui.markup import fiscal_year_text
from portal.ui.parts import Crumb
from programs.selectors import ward_names


@dataclass(frozen=True, slots=True)
class Estimated:
    """What the address asks for: its year and ward, the form, what is put in today and what comes out."""

    year: int
    ward: int | None
    place: str
    as_of: dt.date
    form: WhatIfForm
    today: dict[str, int]
    values: dict[str, int | str | None]
    lines: list[outlook.Line]

    @property
    def query(self) -> str:
        return _query(self.year, self.ward, self.values)

    @property
    def is_changed(self) -> bool:
        return any(self.values[name] != value for name, value in self.today.items()) or any(
            self.values[f"share_{stage}"] for stage in (1, 2, 3)
        )


@staff
@require_safe
def whatif(request: HttpRequest) -> HttpResponse:
    """Today and what is asked for, side by side."""
    found = _estimated(request)
    year, ward = found.year, found.ward
    updated_at = selectors.coverage().computed_at
    context = {
        "form": found.form,
        "lines": found.lines,
        "is_changed": found.is_changed,
        "assumptions": list(outlook.assumptions()),
        "year": year,
        "years": years(),
        "ward_id": ward,
        "wards": ward_names(),
        "place": found.place,
        "as_of": found.as_of,
        "updated_at": updated_at,
        "source": _source(found, updated_at),
        "links": [
            Crumb(label, f"{reverse('policy:whatif_file', args=[form])}?{found.query}")
            for label, form in (
                (_("CSVを保存"), "csv"),
                (_("Excelを保存"), "xlsx"),
                (_("PNGを保存"), "png"),
                (_("SVGを保存"), "svg"),
            )
        ],
        "address": request.build_absolute_uri(f"{reverse('policy:whatif')}?{found.query}"),
        "breadcrumb": [
            Crumb(_("ダッシュボード"), Scope(year, ward).home()),
            Crumb(pgettext("what if", "試算")),
        ],
        "clear": f"{reverse('policy:whatif')}?year={year}&ward={ward or ''}",
    }
    return form_page(request, "policy/whatif.html", context)


@staff
@require_safe
def whatif_file(request: HttpRequest, form: str) -> HttpResponse:
    """The estimate of the address as CSV, XLSX, PNG or SVG."""
    found = _estimated(request)
    name = f"what-if-{found.year}-{found.ward or 'all'}"
    if form in CONTENT_TYPES:
        columns = [Column(_("指標コード")), *(Column(head) for head in _heads())]
        rows = ([line.code, *_cells(line)] for line in found.lines)
        return sheets.response(columns, rows, title=_title(found), name=name, form=form)
    source = _source(found, selectors.coverage().computed_at)
    rows = [_cells(line) for line in found.lines]
    note = _("過去の実績から見込んだ試算で、約束した数ではありません。")
    shown = pictures.Table(_title(found), _heads(), rows, source, note)
    return pictures.response(shown, name=name, form=form)


def _estimated(request: HttpRequest) -> Estimated:
    year, ward, names = asked_year(request), shown_ward(request), ward_names()
    own, everywhere = given(request.actor, first=year - outlook.YEARS, last=year, ward_id=ward)
    known = outlook.Known(year, own, everywhere, is_ward=ward is not None)
    today = outlook.defaults(known)
    form, values = _asked(request, today)
    as_of = min(clock.today(), clock.fiscal_year_bounds(year)[1])
    progress = selectors.progress(fiscal_year=year, as_of=as_of, ward_id=ward)
    return Estimated(
        year=year,
        ward=ward,
        place=names[ward] if ward else _("23区"),
        as_of=as_of,
        form=form,
        today=today,
        values=values,
        lines=outlook.lines(known, today, values, progress),
    )


def _title(found: Estimated) -> str:
    return _("試算：いまの設定と、条件を変えた見込み（%(place)s、%(year)s）") % {
        "place": found.place,
        "year": fiscal_year_text(found.year),
    }


def _source(found: Estimated, updated_at: dt.datetime | None) -> str:
    ledgers = _("このポータルの事実・予算・定員の記録（%(place)s）") % {"place": found.place}
    return pictures.source(ledgers, found.as_of, updated_at)


def _heads() -> list[str]:
    return [
        _("成果"),
        _("いまの投入"),
        _("いまの見込み"),
        _("試算の投入"),
        _("試算の見込み"),
        _("幅"),
        _("差"),
        _("1つあたりの費用（いま）"),
        _("1つあたりの費用（試算）"),
    ]


def _cells(line: outlook.Line) -> list[str]:
    return [
        line.name,
        line.given_today,
        line.today,
        line.given_asked,
        line.asked,
        line.range,
        line.difference,
        line.each_today,
        line.each_asked,
    ]


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
