"""The tile map of the 23 wards."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from portal.ui.charts.base import LEVELS, Caption, Unit, with_unit, word
from portal.ui.wards import WARD_TILES, WardTile


@dataclass(frozen=True, slots=True)
class Tile:
    """A ward's tile; `level` 1–5, 0 where nothing may be shown."""

    ward: WardTile
    text: str
    unit: str
    level: int
    url: str


@dataclass(frozen=True, slots=True)
class TileMap:
    caption: Caption
    tiles: tuple[Tile, ...]
    legend: tuple[tuple[int, str], ...]


def tile_map(
    caption: Caption,
    values: Mapping[int, int | None],
    *,
    unit: Unit,
    url: Callable[[int], str] | None = None,
    limits: Sequence[int] | None = None,
) -> TileMap:
    """`values` by JIS code; a missing ward counts 0, None is withheld (few firms, 秘匿).

    `limits` are the first values of levels 2–5; without them they follow the values. A limit
    that equals an earlier one drops out of the legend.
    """
    numbers = [value for value in values.values() if value is not None]
    starts = list(limits) if limits is not None else level_limits(numbers)
    tiles = []
    for ward in WARD_TILES:
        value = values.get(ward.code, 0)
        level = 0 if value is None else 1 + sum(value >= start for start in starts)
        text = "－" if value is None else f"{value:,}"
        said = "" if value is None else word(unit, value)
        tiles.append(Tile(ward, text, said, level, url(ward.code) if url else ""))
    return TileMap(caption, tuple(tiles), _legend(starts, unit))


def level_limits(values: Sequence[int]) -> list[int]:
    """First values of levels 2–5 such that levels hold about equally many of the values above 0."""
    ordered = sorted({value for value in values if value > 0})
    if not ordered:
        return [1]
    picked = {ordered[len(ordered) * n // LEVELS] for n in range(1, LEVELS)}
    return sorted(picked | {ordered[0]} if len(picked) < LEVELS - 1 else picked)[: LEVELS - 1]


def _legend(starts: Sequence[int], unit: Unit) -> tuple[tuple[int, str], ...]:
    lows = [0, *starts]
    texts = []
    for level, low in enumerate(lows, start=1):
        high = lows[level] - 1 if level < len(lows) else None
        if high is None:
            text = _("%(low)s〜") % {"low": with_unit(low, unit)}
        elif high == low:
            text = with_unit(low, unit)
        else:
            text = _("%(low)s〜%(high)s") % {"low": f"{low:,}", "high": with_unit(high, unit)}
        texts.append((level, text))
    return tuple(texts)
