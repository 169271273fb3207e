"""Which firms count as one: those that belong together directly or by way of others (資本関係).

Declared by firms and officials (models.FirmTie). What was counted before a tie was declared stays as it is.
"""

from collections.abc import Collection, Mapping

from portal.kernel.actor import Actor
from portal.kernel.database import acting
from programs.models import Firm, FirmTie
from programs.rules import joined

_SYSTEM = Actor.system("programs.groups")


def groups_of(firm_ids: Collection[int]) -> Mapping[int, str]:
    """Firm → its group; the same for firms that belong together. One query where none is tied, else two."""
    with acting(_SYSTEM):
        ties = list(FirmTie.objects.filter(ended_on=None).values_list("firm_id", "other_number"))
        numbers = {number for _firm, number in ties}
        known = (
            Firm.objects.filter(corporate_number__in=numbers) if numbers else Firm.objects.none()
        )
        pairs = [(f"firm:{firm}", f"number:{number}") for firm, number in ties]
        pairs += [
            (f"firm:{firm}", f"number:{number}")
            for firm, number in known.values_list("pk", "corporate_number")
        ]
    found = joined([f"firm:{firm}" for firm in firm_ids], pairs)
    return {firm: found[f"firm:{firm}"] for firm in firm_ids}


def independent(firm_ids: Collection[int]) -> int:
    """How many firms these are when those of one group count as one."""
    return len(set(groups_of(firm_ids).values()))


def together(one: int, other: int) -> bool:
    """Whether the two belong together."""
    return one == other or independent({one, other}) == 1
