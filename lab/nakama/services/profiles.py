"""A firm's profile from its first line to 掲載をやめる. Written as the system, after the policy was asked."""

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from lab.nakama import policies, states
from lab.nakama.models import CapabilityProfile, HourlyBand, UnknownWord, WeekCapacity
from lab.nakama.rules import materials
from lab.nakama.selectors.lexicon import lexicon
from lab.nakama.services.errors import Refused
from lab.nakama.services.reading import note_unknown, read_in, text_of
from portal.kernel import audit, clock, transitions
from portal.kernel.actor import Actor
from portal.kernel.database import acting
from portal.kernel.transitions import RoleMissing
from programs.models import Firm, Site
from programs.readers import reach_of


@dataclass(frozen=True, slots=True)
class Words:
    """What the firm says in its own words; `revision` is that of the form that was open."""

    description: str = ""
    equipment: str = ""
    materials: Sequence[str] = ()
    measuring_tools: Sequence[str] = ()
    cad_formats: Sequence[str] = ()
    takes: Sequence[str] = ()


@contextmanager
def writing(actor: Actor, profile_id: int) -> Iterator[CapabilityProfile]:
    """The locked profile, as the system. Raises CapabilityProfile.DoesNotExist, RoleMissing."""
    seen = policies.get_profile(actor, pk=profile_id)
    with transaction.atomic(), acting(actor.elevated()):
        profile = (
            CapabilityProfile.objects.select_for_update(of=("self",))
            .select_related("firm")
            .get(pk=seen.pk)
        )
        # Asked of the locked row: the firm may have confirmed it meanwhile.
        policies.require(policies.may_write(actor, profile))
        yield profile


def profile_start(*, actor: Actor, firm_id: int) -> CapabilityProfile:
    """The firm's profile, made if there is none: by the firm, or for it by the ward, the lab or the
    advisor who accompanies it. Raises RoleMissing, Firm.DoesNotExist.
    """
    if not (policies.is_firm(actor) and actor.firm_id == firm_id):
        policies.require(policies.may_prefill(actor))
    # An advisor's firms with the ward of the support; advisors of all wards have none of their own.
    accompanied = {} if policies.is_firm(actor) else reach_of(actor)
    ward_id = accompanied.get(firm_id, actor.ward_id)
    with transaction.atomic(), acting(actor.elevated()):
        firm = _reached(actor, firm_id, accompanied=firm_id in accompanied)
        head = Site.objects.filter(firm=firm, kind=Site.Kind.HEAD, closed_on=None).first()
        profile, is_new = CapabilityProfile.objects.get_or_create(
            firm=firm,
            defaults={
                "firm_name": firm.name,
                "ward_id": head.ward_id if head else ward_id,
                "address": firm.address,
                "prefilled_by_id": None if policies.is_firm(actor) else actor.user_id,
            },
        )
        if not is_new:
            return profile
        read_in(profile)
        audit.record(
            actor=actor, action="nakama.profile_started", obj=profile, ward_id=profile.ward_id
        )
    return profile


def profile_tell(
    *, actor: Actor, profile_id: int, words: Words, revision: int | None = None
) -> CapabilityProfile:
    """Say what the firm does. Raises CapabilityProfile.DoesNotExist, RoleMissing, Refused."""
    with writing(actor, profile_id) as profile:
        if revision is not None and revision != profile.revision:
            raise Refused(
                _(
                    "ほかの人が先に保存しました。入力はこのまま残っています。最新の内容を確かめてから、もう一度保存してください。"
                )
            )
        profile.description = words.description.strip()
        profile.equipment = words.equipment.strip()
        profile.material_names = [word.strip()[:40] for word in words.materials if word.strip()]
        profile.materials = materials.marks(profile.material_names, lexicon())
        profile.measuring_tools = list(words.measuring_tools)
        profile.cad_formats = list(words.cad_formats)
        profile.takes = list(words.takes)
        _keep(profile)
        reading = read_in(profile)
        unknown = dict.fromkeys(reading.unknown, text_of(profile))
        unread = materials.unread(profile.material_names, lexicon())
        unknown |= dict.fromkeys(unread, " ".join(profile.material_names))
        note_unknown(unknown, place=UnknownWord.Place.PROFILE)
        audit.record(actor=actor, action="nakama.profile_told", obj=profile)
    return profile


def _keep(profile: CapabilityProfile) -> None:
    profile.revision += 1
    profile.save(
        update_fields=[
            "description",
            "equipment",
            "material_names",
            "materials",
            "measuring_tools",
            "cad_formats",
            "takes",
            "revision",
        ]
    )
    CapabilityProfile.objects.filter(pk=profile.pk).update(updated_at=Now())


def profile_move(
    *, actor: Actor, profile_id: int, action: str, reason: str = ""
) -> CapabilityProfile:
    """confirm, hide or show: the firm alone. Raises CapabilityProfile.DoesNotExist, RoleMissing, StaleState."""
    with writing(actor, profile_id) as profile:
        fields = (
            {"confirmed_by_id": actor.user_id, "confirmed_at": Now()}
            if states.PROFILE.transition(action).target == states.CONFIRMED
            else {}
        )
        transitions.apply(
            table=states.PROFILE,
            instance=profile,
            action=action,
            actor=actor,
            reason=reason,
            payload={
                "profile_id": profile.pk,
                "firm_id": profile.firm_id,
                "on": clock.today().isoformat(),
            },
            fields=fields,
        )
    return profile


def weeks_tell(*, actor: Actor, profile_id: int, marks: Mapping[dt.date, str]) -> CapabilityProfile:
    """○△× of weeks, by their Mondays; "" takes a mark away. Raises as `writing`."""
    with writing(actor, profile_id) as profile:
        WeekCapacity.objects.filter(profile=profile, week__in=marks).delete()
        WeekCapacity.objects.bulk_create(
            WeekCapacity(profile=profile, week=week, mark=mark)
            for week, mark in marks.items()
            if mark in WeekCapacity.Mark.values
        )
    return profile


def band_tell(*, actor: Actor, low_yen: int, high_yen: int) -> HourlyBand:
    """The private hourly band (円, 税抜), by the firm itself. Raises RoleMissing, Refused."""
    if not policies.is_firm(actor) or actor.firm_id is None:
        raise RoleMissing
    try:
        with transaction.atomic():
            band, _made = HourlyBand.objects.update_or_create(
                firm_id=actor.firm_id, defaults={"low_yen": low_yen, "high_yen": high_yen}
            )
    except IntegrityError as error:
        raise Refused(_("時間単価の下限は、上限以下にしてください。")) from error
    # The figures stay out of the trail, which others may read.
    audit.record(actor=actor, action="nakama.band_told", obj=band, label=" ")
    return band


def answers_count(*, firm_id: int, asked: int = 0, answered: int = 0) -> None:
    """Invitations went out, or were answered in time. Within the caller's transaction, as the system."""
    CapabilityProfile.objects.filter(firm_id=firm_id).update(
        asked=F("asked") + asked, answered=F("answered") + answered
    )


def rating_count(*, firm_id: int, quality: int, delivery: int, talk: int, times: int = 1) -> None:
    """A released rating, each mark 1–5; `times` -1 takes it back. In the caller's transaction, as the
    system.
    """
    CapabilityProfile.objects.filter(firm_id=firm_id).update(
        ratings=F("ratings") + times,
        quality_sum=F("quality_sum") + times * quality,
        delivery_sum=F("delivery_sum") + times * delivery,
        talk_sum=F("talk_sum") + times * talk,
    )


def _reached(actor: Actor, firm_id: int, *, accompanied: bool) -> Firm:
    """The firm, if it is the actor's own, seen by the actor's ward, or one that the actor accompanies.
    Raises Firm.DoesNotExist.
    """
    rows: Any = Firm.objects.filter(pk=firm_id)
    if not policies.is_firm(actor) and not accompanied:
        rows = rows.filter(wards__ward_id=actor.ward_id or 0)
    return rows.get()
