"""Pages of a cohort that rooms above the courses add to its tabs; each registers when the portal starts."""

from dataclasses import dataclass

from django.utils.functional import Promise


@dataclass(frozen=True, slots=True)
class CohortPage:
    """A page whose only argument is the cohort's public id; for all who keep a roster."""

    url_name: str
    label: str | Promise


_pages: dict[str, CohortPage] = {}


def register(url_name: str, label: str | Promise) -> None:
    """Add a page; registering it twice changes nothing."""
    _pages[url_name] = CohortPage(url_name, label)


def registered() -> list[CohortPage]:
    """In the order of their registration."""
    return list(_pages.values())
