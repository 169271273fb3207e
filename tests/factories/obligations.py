"""Assets in the ledger, without the report that leads to them."""

import datetime as dt
from itertools import count
from typing import Any

from portal.kernel.database import acting
from subsidies.models import Grant
from subsidies.obligations.models import Asset
from subsidies.obligations.rules import assets
from tests.factories.subsidies import SYSTEM

_numbers = count(1)


def make_asset(grant: Grant, **fields: Any) -> Asset:
    """A machine tool of 1,200,000円 bought on 10 February 2027."""
    acquired_on = fields.pop("acquired_on", dt.date(2027, 2, 10))
    life = fields.pop("life", "metal")
    with acting(SYSTEM):
        return Asset.objects.create(
            grant=grant,
            ward_id=grant.ward_id,
            firm_id=grant.firm_id,
            key=f"made{next(_numbers)}",
            category="equipment",
            description=fields.pop("description", "測定機"),
            quantity=1,
            unit_yen=1_200_000,
            net_yen=fields.pop("net_yen", 1_200_000),
            acquired_on=acquired_on,
            life=life,
            life_years=assets.YEARS[life],
            restricted_until=assets.restricted_until(acquired_on, assets.YEARS[life]),
            firm_name=grant.firm_name,
            receipt_no=grant.receipt_no,
            **fields,
        )
