"""What a booking costs, in yen with tax (円, 税込). Rounded down in the firm's favour (切捨て)."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any

VERSION = 1
SLOT, HOUR = "slot", "hour"


@dataclass(frozen=True, slots=True)
class Tariff:
    """The price of one machine: `amount_yen` per slot of `slot_minutes`, or per hour begun by minutes."""

    name: str
    per: str
    amount_yen: int
    slot_minutes: int


@dataclass(frozen=True, slots=True)
class Line:
    """One machine: how many slots or minutes, and what that makes."""

    name: str
    per: str
    count: int
    unit_yen: int
    amount_yen: int


@dataclass(frozen=True, slots=True)
class Fee:
    """The decomposition that the firm sees before it books and on the bill."""

    lines: tuple[Line, ...]
    subtotal_yen: int
    discount_percent: int
    discount_yen: int
    waived_yen: int
    total_yen: int
    table_version: int

    def as_dict(self) -> dict[str, Any]:
        """As it is kept with the booking."""
        return {**asdict(self), "lines": [asdict(line) for line in self.lines], "rule": VERSION}


def line(tariff: Tariff, minutes: int) -> Line:
    """Slots are counted whole, hours by the minute."""
    if tariff.per == SLOT:
        count = -(-minutes // tariff.slot_minutes)
        return Line(tariff.name, SLOT, count, tariff.amount_yen, count * tariff.amount_yen)
    return Line(tariff.name, HOUR, minutes, tariff.amount_yen, minutes * tariff.amount_yen // 60)


def fee(
    tariffs: Iterable[Tariff],
    minutes: int,
    *,
    discount_percent: int = 0,
    is_waived: bool = False,
    table_version: int = 0,
) -> Fee:
    """The discount is taken from the sum; a waiver takes what is left."""
    lines = tuple(line(tariff, minutes) for tariff in tariffs)
    subtotal = sum(item.amount_yen for item in lines)
    rest = subtotal * (100 - discount_percent) // 100
    return Fee(
        lines=lines,
        subtotal_yen=subtotal,
        discount_percent=discount_percent,
        discount_yen=subtotal - rest,
        waived_yen=rest if is_waived else 0,
        total_yen=0 if is_waived else rest,
        table_version=table_version,
    )
