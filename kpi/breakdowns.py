"""What a number is made of: by month, ward, stage, size, industry, and what its own records can tell.

Whoever may read the records of a number sees every count. For the others one or two firms of an industry, a
size, a run or an institution stay untold, with one more where the sum would give them away.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kpi import labels
from kpi.drill import Asked, reads
from kpi.indicators import INDICATORS, INVESTED, Kind, Once
from kpi.indicators.ratios import FELT_EFFECT
from kpi.labels import Item, Label
from kpi.rules.ratios import tenths_text
from kpi.selectors import records
from portal.kernel.actor import Actor
from portal.kernel.database import acting
from programs.small_cells import FEWEST, Cell, ends, withheld

COUNTS = tuple(indicator.code for indicator in INDICATORS)
# Of a ratio: what is divided by what.
SHARES = {INVESTED.code: ("invested", "matured"), FELT_EFFECT.code: ("felt", "answered")}


@dataclass(frozen=True, slots=True)
class Split:
    """One way to take a number apart. `tells_on`: a small part of it points at a firm.

    `overlaps`: one record may be in several parts, which then add up to more than the number.
    """

    code: str
    title: str | Promise
    labels: Callable[[Sequence[Item]], Mapping[int, Sequence[Label]]]
    tells_on: bool = False
    overlaps: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    """A part: its counts (one, or numerator and denominator; None: untold) and, of a ratio, its share."""

    label: str
    counts: tuple[int | None, ...]
    share: str = ""

    @property
    def is_untold(self) -> bool:
        return None in self.counts


@dataclass(frozen=True, slots=True)
class Table:
    """A number taken apart in one way."""

    split: Split
    lines: list[Line]

    @property
    def is_withheld(self) -> bool:
        return any(line.is_untold for line in self.lines)


@dataclass(frozen=True, slots=True)
class Breakdown:
    """All tables of a number; `sums` are its counts, `beside` what else its records come to, in words."""

    sums: tuple[int, ...]
    tables: list[Table]
    beside: list[tuple[str, int]] = field(default_factory=list)


_MONTH = Split("month", gettext_lazy("月"), labels.month)
_WARD = Split("ward", gettext_lazy("区"), labels.ward)
_STAGE = Split("stage", gettext_lazy("ステージ"), labels.stage)
_SIZE = Split("size", gettext_lazy("企業の規模"), labels.size, tells_on=True)
_INDUSTRY = Split("industry", gettext_lazy("産業"), labels.industry, tells_on=True)
_RUN = Split("run", gettext_lazy("講座の期"), labels.run, tells_on=True)

OWN: dict[str, tuple[Split, ...]] = {
    "1-OC": (_SIZE, _INDUSTRY),
    "1-OP1": (_RUN, _SIZE, _INDUSTRY),
    "1-OP2": (_RUN, _SIZE, _INDUSTRY),
    "1-OP3": (
        Split("adviser", gettext_lazy("専門家の役割"), labels.adviser),
        _SIZE,
        _INDUSTRY,
    ),
    "2-KSI": (_STAGE, _SIZE, _INDUSTRY),
    "2-OC": (
        _STAGE,
        Split("effect", gettext_lazy("いちばん大きい効果"), labels.effect, tells_on=True),
        _SIZE,
        _INDUSTRY,
    ),
    "2-OP1": (_SIZE, _INDUSTRY),
    "2-OP2": (_SIZE, _INDUSTRY),
    "2-OP3": (_SIZE, _INDUSTRY),
    "3-KGI": (
        Split("kind", gettext_lazy("共同受注・共同開発の別"), labels.parts_of("3-KGI")),
        Split(
            "process",
            gettext_lazy("関係する加工の大分類（1件が複数に入ります）"),
            labels.needed,
            tells_on=True,
            overlaps=True,
        ),
    ),
    "3-KSI": (
        Split("purpose", gettext_lazy("目的"), labels.purpose),
        Split("from", gettext_lazy("どこから来たか"), labels.came_from),
    ),
    "3-OC": (
        Split("channel", gettext_lazy("どこで成立したか"), labels.parts_of("3-OC")),
        Split("band", gettext_lazy("金額の範囲（届け出た取引）"), labels.band, tells_on=True),
        Split("supplier", gettext_lazy("売る企業の区"), labels.supplier_ward),
    ),
    "3-OP1": (Split("kind", gettext_lazy("催しの種類"), labels.event_kind),),
    "3-OP2": (
        Split(
            "process",
            gettext_lazy("加工の大分類（1社が複数に入ります）"),
            labels.processes,
            tells_on=True,
            overlaps=True,
        ),
        _SIZE,
        _INDUSTRY,
    ),
    "3-OP3": (
        Split("institution", gettext_lazy("協定を結んだ機関"), labels.institution, tells_on=True),
    ),
}


def is_known(number: Asked) -> bool:
    """Whether the records of the number can be taken apart."""
    return number.code in COUNTS or number.code in SHARES


def breakdown(actor: Actor, number: Asked) -> Breakdown:
    """Every table of a number; as many queries for thirty records as for one."""
    with acting(actor.elevated()):
        series = [_items(number, part) for part in SHARES.get(number.code, ("",))]
        splits = [_MONTH, *([] if number.ward_id else [_WARD]), *OWN[number.code]]
        every = {item.pk: item for items in series for item in items}
        tables = [
            _table(split, series, list(every.values()), told=reads(actor, number))
            for split in splits
        ]
        beside = _beside(number, series[0])
    return Breakdown(tuple(len(items) for items in series), tables, beside)


def _items(number: Asked, part: str) -> list[Item]:
    if number.code == INVESTED.code:
        firms = records.cohort_firms(fiscal_year=number.year, ward_id=number.ward_id, part=part)
        return [
            Item(firm.firm_id, firm.ward_id, firm.completed_on, firm.firm_id, firm.stage)
            for firm in firms
        ]
    if number.code == FELT_EFFECT.code:
        facts = records.felt_facts(fiscal_year=number.year, ward_id=number.ward_id, part=part)
    else:
        facts = records.chosen(Asked(number.code, number.year, number.ward_id).wanted)
    fields = ("pk", "ward_id", "occurred_on", "firm_id", "stage", "part")
    source = ("source_table", "source_pk", "event_key")
    return [Item(*row) for row in facts.values_list(*fields, *source)]


def _table(
    split: Split, series: Sequence[Sequence[Item]], every: Sequence[Item], *, told: bool
) -> Table:
    names = split.labels(every)
    unknown = (labels.unknown(),)
    counted = [
        Counter(label for item in items for label in names.get(item.pk) or unknown)
        for items in series
    ]
    found = sorted({label for counter in counted for label in counter})
    rows = {label: tuple(counter[label] for counter in counted) for label in found}
    hidden = set() if told or not split.tells_on else _small(rows, split)
    return Table(split, [_line(label, rows[label], label in hidden) for label in found])


def _small(rows: Mapping[Label, Sequence[int]], split: Split) -> set[Label]:
    """Parts of one or two (of a ratio, by its denominator), and who would give them away."""
    if split.overlaps:
        return {label for label, counts in rows.items() if 0 < counts[-1] < FEWEST}
    cells = [
        Cell(
            label,
            *ends("parts", str(label), "n", across=False),
            counts[-1],
            is_small=0 < counts[-1] < FEWEST,
        )
        for label, counts in rows.items()
    ]
    return set(withheld(cells))


def _line(label: Label, counts: Sequence[int], is_hidden: bool) -> Line:
    if is_hidden:
        return Line(label.text, (None,) * len(counts))
    if len(counts) == 1:
        return Line(label.text, tuple(counts))
    return Line(label.text, tuple(counts), tenths_text(share(counts)))


def share(counts: Sequence[int]) -> Fraction | None:
    """Numerator and denominator as %; None where there is nobody (R6)."""
    return Fraction(100 * counts[0], counts[1]) if counts[1] else None


def _beside(number: Asked, items: Sequence[Item]) -> list[tuple[str, int]]:
    """Secondary counts, labelled as such: firms beside people, wards with what counts in several."""
    if number.indicator is None:
        return []
    indicator = number.indicator
    found = []
    firms = {item.firm_id for item in items if item.firm_id}
    if indicator.code in {"1-OP1", "1-OP2", "2-KSI", "3-KSI"}:
        found.append((_("企業の数（同じ企業は1社）"), len(firms)))
    if indicator.once in {Once.YEAR, Once.EVER} and indicator.kind == Kind.ANNUAL:
        touched = records.touched_wards(number.wanted)
        if sum(touched.values()) != len(items):
            found.append((_("行った区のすべてで数えた数（重複あり）"), sum(touched.values())))
    return found


def flat(made: Breakdown) -> Iterable[tuple[str, Line]]:
    """(split, line), table by table: the rows of a file."""
    for table in made.tables:
        for line in table.lines:
            yield str(table.split.title), line
