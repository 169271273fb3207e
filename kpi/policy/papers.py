"""The logic model and the evaluation sheet on paper: data for the Typst templates."""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any, Literal, cast

from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

from kpi.policy.drawing import Drawn, Shown
from kpi.policy.states import CONFIRMED, REPLACED
from kpi.policy.words import Cost, Line
from kpi.views.common import Figures
from portal.kernel import documents
from portal.ui import pictures
from portal.ui.markup import era_date, fiscal_year_text

Data = dict[str, Any]


def sheet_data(shown: Mapping[str, Any]) -> Data:
    """Everything that stands on a sheet, in words: for the workbook and the paper alike."""
    sheet = shown["sheet"]
    is_final = sheet.status in {CONFIRMED, REPLACED}
    day = era_date(shown["as_of"])
    confirmed = _("未確定（%(state)s）") % {"state": sheet.state.label}
    if is_final:
        confirmed = _("%(day)s 確定") % {"day": era_date(sheet.confirmed_at.date())}
    return {
        "lang": (get_language() or "ja")[:2],
        "title": _("事務事業評価シート"),
        "subtitle": _("%(place)s　%(year)s　%(package)s")
        % {
            "place": shown["place"],
            "year": fiscal_year_text(sheet.fiscal_year),
            "package": sheet.get_package_display(),
        },
        "state": _("第%(number)d版　%(confirmed)s　実績は%(day)s時点")
        % {"number": sheet.number, "confirmed": confirmed, "day": day},
        "is_final": is_final,
        "texts": [
            [_("目的"), sheet.purpose],
            [pgettext("evaluation", "対象"), sheet.target],
            [_("手段"), sheet.means],
        ],
        "figures_title": _("指標"),
        "heads": [_("指標"), _("予定"), _("実績"), _("達成率")],
        "groups": [
            [_("活動指標"), _rows(shown["done"])],
            [_("成果指標"), _rows(shown["came"])],
        ],
        "costs_title": _("コスト"),
        "cost_heads": [_("費用"), _("予算"), _("決定"), _("支払"), _("単位コスト")],
        "costs": [_cost(row) for row in shown["costs"]],
        "unknown": shown["unknown"],
        "ratings_title": _("評価"),
        "rating_heads": [_("視点"), _("評価"), _("理由")],
        "ratings": [list(row) for row in shown["ratings"]],
        "issues": [pgettext("evaluation", "課題"), sheet.issues or "—"],
        "direction": [
            _("今後の方向"),
            str(sheet.get_direction_display()) or "—",
            sheet.direction_why,
        ],
    }


def _rows(lines: Sequence[Line]) -> list[list[str]]:
    return [
        [f"{line.code} {line.name}", line.planned, _noted(line), line.percent] for line in lines
    ]


def _noted(line: Line) -> str:
    if not line.note:
        return line.actual
    return _("%(actual)s（%(note)s）") % {"actual": line.actual, "note": line.note}


def _cost(row: Cost) -> list[str]:
    return [row.name, row.budget, row.decided, row.paid, row.each]


def sheet_paper(data: Data, *, made_at: dt.datetime) -> bytes:
    """A4, tagged PDF."""
    return documents.render_pdf("evaluation_sheet", data, made_at=made_at)


def model_paper(
    packages: Sequence[Drawn], found: Figures, *, place: str, form: str, made_at: dt.datetime
) -> bytes:
    """A4 across, a page a package; as a picture, the one package given."""
    day = era_date(found.as_of)
    data: Data = {
        "lang": (get_language() or "ja")[:2],
        "title": _("ロジックモデル"),
        "subtitle": _("%(place)s　%(year)s　%(day)s時点")
        % {"place": place, "year": fiscal_year_text(found.scope.year), "day": day},
        "source": source_of(found, place),
        "packages": [_page(one) for one in packages],
        "arrow_heads": [_("から"), _("へ"), _("前提"), _("リスク"), _("出典")],
        "arrows_title": _("矢印ごとの前提とリスク"),
        "alone": form != "pdf",
    }
    if form == "pdf":
        return documents.render_pdf("logic_model", data, made_at=made_at)
    return documents.render_image("logic_model", data, form=cast("Literal['png', 'svg']", form))


def source_of(found: Figures, place: str) -> str:
    """What the model rests on."""
    ledgers = _("政策文書と、このポータルの事実の記録（%(place)s）") % {"place": place}
    return pictures.source(ledgers, found.as_of, found.coverage.computed_at)


def _page(drawn: Drawn) -> Data:
    told = [_("%(start)s → %(end)s") % {"start": a.start, "end": a.end} for a in drawn.arrows]
    return {
        "name": str(drawn.package.name),
        "alt": _("、").join(told),
        "columns": [
            {
                "name": column.name,
                "boxes": [_box(box) for box in column.boxes],
                "paths": [[path.start, path.end] for path in column.paths],
            }
            for column in drawn.columns
        ],
        "arrows": [
            [a.start, a.end, str(a.arrow.assumption), str(a.arrow.risk), str(a.arrow.source)]
            for a in drawn.arrows
        ],
    }


def _box(shown: Shown) -> Data:
    return {
        "text": str(shown.box.text),
        "code": shown.box.indicator,
        "value": shown.value,
        "lines": list(shown.lines),
        "verdict": shown.verdict,
        "tone": shown.tone,
    }
