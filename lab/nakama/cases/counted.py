"""What rooms above this one count in: requests and jobs of firms that the cases know nothing of.

A room registers with a decorator when the application starts. Asked as the system.
"""

import datetime as dt
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping

# Firms and a moment → how many each has been asked since then and may still answer.
Requests = Callable[[Collection[int], dt.datetime], Mapping[int, int]]
# Firms → how many jobs of theirs count besides the steps of cases.
Jobs = Callable[[Collection[int]], Mapping[int, int]]
_requests: list[Requests] = []
_jobs: list[Jobs] = []


def requests(count: Requests) -> Requests:
    """Decorator."""
    _requests.append(count)
    return count


def jobs(count: Jobs) -> Jobs:
    """Decorator."""
    _jobs.append(count)
    return count


def requests_elsewhere(firms: Collection[int], since: dt.datetime) -> Counter[int]:
    """Firm → open requests of other rooms."""
    return _added(count(firms, since) for count in _requests)


def jobs_elsewhere(firms: Collection[int]) -> Counter[int]:
    """Firm → jobs of other rooms."""
    return _added(count(firms) for count in _jobs)


def _added(counts: Iterable[Mapping[int, int]]) -> Counter[int]:
    total: Counter[int] = Counter()
    for count in counts:
        total.update(count)
    return total
