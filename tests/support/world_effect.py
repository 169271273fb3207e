"""kpi/effect in the small world: an evaluation with its result and material, as a worker left them."""

import datetime as dt
import gzip
import json
from pathlib import Path
from typing import Any

RESULT = Path(__file__).parents[1] / "kpi" / "effect" / "data" / "result.json"
AT = dt.datetime(2026, 11, 20, 3, tzinfo=dt.UTC)
# Two firms over three years with one class, and an application at the line.
MATERIAL = {
    "covariates": ["size=5"],
    "rows": [
        [firm, year, cohort, 17.0 + growth * (year - 2020), [1.0]]
        for firm, cohort, growth in (("8101", 2022, 0.1), ("8102", 0, 0.05))
        for year in (2020, 2021, 2022)
    ],
    "scored": [[0.5, 0.1, True]],
}


def make_evaluation(**fields: Any) -> Any:
    """A finished evaluation of the grants; the result is of 1,500 invented firms (bench.kpi_effect)."""
    from kpi.effect.models import Evaluation, Material

    row = Evaluation.objects.create(
        **{
            "question": "grant",
            "finished_at": AT,
            "watermark": AT,
            "panel_sha256": "0" * 64,
            "software": {"diff-diff": "3.13.0"},
            "result": json.loads(RESULT.read_text(encoding="utf-8")),
            **fields,
        }
    )
    Material.objects.create(
        evaluation=row, content=gzip.compress(json.dumps(MATERIAL).encode(), mtime=0)
    )
    return row


def build(firm: Any, people: dict[str, int]) -> dict[str, Any]:
    """What the room's pages show."""
    return {"evaluation": make_evaluation().public_id}


def arguments(short: str, built: dict[str, Any]) -> list[Any]:
    """Arguments of a route of the room."""
    if short in {"current", "start"}:
        return []
    more = {"file": ["csv"], "picture": ["forest", "svg"]}
    return [built["evaluation"], *more.get(short, [])]
