"""kpi/releases in the small world: a 確報 that is public, a 速報 under embargo, targets of a ward."""

from typing import Any

from kpi.releases.services import Goal, target_set
from portal.accounts.models import User
from portal.accounts.roles import Role
from portal.kernel.actor import Actor, Hat
from tests.support.releases import SUMIDA, final

YEAR = 2026


def build(firm: Any, people: dict[str, int]) -> dict[str, Any]:
    """What the room's pages show."""
    user = User.objects.get(pk=people["policy"])
    maker = Actor(user.pk, user.name, Hat.POLICY, frozenset({Role.POLICY}))
    row = final(maker)
    goal = Goal("2-KSI", SUMIDA, YEAR, 20, basis="区内の工場数で按分")
    target_set(actor=maker, goals=[goal], reason="はじめの目標")
    return {"public": row}


def arguments(short: str, built: dict[str, Any]) -> list[Any]:
    """Arguments of a route of the room."""
    row = built["public"]
    if short in {"release", "csv", "xlsx", "json", "canonical", "verify"}:
        return [row.code]
    if short == "picture":
        return [row.code, "wards", "svg"]
    if short in {"detail", "approve", "end", "changes", "since", "facts"}:
        return [row.pk]
    return {"targets": [YEAR], "target": [YEAR, "2-KSI"]}.get(short, [])
