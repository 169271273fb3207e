"""Who stands in for whom today: the rooms below the one that keeps absences ask here.

What is given to somebody automatically goes to the deputy while the person is away (不在・代理).
"""

import datetime as dt
from collections.abc import Callable, Collection, Mapping

# (ward, people, day) → of those who are away that day, who stands in for them.
Source = Callable[[int, Collection[int], dt.date], Mapping[int, int]]
_sources: list[Source] = []


def register(source: Source) -> Source:
    """Take a room's answer; it runs as whoever acts."""
    if source not in _sources:
        _sources.append(source)
    return source


def deputies(ward_id: int, people: Collection[int], today: dt.date) -> dict[int, int]:
    """Absent person → deputy, among these people of the ward."""
    wanted = set(people)
    if not wanted:
        return {}
    return {
        absent: deputy
        for source in _sources
        for absent, deputy in source(ward_id, wanted, today).items()
    }


def present(ward_id: int, person: int | None, today: dt.date) -> int | None:
    """The person, or who stands in while the person is away."""
    if person is None:
        return None
    return deputies(ward_id, [person], today).get(person, person)
