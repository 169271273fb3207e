"""The asset ledger: entered when the amount is settled, its useful life confirmed, disposals noted."""

import datetime as dt
from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from portal.kernel import audit, transitions
from portal.kernel.actor import Actor
from portal.kernel.database import acting
from portal.kernel.transitions import RoleMissing
from portal.ui.markup import yen_text
from subsidies import grant_states
from subsidies.grants import policies as grant_policies
from subsidies.grants.models import FilingVersion, Ruling
from subsidies.grants.services.owing import Owing, source
from subsidies.grants.services.recovery import recoverable_yen
from subsidies.grants.services.rulings import effect
from subsidies.models import Grant
from subsidies.obligations import policies, states
from subsidies.obligations.disposals import DISPOSAL, RETURN_REASON
from subsidies.obligations.models import Asset
from subsidies.obligations.rules import assets as rules
from subsidies.obligations.selectors.returns import counted_yen, return_of, settled_report
from subsidies.obligations.services.sync import obligations_sync
from subsidies.services.errors import Refused


def assets_enter(*, actor: Actor, grant_id: int) -> int:
    """Enter the assets of the report by which the amount was settled; returns how many were new."""
    with transaction.atomic():
        grant = grant_policies.get_grant(actor, lock=True, pk=grant_id)
        report = settled_report(grant)
        if report is None or grant.status not in grant_states.SETTLED:
            return 0
        known = set(Asset.objects.filter(grant=grant).values_list("key", flat=True))
        listed = report.payload["record"].get("assets", [])
        known |= _cut_out(report)
        new = [asset_of(grant, item) for item in listed if item["key"] not in known]
        Asset.objects.bulk_create(new)
        if new:
            audit.record(
                actor=actor,
                action="obligations.assets_entered",
                obj=grant,
                detail={"assets": [asset.description for asset in new]},
            )
        return len(new)


def _cut_out(report: FilingVersion) -> set[str]:
    """Lines that the inspection has taken out in whole: the subsidy has no part in them."""
    return {key for key, yen in counted_yen(report).items() if not yen}


def asset_life_confirm(
    *, actor: Actor, asset_id: int, life: str, place: str, today: dt.date
) -> Asset:
    """Say which row of the table holds, and where the asset stands. Raises Refused, RoleMissing."""
    if not actor.has_role(*states.REVIEWER):
        raise RoleMissing
    if life not in rules.YEARS:
        raise Refused(_("耐用年数の区分を選んでください。"))
    with transaction.atomic():
        asset = _locked(actor, asset_id)
        before = [asset.life, asset.place, asset.restricted_until]
        asset.life, asset.life_years = life, rules.YEARS[life]
        asset.restricted_until = rules.restricted_until(asset.acquired_on, asset.life_years)
        asset.place, asset.life_confirmed = place.strip(), True
        asset.save(
            update_fields=["life", "life_years", "restricted_until", "place", "life_confirmed"]
        )
        with acting(actor.elevated()):
            # What it brings is the system's to write.
            obligations_sync(actor=actor.elevated(), grant_id=asset.grant_id, on=today)
        audit.record(
            actor=actor,
            action="obligations.asset_confirmed",
            obj=asset,
            changes={
                "life": [before[0], asset.life],
                "place": [before[1], asset.place],
                "restricted_until": [before[2], asset.restricted_until],
            },
        )
        return asset


def asset_disposal_note(
    *, actor: Actor, asset_id: int, disposed_on: dt.date, price_yen: int, reason: str
) -> Asset:
    """承認のない処分: what it gives back is worked out, and is a ground for a 返還命令.

    Raises Refused for a day outside the restriction, ReasonMissing, RoleMissing, StaleState.
    """
    with transaction.atomic():
        asset = _locked(actor, asset_id)
        result = return_of(asset, disposed_on=disposed_on, price_yen=price_yen)
        _dispose(
            actor,
            asset,
            "note_disposal",
            reason,
            {"disposed_on": disposed_on, "price_yen": price_yen, "returned_yen": result.return_yen},
        )
        return asset


@effect(DISPOSAL)
def approve_disposal(actor: Actor, ruling: Ruling) -> None:
    """財産処分の承認: the asset leaves the ledger. What it gives back is ordered by a 返還命令."""
    terms = ruling.terms
    asset = policies.visible_assets(actor).select_for_update().get(pk=terms["asset"])
    fields = {
        "disposed_on": dt.date.fromisoformat(terms["disposed_on"]),
        "price_yen": terms["price_yen"],
        "returned_yen": terms["return_yen"],
    }
    _dispose(actor, asset, "approve_disposal", ruling.reason, fields)


@source
def disposal_owings(grant: Grant) -> Iterator[Owing]:
    """処分に伴う返還: what a disposal gives back, approved or not, until it was ordered back; of what
    came back for another reason (取消し) not a second time.
    """
    most = recoverable_yen(grant)
    for asset in Asset.objects.filter(grant=grant, returned_yen__gt=0).order_by("pk"):
        yen = min(asset.returned_yen, most)
        if not yen:
            return
        yield Owing(
            f"asset:{asset.pk}",
            yen,
            _("財産の処分に伴う返還を起案してください"),
            partial(_sentence, asset.description),
            RETURN_REASON % asset.description,
        )


def _sentence(name: str, yen: int) -> str:
    return _("「%(name)s」の処分で、%(yen)sを返還してもらいます。") % {
        "name": name,
        "yen": yen_text(yen),
    }


def _dispose(actor: Actor, asset: Asset, action: str, reason: str, fields: dict[str, Any]) -> None:
    transitions.apply(
        table=states.ASSET,
        instance=asset,
        action=action,
        actor=actor,
        reason=reason,
        detail={"returned_yen": fields["returned_yen"]},
        fields=fields,
    )


def _locked(actor: Actor, asset_id: int) -> Asset:
    """The asset, its grant locked before it."""
    asset = policies.visible_assets(actor).get(pk=asset_id)
    grant_policies.get_grant(actor, lock=True, pk=asset.grant_id)
    rows = policies.visible_assets(actor).select_related("grant")
    return rows.select_for_update(of=("self",)).get(pk=asset_id)


def asset_of(grant: Grant, item: Mapping[str, Any]) -> Asset:
    """A line of a settled report as it goes into the ledger, not stored."""
    life = rules.guess(item["category"])
    day = item["acquired_on"]
    acquired_on = dt.date.fromisoformat(day) if day else grant.completed_on or grant.project_ends_on
    return Asset(
        grant=grant,
        ward_id=grant.ward_id,
        firm_id=grant.firm_id,
        key=item["key"],
        category=item["category"],
        description=item["description"][:200],
        vendor=item["vendor"][:200],
        quantity=item["quantity"],
        unit_yen=item["unit_yen"],
        net_yen=item["net_yen"],
        acquired_on=acquired_on,
        place=item["place"][:200],
        life=life,
        life_years=rules.YEARS[life],
        restricted_until=rules.restricted_until(acquired_on, rules.YEARS[life]),
        firm_name=grant.firm_name,
        receipt_no=grant.receipt_no,
    )
