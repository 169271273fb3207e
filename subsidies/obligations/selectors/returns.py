"""What the disposal of an asset gives back, by the report that the amount was settled by."""

import datetime as dt
from fractions import Fraction

from django.utils.translation import gettext as _

from subsidies.grants.models import FilingVersion, Inspection
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
        share=share_of(asset),
        price_yen=price_yen,
    )


def share_of(asset: Asset) -> Fraction:
    """The part of the asset's cost that the subsidy paid: 確定額 ÷ 補助対象経費 (税抜) of the settled
    report, for as much of the asset as counted there. 0 where nothing was eligible.

    What the inspection took out counts neither in the whole nor in the asset.
    """
    report = settled_report(asset.grant)
    if report is None:
        return Fraction(0)
    counted = counted_yen(report)
    eligible = sum(counted.values())
    if not eligible or not asset.net_yen:
        return Fraction(0)
    whole = min(Fraction(asset.grant.final_yen or 0, eligible), Fraction(1))
    own = counted.get(asset.key, asset.net_yen)
    return whole * min(Fraction(own, asset.net_yen), Fraction(1))


def counted_yen(report: FilingVersion) -> dict[str, int]:
    """What of each line counted (税抜), by its key, without what the inspection cut."""
    inspection = Inspection.objects.filter(version=report).first()
    cuts = inspection.cuts if inspection else {}
    found: dict[str, int] = {}
    for line in report.payload["record"]["lines"]:
        # A report without keys counts under "", and none of it was cut by key.
        key = line.get("key", "")
        cut = cuts[key]["net_yen"] if key in cuts else 0
        found[key] = found.get(key, 0) + max(0, line["eligible_net_yen"] - cut)
    return found


def settled_report(grant: Grant) -> FilingVersion | None:
    """The version of the completion report by which the amount was settled."""
    rows = FilingVersion.objects.filter(
        filing__grant=grant, filing__kind=COMPLETION, filing__status__in=SETTLED_FILINGS
    )
    return rows.order_by("-filing__number", "-number").first()
