"""What the results of a wave show: the finding, the drawings and tables, each with its source and files."""

from collections.abc import Callable, Sequence
from fractions import Fraction

from django.urls import reverse
from django.utils.translation import gettext as _

from kpi.indicators.ratios import DX_READY
from kpi.rules import tenths_text
from kpi.surveys.benchmarks import NATIONAL
from kpi.surveys.selectors.results import Line, Results
from portal.kernel import clock
from portal.ui import charts, pictures
from portal.ui.markup import era_date
from portal.ui.parts import Crumb


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


def source(found: Results) -> str:
    """The wave, the last day of its answers, and when the last of them came."""
    name = _("%(name)s（%(first)sから）") % {
        "name": found.wave.name,
        "first": era_date(found.wave.starts_on),
    }
    as_of = min(clock.today(), found.wave.ends_on)
    return pictures.source(name, as_of, found.answered_at)


def links(found: Results, kind: str) -> tuple[Crumb, ...]:
    """All tables as a file, and this drawing or table as a picture."""
    wave = found.wave.public_id
    files = tuple(
        Crumb(label, reverse("surveys:file", args=[wave, form]))
        for label, form in ((_("CSVを保存"), "csv"), (_("Excelを保存"), "xlsx"))
    )
    return files + pictures.links(lambda form: reverse("surveys:picture", args=[wave, kind, form]))


def tables(found: Results) -> list[tuple[str, str, str, Sequence[Line]]]:
    """(kind, title, head, lines)."""
    return [
        ("by-ward", _("区ごと"), _("区"), found.wards),
        ("by-size", _("規模ごと"), _("規模"), found.sizes),
        ("by-industry", _("業種ごと"), _("業種"), found.industries),
    ]


def picture(found: Results, kind: str) -> charts.Intervals | charts.Bars | pictures.Table | None:
    """What a picture shows; None for what the page does not have."""
    drawn: dict[str, Callable[[Results], charts.Intervals | charts.Bars | None]] = {
        "wards": wards,
        "barriers": barriers,
    }
    if kind in drawn:
        return drawn[kind](found)
    for code, title, head, lines in tables(found):
        if code == kind:
            return _table(found, title, head, lines)
    return None


def _table(found: Results, title: str, head: str, lines: Sequence[Line]) -> pictures.Table:
    heads = [
        head,
        _("名簿の企業数"),
        _("回答／対象"),
        _("有効回答"),
        _("割合（%）"),
        _("95%信頼区間"),
        _("前回との差"),
    ]
    rows = [
        [
            line.label,
            f"{line.group.count.population:,}",
            f"{line.group.count.answers:,}／{line.group.eligible:,}",
            f"{line.n:,}",
            _("非公表") if line.is_untold else line.share_text,
            _("%(low)s〜%(high)s") % {"low": line.low_text, "high": line.high_text}
            if line.bounds
            else "—",
            line.change_text,
        ]
        for line in lines
    ]
    name = _("%(title)s：取組済み・検討中（1-KSI）") % {"title": title}
    return pictures.Table(name, heads, rows, source(found), _("30社に満たない値は参考値です。"))


def wards(found: Results) -> charts.Intervals:
    lines = [line for line in found.wards if line.group.count.asked]
    caption = charts.Caption(
        key="wards",
        title=_wards_finding(lines),
        note=_(
            "点が割合、横の線が95%信頼区間です。線が大きく重なる区どうしの差は、偶然でも起きます。"
            "中が白い点は30社に満たない参考値です。"
        ),
        source=source(found),
        links=links(found, "wards"),
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


def barriers(found: Results) -> charts.Bars | None:
    if not found.named_barriers:
        return None
    _code, name, share = max(found.named_barriers, key=lambda row: row[2])
    caption = charts.Caption(
        key="barriers",
        title=_("最も多い壁は「%(name)s」で、%(share)s%%の企業が挙げています")
        % {"name": name, "share": tenths_text(share)},
        note=_("1社が複数の壁を挙げることがあるため、合計は100%になりません。"),
        source=source(found),
        links=links(found, "barriers"),
    )
    return charts.bars(
        caption,
        [(name, Fraction(round(share * 10), 10)) for _code, name, share in found.barriers],
        head=_("壁の種類"),
        unit="%",
        strong=1,
    )
