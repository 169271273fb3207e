"""Geometry of the result's two pictures: the radar of the axes, the ladder of the levels.

Coordinates are pixels of the drawing's view box. Axes and rungs carry numbers; their names stand in the
table beneath, which says the same.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import cos, pi, sin

SIZE, MIDDLE, REACH = 320, 160, 120
RINGS = (25, 50, 75, 100)
FEWEST_AXES = 3
WIDTH, HEIGHT, GROUND = 320, 150, 140
# Fill of a rung on paper by (the firm stands here, it has come so far).
_RUNG = {
    (True, True): "#1a3ebe",
    (True, False): "#1a3ebe",
    (False, True): "#c9d4f7",
    (False, False): "#ffffff",
}


@dataclass(frozen=True, slots=True)
class Spoke:
    """An axis: where it ends, where its number stands."""

    number: int
    x: float
    y: float
    label_x: float
    label_y: float


@dataclass(frozen=True, slots=True)
class Radar:
    """Rings and shapes are closed paths; `before` is "" where there was no earlier result."""

    spokes: tuple[Spoke, ...]
    rings: tuple[str, ...]
    shape: str
    before: str
    dots: tuple[tuple[float, float], ...]
    size: int = SIZE
    middle: int = MIDDLE


@dataclass(frozen=True, slots=True)
class Rung:
    """One step of the ladder."""

    number: int
    x: float
    y: float
    width: float
    height: float
    is_reached: bool
    is_here: bool


@dataclass(frozen=True, slots=True)
class Ladder:
    """Steps that rise from left to right."""

    rungs: tuple[Rung, ...]
    width: int = WIDTH
    height: int = HEIGHT


def radar(values: Sequence[int], before: Sequence[int] = ()) -> Radar | None:
    """Of points from 0 to 100; None for fewer than three axes."""
    count = len(values)
    if count < FEWEST_AXES:
        return None
    spokes = []
    for number in range(count):
        (x, y), (label_x, label_y) = _at(number, count, 100), _at(number, count, 114)
        spokes.append(Spoke(number + 1, x, y, label_x, round(label_y + 5, 1)))
    return Radar(
        spokes=tuple(spokes),
        rings=tuple(_closed([ring] * count) for ring in RINGS),
        shape=_closed(values),
        before=_closed(before) if len(before) == count else "",
        dots=tuple(_at(number, count, value) for number, value in enumerate(values)),
    )


def radar_svg(found: Radar) -> str:
    """The radar by itself, for paper: black on white, numbers as in the table beneath."""
    middle = found.middle
    lines = "".join(f'<path d="M{middle} {middle}L{spoke.x} {spoke.y}"/>' for spoke in found.spokes)
    rings = "".join(f'<path d="{ring}"/>' for ring in found.rings)
    numbers = "".join(
        f'<text x="{spoke.label_x}" y="{spoke.label_y}" text-anchor="middle">{spoke.number}</text>'
        for spoke in found.spokes
    )
    dots = "".join(f'<circle cx="{x}" cy="{y}" r="4"/>' for x, y in found.dots)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {found.size} {found.size}">'
        f'<g fill="none" stroke="#999999">{rings}{lines}</g>'
        f'<path d="{found.shape}" fill="#1a3ebe" fill-opacity="0.2" stroke="#1a3ebe" stroke-width="2"/>'
        f'<g fill="#1a3ebe">{dots}</g>'
        f'<g font-family="Noto Sans JP" font-size="15" fill="#1a1a1a">{numbers}</g></svg>'
    )


def ladder_svg(found: Ladder) -> str:
    """The ladder by itself, for paper: where the firm stands is dark, what it has passed lighter."""
    rungs = "".join(
        f'<rect x="{rung.x}" y="{rung.y}" width="{rung.width}" height="{rung.height}" rx="4" '
        f'fill="{_RUNG[rung.is_here, rung.is_reached]}" stroke="#1a3ebe"/>'
        f'<text x="{round(rung.x + 10, 1)}" y="{round(rung.y + 22, 1)}" '
        f'fill="{"#ffffff" if rung.is_here else "#1a1a1a"}">{rung.number}</text>'
        for rung in found.rungs
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {found.width} {found.height}">'
        f'<g font-family="Noto Sans JP" font-size="15">{rungs}</g></svg>'
    )


def ladder(count: int, here: int) -> Ladder:
    """`here` counts from 0."""
    step = WIDTH / max(count, 1)
    rise = (GROUND - 20) / max(count, 1)
    return Ladder(
        tuple(
            Rung(
                number=number + 1,
                x=round(step * number + 2, 1),
                y=round(GROUND - rise * (number + 1), 1),
                width=round(step - 4, 1),
                height=round(rise * (number + 1), 1),
                is_reached=number <= here,
                is_here=number == here,
            )
            for number in range(count)
        )
    )


def _at(number: int, count: int, value: int) -> tuple[float, float]:
    """The point of a value on an axis; the first one points upwards."""
    angle = 2 * pi * number / count
    far = REACH * value / 100
    return round(MIDDLE + far * sin(angle), 1), round(MIDDLE - far * cos(angle), 1)


def _closed(values: Sequence[int]) -> str:
    points = [_at(number, len(values), value) for number, value in enumerate(values)]
    return "M" + "L".join(f"{x} {y}" for x, y in points) + "Z"
