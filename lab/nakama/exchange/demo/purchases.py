"""A 共同購買 whose amounts are out, and one that takes needs."""

import datetime as dt
import random
from collections.abc import Sequence

from lab.nakama.exchange import services
from lab.nakama.exchange.models import Purchase
from portal.kernel.actor import Actor
from portal.kernel.database import acting

MILLS = (("超硬エンドミル φ6", "本"), ("超硬ドリル φ3", "本"))
OIL = (("水溶性切削油 18L", "缶"),)
ALONE = (2_400, 1_100)  # 円 per piece, when bought alone


def play(rng: random.Random, actors: Sequence[Actor], staff: Actor | None, today: dt.date) -> int:
    """Returns how many rounds there are. Without staff there are none."""
    if staff is None:
        return 0
    mills = _round(staff, "超硬工具", MILLS, today)
    for actor in actors[:9]:
        _need(rng, actor, mills)
    breaks = ([(1, 2_500), (100, 2_050)], [(1, 1_150), (150, 930)])
    for supplier, less, delivery in (("工具商会", 0, 600), ("城東機工", 40, 1_500)):
        for item, levels in zip(mills.items.all(), breaks, strict=True):
            with acting(staff):
                services.quote_save(
                    actor=staff,
                    purchase_id=mills.pk,
                    item_id=item.pk,
                    supplier=supplier,
                    breaks=[(least, unit - less) for least, unit in levels],
                    delivery_yen=delivery,
                )
    with acting(staff):
        services.purchase_offer(actor=staff, purchase_id=mills.pk)
    _round(staff, "切削油", OIL, today + dt.timedelta(18))
    return Purchase.objects.count()


def _round(
    staff: Actor, name: str, items: Sequence[tuple[str, str]], closes_on: dt.date
) -> Purchase:
    checked = closes_on - dt.timedelta(60)
    given = services.Round(name, items, closes_on, "弁護士 法田 明", checked)
    with acting(staff):
        return services.purchase_add(actor=staff, given=given)


def _need(rng: random.Random, actor: Actor, row: Purchase) -> None:
    needs = {}
    for item, yen in zip(row.items.all(), ALONE, strict=True):
        quantity = rng.randint(10, 60)
        needs[item.pk] = services.Need(quantity, round(quantity * yen * rng.uniform(0.95, 1.1)))
    with acting(actor):
        services.demand_save(actor=actor, purchase_id=row.pk, needs=needs)
