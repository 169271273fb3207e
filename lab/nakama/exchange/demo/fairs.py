"""A 商談会 that was held, one with its timetable out, and one that takes entries."""

import datetime as dt
import random
from collections.abc import Sequence

from lab.nakama.exchange import services
from lab.nakama.exchange.models import Fair, FairEntry, FairMeeting
from portal.kernel.actor import Actor
from portal.kernel.database import acting

SEEKS = {
    "buyer": (
        "SUSの薄板溶接を任せたい",
        "アルミ切削の小ロットを頼みたい",
        "めっきまで一括で頼める先を探している",
        "試作の旋盤加工を急ぎで頼みたい",
    ),
    "seller": (
        "5軸加工、1個から",
        "TIG溶接、板厚0.5mmから",
        "精密旋盤、φ3からφ200",
        "無電解ニッケルめっき、短納期",
        "歯車の研削、モジュール0.5から",
    ),
}


def play(rng: random.Random, actors: Sequence[Actor], staff: Actor | None, today: dt.date) -> int:
    """Returns how many meetings there are. Without staff there is no 商談会."""
    if staff is None or not actors:
        return 0
    past = _fair(staff, "第2回 城東ものづくり商談会", today, today)
    _fill(rng, past, actors[1:])
    with acting(staff):
        services.fair_plan(actor=staff, fair_id=past.pk)
    held = today - dt.timedelta(75)
    Fair.objects.filter(pk=past.pk).update(day=held, closes_on=held - dt.timedelta(10))
    with acting(staff):
        services.fair_hold(actor=staff, fair_id=past.pk)
    soon = _fair(staff, "第3回 城東ものづくり商談会", today + dt.timedelta(9), today)
    _fill(rng, soon, actors)
    with acting(staff):
        services.fair_plan(actor=staff, fair_id=soon.pk)
    later = today + dt.timedelta(52)
    fair = _fair(staff, "年度末ものづくり商談会", later, later - dt.timedelta(14))
    _fill(rng, fair, actors[1:8])
    return FairMeeting.objects.filter(cancelled_at=None).count()


def _fair(staff: Actor, name: str, day: dt.date, closes_on: dt.date) -> Fair:
    plan = services.Plan(name, "すみだDXラボ 2階", day, dt.time(13, 0), 6, 12, closes_on)
    with acting(staff):
        return services.fair_add(actor=staff, plan=plan)


def _fill(rng: random.Random, fair: Fair, actors: Sequence[Actor]) -> None:
    """A third buys; everybody wishes for about half of the other side."""
    entries: dict[Actor, FairEntry] = {}
    for number, actor in enumerate(actors):
        side = "buyer" if number % 3 == 0 else "seller"
        with acting(actor):
            entries[actor] = services.entry_add(
                actor=actor, fair_id=fair.pk, side=side, seeks=rng.choice(SEEKS[side])
            )
    for actor, entry in entries.items():
        others = [one.pk for one in entries.values() if one.side != entry.side]
        chosen = [one for one in others if rng.random() < 0.7]
        with acting(actor):
            services.wishes_save(actor=actor, fair_id=fair.pk, others=chosen)
