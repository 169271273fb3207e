"""Reads that more than one screen or service needs."""

import datetime as dt
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from django.db.models import Count, Q, QuerySet
from django.utils.translation import get_language

from portal.accounts.hats import NO_PLACE, OWN
from portal.accounts.roles import Role
from portal.kernel.actor import Actor
from portal.kernel.database import acting
from programs.importing.planning import KnownFirm, Register, sole_key
from programs.models import Firm, FirmMembership, FirmMerger, FirmTie, Qualification, Site
from programs.policies import (
    visible_firms,
    visible_mergers,
    visible_qualifications,
    visible_ties,
)
from programs.profiles import PROFILE_FIELDS, plain
from programs.readers import reach_of
from programs.rules import bare_name, fold
from programs.wards import WARDS

# What the head of a card says of a firm.
HEAD = ("public_id", "name", "jsic", "employees", "is_active", "created_at")

_JAPANESE = {ward.code: ward.name for ward in WARDS}
_ENGLISH = {ward.code: ward.name_en for ward in WARDS}


def ward_name(ward_id: int) -> str:
    """The ward's name in the language of the page, without asking the database."""
    return ward_names()[ward_id]


def ward_names() -> Mapping[int, str]:
    """Code → name of the 23 wards in the language of the page, in the order of their codes."""
    return _JAPANESE if (get_language() or "ja").startswith("ja") else _ENGLISH


def firms_held(user_id: int, today: dt.date) -> QuerySet:
    """Roles in firms, for the choice of hats; runs as the person before any hat is worn."""
    rows = FirmMembership.objects.filter(
        user_id=user_id, valid_to__isnull=True, valid_from__lte=today
    )
    return rows.values_list("role", NO_PLACE, "firm_id", "firm__name", *OWN)


def firm_list(actor: Actor, *, search: str = "") -> QuerySet[Firm]:
    """Firms for the officials' list; the search looks at names in any script form and numbers."""
    firms = visible_firms(actor).order_by("name_kana", "id")
    for word in search.split():
        firms = firms.filter(search_text__contains=fold(word))
    return firms


def with_site_counts(firms: QuerySet[Firm], ward_id: int | None) -> QuerySet[Firm]:
    """Adds `site_count`: open sites, in the ward where one is given."""
    open_sites = Q(sites__closed_on__isnull=True)
    if ward_id is not None:
        open_sites &= Q(sites__ward_id=ward_id)
    return firms.annotate(site_count=Count("sites", filter=open_sites, distinct=True))


def open_sites(firm: Firm) -> QuerySet[Site]:
    """Sites that are in use, the head office first."""
    return firm.sites.filter(closed_on__isnull=True).select_related("ward").order_by("id")


def sites_in_order(firm: Firm) -> list[Site]:
    """Sites that are in use, those of one ward together; without asking for the wards' names."""
    return list(firm.sites.filter(closed_on__isnull=True).order_by("ward_id", "id"))


@dataclass(frozen=True, slots=True)
class Reached:
    """A firm that a room lets somebody read, with the ward for which they do."""

    firm: Firm
    sites: list[Site]
    ward_id: int


def reached_firm(actor: Actor, firm_id: int) -> Reached | None:
    """The firm of that key, if a room lets the actor read its card.

    Runs with the system's visibility for the head alone: such people do not see the firm's row.
    """
    ward_id = reach_of(actor).get(firm_id)
    if ward_id is None:
        return None
    with acting(actor.elevated()):
        firm = Firm.objects.only(*HEAD).get(pk=firm_id)
        return Reached(firm, sites_in_order(firm), ward_id)


def facts_of(actor: Actor, firm: Firm) -> QuerySet[Qualification]:
    """修了・認定 of the firm, the newest first; revoked ones too."""
    rows = visible_qualifications(actor).filter(firm=firm).select_related("ward")
    return rows.order_by("-granted_on", "-id")


def ties_of(actor: Actor, firm: Firm) -> list[FirmTie]:
    """資本関係 that holds, declared by the firm or of it; `told_by` names who has declared it of it."""
    rows = list(
        visible_ties(actor).filter(Q(firm=firm) | Q(other=firm), ended_on=None).order_by("pk")
    )
    others = [row.firm_id for row in rows if row.firm_id != firm.pk]
    with acting(actor.elevated()):
        names = dict(Firm.objects.filter(pk__in=others).values_list("pk", "name")) if others else {}
    for row in rows:
        row.told_by = names.get(row.firm_id, "")  # type: ignore[attr-defined]
    return rows


def mergers_of(actor: Actor, firm: Firm) -> QuerySet[FirmMerger]:
    """合併・統合 of the firm, on either side, taken back or not; the newest first."""
    rows = visible_mergers(actor).filter(Q(gone=firm) | Q(into=firm))
    # The other firm's row may be closed to the reader: its name stands in the record.
    return rows.select_related("ward")


def firms_called(actor: Actor, text: str, *, most: int) -> list[Firm]:
    """The firms the actor may see by a part of the name, or the whole number."""
    firms = visible_firms(actor)
    for word in text.split():
        firms = firms.filter(search_text__contains=fold(word))
    return list(firms.order_by("name_kana", "pk")[:most])


def members(firm: Firm) -> QuerySet[FirmMembership]:
    """Live members, owners first."""
    live = firm.memberships.filter(valid_to__isnull=True).select_related("user")
    return live.order_by("-role", "valid_from", "id")


def register_for(*, actor: Actor, numbers: Collection[str], with_sole: bool) -> Register:
    """What the import of the actor's ward must know of the firms with these numbers.

    Of firms that only other wards see it learns nothing but that the number is taken.
    """
    visible = visible_firms(actor)
    corporations = _known(visible.filter(corporate_number__in=numbers), actor)
    sole = _known(visible.filter(kind=Firm.Kind.SOLE), actor) if with_sole else []
    by_number = {firm.corporate_number: known for firm, known in corporations}
    unseen = set(numbers) - by_number.keys()
    with acting(actor.elevated()):
        taken = Firm.objects.filter(corporate_number__in=unseen)
        elsewhere = frozenset(taken.values_list("corporate_number", flat=True))
    return Register(
        by_number=by_number,
        by_sole={sole_key(known.profile): known for _firm, known in sole},
        elsewhere=elsewhere,
    )


def _known(firms: QuerySet[Firm], actor: Actor) -> list[tuple[Firm, KnownFirm]]:
    found = list(firms)
    keys = [firm.pk for firm in found]
    owned = set(
        FirmMembership.objects.filter(
            firm_id__in=keys, role=Role.FIRM_OWNER, valid_to__isnull=True
        ).values_list("firm_id", flat=True)
    )
    sites: dict[int, set[str]] = {}
    rows = Site.objects.filter(firm_id__in=keys, ward_id=actor.ward_id, closed_on__isnull=True)
    for firm_id, name in rows.values_list("firm_id", "name"):
        sites.setdefault(firm_id, set()).add(bare_name(name))
    return [
        (
            firm,
            KnownFirm(
                pk=firm.pk,
                profile={name: plain(getattr(firm, name)) for name in PROFILE_FIELDS},
                has_owner=firm.pk in owned,
                sites=frozenset(sites.get(firm.pk, ())),
            ),
        )
        for firm in found
    ]
