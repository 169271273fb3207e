"""The results of one wave, in lines: by ward, size, industry, against the wave before. Sums only."""

import datetime as dt
from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from fractions import Fraction

from django.db.models import Max

from kpi.rules import Weighted, tenths_text
from kpi.surveys import states
from kpi.surveys.models import Asked, Place, Wave
from kpi.surveys.rules.results import Group, Tally, differ
from kpi.surveys.rules.weights import SIZES, Cell
from kpi.surveys.selectors.tallies import tally_of
from portal.kernel.actor import Actor
from portal.kernel.database import acting
from programs import small_cells
from programs.diagnosis.barriers import GROUPS
from programs.industry import JSIC, SIZE_LABELS
from programs.selectors import ward_names


@dataclass(frozen=True, slots=True)
class Line:
    """One group of firms. `is_untold`: so few answers that the share would tell on somebody."""

    key: Hashable
    label: str
    group: Group
    is_untold: bool = False
    before: Weighted | None = None

    @property
    def n(self) -> int:
        """Valid answers."""
        return self.group.weighted.n

    @property
    def share(self) -> Fraction | None:
        """In %; None where nothing is to be said."""
        return None if self.is_untold else self.group.weighted.share

    @property
    def bounds(self) -> tuple[Fraction, Fraction] | None:
        """95 % of the share in %, to a tenth."""
        found = self.group.weighted.interval
        if self.share is None or found is None:
            return None
        return Fraction(round(found[0] * 10), 10), Fraction(round(found[1] * 10), 10)

    @property
    def is_small(self) -> bool:
        """参考値."""
        return bool(self.n) and self.group.weighted.is_small

    @property
    def share_text(self) -> str:
        return tenths_text(self.share)

    @property
    def low_text(self) -> str:
        return tenths_text(self.bounds[0] if self.bounds else None)

    @property
    def high_text(self) -> str:
        return tenths_text(self.bounds[1] if self.bounds else None)

    @property
    def rate_text(self) -> str:
        return tenths_text(self.group.rate)

    @property
    def effect_text(self) -> str:
        effect = self.group.effect
        return "—" if effect is None else f"{float(effect):.2f}"

    @property
    def change(self) -> Fraction | None:
        """Points since the wave before."""
        if self.share is None or self.before is None or self.before.share is None:
            return None
        return self.share - self.before.share

    @property
    def change_text(self) -> str:
        return tenths_text(self.change, signed=True)

    @property
    def change_kind(self) -> str:
        """sure: more than chance would make; chance; small: a 参考値 is not compared; "": nothing to compare."""
        if self.change is None or self.before is None:
            return ""
        if self.is_small or self.before.is_small:
            return "small"
        return "sure" if differ(self.group.weighted, self.before) else "chance"


@dataclass(frozen=True, slots=True)
class Results:
    """One wave. `barriers`: (code, name, weighted % of the answers)."""

    wave: Wave
    whole: Line
    wards: list[Line]
    sizes: list[Line]
    industries: list[Line]
    barriers: list[tuple[str, str, Fraction]]
    cells: list[Cell]
    earlier: Wave | None
    answered_at: dt.datetime | None  # the last answer

    @property
    def is_told_on(self) -> bool:
        """Whether anything is withheld."""
        return any(line.is_untold for line in (*self.wards, *self.sizes, *self.industries))

    @property
    def named_barriers(self) -> list[tuple[str, str, Fraction]]:
        return [row for row in self.barriers if row[2]]


def results_of(actor: Actor, wave: Wave) -> Results:
    """As it stands now; the same number of queries however many firms there are. As the system."""
    with acting(actor.elevated()):
        tally = tally_of(wave.pk)
        earlier = _earlier(wave)
        before = tally_of(earlier.pk) if earlier is not None else Tally({}, [])
        answered_at = Asked.objects.filter(wave=wave).aggregate(at=Max("answered_at"))["at"]
        wards = set(Place.objects.filter(wave=wave).values_list("ward_id", flat=True))
    names = ward_names()
    whole = tally.whole()
    by_ward = tally.groups(lambda stratum: stratum.ward_id)
    was = before.groups(lambda stratum: stratum.ward_id)
    comparable = earlier is not None and was.keys() == by_ward.keys()
    return Results(
        wave=wave,
        whole=Line(
            "",
            "",
            whole,
            is_untold=small_cells.is_small(whole.weighted.n),
            before=before.whole().weighted if comparable else None,
        ),
        wards=_lines({ward: by_ward.get(ward, Group()) for ward in sorted(wards)}, names, was),
        sizes=_lines(
            _ordered(tally.groups(lambda stratum: stratum.size)),
            {size: str(SIZE_LABELS[size]) for size in SIZES},
            before.groups(lambda stratum: stratum.size) if comparable else {},
        ),
        industries=_lines(
            tally.groups(lambda stratum: stratum.jsic),
            {code: str(name) for code, name in JSIC},
            before.groups(lambda stratum: stratum.jsic) if comparable else {},
        ),
        barriers=[(code, str(GROUPS[code]), share) for code, share in tally.barriers().items()]
        if len(tally.said) >= small_cells.FEWEST
        else [],
        cells=tally.cells(),
        earlier=earlier,
        answered_at=answered_at,
    )


def _earlier(wave: Wave) -> Wave | None:
    """The closed wave before it that asked one of its wards."""
    wards = Place.objects.filter(wave=wave).values("ward_id")
    rows = Wave.objects.filter(
        status=states.CLOSED, starts_on__lt=wave.starts_on, places__ward_id__in=wards
    )
    return rows.order_by("-starts_on", "-pk").first()


def _ordered(groups: Mapping[str, Group]) -> dict[str, Group]:
    return {size: groups[size] for size in SIZES if size in groups}


def _lines[Key: Hashable](
    groups: Mapping[Key, Group], names: Mapping[Key, str], before: Mapping[Key, Group]
) -> list[Line]:
    untold = withheld({key: group.weighted.n for key, group in groups.items()})
    # What the wave before withheld is not told by the difference either.
    then = withheld({key: group.weighted.n for key, group in before.items()})
    return [
        Line(
            key,
            names[key],
            group,
            key in untold,
            before[key].weighted if key in before and key not in then else None,
        )
        for key, group in groups.items()
    ]


def withheld[Key: Hashable](answers: Mapping[Key, int]) -> set[Key]:
    """Groups whose share stays untold: one or two answers, and what would lead to them."""
    cells = [_cell(str(key), n, key) for key, n in answers.items()]
    cells.append(_cell(small_cells.TOTAL, sum(answers.values()), small_cells.TOTAL))
    untold = small_cells.withheld(cells)
    return {key for key in answers if key in untold}


def _cell(row: str, n: int, key: Hashable) -> small_cells.Cell:
    tail, head = small_cells.ends("survey", row, "answers", across=False)
    return small_cells.Cell(key, tail, head, n, is_small=small_cells.is_small(n), is_known=not n)
