"""What the cases count in of the exchange: calls of joint orders, and jobs made or delivered without a case."""

import datetime as dt
from collections import Counter
from collections.abc import Collection

from lab.nakama.cases import counted
from lab.nakama.cases.models import Order
from lab.nakama.exchange import states
from lab.nakama.exchange.models import JointCall, OutsideMatch
from programs import groups


@counted.requests
def calls_open(firms: Collection[int], since: dt.datetime) -> Counter[int]:
    """Calls of joint orders that still take offers."""
    rows = JointCall.objects.filter(
        firm_id__in=firms, told_at__gt=since, joint__status=states.OFFERING
    )
    return Counter(rows.values_list("firm_id", flat=True))


@counted.jobs
def shares_delivered(firms: Collection[int]) -> Counter[int]:
    """Parts of joint orders that were received."""
    rows = Order.objects.filter(
        contractor_id__in=firms, case=None, cancelled_on=None, received_on__isnull=False
    )
    return Counter(rows.values_list("contractor_id", flat=True))


@counted.jobs
def matches_confirmed(firms: Collection[int]) -> Counter[int]:
    """Buyers outside the portal with whom a match was confirmed; all of one group are one, and none
    is the firm's own: a word among friends would lift the limits otherwise.
    """
    rows = OutsideMatch.objects.filter(supplier_id__in=firms, status=states.CONCLUDED)
    pairs = list(rows.values_list("supplier_id", "buyer_id"))
    if not pairs:
        return Counter()
    group = groups.groups_of({firm for pair in pairs for firm in pair})
    buyers = {(firm, group[buyer]) for firm, buyer in pairs if group[buyer] != group[firm]}
    return Counter(firm for firm, _buyer in buyers)
