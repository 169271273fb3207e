"""kpi/policy in the small world: a sheet of 墨田区 that waits for the second person."""

from typing import Any


def build(firm: Any, people: dict[str, int]) -> dict[str, Any]:
    """What the room's pages show."""
    from tests.factories import policy

    return {"sheet": policy.sheet(written_by=people["reviewer"])}


def arguments(short: str, built: dict[str, Any]) -> list[Any]:
    """Arguments of a route of the room."""
    if short in {"model_file", "whatif_file"}:
        return ["pdf"] if short == "model_file" else ["csv"]
    of_one = {"sheet", "edit", "act", "return"}
    if short in of_one:
        return [built["sheet"].public_id]
    return [built["sheet"].public_id, "pdf"] if short == "file" else []
