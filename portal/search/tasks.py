"""Celery tasks of the search."""

from celery import shared_task

from portal.search import services


@shared_task(name="search.refresh")
def refresh() -> int:
    """Every few minutes: calls, cohorts and events as they stand now; returns how many had changed.

    Pages write theirs themselves when they are published (portal.cms.searching).
    """
    done = services.rebuild(with_slow=False)
    return done.written + done.deleted
