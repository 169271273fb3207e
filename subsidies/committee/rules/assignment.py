"""Who reviews what: equal loads, never somebody whom a rule excludes. Pure and repeatable.

The draw is by a seed that is kept with the review, so that anybody can repeat it and get the same
assignment; nobody can choose the reviewers of a case by trying again.
"""

import hashlib
from collections import deque
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Plan:
    """Case → its members; `short` maps a case to how many reviewers it lacks."""

    chosen: Mapping[int, frozenset[int]]
    short: Mapping[int, int] = field(default_factory=dict)

    def loads(self, members: Collection[int]) -> dict[int, int]:
        """Member → how many cases."""
        return {
            member: sum(member in chosen for chosen in self.chosen.values()) for member in members
        }


def assign(
    cases: Collection[int],
    members: Collection[int],
    *,
    per_case: int,
    excluded: Mapping[int, Collection[int]],
    fixed: Mapping[int, Collection[int]] | None = None,
    seed: int = 0,
) -> Plan:
    """`per_case` members for each case, as equal a load as the exclusions allow.

    `excluded` maps a case to members who may not review it; `fixed` to those put there by hand,
    who stay and count. No case could be handed on from one member to another (over others, too)
    so that the loads come closer: without exclusions they differ by one at most.
    """
    chosen = {case: set((fixed or {}).get(case, ())) for case in cases}
    held = {case: frozenset(found) for case, found in chosen.items()}
    allowed = {case: set(members) - set(excluded.get(case, ())) for case in cases}
    loads = {member: sum(member in found for found in chosen.values()) for member in members}
    # The case with the least choice first: it must not find its few members fully loaded.
    for case in sorted(cases, key=lambda case: (len(allowed[case]), _lot(seed, case, 0))):
        while len(chosen[case]) < per_case and (free := allowed[case] - chosen[case]):
            member = min(free, key=lambda one: (loads[one], _lot(seed, case, one)))
            chosen[case].add(member)
            loads[member] += 1
    while path := _handover(chosen, allowed, held, loads):
        for case, giver, taker in path:
            chosen[case].remove(giver)
            chosen[case].add(taker)
        loads[path[0][1]] -= 1
        loads[path[-1][2]] += 1
    short = {case: per_case - len(found) for case, found in chosen.items()}
    return Plan(
        {case: frozenset(found) for case, found in chosen.items()},
        {case: lacking for case, lacking in short.items() if lacking > 0},
    )


Step = tuple[int, int, int]  # case, from member, to member


def _handover(
    chosen: Mapping[int, set[int]],
    allowed: Mapping[int, set[int]],
    held: Mapping[int, Collection[int]],
    loads: Mapping[int, int],
) -> list[Step]:
    """A chain of hand-overs from a member to one with at least two cases less; empty if none."""
    for start in sorted(loads, key=lambda member: (-loads[member], member)):
        came: dict[int, Step] = {}
        waiting = deque([start])
        while waiting:
            giver = waiting.popleft()
            for case in sorted(chosen):
                if giver not in chosen[case] or giver in held[case]:
                    continue
                for taker in sorted(allowed[case] - chosen[case]):
                    if taker == start or taker in came:
                        continue
                    came[taker] = (case, giver, taker)
                    if loads[taker] <= loads[start] - 2:
                        return _path(came, start, taker)
                    waiting.append(taker)
    return []


def _path(came: Mapping[int, Step], start: int, end: int) -> list[Step]:
    steps: list[Step] = []
    member = end
    while member != start:
        steps.append(came[member])
        member = came[member][1]
    return steps[::-1]


def _lot(seed: int, case: int, member: int) -> bytes:
    """The same for the same three numbers, in no order anybody could foresee."""
    return hashlib.sha256(f"{seed}/{case}/{member}".encode()).digest()
