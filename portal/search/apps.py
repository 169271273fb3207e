"""Search over public pages, measures, events and cases, and over firms, numbers and people."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SearchConfig(AppConfig):
    name = "portal.search"
    label = "search"
    verbose_name = _("検索")

    def ready(self) -> None:
        from portal.search import gathering, policies, sources
        from portal.ui import searching

        sources.register(sources.Source("call", gathering.calls))
        sources.register(sources.Source("cohort", gathering.cohorts))
        sources.register(sources.Source("event", gathering.lab_events))
        searching.offer(policies.searches_office)
