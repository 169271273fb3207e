"""Which page links a pager shows, and their addresses."""

from dataclasses import dataclass
from typing import Any

from django.http import QueryDict


@dataclass(frozen=True, slots=True)
class PageLinks:
    """Addresses of a pager. A number of None is a gap (…)."""

    previous: str
    next: str
    numbers: list[tuple[int | None, str]]


def page_links(query: QueryDict, page: Any, parameter: str) -> PageLinks:
    """The links around `page` (a paginator's page), keeping the address's other parameters."""

    def address(number: int) -> str:
        parameters = query.copy()
        parameters[parameter] = number
        return f"?{parameters.urlencode()}"

    numbers = page_numbers(page.number, page.paginator.num_pages)
    return PageLinks(
        previous=address(page.number - 1) if page.has_previous() else "",
        next=address(page.number + 1) if page.has_next() else "",
        numbers=[(n, "" if n is None else address(n)) for n in numbers],
    )


def page_numbers(number: int, last: int, around: int = 2) -> list[int | None]:
    """First, last and the neighbours of `number`; None stands for a gap (…).

    A gap that would hide a single page shows that page instead.
    """
    wanted = {1, last, *range(number - around, number + around + 1)}
    shown = sorted(page for page in wanted if 1 <= page <= last)
    result: list[int | None] = []
    for page in shown:
        if result and page - result[-1] == 2:
            result.append(page - 1)
        elif result and page - result[-1] > 2:
            result.append(None)
        result.append(page)
    return result
