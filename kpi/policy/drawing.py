"""The logic model with its figures: what each box shows, and the lines between two columns.

Boxes of a column are equally high, so the ends of the lines are plain fractions of the column's height: the
page stretches one drawing of 100 × 100 between the columns, the paper uses the same numbers.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from django.urls import reverse
from django.utils.translation import gettext as _

from kpi.figures import Card
from kpi.policy.boxes import LEVELS, Arrow, Box, Level, Package
from kpi.policy.model import ACROSS, PACKAGES
from kpi.policy.selectors.inputs import Given
from portal.ui.markup import yen_text

ALL = 100


@dataclass(frozen=True, slots=True)
class Shown:
    """A box with its figure: `value`, what stands under it, the light in words and its tone, the addresses."""

    box: Box
    value: str = ""
    lines: tuple[str, ...] = ()
    verdict: str = ""
    tone: str = ""
    url: str = ""
    definition: str = ""
    after: tuple[str, ...] = ()

    @property
    def anchor(self) -> str:
        return f"b-{self.box.code}"


@dataclass(frozen=True, slots=True)
class Path:
    """A line from the left edge to the right edge, heights in % from the top."""

    start: float
    end: float

    @property
    def d(self) -> str:
        return f"M0 {self.start}C50 {self.start} 50 {self.end} 100 {self.end}"


@dataclass(frozen=True, slots=True)
class Column:
    level: Level
    name: str
    boxes: list[Shown]
    paths: list[Path] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Told:
    """An arrow in words."""

    start: str
    end: str
    arrow: Arrow


@dataclass(frozen=True, slots=True)
class Drawn:
    package: Package
    columns: list[Column]
    arrows: list[Told]


def drawn(cards: Sequence[Card], numbers: Given) -> list[Drawn]:
    """The three packages."""
    by_code = {card.code: card for card in cards}
    return [_package(package, by_code, numbers) for package in PACKAGES.values()]


def rows(packages: Sequence[Drawn]) -> list[list[str]]:
    """Every box as a line of a file."""
    return [
        [
            str(one.package.name),
            column.name,
            str(shown.box.text),
            shown.box.indicator,
            shown.value,
            shown.verdict,
            " / ".join(shown.lines),
            " / ".join(shown.after),
        ]
        for one in packages
        for column in one.columns
        for shown in column.boxes
    ]


def across() -> list[Told]:
    """What leads from one package to another."""
    boxes = {box.code: box for package in PACKAGES.values() for box in package.boxes}
    return [Told(str(boxes[a.start].text), str(boxes[a.end].text), a) for a in ACROSS]


def _package(package: Package, cards: Mapping[str, Card], numbers: Given) -> Drawn:
    columns = [
        Column(
            level,
            str(name),
            [_shown(package, box, cards, numbers) for box in package.column(level)],
            _paths(package, level),
        )
        for level, name in LEVELS.items()
    ]
    told = [
        Told(str(package.box(a.start).text), str(package.box(a.end).text), a)
        for a in package.arrows
    ]
    return Drawn(package, columns, told)


def _paths(package: Package, level: Level) -> list[Path]:
    """From this column to the next."""
    order = list(LEVELS)
    if level == order[-1]:
        return []
    left = [box.code for box in package.column(level)]
    right = [box.code for box in package.column(order[order.index(level) + 1])]
    return [
        Path(_middle(left, arrow.start), _middle(right, arrow.end))
        for arrow in package.arrows
        if arrow.start in left and arrow.end in right
    ]


def _middle(codes: list[str], code: str) -> float:
    return round(ALL * (codes.index(code) + 0.5) / len(codes), 1)


def _shown(package: Package, box: Box, cards: Mapping[str, Card], numbers: Given) -> Shown:
    after = tuple(str(package.box(a.end).text) for a in package.arrows if a.start == box.code)
    if box.indicator:
        card = cards[box.indicator]
        definition = reverse("kpi:definition", args=[card.code])
        return Shown(
            box,
            value=f"{card.value}{card.unit}",
            lines=card.lines[:1],
            verdict=card.verdict,
            tone=card.tone,
            url=card.url or definition,
            definition=definition,
            after=after,
        )
    if box.shows:
        value, lines = _input(box.shows, numbers)
        return Shown(box, value=value, lines=lines, after=after)
    return Shown(box, after=after)


def _input(shows: str, numbers: Given) -> tuple[str, tuple[str, ...]]:
    """(what was put in, what stands under it)."""
    if shows.startswith("money_"):
        stage = shows[-1]
        return yen_text(numbers[f"budget_{stage}"]), (
            _("決定 %(yen)s") % {"yen": yen_text(numbers[f"spent_{stage}"])},
            _("うち支払 %(yen)s") % {"yen": yen_text(numbers[f"paid_{stage}"])},
        )
    if shows == "advisors":
        return _people(numbers["advisors"]), (
            _("謝金の決定 %(yen)s") % {"yen": yen_text(numbers["fees"])},
            _("うち支払 %(yen)s") % {"yen": yen_text(numbers["fees_paid"])},
        )
    if shows.startswith("seats_"):
        return _people(numbers[shows]), (_("講座の費用は記録なし"),)
    if shows == "lab_hours":
        hours = {"hours": f"{numbers.lab_hours:,}", "used": f"{numbers['lab_used'] // 60:,}"}
        return _("%(hours)s時間") % hours, (
            _("うち使われた時間 %(used)s時間") % hours,
            _("運営費は記録なし"),
        )
    return "", (_("費用は記録なし"),)


def _people(number: int) -> str:
    return _("%(n)s人") % {"n": f"{number:,}"}
