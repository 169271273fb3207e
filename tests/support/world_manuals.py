"""portal/manuals in the small world."""

from typing import Any


def build(firm: Any, people: dict[str, int]) -> dict[str, Any]:
    """What the room's pages show."""
    return {}


def arguments(short: str, built: dict[str, Any]) -> list[Any]:
    """Arguments of a route of the room."""
    return {"manual": ["firm_owner"], "help": ["subsidies:call_list"]}.get(short, [])
