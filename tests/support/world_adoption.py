"""Introduced tools in the small world: the canary firm's with weeks and a review, and one of the
firm of the world's advisor, who must not read of the canary.
"""

from typing import Any


def build(firm: Any, people: dict[str, int], support: dict[str, Any]) -> dict[str, Any]:
    """The rows that the pages lead to."""
    from tests.factories import adoption as factory
    from tests.factories import advisors
    from tests.factories import subsidies as make

    owner = make.firm_actor(firm)
    tool = factory.make_tool(owner, support["case"], weeks=14, key_users=("かなりあ班長",))
    factory.fill(owner, tool, factory.FLASH)
    factory.review(owner, tool)
    factory.make_tool(advisors.as_advisor(people["advisor"]), support["advisor_case"], weeks=2)
    return {"case": support["case"], "tool": tool}


def arguments(short: str, world: dict[str, Any]) -> list[Any]:
    """Arguments that lead to the canary firm's rows."""
    if short in {"mine", "list", "wards", "wards_csv"}:
        return []
    if short in {"case", "start"}:
        return [world["case"].public_id]
    return [world["tool"].public_id, *([3] if short == "review" else [])]
