"""Anybody's evaluation set through the real search; whoever calls it rolls the transaction back."""

import datetime as dt
from collections.abc import Callable, Mapping
from typing import Any

from lab.nakama.rules import evaluation, materials
from lab.nakama.rules.certificates import code_of
from lab.nakama.rules.evaluation import EvaluationSet, FirmCase, Id, Pair
from lab.nakama.selectors.lexicon import lexicon
from lab.nakama.selectors.profiles import page_of
from lab.nakama.selectors.search import Answer, Conditions, Wish, search
from lab.nakama.services.entering import profiles_enter
from portal.kernel.actor import Actor

PAGE = 20


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
            or (
                bool(case.lot_min or case.lot_max)
                and (case.lot_min or 0) <= asked["lot"] <= (case.lot_max or asked["lot"])
            ),
            "certification" not in asked
            or code_of(asked["certification"]) in {code_of(name) for name in case.certifications},
        )
    )
