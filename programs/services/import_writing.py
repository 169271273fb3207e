"""The writing half of an import: new firms with their sites, changes to known ones."""

import datetime as dt
from collections.abc import Callable, Sequence
from typing import Any

from portal.kernel import audit
from portal.kernel.actor import Actor
from portal.kernel.database import acting
from programs import postal
from programs.models import Firm, FirmWard, ImportJob, ImportRow, Site
from programs.policies import visible_firms
from programs.profiles import PROFILE_FIELDS, FirmProfile, without_personal
from programs.services.firms import apply_profile, let_ward_see, search_text_of

CHUNK = 250
Tick = Callable[[int], None]  # told how many rows of this step are done; may raise to stop


def insert_new(
    *, actor: Actor, job: ImportJob, rows: Sequence[ImportRow], today: dt.date, tick: Tick
) -> None:
    """New firms, their sites and the ward's view of them.

    With the system's visibility: a ward sees a firm only once the grant beside it exists.
    """
    with acting(actor.elevated()):
        for start in range(0, len(rows), CHUNK):
            chunk = rows[start : start + CHUNK]
            firms = Firm.objects.bulk_create(_new_firm(row.values) for row in chunk)
            Site.objects.bulk_create(
                site
                for firm, row in zip(firms, chunk, strict=True)
                for site in _new_sites(firm, row.values, job.ward_id)
            )
            FirmWard.objects.bulk_create(
                FirmWard(firm=firm, ward_id=job.ward_id, basis=FirmWard.Basis.IMPORT, since=today)
                for firm in firms
            )
            for firm, row in zip(firms, chunk, strict=True):
                row.firm = firm
            ImportRow.objects.bulk_update(chunk, ["firm"])
            tick(start + len(chunk))


def update_changed(
    *, actor: Actor, job: ImportJob, rows: Sequence[ImportRow], today: dt.date, tick: Tick
) -> None:
    """Changed firms, seen and written as the ward's official."""
    keys = [row.firm_id for row in rows]
    firms = visible_firms(actor).select_for_update(of=("self",)).in_bulk(keys)
    for count, row in enumerate(rows, start=1):
        firm = firms[row.firm_id]
        values = {name: row.values[name] for name in row.changes if name in PROFILE_FIELDS}
        _to_dates(values)
        with acting(actor.elevated()):  # a head office may move, which another ward then sees
            apply_profile(firm, values, today=today)
            if "site" in row.changes:
                _own_site(firm, row.values, job.ward_id).save()
                let_ward_see(
                    firm_id=firm.pk,
                    ward_id=job.ward_id,
                    basis=FirmWard.Basis.IMPORT,
                    today=today,
                )
        audit.record(
            actor=actor,
            action="firm.updated_by_import",
            obj=firm,
            changes=without_personal(row.changes),
            detail={"import": str(job.public_id), "row": row.number},
        )
        if count % CHUNK == 0:
            tick(count)


def _new_firm(values: dict[str, Any]) -> Firm:
    profile = FirmProfile.pick(_to_dates(dict(values)))
    number = values.get("corporate_number", "")
    return Firm(
        kind=Firm.Kind.CORPORATION if number else Firm.Kind.SOLE,
        corporate_number=number,
        search_text=search_text_of(profile, number),
        **profile.as_dict(),
    )


def _new_sites(firm: Firm, values: dict[str, Any], ward_id: int) -> list[Site]:
    """The head office where it lies in one of the wards, and the site in the importing ward."""
    sites = []
    place = postal.lookup(firm.postal_code)
    if place and place.ward_code:
        sites.append(
            Site(
                firm=firm,
                ward_id=place.ward_code,
                kind=Site.Kind.HEAD,
                name="本社",
                postal_code=firm.postal_code,
                address=firm.address,
            )
        )
    if "site_name" in values:
        sites.append(_own_site(firm, values, ward_id))
    return sites


def _own_site(firm: Firm, values: dict[str, Any], ward_id: int) -> Site:
    return Site(
        firm=firm,
        ward_id=ward_id,
        kind=Site.Kind.FACTORY,
        name=values["site_name"],
        postal_code=values["site_postal_code"],
        address=values["site_address"],
    )


def _to_dates(values: dict[str, Any]) -> dict[str, Any]:
    """JSON's ISO text back to dates, in place."""
    if isinstance(values.get("established_on"), str):
        values["established_on"] = dt.date.fromisoformat(values["established_on"])
    return values
