"""The labs with their machines, prices and rules. All invented."""

import datetime as dt
import json
from dataclasses import dataclass
from pathlib import Path

from lab.booking.demo import pictures
from lab.booking.models import (
    Agreement,
    Consumable,
    FeeLine,
    FeeTable,
    Lab,
    Machine,
    OpeningHours,
    Quota,
)
from portal.accounts.demo import OTA, SUMIDA
from portal.kernel import clock

RULES = """1. 設備は、講習で教わった方法で使います。
2. 使う前と使った後に、周りを片付けます。
3. 来られないときは、締切までに予約を取り消します。
4. けが、故障、火気に気付いたら、すぐに職員に知らせます。
5. 預かった図面や部品を、ほかの企業に見せません。"""

# `yen` is the price an hour, with tax; the rest are a machine's fields.
MACHINES = json.loads((Path(__file__).parent / "machines.json").read_text())
# Percent off for firms of the host ward, and a machine that shows the drawn sign.
DISCOUNT = 30
WITHOUT_PHOTO = ("照明付きテーブル", "作業記録タブレット")
OTA_MACHINES = (
    "熱溶解3Dプリンター",
    "協働ロボット",
    "IoT計測キット",
    "3Dスキャナー",
    "電動グリッパー",
)
CONSUMABLES = (
    ("樹脂フィラメント", "巻", 2_800, 14, 6), ("光造形用樹脂", "本", 6_500, 3, 4),
    ("保護めがね", "個", 400, 30, 10), ("アルミ板（A5052）", "枚", 1_100, 22, 8),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Place:
    """A lab with its machines by name."""

    lab: Lab
    machines: dict[str, Machine]
    # Price lists by their first day, the newest first: machine's name → 円 an hour (税込).
    prices: tuple[tuple[dt.date, dict[str, int]], ...]

    def prices_of(self, day: dt.date) -> tuple[int, dict[str, int]]:
        """The version and the prices that held on a day."""
        number = len(self.prices)
        for place, (first, found) in enumerate(self.prices):
            if first <= day:
                return number - place, found
        return 1, self.prices[-1][1]


def build(now: dt.datetime) -> list[Place]:
    """墨田区's large lab and 大田区's small one."""
    sumida = Lab.objects.create(
        ward_id=SUMIDA,
        name="すみだDXラボ",
        place="墨田区文花1-19-1",
        contact="03-5608-0000",
        bring="動きやすい服、上履き。試したい部品や図面があればお持ちください。",
        overrides=["quota", "points"],
    )
    ota = Lab.objects.create(
        ward_id=OTA,
        name="おおたロボットラボ",
        place="大田区南蒲田1-20-20",
        contact="03-3733-0000",
        bring="安全靴。部品は20kgまで。",
    )
    return [
        _fill(sumida, [item["name"] for item in MACHINES], now),
        _fill(ota, list(OTA_MACHINES), now),
    ]


def _fill(lab: Lab, names: list[str], now: dt.datetime) -> Place:
    hours = [(day, dt.time(9), dt.time(21 if day == 2 else 18)) for day in range(5)]
    if lab.ward_id == SUMIDA:
        hours.append((5, dt.time(10), dt.time(16)))
    OpeningHours.objects.bulk_create(
        OpeningHours(lab=lab, weekday=day, opens=opens, closes=closes)
        for day, opens, closes in hours
    )
    Quota.objects.bulk_create(
        [Quota(lab=lab, of="firm", hours=60), Quota(lab=lab, of="ward", hours=400)]
    )
    Agreement.objects.create(lab=lab, version=1, text=RULES)
    machines: dict[str, Machine] = {}
    prices: dict[str, int] = {}
    for given in MACHINES:
        fields = dict(given)
        yen, name = fields.pop("yen"), fields["name"]
        if name in names:
            machines[name] = Machine.objects.create(lab=lab, **fields)
            prices[name] = yen
    for main, part in (("協働ロボット", "電動グリッパー"), ("外観検査カメラ", "照明付きテーブル")):
        if main in machines and part in machines:
            machines[main].accessories.add(machines[part])
    lists = _price(lab, machines, prices, now)
    for machine in machines.values():
        if machine.name not in WITHOUT_PHOTO:
            pictures.hang(machine)
    Consumable.objects.bulk_create(
        Consumable(
            lab=lab,
            ward_id=lab.ward_id,
            name=name,
            unit=unit,
            price_yen=yen,
            stock=stock,
            low_at=low,
        )
        for name, unit, yen, stock, low in CONSUMABLES
    )
    return Place(lab, machines, lists)


def _price(
    lab: Lab, machines: dict[str, Machine], prices: dict[str, int], now: dt.datetime
) -> tuple[tuple[dt.date, dict[str, int]], ...]:
    """One version a fiscal year; the newest is dearer by a tenth."""
    year = clock.fiscal_year(clock.to_date(now))
    lists: list[tuple[dt.date, dict[str, int]]] = []
    for version, first in enumerate((year - 2, year), start=1):
        table = FeeTable.objects.create(
            lab=lab, version=version, valid_from=dt.date(first, 4, 1), discount_percent=DISCOUNT
        )
        found = {name: yen * (9 + version) // 10 for name, yen in prices.items() if yen}
        lists.insert(0, (table.valid_from, found))
        FeeLine.objects.bulk_create(
            FeeLine(
                table=table,
                machine=machines[name],
                per="hour",
                amount_yen=yen,
            )
            for name, yen in found.items()
        )
    return tuple(lists)
