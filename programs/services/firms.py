"""Registering and changing firms and their sites."""

import datetime as dt
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from portal.accounts.roles import Role
from portal.kernel import audit
from portal.kernel.actor import Actor
from portal.kernel.database import acting
from programs import postal, rules
from programs.models import Firm, FirmMembership, FirmWard, Site
from programs.policies import Action, may, visible_firms
from programs.profiles import FirmProfile, differences, without_personal
from programs.services.errors import AlreadyRegistered, Refused, StaleFirm


def firm_register(
    *, actor: Actor, corporate_number: str, profile: FirmProfile, today: dt.date
) -> Firm:
    """Register a firm with the person as its first owner; "" as number is a sole proprietor.

    Runs with the system's visibility: the person belongs to no firm yet, and a corporate number
    is unique over all wards. Raises AlreadyRegistered without telling anything of that firm.
    """
    if actor.user_id is None:
        raise PermissionDenied
    try:
        with acting(actor.elevated()):
            firm = create_firm(corporate_number=corporate_number, profile=profile, today=today)
            FirmMembership.objects.create(
                user_id=actor.user_id, firm=firm, role=Role.FIRM_OWNER, valid_from=today
            )
            audit.record(actor=actor, action="firm.registered", obj=firm, label=firm.name)
    except IntegrityError as error:
        if "firm_corporate_number_once" not in str(error):
            raise
        raise AlreadyRegistered(
            _(
                "この法人番号の企業は、すでに登録されています。社内で登録した方に招待を依頼してください。"
                "どなたか分からないときは、事業所のある区の窓口へお問い合わせください。"
            )
        ) from error
    return firm


def create_firm(*, corporate_number: str, profile: FirmProfile, today: dt.date) -> Firm:
    """Insert a firm, its head office as a site where that lies in a ward, and the ward's view.

    The caller holds the transaction, the visibility and the audit row.
    """
    firm = Firm.objects.create(
        kind=Firm.Kind.CORPORATION if corporate_number else Firm.Kind.SOLE,
        corporate_number=corporate_number,
        search_text=search_text_of(profile, corporate_number),
        **profile.as_dict(),
    )
    _follow_head_office(firm, today=today)
    return firm


def firm_update(
    *, actor: Actor, firm_id: int, revision: int, profile: FirmProfile, today: dt.date
) -> Firm:
    """Change the firm's own data. Raises StaleFirm when `revision` is no longer the current one."""
    with transaction.atomic():
        firm = _locked(actor, firm_id)
        if firm.revision != revision:
            raise StaleFirm(
                _(
                    "画面を開いたあとに、ほかの方が企業情報を変更しました。"
                    "最新の内容を確かめて、もう一度入力してください。"
                )
            )
        changes = apply_profile(firm, profile.as_dict(), today=today)
        if changes:
            audit.record(
                actor=actor, action="firm.updated", obj=firm, changes=without_personal(changes)
            )
    return firm


def apply_profile(firm: Firm, values: dict[str, Any], *, today: dt.date) -> dict[str, list[Any]]:
    """Write those of `values` that differ and count the save; returns the differences."""
    changes = differences({name: getattr(firm, name) for name in values}, values)
    if not changes:
        return changes
    for name in changes:
        setattr(firm, name, values[name])
    firm.search_text = search_text_of(FirmProfile.of(firm), firm.corporate_number)
    firm.revision += 1
    Firm.objects.filter(pk=firm.pk).update(
        **{name: values[name] for name in changes},
        search_text=firm.search_text,
        revision=firm.revision,
        updated_at=Now(),
    )
    if not changes.keys().isdisjoint({"postal_code", "address", "name"}):
        _follow_head_office(firm, today=today)
    return changes


def site_add(
    *,
    actor: Actor,
    firm_id: int,
    kind: str,
    name: str,
    postal_code: str,
    address: str,
    since: dt.date | None,
    today: dt.date,
) -> Site:
    """Add a place of work; the ward it lies in may see the firm from now on.

    Raises Refused for a postal code outside the 23 wards.
    """
    place = postal.lookup(postal_code)
    if place is None or place.ward_code is None:
        raise Refused(_("東京23区の郵便番号を入力してください。区外の事業所は登録の対象外です。"))
    with transaction.atomic():
        firm = _locked(actor, firm_id)
        site = Site.objects.create(
            firm=firm,
            ward_id=place.ward_code,
            kind=kind,
            name=name,
            postal_code=postal_code,
            address=address,
            since=since,
        )
        let_ward_see(firm_id=firm.pk, ward_id=site.ward_id, basis=FirmWard.Basis.SITE, today=today)
        audit.record(
            actor=actor,
            action="firm.site_added",
            obj=firm,
            detail={"site": site.name, "ward": site.ward_id},
        )
    return site


def site_close(*, actor: Actor, firm_id: int, site_id: int, today: dt.date) -> Site:
    """Close a place of work. The ward keeps seeing the firm: its cases are still there.

    Raises Refused for the head office, which moves with the firm's address.
    """
    with transaction.atomic():
        firm = _locked(actor, firm_id)
        site = firm.sites.select_for_update().get(pk=site_id, closed_on=None)
        if site.kind == Site.Kind.HEAD:
            raise Refused(
                _("本社は閉鎖できません。移転したときは、企業情報の所在地を変更してください。")
            )
        _close(site, today)
        audit.record(
            actor=actor,
            action="firm.site_closed",
            obj=firm,
            detail={"site": site.name, "ward": site.ward_id},
        )
    return site


def let_ward_see(*, firm_id: int, ward_id: int, basis: str, today: dt.date) -> None:
    """Let a ward see a firm, once: because of a site, an application or its own register."""
    FirmWard.objects.bulk_create(
        [FirmWard(firm_id=firm_id, ward_id=ward_id, basis=basis, since=today)],
        ignore_conflicts=True,
    )


def record_view(*, actor: Actor, firm: Firm) -> None:
    """Leave a trace that staff looked at the firm's contact data."""
    audit.record(actor=actor, action="firm.viewed", obj=firm, label=firm.name)


def record_card_view(*, actor: Actor, firm: Firm, ward_id: int | None = None) -> None:
    """Leave a trace that somebody looked at the firm's card, in the chain of the ward they act for."""
    audit.record(actor=actor, action="firm.card_viewed", obj=firm, ward_id=ward_id, label=firm.name)


def search_text_of(profile: FirmProfile, corporate_number: str) -> str:
    """The folded text that the officials' search looks in."""
    return rules.search_text(
        name=profile.name, name_kana=profile.name_kana, corporate_number=corporate_number
    )


def _locked(actor: Actor, firm_id: int) -> Firm:
    """The firm through the policy, locked. Raises Firm.DoesNotExist, PermissionDenied."""
    firm = visible_firms(actor).select_for_update(of=("self",)).get(pk=firm_id)
    if not may(actor, Action.EDIT, firm):
        raise PermissionDenied
    return firm


def _follow_head_office(firm: Firm, *, today: dt.date) -> None:
    """Keep the site 本社 where the firm's address is; none while that is outside the wards."""
    place = postal.lookup(firm.postal_code)
    ward_id = place.ward_code if place else None
    head = firm.sites.filter(kind=Site.Kind.HEAD, closed_on=None).first()
    if head and head.ward_id != ward_id:
        _close(head, today)
        head = None
    if ward_id is None:
        return
    where = {"postal_code": firm.postal_code, "address": firm.address}
    if head:
        Site.objects.filter(pk=head.pk).update(**where)
    else:
        Site.objects.create(firm=firm, ward_id=ward_id, kind=Site.Kind.HEAD, name="本社", **where)
    let_ward_see(firm_id=firm.pk, ward_id=ward_id, basis=FirmWard.Basis.SITE, today=today)


def _close(site: Site, today: dt.date) -> None:
    """Close on `today`, or on the opening day where that lies ahead."""
    site.closed_on = max(today, site.since or today)
    site.save(update_fields=["closed_on"])
