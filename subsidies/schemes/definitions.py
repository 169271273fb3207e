"""Reads the JSON files and resolves what they share. Knows no database."""

import datetime as dt
import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from portal.kernel.clock import TOKYO

FOLDER = Path(__file__).parent
STAGES = ("stage1", "stage2", "stage3")
LISTS = ("categories", "criteria", "questions", "documents")
WHOLE_LIST = "all"

# How many small factories a ward has, roughly: budgets are multiples of it.
WEIGHTS = {
    13111: 5, 13107: 4, 13121: 3, 13122: 3, 13123: 3, 13119: 3,
    13108: 2, 13109: 2, 13106: 2, 13117: 2, 13118: 2,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class CallDefinition:
    """A call with its times in Asia/Tokyo and its budget in yen."""

    fiscal_year: int
    round: int
    mode: str
    opens_at: dt.datetime
    closes_at: dt.datetime
    project_ends_on: dt.date
    budget_yen: int


@dataclass(frozen=True, slots=True)
class SchemeDefinition:
    """A scheme of one ward, complete. `rules` is the JSON form of SchemeRules."""

    ward: int
    code: str
    stage: int
    name: str
    name_en: str
    summary: str
    source: str
    rules: dict[str, Any]
    calls: tuple[CallDefinition, ...]


def scheme_definitions(wards: dict[int, str]) -> list[SchemeDefinition]:
    """All schemes of these wards (code → name), in the order of wards and stages."""
    variants = [_read(path) for path in sorted((FOLDER / "wards").glob("*.json"))]
    found = []
    for ward, name in sorted(wards.items()):
        own = [variant for variant in variants if variant["ward"] == ward]
        replaced = {variant["replaces"] for variant in own}
        common = [_load(stage) for stage in STAGES]
        found += [
            _definition(scheme, ward, name)
            for scheme in sorted(
                [*(scheme for scheme in common if scheme["code"] not in replaced), *own],
                key=lambda scheme: scheme["stage"],
            )
        ]
    return found


def common_questions(ward_name: str) -> dict[str, str]:
    """The eligibility questions that schemes share, by code, as they are worded for this ward."""
    common = json.loads(_text("common").replace("{ward}", ward_name))
    return {item["code"]: item["question"] for item in common["criteria"]}


def _definition(scheme: dict[str, Any], ward: int, name: str) -> SchemeDefinition:
    text = json.dumps(scheme, ensure_ascii=False).replace("{ward}", name)
    own: dict[str, Any] = json.loads(text)
    # A variant's own file states the ward's whole budget.
    budget = own["budget_yen"] * (1 if "ward" in own else WEIGHTS.get(ward, 1))
    return SchemeDefinition(
        ward=ward,
        code=own["code"],
        stage=own["stage"],
        name=own["name"],
        name_en=own["name_en"],
        summary=own["summary"],
        source=own["source"],
        rules=_resolved(own.get("extends"), own["rules"], name),
        calls=tuple(_call(call, budget) for call in own["calls"]),
    )


def _resolved(base: str | None, rules: dict[str, Any], ward_name: str) -> dict[str, Any]:
    """The rules with everything they refer to written out."""
    common = json.loads(_text("common").replace("{ward}", ward_name))
    inherited: dict[str, Any] = {}
    if base:
        parent = json.loads(
            json.dumps(_load(base), ensure_ascii=False).replace("{ward}", ward_name)
        )
        inherited = _resolved(parent.get("extends"), parent["rules"], ward_name)
    whole = {**inherited, **rules}
    for key in LISTS:
        known = {item["code"]: item for item in [*common.get(key, ()), *inherited.get(key, ())]}
        whole[key] = [known[item] if isinstance(item, str) else item for item in whole[key]]
    whole["conditions"] = _conditions(whole["conditions"], common["conditions"])
    return whole


def _conditions(own: str | list[str], common: list[str]) -> list[str]:
    """The conditions; the word "all" stands for all common ones."""
    found: list[str] = []
    for item in [own] if isinstance(own, str) else own:
        found += common if item == WHOLE_LIST else [item]
    return found


def _call(call: dict[str, Any], budget_yen: int) -> CallDefinition:
    return CallDefinition(
        fiscal_year=call["fiscal_year"],
        round=call.get("round", 1),
        mode=call["mode"],
        opens_at=dt.datetime.fromisoformat(call["opens_at"]).replace(tzinfo=TOKYO),
        closes_at=dt.datetime.fromisoformat(call["closes_at"]).replace(tzinfo=TOKYO),
        project_ends_on=dt.date.fromisoformat(call["project_ends_on"]),
        budget_yen=call.get("budget_yen", budget_yen),
    )


def _load(name: str) -> dict[str, Any]:
    return _read(FOLDER / f"{name}.json")


def _read(path: Path) -> dict[str, Any]:
    data: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return data


@cache
def _text(name: str) -> str:
    return (FOLDER / f"{name}.json").read_text(encoding="utf-8")
