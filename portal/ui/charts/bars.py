"""One value against its target, and bars with a common scale."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import floor

from portal.ui.charts.base import Caption, Number, Unit, per_mille, with_unit, word


@dataclass(frozen=True, slots=True)
class Bullet:
    """Value and target of one indicator, both in per mille of the bar's width."""

    bar: int
    target: int
    percent: int | None
    reached: bool


def bullet(value: Number, target: Number) -> Bullet:
    """The bar ends at 125 % of the target, or at the value where that is more."""
    full = max(Fraction(target) * Fraction(5, 4), Fraction(value))
    return Bullet(
        bar=per_mille(value, full),
        target=per_mille(target, full),
        percent=floor(Fraction(value) / Fraction(target) * 100) if target else None,
        reached=value >= target,
    )


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar; `width` in per mille, `strong` for those the finding is about."""

    label: str
    text: str
    width: int
    strong: bool
    url: str = ""


@dataclass(frozen=True, slots=True)
class Bars:
    """Bars with a common scale; `target` in per mille or None."""

    caption: Caption
    head: str
    unit_head: str
    bars: tuple[Bar, ...]
    target: int | None = None
    target_text: str = ""


def bars(
    caption: Caption,
    items: Sequence[tuple[str, Number | None]],
    *,
    head: str,
    unit: Unit,
    texts: Sequence[str] | None = None,
    target: Number | None = None,
    target_text: str = "",
    strong: int = 0,
    named: Collection[str] | None = None,
    urls: Mapping[str, str] | None = None,
) -> Bars:
    """`items` in the order to show. With a target, bars that reach it are strong; else the
    `strong` longest ones, or those that the finding has `named`. `texts` say a value otherwise, and
    why there is none (None: no bar).
    """
    values = [value or 0 for _, value in items]
    full = max([*values, target or 0], default=0)
    longest = sorted(range(len(items)), key=lambda index: -values[index])[:strong]
    if named is not None:
        longest = [index for index, (label, _) in enumerate(items) if label in named]
    return Bars(
        caption=caption,
        head=head,
        unit_head=word(unit, full).strip(),
        bars=tuple(
            Bar(
                label=label,
                text=texts[index] if texts else with_unit(value, unit),
                width=per_mille(value, full),
                strong=value >= target if target is not None else index in longest and value > 0,
                url=(urls or {}).get(label, ""),
            )
            for index, (label, value) in enumerate(
                zip((label for label, _ in items), values, strict=True)
            )
        ),
        target=None if target is None else per_mille(target, full),
        target_text=target_text,
    )
