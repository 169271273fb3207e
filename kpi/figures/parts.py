"""A number taken apart, drawn: bars for each way, the largest part in the heading."""

from collections.abc import Callable, Sequence
from fractions import Fraction

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from kpi.breakdowns import SHARES, Breakdown, Line, Table, share
from kpi.drill import Asked
from kpi.indicators import INVESTED, RATIOS, Indicator, Outcome, Ratio
from portal.ui import charts
from portal.ui.parts import Crumb

# Shares of fewer are not compared: one firm more would turn them around.
FEWEST_COMPARED = 10
# Names with more characters are put on lines of their own beside half a page.
LONG = 14
Links = Callable[[str], tuple[Crumb, ...]]


def defined(number: Asked) -> Indicator | Outcome | Ratio:
    """The definition behind a number, of a count or a share."""
    return number.indicator or next(one for one in (INVESTED, *RATIOS) if one.code == number.code)


def drawn(made: Breakdown, number: Asked, *, source: str, links: Links) -> list[charts.Bars]:
    """Every way the number is taken apart, in the order of the page."""
    return [_bars(table, number, made, source, links) for table in made.tables]


def _bars(table: Table, number: Asked, made: Breakdown, source: str, links: Links) -> charts.Bars:
    is_share = number.code in SHARES
    best = _best(table, is_share=is_share)
    caption = charts.Caption(
        key=f"by-{table.split.code}",
        title=_finding(table, best, number, made.sums[0]),
        note=_note(table),
        source=source,
        links=links(table.split.code),
    )
    return charts.bars(
        caption,
        [(line.label, _value(line)) for line in table.lines],
        head=str(table.split.title),
        unit="%" if is_share else number.indicator.unit if number.indicator else "",
        texts=[_told(line, number) for line in table.lines],
        named=[best.label] if best else [],
    )


def span(chart: charts.Bars) -> int:
    """Long names need the whole width."""
    return 12 if max((len(bar.label) for bar in chart.bars), default=0) > LONG else 6


def _best(table: Table, *, is_share: bool) -> Line | None:
    """The largest part, which the heading names; of shares among those that can be compared."""
    known = [line for line in table.lines if not line.is_untold]
    if is_share:
        known = [line for line in known if (line.counts[-1] or 0) >= FEWEST_COMPARED]
    return max(known, key=lambda line: _value(line) or 0, default=None)


def _value(line: Line) -> Fraction | int | None:
    if line.is_untold:
        return None
    counts = [count or 0 for count in line.counts]
    return counts[0] if len(counts) == 1 else share(counts)


def _told(line: Line, number: Asked) -> str:
    """What stands behind a bar: the count, or the share and what it is of."""
    if line.is_untold:
        return _("非公表")
    counts = [count or 0 for count in line.counts]
    if len(counts) == 1:
        return f"{counts[0]:,}{number.indicator.unit(counts[0]) if number.indicator else ''}"
    part, whole = f"{counts[0]:,}", f"{counts[1]:,}"
    if not counts[1]:
        return _("—（%(part)s／%(whole)s社）") % {"part": part, "whole": whole}
    return _("%(share)s%%（%(part)s／%(whole)s社）") % {
        "share": line.share,
        "part": part,
        "whole": whole,
    }


def _finding(table: Table, best: Line | None, number: Asked, whole: int) -> str:
    values: dict[str, str | Promise] = {"split": table.split.title}
    if all(line.is_untold for line in table.lines):
        return _("%(split)s：企業が特定されるため、どの内訳も示しません") % values
    if best is None:
        return _("%(split)s：10社以上の内訳がなく、高い低いは比べられません") % values
    values["label"] = best.label
    if len(best.counts) > 1:
        values["share"] = best.share
        return _("%(split)s：10社以上の内訳で最も高いのは%(label)sの%(share)s%%") % values
    values["count"] = _told(best, number)
    values["percent"] = str(round(100 * (best.counts[0] or 0) / whole))
    if len(table.lines) == 1:
        return _("%(split)s：すべて%(label)sの%(count)sです") % values
    return _("%(split)s：最も多いのは%(label)sの%(count)s（全体の%(percent)s%%）") % values


def _note(table: Table) -> str:
    said: Sequence[str] = (
        *(
            [_("1社か2社の内訳と、合計から分かってしまう内訳は示しません。")]
            if table.is_withheld
            else []
        ),
        *(
            [_("1つの記録が複数の内訳に入るため、足すと合計より多くなります。")]
            if table.split.overlaps
            else []
        ),
    )
    return "".join(said)
