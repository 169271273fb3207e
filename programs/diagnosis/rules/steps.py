"""The three next steps: what helps where the firm is weakest, of what there is for it now."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

# What may help; rooms above offer it (`programs.diagnosis.offers`), or the firm does it itself.
COURSE, ADVICE, MONEY, TRY, SELF = "course", "advice", "money", "try", "self"
NEEDS = (COURSE, ADVICE, MONEY, TRY, SELF)
STEPS = 3
# Where nothing points elsewhere: understand first, then try, then buy (000, 003).
USUAL = (ADVICE, COURSE, TRY, MONEY, SELF)


@dataclass(frozen=True, slots=True)
class Wanted:
    """A kind of help and the axis (or barrier) that asks for it, "" where it is the usual order."""

    need: str
    reason: str


@dataclass(frozen=True, slots=True)
class Step:
    """One step: which of the offers (its place in the list), and why."""

    offer: int
    reason: str


def wanted(weak: Iterable[tuple[str, Sequence[str]]]) -> list[Wanted]:
    """Kinds of help in their order, each once: (reason, what it needs) pairs, the most pressing first.

    The best help of every weakness comes before the second best of the first.
    """
    pairs = [(reason, list(needs)) for reason, needs in weak]
    found: dict[str, str] = {}
    for rank in range(max((len(needs) for _reason, needs in pairs), default=0)):
        for reason, needs in pairs:
            if rank < len(needs) and needs[rank] in NEEDS:
                found.setdefault(needs[rank], reason)
    for need in USUAL:
        found.setdefault(need, "")
    return [Wanted(need, reason) for need, reason in found.items()]


def next_steps(order: Iterable[Wanted], kinds: Sequence[str]) -> list[Step]:
    """Of offers of these kinds (in their order) the first three that are wanted, one of each kind
    first; then further ones of the kinds most wanted.
    """
    wishes, taken = list(order), list[Step]()
    left = list(range(len(kinds)))
    while left and len(taken) < STEPS:
        before = len(taken)
        for wish in wishes:
            place = next((at for at in left if kinds[at] == wish.need), None)
            if place is not None and len(taken) < STEPS:
                left.remove(place)
                taken.append(Step(place, wish.reason))
        if len(taken) == before:
            break
    return taken
