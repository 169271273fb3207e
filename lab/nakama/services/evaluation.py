"""Anybody's evaluation set through the real search; whoever calls it rolls the transaction back."""

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from itertools import batched
from typing import Any

from lab.nakama import states
from lab.nakama.models import Capability, CapabilityProfile, ProfileCertificate, ToleranceStep
from lab.nakama.rules import evaluation, materials
from lab.nakama.rules.certificates import code_of
from lab.nakama.rules.evaluation import EvaluationSet, FirmCase, Id, Pair
from lab.nakama.rules.reading import read
from lab.nakama.selectors.lexicon import lexicon
from lab.nakama.selectors.profiles import page_of
from lab.nakama.selectors.search import Answer, Conditions, Wish, search
from lab.nakama.services.reading import vector
from portal.kernel.actor import Actor
from programs.models import Firm, Ward

PAGE = 20


def profiles_enter(firms: Sequence[FirmCase], *, industry: str = "24") -> dict[Id, int]:
    """Firms with their profiles, processes read from the description; id → the profile's key. As the system."""
    words = lexicon()
    wards = _wards()
    keys: dict[Id, int] = {}
    for batch in batched(firms, 500):
        rows = Firm.objects.bulk_create(_firm(case, industry) for case in batch)
        readings = [read(case.description, words) for case in batch]
        profiles = CapabilityProfile.objects.bulk_create(
            CapabilityProfile(
                firm=row,
                firm_name=row.name,
                ward_id=wards.get(str(case.ward)),
                status=states.PREFILLED,
                description=case.description,
                material_names=list(case.materials),
                materials=materials.marks(case.materials, words),
                tokens=" ".join(reading.words),
                search_vector=vector(reading.words),
            )
            for case, row, reading in zip(batch, rows, readings, strict=True)
        )
        keys |= {case.id: profile.pk for case, profile in zip(batch, profiles, strict=True)}
        _parts(batch, profiles, [reading.processes for reading in readings])
    return keys


def evaluate(
    *, actor: Actor, data: EvaluationSet, today: dt.date, timer: Callable[[], float]
) -> dict[str, Any]:
    """recall_at_5, ndcg_at_10, violations, p95_ms and what each query found. `timer` counts seconds."""
    keys = profiles_enter(data.firms)
    ids = {key: id_ for id_, key in keys.items()}
    cases = {case.id: case for case in data.firms}
    if data.pairs:  # the dictionary and the lexicon are loaded once per process
        _timed(actor, data.pairs[0], today, timer)
    told = []
    for pair in data.pairs:
        answer, seconds = _timed(actor, pair, today, timer)
        told.append(_told(pair, answer, seconds, ids, cases))
    return {
        "recall_at_5": evaluation.mean(row["recall_at_5"] for row in told),
        "ndcg_at_10": evaluation.mean(row["ndcg_at_10"] for row in told),
        "violations": sum(len(row["violations"]) for row in told),
        "p95_ms": round(evaluation.percentile([row["ms"] for row in told], 0.95), 2),
        "per_query": told,
    }


def _timed(
    actor: Actor, pair: Pair, today: dt.date, timer: Callable[[], float]
) -> tuple[Answer, float]:
    """One search with its first page, as the page makes it."""
    asked = pair.constraints
    wish = Wish(
        text=pair.query,
        conditions=Conditions(
            material=asked.get("material", ""),
            size_mm=asked.get("max_size_mm"),
            tolerance_um=asked.get("tolerance_um"),
            lot=asked.get("lot"),
            certificate=asked.get("certification", ""),
        ),
    )
    start = timer()
    answer = search(actor, wish, today=today)
    page_of(actor, answer.result.fitting[:PAGE])
    return answer, timer() - start


def _told(
    pair: Pair,
    answer: Answer,
    seconds: float,
    ids: Mapping[int, Id],
    cases: Mapping[Id, FirmCase],
) -> dict[str, Any]:
    ranked = [ids[hit.profile] for hit in answer.result.fitting if hit.profile in ids]
    outside = [ids[hit.profile] for hit in answer.result.outside if hit.profile in ids]
    broken = [
        id_
        for id_ in ranked
        if id_ in pair.process_only or not _meets(cases[id_], pair.constraints)
    ]
    return {
        "id": pair.id,
        "recall_at_5": evaluation.recall(ranked, pair.relevant),
        "ndcg_at_10": evaluation.ndcg(ranked, pair.relevant),
        "violations": broken,
        "ms": round(seconds * 1000, 2),
        "ranked": ranked[:10],
        "outside": outside,
        "not_outside": sorted(pair.process_only - set(outside), key=str),
        "processes": list(answer.processes),
    }


def _meets(case: FirmCase, asked: Mapping[str, Any]) -> bool:
    """The file's own figures against the constraints, apart from the search's SQL."""
    words = lexicon()
    return all(
        (
            "material" not in asked
            or set(materials.wanted(asked["material"], words))
            & set(materials.marks(case.materials, words)),
            "max_size_mm" not in asked
            or (case.max_size_mm is not None and case.max_size_mm >= asked["max_size_mm"]),
            "tolerance_um" not in asked
            or (case.tolerance_um is not None and case.tolerance_um <= asked["tolerance_um"]),
            "lot" not in asked
            or ((case.lot_min or 0) <= asked["lot"] <= (case.lot_max or asked["lot"])),
            "certification" not in asked
            or code_of(asked["certification"]) in {code_of(name) for name in case.certifications},
        )
    )


def _firm(case: FirmCase, industry: str) -> Firm:
    return Firm(
        kind=Firm.Kind.SOLE,
        name=case.name[:200],
        jsic=industry,
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
