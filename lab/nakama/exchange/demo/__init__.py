"""The demonstration's board, 商談会, 共同購買 and 共同受注: through the services, with firms of all wards.

Names of firms are those of the demonstration; materials, wishes and words are invented.
"""

import datetime as dt
import random
from collections.abc import Sequence
from typing import Any

from lab.nakama.exchange import services
from lab.nakama.exchange.demo import fairs, joint, outside, purchases, sharing
from portal.accounts.demo import BY_KEY, SUMIDA
from portal.accounts.models import Assignment, User
from portal.accounts.roles import Role
from portal.kernel import clock
from portal.kernel.actor import Actor, Hat
from programs.models import Firm, FirmMembership

SEED, FIRMS = 44, 22
# 金属製品, はん用・生産用・業務用機械: who has bars to spare and turns pins.
METAL = frozenset({"24", "25", "26", "27"})


def load(*, firms: Sequence[Firm], now: dt.datetime, scale: float) -> str:
    """資材融通, 商談会, 共同購買, 共同受注. Needs `acting(Actor.system(…))`."""
    today = clock.to_date(now)
    rng = random.Random(SEED)  # noqa: S311 (invented data)
    actors = _actors(firms, max(8, round(FIRMS * min(scale, 1))))
    staff = _staff()
    listed = sharing.play(rng, actors, today)
    met = fairs.play(rng, actors, staff, today)
    rounds = purchases.play(rng, actors, staff, today)
    orders = joint.play(actors, today)
    told = outside.play(actors, today)
    return (
        f"資材の掲載 {listed:,}件、商談会の商談 {met:,}件、共同購買 {rounds:,}件、"
        f"共同受注 {orders:,}件、成立の申告 {told:,}件"
    )


def _actors(firms: Sequence[Firm], most: int) -> list[Actor]:
    """Owners of firms with an open site, the one-click owner's first, then those who work metal."""
    rows = FirmMembership.objects.filter(
        firm__in=[firm.pk for firm in firms], role=Role.FIRM_OWNER, valid_to=None
    ).select_related("user")
    mine = BY_KEY["owner"].email
    found: dict[int, Any] = {}
    works_metal = {firm.pk: firm.jsic in METAL for firm in firms}
    for row in sorted(
        rows, key=lambda one: (one.user.email != mine, not works_metal[one.firm_id], one.firm_id)
    ):
        if row.firm_id not in found and services.wards_of(row.firm_id):
            found[row.firm_id] = row
        if len(found) == most:
            break
    role = frozenset({Role.FIRM_OWNER})
    return [
        Actor(row.user_id, row.user.name, Hat.FIRM, role, firm_id=firm)
        for firm, row in found.items()
    ]


def _staff() -> Actor | None:
    """The lab's staff, for the lab of 墨田区, if the demonstration has one."""
    rows = Assignment.objects.filter(role=Role.LAB_STAFF).order_by("pk")
    row = rows.filter(ward_id=SUMIDA).first() or rows.filter(ward_id=None).first()
    if row is None:
        return None
    user = User.objects.get(pk=row.user_id)
    return Actor(user.pk, user.name, Hat.SUPPORT, frozenset({Role.LAB_STAFF}), ward_id=SUMIDA)
