"""What stands in a picture or in the council's paper: texts and drawings for the Typst templates."""

from collections.abc import Sequence
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from kpi.figures.cards import Card, lights
from kpi.figures.findings import Danger
from kpi.figures.notes import NOTES
from kpi.indicators import INVESTED, Indicator
from kpi.selectors import Cohort, WardCount
from portal.ui import charts
from portal.ui.charts.alone import svg
from portal.ui.markup import fiscal_year_text

Data = dict[str, Any]
Table = tuple[str, list[str], list[list[str]]]


def outcome_table(cohorts: Sequence[Cohort]) -> Table:
    """1-OC by cohort."""
    heads = [
        _("修了した年度"),
        _("修了した企業"),
        _("1年がたった企業"),
        _("投資した企業"),
        _("投資率（%）"),
    ]
    rows = [
        [
            fiscal_year_text(item.fiscal_year),
            f"{item.share.completed:,}",
            f"{item.share.matured:,}",
            f"{item.share.invested:,}",
            item.rate,
        ]
        for item in cohorts
    ]
    return str(INVESTED.name), heads, rows


def ward_table(shown: Indicator, counts: Sequence[WardCount], names: dict[int, str]) -> Table:
    """One indicator by ward."""
    heads = [_("区"), _("実績"), _("目標")]
    rows = [[names[one.ward_id], f"{one.value:,}", f"{one.target:,}"] for one in counts]
    return _("%(name)s（区ごと）") % {"name": shown.name}, heads, rows


def council_data(
    *,
    title: str,
    lead: str,
    headline: str,
    dangers: Sequence[Danger],
    groups: Sequence[tuple[str | Promise, Sequence[Card]]],
    trends: Sequence[charts.LineChart],
    cohorts: Sequence[Cohort],
    wards: Table,
    source: str,
) -> Data:
    """The council's paper."""
    every = [card for _title, cards in groups for card in cards]
    outcome = outcome_table(cohorts)
    return {
        "lang": get_language() or "ja",
        "title": title,
        "author": _("ものづくり支援ポータル"),
        "keywords": [str(card.name) for card in every],
        "lead": lead,
        "headline": headline,
        "lights": _("　").join(
            _("%(word)s：%(n)s指標") % {"word": word, "n": n} for word, _tone, n in lights(every)
        ),
        "dangers": [
            _("%(name)s（%(verdict)s）%(text)s")
            % {"name": one.name, "verdict": one.verdict, "text": one.text}
            for one in dangers
        ],
        "heads": [_("指標"), _("実績"), _("判定"), _("目標と見込み")],
        "between": _("　"),
        "groups": [
            {"title": str(heading), "cards": [_card(card) for card in cards]}
            for heading, cards in groups
        ],
        "trends_title": _("年度の中の動き"),
        "trends_note": _("太い線：実績、破線：目標、点線：前年度、薄い帯：見込み（80%の幅）。"),
        "trends": [_trend(chart) for chart in trends],
        "outcome": _table(outcome),
        "wards": _table(wards),
        "notes": {
            "title": _("目標の読み方の注意"),
            "items": [[str(note.title), f"{note.follows}{note.here}"] for note in NOTES],
        },
        "source": source,
        "footer": _("　").join((title, lead)),
    }


def _card(card: Card) -> Data:
    beside = [line.text for line in card.beside]
    return {
        "name": str(card.name),
        "value": f"{card.value}{card.unit}",
        "verdict": card.verdict,
        "tone": card.tone or "plain",
        "lines": [*card.lines, *beside],
    }


def _trend(chart: charts.LineChart) -> Data:
    """A drawing tells nothing to who cannot see it: the last known figures stand in its place."""
    months = _("、").join(f"{name} {_last(chart, at)}" for at, name in enumerate(chart.names))
    return {
        "title": chart.caption.title,
        "alt": _("%(title)s。%(last)s") % {"title": chart.caption.title, "last": months},
        "svg": svg(chart),
    }


def _last(chart: charts.LineChart, at: int) -> str:
    known = [values[at] for _label, values in chart.rows if values[at] != "—"]
    return known[-1] if known else "—"


def _table(table: Table) -> Data:
    title, heads, rows = table
    return {"title": title, "heads": heads, "rows": rows}
