"""What the disposal of an asset gives back, by the report that the amount was settled by."""

import datetime as dt
from fractions import Fraction

from django.utils.translation import gettext as _

from subsidies.grants.models import FilingVersion
from subsidies.grants.states import DONE as SETTLED_FILINGS
from subsidies.models import Grant
from subsidies.obligations.models import Asset
from subsidies.obligations.rules import assets as rules
from subsidies.services.errors import Refused

COMPLETION = "completion"


def return_of(asset: Asset, *, disposed_on: dt.date, price_yen: int) -> rules.Return:
    """What a disposal on that day gives back. Raises Refused outside the restriction."""
    if not asset.acquired_on <= disposed_on <= asset.restricted_until:
        raise Refused(_("処分日は、取得日から処分制限の終わりまでの日にしてください。"))
    return rules.returned(
        net_yen=asset.net_yen,
        acquired_on=asset.acquired_on,
        years=asset.life_years,
        disposed_on=disposed_on,
        share=share_of(asset.grant),
        price_yen=price_yen,
    )


def share_of(grant: Grant) -> Fraction:
    """確定額 ÷ 補助対象経費 (税抜) of the settled report; 0 where nothing was eligible."""
    report = settled_report(grant)
    lines = report.payload["record"]["lines"] if report else []
    eligible = sum(line["eligible_net_yen"] for line in lines)
    return min(Fraction(grant.final_yen or 0, eligible), Fraction(1)) if eligible else Fraction(0)


def settled_report(grant: Grant) -> FilingVersion | None:
    """The version of the completion report by which the amount was settled."""
    rows = FilingVersion.objects.filter(
        filing__grant=grant, filing__kind=COMPLETION, filing__status__in=SETTLED_FILINGS
    )
    return rows.order_by("-filing__number", "-number").first()
