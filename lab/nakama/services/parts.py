"""Parts of a profile: processes with their limits, machines, certificates."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import F, Max
from django.db.models.functions import Coalesce, Greatest
from django.utils.translation import gettext_lazy as _

from lab.nakama.models import (
    Capability,
    CapabilityProfile,
    Process,
    ProfileCertificate,
    ProfileMachine,
    ToleranceStep,
)
from lab.nakama.rules.certificates import code_of
from lab.nakama.services.errors import Refused
from lab.nakama.services.profiles import writing
from portal.kernel import audit
from portal.kernel.actor import Actor

Step = tuple[int | None, int]  # up to mm (None: any size), ± µm


@dataclass(frozen=True, slots=True)
class Limits:
    """Within what a process is done: columns of Capability, and its steps of tolerance."""

    max_size_mm: int | None = None
    roughness_ra: Decimal | None = None
    lot_min: int | None = None
    lot_max: int | None = None
    lead_days: int | None = None
    rush_days: int | None = None
    steps: Sequence[Step] = ()

    def columns(self) -> dict[str, Any]:
        """Those of Capability."""
        names = ("max_size_mm", "roughness_ra", "lot_min", "lot_max", "lead_days", "rush_days")
        return {name: getattr(self, name) for name in names}


def capability_keep(*, actor: Actor, profile_id: int, process: str, limits: Limits) -> Capability:
    """The firm does this, within these limits. Raises as `writing`, Refused."""
    steps = _in_order(limits.steps)
    with writing(actor, profile_id) as profile:
        if not Process.objects.filter(pk=process).exists():
            raise Refused(_("工程を一覧から選んでください。"))
        row, _made = Capability.objects.get_or_create(profile=profile, process_id=process)
        for name, value in {**limits.columns(), "is_read": False, "is_implied": False}.items():
            setattr(row, name, value)
        _check(row)
        row.save()
        row.steps.all().delete()
        ToleranceStep.objects.bulk_create(
            ToleranceStep(capability=row, up_to_mm=size, tolerance_um=um) for size, um in steps
        )
        _reach(profile)
        _noted(actor, profile, "nakama.capability_kept", process)
    return row


def capability_drop(*, actor: Actor, profile_id: int, process: str) -> None:
    """The firm does not do this. Raises as `writing`."""
    with writing(actor, profile_id) as profile:
        Capability.objects.filter(profile=profile, process_id=process).delete()
        _noted(actor, profile, "nakama.capability_dropped", process)


def machine_keep(
    *, actor: Actor, profile_id: int, values: Mapping[str, Any], machine_id: int | None = None
) -> ProfileMachine:
    """Add a machine or change one. Raises as `writing`, Refused, ProfileMachine.DoesNotExist."""
    with writing(actor, profile_id) as profile:
        row = (
            ProfileMachine.objects.get(profile=profile, pk=machine_id)
            if machine_id
            else ProfileMachine(profile=profile)
        )
        for name, value in values.items():
            setattr(row, name, value)
        _check(row)
        row.save()
        # Whoever has the machine does its process.
        Capability.objects.get_or_create(profile=profile, process_id=row.process_id)
        _reach(profile)
        _noted(actor, profile, "nakama.machine_kept", row.name)
    return row


def machine_drop(*, actor: Actor, profile_id: int, machine_id: int) -> None:
    """Raises as `writing`."""
    with writing(actor, profile_id) as profile:
        ProfileMachine.objects.filter(profile=profile, pk=machine_id).delete()
        _reach(profile)
        _noted(actor, profile, "nakama.machine_dropped", str(machine_id))


def certificate_keep(
    *, actor: Actor, profile_id: int, name: str, valid_until: dt.date | None = None
) -> ProfileCertificate:
    """Add a certificate or its new end. Raises as `writing`, Refused."""
    if not (code := code_of(name)):
        raise Refused(_("認証の名前を入力してください。"))
    with writing(actor, profile_id) as profile:
        row, _made = ProfileCertificate.objects.update_or_create(
            profile=profile,
            code=code,
            defaults={"name": name.strip()[:60], "valid_until": valid_until},
        )
        _noted(actor, profile, "nakama.certificate_kept", code)
    return row


def certificate_drop(*, actor: Actor, profile_id: int, certificate_id: int) -> None:
    """Raises as `writing`."""
    with writing(actor, profile_id) as profile:
        ProfileCertificate.objects.filter(profile=profile, pk=certificate_id).delete()
        _noted(actor, profile, "nakama.certificate_dropped", str(certificate_id))


def _in_order(steps: Sequence[Step]) -> list[Step]:
    """By size, "any size" last. Raises Refused where a larger size has the smaller tolerance."""
    ordered = sorted(steps, key=lambda step: (step[0] is None, step[0] or 0))
    for (size, um), (larger, larger_um) in pairwise(ordered):
        if size == larger:
            raise Refused(_("同じ大きさの公差が2つあります。1つにしてください。"))
        if larger_um < um:
            raise Refused(
                _(
                    "大きい寸法の公差が、小さい寸法の公差より厳しくなっています。数値を確かめてください。"
                )
            )
    return ordered


def _check(row: Capability | ProfileMachine) -> None:
    """Raises Refused with the first thing that is wrong."""
    try:
        row.full_clean(exclude=["profile", "process"])
    except ValidationError as error:
        raise Refused(" ".join(error.messages)) from error


def _reach(profile: CapabilityProfile) -> None:
    """reach_mm of every process: what the firm says, else its machines' largest side."""
    largest = dict(
        ProfileMachine.objects.filter(profile=profile)
        .values_list("process_id")
        .annotate(
            side=Max(
                Greatest(
                    Coalesce("length_mm", 0), Coalesce("width_mm", 0), Coalesce("height_mm", 0)
                )
            )
        )
    )
    rows = Capability.objects.filter(profile=profile)
    rows.update(reach_mm=F("max_size_mm"))
    for process, side in largest.items():
        rows.filter(process_id=process, max_size_mm=None).update(reach_mm=side or None)


def _noted(actor: Actor, profile: CapabilityProfile, action: str, what: str) -> None:
    audit.record(actor=actor, action=action, obj=profile, detail={"what": what})
