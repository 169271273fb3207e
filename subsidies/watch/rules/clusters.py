"""One vendor in many applications, and firms that order from each other. Pure."""

from collections.abc import Mapping, Sequence, Set
from fractions import Fraction

from subsidies.watch.rules.limits import STANDARD, Limits

# Rings of two and three firms; longer ones are beyond what anybody could explain.
LONGEST_RING = 3


def share(firms: int, of: int) -> Fraction:
    """The part of the applicants that name the vendor."""
    return Fraction(firms, of) if of else Fraction(0)


def is_cluster(firms: int, of: int, limits: Limits = STANDARD) -> bool:
    """Whether a vendor is named by so many applicants that officials should know."""
    return firms >= limits.vendor_firms and share(firms, of) * limits.vendor_one_in >= 1


def ring(start: str, orders: Mapping[str, Set[str]]) -> tuple[str, ...]:
    """The shortest ring from `start` back to it: A orders from B, B from C, C from A.

    `orders` maps a firm's name key to the keys of the vendors it names. () where there is none;
    a firm that names itself is a ring of one.
    """
    paths: Sequence[tuple[str, ...]] = [(start,)]
    for _length in range(LONGEST_RING):
        following: list[tuple[str, ...]] = []
        for path in paths:
            for vendor in sorted(orders.get(path[-1], frozenset())):
                if vendor == start:
                    return path
                if vendor not in path:
                    following.append((*path, vendor))
        paths = following
    return ()
