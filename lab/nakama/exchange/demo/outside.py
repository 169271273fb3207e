"""Matches that were made outside the portal: to be confirmed by the first firm, waiting for others, concluded."""

import datetime as dt
from collections.abc import Sequence

from lab.nakama.exchange import services
from lab.nakama.exchange.models import OutsideMatch
from portal.kernel.actor import Actor
from portal.kernel.database import acting
from programs.models import Firm

# claims, partner (places in the list), has the claimant ordered, family, days ago, band, trigger, story, then
CLAIMS = (
    (2, 0, True, "cut", 12, "to_500k", "platform", "商談会で名刺を交わし、治具を頼んだ", ""),
    (0, 3, True, "surf", 25, "to_100k", "lab", "ラボの催しで隣の席になった", ""),
    (4, 0, False, "sheet", 70, "to_1m", "platform", "加工能力の検索で見つけてもらった", "confirm"),
    (1, 5, True, "heat", 95, "to_500k", "platform", "", "confirm"),
    (5, 2, False, "cut", 40, "to_5m", "lab", "ロボットの試用で知り合った", "deny"),
)


def play(actors: Sequence[Actor], today: dt.date) -> int:
    """Returns how many there are. Needs at least six firms."""
    if len(actors) < 6:
        return 0
    keys = dict(
        Firm.objects.filter(pk__in=[one.firm_id for one in actors[:6]]).values_list(
            "pk", "public_id"
        )
    )
    for one, other, bought, family, days, band, trigger, story, then in CLAIMS:
        actor, partner = actors[one], actors[other]
        claim = services.Claim(bought, family, today - dt.timedelta(days), band, trigger, story)
        with acting(actor):
            row = services.match_declare(
                actor=actor,
                firm_id=keys[actor.firm_id or 0],
                partner_id=keys[partner.firm_id or 0],
                claim=claim,
            )
        with acting(partner):
            if then == "confirm":
                services.match_confirm(actor=partner, match_id=row.pk)
            elif then == "deny":
                reason = "見積りまでで、注文には至っていません。"
                services.match_deny(actor=partner, match_id=row.pk, reason=reason)
    return OutsideMatch.objects.count()
