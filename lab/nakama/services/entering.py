"""Many profiles at once: an evaluation set, the demonstration, a bench. Each is read as a new firm's would be."""

import datetime as dt
from collections.abc import Mapping, Sequence
from functools import lru_cache
from itertools import batched

from lab.nakama import states
from lab.nakama.models import Capability, CapabilityProfile, ProfileCertificate, ToleranceStep
from lab.nakama.rules import materials
from lab.nakama.rules.certificates import code_of
from lab.nakama.rules.evaluation import FirmCase, Id
from lab.nakama.rules.lexicon import Lexicon
from lab.nakama.rules.reading import Reading, read
from lab.nakama.selectors.lexicon import lexicon
from lab.nakama.services.reading import told_processes, vector
from programs.models import Firm, Ward

BATCH = 500


def profiles_enter(cases: Sequence[FirmCase]) -> dict[Id, int]:
    """New firms with their profiles; id → the profile's key. As the system."""
    firms = [
        firm
        for batch in batched(cases, BATCH)
        for firm in Firm.objects.bulk_create(_firm(case) for case in batch)
    ]
    profiles = profiles_of(list(zip(cases, firms, strict=True)))
    return {case.id: profile.pk for case, profile in zip(cases, profiles, strict=True)}


def profiles_of(
    pairs: Sequence[tuple[FirmCase, Firm]],
    *,
    confirmed_by: Mapping[int, int] | None = None,
    at: dt.datetime | None = None,
) -> list[CapabilityProfile]:
    """Profiles for firms there are, in their order. As the system.

    `confirmed_by`: firm → who confirmed it at `at`; the others are not confirmed.
    """
    people = confirmed_by or {}
    words, wards = lexicon(), _wards()
    made: list[CapabilityProfile] = []
    for batch in batched(pairs, BATCH):
        readings = [_read(case.description, words) for case, _firm in batch]
        profiles = CapabilityProfile.objects.bulk_create(
            CapabilityProfile(
                firm=firm,
                firm_name=firm.name,
                ward_id=wards.get(str(case.ward)),
                address=firm.address,
                status=states.CONFIRMED if firm.pk in people else states.PREFILLED,
                confirmed_by_id=people.get(firm.pk),
                confirmed_at=at if firm.pk in people else None,
                description=case.description,
                material_names=[name[:40] for name in case.materials],
                materials=materials.marks(case.materials, words),
                tokens=" ".join(reading.words),
                search_vector=vector(reading.words),
            )
            for (case, firm), reading in zip(batch, readings, strict=True)
        )
        told = [
            told_processes(reading, firm.jsic)
            for (_case, firm), reading in zip(batch, readings, strict=True)
        ]
        _parts([case for case, _firm in batch], profiles, told)
        made += profiles
    return made


@lru_cache(maxsize=512)
def _read(text: str, words: Lexicon) -> Reading:
    return read(text, words)


def _firm(case: FirmCase) -> Firm:
    """An industry that says nothing about processes: the description is all there is."""
    return Firm(
        kind=Firm.Kind.SOLE,
        name=case.name[:200],
        jsic="32",
        employees=5,
        postal_code="1310045",
        address="",
        search_text=case.name.lower()[:200],
    )


def _parts(
    cases: Sequence[FirmCase],
    profiles: Sequence[CapabilityProfile],
    told: Sequence[Mapping[str, bool]],
) -> None:
    made = Capability.objects.bulk_create(
        Capability(
            profile=profile,
            process_id=code,
            is_read=True,
            is_implied=implied,
            max_size_mm=case.max_size_mm or None,
            reach_mm=case.max_size_mm or None,
            lot_min=case.lot_min or None,
            lot_max=case.lot_max or None,
        )
        for case, profile, processes in zip(cases, profiles, told, strict=True)
        for code, implied in processes.items()
    )
    tolerance = {
        profile.pk: case.tolerance_um
        for case, profile in zip(cases, profiles, strict=True)
        if case.tolerance_um
    }
    ToleranceStep.objects.bulk_create(
        ToleranceStep(capability=row, up_to_mm=None, tolerance_um=tolerance[row.profile_id])
        for row in made
        if row.profile_id in tolerance
    )
    ProfileCertificate.objects.bulk_create(
        ProfileCertificate(profile=profile, code=code, name=name[:60])
        for case, profile in zip(cases, profiles, strict=True)
        for code, name in {code_of(name): name for name in case.certifications}.items()
        if code
    )


def _wards() -> dict[str, int]:
    """Every way a file may name a ward: 13107, 墨田区, 墨田, Sumida."""
    names: dict[str, int] = {}
    for ward in Ward.objects.all():
        for name in (str(ward.code), ward.name, ward.name.removesuffix("区"), ward.name_en):
            names[name] = ward.code
    return names
